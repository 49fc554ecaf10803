"""Template → the Pandera schema of the wide frame: item columns and rule columns, column by column."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pandera.pandas as pa

from consolidate.forms.template import Template

LIMIT = float(2**53)  # integers beyond it are not exact in float64


def _counts(values: pd.Series[float]) -> pd.Series[bool]:
    return (values == np.floor(values)) & (values >= 0) & (values <= LIMIT)


def _changes(values: pd.Series[float]) -> pd.Series[bool]:
    return (values == np.floor(values)) & (values >= -LIMIT) & (values <= LIMIT)


def _holds(values: pd.Series[float]) -> pd.Series[bool]:
    return values == 0


# A built-in check loses its name in failure cases; a named one of our own keeps it. One check per column:
# what Pandera does around a check takes longer than the check.
WHOLE = pa.Check(_counts, name="whole", error="whole, not negative, in range")
SIGNED = pa.Check(_changes, name="signed", error="whole, in range")
HOLDS = pa.Check(_holds, name="holds", error="holds")


def compile_schema(template: Template) -> pa.DataFrameSchema:
    """One float64 column per item (no blanks, whole, in range) and per rule instance (residual 0).

    A rule column may be NaN: the rule is not evaluated there.
    """
    columns = {
        item.id: pa.Column(float, SIGNED if item.signed else WHOLE, nullable=False) for item in template.items
    }
    columns |= {name: pa.Column(float, HOLDS, nullable=True) for name in rule_columns(template)}
    return pa.DataFrameSchema(columns, strict=True, ordered=True, coerce=False)


def rule_columns(template: Template) -> Sequence[str]:
    """Names of the rule columns: the instances' names (never an item's id: they hold an `@` or capital)."""
    return [rule.name for rule in template.rules]
