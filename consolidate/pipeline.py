"""The order of the stages; with its parts (`gather`, `judge`, `deliver`, …) the only code that knows all.

folders → received files → submissions → units → findings → totals → books
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from consolidate import __version__, binding, gather, inputs, judge
from consolidate.cluster import Cluster
from consolidate.gather import Gathered, Watch
from consolidate.inputs import Inputs
from consolidate.intake.roster import Roster
from consolidate.model import FileReport, Received, Run
from consolidate.receive import Receipt
from consolidate.settings import Settings
from consolidate.storage import Location


@dataclass(frozen=True, slots=True)
class Result:
    """A finished run, and for each received file where its bytes are (to write the returns)."""

    run: Run
    received: dict[tuple[int, str], Received]


def run(
    folders: Sequence[Location],
    settings: Settings,
    *,
    out: Path | None = None,
    cluster: Cluster | None = None,
    cache: Path | None = None,
    watch: Watch | None = None,
) -> Result:
    """Read, check and add up everything in the folders; writes nothing but what `cache` remembers.

    Raises a `ConsolidateError` for the operator's mistakes; problems of files are findings.
    """
    gathered = gather.everything(folders, settings, out=out, cluster=cluster, cache=cache, watch=watch)
    return finish(gathered, watch)


def finish(gathered: Gathered, watch: Watch | None = None) -> Result:
    """Check and add up what has been read."""
    (watch or Watch()).stage("审核", 0)
    given = inputs.load(gathered.folders, gathered.settings, gathered.template, gathered.year)
    # What was refused unopened is a file of somebody's as well: its unit is looked for, the office told.
    refused = [Receipt(Received("", one.file), one.sha256, refusal=one.refusal)
               for one in gathered.skipped if one.refusal is not None]  # fmt: skip
    bound = binding.bind([*gathered.receipts, *refused], given.roster, given.settings.name)
    judged = judge.everything(bound, given)
    skipped = [one for one in gathered.skipped if one.refusal is None]
    files = tuple(sorted((*judged.files, *skipped), key=lambda f: (f.file, f.sha256, f.outcome)))
    finished = _run(given, judged, files, bound.roster)
    received = (receipt.received for receipt in gathered.receipts)
    return Result(finished, {(one.folder, one.name): one for one in received})


def _run(given: Inputs, judged: judge.Judged, files: tuple[FileReport, ...], units: Roster) -> Run:
    run = Run(
        template=given.template,
        office=given.settings.office,
        year=given.year,
        include="all" if given.settings.include == "all" else "accepted",
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


def _batch(given: Inputs, files: Sequence[FileReport]) -> str:
    """批次号: 8 hex of all inputs, so that two printouts of one number show the same figures."""
    # The template counts by what it says, not by where its file is.
    settings = replace(given.settings, template="", roster=None, previous=None, adjustments=None,
                       decisions=None, report=None, out=None, workers=0)  # fmt: skip
    parts = [__version__, given.template.sha256, str(given.year), repr(settings), *sorted(given.digests)]
    parts += [f"{report.file} {report.sha256}" for report in files if report.outcome != "skipped"]
    return hashlib.sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest()[:8]


def headline(run: Run) -> str:
    """The sentence that every sheet of the master carries: whether the total is complete, in numbers."""
    counts = run.counts
    passed = counts["accepted"] + counts["explained"]
    included = sum(report.included for report in run.units)
    whole = f"本表为{'已报' if run.include == 'all' else '通过'}的{included}个单位合计。"
    if not run.units:
        return f"【未齐，勿对外公布】没有收到能认出填报单位的报表。{whole}"
    if run.complete and run.include == "accepted":
        return f"【已齐】应报{counts['due']}，通过{passed}。{whole}"
    parts = [f"通过{passed}", f"待核实{counts['queried']}", f"退回{counts['returned']}"]
    if counts["unreadable"]:
        parts.append(f"文件打不开{counts['unreadable']}")
    state = "含待改，勿对外公布" if run.complete else "未齐，勿对外公布"
    received = f"应报{counts['due']}，已报{counts['received']}"
    return f"【{state}】{received}：{'、'.join(parts)}；未报{counts['missing']}。{whole}"
