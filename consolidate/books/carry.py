"""A submitted .xlsx as an openpyxl workbook that is written back as it was, apart from what we add.

openpyxl by itself redraws the borders of merged cells (half of the time it takes), drops what merged
cells cover, and forgets the results of formulas; here none of this happens. What it cannot carry over at
all is named.
"""

from __future__ import annotations

import datetime
import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree
from openpyxl.reader.excel import ExcelReader
from openpyxl.workbook import Workbook
from openpyxl.worksheet.cell_range import CellRange, MultiCellRange
from openpyxl.worksheet.worksheet import Worksheet

Stored = tuple[str, str]  # type and text of a formula's result, as they stand in the file

_MERGES = re.compile(rb"<((?:\w+:)?)mergeCells\b[^>]*?(?:/>|>.*?</\1mergeCells>)", re.DOTALL)
_MERGE = re.compile(rb"<(?:\w+:)?mergeCell\b[^>]*?\bref=[\"']([A-Z]+[0-9]+(?::[A-Z]+[0-9]+)?)[\"']")
_DRAWN = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*relationships/drawing[\"'][^>]*>")
_FORMULA = re.compile(rb"<(?:\w+:)?f[ >/]")
_HYPERLINK = re.compile(
    rb"<(?:\w+:)?hyperlink\b[^<>]{0,999}?\bref=[\"']([A-Z]{1,3}[0-9]{1,7}):([A-Z]{1,3}[0-9]{1,7})[\"']"
    rb"[^<>]*(?:/>|></(?:\w+:)?hyperlink>)"
)
_LINKED = 10_000  # cells of one link; openpyxl makes each of them
_CORE = "docProps/core.xml"
_NO_DATE = datetime.datetime(2000, 1, 1)
_SHEETS, _RELATIONS = "xl/worksheets/", "xl/worksheets/_rels/"
_LOST_PARTS = {
    "xl/media/": "图片",
    "xl/drawings/drawing": "图形或文本框",
    "xl/charts/": "图表",
    "xl/cellimages": "单元格图片",
    "xl/vbaProject": "宏",
    "xl/ctrlProps/": "控件",
    "xl/activeX/": "控件",
    "xl/slicers/": "切片器",
    "xl/embeddings/": "嵌入对象",
    "xl/threadedComments/": "批注的回复",
    "_xmlsignatures/": "数字签名",
}
_LOST_EXTENSIONS = {
    b"x14:dataValidation ": "部分数据有效性",
    b"x14:cfRule ": "部分条件格式",
    b"x14:sparklineGroup ": "迷你图",
}
# openpyxl's ways to say that it cannot carry a file over.
FAILURES = (
    KeyError, ValueError, TypeError, AttributeError, IndexError, OSError, AssertionError, ArithmeticError,
    SyntaxError, NotImplementedError, RecursionError, zipfile.BadZipFile, zlib.error,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Carried:
    """A workbook as submitted; `stored` are results of formulas by sheet and address, `lost` what is gone."""

    book: Workbook
    stored: Mapping[tuple[str, str], Stored] = field(default_factory=dict)
    lost: tuple[str, ...] = ()


def workbook(content: bytes) -> Carried | None:
    """The workbook of an .xlsx or .xlsm; None when openpyxl cannot carry it over."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns of what it drops: `lost` says so
            return _carried(content)
    except FAILURES:
        return None


def _carried(content: bytes) -> Carried:
    reader = ExcelReader(io.BytesIO(content), rich_text=True)
    reader.archive.close()
    package = _Package(io.BytesIO(content))
    core = package.read(_CORE) if _CORE in package.namelist() else b"<none/>"
    reader.archive = package
    reader.read()
    book: Workbook = reader.wb
    _dated(book, core)
    stored: dict[tuple[str, str], Stored] = {}
    for sheet, relation in reader.parser.find_sheets():
        part = relation.target
        if part in package.merges and sheet.name in book.sheetnames:
            found = book[sheet.name]
            if isinstance(found, Worksheet):
                found.merged_cells = _Ordered({CellRange(area) for area in package.merges[part]})
        for address, result in package.stored.get(part, {}).items():
            stored[sheet.name, address] = result
    return Carried(book, stored, package.lost())


def _dated(book: Workbook, core: bytes) -> None:
    """Give a book that states no date a fixed one: openpyxl would take the clock's."""
    stated = etree.fromstring(core, etree.XMLParser(resolve_entities=False))
    for name in ("created", "modified"):
        if not (stated.findtext(f"{{*}}{name}") or "").strip():
            setattr(book.properties, name, _NO_DATE)


class _Ordered(MultiCellRange):
    """Merged areas that are always written in the same order."""

    def __iter__(self) -> Iterator[CellRange]:
        return iter(self.sorted())


class _Package(zipfile.ZipFile):
    """The parts of a workbook, sheets without merged areas and drawings; it keeps what it takes away."""

    def __init__(self, file: io.BytesIO) -> None:
        super().__init__(file)
        self.merges: dict[str, list[str]] = {}
        self.stored: dict[str, dict[str, Stored]] = {}
        self.extensions: set[str] = set()

    def open(self, name: str | zipfile.ZipInfo, *arguments: object, **options: object) -> io.BytesIO:
        """A part as a file; sheets are prepared."""
        part = name.filename if isinstance(name, zipfile.ZipInfo) else name
        with super().open(name) as stream:
            content = stream.read()
        if part.startswith(_RELATIONS):
            content = _DRAWN.sub(b"", content)
        elif part.startswith(_SHEETS):
            content = self._sheet(part, content)
        return io.BytesIO(content)

    def _sheet(self, part: str, content: bytes) -> bytes:
        self.extensions |= {what for sign, what in _LOST_EXTENSIONS.items() if sign in content}
        if _FORMULA.search(content):
            self.stored[part] = _results(content)
        if b"hyperlink " in content:
            content = _HYPERLINK.sub(self._link, content)
        block = _MERGES.search(content)
        if block is None:
            return content
        self.merges[part] = [area.decode() for area in _MERGE.findall(block[0])]
        return content[: block.start()] + content[block.end() :]

    def _link(self, found: re.Match[bytes]) -> bytes:
        """A link as it is, or nothing in place of one over more cells than a form has."""
        area = CellRange(f"{found[1].decode()}:{found[2].decode()}")
        rows, columns = area.size["rows"], area.size["columns"]
        if rows * columns <= _LINKED:
            return found[0]
        self.extensions.add("覆盖整张表的链接")
        return b""

    def lost(self) -> tuple[str, ...]:
        """What openpyxl does not carry over, in the words of offices."""
        names = self.namelist()
        gone = [what for part, what in _LOST_PARTS.items() if any(name.startswith(part) for name in names)]
        return tuple(dict.fromkeys([*gone, *sorted(self.extensions)]))


def _results(content: bytes) -> dict[str, Stored]:
    """Type and text of the result of every formula of a sheet, by address."""
    found: dict[str, Stored] = {}
    for cell in etree.fromstring(content, etree.XMLParser(resolve_entities=False)).iter("{*}c"):
        if cell.find("{*}f") is not None and (text := cell.findtext("{*}v")) is not None:
            found[str(cell.get("r"))] = (str(cell.get("t", "")), text)
    return found
