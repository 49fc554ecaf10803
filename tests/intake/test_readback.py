"""A template whose own form could not be read is told so before anybody fills it in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from consolidate.cli import app
from consolidate.forms import catalogue
from consolidate.intake import readback

MONTHS = {"m1": "1月", "m2": "2月", "year": {"label": "全年", "total": True}}
VILLAGES = {"a": "东村", "b": "西村", "c": "南村"}


def written(folder: Path, rows: dict[str, Any], columns: dict[str, Any], *checks: str) -> str:
    """A template file with one table, and a rule per check, each about the figures of a row."""
    rules = [
        {
            "id": f"R.{'abc'[n]}",
            "in": "pay",
            "each": "row",
            "check": check,
            "severity": "error",
            "say": "某条勾稽关系",
        }
        for n, check in enumerate(checks)
    ]
    table = {"id": "pay", "name": "表一", "title": "发放人数", "blocks": [{"rows": rows, "columns": columns}]}
    form = {
        "id": "villages", "title": "低保发放情况表", "years": {"from": 2024},
        "cover": {"unit": {"label": "填报单位"}, "year": {"label": "年度", "type": "year"}},
        "tables": [table],
        "rules": rules,
    }  # fmt: skip
    path = folder / "villages.yaml"
    path.write_text(yaml.safe_dump(form, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return str(path)


def test_the_shipped_forms_come_back() -> None:
    assert [readback.faults(one) for one in catalogue.all_templates()] == [[], []]


@pytest.mark.parametrize(
    ("rows", "columns", "said"),
    [
        (VILLAGES, {"m1": "人数", "m2": "人数", "m3": "金额"}, "× 表一按标准版式填好后，C4、C5、C6读不回来"),
        (VILLAGES | {"d": {"total": True}}, MONTHS, "读不回来：同一级的行、列都要有标签，彼此不同"),
        ({"a": "1", "b": "2", "c": "3"}, {"x": "2001", "y": "2002"}, "× 表一按标准版式填好后"),
    ],
)
def test_labels_that_do_not_tell_cells_apart(
    tmp_path: Path, rows: dict[str, Any], columns: dict[str, Any], said: str
) -> None:
    done = CliRunner().invoke(app, ["template", "check", written(tmp_path, rows, columns), "--tables", "0"])
    assert done.exit_code == 1
    assert said in done.stdout


def test_a_column_per_month_and_a_row_per_village(tmp_path: Path) -> None:
    form = written(tmp_path, VILLAGES, MONTHS, "year == m1 + m2")
    done = CliRunner().invoke(app, ["template", "check", form])
    assert done.exit_code == 0
    assert "×" not in done.stdout
    assert "有上年汇总表" not in done.stdout


@pytest.mark.parametrize("checks", [("m1 == m2", "m1 == m2 + 5"), ("m1 >= m2 + 1", "m1 <= m2 - 1")])
def test_rules_that_contradict_each_other_are_no_bug_of_ours(tmp_path: Path, checks: tuple[str, str]) -> None:
    form = written(tmp_path, VILLAGES, MONTHS, *checks)
    done = CliRunner().invoke(app, ["template", "check", form])
    assert (done.exit_code, done.exception.__class__) == (1, SystemExit)
    assert "互相矛盾" in done.stdout.splitlines()[-1]
