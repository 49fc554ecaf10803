"""One figure of the sample changed: the totals move by exactly that, and nothing else does."""

from __future__ import annotations

import csv
import io
import shutil
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from consolidate import pipeline, settings
from consolidate.books import tables
from consolidate.model import Run, Submission, address

SAMPLE = Path(__file__).parents[1] / "sample_workbooks" / "round1"
Rows = dict[str, tuple[str, ...]]


@dataclass
class Inbox:
    """A copy of the sample; what was read is remembered between the runs."""

    folder: Path
    cache: Path

    def run(self) -> Run:
        chosen = settings.override(settings.load(self.folder / "consolidate.toml"), include="all")
        return pipeline.run([self.folder], chosen, cache=self.cache).run

    @cached_property
    def before(self) -> Run:
        return self.run()

    @cached_property
    def cells(self) -> list[tuple[Submission, int]]:
        """Every cell of an .xlsx that counts and holds a whole number of its smallest units."""
        counted = [one.submission for one in self.before.units if one.included and one.submission]
        return [
            (submission, index)
            for submission in counted
            # Saving by openpyxl drops what formulas have worked out.
            if submission.file.endswith(".xlsx") and not _has_formulas(submission)
            for index, value in enumerate(submission.values)
            if value >= 0 and value == int(value) and index not in {flaw.item for flaw in submission.flaws}
        ]


@pytest.fixture(scope="module")
def inbox(tmp_path_factory: pytest.TempPathFactory) -> Inbox:
    top = tmp_path_factory.mktemp("moved")
    shutil.copytree(SAMPLE, top / "in")
    return Inbox(top / "in", top / "read.sqlite")


def _has_formulas(submission: Submission) -> bool:
    return any(problem.code == "F.formulas" for problem in submission.problems)


def totals(run: Run) -> Rows:
    """totals.csv by item: value, submitted, adjustments, units."""
    rows = csv.reader(io.StringIO(tables.totals(run).removeprefix("\ufeff")))
    return {row[0]: tuple(row[2:]) for row in rows if row[0] != "item"}


@examples(max_examples=8, deadline=None)
@given(data=st.data())
def test_one_figure_changed_moves_its_total_by_exactly_that(inbox: Inbox, data: st.DataObject) -> None:
    submission, index = inbox.cells[data.draw(st.integers(0, len(inbox.cells) - 1))]
    change = data.draw(st.integers(1, 9_999))
    item = inbox.before.template.items[index]
    path = inbox.folder / submission.file
    kept = path.read_bytes()
    put(path, submission, index, (int(submission.values[index]) + change) / item.scale)
    try:
        after = totals(inbox.run())
    finally:
        path.write_bytes(kept)
    before = totals(inbox.before)
    moved = {name for name in before if before[name] != after[name]}
    assert moved == {item.id}
    old, new = (Decimal(rows[item.id][0]) for rows in (before, after))
    assert new - old == Decimal(change) / item.scale
    assert after[item.id] == (str(new), str(new), *before[item.id][2:])


def put(path: Path, submission: Submission, index: int, value: float) -> None:
    place = submission.places[index]
    assert place is not None
    book = openpyxl.load_workbook(path)
    book[submission.sheets[place[0]]][address(*place[1:])].value = value
    book.save(path)
