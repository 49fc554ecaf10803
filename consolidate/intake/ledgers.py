"""The office's registers: adjustments.xlsx (汇总调整) and decisions.xlsx (审核处理登记) from their grids."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation

from consolidate.errors import LedgerError
from consolidate.forms.template import Template
from consolidate.intake.names import normal
from consolidate.model import Adjustment, Decision, Sheet

ADJUSTMENTS = ("凭证号", "单位", "项目", "金额", "原因", "文号", "经办人")
DECISIONS = ("编号", "处理", "原因", "经办人", "批准人", "日期")
DIGEST = "数值校验码"  # in the register that the tool hands out: to whose values a decision was given
ACTIONS = ("采纳说明", "放行", "不采纳")


def adjustments(sheets: Sequence[Sheet], template: Template, file: str) -> tuple[Adjustment, ...]:
    """Entries at the office's own level; LedgerError names the row that cannot be carried out."""
    labels = {normal(item.label): item.index for item in template.items}
    labels |= {normal(f"{item.table_name}·{item.label}"): item.index for item in template.items}
    entries = []
    for row, cells in _rows(sheets, ADJUSTMENTS[:4], file):
        index = template.index.get(cells["项目"], labels.get(normal(cells["项目"])))
        if not cells["凭证号"] or not cells.get("原因"):
            raise LedgerError(f"{file}第{row}行：凭证号和原因必填")
        if index is None:
            raise LedgerError(f"{file}第{row}行：没有项目“{cells['项目']}”；请填totals.csv中的item或label")
        entries.append(
            Adjustment(
                cells["凭证号"], cells["单位"], index,
                _amount(cells["金额"], template, index, f"{file}第{row}行"),
                cells["原因"], cells.get("文号", ""), cells.get("经办人", ""), row,
            )
        )  # fmt: skip
    return tuple(entries)


def _amount(text: str, template: Template, index: int, where: str) -> int:
    item = template.items[index]
    try:
        scaled = Decimal(text.replace(",", "")) * item.scale
    except InvalidOperation:
        raise LedgerError(f"{where}：金额“{text}”不是数字") from None
    if scaled != scaled.to_integral_value():
        raise LedgerError(f"{where}：金额{text}的小数位数超过{item.decimals}位")
    return int(scaled)


def decisions(sheets: Sequence[Sheet], file: str, folder: int | None = None) -> tuple[Decision, ...]:
    """Decisions by finding id; rows without a 处理 are still open and are passed over.

    `folder` is the position of the FOLDER that holds the register; LedgerError names an impossible row.
    """
    found: dict[str, Decision] = {}
    for row, cells in _rows(sheets, DECISIONS[:2], file):
        if not cells["处理"]:
            continue
        if cells["处理"] not in ACTIONS:
            raise LedgerError(f"{file}第{row}行：处理应为{'、'.join(ACTIONS)}之一，写的是“{cells['处理']}”")
        for field in ("编号", "原因", "经办人", "批准人"):
            if not cells.get(field):
                raise LedgerError(f"{file}第{row}行：{field}必填，处理才有依据")
        if cells["编号"] in found:
            raise LedgerError(f"{file}第{row}行：编号{cells['编号']}在第{found[cells['编号']].row}行已有处理")
        found[cells["编号"]] = Decision(
            cells["编号"], cells["处理"], cells["原因"], cells["经办人"], cells["批准人"],
            cells.get("日期", ""), row, cells.get(DIGEST, ""), folder,
        )  # fmt: skip
    return tuple(found.values())


def _rows(
    sheets: Sequence[Sheet], required: Sequence[str], file: str
) -> Iterator[tuple[int, dict[str, str]]]:
    """(row number, cells by heading) below the heading line of the first sheet that has it."""
    for sheet in sheets:
        for number, heads in enumerate(sheet.rows[:20]):
            names = [normal(str(cell)) for cell in heads]
            if all(normal(name) in names for name in required):
                titles = [str(cell).strip() for cell in heads]
                for offset, row in enumerate(sheet.rows[number + 1 :], start=number + 2):
                    cells = {t: _text(c) for t, c in zip(titles, row, strict=False) if t}
                    if any(cells.get(name) for name in required[1:]):
                        yield offset, cells
                return
    raise LedgerError(f"{file}里没有{'、'.join(required)}这几列")


def _text(cell: object) -> str:
    if isinstance(cell, float):
        return f"{cell:.15g}"
    return str(cell).strip()[:10] if hasattr(cell, "isoformat") else str(cell).strip()
