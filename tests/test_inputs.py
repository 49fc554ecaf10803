"""The office's own files are read as carefully as those that it receives."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from consolidate import pipeline, receive, settings
from consolidate.errors import ConsolidateError, LedgerError, RosterError, SettingsError

SAMPLE = Path(__file__).parents[1] / "sample_workbooks" / "round1"


@pytest.mark.parametrize(
    ("option", "what", "error"),
    [
        ("roster", "单位名单", RosterError),
        ("previous", "上年汇总表", SettingsError),
        ("adjustments", "汇总调整", LedgerError),
        ("decisions", "审核处理登记", LedgerError),
    ],
)
def test_a_file_that_cannot_be_read_is_named_with_the_reason(
    option: str, what: str, error: type[ConsolidateError], tmp_path: Path
) -> None:
    folder, own = tmp_path / "inbox", tmp_path / "own.xlsx"
    folder.mkdir()
    shutil.copy(SAMPLE / "县直部门/教育局.xlsx", folder)
    own.write_bytes((SAMPLE / "units.xlsx").read_bytes()[:-400])
    chosen = settings.override(settings.Settings(year=2019), **{option: own})
    with pytest.raises(error, match=f"{what}own.xlsx读不出来：.*没有传完"):
        pipeline.run([folder], chosen)


def test_a_roster_that_kills_its_reader_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receive, "_opened", _die)
    with pytest.raises(RosterError, match=r"单位名单units.xlsx读不出来：文件内部结构异常"):
        pipeline.run([SAMPLE], settings.load(SAMPLE / "consolidate.toml"))


def _die(received: object) -> None:
    os._exit(9)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("year：2019".encode(), "第1行写得不对：每行一项"),
        ('name = "甲县"\nname = "乙县"\n'.encode(), "第2行写得不对：每行一项，不重复"),
        ('name = "甲县'.encode(), "写得不对"),
        (b"year = 2019\xff\xff\x00", "不是文本文件：请用记事本另存为UTF-8"),
        (b'year = "2019"', "应为四位数年份，不加引号，写的是2019"),
    ],
)
def test_what_is_wrong_in_the_settings_is_told_with_its_line(
    tmp_path: Path, content: bytes, said: str
) -> None:
    (tmp_path / "consolidate.toml").write_bytes(content)
    with pytest.raises(SettingsError, match=f"consolidate.toml.*{said}"):
        settings.load(tmp_path / "consolidate.toml")


def test_settings_that_an_old_editor_saved_are_read(tmp_path: Path) -> None:
    (tmp_path / "consolidate.toml").write_bytes('name = "某县政府"\r\nyear = 2019\r\n'.encode("gbk"))
    assert settings.load(tmp_path / "consolidate.toml").name == "某县政府"
