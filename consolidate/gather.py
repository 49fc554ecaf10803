"""Folders → receipts: which files there are, which form and year they are read as, and what is in them.

Part of the pipeline: it imports no more than reading needs, so that workers start at once and the checks
are imported while they read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from consolidate import cluster as elsewhere
from consolidate import recall
from consolidate.cluster import Cluster
from consolidate.errors import SettingsError
from consolidate.forms import catalogue
from consolidate.forms.template import Template
from consolidate.intake import cover, discover
from consolidate.model import FileReport, Received
from consolidate.receive import Receipt, Receiver
from consolidate.settings import Settings
from consolidate.storage import Location

PEEK = 5  # files looked at for the year before all are read


@dataclass(slots=True)
class Watch:
    """How the caller follows a run: `stage` names what begins and how much there is, `step` counts."""

    stage: Callable[[str, int], None] = field(default=lambda name, total: None)
    step: Callable[[], None] = field(default=lambda: None)


@dataclass(frozen=True, slots=True)
class Gathered:
    """Everything received, read as the form and year that hold; `skipped` are files that are no forms."""

    folders: tuple[Location, ...]
    settings: Settings
    template: Template
    year: int
    receipts: list[Receipt]
    skipped: list[FileReport]


@dataclass(frozen=True, slots=True)
class _Reading:
    """How files are read in this run."""

    settings: Settings
    known: tuple[Template, ...]
    cluster: Cluster | None
    cache: Path | None
    watch: Watch

    def receipts(
        self,
        received: Sequence[Received],
        template: Template,
        year: int | None,
        meanwhile: Callable[[], object] | None = None,
    ) -> list[Receipt]:
        """What is in the files, read as this form and year."""
        others = tuple(one for one in self.known if one.id != template.id)
        self.watch.stage("读取", len(received))
        receiver = Receiver(template, others, year)
        workers = self.settings.workers or _workers(received)
        done = self.watch.step
        if self.cluster is not None:
            return elsewhere.everything(self.cluster, receiver, received, done=done, meanwhile=meanwhile)
        return recall.everything(
            receiver, received, cache=self.cache, workers=workers, done=done, meanwhile=meanwhile
        )

    def glance(self, template: Template, received: Sequence[Received]) -> list[Receipt]:
        """What is in the first files, read as this form and any year."""
        return recall.everything(Receiver(template), received[:PEEK], cache=self.cache, workers=1)


def everything(
    folders: Sequence[Location],
    settings: Settings,
    *,
    out: Path | None = None,
    cluster: Cluster | None = None,
    cache: Path | None = None,
    watch: Watch | None = None,
    meanwhile: Callable[[int], object] | None = None,
) -> Gathered:
    """Find and read all files; `meanwhile` is called once with their number, while the workers read.

    `cluster` reads in place of this machine's workers; what is on other storage or read there is not cached.
    `cache` is a file that remembers what was read between runs; without it everything is read.
    Raises SettingsError when a folder is not there, or form or year cannot be told.
    """
    received, skipped = discover.folders(folders, _not_submissions(settings, out))
    known = catalogue.all_templates()
    reading = _Reading(settings, known, cluster, cache, watch or Watch())
    template, year = _guess(received, reading)
    beside = partial(meanwhile, len(received)) if meanwhile else None
    receipts = reading.receipts(received, template, year, beside)
    settled = _year(receipts, settings)
    if settled != year or not template.covers(settled):
        template = _template(settled, received, reading)
        receipts = reading.receipts(received, template, settled)
    return Gathered(tuple(folders), settings, template, settled, receipts, skipped)


def _workers(received: Sequence[Received]) -> int:
    """A second worker must locate every layout again: measured, it pays from 500 files on.

    Files that are fetched wait for the network more than for a processor.
    """
    if any(one.url for one in received):
        return elsewhere.PROCESSES
    return 1 if len(received) < 500 else 2


def _not_submissions(settings: Settings, out: Path | None) -> list[Location]:
    named = (settings.roster, settings.previous, settings.adjustments, settings.decisions,
             settings.report, out)  # fmt: skip
    return [path for path in named if path is not None]


def _guess(received: Sequence[Received], reading: _Reading) -> tuple[Template, int | None]:
    """Template and year to read with: what was said, else what the first covers say."""
    settings, known = reading.settings, reading.known
    if settings.year is not None:
        return _template(settings.year, received, reading), settings.year
    fixed = catalogue.named(settings.template, known) if settings.template else known[-1]
    receipts = reading.glance(fixed, received)
    years = Counter(year for receipt in receipts if (year := _cover_year(receipt)) is not None)
    if not years:
        return fixed, None
    year = min(years, key=lambda y: (-years[y], y))
    if settings.template or not any(one.covers(year) for one in known):
        return fixed, year
    return _template(year, received, reading), year


def _template(year: int, received: Sequence[Received], reading: _Reading) -> Template:
    """The template named, else the one in force; of several, the one that the first files look like."""
    settings, known = reading.settings, reading.known
    if settings.template:
        return catalogue.named(settings.template, known)
    fitting = catalogue.for_year(year, known)
    if len(fitting) == 1:
        return fitting[0]
    located = []
    for one in fitting:
        receipts = reading.glance(one, received)
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


def _year(receipts: Sequence[Receipt], settings: Settings) -> int:
    """The report year: option, settings, else the strict majority of covers; never the clock."""
    if settings.year is not None:
        return settings.year
    years = Counter(year for receipt in receipts if (year := _cover_year(receipt)) is not None)
    ranked = years.most_common(2)
    if not ranked or (len(ranked) > 1 and ranked[0][1] == ranked[1][1]):
        found = (
            f"封面和标题上写的有{'、'.join(f'{y}年' for y in sorted(years))}"
            if years
            else "封面和标题都没有写明年度"
        )
        raise SettingsError(f"不能确定报告年度：{found}。请用--year指定，例如--year 2019")
    return ranked[0][0]
