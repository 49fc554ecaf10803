"""Rules as Excel formulas: computed by LibreOffice, they say what the checks say."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from consolidate.checks import frame
from consolidate.forms import cells, formula, template
from consolidate.forms.cells import Cells
from consolidate.forms.template import Template
from tests.libreoffice import LibreOffice

SCHEMAS = Path(__file__).parents[2] / "schemas"
RECORDS = 8


def load(name: str) -> Template:
    return template.load(SCHEMAS / f"{name}.yaml")


def records(form: Template, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Values and last year's values: small numbers (rules often hold), zeros, and large ones."""
    random = np.random.default_rng(seed)
    shape = (RECORDS, len(form.items))
    scales = np.array([item.scale for item in form.items])
    values = random.integers(0, 3, shape) * random.integers(0, 2, shape) * scales
    values[1] = 0
    values[4, list(form.table("applications").items)] = 0  # so that 表三 is empty while 表四 is not
    values[2:4] = random.integers(0, 2000, (2, shape[1])) * scales + random.integers(0, scales, (2, shape[1]))
    last = np.where(random.random(shape) < 0.5, values, random.integers(0, 400, shape) * scales)
    return values.astype(float), last.astype(float)


def book(form: Template, values: np.ndarray, last: np.ndarray) -> bytes:
    """Record n on sheet 数n, last year's on 上n, its checks and states in columns A and B of 查n."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as workbook:
        for number in range(len(values)):
            ours, before = f"数{number}", f"上{number}"
            for name, row in ((ours, values[number]), (before, last[number])):
                sheet = workbook.add_worksheet(name)
                for item in form.items:
                    if not np.isnan(row[item.index]):
                        sheet.write_number(*divmod(item.index, 7), row[item.index] / item.scale)
            spots = [(item.index, divmod(item.index, 7)) for item in form.items]
            sheets = formula.Sheets(
                form.items,
                Cells({i: (ours, *spot) for i, spot in spots}),
                Cells({i: (before, *spot) for i, spot in spots}),
            )
            checks = workbook.add_worksheet(f"查{number}")
            for row_number, rule in enumerate(form.rules):
                checks.write_formula(row_number, 0, "=" + (formula.check(rule, sheets) or ""))
                checks.write_formula(row_number, 1, "=" + (formula.state(rule, sheets) or ""))
    return buffer.getvalue()


def computed(path: Path, number: int) -> list[list[object]]:
    with CalamineWorkbook.from_path(str(path)) as workbook:
        return workbook.get_sheet_by_name(f"查{number}").to_python()


@pytest.mark.parametrize("name", ["disclosure-2019", "disclosure-2021"])
def test_formulas_agree_with_the_checks(name: str, tmp_path: Path) -> None:
    form = load(name)
    values, last = records(form, 7)
    path = tmp_path / "rules.xlsx"
    path.write_bytes(book(form, values, last))
    result = LibreOffice(tmp_path).recompute(path)[0]
    unusable = np.zeros(values.shape, bool)
    expected = frame.residuals_of(form.rules, values, last, unusable)
    kinds = {(rule.kind, bool(r)) for row in expected for rule, r in zip(form.rules, row, strict=True)}
    assert len(kinds) == 2 * len({rule.kind for rule in form.rules})  # each kind both held and broken
    for number in range(RECORDS):
        rows = computed(result, number)
        assert [row[0] for row in rows] == expected[number].tolist()
        assert [row[1] == "√" for row in rows] == (expected[number] == 0).tolist()


def test_a_blank_or_text_cell_waits(tmp_path: Path) -> None:
    form = load("disclosure-2021")
    values, last = records(form, 7)
    values[0, form.index["applications.received.total"]] = np.nan
    path = tmp_path / "waits.xlsx"
    path.write_bytes(book(form, values[:1], last[:1]))
    rows = computed(LibreOffice(tmp_path).recompute(path)[0], 0)
    touched = [form.index["applications.received.total"] in rule.items for rule in form.rules]
    assert [row[1] == "待填" for row in rows] == touched


def test_without_last_year_a_rule_that_needs_it_has_no_formula() -> None:
    form = load("disclosure-2019")
    sheets = formula.Sheets(form.items, cells.standard(form))
    for rule in form.rules:
        made = [f(rule, sheets) for f in (formula.check, formula.state, formula.broken, formula.sides)]
        assert all(one is None for one in made) == bool(rule.last_items)


def test_contiguous_cells_become_ranges() -> None:
    form = load("disclosure-2019")
    sheets = formula.Sheets(form.items, cells.standard(form).at("表三"))
    rules = {rule.name: rule for rule in form.rules}
    assert formula.check(rules["T3.row@received"], sheets) == "$J$6-SUM($D$6:$I$6)"
    assert formula.broken(rules["T3.row@received"], sheets) == (
        "AND(COUNT($D$6:$J$6)=7,NOT($J$6-SUM($D$6:$I$6)=0))"
    )
    assert formula.filled(rules["T2.public@regulations"], sheets) == "COUNT('表二'!$C$5:$D$5)=2"


def test_formulas_stay_within_the_limits_of_excel() -> None:
    form = load("disclosure-2019")
    last = Cells({item.index: ("上年", item.index, 2) for item in form.items})
    sheets = formula.Sheets(form.items, cells.standard(form), last)
    for rule in form.rules:
        sides = formula.sides(rule, sheets)
        assert sides is not None
        assert max(len(text) for text in (sides.left, sides.right, sides.difference)) < 2000
        assert len(formula.state(rule, sheets) or "") < 2000
