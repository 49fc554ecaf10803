"""Measure `consolidate` beside what one would write without it, and beside the least that could be done.

    python -m tests.bench 60 1000 10000            # so many seeded workbooks each, 5 % of them flawed
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
from dataclasses import replace
from pathlib import Path

from tests.bench import table
from tests.bench.measure import KEPT, Command, Measured, best, once
from tests.bench.table import Figures

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
MADE_BY = ("tests/bench/workbooks.py", "tests/bench/package.py", "schemas/disclosure-2019.yaml")
IMPORTS = "import pandas, pandera.pandas"
NAIVE_UNTIL = 1_000  # it takes a tenth of a second per file


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


def measured(command: Command, runs: int) -> Measured:
    """The fastest of the runs with its peak memory; where runs are short, memory is looked at in another."""
    if runs == 1:
        return once(command, sampling=0.2)
    fastest = best(command, runs)
    return fastest.with_peak(once(command, sampling=0.02).peak)


def figures(folder: Path, number: int) -> Figures:
    """Everything measured on one folder of workbooks."""
    out = folder / "out"
    runs = 5 if number < 200 else 3 if number <= NAIVE_UNTIL else 1
    given = str(folder)

    def peer(name: str) -> Command:
        return Command(["-m", f"tests.bench.{name}", given, str(out)], out)

    ours = Command(["-m", "consolidate", str(folder / "inbox"), "--out", str(out), "--quiet"], out)
    found = Figures(
        number=number,
        imports=best(Command(["-c", IMPORTS]), 5),
        floor=measured(peer("floor"), runs),
        ours=measured(ours, runs),
        staged=best(peer("staged"), runs),
        naive=measured(peer("naive"), runs if number < 200 else 1) if number <= NAIVE_UNTIL else None,
        read=best(Command(["-m", "tests.bench.staged", given, "read"]), runs).stages["read"],
        extract=best(Command(["-m", "tests.bench.staged", given, "extract"]), runs).stages["extract"],
    )
    shutil.rmtree(out, ignore_errors=True)
    return replace(found, ours=replace(found.ours, printed=found.staged.printed))


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
        print(table.section(found[-1], found[0]), flush=True)
        text = table.document(machine(), found, given.links)
        (HERE / "README.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
