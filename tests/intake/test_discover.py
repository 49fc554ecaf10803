"""Every file below the folders is either to be read or has a reason why not."""

import io
import os
import sys
import zipfile
from pathlib import Path

import pytest

from consolidate.errors import SettingsError
from consolidate.intake import discover, guard
from consolidate.model import FileReport, Received, Refusal


def book() -> bytes:
    """Bytes that pass for an office document by their directory."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return target.getvalue()


def fill(folder: Path, names: list[str], data: bytes = b"PK\x03\x04") -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def outcome(folder: Path, *exclude: Path) -> tuple[list[str], dict[str, FileReport]]:
    received, reports = discover.folders([folder], exclude)
    return [item.name for item in received], {report.file: report for report in reports}


def test_files_are_found_below_all_folders_in_a_fixed_order(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    fill(first, ["b.xlsx", "乡镇/a.xls", "A.et"])
    fill(second, ["0.ods"])
    received, reports = discover.folders([first, second], [])
    assert [(item.folder, item.name) for item in received] == [
        (0, "A.et"), (0, "b.xlsx"), (0, "乡镇/a.xls"), (1, "0.ods"),
    ]  # fmt: skip
    assert reports == []


def test_a_file_stands_for_itself(tmp_path: Path) -> None:
    fill(tmp_path, ["a.xlsx"])
    received, _ = discover.folders([tmp_path / "a.xlsx"], [])
    assert received == [Received(str(tmp_path / "a.xlsx"), "a.xlsx")]


def test_a_folder_that_is_not_there_is_the_operators_mistake(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="找不到文件夹或文件“"):
        discover.folders([tmp_path / "nowhere"], [])


@pytest.mark.parametrize(
    ("name", "shown", "reason"),
    [
        ("~$x.xlsx", "~$x.xlsx", "临时文件"),
        (".~lock.x.xlsx#", ".~lock.x.xlsx#", "临时文件"),
        ("Thumbs.db", "Thumbs.db", "系统"),
        ("sub/desktop.ini", "sub/desktop.ini", "系统"),
        (".DS_Store", ".DS_Store", "系统"),
        ("._a.xlsx", "._a.xlsx", "隐藏"),
        ("__MACOSX/._a.xlsx", "__MACOSX/", "隐藏"),
        (".git/a.xlsx", ".git/", "隐藏"),
        ("units.xlsx", "units.xlsx", "名单"),
        ("units.csv", "units.csv", "名单"),
        ("consolidate.toml", "consolidate.toml", "名单"),
        ("说明.txt", "说明.txt", "不是表格"),
        ("video.mp4", "video.mp4", "不是表格"),
    ],
)
def test_what_is_no_submission_is_skipped_with_a_reason(
    tmp_path: Path, name: str, shown: str, reason: str
) -> None:
    fill(tmp_path, [name], b"text")
    received, reports = outcome(tmp_path)
    assert received == []
    assert list(reports) == [shown]
    assert reports[shown].outcome == "skipped"
    assert reason in reports[shown].reason


@pytest.mark.parametrize(
    "lock", ["~$报表2019年.xlsx", ".~lock.报表2019年.xlsx#", ".~报表2019年.xlsx", "~$2019年.xlsx"]
)
def test_a_lock_file_beside_its_book_warns_that_it_is_open(tmp_path: Path, lock: str) -> None:
    fill(tmp_path, ["报表2019年.xlsx", lock])
    received, reports = outcome(tmp_path)
    assert received == ["报表2019年.xlsx"]
    assert "“报表2019年.xlsx”可能正打开着" in reports[lock].reason


def test_a_register_in_a_subfolder_is_a_submission_like_any_other(tmp_path: Path) -> None:
    fill(tmp_path, ["sub/units.xlsx"])
    assert outcome(tmp_path)[0] == ["sub/units.xlsx"]


def test_what_a_clerk_may_have_meant_goes_to_the_guard(tmp_path: Path) -> None:
    names = ["a.doc", "a.pdf", "a.rar", "scan.jpg"]
    fill(tmp_path, names, b"%PDF-1.7 ")
    assert outcome(tmp_path)[0] == names


def test_a_book_under_a_strange_name_is_told_by_its_content(tmp_path: Path) -> None:
    fill(tmp_path, ["报表", "报表.txt", "报表.zip"], book())
    assert outcome(tmp_path)[0] == ["报表", "报表.txt", "报表.zip"]


def test_a_shortcut_is_no_file(tmp_path: Path) -> None:
    fill(tmp_path, ["报表.lnk"], b"L\x00\x00\x00")
    reports = outcome(tmp_path)[1]
    assert reports["报表.lnk"].outcome == "unreadable"
    assert "链接" in reports["报表.lnk"].reason


def test_excluded_folders_and_our_own_output_are_not_scanned(tmp_path: Path) -> None:
    fill(tmp_path, ["a.xlsx", "out/returns/a.xlsx", "去年/master.xlsx", "别家/master.xlsx", "名单.xlsx"])
    (tmp_path / "去年/run.json").write_text('{"schema": 1, "tool": "consolidate 0.1.0"}', encoding="utf-8")
    (tmp_path / "别家/run.json").write_text("{}", encoding="utf-8")
    received, reports = outcome(tmp_path, tmp_path / "out", tmp_path / "sub" / ".." / "名单.xlsx")
    assert received == ["a.xlsx", "别家/master.xlsx"]
    assert {name: report.outcome for name, report in reports.items()} == {
        "去年/": "skipped", "别家/run.json": "skipped", "名单.xlsx": "skipped",
    }  # fmt: skip


class GbkInfo(zipfile.ZipInfo):
    """A member whose name is written in GBK without the UTF-8 flag, as Chinese tools do."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802 - overrides zipfile
        return self.filename.encode("gb18030"), self.flag_bits


def make_zip(path: Path, members: dict[str, bytes], info: type[zipfile.ZipInfo] = zipfile.ZipInfo) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(info(name), data)


def test_names_in_a_zip_of_chinese_tools_are_decoded(tmp_path: Path) -> None:
    make_zip(tmp_path / "a.zip", {"砖店镇报表.xlsx": book()}, GbkInfo)
    received, _ = discover.folders([tmp_path], [])
    assert [item.name for item in received] == ["a.zip/砖店镇报表.xlsx"]
    assert not isinstance(guard.fetch(received[0]), Refusal)


def test_a_zip_of_books_is_opened_one_level_deep(tmp_path: Path) -> None:
    members = {
        "乡镇/砖店镇.xlsx": book(),
        "a.rar": b"Rar!",
        "b.zip": b"PK",
        "__MACOSX/._x": b"",
        "读我.txt": b"x",
        "~$a.xlsx": b"",
    }
    make_zip(tmp_path / "全部.zip", members)
    received, reports = discover.folders([tmp_path], [])
    path = str(tmp_path / "全部.zip")
    assert received == [Received(path, "全部.zip/乡镇/砖店镇.xlsx", 0, "乡镇/砖店镇.xlsx")]
    assert {report.file: report.outcome for report in reports} == {
        "全部.zip": "skipped", "全部.zip/a.rar": "unreadable", "全部.zip/b.zip": "unreadable",
        "全部.zip/__MACOSX/._x": "skipped", "全部.zip/读我.txt": "skipped", "全部.zip/~$a.xlsx": "skipped",
    }  # fmt: skip
    assert "内有6个文件" in next(report.reason for report in reports if report.file == "全部.zip")
    content = guard.fetch(received[0])
    assert not isinstance(content, Refusal)
    assert content.data == book()


def test_names_that_disturb_are_shown_escaped(tmp_path: Path) -> None:
    raw = ["a\nb.xlsx", "red\x1b[31m.xlsx", "\u202excod.xlsx", "空　格.xlsx"]
    if sys.platform == "win32":
        raw = raw[2:]
    fill(tmp_path, raw)
    expected = {"a\\x0ab.xlsx", "red\\x1b[31m.xlsx", "\\u202excod.xlsx", "空　格.xlsx"}
    assert set(outcome(tmp_path)[0]) <= expected
    assert len(outcome(tmp_path)[0]) == len(raw)


if sys.platform == "linux":

    def test_names_in_gbk_bytes_are_decoded(tmp_path: Path) -> None:
        for name in ("砖店镇.xlsx".encode("gb18030"), b"\xff\xff.xlsx"):
            with open(os.path.join(os.fsencode(tmp_path), name), "wb") as file:  # noqa: PTH118, PTH123
                file.write(book())
        received, _ = discover.folders([tmp_path], [])
        assert [item.name for item in received] == ["\\xff\\xff.xlsx", "砖店镇.xlsx"]
        assert all(isinstance(guard.read_bytes(item.path), bytes) for item in received)

    def test_links_and_pipes_are_left_to_the_guard(tmp_path: Path) -> None:
        fill(tmp_path, ["true.xlsx"])
        (tmp_path / "link").symlink_to(tmp_path / "true.xlsx")
        (tmp_path / "folder").symlink_to(tmp_path)
        os.mkfifo(tmp_path / "pipe")
        received, _ = discover.folders([tmp_path], [])
        refused = {item.name: guard.fetch(item) for item in received if item.name != "true.xlsx"}
        assert refused["link"] == Refusal("F.link")
        assert refused["folder"] == Refusal("F.link")
        assert refused["pipe"] == Refusal("F.special", {"kind": "管道"})
