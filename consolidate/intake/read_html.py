"""HTML tables, most of them saved as .xls by the systems that export them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lxml import etree
from lxml import html as lxml_html

from consolidate.intake import grid, parts, read_csv
from consolidate.intake.grid import Span
from consolidate.model import Refusal, Sheet

if TYPE_CHECKING:
    from collections.abc import Iterator

_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]+)", re.IGNORECASE)
_LATIN = re.compile(rb"iso-8859|windows-125|latin|us-ascii", re.IGNORECASE)
_SUBSET = re.compile(r"<!DOCTYPE[^>]*\[", re.IGNORECASE)
_SHEET_NAME = re.compile(r"<x:Name>([^<]{1,31})</x:Name>")


def sheets(data: bytes) -> tuple[Sheet, ...] | Refusal:
    """One sheet per table that holds no other table, after a sheet 正文 with the text outside of them."""
    text = _decode(data)
    if text is None:
        return Refusal("F.damaged", {"reason": "文字编码无法识别"})
    if _SUBSET.search(text):
        return Refusal("F.doctype")
    parser = lxml_html.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, huge_tree=False)
    try:
        root = lxml_html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
        tables = [table for table in root.iter("table") if table.find(".//table") is None]
        if not tables:
            return Refusal("F.kind", {"kind": "网页（里面没有表格）"})
        names = _SHEET_NAME.findall(text)
        names = names if len(names) == len(tables) else [f"表{index + 1}" for index in range(len(tables))]
        grids = [grid.spanned(name, _rows(table)) for name, table in zip(names, tables, strict=True)]
    except (etree.LxmlError, ValueError, RecursionError):
        return Refusal("F.damaged", {"reason": "网页内容读不出来"})
    except grid.OversizedError:
        return Refusal("F.zip_entries", {"reason": grid.TOO_MANY})
    prose = _prose(root, tables)[: grid.MAX_CELLS]
    return ((grid.rectangle(grid.PROSE, [[line] for line in prose]),) if prose else ()) + tuple(grids)


def _decode(data: bytes) -> str | None:
    """The page's text: by BOM, else by its declared charset, else by trying."""
    declared = _CHARSET.search(data[:4096])
    if declared and _LATIN.match(declared[1]) and (text := read_csv.decode(data)) is not None:
        return text  # no form in Chinese is written in it: the declaration is wrong
    if declared and not data.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        codec = declared[1].decode("ascii").lower()
        codec = "gb18030" if codec in ("gb2312", "gbk", "gb18030") else codec
        try:
            return data.decode(parts.known_codec(codec))
        except (LookupError, UnicodeError):
            pass  # the declaration is wrong: try what usually is right
    return read_csv.decode(data)


def _rows(table: etree._Element) -> Iterator[Iterator[Span]]:
    for row in table.iter("tr"):
        yield (_span(cell) for cell in row if cell.tag in ("td", "th"))


def _span(cell: etree._Element) -> Span:
    """A table cell; spans that are no number count as 1."""
    return Span(_words(cell), _count(cell.get("rowspan")), _count(cell.get("colspan")))


def _count(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 8 else 1


def _words(element: etree._Element) -> str:
    """The visible text of an element, every line break and blank sequence as one blank."""
    return " ".join("".join(map(str, element.itertext())).split())


def _prose(root: etree._Element, tables: list[etree._Element]) -> list[str]:
    """The lines of text outside of the tables, in order."""
    for table in tables:
        parent = table.getparent()
        if parent is not None:
            parent.remove(table)
    for unseen in list(root.iter("style", "script", "title", "head")):
        parent = unseen.getparent()
        if parent is not None:
            parent.remove(unseen)
    return [line for text in root.itertext() if (line := " ".join(str(text).split()))]
