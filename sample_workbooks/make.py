"""Make the sample: 新蔡县 2019, two rounds of workbooks from 60 units, and what must be found in the first.

    python sample_workbooks/make.py [FOLDER]

Everything is seeded; running it twice gives the same bytes. Units' figures are made up, their totals are
those of the county's published report (`published.json`).
"""

from __future__ import annotations

import datetime
import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

import xlsxwriter
from making import county, figures, manners, ole, planted, sheets, writers
from making.county import Unit
from making.figures import Figures
from making.manners import Manner
from making.planted import Expected, Plan
from making.sheets import Book

from consolidate.forms import catalogue
from consolidate.forms.template import Template

HERE = Path(__file__).parent
MISSING = ("今是街道", "退役军人事务局")
FIRST_DAY, SECOND_DAY = datetime.date(2020, 1, 6), datetime.date(2020, 1, 21)
SETTINGS = f"""\
name = "{county.OFFICE}"
level = "county"
year = 2019
deadline = "2020-01-20"
contact = "政务公开股"
phone = "0396-0000000"
"""


@dataclass(frozen=True)
class Sample:
    """What everything is made from."""

    form: Template
    newer: Template
    roster: tuple[Unit, ...]
    figures: dict[str, Figures]

    @classmethod
    def load(cls) -> Sample:
        """The two national forms, the roster and the units' figures."""
        forms = {form.id: form for form in catalogue.all_templates()}
        roster = county.units()
        totals = figures.published(HERE / "published.json")
        return cls(forms["disclosure-2019"], forms["disclosure-2021"], roster, figures.units(totals, roster))

    def tables(self) -> dict[str, tuple[str, ...]]:
        """Item ids of each table in form order."""
        return {
            table.id: tuple(self.form.items[index].id for index in table.items) for table in self.form.tables
        }


@dataclass(frozen=True)
class Workbook:
    """One workbook of a unit, not yet written."""

    unit: Unit
    manner: Manner
    book: Book
    modified: datetime.datetime

    def xlsx(self) -> bytes:
        """Its bytes as .xlsx."""
        return writers.xlsx(self.book, self.manner.theme, self.modified)


def workbook(
    sample: Sample, number: int, day: datetime.date, plan: Plan | None = None, name: str = ""
) -> Workbook:
    """The workbook of the unit at a place of the roster, right but for the plan."""
    plan = plan or Plan()
    unit = sample.roster[number]
    manner = manners.of(number, unit)
    values = dict(sample.figures[unit.short])
    form = sheets.blank(sample.form)
    if unit.short in county.WITHOUT_OVERVIEW:
        values = {item: value for item, value in values.items() if not item.startswith("overview")}
        form = form if number % 2 else sheets.without(form, "overview")
    if any(expected.code == "S1" for expected in plan.expected):
        form = sheets.grafted(form, sheets.blank(sample.newer), "applications")
        values |= {item.id: 0 for item in sample.newer.items if item.id not in values}
    form = manner.laid(plan.bend(form) if plan.bend else form)
    cover = {
        "unit": name or manner.cover_name, "code": manner.code, "year": manner.year, "date": manner.date(day),
        "reporter": unit.contact, "phone": unit.phone,
        "reviewer": Random(unit.short).choice("王李张刘陈") + "主任",
    }  # fmt: skip
    filled = sheets.retype(sheets.fill(form, values, cover), plan.typed)
    return Workbook(unit, manner, filled, datetime.datetime.combine(day, datetime.time(16, 30)))


def first_round(sample: Sample) -> Iterator[tuple[str, bytes, list[dict[str, str]]]]:
    """Files of round 1: path, bytes, and the findings that they deserve."""
    plans = planted.plans(sample.tables())
    for number, unit in enumerate(sample.roster):
        day = FIRST_DAY + datetime.timedelta(days=number * 7 % 12)
        if unit.short in MISSING:
            yield "", b"", [entry(unit, "", Expected("S7.missing", "error"), None)]
            continue
        plan = plans.get(unit.short, Plan())
        made = workbook(sample, number, day, plan)
        path, data = delivered(made)
        yield path, data, [entry(unit, path, expected, made.book) for expected in plan.expected]
    yield from strays(sample)


def delivered(made: Workbook) -> tuple[str, bytes]:
    """Path and bytes of a workbook as its unit sends it: not all send .xlsx."""
    path, short = made.manner.file, made.unit.short
    stem = path.rsplit("/", 1)[0] + "/" + short
    match short:
        case "李桥回族镇":
            return f"{stem}.xls", ole.xls(made.book)
        case "练村镇":
            return f"{stem}.ods", writers.ods(made.book)
        case "佛阁寺镇":
            return f"{stem}.docx", writers.word(made.book)
        case "陈店镇":
            return f"{stem}年报.xls", writers.html_xls(made.book)
        case "月亮湾街道":
            return f"{stem}.xlsx", ole.encrypted(15_000)
        case "县税务局":
            data = made.xlsx()
            return f"{stem}.xlsx", data[: len(data) * 3 // 5]
        case "气象局":
            member = f"{short}.xlsx"
            return f"{stem}.zip/{member}", writers.package_of({member: made.xlsx()})
        case "关津乡":
            return f"{stem}报表.xlsx", made.xlsx()
    return path, made.xlsx()


def strays(sample: Sample) -> Iterator[tuple[str, bytes, list[dict[str, str]]]]:
    """Second versions, files of other counties and what a shared folder collects."""
    places = {unit.short: number for number, unit in enumerate(sample.roster)}
    day = FIRST_DAY + datetime.timedelta(days=places["关津乡"] * 7 % 12)
    licensing = "proactive.licensing.decisions"
    twice = workbook(sample, places["关津乡"], day, Plan({licensing: 91}))
    conflict = entry(twice.unit, "乡镇街道/关津乡报表.xlsx", Expected("S7.twice", "error"), None)
    yield "乡镇街道/关津乡报表(1).xlsx", twice.xlsx(), [conflict]
    later = FIRST_DAY + datetime.timedelta(days=places["顿岗乡"] * 7 % 12 + 2)
    yield "乡镇街道/顿岗乡（1）最终版.xlsx", workbook(sample, places["顿岗乡"], later).xlsx(), []
    near = workbook(sample, places["宋岗乡"], FIRST_DAY, name="新蔡县宋港乡人民政府")
    yield (
        "乡镇街道/宋港乡统计表.xlsx",
        near.xlsx(),
        [unknown("新蔡县宋港乡人民政府", "乡镇街道/宋港乡统计表.xlsx")],
    )
    other = workbook(sample, places["黄楼镇"], FIRST_DAY, name="平舆县郭楼镇人民政府")
    other = replace(other, book=sheets.retype(other.book, {"code": None, licensing: 77}))
    yield "郭楼镇.xlsx", other.xlsx(), [unknown("平舆县郭楼镇人民政府", "郭楼镇.xlsx")]
    owner = "政务公开股"
    lock = (
        bytes([len(owner)])
        + owner.encode("gbk").ljust(54, b" ")
        + owner.encode("utf-16-le").ljust(110, b"\0")
    )
    yield "乡镇街道/~$砖店镇.xlsx", lock[:165], []
    yield "乡镇街道/Thumbs.db", ole.compound({"Catalog": b"thumbnails"}), []


def unknown(name: str, path: str) -> dict[str, str]:
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


def entry(unit: Unit, path: str, expected: Expected, book: Book | None) -> dict[str, str]:
    """One line of expected.json."""
    spots = [book.find(name) for name in expected.names if holds(book, name)] if book else []
    return {
        "unit": unit.name,
        "file": path,
        "sheet": "、".join(dict.fromkeys(sheet.name for sheet, _ in spots)),
        "cell": " ".join(cell.address for _, cell in spots),
        "item": " ".join(name for name in expected.names if "." in name),
        "code": expected.code,
        "severity": expected.severity,
    }


def holds(book: Book, name: str) -> bool:
    """Whether a book has a cell for an item or a field of the cover."""
    return any(name in (cell.item, cell.key) for sheet in book.sheets for cell in sheet.cells)


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
    sample = Sample.load()
    (folder / "round1").mkdir(parents=True, exist_ok=True)
    write_first(folder, sample)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
