"""What one would write without this tool: pandas and Pandera file by file, openpyxl to mark what is wrong.

python -m tests.bench.naive FOLDER OUT
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pandera.pandas as pa
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

from tests.bench.measure import Stages

RED = PatternFill("solid", fgColor="FFC7CE")
RELATIONS = {"==": pd.Series.eq, ">=": pd.Series.ge, "<=": pd.Series.le}


def schema_of(form: dict[str, Any]) -> pa.DataFrameSchema:
    """A column per item, a check per rule."""
    columns = {
        item: pa.Column(float, None if signed else pa.Check.ge(0), nullable=False)
        for item, _, signed in form["items"]
    }
    return pa.DataFrameSchema(columns, checks=[check_of(rule, form["items"]) for rule in form["rules"]])


def check_of(rule: dict[str, Any], items: list[Any]) -> pa.Check:
    """The check of one linear rule: the sum of its terms against 0."""
    terms = [(items[index][0], factor) for index, factor in rule["terms"]]
    compare = RELATIONS[rule["relation"]]
    return pa.Check(
        lambda data: compare(sum(factor * data[item] for item, factor in terms), 0), name=rule["name"]
    )


def read(path: Path, places: list[list[int]], form: dict[str, Any]) -> pd.DataFrame:
    """One row of figures; what is no number becomes NaN."""
    sheets = list(pd.read_excel(path, sheet_name=None, header=None, engine="openpyxl").values())
    cells = [sheets[sheet].iat[row, column] for sheet, row, column in places]
    row = pd.DataFrame([cells], columns=[item for item, _, _ in form["items"]])
    return row.apply(pd.to_numeric, errors="coerce").astype(float)


def mark(path: Path, target: Path, places: list[list[int]], form: dict[str, Any], wrong: Any) -> None:
    """A copy of the file with the wrong cells filled and explained."""
    book = openpyxl.load_workbook(path)
    index = {item: number for number, (item, _, _) in enumerate(form["items"])}
    named = {rule["name"]: rule["terms"][0][0] for rule in form["rules"]}
    for failure in wrong.itertuples():
        item = index.get(failure.column, named.get(failure.check))
        if item is None:
            continue
        sheet, row, column = places[item]
        cell = book.worksheets[sheet].cell(row + 1, column + 1)
        cell.fill, cell.comment = RED, Comment(str(failure.check), "office")
    book.save(target)


def main(folder: Path, out: Path) -> None:
    """Read, validate, mark and add up, one file after the other."""
    stages = Stages()
    stages.end("start")
    form = json.loads((folder / "form.json").read_text(encoding="utf-8"))
    schema, inbox = schema_of(form), folder / "inbox"
    places = {name: form["places"][layout] for name, layout in form["files"].items()}
    rows = {name: read(inbox / name, spots, form) for name, spots in places.items()}
    stages.end("read")
    flawed = {}
    for name, row in rows.items():
        try:
            schema.validate(row, lazy=True)
        except pa.errors.SchemaErrors as errors:
            flawed[name] = errors.failure_cases
    stages.end("check")
    out.mkdir(parents=True, exist_ok=True)
    for number, (name, wrong) in enumerate(flawed.items()):
        mark(inbox / name, out / f"{number}.xlsx", places[name], form, wrong)
    stages.end("return")
    accepted = pd.concat([row for name, row in rows.items() if name not in flawed])
    accepted.sum().to_excel(out / "totals.xlsx")
    accepted.to_excel(out / "master.xlsx")
    stages.end("write")
    print(len(flawed))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
