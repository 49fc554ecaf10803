"""Blank workbooks: the empty standard form, with the template's rules alive in it.

Totals are typed, not computed: a stated total is what makes an error findable. What they should be
stands on the sheet 勾稽. Nothing is locked by a password.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from consolidate.books import filenames, writing
from consolidate.books.blank import checks, compare, cover, inputs
from consolidate.books.blank.plan import CHECKS, Plan
from consolidate.books.writing import Book
from consolidate.forms.template import Template
from consolidate.model import Marker, Office, Unit

if TYPE_CHECKING:
    from consolidate.model import Vector

__all__ = ["CHECKS", "workbook", "write_all"]


def workbook(
    template: Template,
    *,
    year: int,
    office: Office,
    unit: Unit | None = None,
    last_year: Vector | None = None,
    units: Sequence[Unit] = (),
    level: str = "",
) -> bytes:
    """One blank as the bytes of an .xlsx.

    `unit` is filled in on the cover; without it, the name is chosen from `units` or typed. `last_year` has
    one float per item in smallest units, NaN where not known. `level` (county, township, …) decides
    which rules hold; one below the office's when empty.
    """
    plan = Plan(template, year, office, unit, last_year, units, level)
    names = tuple(sheet.name for sheet in plan.layouts)

    def draw(book: Book) -> None:
        cover.draw(book, plan)
        for layout in plan.layouts[1:]:
            inputs.table(book, plan, layout)
        if plan.rules:
            checks.draw(book, plan)
        compare.draw(book, plan)
        cover.lists(book, plan)
        book.sign(
            Marker("blank", template.id, str(template.version), year, data_sheets=names,
                   facts={"explanations": CHECKS})
        )  # fmt: skip

    return writing.render(f"{template.title}（{year}年度）", draw)


def write_all(
    template: Template,
    *,
    year: int,
    office: Office,
    units: Sequence[Unit] = (),
    last_year: Mapping[str, Vector] | None = None,
    levels: Mapping[str, str] | None = None,
) -> list[tuple[str, bytes]]:
    """(file name, bytes) of one blank per unit that submits, in roster order; without units an open one.

    `last_year` gives the vector of each unit by its roster name, `levels` its level of government. Units
    that another one reports for get none.
    """
    due = [unit for unit in units if not unit.reported_by]
    if not due:
        name = filenames.unique([f"{template.title}（{year}年度）"], ".xlsx")[0]
        return [(name, workbook(template, year=year, office=office, units=units))]
    files = filenames.unique([f"{unit.name}_{year}年度报表" for unit in due], ".xlsx")
    known, level = last_year or {}, levels or {}
    return [
        (
            file,
            workbook(
                template, year=year, office=office, unit=unit, last_year=known.get(unit.name),
                level=level.get(unit.name, ""),
            ),
        )
        for file, unit in zip(files, due, strict=True)
    ]  # fmt: skip
