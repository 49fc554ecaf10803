"""File names from whatever a roster calls its units."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consolidate.books import filenames


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("石门镇", "石门镇"),
        ("CON", "_CON"),
        ("aux.txt", "_aux.txt"),
        ("a:b", "a_b"),
        ("../x", "_x"),
        ("行\n换", "行_换"),
        ("a\u202egnp.exe", "a_gnp.exe"),
        ("...", "_"),
        ("", "_"),
    ],
)
def test_clean(name: str, expected: str) -> None:
    assert filenames.clean(name) == expected


def test_names_that_would_be_the_same_are_numbered() -> None:
    assert filenames.unique(["A/b", "a:B", "A_b"], ".xlsx") == ["A_b.xlsx", "a_B（2）.xlsx", "A_b（3）.xlsx"]


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=300), max_size=6))
def test_every_name_is_valid_and_alone(names: list[str]) -> None:
    files = filenames.unique(names, ".xlsx")
    assert len({file.casefold() for file in files}) == len(names)
    for file in files:
        assert len(file.encode()) < 200
        assert not set(file) & set('\\/:*?"<>|')
        assert not any(unicodedata.category(c)[0] == "C" for c in file)
        assert not file.startswith((" ", "."))
