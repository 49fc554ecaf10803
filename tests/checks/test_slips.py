"""Typing distance, and the slip that turns one figure into another."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from consolidate.checks import slips, spoil


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("24", "42", 1),
        ("130", "1340", 1),
        ("1340", "13040", 1),
        ("1340", "1380", 1),
        ("1340", "1430", 1),
        ("1340", "14300", 2),
        ("-10", "10", 1),
        ("-1", "10", 2),
        ("", "12", 2),
        ("12", "12", 0),
    ],
)
def test_typing_distance(one: str, other: str, expected: int) -> None:
    assert slips.distance(one, other) == expected
    assert slips.distance(other, one) == expected


@pytest.mark.parametrize(
    ("typed", "meant", "slip"),
    [
        (161, 116, "transposed"),
        (24, 42, "transposed"),
        (1380, 1340, "substituted"),
        (13040, 1340, "inserted"),
        (130, 1340, "dropped"),
        (5, 105, "substituted"),  # 005: nobody sees the zeros
        (5, 1005, "substituted"),
        (5, 1015, None),
        (21, 201, "dropped"),
        (12, 210, None),
        (470, 47, "tenfold"),
        (47, 470, "tenth"),
        (470_000, 47, "ten_thousandfold"),
        (47, 470_000, "ten_thousandth"),
        (-10, 10, "sign"),
        (-1, 10, None),
        (0, 300, "dropped"),  # 00
        (0, 310, None),
        (0, 5, "substituted"),
        (14300, 1340, None),
        (7, 7, None),
    ],
)
def test_the_slip_between_two_figures(typed: int, meant: int, slip: str | None) -> None:
    assert slips.single(typed, meant) == slip


def test_money_is_compared_as_it_is_written() -> None:
    assert slips.text(131880989, 4) == "13188.0989"
    assert slips.text(-50000, 4) == "-5"
    assert slips.text(1305000, 4) == "130.5"
    assert slips.single(131889089, 131880989, 4) == "transposed"
    assert slips.single(131890898, 131880989, 4) is None
    assert slips.single(131880899, 131880989, 4) == "transposed"
    assert slips.single(1355000, 1305000, 4) == "substituted"
    assert slips.single(1300000, 1305000, 4) == "substituted"  # 130.0 for 130.5
    assert slips.single(1300000, 1305700, 4) is None
    assert slips.single(2516000000000, 251600000, 4) == "ten_thousandfold"


@given(st.integers(0, 99_999), st.sampled_from(spoil.HAND), st.sampled_from([0, 2]), st.integers(0, 2**32))
def test_every_slip_of_the_hand_is_recognised(meant: int, kind: str, decimals: int, seed: int) -> None:
    if kind == "inserted":  # a third decimal would be an error of its own
        decimals = 0
    typed = spoil.typed(meant, kind, decimals, np.random.default_rng(seed))
    if typed not in (meant, 0):
        assert slips.single(typed, meant, decimals) is not None


@given(st.integers(-9_999, 9_999), st.integers(-9_999, 9_999))
def test_what_the_distance_calls_one_slip_is_one(typed: int, meant: int) -> None:
    if typed * meant > 0 and slips.distance(str(typed), str(meant)) == 1:
        assert slips.single(typed, meant) is not None
