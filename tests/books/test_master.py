from __future__ import annotations

import io
import re
import zipfile
from itertools import pairwise
from pathlib import Path

import numpy as np
import openpyxl
import pytest

from consolidate import binding, deliver, pipeline, receive, settings
from consolidate.books import master, registers
from consolidate.intake import guard
from consolidate.model import Refusal, Run
from tests.books import recomputed

SAMPLE = Path(__file__).parents[2] / "sample_workbooks"
LISTS = ("汇总调整", "问题清单", "情况说明", "审核处理", "报表来源", "汇总签批单")


def county(*rounds: str) -> Run:
    chosen = settings.load(SAMPLE / "round1" / "consolidate.toml")
    return pipeline.run([SAMPLE / name for name in rounds], chosen).run


@pytest.fixture(scope="module")
def whole() -> Run:
    return county("round1", "round2")


@pytest.fixture(scope="module")
def partial() -> Run:
    return county("round1")


def test_sheets_stand_in_the_order_of_the_office(whole: Run) -> None:
    book = openpyxl.load_workbook(io.BytesIO(master.workbook(whole)))
    names = "总览 报送情况 封面 表一 表二 表三 表四 分单位明细 分类小计 上年对比 汇总核对 本级勾稽"
    assert book.sheetnames == [*names.split(), *LISTS, "_consolidate"]
    assert book["_consolidate"].sheet_state == "veryHidden"


@pytest.mark.parametrize("name", ["whole", "partial"])
def test_every_formula_comes_to_its_stored_value(
    name: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    content = master.workbook(request.getfixturevalue(name))
    assert recomputed.agree(content, tmp_path, "master") > 216 * 3


def test_the_total_is_a_live_sum_over_the_units(whole: Run) -> None:
    book = openpyxl.load_workbook(io.BytesIO(master.workbook(whole)))
    cell = next(c for row in book["表三"].iter_rows() for c in row if c.data_type == "f")
    assert cell.value.startswith("=SUM('分单位明细'!")
    assert [c.value for c in book["分单位明细"][2]][4:] == [item.id for item in whole.template.items]
    assert book["分单位明细"].row_dimensions[2].hidden


def test_an_incomplete_master_says_so_on_every_sheet(partial: Run) -> None:
    book = openpyxl.load_workbook(io.BytesIO(master.workbook(partial)))
    for sheet in book.worksheets[:-1]:
        texts = [str(c.value) for row in sheet.iter_rows(max_row=6) for c in row if c.value]
        printed = f"{sheet.oddFooter.left.text}{sheet.oddFooter.center.text}{sheet.oddHeader.center.text}"
        assert "勿对外公布" in "".join(texts) + printed, sheet.title


def test_what_is_counted_stands_beside_money_as_a_whole_number(whole: Run) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(master.workbook(whole)))["本级勾稽"]
    row = next(row for row in sheet.iter_rows() if row[2].value == "T2.procure@procurement")
    assert ["0.0000" in row[column].number_format for column in (3, 5)] == [False, True]


def test_the_code_of_a_unit_stays_on_one_line(whole: Run) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(master.workbook(whole)))["报送情况"]
    assert sheet.column_dimensions["A"].width >= len("11411729005000000X") + 2


def test_a_file_that_does_not_open_is_not_called_returned(partial: Run) -> None:
    book = openpyxl.load_workbook(io.BytesIO(master.workbook(partial)))
    for name in ("总览", "汇总签批单"):
        counts = {}
        for above, below in pairwise(book[name].iter_rows(min_row=4, max_row=8)):
            counts |= {a.value: b.value for a, b in zip(above, below, strict=True) if b.data_type == "n"}
        assert (counts["退回"], counts["文件打不开"]) == (17, 2), name


def test_last_year_is_read_from_a_master(whole: Run, tmp_path: Path) -> None:
    path = tmp_path / "master.xlsx"
    path.write_bytes(master.workbook(whole))
    book = receive.opened(path)
    assert not isinstance(book, Refusal)
    last = binding.previous(book.workbook, path.name, whole.template, 2020, None)
    assert last.year == 2019
    assert last.total is not None
    for total in whole.totals:
        assert last.total[total.item] == total.value
    for report in whole.units:
        assert report.submission is not None
        assert np.array_equal(last.units[report.unit.name], report.submission.values, equal_nan=True)


def test_the_same_run_gives_the_same_bytes(whole: Run) -> None:
    assert master.workbook(whole) == deliver.files(whole)["master.xlsx"]


def test_the_guard_lets_our_own_book_through(whole: Run) -> None:
    assert guard.examine(master.workbook(whole), "master.xlsx")


def test_nothing_newer_than_excel_2010(partial: Run) -> None:
    for content in (master.workbook(partial), registers.decisions(partial), registers.adjustments(partial)):
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            parts = [package.read(name).decode() for name in package.namelist() if name.endswith(".xml")]
        whole_text = "".join(parts)
        assert not re.search(r"extLst|_xlfn|x14|x15|<c [^>]*cm=", whole_text)
        formulas = "".join(re.findall(r"<f>([^<]*)</f>", whole_text))
        used = set(re.findall(r"([A-Z][A-Z0-9.]+)\(", formulas))
        assert used <= {"COUNT", "COUNTIF", "IF", "NOT", "OR", "ROUND", "SUM", "SUMIF"}
        assert not re.search(r"(?<!')!", formulas)
