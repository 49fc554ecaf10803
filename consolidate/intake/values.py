"""One value cell → the number that stands in it, in smallest units, or what is wrong and what to type."""

from __future__ import annotations

import datetime
import math
import unicodedata
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from consolidate.intake.texts import CHANGE, ERRORS, NIL, NUMBER, QUANTITY, UNCHANGED, compact, han_number

if TYPE_CHECKING:
    from consolidate.forms.structure import Item

LIMIT = 2.0**53
_NAN = math.nan
_DAY_ZERO = datetime.datetime(1899, 12, 30)
_MACINTOSH_ZERO = datetime.datetime(1904, 1, 1)
_LEAP_BUG = 61  # spreadsheets count a 29 February 1900 that never was
_EARLY = 10_000  # days: a "date" before 1927 is a count whose cell was formatted as a date


@dataclass(frozen=True, slots=True)
class Reading:
    """What a cell says: `value` in smallest units (NaN: blank or unreadable), the flaw's code if any.

    `advice` says what to do, `proposal` is the bare figure to type where only one is meant.
    """

    value: float
    code: str = ""
    advice: str = ""
    proposal: str = ""


BLANK = Reading(_NAN)


def read(cell: object, item: Item, *, since_1904: bool = False) -> Reading:
    """Read one raw cell as the value of an item; never raises. `since_1904`: how the book counts days."""
    if isinstance(cell, bool):
        return Reading(_NAN, "S3.boolean")
    if isinstance(cell, int | float):
        return number(cell, item)
    if isinstance(cell, str):
        return _text(cell, item)
    if cell is None:
        return BLANK
    return _date(cell, _MACINTOSH_ZERO if since_1904 else _DAY_ZERO)


def shown(cell: object) -> str:
    """A raw cell as the clerk sees it, for findings."""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, int | float):
        return f"{cell:.15g}"
    if isinstance(cell, datetime.datetime):
        return cell.date().isoformat() if cell.time() == datetime.time() else cell.isoformat(" ")
    return " ".join(str(cell).split("\n")).strip()


def number(cell: float, item: Item) -> Reading:
    """A stored number: 15 significant digits as spreadsheets show them, then decimals and sign."""
    if not math.isfinite(cell) or abs(cell) >= LIMIT:
        return Reading(_NAN, "S3.range")
    return _decimal(Decimal(f"{cell:.15g}"), item)


def _decimal(exact: Decimal, item: Item) -> Reading:
    scaled = exact * item.scale
    if abs(scaled) >= int(LIMIT):
        return Reading(_NAN, "S3.range")
    value = float(scaled)
    money = bool(item.decimals)
    if scaled < 0 and not item.signed:
        return Reading(value, "S5.negative" if money else "S4.negative")
    if scaled != scaled.to_integral_value():
        return Reading(value, "S5.decimals" if money else "S4.decimal", *_rounded(exact, item))
    return Reading(value + 0.0)


def _rounded(exact: Decimal, item: Item) -> tuple[str, str]:
    if not item.decimals:
        return "", ""
    if item.rate and abs(exact) < 1:  # 85% in a cell that shows percentages is 0.85
        figure = _written(exact * (1000 if item.unit == "‰" else 100))
        return f"单位是{item.unit}：若指{figure}{item.unit}，请把单元格格式改为“数值”，填{figure}", ""
    nearest = exact.quantize(Decimal(1).scaleb(-item.decimals), ROUND_HALF_UP)
    return f"请按{item.decimals}位小数四舍五入：核对后填{_written(nearest)}", _written(nearest)


def _date(cell: object, zero: datetime.datetime) -> Reading:
    """A date or time: mostly a count in a cell that some format turned into a date."""
    days: float | None = None
    if isinstance(cell, datetime.datetime):
        days = (cell.replace(tzinfo=None) - zero) / datetime.timedelta(days=1)
    elif isinstance(cell, datetime.date):
        days = float((datetime.datetime(cell.year, cell.month, cell.day) - zero).days)
    elif isinstance(cell, datetime.time):
        days = (cell.hour + cell.minute / 60 + cell.second / 3600) / 24
    elif isinstance(cell, datetime.timedelta):
        days = cell / datetime.timedelta(days=1)
    if days is not None and 0 < days < _LEAP_BUG and zero == _DAY_ZERO:
        days -= 1
    if days is None or days < 0 or days != int(days) or days > _EARLY:
        return Reading(_NAN, "S3.date")
    proposal = str(int(days))
    advice = f"这格的格式是日期，原数可能是{proposal}：请把单元格格式改为“数值”，核对后重新填写"
    return Reading(_NAN, "S3.date", advice, proposal)


def _text(raw: str, item: Item) -> Reading:
    text = compact(raw)
    if not text:
        return BLANK
    if NUMBER.fullmatch(text) and not _several(raw):
        if any(unicodedata.category(letter) == "No" for letter in raw):
            return Reading(_NAN, "S3.text", "请填阿拉伯数字，不用带圈数字和上下标")  # 5² is no 52
        return _typed(Decimal(text.replace(",", "")), item)
    if text.upper() in ERRORS:
        return Reading(_NAN, "S3.error_cell")
    if text.startswith("="):
        return _formula(text)
    if text.casefold() in NIL:
        return Reading(_NAN, "S3.text", "没有的填数字0", "0")
    if item.signed and text in UNCHANGED:
        return Reading(_NAN, "S3.text", "没有增减的填0", "0")
    if _several(raw):
        return Reading(_NAN, "S3.text", "一格只填一个数")
    return _change(text, item) or _quantity(text, item) or _words(text)


def _several(raw: str) -> bool:
    """Whether a cell holds numbers on more than one line."""
    return len(raw.strip().splitlines()) > 1


def _typed(exact: Decimal, item: Item) -> Reading:
    """A number stored as text: read, with a hint, unless the number itself is wrong."""
    reading = _decimal(exact, item)
    if reading.code:
        return reading
    figure = _written(exact)
    return Reading(reading.value, "S3.format", f"下次请直接输入数字{figure}", figure)


def _formula(text: str) -> Reading:
    if "DISPIMG" in text.upper():
        return Reading(_NAN, "S3.text", "这格里是图片，不是数：请删除图片，填写数字")
    return Reading(_NAN, "S3.text", "公式被当成了文字：请直接填写算出的数")


def _change(text: str, item: Item) -> Reading | None:
    """减3, 增加5件: a change written in words."""
    match = CHANGE.fullmatch(text)
    if match is None:
        return None
    figure = Decimal(match["number"].replace(",", ""))
    if not item.signed:
        return Reading(_NAN, "S4.unit", "请只填数量，不写“增”“减”")
    falling = match["word"][0] not in "增新上多"
    proposal = _written(-figure if falling else figure)
    rule = "减少填负数" if falling else "增加直接填数字"
    return Reading(_NAN, "S4.unit", f"{rule}：填{proposal}", proposal)


def _quantity(text: str, item: Item) -> Reading | None:
    """47件, 251000元, 22（其中修订16件）: a number with a unit or a remark."""
    match = QUANTITY.fullmatch(text)
    if match is None:
        return None
    figure = Decimal(match["number"].replace(",", ""))
    if not item.decimals and (match["unit"] or "").endswith("元"):
        return Reading(_NAN, "S4.unit", "这格填数量，不填金额：请只填数字")
    figure *= {"百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}.get(match["scale"] or "", 1)
    unit = match["unit"] or ""
    why = f"单位是{item.unit}，请只填数字" if item.unit else "请只填数字，单位和说明不要写在格内"
    if item.unit == "万元" and (unit.endswith("元") or match["scale"]):
        figure /= 10_000
    elif item.unit and unit and unit != compact(item.unit):
        return Reading(_NAN, "S4.unit", f"单位是{item.unit}，请换算后只填数字")
    elif not item.unit and unit[:1] in tuple("年月日时分%‰"):
        return Reading(_NAN, "S4.unit", why)
    nearest = figure.quantize(Decimal(1).scaleb(-item.decimals), ROUND_HALF_UP)
    if not item.decimals and nearest != figure:
        return Reading(_NAN, "S4.unit", why)
    return Reading(_NAN, "S4.unit", f"{why}：填{_written(nearest)}", _written(nearest))


def _words(text: str) -> Reading:
    if not text.strip("一"):
        return Reading(_NAN, "S3.text", "没有的填数字0，有的填阿拉伯数字")  # a dash more often than a one
    figure = han_number(text)
    if figure is not None:
        return Reading(_NAN, "S3.text", f"请填阿拉伯数字：填{figure}", str(figure))
    return Reading(_NAN, "S3.text")


def _written(exact: Decimal) -> str:
    """A decimal as people write it: no exponent, no trailing zeros."""
    text = f"{exact:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text
