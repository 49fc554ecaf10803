"""Make a folder of every hostile and broken file that an office may receive.

`python -m tests.hostile.make FOLDER` gives the same bytes every time. Names that the platform's file system
cannot hold are left out and returned, so that the outcomes (expected.json) can be compared on every platform.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from tests.hostile.books import BOOKS
from tests.hostile.files import FILES, good
from tests.hostile.more import MORE
from tests.hostile.tricks import TRICKS

# Names that trouble file systems, terminals and output files; the unit is told by the cover.
NAMES: dict[str, str] = {
    "换行\n名.xlsx": "换行名镇",
    "转义\x1b[31m名.xlsx": "转义名镇",
    "反向\u202excod名.xlsx": "反向名镇",
    "a:b冒号.xlsx": "冒号镇",
    "CON.xlsx": "保留名一镇",
    "aux": "保留名二镇",
    "..双点.xlsx": "双点镇",
    "长" * 83 + ".xlsx": "长名镇",
    "空 格　名 .xlsx": "空格名镇",
}
GBK_NAME = "国标字节镇.xlsx".encode("gb18030")
LINKS = {"链接镇.xlsx": "好镇.xlsx", "断链镇.xlsx": "nowhere.xlsx", "环链": "."}
PIPE = "管道镇.xlsx"
SYSTEM = {
    "~$好镇.xlsx": b"\0" * 165,
    ".~lock.好镇.xlsx#": b",user,pc,;",
    "~$无主.xlsx": b"\0" * 165,
    "Thumbs.db": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    "desktop.ini": b"[.ShellClassInfo]",
    ".DS_Store": b"\0\0\0\1Bud1",
    "__MACOSX/._好镇.xlsx": b"\0\5\x16\7",
    ".隐藏/好镇.xlsx": b"",
    "说明.txt": "请查收".encode(),
    "快捷方式.lnk": b"L\0\0\0",
}


def units() -> list[str]:
    """The units on the covers of the set, for a roster."""
    plain = [f"{unit}镇" for unit in BOOKS | TRICKS]
    others = ["".join((*name.partition(".")[::2], "镇")) for name in FILES | MORE]
    inner = (
        "内镇",
        "包一镇",
        "包二镇",
        "包三镇",
        "包内镇",
        "包内坏镇",
        "包内国标镇",
        "套娃镇",
        "压缩控制内镇",
    )
    return sorted({*plain, *others, *NAMES.values(), "国标字节镇", *inner})


def make(folder: Path) -> set[str]:
    """Fill a folder, which is made, with the whole set; the names that this platform cannot hold."""
    folder.mkdir(parents=True, exist_ok=True)
    for unit, book in (BOOKS | TRICKS).items():
        (folder / f"{unit}镇.xlsx").write_bytes(book(f"{unit}镇"))
    for name, file in (FILES | MORE).items():
        unit, dot, ending = name.partition(".")
        (folder / f"{unit}镇{dot}{ending}").write_bytes(file(f"{unit}{ending}镇"))
    for name, data in SYSTEM.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(data)
    missing = {name for name, unit in NAMES.items() if not _odd_name(folder / name, good(unit))}
    return missing | _special(folder)


def _odd_name(path: Path, data: bytes) -> bool:
    """Write a file whose name not every file system holds; whether it is there afterwards."""
    try:
        path.write_bytes(data)
    except OSError:
        return False
    return any(file.name == path.name for file in path.parent.iterdir())


def _special(folder: Path) -> set[str]:
    """Links, pipes, folders and names that are not text, where the platform has them."""
    (folder / "文件夹镇.xlsx").mkdir(exist_ok=True)
    (folder / "文件夹镇.xlsx" / "内镇.xlsx").write_bytes(good("内镇"))
    if sys.platform == "win32":
        return {*LINKS, PIPE, GBK_NAME.decode("gb18030")}
    for name, target in LINKS.items():
        (folder / name).unlink(missing_ok=True)
        (folder / name).symlink_to(target)
    if not (folder / PIPE).exists():
        os.mkfifo(folder / PIPE)
    if sys.platform != "linux":
        return {GBK_NAME.decode("gb18030")}
    handle = os.open(os.path.join(os.fsencode(folder), GBK_NAME), os.O_WRONLY | os.O_CREAT, 0o644)  # noqa: PTH118
    with os.fdopen(handle, "wb") as file:
        file.write(good("国标字节镇"))
    return set()


if __name__ == "__main__":
    for left_out in sorted(make(Path(sys.argv[1]))):
        print(f"this file system cannot hold {left_out!a}")
