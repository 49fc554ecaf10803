"""Unit, year and date are read from wherever a cover stands, and years are checked."""

from __future__ import annotations

import datetime

import pytest

from tests import standard
from tests.standard import Page


def with_cover(cells: dict[tuple[int, int], object]) -> list[Page]:
    """The form with this cover in place of its own."""
    return [Page("封面", dict(cells)), *standard.filled()[1:]]


@pytest.mark.parametrize(
    "cells",
    [
        {(0, 0): "填报单位", (0, 1): "教育局", (1, 0): "年度", (1, 1): 2019.0},
        {(0, 0): "填报单位：教育局", (1, 0): "年度：2019年"},
        {(0, 0): "填报单位：教育局　　年度：2019年度　　单位：件"},
        {(0, 0): "填报单位：教育局　　2019年度　　批次号：7846", (1, 0): "年度：2019"},
        {(3, 2): "填报单位：", (3, 5): "教育局", (4, 2): "报告年度：", (4, 5): "二〇一九年度"},
        {
            (0, 0): "填报单位",
            (0, 1): "年度",
            (0, 2): "填报人",
            (1, 0): "教育局",
            (1, 1): "2019",
            (1, 2): "张三",
        },
        {(0, 0): "2019年度政府信息公开工作年度报告统计表", (1, 0): "填报单位（盖章）：教育局"},
    ],
)
def test_unit_and_year_are_read(cells: dict[tuple[int, int], object]) -> None:
    found = standard.submission(with_cover(cells), year=2019)
    assert found.cover["unit"] == "教育局"
    assert "2019" in found.cover["year"] or "一九" in found.cover["year"]
    assert standard.problems(found) == []


def test_a_date_becomes_text() -> None:
    pages = standard.filled(cover={"date": datetime.datetime(2020, 1, 8)})
    assert standard.submission(pages).cover["date"] == "2020-01-08"


def test_a_wrong_year_is_an_error_at_its_cell() -> None:
    pages = standard.filled(cover={"year": "2018年"})
    found = standard.submission(pages, year=2019)
    assert standard.problems(found) == [("S6.year", (standard.where(pages, "year")[1],))]


def test_a_wrong_year_in_a_title_is_an_error_at_its_cell() -> None:
    pages = standard.filled()
    pages[2].cells[0, 0] = "2018年度政府信息公开年报统计表"
    assert standard.problems(standard.submission(pages, year=2019)) == [("S6.year", ("A1",))]


def test_wrong_years_on_several_sheets_name_each_with_its_cell() -> None:
    pages = standard.filled(cover={"year": "2018年"})
    pages[2].cells[0, 0] = "2018年度政府信息公开年报统计表"
    (problem,) = standard.submission(pages, year=2019).problems
    assert problem.where == f"封面 {standard.where(pages, 'year')[1]}；{pages[2].name} A1"


def test_numbers_of_documents_and_other_dates_are_no_report_year() -> None:
    pages = standard.filled()
    pages[0].cells[0, 6] = "（国办公开办函〔2020〕60号）"
    pages[0].cells[1, 6] = "请于2020年1月20日前报送，与2018年报表口径一致"
    assert standard.problems(standard.submission(pages, year=2019)) == []


@pytest.mark.parametrize(
    "cells",
    [
        {(0, 0): "填报单位", (0, 3): "教育局", (1, 0): "年度", (2, 0): "填报人", (2, 3): "张三"},
        {(0, 2): "填报单位", (0, 3): "年度", (0, 4): "填报人", (1, 2): "教育局", (1, 4): "张三"},
    ],
)
def test_a_blank_year_is_named_where_it_belongs(cells: dict[tuple[int, int], object]) -> None:
    found = standard.submission(with_cover(cells), year=2019)
    assert standard.problems(found) == [("S6.blank", ("D2",))]
    assert found.cover["unit"] == "教育局"


def test_a_form_that_states_no_year_gets_a_hint() -> None:
    found = standard.submission(with_cover({(0, 0): "填报单位：教育局"}), year=2019)
    assert standard.problems(found) == [("S6.missing", ())]


def test_a_unit_of_measure_is_no_unit_that_reports() -> None:
    found = standard.submission(with_cover({(0, 0): "单位：件", (1, 0): "年度：2019"}), year=2019)
    assert found.cover.get("unit", "") == ""


REPORT = "丰县审计局2019年度政府信息公开工作年度报告"


def prose(*lines: str) -> list[Page]:
    """The tables of a published report, after a sheet of the text that stands around them."""
    text = {(row, 0): line for row, line in enumerate(lines)}
    return [Page("正文", text), *standard.filled()[1:]]


@pytest.mark.parametrize(
    ("lines", "year", "unit"),
    [
        ([REPORT, "一、总体情况"], "2019", "丰县审计局"),
        (["2019年丰县审计局政府信息公开工作年度报告（送审）"], "2019", "丰县审计局"),
        (["丰县审计局", "二〇一九年度政府信息公开工作年度报告"], "2019", "丰县审计局"),
        (["丰县审计局2019年", "政府信息公开工作年度报告"], "2019", "丰县审计局"),
        (["丰县审计局", "2019年度政府信息", "公开工作年度报告"], "2019", "丰县审计局"),
        (["附件2", "丰县审计局", "2019年度", "政府信息公开工作年度报告"], "2019", "丰县审计局"),
        (["附件2", "2019年度政府信息公开工作年度报告"], "2019", ""),
        (["各乡镇", "2019年度政府信息公开工作年度报告"], "2019", ""),
        (["坚持以人民为中心", "2019年度政府信息公开工作年度报告"], "2019", ""),
        (["丰县审计局2018年工作总结", "2019年度政府信息公开工作年度报告"], "2019", ""),
        (["丰县审计局文件", "2019年度政府信息公开工作年度报告"], "2019", ""),
        ([REPORT, "2018年，本局主动公开政府信息3条，比2017年政府信息公开工作报告少"], "2019", "丰县审计局"),
        ([REPORT, "上一篇：丰县审计局2018年度政府信息公开工作年度报告"], "2019", "丰县审计局"),
        (
            [REPORT, "二、主动公开政府信息情况", "六、其他", REPORT.replace("2019", "2018")],
            "2019",
            "丰县审计局",
        ),
        ([REPORT, REPORT.replace("2019", "2018")], None, ""),
        (["本局2018年政府信息公开工作情况如下"], None, ""),
    ],
)
def test_headings_before_the_tables_tell_year_and_unit(lines: list[str], year: str | None, unit: str) -> None:
    found = standard.submission(prose(*lines), year=2019)
    assert (found.cover.get("year"), found.titled) == (year, unit)
    assert standard.problems(found) == ([] if year else [("S6.missing", ())])


@pytest.mark.parametrize(("row", "unit"), [(2, "丰县审计局"), (5, "")])
def test_a_title_in_two_cells_above_a_table_is_one_title(row: int, unit: str) -> None:
    pages = with_cover({})
    table = pages[1]
    rows = {old: old + row + 2 for old in range(table.height)}
    table.move(rows, {column: column for column in range(table.width)})
    table.cells |= {(0, 0): "丰县审计局", (row, 1): "2019年政府信息公开工作年度报告统计表"}
    found = standard.submission(pages, year=2019)
    assert (found.cover.get("year"), found.titled) == ("2019", unit)
    assert standard.problems(found) == []


def test_a_wrong_year_in_a_heading_is_an_error_at_its_line() -> None:
    found = standard.submission(prose("概况", REPORT.replace("2019", "2018")), year=2019)
    assert standard.problems(found) == [("S6.year", ("A2",))]


def test_the_same_layout_with_other_headings_is_read_anew() -> None:
    pages = [prose(REPORT), prose(REPORT.replace("审计", "统计").replace("2019", "2018"))]
    found = [standard.submission(one, year=2019) for one in pages]
    assert [one.titled for one in found] == ["丰县审计局", "丰县统计局"]
    assert [one.cover["year"] for one in found] == ["2019", "2018"]
