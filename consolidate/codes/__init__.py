"""The catalogue of finding codes that no template defines: files, structure, values, roster.

Every code has one severity, a title, a sentence with named fields (what was found and what was
expected) and what to do. Rule codes (`T3.row`, …) come from the template instead.
`consolidate explain CODE` prints an entry. Offices' words only; never advice to make figures fit.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from consolidate.codes import compared, files, structure, units, values
from consolidate.codes.entry import Code
from consolidate.model import Finding, Place, address

__all__ = ["CODES", "Code", "advice", "finding", "general", "sentence"]

_FIELDS = re.compile(r"(?:\{\w+\})+")

CODES: dict[str, Code] = {
    code.id: code for code in (*files.CODES, *values.CODES, *units.CODES, *compared.CODES, *structure.CODES)
}


def sentence(code: str, **fields: str) -> str:
    """The sentence of a code with its fields filled in; KeyError when code or field is unknown."""
    return CODES[code].sentence.format(**fields)


def advice(code: str, **fields: str) -> str:
    """What to do about a code, with its fields filled in."""
    return CODES[code].advice.format(**fields)


def general(code: str) -> tuple[str, str]:
    """What a code means and what to do, for anybody: ×× stands for what a finding would name."""
    entry = CODES[code]
    sentence, advice = (_FIELDS.sub("××", text) for text in (entry.about or entry.sentence, entry.advice))
    return sentence, advice


def finding(
    code: str,
    fields: Mapping[str, str],
    *,
    where: str = "",
    todo: str = "",
    items: tuple[str, ...] = (),
    places: tuple[Place, ...] = (),
    table: str = "",
    table_name: str = "",
) -> Finding:
    """A finding of a catalogued code; without `where` it speaks of the table, or of the whole file.

    `todo` takes the place of the code's own advice where that does not fit.
    """
    entry = CODES[code]
    reason = entry.sentence.format(**fields)
    todo = todo or entry.advice.format(**fields)
    cells = "、".join(address(row, column) for _, row, column in places[:8])
    place = where or " ".join(part for part in (table_name, cells) if part)
    if not where and fields.get("item") and place:
        place = f"{place}（{fields['item']}）"
    return Finding(
        code=code,
        severity=entry.severity,
        message=f"{place}{'：' if place else ''}{reason}。{todo}。",
        table=table,
        items=items,
        places=places,
        where=place,
        found=fields.get("found", ""),
        expected=fields.get("expected", ""),
        basis=reason,
        advice=todo,
        audience=entry.audience,
    )
