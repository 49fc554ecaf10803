"""Make the sample: 新蔡县 2019, two rounds of workbooks from 60 units, and what must be found in the first.

    python sample_workbooks/make.py [FOLDER]

Everything is seeded; running it twice gives the same bytes. Units' figures are made up, their totals are
those of the county's published report (`published.json`).
"""

from __future__ import annotations

import datetime
import json
import shutil
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import xlsxwriter
from making import county, ole, planted, second, sheets, workbooks
from making.county import Unit
from making.planted import Expected, Plan
from making.sheets import Book, Cell, Sheet
from making.workbooks import Sample

HERE = Path(__file__).parent
MISSING = ("今是街道", "退役军人事务局")
FIRST_DAY = datetime.date(2020, 1, 6)
Finding = dict[str, str]  # one line of expected.json
SETTINGS = f"""\
name = "{county.OFFICE}"
level = "county"
year = 2019
deadline = "2020-01-20"
contact = "政务公开股"
phone = "0396-0000000"
"""


def first_round(sample: Sample) -> Iterator[tuple[str, bytes, list[Finding]]]:
    """Files of round 1: path, bytes, and the findings that they deserve."""
    plans = planted.plans(sample.tables())
    for unit in sample.roster:
        if unit.short in MISSING:
            yield "", b"", [entry(unit, "", Expected("S7.missing", "error"), None)]
            continue
        plan = plans.get(unit.short, Plan())
        made = workbooks.of(sample, unit.short, day_of(sample, unit.short), plan)
        path, data = workbooks.delivered(made)
        yield path, data, [entry(unit, path, expected, made.book) for expected in plan.expected]
    yield from strays(sample)


def day_of(sample: Sample, short: str) -> datetime.date:
    """The day on which a unit fills in its form."""
    return FIRST_DAY + datetime.timedelta(days=sample.places[short] * 7 % 12)


def strays(sample: Sample) -> Iterator[tuple[str, bytes, list[Finding]]]:
    """Second versions, files of other counties and what a shared folder collects."""
    folder, licensing = "乡镇街道", "proactive.licensing.decisions"
    twice = workbooks.of(sample, "关津乡", day_of(sample, "关津乡"), Plan({licensing: 91}))
    conflict = entry(twice.unit, f"{folder}/关津乡报表.xlsx", Expected("S7.twice", "error"), None)
    yield f"{folder}/关津乡报表(1).xlsx", twice.xlsx(), [conflict]
    later = day_of(sample, "顿岗乡") + datetime.timedelta(days=2)
    yield f"{folder}/顿岗乡（1）最终版.xlsx", workbooks.of(sample, "顿岗乡", later).xlsx(), []
    name, path = "新蔡县宋港乡人民政府", f"{folder}/宋港乡统计表.xlsx"
    near = workbooks.of(sample, "宋岗乡", FIRST_DAY, Plan({"code": None}), name)
    yield path, near.xlsx(), [unknown(name, path)]
    name, path = "平舆县郭楼镇人民政府", "郭楼镇.xlsx"
    other = workbooks.of(sample, "黄楼镇", FIRST_DAY, Plan({"code": None, licensing: 77}), name)
    yield path, other.xlsx(), [unknown(name, path)]
    owner = "政务公开股"
    gbk, utf16 = owner.encode("gbk"), owner.encode("utf-16-le")
    lock = bytes([len(gbk)]) + gbk.ljust(54, b" ") + bytes([len(owner), 0]) + utf16.ljust(108, b" ")
    yield f"{folder}/~$砖店镇.xlsx", lock, []
    yield f"{folder}/Thumbs.db", ole.compound({"Catalog": b"thumbnails"}), []


def unknown(name: str, path: str) -> Finding:
    """The finding on a file that belongs to no unit of the roster."""
    return {
        "unit": name,
        "file": path,
        "sheet": "",
        "cell": "",
        "item": "",
        "code": "S7.unknown",
        "severity": "error",
    }


def entry(unit: Unit, path: str, expected: Expected, book: Book | None) -> Finding:
    """One line of expected.json."""
    spots = named(expected, book) if book else []
    return {
        "unit": unit.name,
        "file": path,
        "sheet": sheet_column([sheet.name for sheet, _ in spots]),
        "cell": " ".join(cell.address for _, cell in spots),
        "item": " ".join(name for name in expected.names if "." in name),
        "code": expected.code,
        "severity": expected.severity,
    }


def sheet_column(names: list[str]) -> str:
    """The sheet of all cells, or that of each where they lie on several."""
    return "/".join(names if len(set(names)) > 1 else names[:1])


def named(expected: Expected, book: Book) -> list[tuple[Sheet, Cell]]:
    """The cells that a finding must name: the one with a label, or those of items and of the cover."""
    cells = [(sheet, cell) for sheet in book.sheets for cell in sheet.cells]
    if expected.label:
        labels = [spot for spot in cells if spot[1].role in sheets.LABELS]
        return [spot for spot in labels if str(spot[1].content).startswith(expected.label)]
    held = {name: spot for spot in cells for name in (spot[1].item, spot[1].field) if name}
    return [held[name] for name in expected.names if name in held]


def write_roster(path: Path, roster: Iterable[Unit]) -> None:
    """units.xlsx: the roster."""
    workbook = xlsxwriter.Workbook(path)
    workbook.set_properties({"created": datetime.datetime(2020, 1, 2, 9)})
    page = workbook.add_worksheet("单位名单")
    heads = ("单位代码", "单位名称", "类别", "别名", "联系人", "联系电话", "代报单位", "并入单位")
    rows = [(u.code, u.name, u.kind, u.aliases, u.contact, u.phone, "", u.predecessors) for u in roster]
    bold = workbook.add_format({"bold": True, "bg_color": "#F2F2F2", "border": 1})
    for column, (head, width) in enumerate(zip(heads, (10, 36, 8, 24, 10, 14, 10, 50), strict=True)):
        page.set_column(column, column, width)
        page.write_string(0, column, head, bold)
    for row, cells in enumerate(rows, start=1):
        for column, text in enumerate(cells):
            page.write_string(row, column, text)
    page.freeze_panes(1, 2)
    workbook.close()


def save(folder: Path, path: str, data: bytes) -> None:
    """Write one file; what stands in a .zip is written as that .zip."""
    target = folder / (path[: path.index(".zip/") + 4] if ".zip/" in path else path)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(data)


def write_first(folder: Path, sample: Sample) -> None:
    """round1/ and expected.json."""
    expected = []
    for path, data, entries in first_round(sample):
        expected += entries
        if path:
            save(folder / "round1", path, data)
    write_roster(folder / "round1" / "units.xlsx", sample.roster)
    (folder / "round1" / "consolidate.toml").write_text(SETTINGS, encoding="utf-8")
    expected.sort(key=lambda one: (one["unit"], one["file"], one["code"], one["cell"]))
    text = json.dumps(expected, ensure_ascii=False, indent=1) + "\n"
    (folder / "expected.json").write_text(text, encoding="utf-8")


def main(folder: Path) -> None:
    """Make the whole sample in a folder."""
    sample = Sample.load(HERE / "published.json")
    for name in ("round1", "round2"):
        shutil.rmtree(folder / name, ignore_errors=True)
        (folder / name).mkdir(parents=True)
    write_first(folder, sample)
    for path, data in second.files(sample, folder / "round1"):
        save(folder / "round2", path, data)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
