"""A second look at cells that came out blank, or as text, where a number belongs.

It reads the stored XML or records of just the wanted cells: 1 ms for a usual workbook, where openpyxl
takes 17 ms, shows strict OOXML as a book without sheets, and hangs on one million merged areas.
`Content.signs` says beforehand whether there is anything to find, so that clean files do not pay.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from consolidate.intake import biff, biff12, ods, ole, package, parts, references
from consolidate.intake.cellfact import Cell, CellFact
from consolidate.model import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from zipfile import ZipInfo

_LETTERS = {letter: number for number, letter in enumerate("ABCDEFGHIJKLMNOPQRSTUVWXYZ", 1)}


def worthwhile(signs: frozenset[str]) -> bool:
    """Whether a blank cell of a file with these signs may be an error or a formula never calculated."""
    return bool(signs & {"errors", "uncached"})


def cells(content: bytes, kind: str, wanted: Iterable[Cell]) -> dict[Cell, CellFact]:
    """Facts about those of the wanted cells that hold a formula, an error or a value; never raises."""
    cells_wanted = frozenset(wanted)
    sheets = frozenset(sheet for sheet, _, _ in cells_wanted)
    return {cell: fact for cell, fact in _facts(content, kind, sheets) if cell in cells_wanted}


def formulas(content: bytes, kind: str, sheets: Iterable[str]) -> dict[Cell, str]:
    """The live formulas of some sheets by cell, each beginning with "=" (only "=" when not known)."""
    found = _facts(content, kind, frozenset(sheets), calculated=True)
    return {cell: fact.formula for cell, fact in found if fact.formula}


def _facts(
    content: bytes, kind: str, sheets: frozenset[str], *, calculated: bool = False
) -> Iterator[tuple[Cell, CellFact]]:
    """Facts about the filled cells of some sheets, as far as the format lets them be known.

    `calculated`: only formulas are wanted, so that sheets without any need not be parsed.
    """
    if kind in ("xlsx", "xlsm"):
        return _open_xml(content, sheets, calculated)
    if kind in ("xls", "et"):
        return _records(content, sheets)
    if kind == "xlsb":
        return biff12.facts(content, sheets)
    if kind == "ods":
        return ods.facts(content, sheets)
    return iter(())


def _records(content: bytes, sheets: frozenset[str]) -> Iterator[tuple[Cell, CellFact]]:
    try:
        stream = ole.workbook_stream(content)
    except ole.BrokenError:
        return iter(())
    return biff.facts(stream, sheets)


def _open_xml(content: bytes, sheets: frozenset[str], calculated: bool) -> Iterator[tuple[Cell, CellFact]]:
    """Facts from the parts of an .xlsx, found through its relationships."""
    listed = package.directory(content)
    if isinstance(listed, Refusal):
        return
    members = {member.filename.lower(): member for member in listed}
    try:
        for name, part in _sheet_parts(content, members):
            if name in sheets and part in members:
                text = parts.utf8(package.content(content, members[part]))
                if not calculated or parts.has_formulas(text):
                    yield from _sheet(name, ElementTree.fromstring(text))
    except (package.TornError, ElementTree.ParseError, LookupError, ValueError):
        return  # the reader has had its say about a damaged book; a second look finds nothing more


def _tree(content: bytes, member: ZipInfo) -> ElementTree.Element:
    """The parsed XML of a part in any encoding."""
    return ElementTree.fromstring(parts.utf8(package.content(content, member)))


def _sheet_parts(content: bytes, members: dict[str, ZipInfo]) -> Iterator[tuple[str, str]]:
    """Name and part (lower case) of every sheet of the workbook."""
    book = min(part for part in members if part.startswith("xl/workbook") and part.endswith(".xml"))
    folder, file = posixpath.split(book)
    relations = _tree(content, members[f"{folder}/_rels/{file}.rels"])
    targets = {relation.get("Id"): relation.get("Target", "") for relation in relations}
    for element in _tree(content, members[book]).iter():
        if _local(element) == "sheet":
            number = next((value for key, value in element.attrib.items() if key.endswith("}id")), "")
            target = posixpath.normpath(posixpath.join("/", folder, targets.get(number, "")))
            yield element.get("name", ""), target[1:].lower()


def _local(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


def _sheet(name: str, root: ElementTree.Element) -> Iterator[tuple[Cell, CellFact]]:
    """Facts about the filled cells of one sheet; cells and rows without `r` follow their predecessor."""
    row = -1
    shared: dict[str, tuple[int, int, str]] = {}
    for element in root.iter():
        if _local(element) != "row":
            continue
        number = element.get("r", "")
        row = int(number) - 1 if number.isascii() and number.isdigit() else row + 1
        column = -1
        for cell in element:
            row, column = _place(cell.get("r", ""), row, column)
            fact = _fact(cell, row, column, shared)
            if fact:
                yield (name, row, column), fact


def _formula(
    element: ElementTree.Element, row: int, column: int, shared: dict[str, tuple[int, int, str]]
) -> str:
    """The text of a formula; one that was filled down or across is written only in its first cell."""
    text, group = element.text or "", element.get("si", "")
    if element.get("t") != "shared" or not group:
        return text
    if text:
        shared[group] = (row, column, text)
    top, left, first = shared.get(group, (row, column, ""))
    return references.shifted(first, row - top, column - left)


def _place(reference: str, row: int, column: int) -> tuple[int, int]:
    """Where a cell stands: by its reference, else to the right of the one before."""
    letters = reference.rstrip("0123456789")
    digits = reference[len(letters) :]
    if not letters or not digits or not all(letter in _LETTERS for letter in letters):
        return row, column + 1
    number = 0
    for letter in letters:
        number = number * 26 + _LETTERS[letter]
    return int(digits) - 1, number - 1


def _fact(
    cell: ElementTree.Element, row: int, column: int, shared: dict[str, tuple[int, int, str]]
) -> CellFact | None:
    """The fact of one cell element; None for a cell without formula and value."""
    formula = stored = None
    for child in cell:
        if _local(child) == "f":
            formula = "=" + _formula(child, row, column, shared)
        elif _local(child) == "v":
            stored = child.text or ""
    if formula is None and not stored:
        return None
    kind = cell.get("t", "n")
    error = (stored or "").strip() if kind == "e" else ""
    uncached = formula is not None and not stored and kind != "str"
    return CellFact(formula or "", error, uncached, stored or "")
