"""Seeded workbooks such as units send: the sample's figures, layouts and looks; one in twenty is flawed.

    PYTHONPATH=sample_workbooks:. python -m tests.bench.workbooks FOLDER NUMBER [DISTINCT]

FOLDER/inbox gets the workbooks and the roster; FOLDER/form.json what a script of one's own would know by
heart: where each item stands in each file, and the linear rules. With DISTINCT only so many workbooks are
made, and the others are hard links to them in other folders: copies of the same units' files.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

from making import county, writers
from making.workbooks import Sample

from consolidate.forms.template import Template
from tests.bench import package
from tests.bench.package import LAYOUTS, Package

PUBLISHED = Path(__file__).parents[2] / "sample_workbooks" / "published.json"
FLAWED = 20  # one unit in so many
PER_COUNTY = 60
# Units whose figures raise a query of their own, or that handed in no 表一.
ODD = {"县政府办", "自然资源局", "县住建局", "县人社局", *county.WITHOUT_OVERVIEW}
COVER = {"unit": "@unit@", "code": "@code@", "year": "2019年度", "reporter": "@reporter@",
         "phone": "0396-0000000", "reviewer": "王主任", "date": "2020年1月8日"}  # fmt: skip
SETTINGS = 'name = "政务公开办公室"\nlevel = "county"\nyear = 2019\n'
FIRST, SECOND = "东西南北中上下大长清安永太新高石金玉双和", "山河湖泉岭坪桥塘沟湾店营庄坝原溪川林寨岗"
PROVINCES = range(31, 56)
Contents = list[float | str | None]


@dataclass(frozen=True)
class Unit:
    """The unit at one place of the roster."""

    number: int

    @property
    def name(self) -> str:
        """Its full name: no other unit has it."""
        area, town = divmod(self.number, PER_COUNTY)
        place = FIRST[area % 20] + SECOND[area // 20 % 20] + FIRST[area // 400 % 20]
        return f"{place}县{FIRST[town % 20]}{SECOND[(town + town // 20) % 20]}镇人民政府"

    @property
    def code(self) -> str:
        """统一社会信用代码; digits 3 to 8 are the administrative code."""
        area = self.number // PER_COUNTY
        province = PROVINCES[area % len(PROVINCES)]
        return f"11{province}{area // 25 % 20 + 1:02}{area // 500 + 21:02}{self.number:09}0"

    @property
    def file(self) -> str:
        """Path inside the inbox."""
        return f"{self.number // PER_COUNTY:04}/{self.name}.xlsx"

    @property
    def layout(self) -> int:
        """Which of `LAYOUTS` it uses: half of the units leave the form as it was issued."""
        return 0 if self.number % 2 else self.number // 2 % len(LAYOUTS)


@cache
def sample() -> Sample:
    """Forms, roster and figures of the sample."""
    return Sample.load(PUBLISHED)


@cache
def layout(number: int) -> Package:
    """The package of one of `LAYOUTS`."""
    return package.made(sample().form, LAYOUTS[number], writers.THEMES[number % len(writers.THEMES)], COVER)


@cache
def known() -> Sequence[Sequence[int]]:
    """Figures that keep every rule, also when added to each other."""
    items = sample().form.items
    return [[found[item.id] for item in items] for unit, found in sample().figures.items() if unit not in ODD]


def contents(unit: Unit) -> Contents:
    """What stands in the unit's cells: multiples of three of the sample's units; some are flawed."""
    rng = Random(f"unit {unit.number}")
    form = sample().form
    parts = zip(*(rng.choice(known()) for _ in range(3)), strict=True)
    times = [rng.randint(1, 9) for _ in range(3)]
    figures = [sum(t * figure for t, figure in zip(times, part, strict=True)) for part in parts]
    cells: Contents = [
        figure / item.scale if item.decimals else figure
        for figure, item in zip(figures, form.items, strict=True)
    ]
    if unit.number % FLAWED == FLAWED // 2:
        spoil(cells, form, unit.number // FLAWED % 4, rng)
    return cells


def spoil(cells: Contents, form: Template, kind: int, rng: Random) -> None:
    """Make one of the usual mistakes: a slip, blanks, a unit in the cell, a wrong total."""
    index, more = form.index, rng.randint(1, 9)
    if kind == 0:
        granted = index["applications.results.granted.natural_person"]
        cells[granted] = int(cells[granted] or 0) + more
    elif kind == 1:
        for item in ("previous", "change", "decisions"):
            cells[index[f"proactive.coercion.{item}"]] = None
    elif kind == 2:
        cells[index["proactive.licensing.decisions"]] = f"{more}件"
    else:
        total = index["proceedings.review.total"]
        cells[total] = int(cells[total] or 0) + more


def write(inbox: Path, numbers: Iterable[int]) -> None:
    """Write the workbooks of these units."""
    for number in numbers:
        unit = Unit(number)
        cover = {b"unit": unit.name.encode(), b"code": unit.code.encode(), b"reporter": b"Li Ming"}
        target = inbox / unit.file
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(layout(unit.layout).filled([package.cell(c) for c in contents(unit)], cover))


def roster(inbox: Path, units: Iterable[Unit]) -> None:
    """Write units.csv and the settings."""
    with (inbox / "units.csv").open("w", encoding="utf-8-sig", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["单位代码", "单位名称", "类别"])
        rows.writerows([unit.code, unit.name, "乡镇"] for unit in units)
    (inbox / "consolidate.toml").write_text(SETTINGS, encoding="utf-8")


def knowledge(files: dict[str, int]) -> dict[str, object]:
    """form.json: items with their scales, places by layout, the layout of each file, the linear rules."""
    form = sample().form
    rules = [
        {"name": rule.name, "relation": one.relation, "terms": list(one.coefficients().items())}
        for rule in form.rules
        if rule.kind == "linear" and rule.severity != "hint" and not rule.last_items
        if rule.applies("unit", "township")
        for one in rule.comparisons
    ]
    return {
        "items": [[item.id, item.scale, item.signed] for item in form.items],
        "places": [layout(number).places for number in range(len(LAYOUTS))],
        "files": files,
        "rules": rules,
    }


def make(folder: Path, number: int, distinct: int) -> None:
    """Make everything; two processes write the workbooks."""
    inbox = folder / "inbox"
    inbox.mkdir(parents=True)
    units = [Unit(n) for n in range(distinct)]
    with ProcessPoolExecutor(2) as pool:
        list(pool.map(write, [inbox] * 2, [range(0, distinct, 2), range(1, distinct, 2)]))
    files = {unit.file: unit.layout for unit in units}
    for copy in range(distinct, number):
        unit = units[copy % distinct]
        name = f"{copy // distinct:03}-{unit.file}"
        (inbox / name).parent.mkdir(exist_ok=True)
        (inbox / name).hardlink_to(inbox / unit.file)
        files[name] = unit.layout
    roster(inbox, units)
    (folder / "form.json").write_text(json.dumps(knowledge(files), ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    wanted = [int(argument) for argument in sys.argv[2:]]
    make(Path(sys.argv[1]), wanted[0], wanted[-1])
