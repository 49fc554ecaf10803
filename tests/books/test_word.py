"""The report: the published figures, sentences that agree with the tables, marks where people must look."""

from __future__ import annotations

import dataclasses
import io
import re
import time
import zipfile
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path

import docx
import pytest
from docx.document import Document
from docx.enum.text import WD_COLOR_INDEX
from docx.oxml.ns import qn
from docx.shared import Length
from docx.text.paragraph import Paragraph
from hypothesis import given, settings
from hypothesis import strategies as st

from consolidate import pipeline, publish
from consolidate.books import word
from consolidate.books.word import template as word_template
from consolidate.errors import SettingsError, TemplateError
from consolidate.forms import layout
from consolidate.model import OWN_LEVEL, Office, Run
from consolidate.settings import Settings, load
from tests.books import office

FORMS = ("disclosure-2019", "disclosure-2021")


def shipped() -> bytes:
    return office.WORD.read_bytes()


def opened(content: bytes) -> Document:
    return docx.Document(io.BytesIO(content))


def text(run: Run, content: bytes | None = None) -> str:
    return "\n".join(p.text for p in opened(word.report(run, content or shipped())).paragraphs)


def same_words(sentence: str) -> str:
    """Without spaces, and with one kind of comma: the published copy mixes them."""
    return re.sub(r"\s", "", sentence).replace(",", "，").replace("(", "（").replace(")", "）")


def write(*lines: str) -> bytes:
    return word_template.build("\n".join(lines))


# The figures of 新蔡县 2019, as published.

PUBLISHED = (
    "主动公开政府信息4549条。其中，政务类信息3090条，概括类信息413条，其他信息1017条。"
    "通过政务微信公开政府信息29条。",
    "共受理政府信息公开申请48件，48件已按时办结。",
    "5件涉及政府信息公开行政复议",
    "6件涉及政府信息公开行政诉讼",
    "2个微信公众号和1个微博，",
    "共有政务新媒体18个，其中微信公众号10个，微博4个，移动客户端1个，第三方平台3个。",
)


@pytest.mark.parametrize("sentence", PUBLISHED)
def test_sentences_as_published(sentence: str) -> None:
    assert sentence in same_words(office.published_text())
    assert sentence in same_words(text(office.county()))


def test_figures_that_disagree_are_both_printed_and_marked() -> None:
    report = text(office.county())
    assert "6件涉及政府信息公开行政诉讼【核实：表一收到行政诉讼6件，表四合计11件】。" in report
    assert report.count("【核实") == 1
    assert "行政诉讼11件，其中未经复议直接起诉5件，复议后起诉6件" in report


def test_sections_as_published() -> None:
    headings = [line for line in office.published_text().splitlines() if re.match("[一二三四五六]、", line)]
    ours = [p.text for p in opened(word.report(office.county(), shipped())).paragraphs
            if p.style is not None and p.style.name == "Heading 1"]  # fmt: skip
    assert ours == [heading for heading in headings if "\t" not in heading]
    assert len(ours) == 6


def drawn(report: Document, sheets: Sequence[layout.SheetLayout]) -> dict[layout.Placed, str]:
    """What stands in the document's tables, cell by cell of the form."""
    found = {}
    for table, sheet in zip(report.tables, sheets, strict=True):
        cells = [cell for cell in sheet.cells if cell.role not in ("title", "caption", "note")]
        top = min(cell.row for cell in cells)
        found.update({cell: table.cell(cell.row - top, cell.column).text for cell in cells})
    return found


@pytest.mark.parametrize("form", FORMS)
def test_tables_hold_every_figure_in_its_place(form: str) -> None:
    template = office.template(form)
    run = office.county(template)
    sheets = [sheet for sheet in layout.standard(template) if sheet.table not in ("", "overview")]
    for cell, shown in drawn(opened(word.report(run, shipped())), sheets).items():
        value = run.totals[cell.item].value if cell.item is not None else 0
        figure = "" if cell.item is None else template.items[cell.item].exact(value) if value else "0"
        assert shown == (cell.text if cell.item is None else figure)


@pytest.mark.parametrize("form", FORMS)
def test_a_figure_stays_on_one_line_of_its_cell(form: str) -> None:
    run = office.county(office.template(form))
    large = tuple(dataclasses.replace(total, submitted=1_234_567) for total in run.totals)
    for table in opened(word.report(dataclasses.replace(run, totals=large), shipped())).tables:
        for cell in (cell for row in table.rows for cell in row.cells if cell.text.isdigit()):
            own = cell.paragraphs[0].runs[0].font.size
            points = len(cell.text) * (own.pt if own is not None else 10.5) / 2
            assert cell.width is not None
            assert points <= cell.width.pt - 4, cell.text


def test_tables_as_published() -> None:
    report = opened(word.report(office.county(), shipped()))
    proactive, applications, proceedings = report.tables
    assert [cell.text for cell in proactive.rows[-1].cells][:2] == ["政府集中采购", "21"]
    assert proactive.rows[-1].cells[-1].text == "13188.0989"
    assert [cell.text for cell in applications.rows[-2].cells][-7:] == ["48", "0", "0", "0", "0", "0", "48"]
    published = office.published_text().split("四、政府信息公开行政复议、行政诉讼情况")[1].split("五、")[0]
    last = published.strip().splitlines()[-1].split()
    assert [cell.text for cell in proceedings.rows[-1].cells] == last


# What is to be done before it goes out.


def test_placeholders_are_highlighted_and_figures_are_not() -> None:
    report = opened(word.report(office.county(), shipped()))
    marked = [
        run.text
        for paragraph in report.paragraphs
        for run in paragraph.runs
        if run.font.highlight_color == WD_COLOR_INDEX.YELLOW
    ]
    written = re.findall(r"【[^】]*】", "\n".join(p.text for p in report.paragraphs))
    assert marked == written
    assert sum(mark.startswith("【待填：") for mark in marked) >= 6


def test_incomplete_says_so_on_top_whatever_the_template_says() -> None:
    for content in (shipped(), write("# 只有标题"), word_template.plain(office.template())):
        first = opened(word.report(office.busy(), content)).paragraphs[0]
        assert first.text.startswith("【未齐，勿对外公布】应报49")
        assert first.runs[0].font.highlight_color == WD_COLOR_INDEX.YELLOW
        assert "【未齐，勿对外公布】" in word.html(office.busy(), content)


def test_complete_starts_with_its_title() -> None:
    first = opened(word.report(office.county(), shipped())).paragraphs[0]
    assert first.text == "新蔡县人民政府2019年政府信息公开工作年度报告"


def test_figures_of_units_not_yet_accepted_hold_it_back() -> None:
    run = office.county(include="all", headline="【含待改，勿对外公布】应报1，已报1：通过1；未报0。")
    assert text(run).startswith("【含待改，勿对外公布】")


def test_figures_that_nobody_filled_in_are_left_to_fill_in() -> None:
    run = office.county()
    items = run.template.table("overview").items
    totals = tuple(
        dataclasses.replace(total, units=0, submitted=0) if total.item in items else total
        for total in run.totals
    )
    report = text(dataclasses.replace(run, totals=totals))
    assert "主动公开政府信息【待填：主动公开政府信息总数】条" in report
    assert "表一收到行政诉讼" not in report
    assert "【核实：表一只有0个单位填报（计入1个单位），其数不含未填的单位】" in report


def test_office_findings_are_listed_until_they_are_settled() -> None:
    found = office.finding(
        "表一收到行政诉讼6，表四合计11。",
        "query",
        "N.cases",
        unit=OWN_LEVEL,
        items=("overview.cases.litigation",),
    )
    assert text(office.county(findings=(found,))).startswith("【核实：表一收到行政诉讼6，表四合计11】\n")
    settled = dataclasses.replace(found, status="decided")
    assert "核实" not in text(office.county(findings=(settled,)))


def test_no_contact_and_no_telephone_number() -> None:
    seen = text(office.busy()) + word.html(office.busy(), shipped())
    assert not [word for word in ("李经办", "王科长", "13812345678", "0396-5912345") if word in seen]


# Templates of the office's own.


@pytest.mark.parametrize(("line", "said"), [
    ("{{数.overview.published.totl}}", "“overview.published.totl”不是本表的指标"),
    ("{{数['overview']}}", "“overview”是一组指标"),
    ("{{核实('nothing')}}", "“nothing”不是本表的指标"),
    ("{{合计('proactive.procurement.amount', 'overview.published.total')}}", "计量单位不同"),
    ("{{数.overview", "占位符"),
    ("{{没有}}", "占位符"),
    ("{{数.__class__.__mro__}}", "占位符"),
    ("{{表.nothing}}", "占位符"),
])  # fmt: skip
def test_a_wrong_placeholder_is_named(line: str, said: str) -> None:
    with pytest.raises(TemplateError, match=re.escape(said)):
        word.report(office.county(), write(line))


@pytest.mark.parametrize("content", [b"", b"not a document", b"PK\x03\x04" + b"\0" * 60])
def test_a_file_that_is_no_document(content: bytes) -> None:
    with pytest.raises(TemplateError, match="打不开"):
        word.report(office.county(), content)


def test_a_workbook_is_no_document() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        package.writestr(
            "[Content_Types].xml",
            "<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'/>",
        )
    with pytest.raises(TemplateError, match="打不开"):
        word.report(office.county(), buffer.getvalue())


def test_a_placeholder_that_word_has_cut_up() -> None:
    template = opened(write("共{{数.overview.published.total}}条【待填：说明】"))
    paragraph = template.paragraphs[0]
    whole = paragraph.text
    paragraph.runs[0].text = ""
    for piece in re.findall(".{1,5}", whole):
        paragraph.add_run(piece)
    buffer = io.BytesIO()
    template.save(buffer)
    found = opened(word.report(office.county(), buffer.getvalue())).paragraphs[0]
    assert found.text == "共4549条【待填：说明】"
    marked = [run.text for run in found.runs if run.font.highlight_color == WD_COLOR_INDEX.YELLOW]
    assert "".join(marked) == "【待填：说明】"


def test_quotes_that_word_has_curled() -> None:
    assert text(office.county(), write("{{数[‘overview.published.total’]}}条")) == "4549条"


def test_forms_without_a_template_get_their_tables() -> None:
    run = office.county()
    assert len(opened(word.report(run)).tables) == len(run.template.tables)


@pytest.mark.parametrize(("form", "names"), [
    ("disclosure-2019", ("disclosure-2019.report.docx", "disclosure.report.docx")),
    ("budget", ("budget.report.docx",)),
])  # fmt: skip
def test_where_a_form_looks_for_its_template(form: str, names: Sequence[str]) -> None:
    assert word.template_names(form) == tuple(names)


@settings(max_examples=15, deadline=None)
@given(st.text(max_size=40), st.text(max_size=40))
def test_any_text_stays_text(name: str, message: str) -> None:
    found = office.finding(message, unit=OWN_LEVEL)
    run = office.county(office=Office(name), findings=(found,))
    small = write("# {{单位}}", "{{数.overview.published.total}}")
    assert "4549" in text(run, small)
    assert word.html(run, small).count("<h1>") == 1


@settings(max_examples=8, deadline=None)
@given(
    st.dictionaries(st.sampled_from(sorted(office.published())), st.integers(0, 10**9).map(str), max_size=8)
)
def test_prose_and_tables_never_disagree(figures: Mapping[str, str]) -> None:
    run = office.county(figures=figures)
    items = run.template.items[::31]
    prose = text(run, write(*[f"{{{{数['{item.id}']}}}}" for item in items])).splitlines()
    sheets = layout.standard(run.template)[1:]
    tables = {cell.item: shown for cell, shown in drawn(opened(word.report(run)), sheets).items()}
    for item, figure in zip(items, prose, strict=True):
        assert Decimal(figure) == Decimal(tables[item.index]) == Decimal(figures.get(item.id, "0"))


# The file itself.


def members(content: bytes) -> dict[str, bytes]:
    """What is ours in a document: not the parts that the library brings, nor how they are compressed."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        names = [name for name in package.namelist() if re.search(r"document|styles|footer", name)]
        return {name: package.read(name) for name in names}


def test_the_shipped_template_is_what_its_text_makes() -> None:
    source = office.WORD.with_suffix(".txt").read_text(encoding="utf-8")
    assert members(word_template.build(source)) == members(shipped())


def test_bytes_are_the_same_at_any_time(monkeypatch: pytest.MonkeyPatch) -> None:
    first = word.report(office.county(), shipped())
    monkeypatch.setattr(time, "time", lambda: 1_000_000_000.0)
    assert word.report(office.county(), shipped()) == first
    with zipfile.ZipFile(io.BytesIO(first)) as package:
        assert {member.date_time for member in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}


@pytest.mark.parametrize("form", FORMS)
def test_a4_and_tables_within_the_margins(form: str) -> None:
    report = opened(word.report(office.county(office.template(form)), shipped()))
    section = report.sections[0]
    width, height = section.page_width, section.page_height
    left, right = section.left_margin, section.right_margin
    assert width is not None
    assert height is not None
    assert left is not None
    assert right is not None
    assert (round(width.mm), round(height.mm)) == (210, 297)
    for table in report.tables:
        grid = [int(column.get(qn("w:w"), "0")) for column in table._tbl.tblGrid]
        assert 0 < sum(grid) <= Length(width - left - right).twips


def test_page_has_the_words_of_the_document() -> None:
    report = opened(word.report(office.county(), shipped()))
    page = word.html(office.county(), shipped())
    plain = re.sub(r"\s", "", re.sub(r"<[^>]*>", "", page.split("<article>")[1]))
    for paragraph in report.element.body.iter(qn("w:p")):
        assert re.sub(r"\s", "", Paragraph(paragraph, report._body).text) in plain
    assert page.count("<table>") == 3
    assert "<mark>【核实：表一收到行政诉讼6件，表四合计11件】</mark>" in page
    assert "<script" not in page


def test_page_merges_cells_as_the_form_does() -> None:
    page = word.html(office.county(), shipped())
    assert re.search(r'<th scope="row" rowspan="20" class="label">三、本年度办理结果</th>', page)
    assert re.search(r'<th colspan="10" class="head">行政诉讼</th>', page)


# The office's own look


def test_the_template_can_be_taken_out_edited_and_used(tmp_path: Path) -> None:
    file, content = publish.template("disclosure-2019")
    assert (file, content) == ("disclosure-2019.report.docx", shipped())
    edited = opened(content)
    edited.paragraphs[0].insert_paragraph_before("内部样稿：{{单位}}")
    edited.save(str(tmp_path / "改.docx"))
    (tmp_path / "consolidate.toml").write_text('report = "改.docx"', encoding="utf-8")
    chosen = load(tmp_path / "consolidate.toml")
    made = publish.report(office.county(), chosen)
    first = opened(made["report.docx"]).paragraphs[0]
    assert first.text == f"内部样稿：{office.county().office.name}"
    assert "内部样稿" in made["report.html"].decode()
    with pytest.raises(SettingsError, match=r"无\.docx不在"):
        publish.report(office.county(), dataclasses.replace(chosen, report=tmp_path / "无.docx"))


def test_a_template_beside_a_form_that_is_not_ours(tmp_path: Path) -> None:
    form = tmp_path / "small.yaml"
    form.write_bytes((office.WORD.parent / "disclosure-2019.yaml").read_bytes())
    (tmp_path / "disclosure.report.docx").write_bytes(write("自己的样式{{年度}}"))
    made = publish.report(office.county(), Settings(template=str(form)))
    assert "自己的样式2019" in made["report.html"].decode()


def test_a_published_report_is_read_back_with_its_year_and_its_unit(tmp_path: Path) -> None:
    run = office.county()
    for number, content in enumerate((word.report(run, shipped()), word.html(run, shipped()).encode())):
        folder = tmp_path / str(number)
        folder.mkdir()
        name = f"新蔡县2019年政府信息公开工作年度报告{('.docx', '.html')[number]}"
        (folder / name).write_bytes(content)
        read = pipeline.run([folder], Settings()).run
        assert read.year == 2019
        assert [(one.unit.name, one.status) for one in read.units] == [("新蔡县", "accepted")]
        assert {one.code for one in read.findings} == {"F.format", "T2.new"}
