"""The order of the stages; with its parts (`receive`, `judge`, `deliver`) the only code that knows them all.

folders → received files → submissions → units → findings → totals → books
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from pathlib import Path

from consolidate import __version__, binding, inputs, judge, receive
from consolidate.books import blank
from consolidate.checks import frame
from consolidate.errors import SettingsError
from consolidate.forms import catalogue
from consolidate.forms.template import Template
from consolidate.inputs import Inputs
from consolidate.intake import cover, discover
from consolidate.intake.roster import Roster
from consolidate.model import FileReport, Office, Received, Run
from consolidate.receive import Receipt, Receiver
from consolidate.settings import Settings

PEEK = 5  # files looked at for the year before all are read


@dataclass(frozen=True, slots=True)
class Result:
    """A finished run, and for each received file where its bytes are (to write the returns)."""

    run: Run
    received: dict[tuple[int, str], Received]


@dataclass(slots=True)
class Watch:
    """How the caller follows a run: `stage` names what begins and how much there is, `step` counts."""

    stage: Callable[[str, int], None] = field(default=lambda name, total: None)
    step: Callable[[], None] = field(default=lambda: None)


def run(
    folders: Sequence[Path],
    settings: Settings,
    *,
    out: Path | None = None,
    executor: Executor | None = None,
    watch: Watch | None = None,
) -> Result:
    """Read, check and add up everything in the folders; writes nothing.

    Raises a `ConsolidateError` for the operator's mistakes; problems of files are findings.
    """
    watch = watch or Watch()
    received, skipped = discover.folders(folders, _not_submissions(settings, out))
    known = catalogue.all_templates()
    template, year = _guess(received, settings, known)
    watch.stage("读取", len(received))
    receipts = _receive(received, template, known, year, settings, executor, watch)
    settled = _year(receipts, template, settings)
    if settled != year or not template.covers(settled):
        template = _template(settings, known, settled, received)
        watch.stage("读取", len(received))
        receipts = _receive(received, template, known, settled, settings, executor, watch)
    watch.stage("审核", 0)
    given = inputs.load(folders, settings, template, settled)
    bound = binding.bind(receipts, given.roster, settings.name)
    judged = judge.everything(bound, given)
    files = tuple(sorted((*judged.files, *skipped), key=lambda f: (f.file, f.sha256, f.outcome)))
    finished = _run(given, judged, files, bound.roster)
    return Result(finished, {(r.received.folder, r.received.name): r.received for r in receipts})


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
    office = _office(settings)
    return blank.write_all(
        given.template,
        year=year,
        office=office,
        units=units,
        last_year={u.name: v for u, v in zip(units, last, strict=True) if v is not None},
        levels={unit.name: judge.level_of(unit, settings.level) for unit in units},
    )


def _not_submissions(settings: Settings, out: Path | None) -> list[Path]:
    named = (settings.roster, settings.previous, settings.adjustments, settings.decisions, out)
    return [path for path in named if path is not None]


def _guess(
    received: Sequence[Received], settings: Settings, known: tuple[Template, ...]
) -> tuple[Template, int | None]:
    """Template and year to read with: what was said, else what the first covers say."""
    if settings.year is not None:
        return _template(settings, known, settings.year, received), settings.year
    fixed = catalogue.named(settings.template, known) if settings.template else known[-1]
    receipts = receive.everything(Receiver(fixed), received[:PEEK], workers=1)
    years = Counter(year for receipt in receipts if (year := _cover_year(receipt)) is not None)
    if not years:
        return fixed, None
    year = min(years, key=lambda y: (-years[y], y))
    if settings.template or not any(one.covers(year) for one in known):
        return fixed, year
    return _template(settings, known, year, received), year


def _template(
    settings: Settings, known: tuple[Template, ...], year: int, received: Sequence[Received]
) -> Template:
    """The template named, else the one in force; of several, the one that the first files look like."""
    if settings.template:
        return catalogue.named(settings.template, known)
    fitting = catalogue.for_year(year, known)
    if len(fitting) == 1:
        return fitting[0]
    located = []
    for one in fitting:
        receipts = receive.everything(Receiver(one), received[:PEEK], workers=1)
        cells = sum(p is not None for r in receipts if r.submission for p in r.submission.places)
        located.append(cells / len(one.items))
    best = max(located, default=0.0)
    if not best or located.count(best) > 1:
        names = "、".join(one.id for one in fitting)
        raise SettingsError(f"{year}年度有几个模板（{names}），分不清用哪个：请用--template指定")
    return fitting[located.index(best)]


def _cover_year(receipt: Receipt) -> int | None:
    if receipt.submission is None:
        return None
    return cover.year(receipt.submission.cover.get("year", ""))


def _year(receipts: Sequence[Receipt], template: Template, settings: Settings) -> int:
    """The report year: option, settings, else the strict majority of covers; never the clock."""
    if settings.year is not None:
        return settings.year
    years = Counter(year for receipt in receipts if (year := _cover_year(receipt)) is not None)
    ranked = years.most_common(2)
    if not ranked or (len(ranked) > 1 and ranked[0][1] == ranked[1][1]):
        found = (
            f"封面上写的有{'、'.join(f'{y}年' for y in sorted(years))}" if years else "没有读到写明年度的封面"
        )
        raise SettingsError(f"不能确定报告年度：{found}。请用--year指定，例如--year 2019")
    return ranked[0][0]


def _receive(
    received: Sequence[Received],
    template: Template,
    known: tuple[Template, ...],
    year: int | None,
    settings: Settings,
    executor: Executor | None,
    watch: Watch,
) -> list[Receipt]:
    others = tuple(one for one in known if one.id != template.id)
    receiver = Receiver(template, others, year)
    workers = settings.workers or _workers(len(received))
    return receive.everything(receiver, received, workers=workers, executor=executor, done=watch.step)


def _workers(files: int) -> int:
    """One worker reads some 2,000 files a second; a second one pays only above that."""
    return 1 if files < 2000 else 2


def _run(given: Inputs, judged: judge.Judged, files: tuple[FileReport, ...], units: Roster) -> Run:
    settings = given.settings
    office = _office(settings)
    run = Run(
        template=given.template,
        office=office,
        year=given.year,
        include="all" if settings.include == "all" else "accepted",
        units=judged.units,
        files=files,
        findings=judged.findings,
        totals=judged.totals,
        received_totals=judged.received_totals,
        headline="",
        batch=_batch(given, files),
        roster_given=units.given,
        previous=given.previous,
        adjustments=given.adjustments,
        decisions=given.decisions,
        notes=judged.notes,
        untested=judged.untested,
    )
    return replace(run, headline=headline(run))


def _office(settings: Settings) -> Office:
    return Office(
        settings.name, settings.code, settings.level, settings.deadline, settings.contact, settings.phone
    )


def _batch(given: Inputs, files: Sequence[FileReport]) -> str:
    """批次号: 8 hex of all inputs, so that two printouts of one number show the same figures."""
    settings = replace(given.settings, roster=None, previous=None, adjustments=None, decisions=None,
                       out=None, workers=0)  # fmt: skip
    parts = [__version__, given.template.sha256, str(given.year), repr(settings), *sorted(given.digests)]
    parts += [f"{report.file} {report.sha256}" for report in files if report.outcome != "skipped"]
    return hashlib.sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest()[:8]


def headline(run: Run) -> str:
    """The sentence that every sheet of the master carries: whether the total is complete, in numbers."""
    counts = run.counts
    passed = counts["accepted"] + counts["explained"]
    included = sum(report.included for report in run.units)
    whole = f"本表为{'已报' if run.include == 'all' else '通过'}的{included}个单位合计。"
    if run.complete and run.include == "accepted":
        return f"【已齐】应报{counts['due']}，通过{passed}。{whole}"
    parts = [f"通过{passed}", f"待核实{counts['queried']}", f"退回{counts['returned']}"]
    if counts["unreadable"]:
        parts.append(f"打不开{counts['unreadable']}")
    state = "含待改，勿对外公布" if run.complete else "未齐，勿对外公布"
    received = f"应报{counts['due']}，已报{counts['received']}"
    return f"【{state}】{received}：{'、'.join(parts)}；未报{counts['missing']}。{whole}"
