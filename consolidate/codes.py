"""The catalogue of finding codes that no template defines: files, structure, values, roster.

Every code has one severity, a title, a sentence with named fields (what was found and what was
expected) and what to do. Rule codes (`T3.row`, …) come from the template instead.
`consolidate explain CODE` prints an entry. Offices' words only; never advice to make figures fit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from consolidate.model import Severity


@dataclass(frozen=True, slots=True)
class Code:
    """One kind of problem: `sentence` and `advice` are `str.format` templates over named fields."""

    id: str
    severity: Severity
    title: str
    sentence: str
    advice: str
    audience: Literal["unit", "office"] = "unit"
    about: str = ""


_FILES = [
    # Files that could not be read, or were not read; `F.` codes. Owned by the intake stages.
    Code("F.password", "error", "文件有密码", "文件设有打开密码，无法读取", "请取消密码后另存为.xlsx，再发一次"),
]

CODES: dict[str, Code] = {code.id: code for code in [*_FILES]}


def sentence(code: str, **fields: str) -> str:
    """The sentence of a code with its fields filled in; KeyError when code or field is unknown."""
    return CODES[code].sentence.format(**fields)


def advice(code: str, **fields: str) -> str:
    """What to do about a code, with its fields filled in."""
    return CODES[code].advice.format(**fields)
