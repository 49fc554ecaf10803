from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Color, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from consolidate import deliver, pipeline, settings
from consolidate.books import annotate, blank, rebuild, repack, review, style
from consolidate.books.annotate import Task
from consolidate.intake import explanations, guard, read
from consolidate.intake.content import Content
from consolidate.model import Office, Unit, Workbook
from consolidate.pipeline import Result
from tests import standard

SAMPLE = Path(__file__).parents[2] / "sample_workbooks" / "round1"


@pytest.fixture(scope="module")
def result() -> Result:
    return pipeline.run([SAMPLE], settings.load(SAMPLE / "consolidate.toml"))


@pytest.fixture(scope="module")
def returns(result: Result) -> dict[str, bytes]:
    return deliver.returns(result.run, result.received, 2)


def submitted(result: Result, unit: str) -> tuple[bytes, Task]:
    report = next(report for report in result.run.units if report.unit.name == unit)
    assert report.submission is not None
    content = guard.fetch(result.received[(report.submission.folder, report.submission.file)])
    assert isinstance(content, Content)
    run = result.run
    task = Task(report.submission, report.findings, report.unit, run.year, run.office, run.template)
    return content.data, task


def sheet(book: openpyxl.Workbook, name: str) -> Worksheet:
    one = book[name]
    assert isinstance(one, Worksheet)
    return one


def test_every_unit_that_must_act_gets_a_return(result: Result, returns: dict[str, bytes]) -> None:
    readable = {r.unit.name for r in result.run.units if r.status in ("returned", "queried")}
    assert returns.keys() == readable


def test_values_formulas_and_sheets_are_kept(result: Result) -> None:
    for unit in ("新蔡县教育局", "新蔡县水利局"):
        content, task = submitted(result, unit)
        marked = annotate.workbook(content, task)
        for cached in (False, True):
            old = openpyxl.load_workbook(io.BytesIO(content), data_only=cached)
            new = openpyxl.load_workbook(io.BytesIO(marked), data_only=cached)
            assert [n for n in new.sheetnames if n in old.sheetnames] == old.sheetnames
            for name in old.sheetnames:
                # An empty text and an empty cell are the same to everybody who looks.
                values = [[c.value or None for c in row] for row in sheet(old, name).iter_rows()]
                assert [[c.value or None for c in row] for row in sheet(new, name).iter_rows()] == values


def test_the_wrong_cell_is_filled_and_has_a_note(returns: dict[str, bytes]) -> None:
    book = openpyxl.load_workbook(io.BytesIO(returns["新蔡县教育局"]))
    assert book.sheetnames[0] == "审核意见"
    first = sheet(book, "审核意见")
    cell = sheet(book, "表三")["K7"]
    assert cell.fill.fgColor.rgb.endswith("F08A80")
    assert cell.comment is not None
    assert "【强制】" in cell.comment.text
    row = next(row for row in first.iter_rows(min_row=6) if row[3].value == "K7")
    assert row[3].hyperlink.location == "'表三'!K7"
    assert [one.title for one in book.worksheets if one.sheet_view.tabSelected] == ["审核意见"]


def test_a_return_shows_no_other_unit(result: Result, returns: dict[str, bytes]) -> None:
    names = {report.unit.name for report in result.run.units}
    for unit, content in returns.items():
        first = sheet(openpyxl.load_workbook(io.BytesIO(content)), "审核意见")
        text = "\n".join(str(c.value) for row in first.iter_rows() for c in row if c.value)
        office = result.run.office.name
        others = {name for name in names if name != unit and name not in office and name not in unit}
        assert not [name for name in others if name in text]


def test_a_filled_in_explanation_is_read_back(returns: dict[str, bytes]) -> None:
    book = openpyxl.load_workbook(io.BytesIO(returns["新蔡县自然资源局"]))
    first = sheet(book, "审核意见")
    row = next(row for row in first.iter_rows(min_row=6) if row[0].value == "核实")
    row[8].value = "其中两件为上年立案、本年才收到法院通知的案件"
    stream = io.BytesIO()
    book.save(stream)
    again = read.workbook(stream.getvalue(), "x.xlsx")
    assert isinstance(again, Workbook)
    (said,) = explanations.read(again)
    assert said.finding == row[1].value
    assert said.digest


def test_a_second_round_takes_the_old_marks_off(result: Result) -> None:
    content, task = submitted(result, "新蔡县教育局")
    once = annotate.workbook(content, task)
    again = read.workbook(once, "x.xlsx")
    assert isinstance(again, Workbook)
    submission = replace(task.submission, marker=again.marker)
    twice = annotate.workbook(once, replace(task, submission=submission, findings=()))
    old = sheet(openpyxl.load_workbook(io.BytesIO(content)), "表三")["K7"]
    new = sheet(openpyxl.load_workbook(io.BytesIO(twice)), "表三")["K7"]
    assert new.comment is None
    assert (new.fill.fill_type, new.fill.fgColor.rgb) == (old.fill.fill_type, old.fill.fgColor.rgb)


def test_a_unit_keeps_its_own_note_and_theme_colour_whoever_saved_the_return(result: Result) -> None:
    content, task = submitted(result, "新蔡县教育局")
    book = openpyxl.load_workbook(io.BytesIO(content))
    cell = book["表三"]["K7"]
    cell.fill = PatternFill("solid", fgColor=Color(theme=4, tint=0.5))
    cell.comment = Comment("台账第12页", "张三")
    once = openpyxl.load_workbook(io.BytesIO(annotate.workbook(_saved(book), task)))
    marked = once["表三"]["K7"].comment
    assert marked is not None
    assert marked.text.startswith("台账第12页\n【强制】")
    # LibreOffice saves notes without their authors' names.
    once["表三"]["K7"].comment = Comment(marked.text, " ")
    again = read.workbook(_saved(once), "x.xlsx")
    assert isinstance(again, Workbook)
    submission = replace(task.submission, marker=again.marker)
    second = annotate.workbook(_saved(once), replace(task, submission=submission))
    marked = openpyxl.load_workbook(io.BytesIO(second))["表三"]["K7"].comment
    assert marked is not None
    assert marked.text.count("【强制】") == 1
    third = annotate.workbook(_saved(once), replace(task, submission=submission, findings=()))
    cell = openpyxl.load_workbook(io.BytesIO(third))["表三"]["K7"]
    assert cell.comment is not None
    assert cell.comment.text == "台账第12页"
    assert (cell.fill.fgColor.theme, cell.fill.fgColor.tint) == (4, 0.5)


def _saved(book: openpyxl.Workbook) -> bytes:
    into = io.BytesIO()
    book.save(into)
    return into.getvalue()


def test_beside_the_live_rules_of_a_blank_the_named_cell_is_the_only_one_filled(tmp_path: Path) -> None:
    form = standard.template(standard.NEW)
    book = openpyxl.load_workbook(
        io.BytesIO(blank.workbook(form, year=2024, office=Office(), unit=Unit("甲镇")))
    )
    for number, row, column in rebuild.places(form).values():
        book[rebuild.sheet_names(form)[number]].cell(row + 1, column + 1).value = 0
    book["表三"]["D6"].value = 3  # breaks its row and its column: their live rules name nine cells
    book.save(tmp_path / "甲镇.xlsx")
    done = pipeline.run([tmp_path], settings.override(settings.Settings(), year=2024))
    marked = openpyxl.load_workbook(io.BytesIO(deliver.returns(done.run, done.received, 1)["甲镇"]))
    rules = [rule for area in sheet(marked, "表三").conditional_formatting for rule in area.rules]
    assert len(rules) > 20
    assert not [rule.formula for rule in rules if rule.dxf.fill is not None]
    assert sheet(marked, "表三")["D6"].fill.fgColor.rgb.endswith(style.FILLS["error"])
    assert review.LIVE in str(sheet(marked, "审核意见")["A5"].value)
    (tmp_path / "甲镇.xlsx").write_bytes(_saved(marked))
    again = pipeline.run([tmp_path], settings.override(settings.Settings(), year=2024))
    twice = openpyxl.load_workbook(io.BytesIO(deliver.returns(again.run, again.received, 1)["甲镇"]))
    assert review.LIVE in str(sheet(twice, "审核意见")["A5"].value)


def test_the_conditional_formats_of_a_unit_are_its_own_in_every_round(result: Result) -> None:
    content, task = submitted(result, "新蔡县教育局")
    book = openpyxl.load_workbook(io.BytesIO(content))
    rule = FormulaRule(formula=["A1>1"], fill=PatternFill(bgColor="00FF00"))
    sheet(book, "表三").conditional_formatting.add("A1:B2", rule)
    once = annotate.workbook(_saved(book), task)
    again = read.workbook(once, "x.xlsx")
    assert isinstance(again, Workbook)
    submission = replace(task.submission, marker=again.marker)
    twice = openpyxl.load_workbook(io.BytesIO(annotate.workbook(once, replace(task, submission=submission))))
    fills = [r.dxf.fill for a in sheet(twice, "表三").conditional_formatting for r in a.rules]
    assert [fill.bgColor.rgb[-6:] for fill in fills] == ["00FF00"]


def test_other_formats_are_rebuilt(result: Result) -> None:
    _, task = submitted(result, "新蔡县教育局")
    book = openpyxl.load_workbook(io.BytesIO(annotate.rebuilt(task)))
    values = {i.id: task.submission.values[i.index] for i in task.template.items}
    finding = task.findings[0]
    at = next(
        row[3].value for row in sheet(book, "审核意见").iter_rows(min_row=6) if row[1].value == finding.id
    )
    assert sheet(book, "表三")[at].value == values[finding.items[0]]


def test_same_arguments_give_the_same_bytes(result: Result) -> None:
    content, task = submitted(result, "新蔡县化庄乡人民政府")
    assert annotate.workbook(content, task) == annotate.workbook(content, task)


def drawn() -> openpyxl.Workbook:
    """A book with what stands beside its sheets: a chart, a note, a link, merged cells."""
    book = openpyxl.Workbook()
    one, other = sheet(book, "Sheet"), book.create_sheet("表二")
    one.append(["甲镇", 3])
    one["A1"].comment = Comment("说明", "乙")
    one["B1"].hyperlink = "https://example.org/"
    other.merge_cells("A1:C1")
    chart = BarChart()
    chart.add_data(Reference(one, min_col=2, min_row=1))
    other.add_chart(chart, "D4")
    return book


def test_parts_are_those_that_openpyxl_writes() -> None:
    plain = io.BytesIO()
    drawn().save(plain)
    ours = io.BytesIO(repack.save(drawn(), {}))
    with zipfile.ZipFile(plain) as expected, zipfile.ZipFile(ours) as found:
        assert found.namelist() == expected.namelist()
        for name in set(found.namelist()) - {"docProps/core.xml"}:  # it holds the time
            assert found.read(name) == expected.read(name), name
