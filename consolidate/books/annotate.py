"""Submission + findings → the return: the unit's own workbook, wrong cells marked, 审核意见 in front.

No submitted figure is ever changed. What openpyxl cannot carry over is named on the first sheet.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Color, Font, PatternFill
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from consolidate.books import carry, marker, rebuild, repack, review, style
from consolidate.books.carry import Stored
from consolidate.books.due import Task
from consolidate.model import Finding, Marker, Place, Submission, sheet_of

__all__ = ["Task", "listing", "rebuilt", "workbook"]

AUTHOR = "审核意见"
MARK = "mark"
CROWD = 20  # cells of one finding
_PLAIN = "-"  # a cell without a fill of its own
_WORDS = {"error": "强制", "query": "核实", "hint": "提示"}
_INKS = {style.FILLS["error"]: style.ALERT, style.FILLS["query"]: style.AMBER}
_NOTED = re.compile(rf"(?:^|\n)【(?:{'|'.join(_WORDS.values())})】[^\n]+\n")
_RANK = {"error": 0, "query": 1, "hint": 2}


def workbook(content: bytes, task: Task) -> bytes:
    """The return of a submission, as the bytes of an .xlsx; the same bytes for the same arguments."""
    carried = carry.workbook(content) if task.submission.kind in ("xlsx", "xlsm") else None
    if carried is None or not set(task.submission.sheets) & set(carried.book.sheetnames):
        return rebuilt(task)
    _unmark(carried.book, task.submission.marker)
    what = "、".join(carried.lost)
    lost = [f"原文件中的{what}未能保留，请以原文件为准"] if what else []
    return _finished(carried.book, task, lost, carried.stored)


def rebuilt(task: Task) -> bytes:
    """The return of a submission whose file cannot be carried over, in the standard layout."""
    book = rebuild.workbook(task.template, task.submission)
    lost = [
        f"原文件（.{task.submission.kind}）不能直接批注，本表按读出的数重新制成，“工作表”“单元格”两栏指本表"
    ]
    return _finished(book, _moved(task), lost, {})


def listing(task: Task) -> bytes:
    """The return as a list of findings alone."""
    book = rebuild.empty()
    lost = ["原文件不能批注，也不能重新制表，请按本页所列逐项修改原文件后重发"]
    return _finished(book, replace(task, submission=replace(task.submission, sheets=())), lost, {})


def _finished(
    book: Workbook, task: Task, lost: Sequence[str], stored: Mapping[tuple[str, str], Stored]
) -> bytes:
    task = replace(task, findings=tuple(f for f in task.findings if f.audience == "unit"))
    for stale in [name for name in book.sheetnames if _ours(book[name], task.submission.marker)]:
        del book[stale]
    # By position as in the findings: what is gone (our last list of findings) keeps its place.
    names = [book[name] if name in book.sheetnames else None for name in task.submission.sheets]
    live = [_quieted(sheet) for sheet in names if sheet is not None and _issued(task.submission.marker)]
    former = _mark(names, task.findings)
    title = review.draw(book, task, names, lost, live=any(live))
    _sign(book, task, former, _data_sheets(task.submission, names))
    for sheet in book.worksheets:
        sheet.sheet_view.tabSelected = sheet.title == title
    book.active = book.sheetnames.index(title)
    return repack.save(book, stored)


def _data_sheets(submission: Submission, sheets: Sequence[Worksheet | None]) -> list[str]:
    """The sheets that hold data: of a master only the 汇总表, as the master itself says."""
    said = submission.marker.data_sheets if submission.marker is not None else ()
    titles = [sheet.title for sheet in sheets if sheet is not None]
    return [title for title in titles if title in said] or titles


def _moved(task: Task) -> Task:
    """The task with findings at their places in the rebuilt book."""
    spots = rebuild.places(task.template)
    index = task.template.index
    sheets = tuple(rebuild.sheet_names(task.template))
    findings = []
    for f in task.findings:
        places = tuple(spots[index[item]] for item in f.items)
        findings.append(replace(f, places=places, sheet=sheet_of(places, sheets)))
    return replace(task, findings=tuple(findings), submission=replace(task.submission, sheets=sheets))


def _ours(sheet: Worksheet, before: Marker | None) -> bool:
    return sheet.title == marker.SHEET or (
        before is not None
        and before.role == "return"
        and sheet.title == before.facts.get("review", review.TITLE)
    )


def _unmark(book: Workbook, before: Marker | None) -> None:
    """Take the marks of the last round off: fills as they were, our notes gone."""
    if before is None:
        return
    for key, fact in sorted(before.facts.items()):
        parts = fact.split("/")  # no sheet name can hold a slash
        if not key.startswith(MARK) or len(parts) != 3 or parts[0] not in book.sheetnames:
            continue
        cell = book[parts[0]][parts[1]]
        if isinstance(cell, Cell):
            cell.fill = _former(parts[2])
            _unnote(cell)


def _issued(before: Marker | None) -> bool:
    """Whether the unit has filled in our blank: its rules are ours, in every round."""
    return before is not None and "explanations" in before.facts


def _quieted(sheet: Worksheet) -> bool:
    """Have the live rules of our blank colour figures, not cells, which our marks fill; whether it has any.

    A rule that is broken lights up all of its cells: beside them nobody would see the one that is named.
    """
    found = False
    for rule in (rule for area in sheet.conditional_formatting for rule in area.rules):
        fill = rule.dxf.fill if rule.dxf is not None else None
        found = True
        if fill is not None:
            ink = _INKS.get(str(fill.bgColor.rgb)[-6:], style.INK)
            rule.dxf = DifferentialStyle(font=Font(color=ink, bold=True if ink != style.INK else None))
    return found


def _unnote(cell: Cell) -> None:
    """Take our words off a cell's note, whoever saved it since: some programs drop the author's name."""
    if cell.comment is None:
        return
    own = _NOTED.split(cell.comment.text, maxsplit=1)[0]
    cell.comment = Comment(own, cell.comment.author) if own else None


def _former(fact: str) -> PatternFill:
    """The fill that `_fill` wrote down."""
    if fact == _PLAIN:
        return PatternFill()
    kind, _, rest = fact.rpartition("=")[0].partition("=")
    if not kind:
        return PatternFill("solid", fgColor=fact)
    tint = float(fact.rpartition("=")[2])
    return PatternFill("solid", fgColor=Color(**{kind: int(rest)}, tint=tint))


def _mark(sheets: Sequence[Worksheet | None], findings: Sequence[Finding]) -> list[tuple[str, str, str]]:
    """Fill and annotate the named cells; (sheet, address, former fill) of each, to undo it next round."""
    named: dict[Place, list[Finding]] = {}
    told: dict[Place, list[Finding]] = {}
    for finding in findings:
        if finding.change == "fixed" or finding.status in ("explained", "decided"):
            continue
        for number, place in enumerate(finding.places):
            named.setdefault(place, []).append(finding)
            # One note is enough for a crowd of cells.
            if number == 0 or len(finding.places) <= CROWD:
                told.setdefault(place, []).append(finding)
    former = []
    for place, found in sorted(named.items()):
        sheet = sheets[place[0]] if place[0] < len(sheets) else None
        if sheet is None:
            continue
        cell = _anchor(sheet, place)
        former.append((sheet.title, cell.coordinate, _fill(cell)))
        worst = min(found, key=lambda f: (_RANK[f.severity], f.grouped))
        colour = (style.GROUPED if worst.grouped else style.FILLS)[worst.severity]
        cell.fill = PatternFill("solid", fgColor=colour)
        if place in told:
            _note(cell, told[place])
    return former


def _anchor(sheet: Worksheet, place: Place) -> Cell:
    """The cell at a place, or the top left one of the merged area that covers it."""
    row, column = place[1] + 1, place[2] + 1
    for area in sheet.merged_cells.ranges:
        if area.min_row <= row <= area.max_row and area.min_col <= column <= area.max_col:
            row, column = area.min_row, area.min_col
            break
    cell = sheet.cell(row, column)
    if isinstance(cell, MergedCell):
        raise TypeError(f"{cell.coordinate} lies in two merged areas")
    return cell


def _fill(cell: Cell) -> str:
    """A cell's own fill in a word: `FFE4E9F0`, or `theme=4=0.6` for a colour of the book's theme."""
    if cell.fill is None or cell.fill.fill_type != "solid":
        return _PLAIN
    colour = cell.fill.fgColor
    if colour.type in ("theme", "indexed"):
        return f"{colour.type}={getattr(colour, colour.type)}={colour.tint}"
    return colour.rgb if isinstance(colour.rgb, str) else _PLAIN


def _note(cell: Cell, findings: Sequence[Finding]) -> None:
    """A note with all that is said of a cell, as large as its text; the unit's own note stays above."""
    texts = [f"【{_WORDS[f.severity]}】{f.code}\n{repack.clean(f.message)}" for f in findings[:6]]
    if len(findings) > 6:
        texts.append(f"另有{len(findings) - 6}条，见“{review.TITLE}”")
    own, author = (cell.comment.text, cell.comment.author) if cell.comment is not None else ("", AUTHOR)
    text = "\n".join([own, *texts] if own else texts)[:4000]
    note = Comment(text, author)
    lines = sum(max(1, -(-style.width(line) // 40)) for line in text.split("\n"))
    note.width, note.height = 320, min(40 + 19 * lines, 900)
    cell.comment = note


def _sign(
    book: Workbook, task: Task, former: Sequence[tuple[str, str, str]], data_sheets: Sequence[str]
) -> None:
    """The very hidden sheet that says what this book is, what it marks and how to undo it."""
    sheet = book.create_sheet(marker.SHEET)
    sheet.sheet_state = "veryHidden"
    before = task.submission.marker.facts if task.submission.marker is not None else {}
    # What a master says of itself (how many were due) stays said.
    facts = {key: fact for key, fact in before.items() if not key.startswith(MARK)}
    facts |= {f"{MARK}{n:05d}": "/".join(one) for n, one in enumerate(former)}
    stated = Marker(
        role="return",
        template=task.template.id,
        version=str(task.template.version),
        year=task.year,
        source=task.submission.sha256,
        data_sheets=tuple(data_sheets),
        digests={f.id: f.digest for f in task.findings if f.digest and f.change != "fixed"},
        facts={**facts, "review": review.TITLE},
    )
    for number, row in enumerate(marker.rows(stated), start=1):
        for column, text in enumerate(row, start=1):
            review.text(sheet.cell(number, column), text)
