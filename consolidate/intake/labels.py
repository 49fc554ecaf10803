"""Labels of forms, normalised for matching only: the raw text is always kept and shown.

A key holds nothing but letters, digits and Han characters: width, spaces, line breaks, punctuation and
leading numbering do not count. A key of '' is no label (numbering, dashes, blanks).
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from rapidfuzz import fuzz, process

LONGEST = 160  # longer texts are prose, never labels

_ZERO_WIDTH = dict.fromkeys(
    map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f\u202a\u202b\u202c\u202d\u202e")
)
_CIRCLED = {0x2460 + n: f"{n + 1}." for n in range(20)} | {0x2776 + n: f"{n + 1}." for n in range(10)}
_HAN_DIGITS = "一二三四五六七八九十"
_NUMBERING = re.compile(
    rf"""\s*(?:
        其\s*中\s*[:：]? (?=.)
      | 第\s*(?:[{_HAN_DIGITS}]{{1,3}}|\d{{1,2}})\s*项\s*[:：、]
      | [(\[〔【]\s*(?:[{_HAN_DIGITS}]{{1,3}}|\d{{1,2}})\s*[)\]〕】]\s*[、.,]?
      | (?:[{_HAN_DIGITS}]{{1,3}}|\d{{1,2}}|[A-Za-z])\s*[、.,:：)．]
      | [{_HAN_DIGITS}]{{1,3}}\s+
      | \d{{1,2}}\s*(?=[^\W\d_])(?![年月日个件条项次万元类])
    )\s*""",
    re.VERBOSE,
)
_SPLIT_DIGITS = re.compile(r"(?<=\d)\s+(?=\d{1,2}\s*[、.,:：)）．])")
_REMARK = re.compile(r"[(（][^()（）]*[)）]\s*$")
_UNITS = frozenset(
    [
        "件",
        "条",
        "个",
        "项",
        "次",
        "份",
        "家",
        "宗",
        "起",
        "人",
        "篇",
        "部",
        "场",
        "期",
        "元",
        "万元",
        "亿元",
        "人次",
        "件次",
        "项次",
        "件数",
        "个数",
    ]
)
_ASIDE = frozenset(
    [
        "序号",
        "行次",
        "编号",
        "行号",
        "栏次",
        "列次",
        "代码",
        "指标代码",
        "项目代码",
        "单位",
        "计量单位",
        "备注",
        "说明",
        "填报说明",
        "情况说明",
        "注",
        "甲",
        "乙",
        "丙",
        "丁",
        "指标解释",
        "审核",
        "核对",
        "校验",
        "勾稽关系",
        "数据来源",
        "填报科室",
        "责任科室",
        "填报人",
        "页码",
    ]
)
_SUMS = frozenset(["合计", "小计", "总计", "总数", "共计", "累计"])
_NOTE = re.compile(r"\s*(?:注|备注|说明|填表说明|填报说明)\s*[:：0-9①1]")


@lru_cache(maxsize=8192)
def normal(text: str) -> str:
    """The key of a label: `normal("（一） 予以\\n公开") == "予以公开"`."""
    if len(text) > LONGEST:
        return ""
    text = unicodedata.normalize("NFKC", text.translate(_CIRCLED)).translate(_ZERO_WIDTH)
    stripped = _SPLIT_DIGITS.sub("", text)
    while (match := _NUMBERING.match(stripped)) and match.end():
        stripped = stripped[match.end() :]
    key = "".join(char for char in stripped if char.isalnum()).lower().replace("其它", "其他")
    if key or not text.strip():
        return "" if key in _HAN_DIGITS and len(key) == 1 else key
    return ""


@lru_cache(maxsize=2048)
def whole(text: str) -> str:
    """The key without stripping numbering anywhere but by position: for labels written as one path."""
    text = unicodedata.normalize("NFKC", text.translate(_CIRCLED)).translate(_ZERO_WIDTH)
    return "".join(char for char in text if char.isalnum()).lower()


def is_unit(key: str) -> bool:
    """Whether a key is only a unit of measure (件, 万元)."""
    return key in _UNITS


def is_aside(key: str) -> bool:
    """Whether a key heads a column that holds no figures of the form (序号, 计量单位, 备注)."""
    return key in _ASIDE


def is_sum(key: str) -> bool:
    """Whether a key names a sum of what stands around it."""
    return key in _SUMS


def is_note(text: str) -> bool:
    """Whether a text is a note below a table (注：…)."""
    return _NOTE.match(text) is not None


def plain(text: str, label: str, also: tuple[str, ...]) -> bool:
    """Whether a label is spelled as on the form, or as one of its synonyms."""
    text = text.strip()
    return text == label or text in also


def likeness(found: str, expected: str) -> float:
    """How alike two different keys are, from 0 to 1: typos, missing words, an added remark."""
    if not found or not expected:
        return 0.0
    if _within(found, expected):
        return 0.85
    if len(found) == len(expected) >= 4 and sorted(found) == sorted(expected):
        return 0.9  # the same words in another order: 维持结果, 结果维持
    return fuzz.ratio(found, expected) / 100


def unlike(found: str, expected: frozenset[str], limit: float) -> bool:
    """Whether a key is less like all of these than `limit` (up to 0.85)."""
    if process.extractOne(found, expected, scorer=fuzz.ratio, score_cutoff=100 * limit) is not None:
        return False
    whole, heads = _searchable(expected)
    if found not in whole and not found.startswith(heads):
        return True
    return not any(_within(found, one) for one in expected)


@lru_cache(maxsize=32)
def _searchable(expected: frozenset[str]) -> tuple[str, tuple[str, ...]]:
    """All of these in one text, and side by side: one search instead of many."""
    listed = tuple(sorted(expected))
    return "\n".join(listed), listed


def _within(found: str, expected: str) -> bool:
    """Whether one key is a good part of the other."""
    short, long = (found, expected) if len(found) <= len(expected) else (expected, found)
    there = short in long if short is found else long.startswith(short)
    return there and len(short) >= 3 and len(short) >= 0.35 * len(long)


def without_remark(text: str) -> str:
    """The key of a label without the remark in brackets at its end."""
    return normal(_REMARK.sub("", text))


def before_colon(text: str) -> str:
    """The key of what stands before a colon: the label of `填报单位：教育局`; '' when there is none."""
    head, colon, _ = text.replace("：", ":").partition(":")
    return normal(head) if colon and len(head) <= 20 else ""


def alike_enough(expected: str, alone: bool) -> float:
    """How alike a respelled label must be; less for short ones that have no rival in their place."""
    if not alone:
        return 0.75
    return {1: 1.1, 2: 0.5, 3: 0.6}.get(len(expected), 0.7)
