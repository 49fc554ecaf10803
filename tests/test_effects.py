"""What a finding would move: its effect on the total, and the few that the summary names first."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from consolidate import pipeline
from consolidate.model import Run
from tests import inbox, standard

CASES = Path(__file__).with_name("cases")


def run(name: str, top: Path) -> Run:
    spec = yaml.safe_load((CASES / name / "case.yaml").read_text(encoding="utf-8"))
    form = spec.get("form", standard.OLD)
    form = form if isinstance(form, str) else form[0]
    return pipeline.run(inbox.folders(spec, form, top), inbox.settings(spec, form, top)).run


@pytest.mark.parametrize(
    ("case", "code", "effects"),
    [
        ("S5.size-yuan-for-ten-thousand", "S5.size", {"-250974.9", "-179982"}),
        ("S4.unit-figures-with-words", "S4.unit", {"47", "-3", "22", "25.1", "4"}),
        ("S3.blank-one-with-its-figure", "S3.blank", {"3"}),
        ("T2.power-no-power-to-issue", "T2.power", {"-2"}),
        ("T3.carry-differs-from-last-year", "T3.carry", {"1"}),
    ],
)
def test_what_a_cell_should_be_tells_what_the_total_would_move(
    case: str, code: str, effects: set[str], tmp_path: Path
) -> None:
    found = [f for f in run(case, tmp_path).findings if f.code == code]
    assert {f.effect for f in found} == effects


def test_the_summary_names_first_what_moves_a_figure_most(tmp_path: Path) -> None:
    notes = run("S5.size-yuan-for-ten-thousand", tmp_path).notes
    assert "己镇" in notes[0] or "甲镇" in notes[0]
    assert "万元将变动-" in notes[0]
