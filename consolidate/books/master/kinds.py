"""分类小计: every item by kind of unit, live over 分单位明细."""

from __future__ import annotations

from consolidate.books import style
from consolidate.books.master import grouping, page
from consolidate.books.master.grouping import NO_KIND
from consolidate.books.master.plan import DETAIL, FIRST, KINDS, Plan, rounded, shown
from consolidate.books.writing import Book
from consolidate.forms.structure import Item
from consolidate.model import UnitReport, address

_WIDE = 4  # kinds that still fit on a page in portrait
_LABELS = 2
_LABEL_WIDTH = 60.0


def draw(book: Book, plan: Plan) -> None:
    """Add the sheet: a row per item, a column per kind, the sum of the units, and what it must equal."""
    kinds = _kinds(plan)
    sums = [grouping.sums(reports) for reports in kinds.values()]
    widths = [7.0, _LABEL_WIDTH, *[11.0] * len(kinds), 12.0]
    landscape = len(kinds) > _WIDE
    sheet = page.add(book, plan, KINDS, widths, landscape=landscape, repeat=(0, FIRST - 1))
    remark = f"各格为公式，按“{DETAIL}”的类别列相加，只含计入合计的单位，不含汇总调整。"
    page.head(book, sheet, plan, KINDS, widths, remark)
    sizes = [f"{kind}\n（{len(reports)}个）" for kind, reports in kinds.items()]
    page.header(book, sheet, FIRST - 1, ["表", "项目", *sizes, "各类之和"])
    sheet.set_row(FIRST - 1, style.height(zip(sizes, [11.0] * len(sizes), strict=True), least=34))
    text, label = book.format(style.CENTER), book.format(style.TEXT)
    for row, item in enumerate(plan.run.template.items, start=FIRST):
        form = book.format(style.value(item))
        sheet.write_string(row, 0, item.table_name, text)
        sheet.write_string(row, 1, item.short, label)
        sheet.set_row(row, style.height([(item.short, _LABEL_WIDTH - 2)]))
        for column, (kind, sum_of) in enumerate(zip(kinds, sums, strict=True), start=_LABELS):
            value = shown(item, sum_of[item.index] if sum_of else 0)
            sheet.write_formula(row, column, _formula(plan, item, kind), form, value)
        last = _LABELS + len(kinds)
        total = shown(item, plan.run.totals[item.index].submitted)
        sheet.write_formula(row, last, _across(row, last, item), form, total)
    sheet.freeze_panes(FIRST, _LABELS)


def _kinds(plan: Plan) -> dict[str, list[UnitReport]]:
    """The units that count by kind, in the order in which 分单位明细 shows the kinds."""
    members: dict[str, list[UnitReport]] = {row.kind: [] for row in plan.counted}
    for report in plan.run.units:
        if report.included:
            members[report.unit.kind or NO_KIND].append(report)
    return members


def _formula(plan: Plan, item: Item, kind: str) -> str:
    text = kind.replace('"', '""')
    if set(kind) & set("*?~<>="):
        # SUMIF reads these as wildcards or comparisons.
        return rounded(item, f'SUMPRODUCT(({plan.kind_column}="{text}")*1,{plan.column(item.index)})')
    return rounded(item, f'SUMIF({plan.kind_column},"{text}",{plan.column(item.index)})')


def _across(row: int, last: int, item: Item) -> str:
    if last == _LABELS:
        return "=0"
    return rounded(item, f"SUM({address(row, _LABELS)}:{address(row, last - 1)})")
