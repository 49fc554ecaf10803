"""What a run depends on besides the submissions: roster, registers, last year, rules in force.

Part of the pipeline: it reads the files that the operator named, through the same guard and reader.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from consolidate import binding, codes, receive
from consolidate.errors import LedgerError, RosterError, SettingsError
from consolidate.forms.template import Template
from consolidate.intake import ledgers, roster
from consolidate.intake.roster import Roster
from consolidate.model import Adjustment, Decision, Previous, Refusal, Sheet
from consolidate.settings import Settings
from consolidate.storage import Location
from consolidate.totals import merge

ROSTERS = ("units.xlsx", "units.csv")


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything a run depends on besides the submissions; `digests` are of the files read."""

    settings: Settings
    template: Template
    year: int
    roster: Roster | None = None
    previous: Previous | None = None
    adjustments: tuple[Adjustment, ...] = ()
    decisions: tuple[Decision, ...] = ()
    digests: tuple[str, ...] = ()
    register: str = ""  # name of the file that holds the adjustments

    @property
    def decided(self) -> dict[str, Decision]:
        """The office's decisions by finding id."""
        return {decision.finding: decision for decision in self.decisions}


def load(folders: Sequence[Location], settings: Settings, template: Template, year: int) -> Inputs:
    """Read all that was named, or lies in the folders under its standard name.

    Raises RosterError, LedgerError, SettingsError when something named cannot be used.
    """
    digests: list[str] = []
    units = None
    found = settings.roster or next((f / n for f in folders for n in ROSTERS if (f / n).is_file()), None)
    if found is not None:
        units = roster.parse(_sheets(found, RosterError, "单位名单", digests), found.name, settings.name)
    inputs = Inputs(settings, _in_force(template, settings), year, units)
    adjustments = settings.adjustments or _register(folders, "adjustments.xlsx")
    if adjustments is not None:
        sheets = _register_sheets(adjustments, "汇总调整", year, digests)
        entries = ledgers.adjustments(sheets, template, adjustments.name, units, settings.name)
        merge.check_adjustments(template, entries, settings.level, adjustments.name)
        inputs = replace(inputs, adjustments=entries, register=adjustments.name)
    decisions = settings.decisions or _register(folders, "decisions.xlsx")
    if decisions is not None:
        sheets = _register_sheets(decisions, "审核处理登记", year, digests)
        folder = next((n for n, f in enumerate(folders) if decisions == f / decisions.name), None)
        inputs = replace(inputs, decisions=ledgers.decisions(sheets, decisions.name, folder))
    if settings.previous is not None:
        path = settings.previous
        master = _opened(path, SettingsError, "上年汇总表", digests)
        last = binding.previous(master.workbook, path.name, template, year, units)
        inputs = replace(inputs, previous=last)
    return replace(inputs, digests=tuple(digests))


def _register(folders: Sequence[Location], name: str) -> Location | None:
    """A register in the last FOLDER that has one: a later round's register replaces an earlier one."""
    return next((f / name for f in reversed(folders) if (f / name).is_file()), None)


def _register_sheets(path: Location, what: str, year: int, digests: list[str]) -> tuple[Sheet, ...]:
    """The grids of a register; LedgerError when it is the one of another year."""
    book = _opened(path, LedgerError, what, digests).workbook
    if book.marker is not None and book.marker.year not in (None, year):
        raise LedgerError(
            f"{path.name}是{book.marker.year}年度的{what}，本次审核的是{year}年度：请把它移出收件文件夹，"
            f"改用本年度输出的{path.name}"
        )
    return book.sheets


def _sheets(path: Location, error: type[Exception], what: str, digests: list[str]) -> tuple[Sheet, ...]:
    """The grids of a file that the operator named; `error` when it cannot be read."""
    return _opened(path, error, what, digests).workbook.sheets


def _opened(path: Location, error: type[Exception], what: str, digests: list[str]) -> receive.Opened:
    found = receive.opened(path)
    if isinstance(found, Refusal):
        reason = codes.sentence(found.code, **found.details)
        raise error(f"{what}{path.name}读不出来：{reason}。请检查路径，并确认能用WPS或Excel打开")
    digests.append(found.sha256)
    return found


def _in_force(template: Template, settings: Settings) -> Template:
    """The template with the overrides of `[rules]`: another severity, or off."""
    known = {rule.id for rule in template.rules}
    if unknown := sorted(set(settings.rules) - known):
        raise SettingsError(f"设置里的[rules]有模板{template.id}没有的规则{'、'.join(unknown)}")
    rules = []
    for rule in template.rules:
        if rule.id not in settings.rules:
            rules.append(rule)
        elif (severity := settings.rules[rule.id][0]) is not None:
            rules.append(replace(rule, severity=severity))
    return replace(template, rules=tuple(rules))
