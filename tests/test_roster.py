"""Who must submit, and to whom a file belongs: bound when certain, suggested when likely, never guessed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from consolidate import inputs
from consolidate.checks import frame
from consolidate.errors import RosterError
from consolidate.intake import names, roster
from consolidate.intake.roster import Roster
from consolidate.model import Sheet, Unit
from consolidate.settings import Settings
from tests import standard

TOWNS = (
    Unit("平安县砖店镇人民政府", "XC01", "乡镇", ("砖店",)),
    Unit("平安县宋岗乡人民政府", "XC02", "乡镇"),
    Unit("平安县石门镇人民政府", "XC03", "乡镇"),
    Unit("平安县自然资源局", "XC04", "部门", ("县国土局", "国土资源局")),
)
OFFICE = "平安县人民政府办公室"
KNOWN = Roster(TOWNS, place="平安县")


def parsed(*rows: str, office: str = "") -> Roster:
    cells = [row.split(",") for row in rows]
    width = max(map(len, cells))
    return roster.parse(
        [Sheet("Sheet1", [row + [""] * (width - len(row)) for row in cells])], "units.xlsx", office
    )


# --- names ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("平安县砖店镇人民政府", 0),
        ("砖店镇人民政府", 0),
        ("砖店镇", 0),
        (" 平安县 砖店镇 人民政府\n", 0),
        ("平安縣砖店镇人民政府", None),
        ("砖店", 0),
        ("县国土局", 3),
        ("国土资源局", 3),
        ("平安县自然资源局", 3),
        ("自然资源局", 3),
        ("宋港乡人民政府", None),
        ("镇人民政府", None),
        ("平安县", None),
    ],
)
def test_a_name_is_bound_exactly_normalised_or_as_an_alias(name: str, unit: int | None) -> None:
    bound = KNOWN.bind("报表.xlsx", name, "").unit
    assert bound == ("" if unit is None else TOWNS[unit].name)


@pytest.mark.parametrize("code", ["XC02", "xc02", " XC 02 ", "ＸＣ０２"])
def test_a_code_is_enough_however_the_name_is_spelt(code: str) -> None:
    assert KNOWN.bind("报表.xlsx", "宋港乡", code).unit == TOWNS[1].name
    assert KNOWN.bind("报表.xlsx", "", code).unit == TOWNS[1].name


@pytest.mark.parametrize(
    ("file", "name", "code"),
    [
        ("石门镇.xlsx", "砖店镇", ""),
        ("XC03-报表.xlsx", "砖店镇", ""),
        ("报表.xlsx", "砖店镇", "XC03"),
        ("石门镇和砖店镇.xlsx", "宋岗乡", ""),
    ],
)
def test_names_that_disagree_bind_to_nobody(file: str, name: str, code: str) -> None:
    found = KNOWN.bind(file, name, code)
    assert found.unit == ""
    assert "两者不一致" in found.reason
    assert "改正封面" in found.todo


@pytest.mark.parametrize(
    ("file", "unit", "suggestion"),
    [
        ("砖店镇2019年报（最终版）.xlsx", 0, None),
        ("XC03.xlsx", 2, None),
        ("石门镇中学.xlsx", None, 2),
        ("石门镇和砖店镇.xlsx", None, None),
        ("报表.xlsx", None, None),
    ],
)
def test_without_a_cover_only_a_file_name_that_says_nothing_else_tells(
    file: str, unit: int | None, suggestion: int | None
) -> None:
    found = KNOWN.bind(file, "", "")
    assert found.unit == ("" if unit is None else TOWNS[unit].name)
    assert found.suggestion == ("" if suggestion is None else TOWNS[suggestion].name)


@pytest.mark.parametrize(("typed", "meant"), [("宋港乡人民政府", 1), ("砖殿镇", 0), ("石们镇", 2)])
def test_a_near_miss_is_suggested_and_never_bound(typed: str, meant: int) -> None:
    found = KNOWN.bind("报表.xlsx", typed, "")
    assert (found.unit, found.suggestion) == ("", TOWNS[meant].name)
    assert f"“{typed}”不在单位名单中" in found.reason


@given(
    st.sampled_from(TOWNS),
    st.integers(0, 20),
    st.sampled_from("东西南北中镇乡县甲乙"),
    st.sampled_from(["replace", "insert", "drop"]),
)
def test_one_wrong_character_never_binds_to_another_unit(unit: Unit, at: int, letter: str, how: str) -> None:
    name = unit.name
    at %= len(name)
    rest = name[at + 1 :] if how != "insert" else name[at:]
    typed = name[:at] + ("" if how == "drop" else letter) + rest
    assert KNOWN.bind("报表.xlsx", typed, "").unit in ("", unit.name)


def test_a_key_that_two_units_share_identifies_neither() -> None:
    two = parsed("单位名称,别名", "平安县教育局,教体局", "平安县体育局,教体局")
    assert two.bind("报表.xlsx", "教体局", "").unit == ""
    assert two.bind("报表.xlsx", "平安县体育局", "").unit == "平安县体育局"


# --- the spreadsheet -----------------------------------------------------------------------------


def test_columns_are_found_by_their_headings_in_any_order_below_a_title() -> None:
    found = parsed(
        "平安县2019年度应报单位名单", "", "序号,别名,单位 名称,联系人,代报单位,单位代码,并入单位",
        "1,砖店、砖店镇政府,砖店镇,张三,,1001,", "2,,敬老院,,砖店镇,,", "3,,新城街道,,,,东关乡；西关乡",
    )  # fmt: skip
    assert [unit.name for unit in found.units] == ["砖店镇", "敬老院", "新城街道"]
    first, second, third = found.units
    assert (first.aliases, first.contact, first.code) == (("砖店", "砖店镇政府"), "张三", "1001")
    assert (second.reported_by, third.predecessors) == ("砖店镇", ("东关乡", "西关乡"))
    assert first.extra == {"序号": "1"}


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (["名称,代码", "甲镇,1"], "没有“单位名称”一列"),
        (["单位名称"], "没有单位"),
        (["单位名称,联系人", ",张三"], "第2行没有单位名称"),
        (["单位名称", "甲镇", "乙镇", "甲 镇"], "第4行与第2行的单位名称相同"),
        (["单位代码,单位名称", "A1,甲镇", "a1,乙镇"], "第3行与第2行的单位代码相同"),
        (["单位名称,代报单位", "甲站,丙镇"], "代报单位“丙镇”不在名单中"),
        (["单位名称,代报单位", "甲站,甲站"], "自己也由别人代报"),
        (["单位名称,代报单位", "甲站,乙站", "乙站,丙镇", "丙镇,"], "自己也由别人代报"),
    ],
)
def test_a_roster_that_cannot_be_used_says_which_row_is_wrong(rows: list[str], said: str) -> None:
    with pytest.raises(RosterError) as error:
        parsed(*rows)
    assert "单位名单units.xlsx" in str(error.value)
    assert said in str(error.value)


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_roster_of_any_usual_encoding_is_read(codec: str, tmp_path: Path) -> None:
    text = "单位代码,单位名称,别名\nA1,平安县砖店镇人民政府,砖店\nA2,平安县石门镇人民政府,\n"
    (tmp_path / "units.csv").write_bytes(text.encode(codec))
    given_ = inputs.load([tmp_path], Settings(name=OFFICE), standard.template(), 2019).roster
    assert given_ is not None
    assert [unit.code for unit in given_.units] == ["A1", "A2"]
    assert given_.bind("报表.xlsx", "石门镇", "").unit == "平安县石门镇人民政府"


def test_a_roster_that_was_named_and_is_not_there_is_the_operators_mistake(tmp_path: Path) -> None:
    with pytest.raises(RosterError, match="没有名单"):
        inputs.load([tmp_path], Settings(roster=tmp_path / "没有名单.xlsx"), standard.template(), 2019)


# --- without a roster, and last year -------------------------------------------------------------


def test_without_a_roster_the_units_found_are_the_roster() -> None:
    found = roster.found([("乙镇", ""), ("甲镇", "A1"), ("平安县甲镇人民政府", "")], OFFICE)
    assert not found.given
    assert len(found.units) == 2
    assert found.bind("1.xlsx", "甲镇人民政府", "").unit == found.bind("2.xlsx", "甲镇", "").unit != ""


@pytest.mark.parametrize(
    ("kind", "office", "level"),
    [
        ("乡镇", "county", "township"),
        ("街道", "county", "township"),
        ("县直部门", "county", "department"),
        ("", "county", "township"),
        ("", "city", "county"),
        ("县", "city", "county"),
        ("地级市", "province", "city"),
        ("县级市", "city", "county"),
        ("市辖区", "city", "county"),
        ("市直部门", "city", "department"),
    ],
)
def test_the_kind_of_a_unit_tells_its_level(kind: str, office: str, level: str) -> None:
    assert roster.level_of(Unit("某单位", kind=kind), office) == level


def test_last_year_of_a_merged_unit_is_the_sum_of_its_predecessors() -> None:
    known = {"甲镇": np.array([1.0, 2.0]), "乙乡": np.array([10.0, np.nan])}
    merged, plain, new = frame.last_year_vectors(
        standard.template(), known, ["甲镇", "乙乡", "丙镇"], [("乙乡",), (), ()]
    )
    assert merged is not None
    assert merged[0] == 11
    assert np.isnan(merged[1])
    assert plain is known["乙乡"] or np.array_equal(plain, known["乙乡"], equal_nan=True)  # type: ignore[arg-type]
    assert new is None


@pytest.mark.parametrize(
    "stem", ["平安县砖店镇人民政府", "砖店镇", "平安县砖店2019年报", "XC01-砖店镇人民政府"]
)
def test_a_file_that_cannot_be_opened_is_known_by_its_name(stem: str) -> None:
    assert KNOWN.by_file(f"乡镇/{stem}.xlsx") == ((TOWNS[0].name,), True)
    assert KNOWN.by_file(f"乡镇/{stem}中学.xlsx")[1] is False


# --- whom titles name ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "titled", "unit", "suggestion", "reason"),
    [
        ("报表.xlsx", "砖店镇人民政府", 0, None, ""),
        ("砖店镇.xlsx", "平安县砖店镇", 0, None, ""),
        ("砖店镇.xlsx", "平安县", 0, None, ""),
        ("石门镇.xlsx", "砖店镇", None, None, "标题是平安县砖店镇人民政府，文件名写的是平安县石门镇人民政府"),
        ("报表.xlsx", "砖殿镇", None, 0, "标题里的“砖殿镇”不在单位名单中"),
        ("石门镇中学.xlsx", "石门镇中学", None, 2, "只凭文件名不能确定"),
    ],
)
def test_where_the_cover_is_silent_a_title_that_names_a_unit_exactly_binds(
    file: str, titled: str, unit: int | None, suggestion: int | None, reason: str
) -> None:
    found = KNOWN.bind(file, "", "", titled)
    assert found.unit == ("" if unit is None else TOWNS[unit].name)
    assert found.suggestion == ("" if suggestion is None else TOWNS[suggestion].name)
    assert reason in found.reason


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("丰县审计局2020年度政府信息公开工作年度报告统计表", "丰县审计局"),
        ("2020年 丰县 审计局政府信息公开工作年度报告（盖章）", "丰县审计局"),
        ("丰县审计局关于二〇二〇年度政府信息公开年报", "丰县审计局"),
        ("砖店镇政府信息公开年报", "砖店镇"),
        ("2020年度政府信息公开工作年度报告统计表", ""),
        ("政府信息公开工作年度报告", ""),
        ("报表终稿", ""),
        ("单位001", ""),
        ("2020年单位001统计表", "单位001"),
        ("三、收到和处理政府信息公开申请情况", ""),
    ],
)
def test_whose_report_a_title_says_that_it_is(title: str, name: str) -> None:
    assert names.of_title(title, standard.template().title) == name
