"""The workbook that one unit sends: form, figures and manner put together."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random

from consolidate.forms import catalogue
from consolidate.forms.template import Template
from making import county, figures, manners, ole, sheets, writers
from making.county import Unit
from making.figures import Figures
from making.manners import Manner
from making.planted import Plan
from making.sheets import Book


@dataclass(frozen=True)
class Sample:
    """What everything is made from: the two national forms, the roster and the units' figures."""

    form: Template
    newer: Template
    roster: tuple[Unit, ...]
    figures: Mapping[str, Figures]

    @classmethod
    def load(cls, published: Path) -> Sample:
        """The sample of the county whose published totals are in this file."""
        forms = {form.id: form for form in catalogue.all_templates()}
        roster = county.units()
        shares = figures.units(figures.published(published), roster)
        return cls(forms["disclosure-2019"], forms["disclosure-2021"], roster, shares)

    @property
    def places(self) -> dict[str, int]:
        """Place on the roster by short name."""
        return {unit.short: number for number, unit in enumerate(self.roster)}

    def tables(self) -> dict[str, tuple[str, ...]]:
        """Item ids of each table in form order."""
        items = self.form.items
        return {table.id: tuple(items[index].id for index in table.items) for table in self.form.tables}


@dataclass(frozen=True)
class Workbook:
    """One workbook of a unit, not yet written."""

    unit: Unit
    manner: Manner
    book: Book
    modified: datetime.datetime

    def xlsx(self) -> bytes:
        """Its bytes as .xlsx."""
        return writers.xlsx(self.book, self.manner.theme, self.modified)


def of(sample: Sample, short: str, day: datetime.date, plan: Plan | None = None, name: str = "") -> Workbook:
    """The workbook of a unit, right but for the plan; `name` when the cover names another unit."""
    plan = plan or Plan()
    number = sample.places[short]
    unit = sample.roster[number]
    manner = manners.of(number, unit)
    values = dict(sample.figures[short])
    form = sheets.blank(sample.form)
    if short in county.WITHOUT_OVERVIEW:
        values = {item: value for item, value in values.items() if not item.startswith("overview")}
        form = form if number % 2 else sheets.without(form, "overview")
    if any(expected.code == "S1" for expected in plan.expected):
        form = sheets.grafted(form, sheets.blank(sample.newer), "applications")
        values |= {item.id: 0 for item in sample.newer.items if item.id not in values}
    form = manner.laid(plan.bend(form) if plan.bend else form)
    cover = {
        "unit": name or manner.cover_name,
        "code": manner.code,
        "year": manner.year,
        "reporter": unit.contact,
        "phone": unit.phone,
        "reviewer": Random(short).choice("王李张刘陈") + "主任",
        "date": manner.date(day),
    }
    filled = sheets.retype(sheets.fill(form, values, cover), plan.typed)
    return Workbook(unit, manner, filled, datetime.datetime.combine(day, datetime.time(16, 30)))


def delivered(made: Workbook) -> tuple[str, bytes]:
    """Path and bytes of a workbook as its unit first sends it: not all send an .xlsx that opens."""
    path, short = made.manner.file, made.unit.short
    stem = path.rsplit("/", 1)[0] + "/" + short
    match short:
        case "李桥回族镇":
            return f"{stem}.xls", ole.xls(made.book)
        case "练村镇":
            return f"{stem}.ods", writers.ods(made.book)
        case "佛阁寺镇":
            return f"{stem}.docx", writers.word(made.book)
        case "陈店镇":
            return f"{stem}年报.xls", writers.html_xls(made.book)
        case "月亮湾街道":
            return f"{stem}.xlsx", ole.encrypted(15_000)
        case "县税务局":
            data = made.xlsx()
            return f"{stem}.xlsx", data[: len(data) * 3 // 5]
        case "气象局":
            member = f"{short}.xlsx"
            return f"{stem}.zip/{member}", writers.package_of({member: made.xlsx()})
        case "关津乡":
            return f"{stem}报表.xlsx", made.xlsx()
    return path, made.xlsx()
