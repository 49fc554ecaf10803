"""The self-test of a template as people read it, and the figures that schemas/README.md records."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest

from consolidate.checks import linearise, selfreport, selftest, spoil
from consolidate.checks.selftest import Rate
from consolidate.forms import template

SCHEMAS = Path(__file__).parents[2] / "schemas"


def recorded(name: str) -> list[str]:
    """The lines that schemas/README.md shows for a template."""
    text = (SCHEMAS / "README.md").read_text(encoding="utf-8")
    block = re.search(rf"`consolidate template check {name} --tables 1`\n\n```text\n(.*?)\n```", text, re.S)
    assert block is not None
    return [line.strip() for line in block[1].splitlines()]


@pytest.mark.parametrize("name", ["disclosure-2019", "disclosure-2021"])
def test_the_recorded_figures_are_those_of_a_fresh_run(name: str) -> None:
    one = template.load(SCHEMAS / f"{name}.yaml")
    rules = linearise.template(one)
    fresh = selfreport.facts(one, selftest.report(rules))
    fresh += selfreport.conditions(one, rules)
    fresh += selfreport.measured(one, selftest.resolution(rules, 0, 1))
    lines = recorded(name)
    assert [line.strip() for line in fresh] == [
        line for line in lines if "种子" not in line and "√" not in line
    ]


def test_every_kind_of_slip_has_a_name() -> None:
    assert set(selfreport.NAMES) == set(spoil.KINDS)


def test_columns_line_up_where_chinese_characters_take_two_columns() -> None:
    one = template.load(SCHEMAS / "disclosure-2021.yaml")
    rates = [
        Rate("applications", "substituted", 200, 190, 10, 0, 0, 0),
        Rate("applications", "dropped", 200, 200, 0, 0, 0, 0),
        Rate("proceedings", "sign", 7, 7, 0, 0, 0, 0),
    ]
    lines = selfreport.measured(one, rates)
    widths = {sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in line) for line in lines}
    assert len(widths) == 1
    assert lines[1].split() == [
        "表三",
        "数字误写、颠倒、多一位、少一位",
        "400",
        "97.5%",
        "2.5%",
        "0.0%",
        "0.0%",
        "0.0%",
    ]
    assert lines[2].split()[:3] == ["表四", "正负号", "7"]


def test_cells_hardly_tested_are_named_compactly() -> None:
    one = template.load(SCHEMAS / "disclosure-2021.yaml")
    lines = selfreport.facts(one, selftest.report(linearise.template(one)))
    assert "  表四全部15格" in lines
    assert any(
        line.startswith("  表一：主动公开政府信息总数、") and line.endswith("等14格") for line in lines
    )
    assert "多余2条（T3.results@total、T3.balance@total）" in lines[0]
