"""The manner in which each unit fills in the form: layout, look, file name, how it writes name and dates.

Nothing here is an error; every manner must be understood without a word.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from dataclasses import dataclass

from making import sheets
from making.county import Unit
from making.sheets import Book, Content
from making.writers import THEMES, Theme

TABLES = ("overview", "proactive", "applications", "proceedings")
_NAMES = {"": "基本信息", "overview": "总体情况", "proactive": "主动公开", "applications": "依申请公开",
          "proceedings": "复议诉讼"}  # fmt: skip
_HALF_WIDTH = str.maketrans("（）：，“”", '():,""')


def _half(label: str) -> str:
    return label.translate(_HALF_WIDTH)


def _numbered(label: str) -> str:
    """1.属于国家秘密 → 1、属于国家秘密; （一）予以公开 → （一）、 予以公开."""
    label = re.sub(r"^(\d)\.", r"\1、", label)
    return re.sub(r"^（(.)）", r"（\1） ", label)


def _broken(label: str) -> str:
    """Line breaks where the cell was narrow, full-width numbering."""
    label = re.sub(r"^(\d)\.", lambda match: chr(ord(match[1]) + 0xFEE0) + "．", label)
    return label[:4] + "\n" + label[4:] if 6 <= len(label) <= 12 else label


def _plain(book: Book) -> Book:
    return book


def _titled(book: Book) -> Book:
    return sheets.titled(book, ("附件2", "新蔡县2019年政府信息公开工作年度报告统计表"))


def _renamed(book: Book) -> Book:
    return sheets.renamed(book, _NAMES, ("", "proactive", "applications", "proceedings", "overview"))


def _one_sheet(book: Book) -> Book:
    return sheets.one_sheet(book, "Sheet1")


def _inset(book: Book) -> Book:
    return sheets.inset(book, 1, 1)


LAYOUTS: dict[str, Callable[[Book], Book]] = {
    "plain": _plain,
    "titled": _titled,
    "renamed": _renamed,
    "one sheet": _one_sheet,
    "inset": _inset,
    "half-width": lambda book: sheets.relabelled(book, _half),
    "numbered": lambda book: sheets.relabelled(book, _numbered),
    "line breaks": lambda book: _titled(sheets.relabelled(book, _broken)),
    "total on top": lambda book: _inset(sheets.grand_total_on_top(book)),
    "formulas": sheets.with_formulas,
}
_USUAL = ("plain", "titled", "plain", "one sheet", "plain", "half-width", "inset", "plain", "renamed",
          "numbered", "plain", "line breaks", "total on top")  # fmt: skip
# Where the manner matters for what is shown.
_CHOSEN = {
    "水利局": "formulas", "县文广旅局": "plain", "应急管理局": "formulas", "统计局": "formulas",
    "杨庄户乡": "plain", "栎城乡": "titled", "河坞乡": "plain", "宋岗乡": "inset", "自然资源局": "plain",
    "县人社局": "titled", "县住建局": "renamed", "化庄乡": "one sheet",
    "弥陀寺乡": "plain", "余店镇": "half-width",
}  # fmt: skip


@dataclass(frozen=True)
class Manner:
    """How one unit does it."""

    layout: str
    theme: Theme
    file: str
    cover_name: str
    year: Content
    code: str
    whole_date: bool

    def date(self, day: datetime.date) -> Content:
        """A date as this unit writes it."""
        return day if self.whole_date else f"{day.year}年{day.month}月{day.day}日"

    def laid(self, book: Book) -> Book:
        """The form in this unit's layout."""
        return LAYOUTS[self.layout](book)


def of(number: int, unit: Unit) -> Manner:
    """The manner of the unit at this place of the roster."""
    folder = "县直部门" if unit.kind == "部门" else "乡镇街道"
    names = (
        f"{unit.short}.xlsx",
        f"{unit.name}2019年政府信息公开年报统计表.xlsx",
        f"{unit.short}年报.xlsx",
        f"{unit.code}-{unit.short}.xlsx",
        f"2019年度报告统计表（{unit.short}）.xlsx",
    )
    alias = unit.aliases.split("、")[0]
    return Manner(
        layout=_CHOSEN.get(unit.short, _USUAL[number % len(_USUAL)]),
        theme=THEMES[number % len(THEMES)],
        file=f"{folder}/{names[number % len(names)]}",
        cover_name=alias if alias and number % 4 == 0 else unit.name,
        year=(2019, "2019年", "2019", "2019年度")[number % 4],
        code=unit.code if number % 3 else "",
        whole_date=number % 5 == 0,
    )
