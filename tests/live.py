"""Workbooks whose totals are live formulas, as Excel writes them: with results, some formulas shared."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence

import xlsxwriter

from consolidate.model import address
from tests import standard
from tests.hostile.ooxml import Raw
from tests.standard import COLUMNS, Page

RESULTS = "applications.results."


def totals(items: Iterable[str], columns: Iterable[str] = COLUMNS) -> dict[str, list[str]]:
    """The totals of 表三 and the parts that a formula in each adds up: 总计 across, （七）总计 down."""
    listed = [item for item in items if item.startswith("applications.")]
    rows = list(dict.fromkeys(item.rpartition(".")[0] for item in listed))
    leaves = [row for row in rows if row.startswith(RESULTS) and row != f"{RESULTS}total"]
    parts = {f"{row}.total": [f"{row}.{c}" for c in COLUMNS[:-1]] for row in rows if "total" in columns}
    return parts | {f"{RESULTS}total.{c}": [f"{row}.{c}" for row in leaves] for c in columns if c != "total"}


def recalculated(values: Mapping[str, float], live: Mapping[str, list[str]]) -> dict[str, float]:
    """The values as the formulas make them, once somebody has typed into their parts."""
    now = dict(values)
    for _ in range(2):  # totals of totals
        now |= {total: sum(now[part] for part in parts) for total, parts in live.items()}
    return now


def put(pages: Sequence[Page]) -> None:
    """Turn the totals of 表三 into formulas whose stored results are the figures that stand there."""
    page = standard.page_of(pages, f"{RESULTS}total.total")
    for total, parts in totals(page.items).items():
        first, last = (address(*page.items[part]) for part in (parts[0], parts[-1]))
        stored = page.cells[page.items[total]]
        page.cells[page.items[total]] = Raw("", f"<f>SUM({first}:{last})</f><v>{stored}</v>")


def book(form: str, values: Mapping[str, float], live: Mapping[str, list[str]], unit: str = "甲镇") -> bytes:
    """The filled form with these totals as formulas `SUM(first:last)`."""
    pages = standard.filled(form, unit, values)
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as out:
        for page in pages:
            sheet = out.add_worksheet(page.name)
            for (row, column), cell in sorted(page.cells.items()):
                sheet.write(row, column, cell)
            for top, left, bottom, right in page.merged:
                if (top, left) != (bottom, right):
                    sheet.merge_range(top, left, bottom, right, page.cells.get((top, left), ""))
            for total, parts in live.items():
                if total in page.items:
                    first, last = (address(*page.items[part]) for part in (parts[0], parts[-1]))
                    sheet.write_formula(*page.items[total], f"=SUM({first}:{last})", None, values[total])
    return target.getvalue()
