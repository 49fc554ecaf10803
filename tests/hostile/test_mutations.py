"""2,000 files altered at random, in one run: each has one outcome with a reason, and stays as it is."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

from consolidate import receive
from consolidate.forms import catalogue
from consolidate.intake import cage
from consolidate.model import Received
from consolidate.receive import Receipt, Receiver
from tests.hostile.mutate import mutated
from tests.hostile.reading import MEGABYTES, SECONDS, hashes, meaningful

COUNT = 2_000


@pytest.fixture(scope="module")
def top(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the altered files (收件) and what the tool made of them (out), and nothing else."""
    top = tmp_path_factory.mktemp("mutations")
    inbox = top / "收件"
    inbox.mkdir()
    for seed in range(COUNT):
        ending, data = mutated(seed)
        (inbox / f"{seed:04}.{ending}").write_bytes(data)
    before = hashes(top)
    command = [sys.executable, "-m", "consolidate", "收件", "--out", "out", "--year", "2019", "--quiet"]
    ended = subprocess.run(command, check=False, capture_output=True, cwd=top, timeout=900)
    assert (ended.returncode, ended.stderr) == (1, b"")
    after = {name: state for name, state in hashes(top).items() if not name.startswith("'out")}
    assert after == before
    return top


@pytest.fixture(scope="module")
def files(top: Path) -> list[dict[str, str]]:
    listed: list[dict[str, str]] = json.loads((top / "out" / "run.json").read_text("utf-8"))["files"]
    return listed


def test_every_file_has_one_outcome_and_a_reason(top: Path, files: list[dict[str, str]]) -> None:
    assert sorted(one["file"] for one in files) == sorted(path.name for path in (top / "收件").iterdir())
    assert [one for one in files if not one["outcome"] or not meaningful(one["reason"])] == []
    # The alterations are neither all harmless nor all fatal, or they would show nothing.
    read = sum(one["outcome"] != "unreadable" for one in files)
    assert COUNT * 0.1 < read < COUNT * 0.9


def test_no_crash_is_a_bug_of_ours(top: Path, files: list[dict[str, str]]) -> None:
    names = [one["file"] for one in files if "读取程序中断" in one["reason"]]
    received = [Received(str(top / "收件" / name), name) for name in names]
    known = catalogue.all_templates()
    reader = Receiver(known[0], known[1:], 2019)

    def lost(one: Received, loss: cage.Loss) -> Receipt:
        assert loss.reason != "error", f"{one.name}: {loss.trace}"
        return receive.Lost()(one, loss)

    cage.run(reader, received, workers=2, seconds=SECONDS, megabytes=MEGABYTES, lost=lost)


def test_whatever_is_returned_opens_again(top: Path) -> None:
    assert not (top / "out" / ".tmp").exists()
    books = sorted((top / "out" / "returns").iterdir())
    assert len(books) > 10
    for path in books:
        assert "审核意见" in openpyxl.load_workbook(path, read_only=True).sheetnames
