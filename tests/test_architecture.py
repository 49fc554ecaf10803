"""Imports go one way, and every library stays behind its border."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "consolidate"
MODULES = sorted(path for path in PACKAGE.rglob("*.py"))
STAGES = ("intake", "checks", "totals", "books")
# cli → pipeline and its parts → stages → forms, codes, settings → model, errors
RANK = {
    "model": 0, "errors": 0, "interpreter": 0, "__init__": 0,
    "codes": 1, "settings": 1, "storage": 1, "forms": 1,
    **dict.fromkeys(STAGES, 2),
    "output": 2, "receive": 3, "binding": 3, "recall": 4, "inputs": 4, "cluster": 4,
    "gather": 5, "on_dask": 5,
    "issue": 5, "standing": 5, "judge": 5, "deliver": 5,
    "publish": 5, "pipeline": 6,
    "terminal": 6, "summary": 6, "commands": 7, "cli": 8, "__main__": 9,
}  # fmt: skip
BORDERS = {
    "openpyxl": ("books", "intake"),
    "xlsxwriter": ("books",),
    "pandera": ("checks",),
    "python_calamine": ("intake",),
    "typer": ("cli", "terminal"),
    "rich": ("terminal",),
    "sqlite3": ("intake",),
    "fsspec": ("storage",),
    "distributed": ("on_dask",),
}


def imported(path: Path) -> Iterator[str]:
    """Modules imported when the program runs; names for the type checker alone do not count."""
    tree = ast.parse(path.read_text("utf-8"))
    typing = {
        node
        for block in ast.walk(tree)
        if isinstance(block, ast.If) and "TYPE_CHECKING" in ast.unparse(block.test)
        for node in ast.walk(block)
    }
    for node in ast.walk(tree):
        if node in typing:
            continue
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            if node.module == "consolidate":
                yield from (f"consolidate.{name.name}" for name in node.names)


def part(path: Path) -> str:
    inside = path.relative_to(PACKAGE)
    return inside.parts[0] if len(inside.parts) > 1 else inside.stem


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_go_one_way(path: Path) -> None:
    own = part(path)
    for name in imported(path):
        if not name.startswith("consolidate."):
            continue
        other = name.split(".")[1]
        if other == own or other.startswith("__"):
            continue
        assert RANK[other] < RANK[own] or (RANK[other] == RANK[own] and own not in STAGES), name


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_libraries_stay_behind_their_borders(path: Path) -> None:
    for name in imported(path):
        library = name.split(".")[0]
        assert library not in BORDERS or part(path) in BORDERS[library], name
