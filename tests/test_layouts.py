"""One defect in a file of any layout: found at its cell and nowhere else; without one, nothing is found."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

import pytest

from consolidate import judge
from consolidate.binding import Bound
from consolidate.forms import catalogue
from consolidate.inputs import Inputs
from consolidate.intake.extract import LayoutMemory
from consolidate.intake.roster import Roster
from consolidate.model import Finding, Unit
from consolidate.settings import Settings
from tests import figures, standard
from tests.standard import Page

FILES = 45
DEFECTS = ("none", "text", "unit", "negative", "decimal", "blank", "wrong")


@dataclass(frozen=True)
class Planted:
    """What is wrong in a file: at which item, where it stands there, and what the figure should be."""

    defect: str
    item: str
    sheet: str
    cell: str
    right: str


def bent(pages: list[Page], dice: random.Random) -> list[Page]:
    """The sheets with titles, blank rows and columns, another order and names; or all on one sheet."""
    for page in pages[1:]:
        if dice.random() < 0.5:
            columns = dice.sample(range(page.width), dice.randint(0, 2)) if page.name != "表四" else []
            page.insert(dice.sample(range(1, page.height), dice.randint(0, 3)), columns)
    if dice.random() < 0.3:
        for page in pages:
            page.insert([0, 0])
            page.cells |= {(0, 0): "附件2", (1, 0): "某某县政府信息公开统计报表"}
    if dice.random() < 0.5:
        dice.shuffle(pages)
    if dice.random() < 0.3:
        return standard.together(pages, dice.randint(0, 3))
    if dice.random() < 0.5:
        for number, page in enumerate(pages, 1):
            page.name = f"Sheet{number}"
    return pages


def spoil(pages: Sequence[Page], form: str, values: dict[str, float], dice: random.Random) -> tuple[str, str]:
    """Put one defect into one cell, or none; what and where."""
    defect, item = dice.choice(DEFECTS), dice.choice(list(values))
    one = standard.template(form).items[standard.template(form).index[item]]
    if one.signed and defect == "negative":
        defect = "none"
    if defect == "wrong":  # only what two rules accuse can be named
        item = dice.choice([name for name in values if name.startswith(figures.RESULTS)])
    written = {
        "text": dice.choice(["无", "/", "若干"]),
        "unit": f"{int(values[item])}{one.unit or '件'}",
        "negative": -1 - int(values[item]),
        "decimal": int(values[item]) + (0.12345 if one.decimals else 0.5),
        "blank": "",
        "wrong": values[item] + dice.randint(1, 60),
    }
    if defect != "none":
        standard.put(pages, item, written[defect])
    return defect, item


def planted(form: str) -> tuple[Bound, dict[str, Planted]]:
    """A file per unit, as it was read, and what was planted in it."""
    memory, template = LayoutMemory(), standard.template(form)
    bound = Bound(Roster(tuple(Unit(f"第{number}镇") for number in range(FILES))))
    plants = {}
    for number, unit in enumerate(one.name for one in bound.roster.units):
        dice = random.Random(number)
        values = figures.consistent(form, dice)
        pages = standard.filled(form, unit, values, {"date": ""})
        defect, item = spoil(pages, form, values, dice)
        pages = bent(pages, dice)
        read = standard.submission(pages, form, template.first_year, memory)
        bound.submissions[unit] = [replace(read, file=f"{unit}.xlsx", sha256=str(number))]
        right = template.items[template.index[item]]
        text = right.text(round(values[item] * right.scale))
        plants[unit] = Planted(defect, item, *standard.where(pages, item), text)
    return bound, plants


def code(one: Planted) -> str:
    money = one.item.endswith("amount")
    return {
        "text": "S3.text", "unit": "S4.unit", "blank": "S3.blank",
        "negative": "S5.negative" if money else "S4.negative",
        "decimal": "S5.decimals" if money else "S4.decimal",
    }.get(one.defect, "T3.row")  # fmt: skip


@pytest.mark.parametrize("form", [one.id for one in catalogue.all_templates()])
def test_a_defect_is_found_at_its_cell_and_nowhere_else(form: str) -> None:
    bound, plants = planted(form)
    template = standard.template(form)
    found: dict[str, list[Finding]] = {unit: [] for unit in plants}
    for finding in judge.everything(bound, Inputs(Settings(), template, template.first_year)).findings:
        found.setdefault(finding.unit, []).append(finding)
    for unit, one in plants.items():
        told = [(f.code, f.sheet, f.cells, f.items) for f in found[unit]]
        expected = (code(one), one.sheet, (one.cell,), (one.item,))
        assert told == ([] if one.defect == "none" else [expected]), (unit, one)
        if one.defect == "wrong":
            assert found[unit][0].suggestion == (one.right,), (unit, one)
