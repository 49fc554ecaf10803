"""The office's registers: adjustments.xlsx (汇总调整) and decisions.xlsx (审核处理登记) from their grids."""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation

from consolidate.errors import LedgerError
from consolidate.forms.template import Template
from consolidate.intake import choose
from consolidate.intake.names import normal
from consolidate.intake.roster import Roster
from consolidate.model import Adjustment, Decision, Sheet

ADJUSTMENTS = ("凭证号", "单位", "项目", "金额", "原因", "文号", "经办人")
DECISIONS = ("编号", "处理", "原因", "经办人", "批准人", "日期")
OWN = "本级"  # an entry that is about no unit
_MOST = 10**15  # smallest units; a larger amount is a slip, and more than a cell of Excel holds exactly
DIGEST = "数值校验码"  # in the register that the tool hands out: to whose values a decision was given
_DAY_ZERO = datetime.date(1899, 12, 30)
ACTIONS = ("采纳说明", "放行", "不采纳")


def adjustments(
    sheets: Sequence[Sheet], template: Template, file: str, units: Roster | None = None, office: str = ""
) -> tuple[Adjustment, ...]:
    """Entries at the office's own level; LedgerError names the row that cannot be carried out.

    With a roster, the unit of an entry is one of it, or 本级, the office itself, or left blank.
    """
    named = _named(template)
    entries: list[Adjustment] = []
    # A row in which only the number of the voucher has been written in advance is none yet.
    for row, cells in _rows(sheets, ADJUSTMENTS[:4], ADJUSTMENTS, file, live=ADJUSTMENTS[1:]):
        where, project = f"{file}第{row}行", cells["项目"]
        for field in ("凭证号", "项目", "原因"):
            if not cells[field]:
                raise LedgerError(f"{where}：{field}必填，请补上")
        items = [template.index[project]] if project in template.index else named.get(normal(project), [])
        if len(items) != 1:
            what = f"有{len(items)}个项目叫" if items else "没有项目"
            raise LedgerError(f"{where}：{what}“{project}”；请填totals.csv中的item或label")
        unit = _adjusted_unit(cells["单位"], units, office, where)
        amount = _amount(cells["金额"], template, items[0], where)
        entry = Adjustment(
            cells["凭证号"], unit, items[0], amount, cells["原因"], cells["文号"], cells["经办人"], row
        )
        _once(entry, entries, where)
        entries.append(entry)
    return tuple(entries)


def _once(entry: Adjustment, others: Sequence[Adjustment], where: str) -> None:
    """LedgerError for a row that says what another row of its voucher has said."""
    for other in others:
        if replace(entry, reason="", document="", clerk="", row=0) == replace(
            other, reason="", document="", clerk="", row=0
        ):
            raise LedgerError(
                f"{where}：与第{other.row}行重复（凭证{entry.voucher}，单位、项目、金额都相同）；"
                "重复的请删去一行，确是两笔的请合成一笔"
            )


def _named(template: Template) -> dict[str, list[int]]:
    """Items by what people may call them: the label, alone or after the table's name."""
    named: dict[str, list[int]] = {}
    for item in template.items:
        for name in (item.label, f"{item.table_name}·{item.label}"):
            named.setdefault(normal(name), []).append(item.index)
    return named


def _adjusted_unit(name: str, units: Roster | None, office: str, where: str) -> str:
    if units is None or name in ("", OWN, office):
        return name
    if known := units.by_name(name) or units.by_code(name):
        return known
    close = units.suggest(name)
    hint = f"，是不是{close}" if close else ""
    raise LedgerError(
        f"{where}：单位名单中没有“{name}”{hint}；请填单位名单中的名称，与某个单位无关的填“{OWN}”"
    )


def _amount(text: str, template: Template, index: int, where: str) -> int:
    item = template.items[index]
    if not text:
        raise LedgerError(f"{where}：金额没有填，或是还没有算出结果的公式；请填调整的数，调减填负数")
    try:
        amount = Decimal(normal(text).replace(",", ""))
    except InvalidOperation:
        amount = Decimal("nan")
    if not amount.is_finite():
        raise LedgerError(f"{where}：金额“{text}”不是数字；请只填数字，调减填负数")
    if not 0 < abs(amount) * item.scale < _MOST:
        raise LedgerError(f"{where}：金额{text}应是不等于0、位数合理的数；没有调整的请删去这一行")
    scaled = amount * item.scale
    if scaled != scaled.to_integral_value():
        digits = f"最多保留{item.decimals}位小数" if item.decimals else "应为整数"
        raise LedgerError(f"{where}：金额{text}的小数位数过多；{item.label}{digits}")
    return int(scaled)


def decisions(sheets: Sequence[Sheet], file: str, folder: int | None = None) -> tuple[Decision, ...]:
    """Decisions by finding id; rows without a 处理 are still open and are passed over.

    `folder` is the position of the FOLDER that holds the register; LedgerError names an impossible row.
    """
    found: dict[str, Decision] = {}
    for row, cells in _rows(sheets, DECISIONS[:2], (*DECISIONS, DIGEST), file, live=DECISIONS[1:2]):
        if not cells["处理"]:
            continue
        if cells["处理"] not in ACTIONS:
            raise LedgerError(f"{file}第{row}行：处理应为{'、'.join(ACTIONS)}之一，写的是“{cells['处理']}”")
        for field in DECISIONS:
            if not cells[field]:
                raise LedgerError(f"{file}第{row}行：{field}必填，处理才有依据")
        number = unicodedata.normalize("NFKC", cells["编号"])
        if number in found:
            raise LedgerError(
                f"{file}第{row}行：编号{number}在第{found[number].row}行已有处理；请只留一行，以哪一行为准由批准人定"
            )
        found[number] = Decision(
            number, cells["处理"], cells["原因"], cells["经办人"], cells["批准人"],
            _day(cells["日期"], f"{file}第{row}行"), row, cells[DIGEST], folder,
        )  # fmt: skip
    return tuple(found.values())


def _day(text: str, where: str) -> str:
    """A date as people write it, or as a spreadsheet counts its days, in ISO form."""
    written = re.sub(r"^(\d{4})(\d\d)(\d\d)$", r"\1-\2-\3", unicodedata.normalize("NFKC", text))
    try:
        if re.fullmatch(r"[3-7]\d{4}", written):
            return (_DAY_ZERO + datetime.timedelta(days=int(written))).isoformat()
        return datetime.date(*choose.date(written)).isoformat()
    except (TypeError, ValueError):
        raise LedgerError(f"{where}：日期“{text}”认不出，请写成2026-01-20这样") from None


def _rows(
    sheets: Sequence[Sheet], required: Sequence[str], known: Sequence[str], file: str, live: Sequence[str]
) -> Iterator[tuple[int, dict[str, str]]]:
    """(row number, cells by heading) below the heading line of the first sheet that has it.

    Rows in which none of `live` is filled in are passed over; a cell of a known heading that the register
    lacks is ''.
    """
    for sheet in sheets:
        for number, heads in enumerate(sheet.rows[:20]):
            titles = [normal(str(cell)) for cell in heads]
            if not all(normal(name) in titles for name in required):
                continue
            columns = {name: titles.index(normal(name)) for name in known if normal(name) in titles}
            for offset, row in enumerate(sheet.rows[number + 1 :], start=number + 2):
                cells = {name: _text(row[columns[name]]) if name in columns else "" for name in known}
                if any(cells[name] for name in live):
                    yield offset, cells
            return
    raise LedgerError(f"{file}里没有{'、'.join(required)}这几列")


def _text(cell: object) -> str:
    if isinstance(cell, float):
        return f"{cell:.15g}"
    return str(cell).strip()[:10] if hasattr(cell, "isoformat") else str(cell).strip()
