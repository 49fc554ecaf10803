"""The loop without a server: a return goes out, comes back, and is seen to be done."""

from __future__ import annotations

import datetime
import io
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from consolidate import deliver, summary
from consolidate.errors import LedgerError
from consolidate.model import Decision
from tests.loop import (
    EDUCATION,
    HOUSING,
    JUSTICE,
    LABOUR,
    LAND,
    Desk,
    answer,
    edit,
    finding,
    of,
    said,
)

WHY = "其中两件为上年立案、本年才收到法院通知的案件"
CASES = "表一!B12"  # 收到行政诉讼 of LAND: 3 where table 4 has 5


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path, (EDUCATION, JUSTICE, LAND))


def answered(desk: Desk, text: str, number: int = 2, unit: str = LAND, code: str = "N.cases") -> Path:
    """The return of the rounds before, with a 情况说明 written into it, handed in as a later round."""
    book = desk.returned(desk.run(*range(1, number)), unit)
    answer(book, {code: text})
    path = desk.round(number) / f"{unit}_审核意见.xlsx"
    book.save(path)
    return path


# --- explanations ------------------------------------------------------------------------------


def test_an_explanation_in_a_return_answers_the_query(desk: Desk) -> None:
    answered(desk, WHY)
    run = desk.run(1, 2).run
    assert (of(run, LAND).status, of(run, LAND).included) == ("explained", True)
    query = finding(run, LAND, "N.cases")
    assert (query.status, query.explanation, query.change) == ("explained", WHY, "unchanged")


def test_it_travels_when_the_original_file_is_sent_again(desk: Desk) -> None:
    answered(desk, WHY)
    desk.hand_in(3, LAND)
    query = finding(desk.run(1, 2, 3).run, LAND, "N.cases")
    assert (query.status, query.explanation) == ("explained", WHY)


def test_a_newer_answer_is_not_replaced_by_an_older_one_that_is_carried_along(desk: Desk) -> None:
    path = desk.round(1) / f"{LAND}.xlsx"
    book = openpyxl.load_workbook(path)
    sheet = book.create_sheet("勾稽")
    sheet.append(["编号", "情况说明"])
    sheet.append([finding(desk.run(1).run, LAND, "N.cases").rules[0], "核实无误"])
    book.save(path)
    assert finding(desk.run(1).run, LAND, "N.cases").status == "refused"
    answered(desk, WHY)
    shutil.copy(path, desk.round(3) / "再次报送.xlsx")
    for rounds in ((1, 2), (1, 2, 3)):
        query = finding(desk.run(*rounds).run, LAND, "N.cases")
        assert (query.status, query.explanation) == ("explained", WHY)


def test_it_lapses_when_the_values_change(desk: Desk) -> None:
    path = answered(desk, WHY)
    edit(path, {CASES: 4})
    result = desk.run(1, 2)
    query = finding(result.run, LAND, "N.cases")
    assert (query.status, query.explanation, of(result.run, LAND).status) == ("open", "", "queried")
    assert WHY in query.reply
    assert "失效" in said(desk.returned(result, LAND))


def test_what_is_written_again_for_the_new_values_holds(desk: Desk) -> None:
    edit(answered(desk, WHY), {CASES: 4})
    answered(desk, WHY, number=3)
    assert of(desk.run(1, 2, 3).run, LAND).status == "explained"


def test_another_figure_may_change_without_it(desk: Desk) -> None:
    path = answered(desk, WHY)
    edit(path, {"表一!B4": 999})
    assert finding(desk.run(1, 2).run, LAND, "N.cases").status == "explained"


@pytest.mark.parametrize("text", ["核实无误", "情况属实情况属实", "撤诉两件", "表四总计一致"])
def test_words_that_explain_nothing_are_refused_with_a_sentence(desk: Desk, text: str) -> None:
    answered(desk, text)
    result = desk.run(1, 2)
    query = finding(result.run, LAND, "N.cases")
    assert (query.status, of(result.run, LAND).status) == ("refused", "queried")
    assert text in query.reply
    told = said(desk.returned(result, LAND))
    assert query.reply in told
    assert "上次意见办理情况：说明未采纳1处" in told


def test_to_repeat_the_question_is_no_answer(desk: Desk) -> None:
    asked = finding(desk.run(1).run, LAND, "N.cases")
    for number, text in enumerate((asked.basis, "表一收到的行政复议、行政诉讼件数应与表四总计一致"), start=2):
        answered(desk, text, number=number)
        query = finding(desk.run(*range(1, number + 1)).run, LAND, "N.cases")
        assert query.status == "refused"
        assert "照抄了审核意见" in query.reply


def test_an_error_cannot_be_explained_away(desk: Desk) -> None:
    answered(desk, "经办人员已经离职，原始台账无法核对", unit=EDUCATION, code="T3.row")
    result = desk.run(1, 2)
    error = finding(result.run, EDUCATION, "T3.row")
    assert (error.status, of(result.run, EDUCATION).status) == ("open", "returned")
    assert "不能用情况说明代替修改" in said(desk.returned(result, EDUCATION))


def test_the_same_words_from_three_units_are_a_hint_to_the_office(tmp_path: Path) -> None:
    desk = Desk(tmp_path, (LAND, LABOUR, HOUSING))
    for unit in desk.units:
        answered(desk, WHY, unit=unit)
    run = desk.run(1, 2).run
    (hint,) = (f for f in run.findings if f.code == "E.alike")
    assert f"  · {hint.message}" in summary.lines(run, desk.top, ())
    assert hint.message in deliver.files(run)["status.html"].decode()
    assert (hint.audience, hint.severity) == ("office", "hint")
    assert all(unit in hint.message for unit in desk.units)
    desk.hand_in(3, LABOUR, {"表一!B14": 2})
    assert not [f for f in desk.run(1, 2, 3).run.findings if f.code == "E.alike"]


# --- decisions ---------------------------------------------------------------------------------


def register(desk: Desk, given: dict[str, str], number: int, reason: str = "已报分管领导同意") -> None:
    """Fill in the register that the rounds so far put out, by code, and put it into a round."""
    result = desk.run(*range(1, number + 1))
    book = openpyxl.load_workbook(io.BytesIO(deliver.files(result.run)["decisions.xlsx"]))
    sheet = book["审核处理登记"]
    heads = {cell.value: cell.column for cell in sheet[4]}
    for row in range(5, sheet.max_row + 1):
        code = str(sheet.cell(row, heads["编号"]).value).rpartition("-")[0]
        if code in given:
            filled = {"处理": given[code], "原因": reason, "经办人": "李经办", "批准人": "王主任"}
            for head, text in {**filled, "日期": "2020-01-15"}.items():
                sheet.cell(row, heads[head]).value = text
    book.save(desk.round(number) / "decisions.xlsx")


def test_the_register_lists_what_may_be_settled_and_offers_the_three_actions(desk: Desk) -> None:
    run = desk.run(1).run
    book = openpyxl.load_workbook(io.BytesIO(deliver.files(run)["decisions.xlsx"]))
    sheet = book["审核处理登记"]
    heads = "编号、单位、级别、问题、情况说明、处理、原因、经办人、批准人、日期、数值校验码"
    assert "、".join(str(cell.value) for cell in sheet[4]) == heads
    listed = {sheet.cell(row, 1).value for row in range(5, sheet.max_row + 1)}
    assert listed == {f.id for f in run.findings if f.severity != "hint"}
    (choice,) = sheet.data_validations.dataValidation
    assert choice.formula1 == '"采纳说明,放行,不采纳"'


def test_letting_an_error_through_settles_it_and_changes_no_figure(desk: Desk) -> None:
    register(desk, {"T3.row": "放行"}, 1)
    run = desk.run(1).run
    unit = of(run, EDUCATION)
    assert (unit.status, unit.included) == ("explained", True)
    error = finding(run, EDUCATION, "T3.row")
    assert (error.status, error.reply) == ("decided", "放行：已报分管领导同意")
    assert unit.submission is not None
    wrong = run.template.index["applications.received.total"]
    assert unit.submission.values[wrong] == 8
    counted = [r.submission.values[wrong] for r in run.units if r.included and r.submission]
    assert run.totals[wrong].value == sum(counted)


def test_a_decision_is_on_the_master_and_on_the_sheet_to_sign(desk: Desk) -> None:
    register(desk, {"T3.row": "放行"}, 1)
    run = desk.run(1).run
    book = openpyxl.load_workbook(io.BytesIO(deliver.files(run)["master.xlsx"]))

    def texts(name: str) -> str:
        return "\n".join(str(c.value) for row in book[name].iter_rows() for c in row if c.value)

    for word in (
        finding(run, EDUCATION, "T3.row").id,
        EDUCATION,
        "放行",
        "已报分管领导同意",
        "王主任",
        "有效",
    ):
        assert word in texts("审核处理")
    assert "放行原因：已报分管领导同意（批准人王主任，2020-01-15）" in texts("汇总签批单")


def test_a_decision_lapses_when_the_values_change(desk: Desk) -> None:
    register(desk, {"T3.row": "放行"}, 1)
    desk.hand_in(2, EDUCATION, {"表三!K7": 9})
    result = desk.run(1, 2)
    error = finding(result.run, EDUCATION, "T3.row")
    assert (error.status, of(result.run, EDUCATION).status) == ("open", "returned")
    assert "处理失效" in error.reply
    assert "处理失效" in said(desk.returned(result, EDUCATION))
    book = openpyxl.load_workbook(io.BytesIO(deliver.files(result.run)["master.xlsx"]))
    assert "已失效" in {cell.value for row in book["审核处理"].iter_rows() for cell in row}


def test_a_register_without_digests_lapses_with_a_later_file(desk: Desk) -> None:
    number = finding(desk.run(1).run, EDUCATION, "T3.row").id
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["编号", "处理", "原因", "经办人", "批准人", "日期"])
    book.active.append([number, "放行", "特殊情况", "李经办", "王主任", "2020-01-15"])
    book.save(desk.round(1) / "decisions.xlsx")
    assert of(desk.run(1).run, EDUCATION).status == "explained"
    desk.hand_in(2, EDUCATION, {"表三!K7": 9})
    assert of(desk.run(1, 2).run, EDUCATION).status == "returned"


def handwritten(desk: Desk, *rows: Sequence[object]) -> None:
    """A register in the first round's folder that no tool has handed out."""
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in (["编号", "处理", "原因", "经办人", "批准人", "日期"], *rows):
        book.active.append(list(row))
    book.save(desk.round(1) / "decisions.xlsx")


@pytest.mark.parametrize(
    "day", ["2020年1月15日", "2020.1.15", "2020/01/15", "20200115", 43845, datetime.datetime(2020, 1, 15, 9)]
)
def test_a_date_may_be_written_in_any_way(desk: Desk, day: object) -> None:
    handwritten(desk, ["T3.row－12345678", "放行", "特殊情况", "李经办", "王主任", day])
    (decision,) = desk.run(1).run.decisions
    assert (decision.date, decision.finding) == ("2020-01-15", "T3.row-12345678")


@pytest.mark.parametrize("day", [None, "下周", "2020年1月", "2020-02-31", 7])
def test_a_decision_without_a_date_settles_nothing(desk: Desk, day: object) -> None:
    handwritten(desk, ["T3.row-12345678", "放行", "特殊情况", "李经办", "王主任", day])
    with pytest.raises(LedgerError, match=r"decisions\.xlsx第2行：日期"):
        desk.run(1)


def test_decisions_without_effect_are_told(desk: Desk) -> None:
    query = finding(desk.run(1).run, LAND, "N.cases").id
    given = ("已报分管领导同意", "李经办", "王主任", "2020-01-15")
    handwritten(desk, ["T3.row-12345678", "放行", *given], [query, "采纳说明", *given])
    run = desk.run(1).run
    told = [line for line in summary.lines(run, desk.top, ()) if "没有生效" in line]
    assert len(told) == 2
    assert "第2行（T3.row-12345678）没有生效：没有这个编号的问题" in told[0]
    assert f"第3行（{query}）没有生效：审核处理为采纳说明，但本单位没有情况说明" in told[1]


@pytest.mark.parametrize("name", ["decisions.xlsx", "adjustments.xlsx"])
def test_a_register_of_another_year_is_not_used(desk: Desk, name: str) -> None:
    last = desk.run(1).run
    book = deliver.files(replace(last, year=2018))[name]
    (desk.round(1) / name).write_bytes(book)
    with pytest.raises(LedgerError, match=r"2018年度的.*本次审核的是2019年度"):
        desk.run(1)


def test_an_explanation_that_is_not_accepted_goes_back_with_the_reason(desk: Desk) -> None:
    answered(desk, WHY)
    register(desk, {"N.cases": "不采纳"}, 2, reason="请附法院通知书的文号")
    result = desk.run(1, 2)
    query = finding(result.run, LAND, "N.cases")
    assert (query.status, of(result.run, LAND).status) == ("refused", "queried")
    assert "情况说明未采纳：请附法院通知书的文号" in said(desk.returned(result, LAND))


@pytest.mark.parametrize("by_hand", [False, True])
def test_an_explanation_written_anew_is_not_refused_unread(desk: Desk, by_hand: bool) -> None:
    path = answered(desk, WHY)
    register(desk, {"N.cases": "不采纳"}, 2, reason="请附法院通知书的文号")
    if by_hand:  # no 数值校验码: what lay in the register's folder or an earlier one is meant
        edit(desk.round(2) / "decisions.xlsx", {f"审核处理登记!K{row}": None for row in range(4, 30)})
    shutil.copy(path, desk.round(3) / "原样再报.xlsx")
    assert finding(desk.run(1, 2, 3).run, LAND, "N.cases").status == "refused"
    answered(desk, "两件系豫17行初12号、13号，上年立案", number=4)
    run = desk.run(1, 2, 3, 4).run
    query = finding(run, LAND, "N.cases")
    assert (query.status, of(run, LAND).status) == ("explained", "explained")
    assert any("重新写的，原处理失效" in line for line in summary.lines(run, desk.top, ()))


def test_accepting_takes_even_a_short_explanation(desk: Desk) -> None:
    answered(desk, "核实无误")
    register(desk, {"N.cases": "采纳说明"}, 2)
    run = desk.run(1, 2).run
    assert (finding(run, LAND, "N.cases").status, of(run, LAND).included) == ("decided", True)


def test_accepting_needs_an_explanation_and_no_error(desk: Desk) -> None:
    register(desk, {"N.cases": "采纳说明", "T3.row": "采纳说明"}, 1)
    run = desk.run(1).run
    assert "没有情况说明" in finding(run, LAND, "N.cases").reply
    assert finding(run, LAND, "N.cases").status == "open"
    answered(desk, "经办人员已经离职，原始台账无法核对", unit=EDUCATION, code="T3.row")
    run = desk.run(1, 2).run
    assert "不能采纳说明" in finding(run, EDUCATION, "T3.row").reply
    assert of(run, EDUCATION).status == "returned"


def test_the_next_register_keeps_what_was_decided(desk: Desk) -> None:
    register(desk, {"T3.row": "放行"}, 1)
    first = desk.run(1).run
    again = deliver.files(first)["decisions.xlsx"]
    (desk.round(2) / "decisions.xlsx").write_bytes(again)
    second = desk.run(1, 2).run
    plain = [replace(d, row=0, folder=None) for run in (first, second) for d in run.decisions]
    assert plain[0] == plain[1]
    assert isinstance(plain[0], Decision)
    assert [u.status for u in second.units] == [u.status for u in first.units]


# --- the second round --------------------------------------------------------------------------


def test_every_earlier_finding_is_seen_to_be_done_or_not(tmp_path: Path) -> None:
    desk = Desk(tmp_path, (HOUSING, JUSTICE))
    desk.hand_in(2, HOUSING, {"复议诉讼!E6": 2, "主动公开!B5": "五件"})
    result = desk.run(1, 2)
    changes = {f.code: f.change for f in of(result.run, HOUSING).findings}
    assert changes["T4.sum"] == "fixed"
    assert changes["N.cases"] == "unchanged"
    rest = {change for code, change in changes.items() if code not in ("T4.sum", "N.cases", "R.changed")}
    assert rest == {"new"}
    told = said(desk.returned(result, HOUSING))
    assert "上次意见办理情况：已改正1处，未改1处，新发现" in told
    book = openpyxl.load_workbook(io.BytesIO(deliver.files(result.run)["master.xlsx"]))
    standing = {str(cell.value) for row in book["报送情况"].iter_rows() for cell in row}
    assert any(text.startswith("已改正1、未改1、新发现") for text in standing)
    page = deliver.files(result.run)["status.html"].decode()
    assert "（已改正）" in page
    assert "（未改）" in page


def test_a_copy_of_another_unit_that_is_explained_or_replaced_is_seen_to_be(tmp_path: Path) -> None:
    desk = Desk(tmp_path, (LAND, JUSTICE))
    twin = desk.hand_in(1, JUSTICE)
    shutil.copy(desk.hand_in(1, LAND), twin)
    edit(twin, {"封面!B3": JUSTICE})
    answered(desk, "两局合署办公，数据合并统计报送", unit=LAND, code="C.unit")
    query = finding(desk.run(1, 2).run, LAND, "C.unit")
    assert (query.status, query.change) == ("explained", "unchanged")
    desk.hand_in(2, JUSTICE)
    changes = {f.change for f in of(desk.run(1, 2).run, JUSTICE).findings if f.code == "C.unit"}
    assert changes == {"fixed"}


def test_a_finding_mended_in_part_is_no_new_one(desk: Desk) -> None:
    desk.hand_in(1, EDUCATION, {"表二!C8": None, "表二!D8": None})
    assert len(finding(desk.run(1).run, EDUCATION, "S3.blank").items) == 2
    desk.hand_in(2, EDUCATION, {"表二!D8": None})
    run = desk.run(1, 2).run
    left = finding(run, EDUCATION, "S3.blank")
    assert (len(left.items), left.change) == (1, "unchanged")
    assert not [f for f in of(run, EDUCATION).findings if f.change == "fixed"]


def test_the_same_values_again_are_named(desk: Desk) -> None:
    desk.hand_in(2, EDUCATION, {"表三!A1": "改过的标题"})
    desk.hand_in(2, LAND, {"表一!A1": "改过的标题"})
    result = desk.run(1, 2)
    for unit in (EDUCATION, LAND):
        again = finding(result.run, unit, "R.same")
        assert (again.severity, again.change) == ("hint", "")
        assert "新发现" not in said(desk.returned(result, unit))
        assert "注意：本次报送的数据与上次完全相同" in said(desk.returned(result, unit))
    file = next(f for f in result.run.files if f.outcome == "superseded" and f.unit == EDUCATION)
    assert "数据相同" in file.reason


def test_what_was_not_asked_for_and_changed_is_a_hint(desk: Desk) -> None:
    desk.hand_in(2, EDUCATION, {"表三!K7": 3, "表二!E8": 9})
    run = desk.run(1, 2).run
    hint = finding(run, EDUCATION, "R.changed")
    assert "改为9" in hint.message
    assert hint.cells == ("E8",)
    assert of(run, EDUCATION).status == "accepted"
