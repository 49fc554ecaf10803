"""How long a diagnosis takes, and how often the true cells are the only ones named.

    python -m tests.bench.bench_diagnose [records]

Typing slips are put into random consistent records of the national form of 2021, and into the tables
that 新蔡县 published for 2019. Per line: share named exactly, share left as a group, share named wrongly,
milliseconds of CPU (median and worst).
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from itertools import repeat
from pathlib import Path
from statistics import median
from time import process_time

import numpy as np

from consolidate.checks import diagnose, linearise, sample, selftest, spoil
from consolidate.checks.linear import Integers, LinearRules
from consolidate.checks.sample import Style
from consolidate.forms import template

SCHEMAS = Path(__file__).parents[2] / "schemas"
PUBLISHED = Path(__file__).parents[1] / "books" / "data" / "xincai_2019.json"
STYLES = {
    "full": sample.FULL,
    "typical": sample.TYPICAL,
    "sparse": sample.SPARSE,
    "nearly empty": Style(zeros=0.97, largest=60),
}


def spoiled(
    rules: LinearRules, values: Integers, cells: Integers, errors: int, rng: np.random.Generator
) -> Integers:
    """The record with this many cells mistyped, each once: two slips in one figure are no typing slip."""
    out = values
    while int((out != values).sum()) < errors:
        kind = spoil.HAND[int(rng.integers(len(spoil.HAND)))]
        item = int(rng.choice(cells[out[cells] == values[cells]]))
        changed = spoil.slip(rules, out, item, kind, rng)
        out = out if changed is None else changed
    return out


def measure(rules: LinearRules, table: str, records: Iterator[Integers], errors: int, count: int) -> str:
    """One line of the report; the optional table of other figures counts as not handed in."""
    rng = np.random.default_rng(1)
    cells = np.flatnonzero([item.startswith(table) for item in rules.items])
    unknown = np.array(rules.fixed) | np.array([item.startswith("overview") for item in rules.items])
    blank = np.zeros(len(unknown), np.bool_)
    verdicts: Counter[str] = Counter()
    times = []
    for _ in range(count):
        values = next(records)
        changed = spoiled(rules, values, cells, errors, rng)
        begin = process_time()
        found = diagnose.explain(rules, changed, blank, unknown)
        times.append((process_time() - begin) * 1000)
        truth = {int(place): int(values[place]) for place in np.flatnonzero(values != changed)}
        verdicts[selftest.judge(found, truth, changed)] += 1
    shares = "  ".join(
        f"{name} {100 * verdicts[name] / count:5.1f} %"
        for name in ("exact", "grouped", "missed", "silent", "wrong")
    )
    return f"{shares}   {median(times):5.1f} ms median  {max(times):6.1f} ms worst"


@cache
def rules_of(name: str) -> LinearRules:
    """The linear rules of a shipped template for a county."""
    return linearise.template(template.load(SCHEMAS / f"{name}.yaml"), level="county")


def published(rules: LinearRules) -> Integers:
    """What the county published, in smallest units."""
    figures = json.loads(PUBLISHED.read_text(encoding="utf-8"))["values"]
    pairs = zip(rules.items, rules.decimals, strict=True)
    return np.array([int(Decimal(figures.get(item, 0)) * 10**decimals) for item, decimals in pairs], np.int64)


def main(count: int) -> None:
    """Print the report."""
    for name in (*STYLES, "published"):
        rules = rules_of("disclosure-2019" if name == "published" else "disclosure-2021")
        for table, most in (("applications", 4), ("proceedings", 2)):
            for errors in range(1, most + 1):
                rng = np.random.default_rng(errors)
                records = (
                    sample.tables(rules, STYLES[name], rng) if name in STYLES else repeat(published(rules))
                )
                line = measure(rules, table, records, errors, count)
                print(f"{name:12}  {table:12}  {errors} wrong  {line}", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
