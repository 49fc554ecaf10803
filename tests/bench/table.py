"""What was measured, as tables in Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tests.bench.measure import Measured

STAGES = {
    "start": "start and imports",
    "read": "reading, extracting",
    "check": "checking, adding up",
    "return": "marked copies",
    "write": "master and other results",
}
OURS = "**consolidate**"
HEAD = """\
# Benchmarks

    python -m tests.bench 60 1000 10000

makes so many seeded workbooks (figures, layouts and looks of the sample; one in twenty is flawed) and runs,
on the same files and in the same run, each as a whole process with its start-up:

- **consolidate**: the command itself, with master, status page and everything else that it writes;
- **naive** (`naive.py`): what one would write without it: `pandas.read_excel` (openpyxl), a Pandera
  validation per file, openpyxl to mark the flawed files, pandas to add up. Not run above 1,000 files;
- **floor** (`floor.py`): the least that could be done: python-calamine, one numpy product for all rules,
  zip copies of the flawed files. No Pandera, no openpyxl, no master, no status page;
- **imports**: `import pandas, pandera.pandas` and nothing else.

The two peers are told where every figure stands; `consolidate` has to find it by its labels. Wall time is
that of the fastest of several runs (five at 60 files, three at 1,000, one above), with modules compiled
before; memory is the highest sum of proportional set sizes (PSS) of all processes. Stages of `consolidate`
come from `staged.py`, which calls what the command calls but imports everything first: in the command, checks
and books are imported while the workers read. The machine is shared, so only ratios within one run mean
something.
"""


@dataclass(frozen=True)
class Figures:
    """Everything measured on one folder of `number` workbooks; `read` and `extract` in seconds."""

    number: int
    imports: Measured
    floor: Measured
    ours: Measured
    staged: Measured
    naive: Measured | None
    read: float
    extract: float


def document(machine: str, found: Sequence[Figures], links: int | None) -> str:
    """README.md."""
    linked = f"\nOnly {links:,} workbooks are distinct; the others are hard links to them.\n" if links else ""
    sections = "\n".join(section(one, found[0]) for one in found)
    return f"{HEAD}\nMeasured {machine}.\n{linked}\n{sections}"


def section(one: Figures, first: Figures) -> str:
    """The tables of one size."""
    whole = _rows(
        ("", "wall s", "CPU s", "peak MiB", "returned"),
        (_whole(name, measured) for name, measured in _programs(one) if measured is not None),
    )
    parts = _rows(("wall s", *(name for name, m in _staged(one) if m)), _parts(one))
    notes = "\n".join(f"- {line}" for line in _ratios(one, first))
    return f"## {one.number:,} workbooks\n\n{whole}\n\n{parts}\n\n{notes}\n"


def _programs(one: Figures) -> list[tuple[str, Measured | None]]:
    return [
        ("imports", one.imports),
        ("naive", one.naive),
        ("floor", one.floor),
        ("**consolidate**", one.ours),
    ]


def _staged(one: Figures) -> list[tuple[str, Measured | None]]:
    return [("naive", one.naive), ("floor", one.floor), (OURS, one.staged)]


def _whole(name: str, measured: Measured) -> list[str]:
    peak = f"{measured.peak:.0f}" if measured.peak else ""
    return [name, f"{measured.wall:.2f}", f"{measured.cpu:.2f}", peak, measured.printed]


def _parts(one: Figures) -> Iterable[list[str]]:
    for key, label in STAGES.items():
        yield [label, *(f"{measured.stages[key]:.3f}" for _, measured in _staged(one) if measured)]


def _ratios(one: Figures, first: Figures) -> Iterable[str]:
    whole = one.ours.wall
    yield f"consolidate takes {whole / one.imports.wall:.2f} × the imports alone"
    cpu = one.ours.cpu
    yield f"consolidate takes {whole / one.floor.wall:.2f} × the floor ({cpu / one.floor.cpu:.2f} × its CPU)"
    if one.naive is not None:
        faster, less = one.naive.wall / whole, one.naive.cpu / cpu
        yield f"consolidate is {faster:.1f} × as fast as the naive script (with 1/{less:.1f} of its CPU)"
    reading, extracting = (1000 * seconds / one.number for seconds in (one.read, one.extract))
    yield (
        f"in one process, reading alone takes {reading:.2f} ms per file; guard, reading and extracting "
        f"{extracting:.2f} ms, {extracting / reading:.2f} × that"
    )
    per_file = 1000 * whole / one.number
    before = 1000 * first.ours.wall / first.number
    yield f"{per_file:.2f} ms per file" + (
        f", {per_file / before:.2f} × that at {first.number:,}" if one is not first else ""
    )


def _rows(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] + ["---:"] * (len(head) - 1), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
