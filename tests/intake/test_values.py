"""What stands in a value cell: read as a number, read with a hint, or an error that says what to type."""

from __future__ import annotations

import datetime
import math
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consolidate.forms import template
from consolidate.forms.structure import Item
from consolidate.intake import values

SCHEMAS = Path(__file__).parents[2] / "schemas"
COUNT, CHANGE, MONEY = (
    "applications.received.total", "proactive.licensing.change", "proactive.procurement.amount",
)  # fmt: skip


@cache
def item(name: str) -> Item:
    form = template.load(SCHEMAS / "disclosure-2019.yaml")
    return form.items[form.index[name]]


@pytest.mark.parametrize(
    ("cell", "name", "number"),
    [(5.0, COUNT, 5), (-0.0, COUNT, 0), (100.0, COUNT, 100), (-3.0, CHANGE, -3),
     (13188.0989, MONEY, 131880989), (4.9999999999999999, CHANGE, 5)],
)  # fmt: skip
def test_a_plain_number_is_read_without_a_word(cell: object, name: str, number: int) -> None:
    assert values.read(cell, item(name)) == values.Reading(number)


@pytest.mark.parametrize(
    ("text", "name", "figure"),
    [("0", COUNT, "0"), ("４７", COUNT, "47"), ("1,234", COUNT, "1234"), ("１，２３４", COUNT, "1234"),
     ("1 234", COUNT, "1234"), ("1\u00a0234", COUNT, "1234"), ("\u200b12\ufeff", COUNT, "12"),
     ("12.", COUNT, "12"), ("0012", COUNT, "12"), ("+5", COUNT, "5"), ("'5", COUNT, "5"), ("5\n", COUNT, "5"),
     ("-0", COUNT, "0"), ("－3", CHANGE, "-3"), ("—3", CHANGE, "-3"), ("25.10", MONEY, "25.1")],
)  # fmt: skip
def test_a_number_written_oddly_is_read_with_a_hint(text: str, name: str, figure: str) -> None:
    reading = values.read(text, item(name))
    assert (reading.code, reading.proposal) == ("S3.format", figure)
    assert reading.value == float(figure) * item(name).scale


@pytest.mark.parametrize(
    ("cell", "name", "code", "figure"),
    [("47件", COUNT, "S4.unit", "47"), ("5。", COUNT, "S4.unit", "5"), ("约5", COUNT, "S4.unit", "5"),
     ("22（其中修订16件）", COUNT, "S4.unit", "22"), ("减3", CHANGE, "S4.unit", "-3"),
     ("比上年增加2项", CHANGE, "S4.unit", "2"), ("251000元", MONEY, "S4.unit", "25.1"),
     ("¥25.1", MONEY, "S4.unit", "25.1"), ("1.2亿元", MONEY, "S4.unit", "12000"),
     ("12%", COUNT, "S4.unit", ""), ("5元", COUNT, "S4.unit", ""), ("无", COUNT, "S3.text", "0"),
     ("/", COUNT, "S3.text", "0"),
     ("—", COUNT, "S3.text", "0"), ("－", COUNT, "S3.text", "0"), ("不适用", COUNT, "S3.text", "0"),
     ("N/A", COUNT, "S3.text", "0"), ("持平", CHANGE, "S3.text", "0"), ("十二", COUNT, "S3.text", "12"),
     ("3\n2", COUNT, "S3.text", ""), ("①", COUNT, "S3.text", ""), ("5²", COUNT, "S3.text", ""),
     ("5①", COUNT, "S3.text", ""), ("½", COUNT, "S3.text", ""), ("1,23", COUNT, "S3.text", ""),
     ("1E+2", COUNT, "S3.text", ""), ("3+2", COUNT, "S3.text", ""),
     ("=cmd|'/c calc'!A1", COUNT, "S3.text", ""), ('=DISPIMG("ID_1",1)', COUNT, "S3.text", ""),
     ("＃REF!", COUNT, "S3.error_cell", ""),
     (True, COUNT, "S3.boolean", ""), (math.nan, COUNT, "S3.range", ""), (1e308, COUNT, "S3.range", ""),
     (5.5, COUNT, "S4.decimal", ""), (-5.0, COUNT, "S4.negative", ""), (-3.0, MONEY, "S5.negative", ""),
     (0.12345, MONEY, "S5.decimals", "0.1235"), (datetime.datetime(2019, 12, 31), COUNT, "S3.date", ""),
     (datetime.datetime(1900, 1, 5), COUNT, "S3.date", "5"), (datetime.time(12), COUNT, "S3.date", "")],
)  # fmt: skip
def test_anything_else_is_an_error_that_says_what_to_type(
    cell: object, name: str, code: str, figure: str
) -> None:
    reading = values.read(cell, item(name))
    assert (reading.code, reading.proposal) == (code, figure)


@pytest.mark.parametrize(
    ("cell", "unit", "figure"),
    [("85%", "%", "85"), ("85％", "%", "85"), ("85.04%", "％", "85"), ("3.5公顷", "公顷", "3.5"),
     ("3.5亩", "公顷", ""), ("2吨", "公斤", ""), ("85%", "", ""),
     ("5万元", "元", "50000"), ("5万元", "千元", "")],
)  # fmt: skip
def test_a_figure_in_another_unit_of_measure_is_not_proposed(cell: str, unit: str, figure: str) -> None:
    reading = values.read(cell, replace(item(MONEY), unit=unit, decimals=1))
    assert (reading.code, reading.proposal) == ("S4.unit", figure)


def test_a_percentage_is_not_rounded_to_a_share_of_one() -> None:
    reading = values.read(0.853, replace(item(MONEY), unit="%", decimals=1))
    assert (reading.code, reading.proposal) == ("S5.decimals", "")
    assert reading.advice == "单位是%：若指85.3%，请把单元格格式改为“数值”，填85.3"


@pytest.mark.parametrize("cell", ["", "  ", "　", "\u200b", None])
def test_blanks_of_all_kinds_are_blank(cell: object) -> None:
    assert math.isnan(values.read(cell, item(COUNT)).value)
    assert values.read(cell, item(COUNT)).code == ""


@pytest.mark.parametrize(
    ("shown", "since_1904", "count"),
    [((1900, 1, 12), False, "12"), ((1900, 3, 1), False, "61"), ((1904, 1, 13), True, "12"),
     ((1904, 1, 13), False, "1474")],
)  # fmt: skip
def test_a_count_that_a_format_made_a_date_is_told_by_how_the_book_counts_days(
    shown: tuple[int, int, int], since_1904: bool, count: str
) -> None:
    reading = values.read(datetime.datetime(*shown), item(COUNT), since_1904=since_1904)
    assert reading.proposal == count


@given(st.text(max_size=12) | st.floats() | st.booleans() | st.datetimes() | st.times() | st.timedeltas())
def test_no_cell_whatever_raises_or_is_read_as_zero_without_saying_so(cell: object) -> None:
    for name in (COUNT, CHANGE, MONEY):
        reading = values.read(cell, item(name))
        if reading.value == 0 and not reading.code:
            assert cell == 0
