"""The order of files, rules and columns is nobody's business: the same is found, at the same items."""

from __future__ import annotations

import random
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest
import yaml
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from consolidate import judge, pipeline
from consolidate.binding import Bound
from consolidate.forms import catalogue, layout, template
from consolidate.forms.template import Template
from consolidate.inputs import Inputs
from consolidate.intake.roster import Roster
from consolidate.model import Finding, Submission, Unit
from consolidate.settings import Settings
from tests import figures, inbox, standard

FORMS = [one.id for one in catalogue.all_templates()]
UNITS = 25


@cache
def document(form: str) -> str:
    return (catalogue.folder() / f"{form}.yaml").read_text(encoding="utf-8")


def shuffled(form: str, seed: int, *, rules: bool = False, heads: bool = False) -> Template:
    """The form with its rules, or the rows and columns of its tables, in another order."""
    dice = random.Random(seed)
    spec: dict[str, Any] = yaml.safe_load(document(form))
    if rules:
        dice.shuffle(spec["rules"])
    if heads:
        for table in spec["tables"]:
            for block in table["blocks"]:
                block["columns"] = _mixed(block["columns"], dice)
                block["rows"] = _mixed(block["rows"], dice)
    return template.parse(yaml.safe_dump(spec, allow_unicode=True, sort_keys=False).encode(), "template.yaml")


def _mixed(heads: Mapping[str, Any], dice: random.Random) -> dict[str, Any]:
    """The heads in another order, those of each group as well."""
    names = list(heads)
    dice.shuffle(names)
    return {name: _group(heads[name], dice) for name in names}


def _group(head: Any, dice: random.Random) -> Any:
    return {**head, "of": _mixed(head["of"], dice)} if isinstance(head, dict) and "of" in head else head


@cache
def records(form: str) -> tuple[dict[str, float], ...]:
    """One record per unit: a full 表三 that keeps its rules, with up to three slips of the hand."""
    dice = random.Random(7)
    return tuple(_slipped(figures.consistent(form, dice), dice) for _ in range(UNITS))


def _slipped(values: dict[str, float], dice: random.Random) -> dict[str, float]:
    """Digits turned round, a nought too many, a blank, a wrong figure."""
    for item in dice.sample([item for item in values if "proactive" not in item], dice.randint(1, 3)):
        value = int(values[item])
        turned = int(str(value)[::-1])
        values[item] = dice.choice([turned, value * 10, float("nan"), value + dice.randint(1, 50)])
    return values


def judged(one: Template, form: str) -> dict[str, list[tuple[object, ...]]]:
    """What is found in every record under this form, by unit and whatever the order."""
    places = tuple(place for _, place in sorted(layout.place(one).items()))
    names = tuple(sheet.name for sheet in layout.standard(one))
    bound = Bound(Roster(tuple(Unit(f"第{n}镇") for n in range(UNITS))))
    for number, values in enumerate(records(form)):
        vector = np.array([values[item.id] for item in one.items], float)
        bound.submissions[f"第{number}镇"] = [
            Submission(f"{number}.xlsx", 0, str(number), "xlsx", one.id, names, places, vector)
        ]
    found = judge.everything(bound, Inputs(Settings(), one, one.first_year)).findings
    told: dict[str, list[tuple[object, ...]]] = {}
    for finding in found:
        told.setdefault(finding.unit, []).append(_essence(finding))
    return {unit: sorted(those, key=repr) for unit, those in told.items()}


def _essence(finding: Finding) -> tuple[object, ...]:
    """What a finding says, but for the order of its cells and for their addresses."""
    pairs = zip(finding.items, finding.suggestion or [""] * len(finding.items), strict=True)
    rules = tuple(sorted(finding.rules))
    return finding.code, finding.severity, tuple(sorted(pairs)), rules, finding.effect, finding.status


@cache
def usual(form: str) -> dict[str, list[tuple[object, ...]]]:
    return judged(standard.template(form), form)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("what", ["rules", "heads"])
@examples(max_examples=3, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_rules_rows_and_columns_in_another_order_find_the_same(form: str, what: str, seed: int) -> None:
    assert judged(shuffled(form, seed, **{what: True}), form) == usual(form)


INBOX: dict[str, dict[str, Any]] = {
    "甲镇": {"set": {"表三!J6": 4}},
    "乙镇": {"set": {"表三!D8": None, "表一!B21": "若干"}},
    "丙镇": {"do": ["delete 表四"]},
    "丁镇": {"requests": 9},
    "戊镇": {"requests": 9},
    "己镇": {"set": {"overview.requests.concluded": 40}},
    "不明镇": {"cover": {"unit": "丙丁镇"}},
}


@examples(max_examples=6, deadline=None)
@given(files=st.permutations(sorted(INBOX)), roster=st.permutations(sorted(INBOX)[1:]))
def test_files_and_units_in_another_order_find_the_same(files: list[str], roster: list[str]) -> None:
    assert found(files, roster) == sorted_find()


@cache
def sorted_find() -> object:
    return found(sorted(INBOX), sorted(INBOX)[1:])


def found(files: list[str], roster: list[str]) -> object:
    """Findings, outcomes and totals; the names of the files follow their order."""
    names = {unit: f"{number}.xlsx" for number, unit in enumerate(files)}
    listed = {names[unit]: {"unit": unit, "requests": 3 + sorted(files).index(unit), **INBOX[unit]}
              for unit in files}  # fmt: skip
    with TemporaryDirectory() as top:
        case = {"inbox": listed, "roster": "\n".join(["单位名称", *roster])}
        folders = inbox.folders(case, standard.OLD, Path(top))
        run = pipeline.run(folders, inbox.settings(case, standard.OLD, Path(top))).run
    units = {name: unit for unit, name in names.items()}
    told = [(f.unit, f.code, f.cells, _unnamed(f.message, names), units.get(f.file)) for f in run.findings]
    files_told = [(units.get(f.file, f.file), f.outcome, _unnamed(f.reason, names)) for f in run.files]
    standing = [(report.unit.name, report.status) for report in run.units]
    return sorted(told, key=repr), sorted(files_told), sorted(standing), run.totals


def _unnamed(text: str, names: Mapping[str, str]) -> str:
    for unit, name in names.items():
        text = text.replace(name, unit)
    return text
