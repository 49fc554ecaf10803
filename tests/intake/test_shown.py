"""Names are shown so that nothing in them acts."""

import os
import subprocess
import sys

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


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere names of files are no bytes")
@pytest.mark.parametrize(
    "raw", ["余店镇（更正）.xlsx".encode(), "余店镇.xls".encode("gb18030"), b"a\xff.xlsx"]
)
def test_a_name_is_the_same_in_a_locale_without_chinese(raw: bytes) -> None:
    program = (
        f"import os; from consolidate.intake import shown; print(ascii(shown.name(os.fsdecode({raw!r}))))"
    )
    bare = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    done = subprocess.run(
        [sys.executable, "-c", program], env=bare, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == ascii(shown.name(os.fsdecode(raw)))
