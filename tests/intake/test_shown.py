"""Names are shown so that nothing in them acts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consolidate.intake import shown


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("砖店镇（1）.xlsx", "砖店镇（1）.xlsx"),
        ("空　格 .xlsx", "空　格 .xlsx"),
        ("a\nb", "a\\x0ab"),
        ("\x1b[31m", "\\x1b[31m"),
        ("\u202egpj.exe", "\\u202egpj.exe"),
        ("\u200b甲", "\\u200b甲"),
        ("砖店镇".encode("gb18030").decode("utf-8", "surrogateescape"), "砖店镇"),
        (b"\xff\xff".decode("utf-8", "surrogateescape"), "\\xff\\xff"),
    ],
)
def test_a_name_is_shown(raw: str, expected: str) -> None:
    assert shown.name(raw) == expected


@given(st.text(st.characters(codec=None)))
def test_every_name_can_be_shown_and_written(raw: str) -> None:
    name = shown.name(raw)
    name.encode("utf-8")
    assert all(character.isprintable() or character.isspace() for character in name)
    assert "\n" not in name
