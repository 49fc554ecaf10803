"""The second round: corrections, explanations, and those that came late.

Some units send their own workbook again, corrected; others fill in the return that the first run gave
them, as a person does: they mend the cells, write 情况说明 beside the queries, and save.
"""

from __future__ import annotations

import datetime
import io
import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import openpyxl
from openpyxl.workbook import Workbook as ExcelBook
from openpyxl.worksheet.worksheet import Worksheet

from making import planted, workbooks, writers
from making.figures import scale
from making.sheets import Content
from making.workbooks import Sample

FIRST_DAY = datetime.date(2020, 1, 17)
LATE = ("今是街道", "退役军人事务局", "月亮湾街道", "县税务局", "关津乡")
OWN_WORKBOOK = (
    "宋岗乡", "公安局", "水利局", "机关事务中心", "余店镇", "古吕街道", "韩集镇", "商务局", "县文广旅局",
    "杨庄户乡", "栎城乡",
)  # fmt: skip
FILLED_RETURN = (
    "教育局", "市场监督管理局", "龙口镇", "农业农村局", "弥陀寺乡", "化庄乡", "财政局", "县住建局",
    "自然资源局", "县人社局",
)  # fmt: skip
# 情况说明 by unit and code: why fewer lawsuits were received than 表四 has.
EXPLANATIONS: Mapping[str, Mapping[str, str]] = {
    "自然资源局": {
        "N.cases": "表一的3件是本年新收到的行政诉讼；表四按本年审理情况填报，另含上年收到、本年审结的2件。"
    },
    "县住建局": {
        "N.cases": "表一只统计2019年收到应诉通知的1件，表四中另有2件为2018年收到，本年判决1件、仍在审理1件。"
    },
    "县人社局": {"N.cases": "尚未审结的2件中，1件系2018年12月收到，未计入表一本年收到数，案号见法规股台账。"},
}
_OPINIONS = "审核意见"


def files(sample: Sample, first: Path) -> Iterator[tuple[str, bytes]]:
    """Files of round 2: path and bytes; `first` is the folder of round 1."""
    for number, short in enumerate((*LATE, *OWN_WORKBOOK)):
        made = workbooks.of(sample, short, FIRST_DAY + datetime.timedelta(days=number % 6))
        ending = "补报" if short in LATE else "更正"
        yield f"{short}（{ending}）.xlsx", made.xlsx()
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        command = [sys.executable, "-m", "consolidate", "run", str(first), "--out", str(out), "--quiet"]
        done = subprocess.run(command, cwd=folder, check=False)
        if done.returncode != 1 or not (out / "run.json").exists():
            raise RuntimeError(f"the first round did not end: exit code {done.returncode}")
        for short in FILLED_RETURN:
            unit = sample.roster[sample.places[short]]
            path = out / "returns" / f"{unit.name}_{_OPINIONS}.xlsx"
            yield (
                path.name,
                filled(path.read_bytes(), corrections(sample, short), EXPLANATIONS.get(short, {})),
            )


def corrections(sample: Sample, short: str) -> dict[tuple[str, str], Content]:
    """What a unit types into its return: true figures by sheet and cell."""
    plan = planted.plans(sample.tables()).get(short, planted.Plan())
    book = workbooks.of(sample, short, FIRST_DAY, plan).book
    wanted = {}
    for item in plan.typed:
        sheet, cell = book.find(item)
        value = sample.figures[short][item]
        wanted[sheet.name, cell.address] = value / scale(item) if scale(item) > 1 else value
    return wanted


def filled(data: bytes, cells: Mapping[tuple[str, str], Content], explanations: Mapping[str, str]) -> bytes:
    """A return filled in and saved: cells by sheet and address, 情况说明 by code of the finding."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    for (sheet, address), value in cells.items():
        book[sheet][address] = value
    if explanations:
        _explain(book[_OPINIONS], explanations)
    return _saved(book)


def _explain(page: Worksheet, explanations: Mapping[str, str]) -> None:
    """Write the 情况说明 into the rows of the findings of these codes."""
    for head in page.iter_rows():
        names = {re.split(r"[（(\n]", str(cell.value))[0]: cell.column for cell in head if cell.value}
        if {"编号", "情况说明"} <= names.keys():
            break
    else:
        raise ValueError("the return has no list of findings")
    rest = dict(explanations)
    for row in range(head[0].row + 1, page.max_row + 1):
        number = str(page.cell(row, names["编号"]).value)
        if text := rest.pop(number.rpartition("-")[0], ""):
            page.cell(row, names["情况说明"]).value = text
    if rest:
        raise ValueError(f"no findings to explain: {sorted(rest)}")


def _saved(book: ExcelBook) -> bytes:
    """The book's bytes, with the dates that openpyxl takes from the clock put aside."""
    target = io.BytesIO()
    book.save(target)
    with zipfile.ZipFile(target) as package:
        members = {name: package.read(name) for name in package.namelist()}
    core = members["docProps/core.xml"].decode()
    pattern = r"(<dcterms:modified[^>]*>)[^<]*"
    members["docProps/core.xml"] = re.sub(pattern, r"\g<1>2020-01-19T10:00:00Z", core).encode()
    return writers.package_of(members)
