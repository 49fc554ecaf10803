"""The catalogue: every code answers for itself, and every sentence says what to do."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from consolidate import cli
from consolidate.cli import app
from consolidate.codes import CODES
from consolidate.forms import catalogue

PACKAGE = Path(cli.__file__).parent
RULES = sorted({rule.id for form in catalogue.all_templates() for rule in form.rules})
WORDS = ("强制", "核实", "提示")


@pytest.mark.parametrize("code", [*CODES, *RULES])
def test_every_code_is_explained(code: str) -> None:
    answer = CliRunner().invoke(app, ["explain", code])
    assert answer.exit_code == 0
    first, *rest = answer.output.splitlines()
    assert first.startswith(f"{code}  ")
    assert any(word in first for word in WORDS)
    assert len(rest) == 2
    assert all(line.strip() for line in rest)
    assert not re.search(r"\{|[a-z]{3} [a-z]", "\n".join(rest)), "English, or a field"
    answer.output.encode("gbk")


def test_a_code_that_is_none_is_answered_with_the_nearest() -> None:
    answer = CliRunner().invoke(app, ["explain", "S3.blnak"])
    assert (answer.exit_code, "S3.blank" in answer.output) == (2, True)


@pytest.mark.parametrize("code", CODES.values(), ids=list(CODES))
def test_no_sentence_asks_to_make_figures_fit(code: object) -> None:
    said = repr(code)
    assert "凑" not in said
    assert not re.search("[a-z]*Error|None", said)


def test_every_code_that_the_package_names_is_in_the_catalogue() -> None:
    trees = (ast.parse(path.read_text("utf-8")) for path in PACKAGE.rglob("*.py"))
    named = {
        node.value
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        and re.fullmatch(r"(F|S\d|C|R|E|U)\.[a-z][a-z_]+", node.value)
    }  # fmt: skip
    assert named == {code for code in CODES if "." in code}
