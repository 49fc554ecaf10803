"""Marks in a report: 【…】 is what must be filled in or settled before it goes out; all are highlighted."""

from __future__ import annotations

import re
import unicodedata

EMPTY = "【待填】"
MARK = re.compile(r"【[^【】]*】")

_HELD = re.compile(r"\s*【([^【】]*勿对外公布)】(.*)", re.DOTALL)
_TABLE = re.compile(r"⟦([a-z0-9_]+)⟧")


def todo(what: str) -> str:
    """A figure or text that somebody must write."""
    return f"【待填：{plain(what)}】"


def doubt(what: str) -> str:
    """Two figures that disagree, or a sum that lacks some units."""
    return f"【核实：{what}】"


def held(headline: str) -> str:
    """Why the report may not go out yet: the headline of an incomplete master, its mark in front."""
    match = _HELD.match(headline)
    if match:
        return f"【{plain(match[1])}】{plain(match[2])}"
    return f"【未齐，勿对外公布】{plain(headline)}"


def plain(text: str) -> str:
    """A text from outside without marks of its own and without characters that Word cannot hold."""
    kept = (char for char in text if unicodedata.category(char) not in ("Cc", "Cs", "Cn"))
    return "".join(kept).replace("【", "〔").replace("】", "〕")


def table(name: str) -> str:
    """What stands for a table of the form until it is drawn."""
    return f"⟦{name}⟧"


def tables(text: str) -> list[str]:
    """The ids of the tables that a paragraph stands for."""
    return _TABLE.findall(text)
