"""The cells that the text of a formula refers to, and the text moved to another cell."""

from __future__ import annotations

import re
from collections.abc import Iterator

_TEXTS = re.compile(r'"[^"]*"')
_ODF = re.compile(r"\[(?:\$?('(?:[^']|'')+'|[^\[\].']+))?\.([^\[\]]+)\]")
_AREA = re.compile(
    r"(?<![\w.!$\]])(?:('(?:[^']|'')+'|[^\W\d][\w.]*)!)?"
    r"\$?([A-Z]{1,3})\$?([1-9]\d{0,6})(?::\$?([A-Z]{1,3})\$?([1-9]\d{0,6}))?(?![\w(!])"
)
_CELL = re.compile(r"(?<![\w.])(\$?)([A-Z]{1,3})(\$?)([1-9]\d{0,6})(?![\w(!])")
Area = tuple[str, int, int, int, int]


def areas(formula: str) -> Iterator[Area]:
    """Sheet ('' for the formula's own), first row and column, last row and column, all from 0.

    Whole rows and columns, names, and cells of other files are left out.
    """
    plain = _ODF.sub(_open, _TEXTS.sub("", formula))
    for sheet, left, top, right, bottom in _AREA.findall(plain):
        rows = sorted((int(top) - 1, int(bottom or top) - 1))
        columns = sorted((_number(left), _number(right or left)))
        name = sheet[1:-1].replace("''", "'") if sheet.startswith("'") else sheet
        yield name, rows[0], columns[0], rows[1], columns[1]


def shifted(formula: str, down: int, right: int) -> str:
    """A formula as it reads so many rows and columns away: what `$` does not hold moves along."""
    if not down and not right:
        return formula

    def moved(found: re.Match[str]) -> str:
        column = found[2] if found[1] else _letters(_number(found[2]) + right)
        row = found[4] if found[3] else str(int(found[4]) + down)
        return f"{found[1]}{column}{found[3]}{row}"

    pieces = re.split(r"""("[^"]*"|'(?:[^']|'')+'!)""", formula)
    return "".join(piece if n % 2 else _CELL.sub(moved, piece) for n, piece in enumerate(pieces))


def _open(found: re.Match[str]) -> str:
    """A reference of OpenDocument as spreadsheets show it: `[.D5:.I5]` → `D5:I5`."""
    cells = found[2].replace(":.", ":")
    return f"{found[1]}!{cells}" if found[1] else cells


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _letters(number: int) -> str:
    letters = ""
    number += 1
    while number > 0:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
