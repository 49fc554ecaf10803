"""How many workers read and write changes nothing but the time."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

SAMPLE = Path(__file__).parents[1] / "sample_workbooks" / "round1"


def written(out: Path, folders: list[Path], workers: int) -> dict[str, bytes]:
    """Everything that a run with so many workers writes."""
    command = [sys.executable, "-m", "consolidate", *map(str, folders), "--out", str(out)]
    done = subprocess.run(
        [*command, "--quiet", "--workers", str(workers)], cwd=out.parent, capture_output=True, check=False
    )
    assert done.returncode == 1, done.stderr.decode()
    files = (p for p in out.rglob("*") if p.is_file() and p.name != ".cache")  # no result: safe to delete
    return {str(p.relative_to(out)): p.read_bytes() for p in files}


def test_bytes_do_not_depend_on_the_number_of_workers(tmp_path: Path) -> None:
    again = tmp_path / "again"  # a worker takes a hundred files: a copy of the sample makes two work
    shutil.copytree(SAMPLE, again)
    one, two = (written(tmp_path / f"out{n}", [SAMPLE, again], n) for n in (1, 2))
    assert sum(name.startswith("returns/") for name in one) > 20
    assert one.keys() == two.keys()
    assert [name for name in one if one[name] != two[name]] == []
