"""An office at work: rounds of files, taken from the sample and edited like a clerk would."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import openpyxl

from consolidate import deliver, pipeline, settings
from consolidate.model import Finding, Run, UnitReport
from consolidate.pipeline import Result
from consolidate.settings import Settings

SAMPLE = Path(__file__).parents[1] / "sample_workbooks" / "round1"
EDUCATION, JUSTICE, LAND = "新蔡县教育局", "新蔡县司法局", "新蔡县自然资源局"
HOUSING, LABOUR, POLICE = "新蔡县住房和城乡建设局", "新蔡县人力资源和社会保障局", "新蔡县公安局"
FILES = {
    EDUCATION: "县直部门/教育局.xlsx",
    JUSTICE: "县直部门/2019年度报告统计表（司法局）.xlsx",
    LAND: "县直部门/自然资源局年报.xlsx",
    HOUSING: "县直部门/XC034-县住建局.xlsx",
    LABOUR: "县直部门/新蔡县人力资源和社会保障局2019年政府信息公开年报统计表.xlsx",
    POLICE: "县直部门/公安局年报.xlsx",
}
ALIASES = {LAND: "县国土局"}
ANSWER = 9  # column of 情况说明 in a return, counted from 1


@dataclass
class Desk:
    """Rounds 1, 2, … are folders of `top`; the roster and settings lie in the first."""

    top: Path
    units: tuple[str, ...]
    chosen: Settings = field(default_factory=lambda: settings.load(SAMPLE / "consolidate.toml"))

    def __post_init__(self) -> None:
        for unit in self.units:
            self.hand_in(1, unit)
        with (self.round(1) / "units.csv").open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["单位名称", "类别", "别名"])
            writer.writerows((unit, "部门", ALIASES.get(unit, "")) for unit in self.units)

    def round(self, number: int) -> Path:
        folder = self.top / f"round{number}"
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def hand_in(self, number: int, unit: str, cells: Mapping[str, object] | None = None) -> Path:
        """The unit's file of the sample, with cells such as `表三!K7` changed."""
        target = self.round(number) / f"{unit}.xlsx"
        shutil.copy(SAMPLE / FILES[unit], target)
        if cells:
            edit(target, cells)
        return target

    def run(self, *rounds: int, **changes: object) -> Result:
        chosen = settings.override(self.chosen, **changes)
        return pipeline.run([self.round(number) for number in rounds or (1,)], chosen)

    def returned(self, result: Result, unit: str) -> openpyxl.Workbook:
        books = deliver.returns(result.run, result.received, 1)
        return openpyxl.load_workbook(io.BytesIO(books[unit]))


def edit(path: Path, cells: Mapping[str, object]) -> None:
    book = openpyxl.load_workbook(path)
    for place, value in cells.items():
        sheet, address = place.split("!")
        book[sheet][address].value = value
    book.save(path)


def answer(book: openpyxl.Workbook, said: Mapping[str, str]) -> None:
    """Write 情况说明 into a return, by the code of the finding."""
    sheet = book["审核意见"]
    for row in sheet.iter_rows(min_row=5):
        if str(row[0].value).startswith("上次意见办理情况"):
            return
        number = str(row[1].value or "")
        for code, text in said.items():
            if number.startswith(f"{code}-"):
                sheet.cell(row[0].row, ANSWER).value = text


def said(book: openpyxl.Workbook) -> str:
    """Everything that the first sheet of a return says."""
    return "\n".join(str(c.value) for row in book["审核意见"].iter_rows() for c in row if c.value)


def of(run: Run, unit: str) -> UnitReport:
    return next(report for report in run.units if report.unit.name == unit)


def finding(run: Run, unit: str, code: str) -> Finding:
    (found,) = (f for f in run.findings if f.unit == unit and f.code == code and f.change != "fixed")
    return found
