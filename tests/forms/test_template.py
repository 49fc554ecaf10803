from __future__ import annotations

import json
from pathlib import Path

import pytest

from consolidate.errors import TemplateError
from consolidate.forms import catalogue, template
from consolidate.forms.spec import json_schema

SCHEMAS = Path(__file__).parents[2] / "schemas"
GOOD = (SCHEMAS / "disclosure-2019.yaml").read_text("utf-8")


def test_json_schema_is_fresh() -> None:
    assert json.loads((SCHEMAS / "template.schema.json").read_text("utf-8")) == json_schema()


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("version: 1", "version: one", "第3行"),
        ("each: row", "each: rows", "规则|第\\d+行"),
        ("total == natural_person", "total == natural_persons", "没有“natural_persons”"),
        ("title: 政府信息公开工作年度报告统计表", "titel: x", "不认识的键"),
        ("id: T3.balance", "id: T3.results", "同一处写了两次"),
    ],
)
def test_a_bad_template_says_where_and_what(old: str, new: str, expected: str) -> None:
    assert old in GOOD
    with pytest.raises(TemplateError, match=expected):
        template.parse(GOOD.replace(old, new, 1).encode(), "bad.yaml")


def test_rule_instances_are_named_by_their_place() -> None:
    names = {rule.name for rule in catalogue.named("disclosure-2019", catalogue.all_templates()).rules}
    assert {"T3.row@received", "T3.balance@total", "T4.sum@litigation.direct", "N.cases@reviews"} <= names
