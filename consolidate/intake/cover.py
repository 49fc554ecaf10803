"""The cover of a form: label–value pairs anywhere outside the tables, and the years that titles state."""

from __future__ import annotations

import datetime
import re
from collections.abc import Container, Mapping, Sequence

from consolidate.forms.spec import CoverSpec
from consolidate.intake import labels, texts
from consolidate.model import Place

_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?:\.0)?(?!\d)")
_HAN_YEAR = re.compile(r"[一二三四五六七八九〇零○]{4}")
_TITLE = re.compile(r"(?<![\d〔\[(（])((?:19|20)\d\d)\s*年(?!\s*\d{1,2}\s*月)")
_COLON = re.compile(r"\s*[:：]\s*")
REACH = 8  # a value stands at most so many columns right of its label


def year(text: str) -> int | None:
    """The year that a cover states: 2019, 2019年度, 二〇一九年; None when it states none or several."""
    text = texts.compact(text)
    found = set(_YEAR.findall(text))
    if not found and (match := _HAN_YEAR.search(text)):
        value = texts.han_number(match.group())
        return value if value is not None and 1990 <= value <= 2999 else None
    return int(found.pop()) if len(found) == 1 else None


def pairs(
    sheets: Sequence[Sequence[Sequence[object]]],
    cover: Mapping[str, CoverSpec],
    inside: Container[tuple[int, int]],
    open_sheets: Sequence[int],
) -> dict[str, Place]:
    """Where the value of each cover label stands: to the right, in the same cell, or below.

    `inside` holds the (sheet, row) pairs that belong to tables.
    """
    keys = {labels.whole(text): name for name, spec in cover.items() for text in (spec.label, *spec.also)}
    found: dict[str, Place] = {}
    for number in open_sheets:
        for r, row in enumerate(sheets[number]):
            if (number, r) in inside:
                continue
            for c, cell in enumerate(row):
                if isinstance(cell, str) and 0 < len(cell) <= 80:
                    _take(sheets[number], number, r, c, cell, keys, found)
    return found


def _take(
    rows: Sequence[Sequence[object]], sheet: int, r: int, c: int, cell: str, keys: Mapping[str, str],
    found: dict[str, Place],
) -> None:  # fmt: skip
    name = keys.get(labels.whole(cell))
    if name is not None and name not in found:
        place = _beside(rows, r, c, keys)
        if place is not None:
            found[name] = (sheet, *place)
        return
    parts = _COLON.split(cell, maxsplit=1)
    if len(parts) == 2 and parts[1].strip():
        name = keys.get(labels.whole(parts[0]))
        if name is not None:
            found.setdefault(name, (sheet, r, c))


def _beside(
    rows: Sequence[Sequence[object]], r: int, c: int, keys: Mapping[str, str]
) -> tuple[int, int] | None:
    row = rows[r]
    for right in range(c + 1, min(c + 1 + REACH, len(row))):
        cell = row[right]
        if cell != "":
            return None if isinstance(cell, str) and labels.whole(cell) in keys else (r, right)
    if r + 1 < len(rows) and rows[r + 1][c] != "":
        below = rows[r + 1][c]
        return None if isinstance(below, str) and labels.whole(below) in keys else (r + 1, c)
    return (r, c + 1) if c + 1 < len(row) else None


def value(cell: object) -> str:
    """A cover value as text: whole numbers without .0, dates in ISO form, the part after a colon."""
    if isinstance(cell, (datetime.datetime, datetime.date)):
        return cell.isoformat()[:10]
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    text = str(cell).strip()
    parts = _COLON.split(text, maxsplit=1)
    return parts[1].strip() if len(parts) == 2 and len(parts[0]) <= 20 else text


def title_year(text: str) -> int | None:
    """The one year that a title states (2019年度…统计表); not those of document numbers or dates."""
    if (
        len(text) > 60
        or not re.search("报|表|情况|统计", text)
        or re.search("上年|上一年|截至|截止|以来", text)
    ):
        return None
    found = set(_TITLE.findall(text))
    return int(found.pop()) if len(found) == 1 else None
