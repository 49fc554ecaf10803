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


# A consistent 表三 over one that is all zero.
FIGURES = {
    f"applications.{row}.{column}": 23
    for row in ("received", "results.granted", "results.total")
    for column in ("natural_person", "total")
}
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


def test_cells_that_cannot_be_read_are_each_named_once(cells: Cells, tmp_path: Path) -> None:
    rng = random.Random(1)
    chosen = {f"测试{n}镇": rng.sample(applications(cells), rng.randint(1, 4)) for n in range(60)}
    found = run(tmp_path / "in", {unit: dict.fromkeys(wrong, "若干") for unit, wrong in chosen.items()})
    for unit, wrong in chosen.items():
        named = [place for f in of(found, unit) for place in f.cells]
        assert sorted(named) == sorted(cell.split("!")[1] for cell in wrong), unit
        assert {f.code for f in of(found, unit)} == {"S3.text"}, unit


def test_the_rules_of_many_blanks_go_into_their_finding(cells: Cells, tmp_path: Path) -> None:
    filled = {cells[item]: value for item, value in FIGURES.items()}
    assert of(run(tmp_path / "whole", {"甲局": filled}), "甲局") == []
    others = [cell for item, cell in cells.items() if item.endswith((".research", ".legal_service"))]
    blank = [*others[:14], cells["applications.results.granted.natural_person"]]
    found = of(run(tmp_path / "in", {"甲局": {**filled, **dict.fromkeys(blank)}}), "甲局")
    assert [f.code for f in found] == ["S3.blank"]
    assert f"{blank[-1].split('!')[1]}按勾稽关系应为23" in found[0].message


def test_a_figure_in_an_empty_table_is_not_called_wrong(cells: Cells, tmp_path: Path) -> None:
    empty = {**dict.fromkeys(applications(cells)), cells["applications.received.commercial"]: 19}
    found = of(run(tmp_path / "in", {"甲局": empty}), "甲局")
    assert "S3.blank" in {f.code for f in found}
    assert all("疑为" not in f.message for f in found)
