"""A second run reads only what changed; whatever becomes of the cache, the results stay the same."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from consolidate import recall
from consolidate.cli import app
from consolidate.forms import catalogue
from consolidate.intake import discover, remembered
from consolidate.intake.shelf import Shelf
from consolidate.model import Received, Refusal
from consolidate.receive import Receipt, Receiver
from tests.loop import SAMPLE

KNOWN = catalogue.all_templates()
NAMES = ("教育局.xlsx", "公安局年报.xlsx", "自然资源局年报.xlsx")


@dataclass(frozen=True, slots=True)
class Watched(Receiver):
    """Notes in a file what it reads; dies of the file named in `fatal`."""

    log: Path = Path()
    fatal: str = ""

    def __call__(self, received: Received) -> Receipt:
        with self.log.open("a", encoding="utf-8") as log:
            log.write(f"{received.name}\n")
        if received.name == self.fatal:
            os._exit(9)
        return Receiver.__call__(self, received)


@dataclass
class Desk:
    """A folder of received files, the cache, and what was read last."""

    inbox: Path
    cache: Path
    receiver: Watched

    def read(self, cache: bool = True, **changes: object) -> tuple[list[str], list[object]]:
        """Names of the files read, and the receipts in a form that can be compared."""
        self.receiver.log.write_text("", encoding="utf-8")
        received, _ = discover.folders([self.inbox])
        receiver = replace(self.receiver, **changes)  # type: ignore[arg-type]
        receipts = recall.everything(receiver, received, cache=self.cache if cache else None, workers=1)
        return sorted(set(self.receiver.log.read_text("utf-8").splitlines())), comparable(receipts)


def comparable(receipts: Sequence[Receipt]) -> list[object]:
    found: list[object] = []
    for one in receipts:
        values = b"" if one.submission is None else one.submission.values.tobytes()
        rest = None if one.submission is None else replace(one.submission, values=())  # type: ignore[arg-type]
        found.append((one.received, one.sha256, one.refusal, values, rest))
    return found


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    inbox = tmp_path / "in"
    inbox.mkdir()
    for name in NAMES:
        shutil.copy(SAMPLE / "县直部门" / name, inbox / name)
    (inbox / "坏的.xlsx").write_bytes((inbox / NAMES[0]).read_bytes()[:-400])
    (inbox / "图.jpg").write_bytes(b"\xff\xd8\xff\xe0" + bytes(range(256)))
    (tmp_path / "out").mkdir()
    receiver = Watched(KNOWN[0], KNOWN[1:], 2019, log=tmp_path / "log")
    return Desk(inbox, tmp_path / "out" / ".cache", receiver)


REFUSED = ["图.jpg", "坏的.xlsx"]  # by the guard, which says so at once: remembered like any other


def test_only_changed_files_are_read_again(desk: Desk) -> None:
    everyone = sorted([*NAMES, *REFUSED])
    bare = desk.read(cache=False)
    assert bare[0] == everyone
    assert desk.read() == bare
    assert desk.read() == ([], bare[1])
    os.utime(desk.inbox / NAMES[0], (1, 1))
    (desk.inbox / NAMES[1]).rename(desk.inbox / "乙.xlsx")
    shutil.copy(SAMPLE / "县直部门" / "2019年度报告统计表（司法局）.xlsx", desk.inbox / NAMES[2])
    read, receipts = desk.read()
    assert read == [NAMES[2]]
    assert receipts == desk.read(cache=False)[1]


def test_another_ending_is_another_file(desk: Desk) -> None:
    desk.read()
    (desk.inbox / NAMES[0]).rename(desk.inbox / "教育局.xls")
    read, receipts = desk.read()
    assert read == ["教育局.xls"]
    assert receipts == desk.read(cache=False)[1]


def test_another_form_or_year_is_read_anew(desk: Desk) -> None:
    desk.read()
    other = KNOWN[1]
    for changes in (
        {"year": 2020},
        {"year": None},
        {"others": ()},
        {"template": other, "others": (KNOWN[0],)},
        {"template": replace(KNOWN[0], sha256="0" * 64)},
    ):
        read, receipts = desk.read(**changes)
        assert read == sorted([*NAMES, *REFUSED])
        assert receipts == desk.read(cache=False, **changes)[1]
        assert desk.read(**changes) == ([], receipts)


def test_members_of_an_archive_are_remembered(desk: Desk) -> None:
    shutil.make_archive(str(desk.inbox / "全部"), "zip", SAMPLE / "县直部门")
    cold = desk.read()
    assert sum(name.startswith("全部.zip/") for name in cold[0]) > 20
    warm = desk.read()
    assert warm[1] == cold[1]
    assert len(warm[0]) < 10


def test_what_depends_on_the_moment_is_not_kept(desk: Desk) -> None:
    read, receipts = desk.read(fatal=NAMES[0])
    assert "F.crash" in repr(receipts)
    read, receipts = desk.read()
    assert read == [NAMES[0]]
    assert receipts == desk.read(cache=False)[1]


def sql(statement: str) -> Callable[[Path], None]:
    def change(path: Path) -> None:
        with closing(sqlite3.connect(path)) as base, base:
            base.execute(statement)

    return change


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


DAMAGE: dict[str, Callable[[Path], object]] = {
    "cut in half": cut,
    "empty": lambda path: path.write_bytes(b""),
    "no database": lambda path: path.write_bytes(b"hello" * 1000),
    "a header alone": lambda path: path.write_bytes(path.read_bytes()[:100]),
    "gone": lambda path: path.unlink(),
    "another version": sql("PRAGMA user_version = 2"),
    "another tool": sql("PRAGMA application_id = 1"),
    "another schema": sql("ALTER TABLE entry ADD COLUMN more"),
    "a table less": sql("DROP TABLE layout"),
    "a trigger": sql("CREATE TRIGGER t AFTER INSERT ON entry BEGIN DELETE FROM entry; END"),
    "figures of another row": sql("UPDATE entry SET figures = (SELECT max(figures) FROM entry)"),
    "figures as text": sql("UPDATE entry SET figures = 'x'"),
    "nothing in a row": sql("UPDATE entry SET rest = NULL, seal = NULL"),
    "other places": sql("UPDATE layout SET places = X'5B5D'"),
    "no places": sql("DELETE FROM layout"),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_a_damaged_cache_is_made_anew(desk: Desk, name: str) -> None:
    cold = desk.read()
    DAMAGE[name](desk.cache)
    assert desk.read()[1] == cold[1]
    assert desk.read() == ([], cold[1])


def test_a_flipped_bit_anywhere_changes_nothing(desk: Desk) -> None:
    cold = desk.read()
    sound = desk.cache.read_bytes()
    rng = random.Random(7)
    for _ in range(40):
        torn = bytearray(sound)
        for _ in range(rng.choice((1, 1, 50))):
            torn[rng.randrange(len(torn))] ^= 1 << rng.randrange(8)
        desk.cache.write_bytes(torn)
        assert desk.read()[1] == cold[1]


def test_a_cache_that_cannot_be_used_is_done_without(desk: Desk) -> None:
    cold = desk.read()
    with closing(sqlite3.connect(desk.cache, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert desk.read() == cold
    desk.cache.unlink()
    desk.cache.mkdir()
    assert desk.read() == cold
    desk.cache.rmdir()
    desk.cache.symlink_to(desk.inbox / NAMES[0])
    assert desk.read() == cold
    assert replace(desk, cache=desk.cache.parent / "none" / ".cache").read() == cold


def test_another_tool_does_not_read_it(tmp_path: Path) -> None:
    first, second = Shelf(tmp_path / ".cache", b"a" * 32), Shelf(tmp_path / ".cache", b"b" * 32)
    packed = remembered.packed(Refusal("F.password"))
    first.keep(b"c", {b"f": packed})
    assert first.find(b"c", [b"f", b"g"]) == {b"f": packed}
    assert first.find(b"d", [b"f"]) == second.find(b"c", [b"f"]) == {}
    assert (first.holds(b"c"), first.holds(b"d"), second.holds(b"c")) == (True, False, False)


def test_the_command_writes_the_same_with_and_without(tmp_path: Path) -> None:
    inbox = tmp_path / "in"
    (inbox / "县直部门").mkdir(parents=True)
    for name in ("units.xlsx", "consolidate.toml", *(f"县直部门/{name}" for name in NAMES)):
        shutil.copy(SAMPLE / name, inbox / name)
    results = []
    for step in ("without", "cold", "warm", "torn"):
        out = tmp_path / ("bare" if step == "without" else "out")
        options = ["--no-cache"] if step == "without" else []
        if step == "torn":
            cut(out / ".cache")
        assert CliRunner().invoke(app, [str(inbox), "--out", str(out), *options]).exit_code == 1
        assert (out / ".cache").is_file() == (step != "without")
        files = {str(p.relative_to(out)): p.read_bytes() for p in out.rglob("*") if p.is_file()}
        results.append({name: data for name, data in files.items() if name != ".cache"})
    assert all(result == results[0] for result in results)
    assert b".cache" not in results[0]["run.json"]
