"""What books say about themselves, read back."""

from __future__ import annotations

import pytest

from consolidate.books import marker
from consolidate.intake.marker import parse
from consolidate.model import Marker


def test_rows_read_back_as_the_same_marker() -> None:
    facts = Marker(
        "return", "disclosure-2019", "1", 2019, "ab" * 32, ("封面", "表三"), {"b": "2", "a": "1"}, {"x": "y"}
    )
    assert parse(marker.rows(facts)) == facts


def test_rows_are_sorted_texts_that_begin_with_the_tool() -> None:
    rows = marker.rows(Marker("blank", digests={"b": "2", "a": "1"}, facts={"z": "1", "c": "2"}))
    assert rows == [
        ("tool", "consolidate"),
        ("role", "blank"),
        ("digest", "a", "1"),
        ("digest", "b", "2"),
        ("c", "2"),
        ("z", "1"),
    ]


def test_a_fact_cannot_pose_as_something_else() -> None:
    with pytest.raises(ValueError, match="role"):
        marker.rows(Marker("blank", facts={"role": "master"}))
