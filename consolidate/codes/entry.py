"""One entry of the catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from consolidate.model import Severity


@dataclass(frozen=True, slots=True)
class Code:
    """One kind of problem: `sentence` and `advice` are `str.format` templates over named fields.

    `about` says it in general, where the sentence is nothing but its fields.
    """

    id: str
    severity: Severity
    title: str
    sentence: str
    advice: str
    audience: Literal["unit", "office"] = "unit"
    about: str = ""
