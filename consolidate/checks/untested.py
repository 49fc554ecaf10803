"""Cells that the rules cannot test: a slip there breaks nothing, or cannot be pinned down."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache

import numpy as np

from consolidate import codes
from consolidate.checks import formulas, linearise, selftest
from consolidate.checks.formulas import Repeats
from consolidate.checks.linear import LinearRules
from consolidate.forms import cells
from consolidate.forms.template import Template
from consolidate.model import Finding, Place, Submission


def repeated(template: Template, linear: LinearRules, submission: Submission) -> Repeats:
    """The items of a submission that live formulas compute, each with the rule that its formula repeats."""
    if not submission.formulas:
        return frozenset()
    past = np.full(len(linear.items) - len(template.items), np.nan)
    return formulas.repeats(linear, np.concatenate([submission.values, past]), submission.formulas)


@lru_cache(maxsize=64)
def under(linear: LinearRules, repeats: Repeats) -> tuple[int, ...]:
    """The items that fewer than two typed figures test, because formulas repeat their rules."""
    plain, left = formulas.coverage(linear), formulas.coverage(linear, repeats)
    fewer = (left < selftest.ENOUGH) & (left < plain)
    fewer[[item for item, _ in repeats]] = False
    found: list[int] = np.flatnonzero(fewer).tolist()
    return tuple(found)


def hint(template: Template, linear: LinearRules, submission: Submission) -> Finding | None:
    """What a unit whose totals are formulas should know: the total cannot tell a slip in its parts."""
    repeats = repeated(template, linear, submission)
    tested = under(linear, repeats) if repeats else ()
    if not tested:
        return None
    fields = {
        "totals": _listed(template, submission, [item for item, _ in sorted(repeats)]),
        "count": str(len(tested)),
        "cells": _listed(template, submission, tested),
    }
    return codes.finding("F.live", fields)


def _listed(template: Template, submission: Submission, items: Sequence[int]) -> str:
    """`表三 D6:I30`, by table."""
    tables: dict[str, list[Place]] = {}
    for item in items:
        place = submission.places[item]
        if place is not None:
            tables.setdefault(template.items[item].table_name, []).append(place)
    return "；".join(f"{name} {cells.areas(places)}" for name, places in tables.items())


def report(
    template: Template, level: str, submissions: Mapping[str, Submission], *, last_year: bool
) -> dict[str, object]:
    """For run.json: items that fewer than two equalities test, and those that none of a unit's figures do.

    Queries count where they can be asked of everybody: against last year's master, against optional tables.
    """
    linear = linearise.template(template, level=level)
    absent = {table for one in submissions.values() for table in one.absent_tables}
    heard = _heard(template, linear, absent, last_year=last_year)
    found = selftest.coverage(linear, heard=heard)
    patterns: dict[tuple[int, ...], list[str]] = {}
    for unit, submission in submissions.items():
        repeats = repeated(template, linear, submission)
        tested = under(linear, repeats) if repeats else ()
        if tested:
            patterns.setdefault(tested, []).append(unit)
    return {
        "tested_once": list(found.thin),
        "never_tested": list(found.untested),
        "under_formulas": [
            {"units": units, "items": [linear.items[item] for item in tested]}
            for tested, units in patterns.items()
        ],
    }


def _heard(
    template: Template, linear: LinearRules, absent: Collection[str], *, last_year: bool
) -> Iterable[int]:
    """The soft rules whose figures everybody has."""
    missing = {item.id for item in template.items if item.table in absent}
    for rule, soft in enumerate(linear.soft):
        named = {linear.items[item] for item in linear.entries[rule]}
        past = any(name.startswith(linearise.LAST_YEAR) for name in named)
        if soft and not named & missing and (last_year or not past):
            yield rule
