"""Forms that nobody has thought of: their blanks, filled in by openpyxl, come back item by item."""

from __future__ import annotations

import io
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import openpyxl
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from consolidate.books import blank
from consolidate.books.blank.plan import item_name
from consolidate.forms import template
from consolidate.forms.template import Template
from consolidate.model import Office, Received, Unit
from consolidate.receive import Receiver

OFFICE = Office("某县信访局", "", "county", "", "", "")
UNIT = Unit("石门镇人民政府", "410000001", "乡镇")
# Words of many offices' forms; some are units of measure, sums, or head asides on other forms.
COLUMNS = """
信访件 人次 件数 户数 面积 金额 合计 小计 男 女 少数民族 一季度 二季度 三季度 四季度 1月 2月 12月
上年结转 本年新增 年末实有 0-14岁 15-59岁 60岁及以上 一级 二级 A类 B类 增减% 完成率 线上 线下 满意
基本满意 不满意 及时率 备注 甲 乙
"""
ROWS = """
其中党员 土地征收 劳动社保 水污染 大气污染 新增就业 城镇登记失业人员 低保户 特困人员 在编人数
离退休人数 公务用车 办公用房（平方米） 财政拨款收入 事业收入 基本支出 项目支出 GDP PM2.5 5G基站 单位
编号 已办结 正在办理 不予受理 其他 其它支出 第一产业 东 西部 12345热线 “两会”建议 提案 农村 城镇
总计 总数 次
"""
TITLES = [
    "一、来信情况",
    "二、救助资金",
    "三、人员情况",
    "附表1 收支情况",
    "表5（单位：人）",
    "（六）基础设施",
]


def head(draw: st.DrawFn, words: list[str]) -> dict[str, Any]:
    """One to five rows or columns, one of them perhaps a group."""
    result: dict[str, Any] = {}
    for number in range(draw(st.integers(1, 5))):
        if not words:
            break
        label = words.pop()
        if draw(st.integers(0, 5)) == 0 and len(words) > 3:
            members = {f"m{n}": words.pop() for n in range(draw(st.integers(2, 3)))}
            result[f"k{number}"] = {"label": label, "of": members}
        else:
            result[f"k{number}"] = {"label": label, "decimals": draw(st.sampled_from([0, 0, 0, 2, 4]))}
    return result


@st.composite
def forms(draw: st.DrawFn) -> dict[str, Any]:
    """A template of one to four tables of grids, and of lists with one column of values."""
    tables = []
    for number, title in enumerate(draw(st.permutations(TITLES))[: draw(st.integers(1, 4))]):
        rows = head(draw, list(draw(st.permutations(ROWS.split()))))
        columns = head(draw, list(draw(st.permutations(COLUMNS.split()))))
        if draw(st.booleans()) and len(rows) > 1:
            columns = {"_value": draw(st.sampled_from(["数量", "本年数", "金额（万元）"]))}
        tables.append(
            {
                "id": f"t{number}",
                "name": f"表{number + 1}",
                "title": title,
                "blocks": [{"columns": columns, "rows": rows}],
            }
        )
    cover = {"unit": {"label": "填报单位"}, "year": {"label": "年度", "type": "year"}}
    return {
        "id": "any-form",
        "title": "某某情况统计表",
        "years": {"from": 2020},
        "cover": cover,
        "tables": tables,
    }


def loaded(folder: Path, form: dict[str, Any]) -> Template:
    """The form as the tool loads it."""
    path = folder / "any-form.yaml"
    path.write_text(yaml.safe_dump(form, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return template.load(path)


def filled(content: bytes, values: dict[str, float]) -> bytes:
    """The blank as openpyxl saves it, with a number in the cell of each defined name."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    for name, value in values.items():
        sheet, cell = book.defined_names[name].value.replace("$", "").split("!")
        book[sheet.strip("'")][cell] = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@settings(max_examples=150, deadline=None)
@given(form=forms(), seed=st.integers(0, 10**6))
def test_blanks_of_any_form_come_back(form: dict[str, Any], seed: int) -> None:
    """Every item holds what was typed, and nothing is found to be wrong."""
    comes_back(form, seed)


PAIRS = {"_value": "数量"}
GRID = {
    "found": "排查数",
    "mended": {"label": "整改数", "signed": True},
    "money": {"label": "资金", "decimals": 4},
}


@pytest.mark.parametrize(
    "blocks",
    [
        [
            {"title": "一般隐患", "columns": GRID, "rows": {"general": "一般隐患"}},
            {"title": "重大隐患", "columns": GRID, "rows": {"major": "重大隐患"}},
        ],
        [{"title": "特困人员", "columns": PAIRS,
          "rows": {"poor": "特困人员", "others": {"label": "其他", "of": {"a": "农村", "b": "城镇"}}}}],
        [{"columns": PAIRS, "rows": {"_row": "持证人数"}}],
    ],
)  # fmt: skip
def test_blocks_called_as_their_rows_and_a_table_of_one_cell(blocks: list[dict[str, Any]]) -> None:
    """The line above a block may be the words of its row; the id of one cell may look like a cell's."""
    table = {"id": "a1", "name": "表1", "title": "隐患排查治理情况", "blocks": blocks}
    cover = {"unit": {"label": "填报单位"}, "year": {"label": "年度", "type": "year"}}
    form = {
        "id": "any-form",
        "title": "安全生产情况表",
        "years": {"from": 2020},
        "cover": cover,
        "tables": [table],
    }
    for item in comes_back(form, 3).items:
        assert item.label


LIKE = (
    [("土地征收", "特困人员", "劳动社保"), ("劳动社保", "总计", "在编人数", "土地征收")],
    [("农村", "城镇"), ("城镇", "农村", "其他")],
)


@pytest.mark.parametrize("rows", LIKE)
def test_pairs_of_one_table_that_stand_in_another(rows: list[tuple[str, ...]]) -> None:
    """Their titles tell them apart, whatever stands over the values."""
    blocks = [
        {"columns": {"_value": head}, "rows": {f"k{m}": label for m, label in enumerate(labels)}}
        for head, labels in zip(("金额（万元）", "数量"), rows, strict=True)
    ]
    tables = [
        {"id": f"t{n}", "name": f"表{n + 1}", "title": TITLES[n], "blocks": [block]}
        for n, block in enumerate(blocks)
    ]
    cover = {"unit": {"label": "填报单位"}, "year": {"label": "年度", "type": "year"}}
    form = {"id": "any-form", "title": "情况表", "years": {"from": 2020}, "cover": cover, "tables": tables}
    comes_back(form, 3)


def comes_back(form: dict[str, Any], seed: int) -> Template:
    """Fill in the form's blank and read it back; the form as loaded."""
    with TemporaryDirectory() as where:
        folder = Path(where)
        made = loaded(folder, form)
        values = {item.id: (seed + 7 * item.index) % 900 + 1 for item in made.items}
        content = blank.workbook(made, year=2024, office=OFFICE, unit=UNIT, last_year=None)
        path = folder / "来件.xlsx"
        path.write_bytes(filled(content, {item_name(item): float(values[item.id]) for item in made.items}))
        receipt = Receiver(made, (), 2024)(Received(str(path), path.name))
    assert receipt.refusal is None, receipt.refusal
    submission = receipt.submission
    assert submission is not None
    assert [problem.message for problem in submission.problems] == []
    got = {item.id: submission.values[item.index] for item in made.items}
    assert got == {item.id: values[item.id] * item.scale for item in made.items}
    return made
