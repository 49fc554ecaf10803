"""The office's registers: read back as they were written, and never overwritten once filled in."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from consolidate import deliver, settings
from consolidate.books import registers
from consolidate.cli import app
from consolidate.errors import LedgerError
from consolidate.intake import ledgers, read
from consolidate.model import OWN_LEVEL, Run, Sheet, Workbook
from tests.loop import EDUCATION, JUSTICE, LAND, SAMPLE, Desk

BALANCED = (("调01", EDUCATION, "applications.received.natural_person", 2),
            ("调01", EDUCATION, "applications.received.total", 2),
            ("调01", EDUCATION, "applications.carried_out.natural_person", 2),
            ("调01", EDUCATION, "applications.carried_out.total", 2))  # fmt: skip


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path, (EDUCATION, JUSTICE, LAND))


def sheets(content: bytes) -> tuple[Sheet, ...]:
    book = read.workbook(content, "register.xlsx")
    assert isinstance(book, Workbook)
    return book.sheets


def adjust(path: Path, run: Run, rows: Sequence[tuple[str, str, str, object]]) -> None:
    """Fill in the empty register like the office would, choosing items from its list."""
    book = openpyxl.load_workbook(io.BytesIO(deliver.files(run)["adjustments.xlsx"]))
    names = {item.id: registers.project(item) for item in run.template.items}
    for number, (voucher, unit, item, amount) in enumerate(rows, start=5):
        filled = (voucher, unit, names.get(item, item), amount, "核实后补记", "新政〔2020〕3号", "李经办")
        for column, value in enumerate(filled, start=1):
            book["汇总调整"].cell(number, column).value = value
    book.save(path)


def test_the_registers_have_the_columns_that_are_read(desk: Desk) -> None:
    files = deliver.files(desk.run(1).run)
    for name, heads in (("decisions.xlsx", ledgers.DECISIONS), ("adjustments.xlsx", ledgers.ADJUSTMENTS)):
        (sheet, *_) = sheets(files[name])
        titles = next(row for row in sheet.rows if heads[0] in row)
        assert set(heads) <= set(titles)
    assert ledgers.DIGEST in next(row for row in sheets(files["decisions.xlsx"])[0].rows if "编号" in row)
    assert registers.ACTIONS == ledgers.ACTIONS


def test_empty_registers_change_nothing(desk: Desk) -> None:
    first = desk.run(1).run
    for name in ("decisions.xlsx", "adjustments.xlsx"):
        (desk.round(1) / name).write_bytes(deliver.files(first)[name])
    second = desk.run(1).run
    assert (second.decisions, second.adjustments) == ((), ())
    assert second.totals == first.totals


def test_every_item_can_be_chosen_by_its_name(desk: Desk) -> None:
    run = desk.run(1).run
    rows = [("调01", "本级", item.id, 1) for item in run.template.items]
    path = desk.top / "all.xlsx"
    adjust(path, run, rows)
    entries = ledgers.adjustments(sheets(path.read_bytes()), run.template, "all.xlsx")
    assert [entry.item for entry in entries] == list(range(len(run.template.items)))
    choice = openpyxl.load_workbook(path)
    names = [cell.value for cell in choice["_lists"]["A"]]
    assert names == [registers.project(item) for item in run.template.items]
    assert choice["_lists"].sheet_state == "veryHidden"


def test_adjustments_come_back_in_the_next_register(desk: Desk) -> None:
    adjust(desk.round(1) / "adjustments.xlsx", desk.run(1).run, BALANCED)
    first = desk.run(1).run
    (desk.round(1) / "adjustments.xlsx").write_bytes(deliver.files(first)["adjustments.xlsx"])
    assert desk.run(1).run.adjustments == first.adjustments
    assert len(first.adjustments) == len(BALANCED)


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (("调01", "本级", "applications.received.total", 2), "第5行：凭证调01使T3.row"),
        (("调01", "本级", "applications.nothing", 2), "第5行：没有项目“applications.nothing”"),
        (("调01", "本级", "applications.received.total", "两件"), "第5行：金额“两件”不是数字"),
        (("调01", "本级", "applications.received.total", "inf"), "第5行：金额“inf”不是数字"),
        (("调01", "本级", "applications.received.total", "1e400"), "第5行：金额1e400应是"),
        (("调01", "本级", "applications.received.total", 0), "第5行：金额0应是不等于0"),
        (("调01", "本级", "applications.received.total", None), "第5行：金额没有填"),
        (("调01", "本级", "applications.received.total", 0.5), "第5行：金额0.5的小数位数过多；.*应为整数"),
        (("调01", "本级", "proactive.procurement.amount", 1.00001), "第5行：.*最多保留4位小数"),
        (
            ("调01", "新蔡县教育据", "applications.received.total", 2),
            "没有“新蔡县教育据”，是不是新蔡县教育局",
        ),
        (("调01", "火星", "applications.received.total", 2), "第5行：单位名单中没有“火星”；请填单位名单"),
        (("调01", "本级", "", 2), "第5行：项目必填"),
        (("", "本级", "applications.received.total", 2), "第5行：凭证号必填"),
    ],
)
def test_an_entry_that_cannot_be_made_is_named_with_its_row(
    desk: Desk, row: tuple[str, str, str, object], sentence: str
) -> None:
    adjust(desk.round(1) / "adjustments.xlsx", desk.run(1).run, [row])
    with pytest.raises(LedgerError, match=sentence):
        desk.run(1)
    command = [str(desk.round(1)), "--year", "2019", "--out", str(desk.top / "out")]
    assert CliRunner().invoke(app, command).exit_code == 2


def test_headings_may_hold_spaces_and_columns_may_be_missing(desk: Desk) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["凭证号 ", "单 位", "项目", "金　额", "原因"])
    book.active.append(["1", "本级", "proactive.licensing.decisions", -3, "重复计算"])
    book.save(desk.round(1) / "adjustments.xlsx")
    (entry,) = desk.run(1).run.adjustments
    assert (entry.amount, entry.document, entry.row) == (-3, "", 2)


def test_a_filled_in_register_is_never_overwritten(desk: Desk) -> None:
    out = desk.top / "out"
    (desk.round(1) / "consolidate.toml").write_bytes((SAMPLE / "consolidate.toml").read_bytes())
    command = [str(desk.round(1)), "--out", str(out), "--quiet"]
    assert CliRunner().invoke(app, command).exit_code == 1
    assert CliRunner().invoke(app, command).exit_code == 1
    book = openpyxl.load_workbook(out / "decisions.xlsx")
    for column, text in ((6, "放行"), (7, "特殊情况"), (8, "李"), (9, "王"), (10, "2020-01-15")):
        book["审核处理登记"].cell(5, column).value = text
    book.save(out / "decisions.xlsx")
    filled = (out / "decisions.xlsx").read_bytes()
    refused = CliRunner().invoke(app, command)
    assert refused.exit_code == 2
    assert "decisions.xlsx填写或改动过" in refused.output
    assert (out / "decisions.xlsx").read_bytes() == filled
    # A copy in the folder is what was asked for: nothing is lost any more.
    (desk.round(1) / "decisions.xlsx").write_bytes(filled)
    assert CliRunner().invoke(app, command).exit_code == 1


def test_a_report_that_the_office_goes_on_writing_is_never_overwritten(desk: Desk) -> None:
    out = desk.top / "out"
    command = [str(desk.round(1)), "--year", "2019", "--out", str(out), "--quiet"]
    assert CliRunner().invoke(app, [*command, "--report"]).exit_code == 1
    (out / "report.docx").write_bytes((out / "report.docx").read_bytes() + b" ")
    assert CliRunner().invoke(app, command).exit_code == 2
    (out / "report.docx").unlink()
    assert CliRunner().invoke(app, command).exit_code == 1


def test_both_rounds_of_the_sample_are_done_with_the_register(tmp_path: Path) -> None:
    rounds = [str(SAMPLE), str(SAMPLE.parent / "round2")]
    out = tmp_path / "out"
    assert CliRunner().invoke(app, [*rounds, "--out", str(out), "--quiet"]).exit_code == 1
    book = openpyxl.load_workbook(out / "decisions.xlsx")
    sheet = book["审核处理登记"]
    for row in range(5, sheet.max_row + 1):
        if sheet.cell(row, 5).value is None or sheet.cell(row, 2).value == OWN_LEVEL:  # the office's own
            settled = ("放行", "与公布的报告一致", "李经办", "王主任", "2020-01-15")
            for column, text in enumerate(settled, start=6):
                sheet.cell(row, column).value = text
    (tmp_path / "round3").mkdir()
    book.save(tmp_path / "round3" / "decisions.xlsx")
    chosen = settings.load(SAMPLE / "consolidate.toml")
    assert chosen.year == 2019
    done = CliRunner().invoke(app, [*rounds, str(tmp_path / "round3"), "--out", str(tmp_path / "done")])
    assert done.exit_code == 0, done.output
    assert "全部通过，可以报批" in done.output
