"""Every folder of `tests/cases`: what a run must find in an inbox, nothing more and nothing less."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
import yaml

from consolidate import pipeline, summary
from consolidate.books import words
from consolidate.codes import CODES
from consolidate.forms import catalogue
from consolidate.model import FileReport, Finding, Run
from tests import inbox, standard, trouble

CASES = sorted(path.parent for path in Path(__file__).with_name("cases").glob("*/case.yaml"))
HOSTILE = Path(__file__).parent / "hostile" / "expected_run.json"


@cache
def case(folder: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((folder / "case.yaml").read_text(encoding="utf-8"))
    return loaded


def forms(folder: Path) -> list[str]:
    """The forms under which the same is to be found."""
    chosen = case(folder).get("form", standard.OLD)
    return chosen if isinstance(chosen, list) else [chosen]


def finished(folder: Path, form: str, top: Path) -> Run:
    spec = case(folder)
    places = inbox.folders(spec, form, top)
    chosen = inbox.settings(spec, form, top)
    with trouble.made(spec.get("trouble", ""), places):
        return pipeline.run(places, chosen).run


def outcome(report: FileReport) -> str:
    """The outcome of a file; a file that is not read has its code only in the reason."""
    if report.outcome == "skipped":
        codes = (code.id for code in CODES.values() if _says(code.sentence, report.reason))
        return f"skipped {next(codes, report.reason)}"
    return report.outcome


@pytest.fixture(scope="module", autouse=True)
def loaded_once() -> Iterator[None]:
    """The templates of `schemas/` are loaded once for all cases."""
    known = cache(catalogue.all_templates)
    with mock.patch.object(catalogue, "all_templates", known):
        yield


def _says(sentence: str, reason: str) -> bool:
    pieces = re.split(r"\{\w+\}", sentence)
    return re.fullmatch(".+".join(map(re.escape, pieces)), reason) is not None


def title(finding: Finding) -> str:
    """`甲镇 T3.row error 表三!J6`: whose, what, how grave, where; and how it stands when not open."""
    whose = finding.unit or finding.file
    where = "!".join([finding.sheets[0], *(["、".join(words.areas(finding))] if finding.places else [])])
    standing = "fixed" if finding.change == "fixed" else finding.status.replace("open", "")
    return " ".join(part for part in (whose, finding.code, finding.severity, where, standing) if part)


def numbered(pairs: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """The pairs with every later name that is there already made another one: `甲镇.xlsx (2)`."""
    seen: dict[str, int] = {}
    for name, text in pairs:
        seen[name] = seen.get(name, 0) + 1
        yield (name if seen[name] == 1 else f"{name} ({seen[name]})"), text


def found(run: Run) -> dict[str, Any]:
    """What a run found, in the words of `expected`."""
    return {
        "exit": summary.exit_code(run),  # the command's own, without writing the books of a hundred runs
        "files": dict(numbered((report.file, outcome(report)) for report in run.files)),
        "units": {report.unit.name: report.status for report in run.units},
        "findings": dict(numbered((title(finding), finding.message) for finding in run.findings)),
    }


@pytest.mark.parametrize(
    ("folder", "form"),
    [pytest.param(one, form, id=f"{one.name}-{form[-4:]}") for one in CASES for form in forms(one)],
)
def test_a_run_finds_what_the_case_expects(folder: Path, form: str, tmp_path: Path) -> None:
    expected = case(folder)["expected"]
    sentences = expected.get(form, expected.get("findings")) or {}
    actual = found(finished(folder, form, tmp_path))
    unsaid = {name for name, sentence in sentences.items() if sentence is None}
    actual["findings"] = {
        name: None if name in unsaid else sentence for name, sentence in actual["findings"].items()
    }
    assert actual == {**{key: expected[key] for key in actual if key != "findings"}, "findings": sentences}


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: folder.name)
def test_a_folder_is_named_after_a_code_that_it_expects(folder: Path) -> None:
    code, expected = folder.name.partition("-")[0], case(folder)["expected"]
    lines = [*(expected.get("findings") or ()), *expected["files"].values()]
    assert (code in {word for line in lines for word in line.split()}) == (code != "clean")


def covered() -> set[tuple[str, str]]:
    """(form, code) of everything that some case, or the hostile run, expects."""
    names = {folder: case(folder)["expected"] for folder in CASES}
    shown = {
        (form, code)
        for folder, expected in names.items()
        for form in forms(folder)
        for line in [*(expected.get(form, expected.get("findings")) or ()), *expected["files"].values()]
        for code in line.split()[:2]
    }
    hostile = json.loads(HOSTILE.read_text(encoding="utf-8"))
    return shown | {("", code) for outcome in hostile.values() for code in outcome[1:]}


def test_every_code_has_a_case() -> None:
    codes = {code for _, code in covered()}
    assert sorted(set(CODES) - codes) == []


@pytest.mark.parametrize("form", [one.id for one in catalogue.all_templates()])
def test_every_rule_of_every_form_has_a_case(form: str) -> None:
    rules = {rule.id for rule in standard.template(form).rules}
    assert sorted(rules - {code for name, code in covered() if name == form}) == []
