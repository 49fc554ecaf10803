"""The one look of every book: font, palette, number formats, paper. Plain data, no Excel library.

The palette is chosen to survive black-and-white printing: error, query and hint differ in brightness,
and every mark is said in words beside its colour. Colours are RRGGBB.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from consolidate.forms import layout
from consolidate.forms.structure import Item
from consolidate.model import Severity

FONT = "宋体"
SIZE = 11

INK, GREY, BLUE, ALERT, AMBER = "000000", "595959", "1F4E79", "9C0006", "7F6000"
# As black, and another colour: LibreOffice drops the right indent of a cell that differs from the one
# before it in nothing that concerns its text but the number format or its being merged.
ALSO_INK = "000001"
LINE = "7F7F7F"
WHITE, HEAD, PALE, INPUT = "FFFFFF", "E4E9F0", "F4F6F9", "FFFFFF"

# Brightness in print: error 65 %, query 84 %, hint 96 %, related 90 %.
FILLS: dict[Severity, str] = {"error": "F08A80", "query": "FFD480", "hint": "FFF6CC"}
RELATED = "FBE0DD"  # further cells of the same cause
# Cells of which only some are wrong: lighter than the one cell that is.
GROUPED: dict[Severity, str] = {"error": RELATED, "query": "FFECC2", "hint": "FFF6CC"}
FIXED = "DDEBDD"  # done since last time
SIGNS: dict[Severity, str] = {"error": "×", "query": "？", "hint": "·"}

PAPER_A4 = 9
MARGINS = {"left": 0.5, "right": 0.5, "top": 0.6, "bottom": 0.7}  # inches

Horizontal = Literal["left", "center", "right"]


@dataclass(frozen=True, slots=True)
class Look:
    """How a cell looks: `ink` and `fill` are RRGGBB or ''; `border` draws all four sides thin."""

    bold: bool = False
    italic: bool = False
    underline: bool = False
    size: int = SIZE
    ink: str = INK
    fill: str = ""
    border: bool = True
    horizontal: Horizontal = "left"
    vertical: Literal["top", "center"] = "center"
    wrap: bool = True
    shrink: bool = False  # a number too long for its column becomes smaller, never ###
    indent: int = 0
    number: str = "General"
    unlocked: bool = False

    def but(self, **changes: object) -> Look:
        """The same look with some things different."""
        return replace(self, **changes)  # type: ignore[arg-type]

    @property
    def properties(self) -> dict[str, object]:
        """The look as XlsxWriter's format properties."""
        result: dict[str, object] = {
            "font_name": FONT, "font_size": self.size, "font_color": f"#{self.ink}", "bold": self.bold,
            "italic": self.italic, "underline": int(self.underline), "align": self.horizontal,
            "valign": {"top": "top", "center": "vcenter"}[self.vertical], "text_wrap": self.wrap,
            "shrink": self.shrink, "indent": self.indent, "num_format": self.number,
            "locked": not self.unlocked,
        }  # fmt: skip
        if self.fill:
            result["bg_color"] = f"#{self.fill}"
        if self.border:
            result |= {"border": 1, "border_color": f"#{LINE}"}
        return result


# Books of lists.
TITLE = Look(bold=True, size=16, border=False, horizontal="center")
SUBTITLE = Look(bold=True, size=12, border=False)
CAPTION = Look(size=10, ink=GREY, border=False, horizontal="center")
HEADLINE = Look(bold=True, border=False)
NOTE = Look(size=10, ink=GREY, border=False, vertical="top")
HEADER = Look(bold=True, fill=HEAD, horizontal="center")
TEXT = Look(indent=1)
CENTER = Look(horizontal="center")
NUMBER = Look(horizontal="right", wrap=False, shrink=True, indent=1)
SMALL = Look(size=9, ink=GREY, indent=1)
LINK = Look(ink=BLUE, underline=True, indent=1)
WRITE = Look(fill=INPUT, unlocked=True, vertical="top")

# The standard form, by role of the placed cell.
FORM: dict[layout.Role, Look] = {
    "title": TITLE,
    "caption": CAPTION,
    "block_title": Look(bold=True, fill=HEAD, horizontal="center"),
    "corner": Look(fill=PALE, horizontal="center", size=10),
    "header": Look(fill=PALE, horizontal="center"),
    "row_label": Look(fill=PALE, indent=1),
    "label": Look(fill=PALE, horizontal="center"),
    "field": Look(horizontal="left", indent=1, unlocked=True),
    "note": NOTE,
}


def form(cell: layout.Placed) -> Look:
    """The look of a cell of the standard form that holds no value; labels of groups are centred."""
    look = FORM[cell.role]
    return look.but(horizontal="center", indent=0) if cell.role == "row_label" and cell.rowspan > 1 else look


def value(item: Item, unlocked: bool = False) -> Look:
    """The look of a value cell; cells that state a sum are tinted."""
    fill = HEAD if item.total else ""
    return NUMBER.but(number=number(item.decimals), fill=fill, bold=item.total, unlocked=unlocked)


def number(decimals: int) -> str:
    """Number format: counts as typed (a wrong 3.5 must not look like 4), money with all its decimals."""
    return f"0.{'0' * decimals}##" if decimals else "General"


def severity(look: Look, of: Severity) -> Look:
    """The look filled with the colour of a severity."""
    return look.but(fill=FILLS[of], bold=look.bold or of == "error")


def footer(left: str = "", right: str = "") -> str:
    """The footer of every printed page: 第 x 页 共 y 页, with texts on the left and on the right."""
    font = f'&"{FONT},Regular"&9'
    parts = [("&L", left.replace("&", "&&")), ("&C", "第 &P 页　共 &N 页"), ("&R", right.replace("&", "&&"))]
    return "".join(f"{place}{font}{_apart(text)}" for place, text in parts if text)


def _apart(text: str) -> str:
    # A digit right after &9 would be read as part of the size.
    return f" {text}" if text[0].isdigit() else text


def width(text: str) -> int:
    """Columns that a text takes: Chinese characters count two."""
    return layout.width(text)


def height(texts: Iterable[tuple[str, float]], size: int = SIZE, least: float = 20) -> float:
    """Height of a row in points in which each (text, columns) is wrapped."""
    line = size * 1.5
    return max([least, *(layout.lines(text, room) * line + 3.5 for text, room in texts)])
