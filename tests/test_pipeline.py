from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from typer.testing import CliRunner

from consolidate import deliver, pipeline, settings
from consolidate.cli import app
from consolidate.forms import catalogue
from consolidate.model import Run

SAMPLE = Path(__file__).parents[1] / "sample_workbooks" / "round1"


@pytest.fixture(scope="module")
def finished() -> Run:
    return pipeline.run([SAMPLE], settings.load(SAMPLE / "consolidate.toml")).run


def test_templates_have_the_items_of_both_generations() -> None:
    items = {one.id: len(one.items) for one in catalogue.all_templates()}
    assert items == {"disclosure-2019": 216, "disclosure-2021": 218}


def test_every_file_has_one_outcome_with_a_reason(finished: Run) -> None:
    names = [report.file for report in finished.files]
    assert len(names) == len(set(names))
    assert all(report.reason for report in finished.files)


def test_totals_are_the_sum_of_the_included_units(finished: Run) -> None:
    counted = [r.submission for r in finished.units if r.included and r.submission is not None]
    for total in finished.totals:
        column = [float(s.values[total.item]) for s in counted]
        assert total.value == sum(int(value) for value in column if value == value)


def test_the_wrong_cell_is_named_with_what_it_should_be(finished: Run) -> None:
    found = [f for f in finished.findings if f.unit == "新蔡县教育局"]
    assert [(f.code, f.cells, f.suggestion) for f in found] == [("T3.row", ("K7",), ("3",))]
    assert "勿为凑平而改" in found[0].message


def test_same_inputs_give_the_same_bytes(finished: Run) -> None:
    again = pipeline.run([SAMPLE], settings.load(SAMPLE / "consolidate.toml")).run
    assert deliver.files(again) == deliver.files(finished)


def test_command_line_writes_the_outputs_and_exits_with_one(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, [str(SAMPLE), "--out", str(tmp_path / "out")])
    assert result.exit_code == 1
    assert "未齐，勿对外公布" in result.output
    rows = list(csv.DictReader(io.StringIO((tmp_path / "out/totals.csv").read_text("utf-8-sig"))))
    assert len(rows) == 216
    assert not (tmp_path / "out/.tmp").exists()


def test_operator_mistakes_exit_with_two(tmp_path: Path) -> None:
    out = ["--out", str(tmp_path / "out")]
    assert CliRunner().invoke(app, [str(tmp_path / "nowhere"), *out]).exit_code == 2
    assert CliRunner().invoke(app, [str(SAMPLE), "--template", "disclosure-2091", *out]).exit_code == 2


def test_explain_knows_codes_and_rules() -> None:
    assert "强制" in CliRunner().invoke(app, ["explain", "T3.row"]).output
    assert CliRunner().invoke(app, ["explain", "nothing"]).exit_code == 2
