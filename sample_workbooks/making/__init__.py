"""How the sample of 新蔡县 2019 is made: county, figures, sheets, styles, writers, planted errors."""
