"""Template → the Pandera schema of the wide frame: item columns and rule columns, column by column."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pandera.pandas as pa

from consolidate.forms.template import Template

LIMIT = float(2**53)  # integers beyond it are not exact in float64


def _whole(values: pd.Series[float]) -> pd.Series[bool]:
    return values == np.floor(values)


def _holds(values: pd.Series[float]) -> pd.Series[bool]:
    return values == 0


# A built-in check loses its name in failure cases; a named one of our own keeps it.
WHOLE = pa.Check(_whole, name="whole", error="whole")
HOLDS = pa.Check(_holds, name="holds", error="holds")


def compile_schema(template: Template) -> pa.DataFrameSchema:
    """One float64 column per item (no blanks, whole, in range) and per rule instance (residual 0).

    A rule column may be NaN: the rule is not evaluated there.
    """
    columns = {
        item.id: pa.Column(float, [WHOLE, _in_range(item.signed)], nullable=False) for item in template.items
    }
    columns |= {name: pa.Column(float, [HOLDS], nullable=True) for name in rule_columns(template)}
    return pa.DataFrameSchema(columns, strict=True, ordered=True, coerce=False)


def rule_columns(template: Template) -> Sequence[str]:
    """Names of the rule columns: the instances' names (never an item's id: they hold an `@` or capital)."""
    return [rule.name for rule in template.rules]


def _in_range(signed: bool) -> pa.Check:
    lowest = -LIMIT if signed else 0.0
    return pa.Check(lambda values: (values >= lowest) & (values <= LIMIT), name="range", error="range")
