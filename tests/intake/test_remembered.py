from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from consolidate.intake import remembered
from consolidate.intake.remembered import Doubt
from consolidate.model import Explanation, Finding, Flaw, Marker, Refusal, Submission

TEXT = st.text(st.characters(exclude_categories=()), max_size=12)
TEXTS = st.lists(TEXT, max_size=3).map(tuple)
PLACE = st.tuples(*[st.integers(0, 10**6)] * 3)
PLACES = st.lists(PLACE, max_size=3).map(tuple)
MAPPING = st.dictionaries(TEXT, TEXT, max_size=3)
NUMBER = st.floats(allow_nan=False)
FLAW = st.builds(Flaw, st.integers(0, 300), TEXT, TEXT, st.none() | NUMBER, TEXT)
FINDING = st.builds(
    Finding, TEXT, st.sampled_from(["error", "query", "hint"]), TEXT, items=TEXTS, places=PLACES,
    where=TEXT, found=TEXT,
    suggestion=TEXTS, causes=TEXTS, grouped=st.booleans(), sheet=TEXT, digest=TEXT,
)  # fmt: skip
MARKER = st.builds(
    Marker, TEXT, TEXT, TEXT, st.none() | st.integers(0, 9999), TEXT, TEXTS, MAPPING, MAPPING
)  # fmt: skip


@st.composite
def submissions(draw: st.DrawFn) -> Submission:
    size = draw(st.integers(0, 5))
    return Submission(
        "甲.xlsx", 1, "ab", draw(TEXT), draw(TEXT), draw(TEXTS),
        tuple(draw(st.lists(st.none() | PLACE, min_size=size, max_size=size))),
        np.array(draw(st.lists(st.floats(), min_size=size, max_size=size)), dtype=np.float64),
        tuple(draw(st.lists(FLAW, max_size=2))), tuple(draw(st.lists(FINDING, max_size=2))),
        draw(MAPPING), draw(st.dictionaries(TEXT, PLACE, max_size=2)), draw(TEXTS),
        tuple(draw(st.lists(st.builds(Explanation, TEXT, TEXT, TEXT), max_size=2))), draw(TEXT),
        draw(st.none() | MARKER),
    )  # fmt: skip


def back(packed: remembered.Packed) -> Submission:
    places = remembered.places(packed.layout)
    return remembered.submission(places, packed.figures, packed.rest, file="甲.xlsx", folder=1, sha256="ab")


@given(submissions())
def test_a_submission_comes_back_as_it_was(one: Submission) -> None:
    again = back(remembered.packed(one))
    assert again.values.tobytes() == one.values.tobytes()
    assert again.values.dtype == np.float64
    assert again.values.flags.writeable
    assert repr(replace(again, values=np.zeros(0))) == repr(replace(one, values=np.zeros(0)))
    assert list(again.cover) == list(one.cover)


@given(TEXT, MAPPING)
def test_a_refusal_comes_back_as_it_was(code: str, details: dict[str, str]) -> None:
    one = Refusal(code, details)
    assert remembered.refusal(remembered.packed(one).rest) == one


GOOD = Submission(
    "甲.xlsx", 1, "ab", "xlsx", "t", ("表一",), ((0, 1, 2), None), np.array([3.0, np.nan]),
    (Flaw(1, "S3.text", "三", 3.0),), cover={"unit": "甲"}, cover_places={"unit": (0, 0, 1)},
    marker=Marker("return", year=2019),
)  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"kind":"xlsx"', b'"kind":7'),
        (b'"kind":"xlsx",', b""),
        (b'"sheets":["', b'"sheets":[1,"'),
        (b'"item":1', b'"item":"1"'),
        (b'"item":1', b'"other":1'),
        (b'"value":3.0', b'"value":true'),
        (b'"cover":{"unit":"', b'"cover":{"unit":null,"x":"'),
        (b"[0,0,1]", b"[0,0]"),
        (b"[0,0,1]", b"[0,0,1.5]"),
        (b'"year":2019', b'"year":[]'),
        (b'"marker":{', b'"marker":{"__class__":"x",'),
        (b"}", b""),
        (b'"xlsx"', b'"\xff"'),
    ],
)
def test_what_we_did_not_write_is_doubted(old: bytes, new: bytes) -> None:
    packed = remembered.packed(GOOD)
    assert old in packed.rest
    with pytest.raises(Doubt):
        back(replace(packed, rest=packed.rest.replace(old, new, 1)))


def test_wrong_lengths_and_depths_are_doubted() -> None:
    packed = remembered.packed(GOOD)
    for figures in (b"", packed.figures[:-1], packed.figures + bytes(8)):
        with pytest.raises(Doubt):
            back(replace(packed, figures=figures))
    for layout in (b"", b"{}", b"[[0,1]]", b'[["0",1,2],null]', b"[" * 100_000):
        with pytest.raises(Doubt):
            back(replace(packed, layout=layout))
    for rest in (b"", b"[]", b"null", b'{"code":"F.x"}', b"[" * 100_000):
        with pytest.raises(Doubt):
            remembered.refusal(rest)
