"""What is said of a submission with many blanks and unreadable cells at once."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from pathlib import Path

import openpyxl
import pytest

from consolidate import pipeline, settings
from consolidate.model import Finding, Run, address

SAMPLE = Path(__file__).parents[2] / "sample_workbooks" / "round1"
CLEAN = SAMPLE / "县直部门/2019年度报告统计表（司法局）.xlsx"


Cells = Mapping[str, str]  # item id → `表三!K7`


def run(folder: Path, units: Mapping[str, Mapping[str, object]]) -> Run:
    """The clean workbook once per unit, with these cells (`表三!K7`) changed; no roster."""
    folder.mkdir(exist_ok=True)
    for unit, cells in units.items():
        book = openpyxl.load_workbook(CLEAN)
        for row in (row for sheet in book.worksheets for row in sheet.iter_rows()):
            for cell in row:
                if isinstance(cell.value, str) and "司法局" in cell.value:
                    cell.value = cell.value.replace("新蔡县司法局", unit).replace("司法局", unit)
                elif isinstance(cell.value, str) and re.fullmatch("[A-Z0-9]{5,}", cell.value):
                    cell.value = None  # the office's code
        for place, value in cells.items():
            name, address = place.split("!")
            book[name][address].value = value  # type: ignore[assignment]
        book.save(folder / f"{unit}.xlsx")
    return pipeline.run([folder], settings.Settings(year=2019)).run


def of(found: Run, unit: str) -> list[Finding]:
    """What the unit must act on."""
    return [f for f in found.findings if f.file == f"{unit}.xlsx" and f.severity == "error"]


@pytest.fixture(scope="module")
def cells(tmp_path_factory: pytest.TempPathFactory) -> Cells:
    """Where the items of the clean workbook stand."""
    clean = run(tmp_path_factory.mktemp("clean") / "in", {"甲局": {}})
    assert of(clean, "甲局") == []
    (report,) = clean.units
    assert report.submission is not None
    places = {}
    for item, place in zip(clean.template.items, report.submission.places, strict=True):
        assert place is not None
        sheet, row, column = place
        places[item.id] = f"{report.submission.sheets[sheet]}!{address(row, column)}"
    return places


def applications(cells: Cells) -> list[str]:
    return [cell for item, cell in cells.items() if item.startswith("applications.")]


@pytest.fixture(scope="module")
def filled(cells: Cells) -> dict[str, int]:
    """A 表三 without a zero that keeps its rules, by cell, for the form that leaves the rest at zero."""
    columns = ("natural_person", "commercial", "research", "public_welfare", "legal_service", "other")
    start = "applications.results."
    rows = [item.rpartition(".")[0] for item in cells if item.startswith(start) and item.endswith(".total")]
    leaves = [row for row in rows if row != f"{start}total"]
    values = {
        f"{row}.{c}": (7 * n + 3 * m) % 11 + 1 for n, row in enumerate(leaves) for m, c in enumerate(columns)
    }
    for column in columns:
        values[f"{start}total.{column}"] = sum(values[f"{row}.{column}"] for row in leaves)
        values[f"applications.received.{column}"] = values[f"{start}total.{column}"]
    for row in (*rows, "applications.received"):
        values[f"{row}.total"] = sum(values[f"{row}.{column}"] for column in columns)
    return {cells[item]: value for item, value in values.items()}


def test_cells_that_cannot_be_read_are_each_named_once(
    cells: Cells, filled: dict[str, int], tmp_path: Path
) -> None:
    rng = random.Random(1)
    chosen = {f"测试{n}镇": rng.sample(list(filled), rng.randint(2, 4)) for n in range(120)}
    units = {
        unit: {**filled, **{cell: ("若干", -3)[n % 2] for n, cell in enumerate(wrong)}}
        for unit, wrong in chosen.items()
    }
    found = run(tmp_path / "in", {"正确镇": filled, **units})
    assert of(found, "正确镇") == []
    for unit, wrong in chosen.items():
        named = [place for f in of(found, unit) for place in f.cells]
        assert sorted(named) == sorted(cell.split("!")[1] for cell in wrong), unit
        assert {f.code for f in of(found, unit)} == {"S3.text", "S4.negative"}, unit


def test_the_rules_of_many_blanks_go_into_their_finding(
    cells: Cells, filled: dict[str, int], tmp_path: Path
) -> None:
    wanted = sorted(
        item for item in cells if item.startswith("applications.results.") and cells[item] in filled
    )
    rows = sorted({item.rpartition(".")[0] for item in wanted} - {"applications.results.total"})
    columns = ("commercial", "research", "other")
    blank = [cells[f"{row}.{columns[n % 3]}"] for n, row in enumerate(rows[:14])]
    found = of(run(tmp_path / "in", {"甲局": {**filled, **dict.fromkeys(blank)}}), "甲局")
    assert found[0].code == "S3.blank"
    assert "T3.row" not in {f.code for f in found}
    for cell in blank:
        assert f"{cell.split('!')[1]}按勾稽关系应为{filled[cell]}" in found[0].message


def test_a_figure_in_an_empty_table_is_not_called_wrong(cells: Cells, tmp_path: Path) -> None:
    empty = {**dict.fromkeys(applications(cells)), cells["applications.received.commercial"]: 19}
    found = of(run(tmp_path / "in", {"甲局": empty}), "甲局")
    assert "S3.blank" in {f.code for f in found}
    assert all("疑为" not in f.message for f in found)
