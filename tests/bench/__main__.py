"""Measure `consolidate` beside what one would write without it, and beside the least that could be done.

    python -m tests.bench 60 1000 10000            # so many seeded workbooks each, 5 % of them flawed
    python -m tests.bench 170000                   # a nation, made first, in some minutes
    python -m tests.bench 170000 --links 5000      # 5,000 of them made, the others hard links to these

Prints the tables and writes them to tests/bench/README.md. The workbooks are kept in the system's
temporary folder for the next time.
"""

from __future__ import annotations

import argparse
import datetime
import hashlib
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

from tests.bench import table
from tests.bench.measure import KEPT, Command, Measured, fastest, once
from tests.bench.table import Figures

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
MADE_BY = ("tests/bench/workbooks.py", "tests/bench/package.py", "schemas/disclosure-2019.yaml")
IMPORTS = "import pandas, pandera.pandas"
NAIVE_UNTIL = 1_000  # it takes a tenth of a second per file
STAGED_UNTIL = 20_000


def workbooks(number: int, distinct: int) -> Path:
    """The folder with so many workbooks: made now, or left from an earlier time."""
    version = hashlib.sha256(b"".join((ROOT / path).read_bytes() for path in MADE_BY)).hexdigest()[:8]
    folder = KEPT / f"{version}-{number}-{distinct}"
    if not (folder / "form.json").exists():
        shutil.rmtree(folder, ignore_errors=True)
        paths = os.pathsep.join([str(ROOT / "sample_workbooks"), str(ROOT)])
        command = [sys.executable, "-m", "tests.bench.workbooks", str(folder), str(number), str(distinct)]
        subprocess.run(command, check=True, cwd=ROOT, env=os.environ | {"PYTHONPATH": paths})
    return folder


def figures(folder: Path, number: int) -> Figures:
    """Everything measured on one folder of workbooks: in rounds, so that every program meets every hour."""
    out, given = folder / "out", str(folder)

    def peer(name: str) -> Command:
        return Command(["-m", f"tests.bench.{name}", given, str(out)], out)

    programs = {
        "imports": Command(["-c", IMPORTS]),
        "floor": peer("floor"),
        "ours": Command(["-m", "consolidate", str(folder / "inbox"), "--out", str(out), "--quiet"], out),
        "staged": peer("staged"),
        "naive": peer("naive"),
    }
    rounds = 5 if number < 200 else 3 if number < 5_000 else 1
    runs: dict[str, list[Measured]] = {name: [] for name in programs}
    flawed = 0
    for turn in range(rounds):
        for name, command in programs.items():
            if _skipped(name, number, turn):
                continue
            # To look at memory takes time: where a run is short, it is done in another one.
            runs[name].append(once(command, sampling=0.25 if rounds == 1 or name == "naive" else 0.0))
            flawed = len(list((out / "returns").iterdir())) if name == "ours" else flawed
    found = {name: fastest(measured) for name, measured in runs.items() if measured}
    if rounds > 1:
        for name in ("floor", "ours"):
            found[name] = found[name].with_peak(once(programs[name], sampling=0.02).peak)
    parts = once(Command(["-m", "tests.bench.staged", given, "reading"])).stages
    shutil.rmtree(out, ignore_errors=True)
    return Figures(number, found, parts["read"], parts["extract"], flawed)


def _skipped(name: str, number: int, turn: int) -> bool:
    """What would take too long: the naive script over and over, stages of a nation."""
    if name == "naive":
        return number > NAIVE_UNTIL or turn >= (2 if number < 200 else 1)
    return name == "staged" and number > STAGED_UNTIL


def machine() -> str:
    """What it was measured on, in one line."""
    cpu = next(
        (line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines()
         if line.startswith("model name")), platform.machine(),
    )  # fmt: skip
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{datetime.date.today()}, {os.cpu_count()} cores ({cpu}), {memory:.0f} GiB, "
        f"{platform.system()}, Python {platform.python_version()}"
    )


def main() -> None:
    """Measure every size asked for, print, and write README.md."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("sizes", type=int, nargs="*", default=[60, 1000, 10000])
    parser.add_argument("--links", type=int, metavar="N", help="make only N workbooks, link the others")
    given = parser.parse_args()
    os.chdir(ROOT)
    found: list[Figures] = []
    for size in given.sizes:
        found.append(figures(workbooks(size, min(size, given.links or size)), size))
        print(table.section(found[-1], found), flush=True)
        text = table.document(machine(), found, given.links)
        (HERE / "README.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
