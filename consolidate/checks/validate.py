"""The frame against the schema, validated once for all submissions; Pandera's words end here."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pandera.pandas as pa
from pandera.config import config_context
from pandera.errors import SchemaErrors

from consolidate.checks.frame import Frame, stretches
from consolidate.checks.schema import compile_schema
from consolidate.errors import TemplateError

# Names of Pandera's own checks that speak of a cell: a NaN where a number belongs.
_NOT_NULLABLE = "not_nullable"


@dataclass(slots=True)
class Failures:
    """What failed in one submission: items by index (blank, not whole, out of range), rules by index."""

    blanks: list[int] = field(default_factory=list)
    faults: list[int] = field(default_factory=list)
    rules: list[int] = field(default_factory=list)


def ready() -> None:
    """Have Pandera import now what it would import at its first validation."""
    pa.DataFrameSchema({}).validate(pd.DataFrame())


def failures(frame: Frame) -> list[Failures]:
    """Failures of each submission, in the frame's order, items and rules in template order."""
    result = [Failures() for _ in frame.submissions]
    if not frame.submissions:
        return result
    columns = [*(item.id for item in frame.template.items), *(rule.name for rule in frame.template.rules)]
    position = {name: number for number, name in enumerate(columns)}
    items = len(frame.template.items)
    schema = compile_schema(frame.template)
    failing: set[tuple[int, int]] = set()
    for part in stretches(len(frame.submissions)):
        failing |= {
            (part.start + row, position[name]) for row, name in _failing(frame, part, columns, schema)
        }
    for row, column in sorted(failing):
        if column >= items:
            result[row].rules.append(column - items)
        elif frame.blank[row, column]:
            result[row].blanks.append(column)
        else:
            result[row].faults.append(column)
    return result


def _failing(
    frame: Frame, part: slice, columns: list[str], schema: pa.DataFrameSchema
) -> set[tuple[int, str]]:
    """(row within the part, column) of every failure case of the lazy validation."""
    # An absent cell is a finding about structure, not one blank each: it passes here as 0.
    values = np.where(frame.absent[part], 0.0, frame.values[part])
    data = pd.DataFrame(np.hstack([values, frame.residuals[part]]), columns=columns)
    try:
        # An environment variable can switch Pandera off silently.
        with config_context(validation_enabled=True):
            schema.validate(data, lazy=True, inplace=True)
    except SchemaErrors as errors:
        return {case for error in errors.schema_errors for case in _cases(error)}
    return set()


def _cases(error: pa.errors.SchemaError) -> set[tuple[int, str]]:
    reason = error.reason_code.name if error.reason_code is not None else ""
    cases = error.failure_cases
    if reason not in ("DATAFRAME_CHECK", "SERIES_CONTAINS_NULLS") or "index" not in getattr(
        cases, "columns", ()
    ):
        # A crashing check, a wrong column or type is our own or the template's mistake, not a unit's.
        raise TemplateError(f"校验规则无法执行：{error.schema.name}（{reason}）")
    return {(int(row), str(error.schema.name)) for row in cases["index"]}
