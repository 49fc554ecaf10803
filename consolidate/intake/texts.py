"""Texts that stand where a number belongs: what they are, told by exact patterns."""

from __future__ import annotations

import re
import unicodedata

_DROP = dict.fromkeys(
    map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f\u202a\u202b\u202c\u202d\u202e")
)
_FOLD = str.maketrans(
    dict.fromkeys("‐‑‒–—―−－﹣─", "-") | {"〇": "〇", "“": '"', "”": '"', "‘": "'", "’": "'"}
)

_FIGURE = r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]*)?|\.[0-9]+"
NUMBER = re.compile(rf"'?[+-]?(?:{_FIGURE})")
_UNIT_WORDS = (
    "亿元|万元|千元|百元|元人民币|元|人民币|件次|项次|人次|件数|个数|"
    "件|条|个|项|次|份|家|宗|起|人|篇|部|场|期|张|例|批|笔|户|类|种"
)
QUANTITY = re.compile(
    rf"""(?:约|大约|共|计|共计|合计|总计|￥|¥|人民币)?
    (?P<number>[+-]?(?:{_FIGURE}))
    (?P<scale>[百千万亿])?(?:余|多)?
    (?P<unit>{_UNIT_WORDS}|[^0-9\W]{{1,4}}|[%‰])?
    (?P<remark>[(\[【].*|[,;、。:](?![0-9]).*|其中.*|含.*)?""",
    re.VERBOSE | re.DOTALL,
)
_KNOWN_QUANTITY = re.compile(rf"[+-]?(?:{_FIGURE})[万亿]?(?:{_UNIT_WORDS})?(?:\(.*\))?", re.DOTALL)
CHANGE = re.compile(
    rf"""(?:比上年|较上年|比去年|较去年|同比|比上一年|较上一年)?
    (?P<word>增加|新增|增长|增|上升|多|减少|减|下降|降低|降|少|取消|下放|负)(?:了)?
    (?P<number>{_FIGURE})(?:{_UNIT_WORDS})?""",
    re.VERBOSE,
)
UNCHANGED = frozenset(
    [
        "无变化",
        "持平",
        "不变",
        "未变",
        "无增减",
        "没有变化",
        "没变化",
        "与上年持平",
        "无变动",
        "增减0",
        "增/减0",
    ]
)
NIL = frozenset(
    [
        "无",
        "没有",
        "零",
        "空",
        "暂无",
        "无此项",
        "不适用",
        "未发生",
        "未开展",
        "无数据",
        "没有数据",
        "不涉及",
        "未涉及",
        "无此类",
        "无此情况",
        "无此项目",
        "否",
        "〇",
        "○",
        "◯",
        "o",
        "×",
        "x",
        "✕",
        "✗",
        "n/a",
        "na",
        "nil",
        "none",
        "null",
        "未填",
        "无。",
        "无.",
        "0。",
        "本年无",
        "不存在",
        "/",
        "//",
        "\\",
        "-",
        "--",
        "---",
        "----",
        "/",
        "—",
        "*",
        "**",
        "～",
        "~",
        "_",
        "__",
        ".",
        "。",
        "、",
        "…",
        "...",
        "?",
        "？",
    ]
) | {unicodedata.normalize("NFKC", word) for word in ["…", "？", "～"]}
ERRORS = frozenset(
    [
        "#REF!",
        "#DIV/0!",
        "#N/A",
        "#VALUE!",
        "#NAME?",
        "#NUM!",
        "#NULL!",
        "#SPILL!",
        "#CALC!",
        "#FIELD!",
        "#BLOCKED!",
        "#UNKNOWN!",
        "#GETTING_DATA",
    ]
)

_HAN = {char: value for value, char in enumerate("零一二三四五六七八九")} | {
    "两": 2,
    "〇": 0,
    "○": 0,
    "O": 0,
    "o": 0,
    "0": 0,
}
_HAN_UNITS = {"十": 10, "百": 100, "千": 1000}


def compact(raw: str) -> str:
    """A cell's text in half-width, without blanks, line breaks, zero-width characters; one kind of dash."""
    return "".join(unicodedata.normalize("NFKC", raw).translate(_DROP).translate(_FOLD).split()).lstrip("'")


def is_valuelike(cell: object) -> bool:
    """Whether a cell looks like a (right or wrong) figure rather than like a label."""
    if isinstance(cell, str):
        if not cell or len(cell) > 40:
            return False
        text = compact(cell)
        return bool(text) and bool(
            NUMBER.fullmatch(text)
            or text.casefold() in NIL
            or _KNOWN_QUANTITY.fullmatch(text)
            or CHANGE.fullmatch(text)
            or text in UNCHANGED
            or text.upper() in ERRORS
        )
    return cell is not None


def is_number(cell: object) -> bool:
    """Whether a cell holds a number, stored as such or as text."""
    if isinstance(cell, str):
        return 0 < len(cell) <= 40 and NUMBER.fullmatch(compact(cell)) is not None
    return isinstance(cell, int | float) and not isinstance(cell, bool)


def number(cell: object) -> float | None:
    """The number that a cell holds, stored as such or as text."""
    if not is_number(cell):
        return None
    return float(compact(cell).replace(",", "")) if isinstance(cell, str) else float(cell)  # type: ignore[arg-type]


def han_number(text: str) -> int | None:
    """The value of a number below ten thousand in Han characters: `han_number("二十三") == 23`."""
    if (
        not text
        or not set(text) - set("Oo0")
        or any(char not in _HAN and char not in _HAN_UNITS for char in text)
    ):
        return None
    if not any(char in _HAN_UNITS for char in text):
        return int("".join(str(_HAN[char]) for char in text))
    total = digit = 0
    for char in text:
        if char in _HAN_UNITS:
            total += (digit or 1) * _HAN_UNITS[char]
            digit = 0
        else:
            digit = _HAN[char]
    return total + digit
