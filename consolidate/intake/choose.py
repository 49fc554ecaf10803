"""Which of several files of one unit counts: the latest, by what the files themselves say.

(1) a corrected return comes after the submission that it marks; (2) the later FOLDER argument;
(3) 填报日期; (4) the modification date stored inside the workbook. Never the file system's times.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from consolidate.model import Submission


@dataclass(frozen=True, slots=True)
class Choice:
    """The submission that counts (None on conflict), those it supersedes, and those in conflict."""

    counting: Submission | None
    superseded: tuple[Submission, ...] = ()
    conflict: tuple[Submission, ...] = ()


def counting(submissions: Sequence[Submission]) -> Choice:
    """Order one unit's submissions; different values that cannot be ordered are a conflict."""
    ordered = sorted(submissions, key=lambda s: (s.folder, s.file, s.sha256))
    marks = {s.sha256: s.marker.source for s in ordered if s.marker and s.marker.source}
    # The same bytes in the same folder are as late as each other, however many copies there are.
    distinct = {(s.folder, s.sha256): s for s in ordered}
    late = {key for key, s in distinct.items() if not any(_before(s, o, marks) for o in distinct.values())}
    latest = [s for s in ordered if (s.folder, s.sha256) in late]
    if not latest or any(not same_values(latest[0], other) for other in latest[1:]):
        rest = tuple(s for s in ordered if s not in latest)
        return Choice(None, rest, tuple(latest or ordered))
    # Copies of one submission: which of them counts changes no figure; the last by name is as good.
    return Choice(latest[-1], tuple(s for s in ordered if s is not latest[-1]))


def same_values(one: Submission, other: Submission) -> bool:
    """Whether two submissions hold the same in every value cell, flaws included."""
    flaws = [tuple((flaw.item, flaw.raw) for flaw in s.flaws) for s in (one, other)]
    return flaws[0] == flaws[1] and np.array_equal(one.values, other.values, equal_nan=True)


def _before(one: Submission, other: Submission, marks: dict[str, str]) -> bool:
    """Whether `other` is known to be later than `one`."""
    if one is other:
        return False
    if _descends(other.sha256, one.sha256, marks):
        return True
    if _descends(one.sha256, other.sha256, marks):
        return False
    if one.folder != other.folder:
        return one.folder < other.folder
    dates = date(one.cover.get("date", "")), date(other.cover.get("date", ""))
    if all(dates) and dates[0] != dates[1]:
        return dates[0] < dates[1]
    return bool(one.modified and other.modified and one.modified < other.modified)


def _descends(child: str, ancestor: str, marks: dict[str, str]) -> bool:
    seen: set[str] = set()
    while child in marks and child not in seen:
        seen.add(child)
        child = marks[child]
        if child == ancestor:
            return True
    return False


def date(text: str) -> tuple[int, ...]:
    """A date as written on a cover (2020年1月8日, 2020-01-08, 2020.1.8) as numbers; () when it is none."""
    numbers = tuple(int(part) for part in re.findall(r"\d+", text)[:3])
    if len(numbers) == 3 and 1990 <= numbers[0] <= 2999 and 1 <= numbers[1] <= 12 and 1 <= numbers[2] <= 31:
        return numbers
    return ()
