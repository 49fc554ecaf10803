"""汇总调整 end to end: what the office writes into the register, and all that it may change."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from typer.testing import CliRunner

from consolidate import deliver, pipeline, settings
from consolidate.books import master, registers
from consolidate.cli import app
from consolidate.model import Previous, Run
from tests.books import recomputed

SAMPLE = Path(__file__).parents[2] / "sample_workbooks"
ROUNDS = (SAMPLE / "round1", SAMPLE / "round2")
MOVED = {
    "applications.received.natural_person": 2,
    "applications.received.total": 2,
    "applications.carried_out.natural_person": 2,
    "applications.carried_out.total": 2,
    "proactive.procurement.amount": -12.5,
}


def register(folder: Path, run: Run, rows: Sequence[tuple[object, ...]]) -> Path:
    """The register of a run, filled in and put into a folder of received files."""
    book = openpyxl.load_workbook(io.BytesIO(deliver.files(run)["adjustments.xlsx"]))
    for number, row in enumerate(rows, start=5):
        for column, value in enumerate(row, start=1):
            book["汇总调整"].cell(number, column).value = value  # type: ignore[assignment]
    folder.mkdir(exist_ok=True)
    path = folder / "adjustments.xlsx"
    book.save(path)
    return path


def entries(run: Run) -> list[tuple[object, ...]]:
    items = run.template.items
    named = {item.id: registers.project(item) for item in items}
    said = ("核实后补记", "新政3号", "李经办")
    return [
        ("调01" if "applications" in item else "调02", "本级", named[item], amount, *said)
        for item, amount in MOVED.items()
    ]


@pytest.fixture(scope="module")
def plain() -> Run:
    return pipeline.run(ROUNDS, settings.load(ROUNDS[0] / "consolidate.toml")).run


@pytest.fixture(scope="module")
def adjusted(plain: Run, tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("office") / "round3"
    register(folder, plain, entries(plain))
    return pipeline.run([*ROUNDS, folder], settings.load(ROUNDS[0] / "consolidate.toml")).run


def test_only_the_adjustments_and_the_totals_change(plain: Run, adjusted: Run) -> None:
    for before, after in zip(plain.units, adjusted.units, strict=True):
        assert (before.status, before.included) == (after.status, after.included)
        assert before.submission is not None
        assert after.submission is not None
        assert np.array_equal(before.submission.values, after.submission.values, equal_nan=True)
    for old, new in zip(plain.totals, adjusted.totals, strict=True):
        item = plain.template.items[old.item]
        moved = round(MOVED.get(item.id, 0) * item.scale)
        assert (new.submitted, new.units) == (old.submitted, old.units)
        assert (new.adjustments, new.value) == (moved, old.value + moved)
    assert adjusted.received_totals == plain.received_totals


def test_totals_csv_has_them_in_their_own_column(plain: Run, adjusted: Run) -> None:
    def read(run: Run) -> dict[str, dict[str, str]]:
        text = deliver.files(run)["totals.csv"].decode("utf-8-sig")
        return {row["item"]: row for row in csv.DictReader(io.StringIO(text))}

    before, after = read(plain), read(adjusted)
    for item, row in after.items():
        if item in MOVED:
            assert float(row["adjustments"]) == MOVED[item]
            assert float(row["value"]) == pytest.approx(float(row["submitted"]) + MOVED[item], abs=1e-9)
            assert row["submitted"] == before[item]["submitted"]
        else:
            assert row == before[item]


def test_in_the_master_they_touch_no_unit(plain: Run, adjusted: Run, tmp_path: Path) -> None:
    grids = []
    for name, run in (("plain", plain), ("adjusted", adjusted)):
        path = tmp_path / f"{name}.xlsx"
        path.write_bytes(master.workbook(run))
        grids.append(recomputed.values(path))
    before, after = grids
    changed = {
        sheet
        for sheet, cell in before.keys() | after.keys()
        if before.get((sheet, cell)) != after.get((sheet, cell))
    }
    assert not changed & {"分单位明细", "分类小计", "报送情况"}
    assert {"表二", "表三", "汇总核对", "汇总调整"} <= changed
    forms = {key for key in before.keys() | after.keys() if key[0] in ("表一", "表二", "表三", "表四")}
    moved = [key for key in sorted(forms) if _number(before.get(key)) != _number(after.get(key))]
    assert len(moved) == len(MOVED)


def _number(value: object) -> object:
    return value if isinstance(value, int | float) else None


def test_the_book_with_adjustments_and_last_year_comes_to_its_values(adjusted: Run, tmp_path: Path) -> None:
    last = {
        report.unit.name: report.submission.values * 2
        for report in adjusted.units[:40]
        if report.submission is not None
    }
    run = replace(adjusted, previous=Previous(2018, last))
    assert recomputed.agree(master.workbook(run), tmp_path) > len(run.template.items) * 5


def test_last_year_given_to_the_command_comes_to_its_values(plain: Run, tmp_path: Path) -> None:
    path = tmp_path / "last.xlsx"
    path.write_bytes(master.workbook(replace(plain, year=2018)))
    chosen = settings.override(settings.load(ROUNDS[0] / "consolidate.toml"), previous=path)
    run = pipeline.run(ROUNDS[:1], chosen).run
    assert run.previous is not None
    assert (run.previous.year, len(run.previous.units)) == (2018, 60)
    recomputed.agree(master.workbook(run), tmp_path)


def test_a_master_of_this_year_is_not_last_years(plain: Run, tmp_path: Path) -> None:
    path = tmp_path / "master.xlsx"
    path.write_bytes(master.workbook(plain))
    done = CliRunner().invoke(
        app, [str(ROUNDS[0]), "--previous", str(path), "--out", str(tmp_path / "out"), "--quiet"]
    )
    assert done.exit_code == 2
    assert "master.xlsx是2019年度的汇总表" in done.output
    assert "请指定2018年度的" in done.output


def test_a_voucher_with_one_side_stops_the_run(plain: Run, tmp_path: Path) -> None:
    rows = entries(plain)
    register(tmp_path / "round3", plain, [rows[0], *rows[2:]])
    command = [str(ROUNDS[0]), str(tmp_path / "round3"), "--out", str(tmp_path / "out"), "--quiet"]
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 2
    assert "adjustments.xlsx第5行：凭证调01使T3.row" in done.output
    assert not (tmp_path / "out" / "master.xlsx").exists()
