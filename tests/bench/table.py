"""What was measured, as tables in Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from tests.bench.measure import Measured

STAGES = {
    "start": "start and imports",
    "read": "reading, extracting",
    "check": "checking, adding up",
    "return": "marked copies",
    "page": "status page",
    "write": "master and other results",
}
NAMES = {"imports": "imports", "naive": "naive", "floor": "floor", "ours": "**consolidate**"}
STAGED = {"naive": "naive", "floor": "floor", "staged": "**consolidate**"}
HEAD = """\
# Benchmarks

    python -m tests.bench 60 1000 10000

makes so many seeded workbooks (figures, layouts and looks of the sample; one in twenty is flawed) and runs,
on the same files, in turns, each as a whole process with its start-up:

- **consolidate**: the command itself, with master, status page and everything else that it writes;
- **naive** (`naive.py`): what one would write without it: `pandas.read_excel` (openpyxl), a Pandera
  validation per file, openpyxl to mark the flawed files, pandas to add up. Not run above 1,000 files;
- **floor** (`floor.py`): the least that could be done: python-calamine, one numpy product for all rules,
  zip copies of the flawed files. No Pandera, no openpyxl, no master, no status page;
- **imports**: `import pandas, pandera.pandas` and nothing else.

The two peers are told where every figure stands; `consolidate` has to find it by its labels. Time is that of
the fastest of several runs (five at 60 files, three at 1,000, one above), with modules compiled before and
without the test library that Pandera imports where it finds it (`absent/`); memory is the highest sum of
proportional set sizes (PSS) of all processes. Stages of `consolidate` come from `staged.py`, which calls what
the command calls one after the other and imports everything first: in the command, checks and books are
imported while the workers read, and the master is made while they mark. Other work on the machine inflates
wall time most, CPU time less: only ratios within one run mean something.
"""


@dataclass(frozen=True)
class Figures:
    """Everything measured on one folder of `number` workbooks, by program.

    `read` and `extract` are seconds per file in one process, `flawed` how many got a return.
    """

    number: int
    found: Mapping[str, Measured]
    read: float
    extract: float
    flawed: int

    @property
    def per_file(self) -> float:
        """Milliseconds of wall time per file."""
        return 1000 * self.found["ours"].wall / self.number


def document(machine: str, found: Sequence[Figures], links: int | None) -> str:
    """README.md."""
    linked = f"\nOnly {links:,} workbooks are distinct; the others are hard links to them.\n" if links else ""
    sections = "\n".join(section(one, found) for one in found)
    return f"{HEAD}\nMeasured {machine}.\n{linked}\n{sections}"


def section(one: Figures, every: Sequence[Figures]) -> str:
    """The tables of one size, compared with the others."""
    whole = _rows(
        ("", "wall s", "CPU s", "peak MiB", "returned"),
        (_whole(label, one, name) for name, label in NAMES.items() if name in one.found),
    )
    staged = {name: label for name, label in STAGED.items() if name in one.found}
    parts = _rows(("wall s", *staged.values()), _parts(one, list(staged)))
    notes = "\n".join(f"- {line}" for line in _ratios(one, every))
    tables = [whole, parts, notes] if "staged" in one.found else [whole, notes]
    return f"## {one.number:,} workbooks\n\n" + "\n\n".join(tables) + "\n"


def _whole(label: str, one: Figures, name: str) -> list[str]:
    measured = one.found[name]
    peak = f"{measured.peak:.0f}" if measured.peak else ""
    returned = str(one.flawed) if name == "ours" else measured.printed
    return [label, f"{measured.wall:.2f}", f"{measured.cpu:.2f}", peak, returned]


def _parts(one: Figures, names: Sequence[str]) -> Iterable[list[str]]:
    for key, label in STAGES.items():
        yield [label, *(f"{one.found[name].stages.get(key, 0.0):.3f}" for name in names)]


def _ratios(one: Figures, every: Sequence[Figures]) -> Iterable[str]:
    ours, imports, floor = (one.found[name] for name in ("ours", "imports", "floor"))
    yield f"{_times(ours, imports)} the imports alone (aim at 60 files: 3)"
    yield f"{_times(ours, floor)} the floor"
    page = one.found["staged"].stages["page"] if "staged" in one.found else 0.0
    if page:
        without = replace(ours, wall=ours.wall - page, cpu=ours.cpu - page)
        yield f"without the status page, which the floor lacks: {_times(without, floor)} it (aim at 1,000: 5)"
    if "naive" in one.found:
        naive = one.found["naive"]
        faster, less = naive.wall / ours.wall, naive.cpu / ours.cpu
        yield f"{faster:.1f} × as fast as the naive script, with 1/{less:.1f} of its CPU (aim at 1,000: 35)"
    yield (
        f"in one process: reading alone takes {1000 * one.read:.2f} ms per file; guard, reading and "
        f"extracting {1000 * one.extract:.2f} ms, {one.extract / one.read:.2f} × its CPU (aim at 1,000: 3)"
    )
    smaller = [other for other in every if other.number < one.number]
    before = next((other for other in smaller if other.number == 1000), smaller[0] if smaller else None)
    yield f"{one.per_file:.2f} ms per file" + (
        f", {one.per_file / before.per_file:.2f} × that at {before.number:,} (aim above 1,000: 1.1)"
        if before
        else ""
    )


def _times(ours: Measured, other: Measured) -> str:
    return f"{ours.wall / other.wall:.2f} × ({ours.cpu / other.cpu:.2f} × the CPU of)"


def _rows(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] + ["---:"] * (len(head) - 1), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
