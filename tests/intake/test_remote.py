"""What is not on this machine is found, read and refused as a copy of it here would be."""

from __future__ import annotations

import shutil
import time
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import fsspec
import pytest
from fsspec.implementations.memory import MemoryFileSystem

from consolidate import pipeline, receive, settings, storage
from consolidate.errors import SettingsError, SourceError
from consolidate.intake import discover, guard, remote
from consolidate.intake.cage import Loss
from consolidate.model import Received, Refusal
from consolidate.storage import Remote
from tests.loop import SAMPLE

URL = "memory://bucket/2019/县"
FORM = SAMPLE / "县直部门" / "教育局.xlsx"


@pytest.fixture
def memory() -> Iterator[MemoryFileSystem]:
    fs = fsspec.filesystem("memory")
    yield fs
    fs.store.clear()
    fs.pseudo_dirs[:] = [""]


def copied(folder: Path, fs: MemoryFileSystem) -> None:
    """A copy of a folder of this machine behind the URL."""
    for path in folder.rglob("*"):
        if path.is_file():
            fs.pipe_file(f"/bucket/2019/县/{path.relative_to(folder).as_posix()}", path.read_bytes())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Of everything that a folder may hold, one."""
    top = tmp_path / "in"
    (top / "乡镇 一" / "深").mkdir(parents=True)
    (top / ".git").mkdir()
    (top / "旧的").mkdir()
    for name in (
        "教育局.xlsx",
        "乡镇 一/深/a::b#?.xlsx",
        "没有后缀",
        ".git/a.xlsx",
        "~$教育局.xlsx",
        "旧的/master.xlsx",
    ):
        shutil.copy(FORM, top / name)
    (top / "旧的" / "run.json").write_text('{"tool": "consolidate 0.1.0"}', encoding="utf-8")
    (top / "空.xlsx").write_bytes(b"")
    (top / "空的").write_bytes(b"")
    (top / "备忘.md").write_text("记", encoding="utf-8")
    (top / "units.csv").write_text("单位名称\n", encoding="utf-8")
    with zipfile.ZipFile(top / "包.zip", "w") as archive:
        archive.write(FORM, "教育局2.xlsx")
    return top


def test_the_same_is_found_in_the_same_order(folder: Path, memory: MemoryFileSystem) -> None:
    copied(folder, memory)
    here, skipped_here = discover.folders([folder], [folder / "乡镇 一" / "深" / "other.xlsx"])
    there, skipped = discover.folders([Remote(URL + "/")])
    assert [(one.name, one.folder, one.member) for one in there] == [
        (one.name, one.folder, one.member) for one in here
    ]
    assert skipped == skipped_here
    assert [guard.fetch(one) for one in there] == [guard.fetch(one) for one in here]


def test_excluded_files_are_recognised(folder: Path, memory: MemoryFileSystem) -> None:
    copied(folder, memory)
    _, skipped = discover.folders([Remote(URL)], [Remote("memory://bucket/2019") / "县/x/../教育局.xlsx"])
    assert "教育局.xlsx" in [one.file for one in skipped]


def test_a_file_stands_for_itself(folder: Path, memory: MemoryFileSystem) -> None:
    copied(folder, memory)
    received, skipped = discover.folders([Remote(f"{URL}/教育局.xlsx")])
    assert ([one.name for one in received], skipped) == (["教育局.xlsx"], [])


def test_no_such_folder(memory: MemoryFileSystem) -> None:
    with pytest.raises(SettingsError, match="找不到文件夹或文件“memory://nobody/x”"):
        discover.folders([Remote("memory://nobody/x")])


def refused(fs: MemoryFileSystem, limit: int = 1 << 20) -> str:
    found = remote.read_bytes(URL, "/bucket/2019/县/a.xlsx", limit)
    return found.code if isinstance(found, Refusal) else "read"


def test_a_file_that_changes_or_goes_is_refused(
    memory: MemoryFileSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert refused(memory) == "F.vanished"
    memory.pipe_file("/bucket/2019/县/a.xlsx", b"12345")
    assert refused(memory) == "read"
    assert refused(memory, limit=4) == "F.too_large"
    usual = MemoryFileSystem.cat_file

    def replaced(self: MemoryFileSystem, path: str, **options: Any) -> bytes:
        found: bytes = usual(self, path, **options)
        self.pipe_file(path, b"54321")
        return found

    monkeypatch.setattr(MemoryFileSystem, "cat_file", replaced)
    assert refused(memory) == "F.writing"


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ConnectionResetError("reset by peer"), "连接不上或中途断开（ConnectionResetError: reset by peer）"),
        (PermissionError("Forbidden"), "不让读（PermissionError: Forbidden）：请检查访问密钥"),
    ],
)
def test_a_closed_way_is_the_operators_matter(
    error: Exception, said: str, folder: Path, memory: MemoryFileSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied(folder, memory)

    def fails(*_: object, **__: object) -> bytes:
        raise error

    received, _ = discover.folders([Remote(URL)])
    monkeypatch.setattr(MemoryFileSystem, "cat_file", fails)
    with pytest.raises(SourceError, match=f"^{URL}{said}"):
        guard.fetch(received[0])


def test_one_slow_file_costs_itself_and_a_silent_place_the_run(
    memory: MemoryFileSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory.pipe_file("/bucket/2019/县/a.xlsx", b"12345")
    slow, lost = Received("/bucket/2019/县/a.xlsx", "a.xlsx", url=URL), receive.Lost(seconds=1)
    monkeypatch.setattr(MemoryFileSystem, "cat_file", lambda *_, **__: time.sleep(60))
    receipt = lost(slow, Loss("timeout"))
    assert (receipt.sha256, receipt.refusal) == ("", Refusal("F.timeout", {"seconds": "1"}))
    monkeypatch.setattr(MemoryFileSystem, "info", lambda *_, **__: time.sleep(60))
    with pytest.raises(SourceError, match=f"{URL}在1秒内没有回应"):
        lost(slow, Loss("timeout"))


def test_nobody_sees_a_password() -> None:
    assert str(Remote("ftp://me:secret@host/x")) == "ftp://host/x"


@pytest.mark.parametrize(
    ("url", "said"), [("s3://b", "pip install s3fs"), ("nothing://b", "不认识nothing://b")]
)
def test_what_is_not_installed_or_unknown(url: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "s3fs", None)
    with pytest.raises(SourceError, match=said):
        Remote(url).exists()


def test_a_file_url_is_a_path(tmp_path: Path) -> None:
    (tmp_path / "a b%20c").mkdir()
    assert storage.location(f"file://{tmp_path}/a b%20c") == tmp_path / "a b%20c"
    assert storage.location(f"file://localhost{tmp_path}/a%20b%2520c") == tmp_path / "a b%20c"
    assert storage.location("C:\\报表") == Path("C:\\报表")


def test_settings_and_roster_are_found_beside_the_files(memory: MemoryFileSystem) -> None:
    memory.pipe_file("/bucket/2019/县/教育局.xlsx", FORM.read_bytes())
    memory.pipe_file("/bucket/2019/名单.csv", "单位名称,单位代码\n新蔡县教育局,1\n".encode())
    text = 'name = "办公室"\nyear = 2019\nroster = "../名单.csv"\n'
    memory.pipe_file("/bucket/2019/县/consolidate.toml", text.encode())
    chosen = settings.load(settings.find([Remote(URL)]))
    finished = pipeline.run([Remote(URL)], chosen).run
    assert [report.unit.name for report in finished.units] == ["新蔡县教育局"]
    assert finished.roster_given


def test_results_stay_here(memory: MemoryFileSystem) -> None:
    memory.pipe_file("/bucket/2019/县/consolidate.toml", b'out = "out"')
    chosen = settings.load(settings.find([Remote(URL)]))
    with pytest.raises(SettingsError, match="结果只能写在本机，不能写到memory://bucket/2019/县/out"):
        _ = chosen.out_folder
    assert replace(chosen, out=Path("here")).out_folder == Path("here")
