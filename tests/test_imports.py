"""A command imports nothing heavy that it does not need: its first answer comes at once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

SAMPLE = Path(__file__).parents[1] / "sample_workbooks" / "round1"
FRAMES = frozenset({"pandas", "pandera"})
BOOKS = frozenset({"openpyxl", "xlsxwriter", "jinja2"})
WORD = frozenset({"docx", "docxtpl"})
READING = frozenset({"numpy", "python_calamine", "rapidfuzz"})
TEMPLATES = frozenset({"yaml", "pydantic"})
OTHERS = frozenset({"rich", "lxml", "distributed", "dask", "fsspec", "hypothesis"})
NEEDED = {
    "--help": frozenset(),
    "--version": frozenset(),
    "run --help": frozenset({"pydantic"}),  # typer's own
    "explain S3.blank": TEMPLATES,
    "template list": TEMPLATES,
    "template check disclosure-2019 --tables 0": TEMPLATES | {"numpy", "rapidfuzz"},  # reads its own form
    "blank disclosure-2021 --year 2025 --out OUT": TEMPLATES | READING | {"xlsxwriter"},
    "check SAMPLE/郭楼镇.xlsx": TEMPLATES | READING | FRAMES | {"hypothesis"},  # pandera takes what is there
    "run SAMPLE --out OUT --quiet": TEMPLATES | READING | FRAMES | BOOKS | {"hypothesis", "lxml"},
}


def imported(arguments: list[str]) -> set[str]:
    """The libraries that a command imports, by their top-level names."""
    command = [sys.executable, "-X", "importtime", "-m", "consolidate", *arguments]
    done = subprocess.run(command, capture_output=True, check=False)
    assert done.returncode in (0, 1), done.stderr.decode()
    lines = done.stderr.decode().splitlines()
    return {line.rpartition("|")[2].strip().partition(".")[0] for line in lines if "import time:" in line}


@pytest.mark.parametrize("command", NEEDED)
def test_a_command_imports_only_what_it_needs(command: str, tmp_path: Path) -> None:
    filled = command.replace("SAMPLE", str(SAMPLE)).replace("OUT", str(tmp_path / "out"))
    heavy = FRAMES | BOOKS | WORD | READING | TEMPLATES | OTHERS
    assert sorted(imported(filled.split()) & heavy - NEEDED[command]) == []
