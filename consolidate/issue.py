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
    template = catalogue.named(name, catalogue.all_templates())
    year = settings.year
    if year is None and template.first_year == template.last_year:
        year = template.first_year
    if year is None:
        raise SettingsError("请用--year指定空白表的年度，例如--year 2025")
    given = inputs.load([], settings, template, year)
    units = given.roster.units if given.roster is not None else ()
    known = given.previous.units if given.previous is not None else {}
    last = frame.last_year_vectors(
        template, known, [unit.name for unit in units], [unit.predecessors for unit in units]
    )
    return blank.write_all(
        given.template,
        year=year,
        office=settings.office,
        units=units,
        last_year={u.name: v for u, v in zip(units, last, strict=True) if v is not None},
        levels={unit.name: roster.level_of(unit, settings.level) for unit in units},
    )
