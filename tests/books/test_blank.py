"""Blanks: what may be typed, what comes back, and whether the rules in the sheet are alive."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineWorkbook
from typer.testing import CliRunner

from consolidate import issue
from consolidate.books import blank, style
from consolidate.books.blank import checks
from consolidate.checks import frame
from consolidate.cli import app
from consolidate.errors import SettingsError
from consolidate.forms import layout, template
from consolidate.forms.structure import Item
from consolidate.forms.template import Template
from consolidate.intake import read
from consolidate.model import Marker, Office, Unit
from consolidate.settings import Settings
from tests.books import sound
from tests.libreoffice import LibreOffice

ROOT = Path(__file__).parents[2]
FORMS = {
    name: template.load(ROOT / "schemas" / f"{name}.yaml") for name in ("disclosure-2019", "disclosure-2021")
}
YEARS = {"disclosure-2019": 2019, "disclosure-2021": 2024}
OFFICE = Office("某县人民政府办公室", "410000", "county", "2020-01-20", "张三", "0396-5920000")
UNIT = Unit("石门镇", "410000001", "乡镇")
Values = dict[str, float]


def made(name: str, last_year: np.ndarray | None = None, unit: Unit | None = UNIT) -> bytes:
    return blank.workbook(FORMS[name], year=YEARS[name], office=OFFICE, unit=unit, last_year=last_year)


def opened(content: bytes) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


def named_cell(book: Workbook, name: str) -> tuple[Worksheet, str]:
    sheet, cell = book.defined_names[name].value.replace("$", "").split("!")
    return book[sheet.strip("'")], cell


def filled(content: bytes, values: Values) -> bytes:
    """The blank as openpyxl saves it, with a number in the cell of each defined name."""
    book = opened(content)
    for name, value in values.items():
        sheet, cell = named_cell(book, name)
        sheet[cell] = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def read_back(content: bytes, form: Template) -> Values:
    """What another reader finds where the standard layout says that the items are."""
    names = [sheet.name for sheet in layout.standard(form)]
    with CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
        grids = {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in names}
    found = {}
    for index, (sheet, row, column) in layout.place(form).items():
        value = grids[names[sheet]][row][column]
        if value != "":
            found[form.items[index].id] = value
    return found


def numbers(form: Template, seed: int, most: int = 500) -> np.ndarray:
    """A random vector in smallest units that no rule need hold for."""
    random = np.random.default_rng(seed)
    return np.array([random.integers(0, most) * item.scale for item in form.items], float)


def people(form: Template, vector: np.ndarray) -> Values:
    """A vector in smallest units as people's numbers by item id."""
    return {item.id: float(vector[item.index]) / item.scale for item in form.items}


def right(form: Template) -> np.ndarray:
    """A vector for which every rule of one year holds: one application, granted; nothing else."""
    vector = np.zeros(len(form.items))
    for row in ("received", "results.granted", "results.total"):
        for column in ("natural_person", "total"):
            vector[form.index[f"applications.{row}.{column}"]] = 1
    for item in ("overview.requests.accepted", "overview.requests.concluded"):
        vector[form.index[item]] = 1
    return vector


def rows_of(content: bytes) -> dict[str, list[object]]:
    """The rows of 勾稽 by 编号."""
    with CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
        grid = book.get_sheet_by_name("勾稽").to_python()
    top = next(n for n, row in enumerate(grid) if row[0] == "编号")
    return {str(row[0]): row for row in grid[top + 1 :]}


@pytest.fixture(params=FORMS)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


# What the workbook is


def test_cover_is_filled_in_and_marked(name: str) -> None:
    content = made(name)
    book = opened(content)
    assert [book["封面"][cell].value for cell in ("B3", "B4", "B5")] == [UNIT.name, UNIT.code, YEARS[name]]
    workbook = read.workbook(content, "空白表.xlsx")
    assert getattr(workbook, "marker", None) == Marker(
        "blank",
        name,
        "1",
        YEARS[name],
        "",
        ("封面", "表一", "表二", "表三", "表四"),
        {},
        {"explanations": "勾稽"},
    )
    assert getattr(workbook, "notes", None) == ()


def test_without_a_unit_the_name_is_chosen_from_the_roster() -> None:
    form = FORMS["disclosure-2021"]
    content = blank.workbook(form, year=2024, office=OFFICE, units=[UNIT, Unit("县财政局")])
    book = opened(content)
    choice = next(v for v in book["封面"].data_validations.dataValidation if v.type == "list")
    assert (str(choice.sqref), choice.formula1) == ("B3", "unit_list")
    assert book.defined_names["unit_list"].value == "'_lists'!$A$1:$A$2"
    assert [cell.value for cell in book["_lists"]["A"]] == ["石门镇", "县财政局"]
    assert book["_lists"].sheet_state == "veryHidden"
    assert not book["封面"]["B3"].protection.locked


def test_every_item_is_a_defined_name_at_its_place(name: str) -> None:
    form, book = FORMS[name], opened(made(name))
    names = [sheet.name for sheet in layout.standard(form)]
    for index, (number, row, column) in layout.place(form).items():
        sheet, cell = named_cell(book, form.items[index].id)
        assert (sheet.title, sheet[cell].row, sheet[cell].column) == (names[number], row + 1, column + 1)


def test_only_what_is_to_be_filled_in_is_unlocked(name: str) -> None:
    form, book = FORMS[name], opened(made(name))
    places = {named_cell(book, item.id)[0].title + named_cell(book, item.id)[1] for item in form.items}
    for sheet in book.worksheets:
        if sheet.title.startswith("_"):
            continue
        assert sheet.protection.sheet
        assert sheet.protection.password is None
        merged = {str(area).split(":")[0]: area for area in sheet.merged_cells.ranges}
        for row in sheet.iter_rows():
            for cell in row:
                inside = any(
                    cell.coordinate in area and first != cell.coordinate for first, area in merged.items()
                )
                free = sheet.title + cell.coordinate in places
                free |= sheet.title == "封面" and cell.column == 2 and 6 <= cell.row <= 9
                free |= (
                    sheet.title == "勾稽" and cell.column == 11 and sheet.cell(cell.row, 2).value == "核实"
                )
                assert inside or cell.protection.locked != free, (sheet.title, cell.coordinate)


def test_every_value_cell_is_validated_with_a_prompt(name: str) -> None:
    form, book = FORMS[name], opened(made(name, numbers(FORMS[name], 1)))
    for item in form.items:
        sheet, cell = named_cell(book, item.id)
        found = [v for v in sheet.data_validations.dataValidation if cell in v.sqref]
        assert len(found) == 1
        assert found[0].errorStyle in (None, "stop")
        assert "0" in found[0].prompt
        assert "上年：" in found[0].prompt
        assert len(found[0].promptTitle) <= 32
        assert max(len(found[0].prompt), len(found[0].error)) <= 255
        assert _takes(item, found[0].type, found[0].formula1)


def _takes(item: Item, kind: str, least: str) -> bool:
    if item.decimals:
        return kind == "custom" and f",{item.decimals})=" in least
    return kind == "whole" and (float(least) < 0 if item.signed else float(least) == 0)


def test_pages_are_a4_with_one_page_per_table(name: str) -> None:
    book = opened(made(name))
    for sheet in book.worksheets:
        if sheet.title.startswith("_"):
            continue
        assert int(sheet.page_setup.paperSize) == style.PAPER_A4
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert (sheet.page_setup.fitToHeight == 0) == (sheet.title == "勾稽")
        assert {cell.font.name for row in sheet.iter_rows() for cell in row} == {"宋体"}
        assert "第 &P 页" in sheet.oddFooter.center.text


def test_totals_are_typed_and_references_are_quoted(name: str) -> None:
    book = opened(made(name, numbers(FORMS[name], 2)))
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    assert sheet.title not in ("表一", "表二", "表三", "表四")
                    assert not re.search(r"(?<!')[!]|[一-鿿]+!", str(cell.value))


FUNCTIONS = {"ABS", "AND", "COUNT", "COUNTIF", "COUNTIFS", "IF", "ISNUMBER", "LEN", "MAX", "MIN", "NOT", "OR",
             "ROUND", "SUM", "TRIM"}  # fmt: skip


def test_excel_opens_it_without_a_repair(name: str) -> None:
    assert sound.faults(made(name, numbers(FORMS[name], 3))) == []


def test_nothing_newer_than_excel_2010(name: str) -> None:
    with zipfile.ZipFile(io.BytesIO(made(name, numbers(FORMS[name], 3)))) as package:
        parts = {part: package.read(part).decode() for part in package.namelist() if part.endswith(".xml")}
    assert not [part for part, text in parts.items() if "extLst" in text or "_xlfn" in text or "x14" in text]
    formulas = "".join(re.findall(r"<f>([^<]*)</f>", "".join(parts.values())))
    used = set(re.findall(r"([A-Z][A-Z0-9.]+)\(", formulas))
    assert used <= FUNCTIONS
    # Conditional formats that look at other sheets directly would need an extension.
    formats = re.findall(r"<cfRule.*?<formula>(.*?)</formula>", "".join(parts.values()))
    assert len(formats) > 50
    assert not [text for text in formats if "!" in text]


# Filled in and read back


@settings(max_examples=6, deadline=None)
@given(st.sampled_from(sorted(FORMS)), st.integers(0, 2**32 - 1), st.booleans())
def test_what_openpyxl_fills_in_comes_back(name: str, seed: int, fractions: bool) -> None:
    form = FORMS[name]
    vector = numbers(form, seed, 10**6)
    if fractions:
        vector += np.array([np.random.default_rng(seed).integers(0, item.scale) for item in form.items])
    values = people(form, vector)
    assert read_back(filled(made(name), values), form) == values


def test_what_libreoffice_fills_in_and_converts_comes_back(name: str, tmp_path: Path) -> None:
    form = FORMS[name]
    values = people(form, numbers(form, 4))
    path = tmp_path / "filled.xlsx"
    path.write_bytes(filled(made(name), values))
    office = LibreOffice(tmp_path)
    again = office.convert(office.convert(path, to="ods")[0], to="xlsx")[0]
    assert read_back(again.read_bytes(), form) == values
    book = openpyxl.load_workbook(again)
    for item in form.items:
        sheet, cell = named_cell(book, item.id)
        assert sheet[cell].value == values[item.id]


# The live rules


def test_stored_values_are_what_libreoffice_computes(name: str, tmp_path: Path) -> None:
    path = tmp_path / "blank.xlsx"
    path.write_bytes(made(name, numbers(FORMS[name], 5)))
    after = openpyxl.load_workbook(LibreOffice(tmp_path).recompute(path)[0], data_only=True)
    before = openpyxl.load_workbook(path, data_only=True)
    for sheet in before.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                assert (after[sheet.title][cell.coordinate].value or "") == (cell.value or ""), (
                    cell.coordinate
                )


@pytest.mark.parametrize("kind", ["right", "wrong", "half", "no overview"])
def test_states_follow_the_checks(name: str, kind: str, tmp_path: Path) -> None:
    form = FORMS[name]
    last = right(form)
    vector = numbers(form, 6, 60) if kind == "wrong" else right(form)
    values = people(form, vector)
    if kind == "half":
        values.pop("applications.received.total")
    if kind == "no overview":
        values = {item: value for item, value in values.items() if not item.startswith("overview")}
    path = tmp_path / "filled.xlsx"
    path.write_bytes(filled(made(name, last), values))
    shown = rows_of(LibreOffice(tmp_path).recompute(path)[0].read_bytes())
    residuals = frame.residuals_of(
        form.rules, vector[None, :], last[None, :], np.zeros((1, len(form.items)), bool)
    )[0]
    for rule, residual in zip(form.rules, residuals, strict=True):
        if not rule.applies("unit", "township"):
            assert rule.name not in shown
            continue
        touched = {form.items[item].id for item in rule.items}
        expected = "×" if residual else "√"
        if touched - set(values):
            expected = "未填表一" if kind == "no overview" else "待填"
        assert shown[rule.name][checks.STATE] == expected, rule.name


def test_numbers_beside_a_broken_rule(tmp_path: Path) -> None:
    form = FORMS["disclosure-2019"]
    values = people(form, right(form))
    values["applications.carried_out.total"] = 49
    values["proactive.procurement.amount"] = 13188.0989
    path = tmp_path / "wrong.xlsx"
    path.write_bytes(filled(made("disclosure-2019"), values))
    shown = rows_of(LibreOffice(tmp_path).recompute(path)[0].read_bytes())
    assert shown["T3.row@carried_out"][5:10] == [49, "应等于", 0, 49, "×"]
    assert shown["T3.balance@total"][5:10] == [1, "应等于", 50, -49, "×"]
    assert shown["T2.procure@procurement"][5:10] == [0, "对照", 13188.0989, "", "×"]
    assert shown["T3.carry@total"][5:10] == ["", "", "", "", "无上年数"]


def _pixels(pictures: list[Path], fill: str) -> int:
    """How many pixels of the printed pages have a colour (each channel within 3)."""
    wanted = np.array([int(fill[n : n + 2], 16) for n in (0, 2, 4)])
    count = 0
    for picture in pictures:
        header, size, _, raw = picture.read_bytes().split(b"\n", 3)
        assert header == b"P6"
        columns, rows = map(int, size.split())
        pixels = np.frombuffer(raw, np.uint8, columns * rows * 3).reshape(-1, 3).astype(int)
        count += int((np.abs(pixels - wanted).max(axis=1) <= 3).sum())
    return count


def test_a_broken_rule_turns_red_only_when_its_cells_are_filled(tmp_path: Path) -> None:
    form = FORMS["disclosure-2019"]
    good = people(form, right(form))
    wrong = {**good, "applications.carried_out.total": 49.0}
    waiting = {name: value for name, value in wrong.items() if not name.startswith("applications.")}
    waiting |= {"applications.carried_out.total": 49.0}
    office = LibreOffice(tmp_path)
    red = {}
    for kind, values in (("good", good), ("wrong", wrong), ("waiting", waiting)):
        path = tmp_path / f"{kind}.xlsx"
        path.write_bytes(filled(made("disclosure-2019"), values))
        red[kind] = _pixels(office.pictures(path, dpi=30, kind="ppm"), style.FILLS["error"])
    assert red["good"] == red["waiting"] == 0
    assert red["wrong"] > 100


# Many blanks


def test_one_blank_per_unit_that_submits() -> None:
    form = FORMS["disclosure-2021"]
    units = [UNIT, Unit("下属站", reported_by="石门镇"), Unit("县a/b局"), Unit("县A:B局")]
    last = {"石门镇": numbers(form, 7)}
    books = blank.write_all(form, year=2024, office=OFFICE, units=units, last_year=last)
    assert [file for file, _ in books] == [
        "石门镇_2024年度报表.xlsx",
        "县a_b局_2024年度报表.xlsx",
        "县A_B局_2024年度报表（2）.xlsx",
    ]
    assert ["上年对比" in opened(content).sheetnames for _, content in books] == [True, False, False]


def test_without_units_one_open_blank() -> None:
    books = blank.write_all(FORMS["disclosure-2021"], year=2024, office=OFFICE)
    assert [file for file, _ in books] == ["政府信息公开工作年度报告统计表（2024年度）.xlsx"]
    assert opened(books[0][1])["封面"]["B3"].value is None


def test_the_command_takes_year_deadline_and_level_from_the_settings_beside_the_roster(
    tmp_path: Path,
) -> None:
    (tmp_path / "units.csv").write_text("单位名称,代报单位\n石门镇,\n下属站,石门镇\n", encoding="utf-8")
    said = 'name = "某省政府办"\nlevel = "province"\nyear = 2019\ndeadline = "2020-01-20"\n'
    (tmp_path / "consolidate.toml").write_text(said, encoding="utf-8")
    roster, out = str(tmp_path / "units.csv"), tmp_path / "blanks"
    done = CliRunner().invoke(app, ["blank", "disclosure-2019", "--roster", roster, "--out", str(out)])
    assert done.exit_code == 0, done.output
    made = (out / "石门镇_2019年度报表.xlsx").read_bytes()
    assert [path.name for path in out.glob("*.xlsx")] == ["石门镇_2019年度报表.xlsx"]
    assert "请于1月20日前报送" in str([cell.value for cell in opened(made)["封面"]["A"]])
    assert "T2.power@made" not in rows_of(made)  # a city may issue regulations


@pytest.mark.parametrize(("name", "year"), [("disclosure-2019", 2025), ("disclosure-2021", 2020)])
def test_no_blank_of_another_generation(name: str, year: int) -> None:
    with pytest.raises(SettingsError, match=f"{year}年度请用disclosure-20"):
        issue.blanks(name, Settings(year=year))


def test_rules_follow_the_level_of_the_unit() -> None:
    form = FORMS["disclosure-2019"]
    for level, holds in (("township", True), ("city", False)):
        content = blank.workbook(form, year=2019, office=OFFICE, unit=UNIT, level=level)
        assert ("T2.power@made" in rows_of(content)) == holds


SMALL = """
id: small
title: 小表
years: {from: 2020}
cover: {unit: {label: 单位}, year: {label: 年度, type: year}}
tables:
  - {id: a, name: 'A/B: 收支 [试]', title: 收支, blocks: [{columns: {_value: 数}, rows: {one: 甲}}]}
  - id: b
    name: 'A/B: 收支 [试]'
    title: 净额
    blocks: [{rows: {_row: ''}, columns: {net: {label: 净额, signed: true, decimals: 2}}}]
"""


def test_another_form_without_rules_and_with_odd_table_names() -> None:
    form = template.parse(SMALL.encode(), "small.yaml")
    content = blank.workbook(form, year=2020, office=Office())
    assert opened(content).sheetnames == ["封面", "A_B__收支__试_", "A_B__收支__试__2", "_consolidate"]
    assert read_back(filled(content, {"a.one": 3, "b.net": -1.25}), form) == {"a.one": 3, "b.net": -1.25}


_PRINT_HASH = """
import hashlib, sys
from tests.books.test_blank import FORMS, made, numbers
print(hashlib.sha256(made("disclosure-2019", numbers(FORMS["disclosure-2019"], 8))).hexdigest())
"""


def test_bytes_do_not_depend_on_hash_seed_or_time_zone() -> None:
    digests = set()
    for seed, zone in (("1", "UTC"), ("2", "Asia/Shanghai")):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone}
        done = subprocess.run(
            [sys.executable, "-c", _PRINT_HASH],
            cwd=ROOT, env=environment, capture_output=True, text=True, check=True,
        )  # fmt: skip
        digests.add(done.stdout)
    assert len(digests) == 1
