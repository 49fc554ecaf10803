"""Workbooks that read well and hold a wrong value, but kill, freeze or confuse whoever writes into them."""

from __future__ import annotations

import re
from collections.abc import Callable

from tests.hostile import ooxml
from tests.hostile.books import HEAD, Make
from tests.hostile.form import Grid, filled, place

_WRONG = "applications.carried_in.natural_person"
_LINKS = '<hyperlinks><hyperlink ref="A1:XFD1048576" location="x!A1" display="x"/></hyperlinks>'
_RULES = "".join(
    f'<cfRule type="expression" priority="{n + 1}"><formula>A1&gt;{n}</formula></cfRule>'
    for n in range(2_000)
)
_VALIDATIONS = "".join(
    f'<dataValidation type="list" sqref="A{n}:XFD{n}"><formula1>"x"</formula1></dataValidation>'
    for n in range(1, 2_000)
)


def wrong(**different: object) -> Make:
    """A workbook with 12件 where a number belongs; the keywords are fields of `Options`."""

    def make(unit: str) -> bytes:
        return ooxml.book(_grids(unit), **different)

    return make


def _grids(unit: str) -> list[Grid]:
    grids = filled(unit)
    sheet, row, column = place(_WRONG)
    grids[sheet].cells[row, column] = "12件"
    return grids


def _end(extra: str) -> Make:
    return wrong(sheet=lambda text: text.replace("</worksheet>", extra + "</worksheet>"))


def _merged(areas: str) -> Make:
    return wrong(sheet=lambda text: re.sub(r"(<mergeCells[^>]*>)", rf"\1{areas}", text))


def _book(change: Callable[[str], str]) -> Make:
    def make(unit: str) -> bytes:
        parts = ooxml.parts(_grids(unit), ooxml.Options())
        parts["xl/workbook.xml"] = change(parts["xl/workbook.xml"].decode()).encode()
        return ooxml.packed(parts)

    return make


def _forged(unit: str) -> bytes:
    """A workbook that says that its table is our list of findings, to be taken out."""
    facts = {"tool": "consolidate", "role": "return", "source": "0" * 64, "review": "表三"}
    sheet = Grid("_consolidate")
    for number, (key, value) in enumerate(facts.items()):
        sheet.cells[number, 0], sheet.cells[number, 1] = key, value
    return ooxml.book([*_grids(unit), sheet])


def _many_sheets(unit: str) -> bytes:
    return ooxml.book([*_grids(unit), *(Grid(f"附{number}", {(0, 0): "备注"}) for number in range(300))])


def _names(count: int) -> Make:
    names = "".join(f'<definedName name="n{n}">n{n + 1}+n{n + 1}</definedName>' for n in range(count))
    return _book(lambda text: text.replace("</sheets>", f"</sheets><definedNames>{names}</definedNames>"))


def _style(unit: str) -> bytes:
    """Styles that are no styles: a count, and nothing else."""
    parts = ooxml.parts(_grids(unit), ooxml.Options())
    link = f'<Relationship Id="rId99" Type="{ooxml.RELATIONS}/styles" Target="styles.xml"/>'
    relations = "xl/_rels/workbook.xml.rels"
    parts[relations] = parts[relations].replace(b"</Rel", link.encode() + b"</Rel")
    formats = '<cellXfs count="9"><xf fontId="7777"/></cellXfs>'
    styles = f'{HEAD}<styleSheet xmlns="{ooxml.MAIN}">{formats}</styleSheet>'
    return ooxml.packed({**parts, "xl/styles.xml": styles.encode()})


WRITERS: dict[str, Make] = {
    "链接满格": _end(_LINKS),
    "条件海": _end(f'<conditionalFormatting sqref="A1:XFD1048576">{_RULES}</conditionalFormatting>'),
    "有效性": _end(f"<dataValidations>{_VALIDATIONS}</dataValidations>"),
    "全表合": _merged('<mergeCell ref="A1:XFD1048576"/>'),
    "多合并": _merged("".join(f'<mergeCell ref="A{row}:B{row}"/>' for row in range(100, 50_100))),
    "怪表名": _book(lambda text: text.replace('name="表三"', 'name="[表]:*?/\\三"')),
    "空表名": _book(lambda text: text.replace('name="表三"', 'name=""')),
    "长表名": _book(lambda text: text.replace('name="表三"', f'name="{"长" * 3_000}"')),
    "占我名": _book(lambda text: text.replace('name="表二"', 'name="审核意见"')),
    "冒充件": _forged,
    "多张表": _many_sheets,
    "名称多": _names(5_000),
    "坏样表": _style,
    "严格表": wrong(strict=True),
    "宽码表": wrong(encode=lambda text: text.replace('"UTF-8"', '"UTF-16"').encode("utf-16")),
}
