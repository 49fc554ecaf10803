"""What calamine does not tell of an .ods: formulas, errors and merged cells, from content.xml."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree

from consolidate.intake import package
from consolidate.intake.cellfact import Cell, CellFact
from consolidate.model import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_CALC = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
_REPEAT_LIMIT = 1_000


def facts(data: bytes, sheets: frozenset[str]) -> Iterator[tuple[Cell, CellFact]]:
    """Facts about the cells of some sheets that hold a formula or an error."""
    for cell, element in _cells(data, sheets):
        formula = element.get(f"{_TABLE}formula")
        text = "".join(element.itertext()).strip()
        broken = element.get(f"{_CALC}value-type") == "error" or (formula and text.startswith(("#", "Err:")))
        if formula is not None or broken:
            stored = element.get(f"{_OFFICE}value", text)
            shown = "=" + formula.partition("=")[2] if formula is not None else ""
            yield cell, CellFact(shown, text if broken else "", formula is not None and not stored, stored)


def merged(data: bytes) -> dict[str, tuple[tuple[int, int, int, int], ...]]:
    """The merged areas of every sheet: first row, first column, last row, last column."""
    areas: dict[str, list[tuple[int, int, int, int]]] = {}
    for (sheet, row, column), element in _cells(data, None):
        rows = _count(element, "number-rows-spanned")
        columns = _count(element, "number-columns-spanned")
        if rows > 1 or columns > 1:
            areas.setdefault(sheet, []).append((row, column, row + rows - 1, column + columns - 1))
    return {sheet: tuple(listed) for sheet, listed in areas.items()}


def _cells(data: bytes, sheets: frozenset[str] | None) -> Iterator[tuple[Cell, ElementTree.Element]]:
    """Every written cell of some sheets (None: all) with its place; nothing for a damaged file."""
    listed = package.directory(data)
    if isinstance(listed, Refusal):
        return
    part = next((member for member in listed if member.filename == "content.xml"), None)
    try:
        root = ElementTree.fromstring(package.content(data, part)) if part else ElementTree.Element("none")
    except (package.TornError, ElementTree.ParseError):
        return
    for table in root.iter(f"{_TABLE}table"):
        name = table.get(f"{_TABLE}name", "")
        if sheets is None or name in sheets:
            yield from ((((name, row, column), element)) for row, column, element in _places(table))


def _places(table: ElementTree.Element) -> Iterator[tuple[int, int, ElementTree.Element]]:
    """Row, column and element of the cells of a table; repeated ones only up to a limit."""
    row = 0
    for line in table.iter(f"{_TABLE}table-row"):
        times = _count(line, "number-rows-repeated")
        cells = list(_columns(line))
        for repeated in range(min(times, _REPEAT_LIMIT) if cells else 0):
            for column, element in cells:
                yield row + repeated, column, element
        row += times


def _columns(line: ElementTree.Element) -> Iterator[tuple[int, ElementTree.Element]]:
    """The cells of a row that carry anything, with their columns."""
    column = 0
    for cell in line:
        times = _count(cell, "number-columns-repeated")
        covered = cell.tag == f"{_TABLE}covered-table-cell"
        if not covered and (
            len(cell) or cell.get(f"{_TABLE}formula") or cell.get(f"{_TABLE}number-columns-spanned")
        ):
            yield from ((column + repeated, cell) for repeated in range(min(times, _REPEAT_LIMIT)))
        column += times


def _count(element: ElementTree.Element, name: str) -> int:
    """A repetition or span; anything that is no positive number counts as 1."""
    text = element.get(f"{_TABLE}{name}", "")
    return max(int(text), 1) if text.isascii() and text.isdigit() and len(text) < 9 else 1
