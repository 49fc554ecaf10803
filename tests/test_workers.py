"""How many workers read and write, and how they are started, changes nothing but the time."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

SAMPLE = Path(__file__).parents[1] / "sample_workbooks" / "round1"
# As on Windows, which has no other way: each worker imports everything anew.
SPAWNING = (
    "from consolidate.intake import cage\n"
    "cage._start_method = lambda: 'spawn'\n"
    "from consolidate.__main__ import main\n"
    "main()\n"
)


def written(out: Path, folders: list[Path], workers: int, *program: str) -> dict[str, bytes]:
    """Everything that a run with so many workers writes."""
    command = [sys.executable, *program, *map(str, folders), "--out", str(out)]
    done = subprocess.run(
        [*command, "--quiet", "--workers", str(workers)], cwd=out.parent, capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (1, b"")
    files = (p for p in out.rglob("*") if p.is_file() and p.name != ".cache")  # no result: safe to delete
    return {str(p.relative_to(out)): p.read_bytes() for p in files}


def test_bytes_do_not_depend_on_the_workers(tmp_path: Path) -> None:
    again = tmp_path / "again"  # a worker takes a hundred files: a copy of the sample makes two work
    shutil.copytree(SAMPLE, again)
    folders = [SAMPLE, again]
    one = written(tmp_path / "one", folders, 1, "-m", "consolidate")
    assert sum(name.startswith("returns/") for name in one) > 20
    assert one == written(tmp_path / "two", folders, 2, "-m", "consolidate")
    assert one == written(tmp_path / "spawned", folders, 2, "-c", SPAWNING)
