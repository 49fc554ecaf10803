"""An .xlsx part by part, so that every trap can be set at exactly one place."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

from consolidate.model import address
from tests.hostile.form import Grid

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT_RELATIONS = "http://purl.oclc.org/ooxml/officeDocument/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
FIXED = (2020, 1, 10, 8, 0, 0)


@dataclass(slots=True)
class Raw:
    """A cell given as the XML between its tags, with its attributes: `Raw('t="e"', "<v>#REF!</v>")`."""

    attributes: str
    inside: str


@dataclass(slots=True)
class Options:
    """What differs from a usual workbook; `parts` are added or replace others, last of all."""

    strict: bool = False
    states: Mapping[str, str] = field(default_factory=dict)
    properties: str = ""
    sheet: Callable[[str], str] = str
    encode: Callable[[str], bytes] = str.encode
    parts: Mapping[str, bytes] = field(default_factory=dict)
    references: bool = True


def cell(row: int, column: int, value: object, references: bool = True) -> str:
    """The XML of one cell: numbers as they are, text inline."""
    where = f' r="{address(row, column)}"' if references else ""
    if isinstance(value, Raw):
        return f"<c{where} {value.attributes}>{value.inside}</c>"
    if isinstance(value, int | float):
        return f"<c{where}><v>{value}</v></c>"
    return f'<c{where} t="inlineStr"><is><t xml:space="preserve">{escape(str(value))}</t></is></c>'


def sheet(grid: Grid, options: Options) -> str:
    """The XML of one sheet."""
    rows = []
    for number in sorted({row for row, _ in grid.cells}):
        cells = sorted((column, value) for (row, column), value in grid.cells.items() if row == number)
        inside = "".join(cell(number, column, value, options.references) for column, value in cells)
        rows.append(f'<row r="{number + 1}">{inside}</row>')
    areas = "".join(f'<mergeCell ref="{address(a, b)}:{address(c, d)}"/>' for a, b, c, d in grid.merged)
    merges = f'<mergeCells count="{len(grid.merged)}">{areas}</mergeCells>' if areas else ""
    space = STRICT if options.strict else MAIN
    data = "".join(rows)
    return options.sheet(
        f'{HEAD}<worksheet xmlns="{space}"><sheetData>{data}</sheetData>{merges}</worksheet>'
    )


def parts(grids: list[Grid], options: Options) -> dict[str, bytes]:
    """All parts of the package by name, in the usual order."""
    relations = STRICT_RELATIONS if options.strict else RELATIONS
    space = STRICT if options.strict else MAIN
    overrides = "".join(
        f'<Override PartName="/xl/worksheets/sheet{number}.xml" ContentType="{_KIND}.worksheet+xml"/>'
        for number, _ in enumerate(grids, 1)
    )
    listed = "".join(
        f'<sheet name={quoteattr(grid.name)} sheetId="{number}" {options.states.get(grid.name, "")} '
        f'r:id="rId{number}"/>'
        for number, grid in enumerate(grids, 1)
    )
    links = "".join(
        f'<Relationship Id="rId{number}" Type="{relations}/worksheet" Target="worksheets/sheet{number}.xml"/>'
        for number, _ in enumerate(grids, 1)
    )
    result = {
        "[Content_Types].xml": f'{HEAD}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        f'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" '
        f'ContentType="application/xml"/><Override PartName="/xl/workbook.xml" '
        f'ContentType="{_KIND}.sheet.main+xml"/>{overrides}</Types>',
        "_rels/.rels": f'{HEAD}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "docProps/core.xml": f'{HEAD}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        'xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        '<dcterms:modified xsi:type="dcterms:W3CDTF">2020-01-10T08:00:00Z</dcterms:modified>'
        "</cp:coreProperties>",
        "xl/workbook.xml": f'{HEAD}<workbook xmlns="{space}" xmlns:r="{relations}">{options.properties}'
        f"<sheets>{listed}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'{HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
        f"{links}</Relationships>",
    }
    encoded = {name: text.encode() for name, text in result.items()}
    for number, grid in enumerate(grids, 1):
        encoded[f"xl/worksheets/sheet{number}.xml"] = options.encode(sheet(grid, options))
    return {**encoded, **options.parts}


def packed(content: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of these members with fixed dates."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, data in content.items():
            info = zipfile.ZipInfo(name, FIXED)
            info.compress_type, info.create_system = method, 0
            archive.writestr(info, data)
    return target.getvalue()


def book(grids: list[Grid], **different: object) -> bytes:
    """The bytes of an .xlsx; the keywords are fields of `Options`."""
    return packed(parts(grids, Options(**different)))  # type: ignore[arg-type]
