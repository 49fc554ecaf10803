"""The cover of a form: label–value pairs anywhere outside the tables, and the years that titles state."""

from __future__ import annotations

import datetime
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from consolidate.intake import labels, texts
from consolidate.intake.page import Page, Text
from consolidate.model import Place

_YEAR = re.compile(r"(?<![0-9])((?:19|20)[0-9]{2})(?:\.0)?(?![0-9])")
_HAN_YEAR = re.compile(
    r"(?<![一二三四五六七八九〇零○])[一二][一二三四五六七八九〇零○Oo0]{3}(?![一二三四五六七八九〇零○十百])"
)
_STATED = re.compile(
    r"(?<![0-9〔\[(（])((?:19|20)[0-9]{2}|[一二][一二三四五六七八九〇零○Oo0]{3})年(?![0-9]{1,2}月|以来|以前|以后|底|初|末|同期|第)"
)
_ABOUT = re.compile("报告|报表|年报|统计|情况|一览|汇总|信息公开")
_ELSEWHERE = re.compile(
    "上年|上一年|去年|截至|截止|以来|同比|较|通知|文件|印发|号|根据|按照|依据|规定|版式|版本|注[:：]"
)
_ONLY_YEAR = re.compile(r"[(\[【]?((?:19|20)[0-9]{2}|[一二][一二三四五六七八九〇零○Oo0]{3})年度?[)\]】]?")
_HEADING = re.compile(
    r"[^,，。、;；:：!！?？<>《》]+(?:报告|年报|报表|[计况览总]表)(?:[(（\[【][^()（）]*[)）\]】])?"
)
REACH = 8  # a value stands at most so many columns right of its label
LONGEST = 60  # characters of a title


@dataclass(frozen=True, slots=True)
class Spot:
    """A cell that may hold the value of a cover label.

    `inside`: after the label in the same cell; `below`: under the label, which has no room beside it.
    """

    place: Place
    inside: bool = False
    below: bool = False


Keys = Mapping[str, str]


def spots(page: Page, known: Keys, claimed: Collection[int]) -> dict[str, list[Spot]]:
    """For each field the cells that may hold its value, the likeliest first; `claimed` rows are tables'."""
    found: dict[str, list[Spot]] = {}
    for row, line in sorted(page.lines.items()):
        if row in claimed:
            continue
        heads = _heads(page, [text for text in line if text.key in known], known, claimed)
        for text in line:
            name = known.get(text.key)
            if name is not None and heads:
                found.setdefault(name, []).append(Spot((page.index, row + 1, text.column), below=True))
            elif name is not None:
                found.setdefault(name, []).extend(_beside(page, text, known, claimed))
            else:
                for field in _inline(text.raw, known):
                    found.setdefault(field, []).append(Spot((page.index, row, text.column), inside=True))
    return found


def _heads(page: Page, line: Sequence[Text], known: Keys, claimed: Collection[int]) -> bool:
    """Whether the labels of a row are headings, with their values in the row below.

    At least two of them have no room beside them, and at least two a value under them.
    """
    close = [
        label
        for label, right in pairwise(line)
        if page.reach(label.row, label.column) + 1 == right.column and label.row + 1 not in claimed
    ]
    under = [page.cell(label.row + 1, label.column) for label in line]
    said = (cell for cell in under if cell not in ("", None))
    return len(close) > 1 and sum(not _is_label(cell, known) and not _noted(cell) for cell in said) > 1


def _noted(cell: object) -> bool:
    return isinstance(cell, str) and labels.is_note(cell)


def _beside(page: Page, label: Text, known: Keys, claimed: Collection[int]) -> Iterator[Spot]:
    """The cells right of a label up to the next one; below it when there is none."""
    start = page.reach(label.row, label.column) + 1
    free = 0
    for column in range(start, min(start + REACH, page.width)):
        if _is_label(page.cell(label.row, column), known):
            break
        yield Spot((page.index, label.row, column))
        free += 1
    below = label.row + 1
    if not free and below < page.height and below not in claimed:
        cell = page.cell(below, label.column)
        if cell not in ("", None) and not _is_label(cell, known):
            yield Spot((page.index, below, label.column), below=True)


def _is_label(cell: object, known: Keys) -> bool:
    if not isinstance(cell, str) or len(cell) > labels.LONGEST:
        return False
    return labels.normal(cell) in known or bool(_inline(cell, known))


def _inline(text: str, known: Keys) -> dict[str, str]:
    """Fields and values of `填报单位：教育局  年度：2019`, one cell."""
    if len(text) > labels.LONGEST or (":" not in text and "：" not in text):
        return {}
    pieces = re.split("[:：]", text)
    found: dict[str, str] = {}
    head = pieces[0]
    for number, piece in enumerate(pieces[1:], 1):
        name, label = _ending(head, known)
        value, head = (piece, "") if number == len(pieces) - 1 else _cut(piece, known)
        value = _without_year(value).strip(" \t\r\n\u3000\u00a0_")
        if name and not (label == "单位" and labels.is_unit(labels.normal(value))):
            found.setdefault(name, value)
    return found


def _ending(text: str, known: Keys) -> tuple[str, str]:
    """The field whose label a text is, or ends with after a blank, and the label's key."""
    key = labels.normal(text)
    if key in known:
        return known[key], key
    words = text.split()
    last = labels.normal(words[-1]) if words else ""
    return known.get(last, ""), last


def _cut(piece: str, known: Keys) -> tuple[str, str]:
    """A piece between two colons, cut into a value and the next label."""
    words = list(re.finditer(r"\S+", piece))
    for count in (1, 2, 3):
        if len(words) > count and labels.normal(piece[words[-count].start() :]) in known:
            return piece[: words[-count].start()], piece[words[-count].start() :]
    if words and labels.normal(piece) in known:
        return "", piece
    if len(words) > 1:  # what stands before a colon is a label, of whatever
        return piece[: words[-1].start()], piece[words[-1].start() :]
    return piece, ""


def _without_year(value: str) -> str:
    """A value without the year written after it in the same line: 教育局　2019年度."""
    words = list(re.finditer(r"\S+", value))
    return value[: words[-1].start()] if len(words) > 1 and is_year(words[-1].group()) else value


def value(cell: object, field: str, known: Keys, inside: bool) -> str:
    """A cover value as text: whole numbers without .0, dates in ISO form, the part after the label."""
    if isinstance(cell, datetime.datetime | datetime.date):
        return cell.isoformat()[:10]
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    text = "" if cell is None else str(cell)
    return _inline(text, known).get(field, "") if inside else text.strip()


def inline_fields(cell: object, known: Keys) -> tuple[str, ...]:
    """The fields whose labels and values share this cell."""
    return tuple(sorted(_inline(cell, known))) if isinstance(cell, str) else ()


def year(text: str) -> int | None:
    """The year that a cover states: 2019, 2019年度, 二〇一九年; None when it states none or several."""
    text = texts.compact(text)
    found = {int(year) for year in _YEAR.findall(text)}
    found |= {_number(year) for year in _HAN_YEAR.findall(text)}
    return found.pop() if len(found) == 1 else None


def is_year(text: str) -> bool:
    """Whether a text is nothing but a year: 2019, （2019年度）."""
    text = texts.compact(text)
    return bool(_ONLY_YEAR.fullmatch(text) or _YEAR.fullmatch(text))


@lru_cache(maxsize=4096)
def title_year(text: str) -> int | None:
    """The one report year that a title states (2019年度…统计表); not those of document numbers or dates."""
    return None if len(text) > LONGEST else _title_year(text)


@lru_cache(maxsize=4_096)  # all units of a county write the same
def _title_year(text: str) -> int | None:
    text = texts.compact(text)
    only = _ONLY_YEAR.fullmatch(text)
    if only is not None:
        return _number(only[1])
    if not _ABOUT.search(text) or _ELSEWHERE.search(text):
        return None
    every = {int(year) for year in _YEAR.findall(text)}
    found = {_number(year) for year in _STATED.findall(text)}
    return found.pop() if len(found) == 1 and len(every) <= 1 else None


def is_heading(text: str) -> bool:
    """Whether a line ends as the title of a report or of a table does, and is no sentence."""
    return len(text) <= LONGEST and _is_heading(text)


@lru_cache(maxsize=4_096)
def _is_heading(text: str) -> bool:
    return _HEADING.fullmatch(texts.compact(text)) is not None


def _number(text: str) -> int:
    return int(text) if text.isascii() else texts.han_number(text) or 0


def titles(pages: Sequence[Page], claimed: Mapping[int, Collection[int]]) -> Iterator[Place]:
    """Cells outside the tables that hold a text."""
    for page in pages:
        for row, cells in enumerate(page.rows):
            if row not in claimed[page.index]:
                for column, cell in enumerate(cells):
                    if type(cell) is str and cell:
                        yield (page.index, row, column)
