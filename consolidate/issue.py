"""The forms handed out before anybody reports: one blank per unit, or an open one.

Part of the pipeline.
"""

from __future__ import annotations

from consolidate import inputs
from consolidate.books import blank
from consolidate.checks import frame
from consolidate.errors import SettingsError
from consolidate.forms import catalogue
from consolidate.intake import roster
from consolidate.settings import Settings


def blanks(name: str, settings: Settings) -> list[tuple[str, bytes]]:
    """(file name, bytes) of the blank forms of a template: one per unit of the roster, else an open one."""
    known = catalogue.all_templates()
    template = catalogue.named(name, known)
    year = settings.year
    if year is None and template.first_year == template.last_year:
        year = template.first_year
    if year is None:
        raise SettingsError("请用--year指定空白表的年度，例如--year 2025")
    if not template.covers(year):
        # A form of the office's own has nothing to do with those that the tool ships with.
        fitting = "、".join(one.id for one in known if one.covers(year) and template in known)
        span = (
            f"{template.first_year}年度起"
            if template.last_year is None
            else f"{template.first_year}—{template.last_year}年度"
        )
        raise SettingsError(
            f"{template.id}用于{span}，不能用于{year}年度" + (f"：{year}年度请用{fitting}" if fitting else "")
        )
    given = inputs.load([], settings, template, year)
    units = given.roster.units if given.roster is not None else ()
    figures = given.previous.units if given.previous is not None else {}
    last = frame.last_year_vectors(
        template, figures, [unit.name for unit in units], [unit.predecessors for unit in units]
    )
    return blank.write_all(
        given.template,
        year=year,
        office=settings.office,
        units=units,
        last_year={u.name: v for u, v in zip(units, last, strict=True) if v is not None},
        levels={unit.name: roster.level_of(unit, settings.level) for unit in units},
    )
