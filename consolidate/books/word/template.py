"""The default report template, made from plain text: official fonts and spacing, ready to edit in Word.

`python -m consolidate.books.word schemas/disclosure.report.txt` writes the .docx beside the text.
A line is a paragraph: `# ` the title, `## ` and `### ` headings, else body text.
"""

from __future__ import annotations

import datetime
import io
from dataclasses import dataclass

import docx
from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.text.paragraph import Paragraph

from consolidate.books.word import marks, package, tables
from consolidate.forms.template import Template

NOTICE = "办理提示"
_CREATED = datetime.datetime(2000, 1, 1)
_LEVELS = {"# ": "Title", "## ": "Heading 1", "### ": "Heading 2"}


@dataclass(frozen=True, slots=True)
class _Type:
    """How a style sets text: sizes in points, indent in characters, line pitch in points (0: as needed)."""

    font: str
    size: float
    bold: bool = False
    align: WD_ALIGN_PARAGRAPH = WD_ALIGN_PARAGRAPH.JUSTIFY
    indent: int = 0
    pitch: float = 0
    before: float = 0
    after: float = 0


# As in official documents (GB/T 9704): 仿宋 三号, 28 characters a line and 22 lines a page.
_TYPES = {
    "Normal": _Type("仿宋", 16, indent=2, pitch=29),
    "Title": _Type("宋体", 22, bold=True, align=WD_ALIGN_PARAGRAPH.CENTER, pitch=36, after=20),
    "Heading 1": _Type("黑体", 16, indent=2, pitch=29, before=8, after=4),
    "Heading 2": _Type("楷体", 16, indent=2, pitch=29),
    tables.HEAD: _Type("宋体", 9, align=WD_ALIGN_PARAGRAPH.CENTER),
    tables.LABEL: _Type("宋体", 9, align=WD_ALIGN_PARAGRAPH.LEFT),
    tables.VALUE: _Type("宋体", 10.5, align=WD_ALIGN_PARAGRAPH.CENTER),
    NOTICE: _Type("黑体", 12, align=WD_ALIGN_PARAGRAPH.LEFT, pitch=20, after=4),
}


def build(source: str) -> bytes:
    """The template as the bytes of a .docx: the same on every machine and day."""
    document = docx.Document()
    _page(document)
    for name, kind in _TYPES.items():
        _style(document, name, kind)
    for line in filter(None, map(str.strip, source.splitlines())):
        mark = next((mark for mark in _LEVELS if line.startswith(mark)), "")
        document.add_paragraph(line.removeprefix(mark), style=_LEVELS.get(mark, "Normal"))
    _language(document)
    properties = document.core_properties
    properties.author = properties.last_modified_by = "consolidate"
    properties.title = properties.comments = ""
    properties.created = properties.modified = _CREATED
    buffer = io.BytesIO()
    document.save(buffer)
    return package.same_everywhere(buffer.getvalue())


def plain(form: Template) -> bytes:
    """A template for a form that has none of its own: its title, then its tables under their titles."""
    parts = [f"# {{{{单位}}}}{{{{年度}}}}年{form.title}"]
    for table in form.tables:
        parts += [f"## {table.title or table.name}", f"{{{{表.{table.id}}}}}"]
    return build("\n".join([*parts, marks.todo("情况说明")]))


def _language(document: Document) -> None:
    """Simplified Chinese: otherwise the machine's language chooses the forms of characters."""
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:eastAsia"), "zh-CN")


def _page(document: Document) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.footer_distance = Mm(25)
    footer = section.footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    footer.paragraph_format.first_line_indent = Pt(0)
    for text, field in (("— ", False), ("PAGE", True), (" —", False)):
        _footer_part(footer, text, field)


def _footer_part(footer: Paragraph, text: str, field: bool) -> None:
    """Plain text, or a field that Word fills in."""
    run = footer.add_run("" if field else text)
    run.font.size = Pt(14)
    run.font.name = "宋体"
    run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "宋体")
    if field:
        for kind in ("begin", "", "end"):
            part = OxmlElement("w:fldChar" if kind else "w:instrText")
            if kind:
                part.set(qn("w:fldCharType"), kind)
            else:
                part.text = text
            run._r.append(part)


def _style(document: Document, name: str, kind: _Type) -> None:
    styles = document.styles
    known = {style.name for style in styles}
    style = styles[name] if name in known else styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    if not isinstance(style, ParagraphStyle):
        raise TypeError(f"{name} is no paragraph style")
    style.font.size, style.font.bold, style.font.italic = Pt(kind.size), kind.bold, False
    style.font.color.rgb = RGBColor(0, 0, 0)
    _fonts(style, kind.font)
    form = style.paragraph_format
    form.alignment = kind.align
    form.space_before, form.space_after = Pt(kind.before), Pt(kind.after)
    form.line_spacing = Pt(kind.pitch) if kind.pitch else 1.0
    if kind.pitch:
        form.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    form.first_line_indent = Pt(kind.indent * kind.size)
    indent = style.element.get_or_add_pPr().get_or_add_ind()
    indent.set(qn("w:firstLineChars"), str(kind.indent * 100))


def _fonts(style: ParagraphStyle, font: str) -> None:
    """One font for Chinese and Latin text, in place of the theme's; no border of the default title."""
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in list(fonts.attrib):
        del fonts.attrib[name]
    for script in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{script}"), font)
    for border in style.element.get_or_add_pPr().findall(qn("w:pBdr")):
        style.element.pPr.remove(border)
