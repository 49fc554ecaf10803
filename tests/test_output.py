"""The output folder: what is in the way is named with its reason, and nothing half-done is left."""

from __future__ import annotations

from pathlib import Path

import pytest

from consolidate import output
from consolidate.errors import OutputError


def test_the_folder_that_is_read_is_not_written_into(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for out, folder in ((Path(), tmp_path), (tmp_path, Path()), (tmp_path / "a" / "..", tmp_path)):
        with pytest.raises(OutputError, match="不能又作输出文件夹：请用--out换一个文件夹"):
            output.prepare(out, (), [folder])
    assert list(tmp_path.iterdir()) == []


def test_what_is_in_the_way_is_named_and_nothing_half_done_is_left(tmp_path: Path) -> None:
    (tmp_path / "returns").write_text("一个文件", encoding="utf-8")
    with pytest.raises(OutputError, match=r"^returns写不进去（已有同名的文件）"):
        output.write(tmp_path, {"returns/甲镇.xlsx": b"", "run.json": b""}, "run.json")
    assert not (tmp_path / output.TEMPORARY).exists()


def test_a_file_where_the_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("", encoding="utf-8")
    with pytest.raises(OutputError, match=r"out（已有同名的文件）。请用--out换一个文件夹"):
        output.prepare(tmp_path / "out")
    with pytest.raises(OutputError, match=r"（路径中有一段不是文件夹）"):
        output.prepare(tmp_path / "out" / "2025")
