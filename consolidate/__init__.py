"""Check, return and add up the standard Excel forms that every unit of a county sends in."""

__version__ = "0.1.0"
