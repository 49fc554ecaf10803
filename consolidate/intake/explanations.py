"""情况说明 read back from the 审核意见 sheet of a return and the 勾稽 sheet of a blank."""

from __future__ import annotations

from collections.abc import Sequence

from consolidate.model import Explanation, Sheet, Workbook

_LISTS = ("审核意见", "勾稽", "情况说明")


def is_list(sheet: Sheet) -> bool:
    """Whether a sheet is one of ours that lists findings or rules: no data."""
    return sheet.name.startswith(_LISTS[:2]) and _heading(sheet.rows) is not None


def read(workbook: Workbook) -> tuple[Explanation, ...]:
    """Every row with a 编号 and a 情况说明, wherever the clerk has sorted it to."""
    digests = workbook.marker.digests if workbook.marker is not None else {}
    found = []
    for sheet in workbook.sheets:
        if not sheet.name.startswith(_LISTS):
            continue
        heading = _heading(sheet.rows)
        if heading is None:
            continue
        row, name, text = heading
        for cells in sheet.rows[row + 1 :]:
            key, said = str(cells[name]).strip(), str(cells[text]).strip()
            if key and said:
                found.append(Explanation(key, said, digests.get(key, "")))
    return tuple(found)


def _heading(rows: Sequence[Sequence[object]]) -> tuple[int, int, int] | None:
    """Row of the heading, column of 编号, column of 情况说明."""
    for number, row in enumerate(rows[:60]):
        texts = ["".join(str(cell).split()) for cell in row]
        said = next((n for n, text in enumerate(texts) if text.startswith("情况说明")), None)
        if said is not None and "编号" in texts:
            return number, texts.index("编号"), said
    return None
