"""Moves of several cells: those that explain a record alone, against trying every one of them."""

from __future__ import annotations

import numpy as np
import pytest

from consolidate.checks import sample, search, spoil
from consolidate.checks.linear import Block, Integers
from consolidate.checks.moves import Move
from tests.checks.records import national


def mends_alone(block: Block, move: Move, values: Integers, lack: Integers) -> bool:
    """Whether a move gives each equality what it lacks, apart from those of a cell that it leaves open."""
    matrix = block.matrix[: block.equalities]
    change = np.zeros(len(values), np.int64)
    for cell, step in move.changes(values).items():
        change[cell] = step
    told = matrix[:, move.unknown] == 0 if move.unknown is not None else np.ones(len(matrix), np.bool_)
    mended = int((told & (lack != 0)).sum())
    return bool((matrix @ change == lack)[told].all()) and mended > (move.unknown is not None)


@pytest.mark.parametrize("kind", [*spoil.MOVES, "transposed"])
def test_every_move_that_explains_a_record_alone_is_found(kind: str) -> None:
    rules = national(2021)
    rng = np.random.default_rng(spoil.KINDS.index(kind))
    tables = sample.tables(rules, sample.TYPICAL, rng)
    found = 0
    for _ in range(40):
        spoiled = spoil.slip(rules, next(tables), int(rng.integers(len(rules.items))), kind, rng)
        if spoiled is None:
            continue
        for block in rules.blocks:
            values = spoiled[block.index]
            lack = (block.constants - block.matrix @ values)[: block.equalities]
            moves = search.moves_of(block)
            brute = [n for n, move in enumerate(moves.all) if mends_alone(block, move, values, lack)]
            assert list(moves.sole(values, lack)) == brute
            found += len(brute)
    assert found or kind == "transposed"
