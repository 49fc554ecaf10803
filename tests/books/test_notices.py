"""Messages to paste: the office's own sentences, and nothing that a spreadsheet would run."""

from __future__ import annotations

import csv
import dataclasses
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consolidate.books import csvtext, notices
from consolidate.model import Finding, Office, Run, Severity, Status
from tests.books import office
from tests.books.office import county, finding, report

WRONG = finding("表三 J6：填49。")
ASKED = finding("表一 B7：填6。", "query", "N.cases")


def rows(run: Run) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(notices.table(run).removeprefix(csvtext.BOM), newline="")))


def said(status: Status, *findings: Finding, **of_office: str) -> str:
    run = county(units=(report("练村镇", status, *findings),))
    run = dataclasses.replace(run, office=dataclasses.replace(run.office, **of_office))
    return rows(run)[0]["内容"]


def test_reminder() -> None:
    assert said("missing") == (
        "练村镇：年报统计表应于1月20日前报送，我办尚未收到。如已发送，请告知文件名和时间。"
        "联系人王科长，电话0396-5912345。"
    )


def test_a_reminder_calls_the_form_by_its_name() -> None:
    run = county(units=(report("练村镇", "missing"),))
    run = dataclasses.replace(run, template=dataclasses.replace(run.template, short="夏粮生产情况季报"))
    assert rows(run)[0]["内容"].startswith("练村镇：夏粮生产情况季报应于1月20日前报送，我办尚未收到。")


def test_return() -> None:
    assert said("returned", WRONG, WRONG, ASKED) == (
        "练村镇：报表有2处须修改、1处须说明。请打开附件首页“审核意见”，改后仍用该文件，于1月20日前发回。"
    )


def test_return_of_errors_alone() -> None:
    assert said("returned", WRONG).startswith("练村镇：报表有1处须修改。请打开")


def test_query_asks_for_words_as_much_as_for_figures() -> None:
    assert said("queried", ASKED) == (
        "练村镇：报表有1处须说明。请打开附件首页“审核意见”，逐处写清情况说明（有误的才改），仍用该文件，于1月20日前发回。"
    )


@pytest.mark.parametrize("status", ["accepted", "explained"])
def test_passed(status: Status) -> None:
    assert said(status) == ("练村镇：报表已审核通过（批次号1a2b3c4d）。如需更正，请另发新表并写明原因。")


def test_unreadable_says_why_and_what_to_do() -> None:
    locked = finding(
        "…", basis="文件设有打开密码，无法读取", advice="请取消密码后再发一次", file="收件/练村.xlsx"
    )
    assert said("unreadable", locked) == (
        "练村镇：报来的文件“练村.xlsx”打不开：文件设有打开密码，无法读取。请取消密码后再发一次，"
        "于1月20日前报送。联系人王科长，电话0396-5912345。"
    )


def test_what_the_office_must_mend_is_no_message_to_the_unit() -> None:
    ours = finding("文件正被别的程序占用", audience="office")
    assert rows(county(units=(report("练村镇", "unreadable", ours),))) == []


def test_unknown_deadline_and_contact_are_left_out() -> None:
    assert said("missing", deadline="", contact="", phone="") == (
        "练村镇：年报统计表我办尚未收到。如已发送，请告知文件名和时间。"
    )
    assert said("returned", WRONG, deadline="").endswith("改后仍用该文件，尽快发回。")
    assert said("missing", contact="").endswith("时间。电话0396-5912345。")


@pytest.mark.parametrize("deadline", ["1月20日", "1月20日前"])
def test_deadline_in_words(deadline: str) -> None:
    assert "应于1月20日前报送" in said("missing", deadline=deadline)


def test_what_is_settled_is_not_asked_again() -> None:
    done = [dataclasses.replace(ASKED, status=status) for status in ("explained", "decided")]
    fixed = dataclasses.replace(WRONG, change="fixed")
    assert "有1处须修改、1处须说明" in said(
        "returned", WRONG, *done, fixed, dataclasses.replace(ASKED, status="refused")
    )


def test_contact_comes_from_the_roster_else_from_the_cover() -> None:
    known = report("练村镇", "accepted")
    new = report("古吕镇", "accepted")
    unit = dataclasses.replace(new.unit, contact="", phone="")
    given = office.submission("古吕.xlsx", reporter="周填报", phone="5900000")
    found = rows(county(units=(known, dataclasses.replace(new, unit=unit, submission=given))))
    assert [(row["联系人"], row["联系电话"]) for row in found] == [
        ("李经办", "13812345678"), ("周填报", "5900000")
    ]  # fmt: skip


def test_delegated_unit_hears_through_the_one_that_reports_for_it() -> None:
    child = report("县志办", "returned")
    child = dataclasses.replace(child, unit=dataclasses.replace(child.unit, reported_by="练村镇"))
    run = county(units=(report("练村镇", "returned", WRONG), child))
    assert [row["单位"] for row in rows(run)] == ["练村镇"]


def test_file_is_what_excel_opens() -> None:
    text = notices.table(office.busy())
    assert text.startswith("\ufeff单位,联系人,联系电话,内容\r\n")
    assert text.count("\r\n") == len(office.busy().units) + 1


@settings(deadline=None)
@given(st.text(), st.sampled_from(["=", "+", "-", "@", "\t=", " =", "＝"]))
def test_no_cell_is_a_formula(rest: str, start: str) -> None:
    cell = csvtext.cell(start + rest)
    plain_number = cell.lstrip("+-").replace(".", "", 1).isdigit()
    assert cell.startswith("'") or plain_number


@pytest.mark.parametrize("number", ["-614", "13188.0989", "+5", "0"])
def test_numbers_stay_numbers(number: str) -> None:
    assert csvtext.cell(number) == number


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(["error", "query", "hint"]), st.text()), max_size=5),
    st.text(),
    st.sampled_from(["accepted", "explained", "queried", "returned", "unreadable", "missing"]),
)
def test_any_text_gives_one_row_per_unit(
    found: list[tuple[Severity, str]], name: str, status: Status
) -> None:
    findings = [finding(message, severity) for severity, message in found]
    run = county(units=(report(name, status, *findings),), office=Office())
    assert len(list(csv.reader(io.StringIO(notices.table(run), newline="")))) == 2
