"""Which of several files counts: the latest by what the files say, in any order; else none."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from consolidate.intake import choose
from consolidate.model import Marker, Submission

PLAIN = Submission("甲镇.xlsx", 0, "a", "xlsx", "form", ("表三",), ((0, 0, 0),), np.array([1.0]))


def file(
    name: str, value: float = 1, *, folder: int = 0, date: str = "", modified: str = "", of: str = ""
) -> Submission:
    """A file whose sha256 is its name; `of` is the one that it marks, as a return."""
    return replace(
        PLAIN,
        file=f"{name}.xlsx",
        sha256=name,
        folder=folder,
        values=np.array([float(value)]),
        cover={"date": date},
        modified=modified,
        marker=Marker("return", source=of) if of else None,
    )


LATE = "2020-03-01T08:00:00Z"
ORDERED = {
    "a later folder": [file("一", 1, date="2020-03-01", modified=LATE), file("二", 2, folder=1)],
    "a later date on the cover": [
        file("一", 1, date="2020年1月8日", modified=LATE),
        file("二", 2, date="2020.1.10"),
    ],
    "a later date inside": [
        file("一", 1, modified="2020-01-01T08:00:00Z"),
        file("二", 2, modified="2020-01-01T08:00:01Z"),
    ],
    "a return and what it marks": [file("一", 1, date="2020-03-01", modified=LATE), file("二", 2, of="一")],
    "a return in an earlier folder": [file("一", 1, folder=1), file("二", 2, of="一")],
    "a return of a return": [file("一", 1, folder=2), file("二", 2, of="一"), file("三", 3, of="二")],
    "three rounds": [file("一", 1), file("二", 2, folder=1), file("三", 3, folder=2)],
}


@pytest.mark.parametrize("files", ORDERED.values(), ids=list(ORDERED))
@given(data=st.data())
def test_the_latest_counts_whatever_the_order(files: list[Submission], data: st.DataObject) -> None:
    chosen = choose.counting(data.draw(st.permutations(files)))
    assert chosen.counting is files[-1]
    assert sorted(one.file for one in chosen.superseded) == sorted(one.file for one in files[:-1])
    assert chosen.conflict == ()


UNORDERED = {
    "nothing said": [file("一", 1), file("二", 2)],
    "the same date": [file("一", 1, date="2020-01-08"), file("二", 2, date="2020年1月8日")],
    "a date on one of them": [file("一", 1, date="2020-01-08"), file("二", 2)],
    "no date at all": [file("一", 1, date="年底"), file("二", 2, date="2020-01-08")],
    "two answers to one return": [file("一", 1), file("二", 2, of="一"), file("三", 3, of="一")],
    "each the return of the other": [file("一", 1, of="二"), file("二", 2, of="一")],
}


@pytest.mark.parametrize("files", UNORDERED.values(), ids=list(UNORDERED))
@given(data=st.data())
def test_what_nothing_orders_is_a_conflict_and_none_counts(
    files: list[Submission], data: st.DataObject
) -> None:
    chosen = choose.counting(data.draw(st.permutations(files)))
    assert chosen.counting is None
    assert {one.file for one in chosen.conflict} == {one.file for one in files[-2:]}


@given(st.permutations([file("一", 1), file("二", 1), file("三", 1, date="2020-01-08")]))
def test_copies_of_the_same_figures_are_no_conflict(files: list[Submission]) -> None:
    chosen = choose.counting(files)
    assert chosen.counting is not None
    assert len(chosen.superseded) == 2


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("2020年1月8日", (2020, 1, 8)),
        ("2020-01-08", (2020, 1, 8)),
        ("2020.1.8", (2020, 1, 8)),
        ("2020/01/08 报", (2020, 1, 8)),
        ("2020年1月", ()),
        ("1月8日", ()),
        ("2020-13-08", ()),
        ("", ()),
    ],
)
def test_a_date_is_read_as_offices_write_it(text: str, numbers: tuple[int, ...]) -> None:
    assert choose.date(text) == numbers
