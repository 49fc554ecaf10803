"""How long a diagnosis takes, and how often the true cells are the only ones named.

    python -m tests.bench.bench_diagnose [records]

Typing slips are put into random consistent records of the national form of 2021. Per line: share
named exactly, share left as a group, share named wrongly, milliseconds of CPU (median and worst).
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from statistics import median
from time import process_time

import numpy as np

from consolidate.checks import diagnose, linearise, sample, selftest, spoil
from consolidate.checks.linear import Integers, LinearRules
from consolidate.checks.sample import Style
from consolidate.forms import template

SCHEMA = Path(__file__).parents[2] / "schemas" / "disclosure-2021.yaml"
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


def measure(rules: LinearRules, table: str, style: Style, errors: int, records: int) -> str:
    """One line of the report; the optional table of other figures counts as not handed in."""
    rng = np.random.default_rng(1)
    cells = np.flatnonzero([item.startswith(table) for item in rules.items])
    unknown = np.array(rules.fixed) | np.array([item.startswith("overview") for item in rules.items])
    blank = np.zeros(len(unknown), np.bool_)
    tables = sample.tables(rules, style, rng)
    verdicts: Counter[str] = Counter()
    times = []
    for _ in range(records):
        values = next(tables)
        changed = spoiled(rules, values, cells, errors, rng)
        begin = process_time()
        found = diagnose.explain(rules, changed, blank, unknown)
        times.append((process_time() - begin) * 1000)
        truth = {int(place): int(values[place]) for place in np.flatnonzero(values != changed)}
        verdicts[selftest.judge(found, truth, changed)] += 1
    shares = "  ".join(
        f"{name} {100 * verdicts[name] / records:5.1f} %"
        for name in ("exact", "grouped", "missed", "silent", "wrong")
    )
    return f"{shares}   {median(times):5.1f} ms median  {max(times):6.1f} ms worst"


def main(records: int) -> None:
    """Print the report."""
    rules = linearise.template(template.load(SCHEMA), level="county")
    for name, style in STYLES.items():
        for table, most in (("applications", 4), ("proceedings", 2)):
            for errors in range(1, most + 1):
                line = measure(rules, table, style, errors, records)
                print(f"{name:12}  {table:12}  {errors} wrong  {line}", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
