"""xl/workbook.xml: the list of sheets, the names, and which sheet is shown first."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lxml import etree

from consolidate.books.returns.package import RELATIONSHIPS, Package, Unusual

if TYPE_CHECKING:
    from lxml.etree import _Element

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_BOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_MACRO_SHEETS = ("xlMacrosheet", "xlIntlMacrosheet")
_SELECTED = re.compile(rb"""(<(?:\w+:)?sheetView\b[^>]*?)\s+tabSelected\s*=\s*(?:"[^"]*"|'[^']*')""")


def q(name: str) -> str:
    """A name of the spreadsheet language with its namespace."""
    return f"{{{MAIN}}}{name}"


@dataclass(frozen=True, slots=True)
class Tab:
    """One sheet of the book: its name, its part, whether it is a worksheet (no chart or dialog)."""

    name: str
    part: str
    worksheet: bool


class Book:
    """The workbook part of a package: sheets can be added and removed, names follow."""

    def __init__(self, package: Package) -> None:
        """Find the workbook part; `Unusual` when the package has none, or is of the strict dialect."""
        self.package = package
        found = [target for _, target in package.related("", "officeDocument") if target]
        if not found:
            raise Unusual("no workbook part")
        self.part = found[0]
        self.root = package.tree(self.part)
        sheets = self.root.find(q("sheets"))
        if self.root.tag != q("workbook") or sheets is None:
            raise Unusual(f"workbook is {self.root.tag}")
        self._sheets = sheets
        self._before = list(sheets)

    @property
    def tabs(self) -> list[Tab]:
        """The sheets in order; `Unusual` when one has no part."""
        parts = {
            id_: (target, kind)
            for kind in ("worksheet", "chartsheet", "dialogsheet", *_MACRO_SHEETS)
            for id_, target in self.package.related(self.part, kind)
        }
        found = []
        for element in self._sheets:
            part, kind = parts.get(element.get(f"{{{RELATIONSHIPS}}}id", ""), ("", ""))
            if not part or kind in _MACRO_SHEETS:
                raise Unusual(f"sheet {element.get('name')} has no usable part")
            found.append(Tab(element.get("name", ""), part, kind == "worksheet"))
        return found

    def add(self, name: str, data: bytes, *, first: bool = False, very_hidden: bool = False) -> str:
        """Add a worksheet as the first or the last one; gives its part's name."""
        part = self.package.free("xl/worksheets/sheet{}.xml")
        self.package.put(part, data, _SHEET_TYPE)
        element = etree.Element(q("sheet"), nsmap=self._sheets.nsmap)
        element.set("name", name)
        element.set("sheetId", str(max((int(s.get("sheetId", "0")) for s in self._sheets), default=0) + 1))
        if very_hidden:
            element.set("state", "veryHidden")
        element.set(f"{{{RELATIONSHIPS}}}id", self.package.relate(self.part, "worksheet", part))
        self._sheets.insert(0 if first else len(self._sheets), element)
        return part

    def remove(self, name: str) -> None:
        """Remove a sheet and its part."""
        for element, tab in zip(list(self._sheets), self.tabs, strict=True):
            if tab.name == name:
                self._sheets.remove(element)
                self.package.drop(tab.part)
                self._forget(element.get(f"{{{RELATIONSHIPS}}}id", ""))

    def _forget(self, id_: str) -> None:
        rels = self.package.tree(self.package.find("xl/_rels/workbook.xml.rels") or f"{self.part}.rels")
        for relation in list(rels):
            if relation.get("Id") == id_:
                rels.remove(relation)

    def finish(self, names: dict[str, str]) -> None:
        """Let names follow their sheets, add those of the first sheet, show the first sheet only."""
        self._follow()
        defined = self.root.find(q("definedNames"))
        if names and defined is None:
            defined = etree.Element(q("definedNames"))
            self._insert(defined, ("externalReferences", "functionGroups", "sheets"))
        for name, text in names.items():
            element = etree.SubElement(self._names(), q("definedName"))
            element.set("name", name)
            element.set("localSheetId", "0")
            if name.endswith("_FilterDatabase"):
                element.set("hidden", "1")
            element.text = text
        self._activate()

    def _names(self) -> _Element:
        found = self.root.find(q("definedNames"))
        if found is None:
            raise Unusual("no definedNames")
        return found

    def _follow(self) -> None:
        position = {id(element): index for index, element in enumerate(self._sheets)}
        moved = {old: position.get(id(element)) for old, element in enumerate(self._before)}
        defined = self.root.find(q("definedNames"))
        if defined is None:
            return
        for element in list(defined):
            local = element.get("localSheetId")
            if local is None:
                continue
            now = moved.get(int(local))
            if now is None:
                defined.remove(element)
            else:
                element.set("localSheetId", str(now))

    def _activate(self) -> None:
        views = self.root.find(q("bookViews"))
        if views is None:
            views = etree.Element(q("bookViews"))
            self._insert(views, ("workbookProtection", "workbookPr", "fileSharing", "fileVersion"))
        if not len(views):
            etree.SubElement(views, q("workbookView"))
        for view in views.iterfind(q("workbookView")):
            view.attrib.pop("firstSheet", None)
            view.set("activeTab", "0")
        for tab in self.tabs[1:]:
            self._deselect(tab.part)

    def _deselect(self, part: str) -> None:
        if self.package.opened(part):
            for view in self.package.tree(part).iter(q("sheetView")):
                view.attrib.pop("tabSelected", None)
        elif b"tabSelected" in self.package.parts[part]:
            self.package.put(part, _SELECTED.sub(rb"\1", self.package.parts[part]))

    def _insert(self, element: _Element, after: tuple[str, ...]) -> None:
        """Put a new child behind the last one present of those named, in the order of the schema."""
        for name in after:
            found = self.root.find(q(name))
            if found is not None:
                found.addnext(element)
                return
        self.root.insert(0, element)

    def drop_macros(self) -> tuple[str, ...]:
        """Leave macros, signatures and revision logs behind; says what was there, in Chinese."""
        lost = []
        for kind, name in (
            ("vbaProject", "宏"),
            ("wbSheetRevisions", ""),
            ("revisionHeaders", "修订记录"),
            ("usernames", ""),
        ):
            gone = self.package.unrelate(self.part, kind)
            if gone and name:
                lost.append(name)
            for part in filter(None, gone):
                self._drop_tree(part)
        if self.package.unrelate("", "origin"):
            lost.append("电子签名")
            for part in [name for name in self.package.parts if name.lower().startswith("_xmlsignatures/")]:
                self.package.drop(part)
        if self.package.content_type(self.part) != _BOOK_TYPE:
            self.package.declare(self.part, _BOOK_TYPE)
        return tuple(lost)

    def _drop_tree(self, part: str) -> None:
        for kind in ("vbaProjectSignature", "wordVbaData", "revisionLog"):
            for _, target in self.package.related(part, kind):
                if target:
                    self.package.drop(target)
        self.package.drop(part)
