"""A sheet cut into sections: a header band, and the body of rows below it up to the next one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from consolidate.intake import labels
from consolidate.intake.page import Page, Text
from consolidate.intake.shapes import Words

GAP = 4  # so many empty rows may stand inside a header
NEAR = 75  # how alike (of 100) a misspelt heading must be to any known one


@dataclass(frozen=True, slots=True)
class Section:
    """Rows `top`..`bottom` of headings and the body below them, which ends before row `end`."""

    page: Page
    top: int
    bottom: int
    end: int

    @property
    def body(self) -> range:
        """Rows that may hold values."""
        return range(self.bottom + 1, self.end)


def sections(page: Page, words: Words) -> list[Section]:
    """All sections of a sheet, from top to bottom."""
    kinds = {row: _kind(page, row, line, words) for row, line in page.lines.items()}
    bands = [band for run in _runs(page, kinds) for band in _split(page, run, kinds, words)]
    result = []
    for number, (top, bottom) in enumerate(bands):
        end = bands[number + 1][0] if number + 1 < len(bands) else page.height
        titles = (row for row in range(bottom + 1, end) if _is_title(page.line(row), words))
        result.append(Section(page, top, bottom, min(titles, default=end)))
    return result


def _is_title(line: Sequence[Text], words: Words) -> bool:
    return any(text.key in words.titles for text in line)


def _kind(page: Page, row: int, line: Sequence[Text], words: Words) -> str:
    """`head` for a row of headings, `group` or `either` for one that may belong to a header, else ''."""
    keys = {text.key for text in line}
    heads = len(keys & words.heads)
    numbers = page.numbers(row, range(page.width))
    if heads >= 2 or (heads and not numbers and len(keys & words.rows) <= heads):
        return "head"
    if keys & words.either and not keys & (words.rows - words.either):
        return "group" if keys & words.groups else "either"
    if numbers or keys & words.rows:
        return ""
    if keys & words.corners:
        return "head"
    if keys & words.groups:
        return "group"
    unknown = sorted(key for key in keys if 2 < len(key) <= 40)
    alike = misspelt(unknown, words)
    return "head" if alike >= 2 or (alike and _over_a_row(page, row, words)) else ""


def _over_a_row(page: Page, row: int, words: Words) -> bool:
    """Whether the next filled row is one of a body: a block of one column has but one heading."""
    below = next((r for r in range(row + 1, page.height) if not page.blank(r)), None)
    return below is not None and any(text.key in words.rows for text in page.line(below))


def misspelt(unknown: Sequence[str], words: Words) -> int:
    """How many of these keys are nearly a known heading."""
    near = (process.extractOne(key, words.heads, scorer=fuzz.ratio, score_cutoff=NEAR) for key in unknown)
    return sum(found is not None for found in near)


def _runs(page: Page, kinds: dict[int, str]) -> list[list[int]]:
    """Rows of headings that follow each other, with few empty rows between."""
    runs: list[list[int]] = []
    for row in sorted(row for row, kind in kinds.items() if kind):
        if runs and row - runs[-1][-1] <= GAP + 1 and all(map(page.blank, range(runs[-1][-1] + 1, row))):
            runs[-1].append(row)
        else:
            runs.append([row])
    return [_trimmed(page, run, kinds) for run in runs if any(kinds[row] == "head" for row in run)]


def _trimmed(page: Page, run: list[int], kinds: dict[int, str]) -> list[int]:
    """A run without the rows below its last row of headings, and without a row 总计 of a body above it."""
    heads = [row for row in run if kinds[row] == "head"]
    left = min(page.line(row)[-1].column for row in heads)
    kept = [row for row in run if row <= heads[-1]]
    while kinds[kept[0]] == "either" and page.line(kept[0])[0].column < left:
        kept.pop(0)
    return kept


def _split(page: Page, run: list[int], kinds: dict[int, str], words: Words) -> list[tuple[int, int]]:
    """Two headers of which one follows the other directly: a heading under another one tells."""
    bands: list[tuple[int, int]] = []
    start = run[0]
    above: dict[int, str] = {}
    for row in run:
        # A group's name that is a heading in another table stands over headings by right.
        heads = (words.heads | words.either) - words.groups
        here = {t.column: t.key for t in page.line(row) if t.key in heads}
        if any(column in above and above[column] != key for column, key in here.items()):
            bands.append((start, max(r for r in run if r < row)))
            start, above = row, {}
        above.update(here)
    bands.append((start, run[-1]))
    return bands


def headings(
    section: Section, groups: frozenset[str], beside: frozenset[str], own: frozenset[str]
) -> list[tuple[Text, frozenset[str]]]:
    """The lowest heading of each column, left to right, and the keys of the groups above it.

    A group's name holds as far as its cell is merged, else to the next text on its right; a heading
    repeated in the cells of a merged area counts once. A unit of measure is a heading only when it is among
    the form's `own`.
    """
    page = section.page
    lines = [page.line(row) for row in range(section.top, section.bottom + 1)]
    lowest: dict[int, Text] = {}
    for line in lines:
        for text in line:
            if text.key not in beside and (text.key in own or not labels.is_unit(text.key)):
                lowest[text.column] = text
    result: list[tuple[Text, frozenset[str]]] = []
    for column in sorted(lowest):
        text = lowest[column]
        if text.key in groups:
            continue
        above = (
            frozenset(_above(page, line, column) for line in lines if line and line[0].row < text.row)
            & groups
        )
        if result and result[-1][0].key == text.key and result[-1][1] == above:
            continue
        result.append((text, above))
    return result


def _above(page: Page, line: Sequence[Text], column: int) -> str:
    """The key of the nearest text of a line at or left of a column, if its merged cell reaches there."""
    text = next((text for text in reversed(line) if text.column <= column), None)
    if text is None or text.column < page.reach(text.row, text.column) < column:
        return ""
    return text.key
