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
        ("version: 1", "version: one", "第3行 version：应为整数"),
        ("version: 1", "\tversion: 1", "第3行第1列.*不是正确的YAML：有制表符（Tab）：缩进请用空格"),
        ("from: 2019", "from: 2021", "第6行 years：to应不早于from"),
        ("years: {from: 2019, to: 2020}", "years: {from: 2019", "从第6行开始的一段.*括号没有写完整"),
        ("title: 政府信息公开工作年度报告统计表", "titel: x", "第4行 titel：不认识的键，是不是title"),
        ("id: disclosure-2019", "id: 2019年报", "第2行 id：应由小写英文字母、数字和减号组成"),
        ("affairs: 政务类信息", "affairs: 12", "affairs：应为标签文字.*要加引号"),
        ("affairs: 政务类信息", "no: 政务类信息", "“False”不能作键"),
        ("id: applications", "id: proactive", "第\\d+行 两张表的id都是proactive"),
        ("each: row", "each: rows", "第\\d+行 rules.\\d+.each：应为row、column或item，或应为列表"),
        ("severity: error", "severity: eror", "severity：应为error、query或hint"),
        ("id: T3.row", "id: t3.row", "应以大写英文字母开头"),
        ("id: T3.balance", "id: T3.results", "第\\d+行 规则T3.results：.*写了两次"),
        (
            "total == natural_person",
            "total == natural_persons",
            "第\\d+行 规则T3.row：.*是不是natural_person",
        ),
        ("total == natural_person", "total == 总计", "“总计.*名称用行、列的键"),
        ("total == natural_person", "total == (natural_person", "规则不用括号，请拆开写"),
        ("total == natural_person", "total == 0.5*natural_person", "看不懂“.5.*请两边同乘成整数"),
        ("total == natural_person", "total == total*natural_person", "前面只能是整数"),
        ("total == natural_person", "total < natural_person", "比较只有==、>=、<="),
        ("least=20", "least=many", "“many”处应为整数"),
    ],
)
def test_a_bad_template_says_where_and_what(old: str, new: str, expected: str) -> None:
    assert old in GOOD
    with pytest.raises(TemplateError, match=f"模板bad.yaml.*{expected}"):
        template.parse(GOOD.replace(old, new, 1).encode(), "bad.yaml")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "文件是空的"),
        (b"- a", "应为“键: 值”"),
        (GOOD.encode("gbk"), "不是UTF-8编码：请用记事本打开，另存为UTF-8"),
        ((GOOD + "---\n" + GOOD).encode(), "一个文件只写一个模板"),
        (GOOD.encode() + b"\0", "看不见的控制字符"),
        (GOOD.replace("rows: {_row: ''}", "rows: &r {_row: {of: *r}}").encode(), "引用（\\*）了它自己"),
        (GOOD.replace("total == natural_person + ", "total == total; ", 1).encode(), "看不懂“;"),
    ],
)
def test_a_file_that_is_no_template_says_why(content: bytes, expected: str) -> None:
    with pytest.raises(TemplateError, match=expected):
        template.parse(content, "bad.yaml")


def test_rule_instances_are_named_by_their_place() -> None:
    names = {rule.name for rule in catalogue.named("disclosure-2019", catalogue.all_templates()).rules}
    assert {"T3.row@received", "T3.balance@total", "T4.sum@litigation.direct", "N.cases@reviews"} <= names
