"""The whole command over the hostile set, among good submissions: see expected_run.json."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import openpyxl
import pytest

from consolidate.intake import shown
from tests.hostile import binary, make, ooxml, other
from tests.hostile.form import filled
from tests.hostile.reading import hashes, meaningful

EXPECTED = Path(__file__).with_name("expected_run.json")
GOOD = {f"良{number:02}乡": ending for number, ending in enumerate(["xlsx", "xls", "ods", "xlsb"] * 5, 1)}
WRITERS = {"xlsx": ooxml.book, "xls": binary.xls, "ods": other.ods, "xlsb": binary.xlsb}
SECONDS = 90  # of processor time: the machine may be busy with other tests


@dataclass(frozen=True)
class Done:
    """A run that has ended: its exit code, how long it took, its folders, what the inputs were before."""

    code: int
    seconds: float
    top: Path
    left_out: set[str]
    before: dict[str, str]

    @cached_property
    def files(self) -> dict[str, dict[str, str]]:
        report = json.loads((self.top / "out" / "run.json").read_text(encoding="utf-8"))
        assert len({one["file"] for one in report["files"]}) == len(report["files"])
        return {one["file"]: one for one in report["files"]}

    @cached_property
    def outcomes(self) -> dict[str, list[str]]:
        """Outcome and codes of errors and queries of every file below 收件/杂."""
        found: dict[str, set[str]] = {}
        with (self.top / "out" / "findings.csv").open(encoding="utf-8-sig", newline="") as rows:
            for row in csv.DictReader(rows):
                if row["severity"] != "hint":
                    found.setdefault(row["file"], set()).add(row["code"])
        names = [name for name in self.files if name.startswith("杂/")]
        return {
            name.removeprefix("杂/"): [self.files[name]["outcome"], *sorted(found.get(name, ()))]
            for name in names
        }


def processor_time() -> float:
    """Seconds of processor time that ended programs and their own have used so far."""
    used = os.times()
    return used.children_user + used.children_system


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Done:
    top = tmp_path_factory.mktemp("run")
    received = top / "收件"
    left_out = {shown.name(name) for name in make.make(received / "杂")}
    for unit, ending in GOOD.items():
        (received / f"{unit}.{ending}").write_bytes(WRITERS[ending](filled(unit)))
    roster = "\n".join(["单位名称", *GOOD, *make.units()])
    (received / "units.csv").write_text(roster, encoding="utf-8-sig")
    (received / "consolidate.toml").write_text('year = 2019\nname = "平安县政务公开办"\n', encoding="utf-8")
    before = hashes(top)
    began = processor_time()
    command = [sys.executable, "-m", "consolidate", str(received), "--out", str(top / "out"), "--quiet"]
    ended = subprocess.run(command, check=False, capture_output=True, cwd=top, timeout=SECONDS * 10)
    assert ended.stderr == b""
    return Done(ended.returncode, processor_time() - began, top, left_out, before)


def test_the_run_ends_with_findings_in_time(done: Done) -> None:
    assert done.code == 1
    assert done.seconds < SECONDS


def test_every_file_has_the_outcome_on_the_list(done: Done) -> None:
    expected = json.loads(EXPECTED.read_text(encoding="utf-8"))
    assert done.outcomes == {name: one for name, one in expected.items() if name not in done.left_out}


def test_every_good_submission_is_accepted(done: Done) -> None:
    assert {done.files[f"{unit}.{ending}"]["outcome"] for unit, ending in GOOD.items()} == {"counted"}


def test_every_outcome_has_a_chinese_reason(done: Done) -> None:
    assert [name for name, one in done.files.items() if not meaningful(one["reason"])] == []


def test_no_input_has_changed_and_nothing_lies_outside_of_the_output(done: Done) -> None:
    after = {name: state for name, state in hashes(done.top).items() if not name.startswith("'out")}
    assert after == done.before
    assert not (done.top / "out" / ".tmp").exists()


def test_whatever_is_returned_opens_again(done: Done) -> None:
    books = sorted((done.top / "out" / "returns").iterdir())
    assert books
    for path in books:
        assert shown.name(path.name) == path.name
        assert "审核意见" in openpyxl.load_workbook(path, read_only=True).sheetnames
