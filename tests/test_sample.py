"""The sample's two rounds, end to end: what was planted is found, and the published totals come out."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.books import sound

SAMPLE = Path(__file__).parent.parent / "sample_workbooks"
OWN_LEVEL = "本级汇总"
ACTION = ("returned", "queried", "unreadable")


@dataclass(frozen=True)
class Outcome:
    """A finished run: its exit code and its output folder."""

    code: int
    out: Path

    def rows(self, name: str) -> list[dict[str, str]]:
        with (self.out / name).open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))

    @cached_property
    def findings(self) -> list[dict[str, str]]:
        return self.rows("findings.csv")

    @cached_property
    def totals(self) -> dict[str, Decimal]:
        return {row["item"]: Decimal(row["value"]) for row in self.rows("totals.csv")}

    @cached_property
    def report(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.out / "run.json").read_text(encoding="utf-8"))
        return found

    def units(self, *statuses: str) -> set[str]:
        return {unit["name"] for unit in self.report["units"] if unit["status"] in statuses}


def consolidate(out: Path, *folders: Path) -> Outcome:
    command = [sys.executable, "-m", "consolidate", "run", *map(str, folders), "--out", str(out), "--quiet"]
    done = subprocess.run(command, cwd=out.parent, capture_output=True, check=False)
    assert done.returncode in (0, 1), done.stderr.decode()
    return Outcome(done.returncode, out)


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    return consolidate(tmp_path_factory.mktemp("first") / "out", SAMPLE / "round1")


@pytest.fixture(scope="module")
def second(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    return consolidate(tmp_path_factory.mktemp("second") / "out", SAMPLE / "round1", SAMPLE / "round2")


@pytest.fixture(scope="module")
def shares() -> dict[str, dict[str, int]]:
    """The true figures by full name of the unit and item, in smallest units."""
    code = (
        "import json, sys; from pathlib import Path; from making.workbooks import Sample; "
        "s = Sample.load(Path('published.json')); "
        "json.dump({u.name: s.figures[u.short] for u in s.roster}, sys.stdout)"
    )
    environment = os.environ | {"PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=SAMPLE, capture_output=True, check=True, env=environment
    )
    found: dict[str, dict[str, int]] = json.loads(done.stdout)
    return found


def expected() -> list[dict[str, str]]:
    found: list[dict[str, str]] = json.loads((SAMPLE / "expected.json").read_text(encoding="utf-8"))
    return found


def published() -> dict[str, Decimal]:
    values = json.loads((SAMPLE / "published.json").read_text(encoding="utf-8"))["values"]
    return {item: Decimal(str(value)) for item, value in values.items()}


def identity(row: dict[str, str]) -> tuple[object, ...]:
    cells, items = row["cell"].split(), row["item"].split()
    named = frozenset(zip(cells, items, strict=True)) if len(cells) == len(items) else (*cells, *items)
    return (*(row[key] for key in ("unit", "file", "sheet", "code", "severity")), named)


def test_every_cell_that_a_finding_names_has_its_sheet(first: Outcome) -> None:
    sheets = [(row["sheet"].split("/"), row["cell"].split()) for row in first.findings]
    assert all(len(names) in (1, len(cells)) for names, cells in sheets)
    assert {tuple(dict.fromkeys(names)) for names, _ in sheets if len(names) > 1} >= {("表一", "表三")}


def test_first_round_finds_what_was_planted_and_nothing_else(first: Outcome) -> None:
    found = Counter(identity(row) for row in first.findings if row["unit"] != OWN_LEVEL)
    planted = Counter(identity(row) for row in expected())
    assert sorted(found - planted, key=str) == []
    assert sorted(planted - found, key=str) == []


def test_first_round_returns_the_units_with_planted_errors(first: Outcome) -> None:
    assert first.code == 1
    wrong = {row["unit"] for row in expected() if row["severity"] != "hint" and row["code"] != "S7.unknown"}
    missing = {row["unit"] for row in expected() if row["code"] == "S7.missing"}
    assert first.units("missing") == missing
    assert len(missing) == 2
    assert first.units(*ACTION) == wrong - missing
    returned = {path.name.split("_")[0] for path in (first.out / "returns").iterdir()}
    assert returned == wrong - missing - first.units("unreadable")


def test_first_round_adds_up_the_accepted_units_alone(
    first: Outcome, shares: dict[str, dict[str, int]]
) -> None:
    accepted = first.units("accepted", "explained")
    assert len(accepted) > len(shares) / 2
    for item, value in first.totals.items():
        scale = 10_000 if item == "proactive.procurement.amount" else 1
        assert value == Decimal(sum(shares[unit][item] for unit in accepted)) / scale, item


def test_second_round_gives_the_published_totals(second: Outcome) -> None:
    assert len(second.totals) == 216
    assert second.totals == published()
    assert second.units(*ACTION, "missing") == set()


def test_second_round_keeps_the_real_inconsistency_open(second: Outcome) -> None:
    assert second.code == 1
    explained = {row["unit"] for row in second.findings if row["status"] == "explained"}
    assert explained == second.units("explained")
    assert explained == {"新蔡县自然资源局", "新蔡县住房和城乡建设局", "新蔡县人力资源和社会保障局"}
    own = [row for row in second.findings if row["unit"] == OWN_LEVEL and row["severity"] != "hint"]
    assert [(row["code"], row["status"]) for row in own] == [("N.cases", "open")]
    assert "6" in own[0]["message"]
    assert "11" in own[0]["message"]


@pytest.mark.parametrize("round_", ["first", "second"])
def test_every_book_is_one_that_excel_opens_without_a_repair(
    round_: str, request: pytest.FixtureRequest
) -> None:
    out = request.getfixturevalue(round_).out
    books = {path.relative_to(out): sound.faults(path.read_bytes()) for path in sorted(out.rglob("*.xlsx"))}
    assert len(books) >= 3
    assert not {name: found for name, found in books.items() if found}


def test_one_figure_changed_moves_the_total_by_exactly_that(first: Outcome, tmp_path: Path) -> None:
    item, unit = "proactive.licensing.decisions", "新蔡县司法局"
    file = next(row["file"] for row in first.report["files"] if row["unit"] == unit)
    folder = tmp_path / "round1"
    shutil.copytree(SAMPLE / "round1", folder)
    book = openpyxl.load_workbook(folder / file)
    cell = next(cell for sheet in book for row in sheet for cell in row if cell.value == "行政许可")
    cell.parent.cell(cell.row, cell.column + 3).value += 7
    book.save(folder / file)
    changed = consolidate(tmp_path / "out", folder).totals
    moved = {
        name: value - first.totals[name] for name, value in changed.items() if value != first.totals[name]
    }
    assert moved == {item: Decimal(7)}


def contents(data: bytes) -> object:
    """What a file says, whatever the compressor: the parts of a package, also inside another."""
    if not data.startswith(b"PK"):
        return data
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            return {name: contents(package.read(name)) for name in package.namelist()}
    except zipfile.BadZipFile:
        return "torn package"


def answers(data: bytes) -> object:
    """What a filled-in return says: the figures, and the 情况说明; the marks are the tool's own affair."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    return {
        sheet.title: [[cell.value for cell in row] for row in sheet.iter_rows()]
        for sheet in book.worksheets
        if sheet.title not in ("审核意见", "_consolidate")
    }


def told(name: Path, data: bytes) -> object:
    return answers(data) if name.name.endswith("_审核意见.xlsx") else contents(data)


def test_the_script_makes_the_committed_files(tmp_path: Path) -> None:
    subprocess.run([sys.executable, SAMPLE / "make.py", tmp_path], check=True, capture_output=True)
    made = {path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file()}
    kept = {
        path.relative_to(SAMPLE)
        for name in ("round1", "round2", "expected.json")
        for path in ([SAMPLE / name] if (SAMPLE / name).is_file() else (SAMPLE / name).rglob("*"))
        if path.is_file()
    }
    assert made == kept
    different = [
        str(name)
        for name in sorted(made)
        if told(name, (tmp_path / name).read_bytes()) != told(name, (SAMPLE / name).read_bytes())
    ]
    assert different == []
