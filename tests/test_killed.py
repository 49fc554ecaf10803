"""A run killed at any moment, and started again, gives the same bytes as one left in peace."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

SAMPLE = Path(__file__).parents[1] / "sample_workbooks" / "round1"
KILLS = 20


def written(out: Path) -> dict[str, bytes]:
    """All results; the cache is none: it may be torn, and is then made anew."""
    files = {str(p.relative_to(out)): p for p in sorted(out.rglob("*")) if p.is_file()}
    return {name: path.read_bytes() for name, path in files.items() if not name.startswith(".cache")}


def command(out: Path) -> list[str]:
    return [sys.executable, "-m", "consolidate", str(SAMPLE), "--out", str(out), "--quiet"]


def whole(content: bytes, name: str) -> bool:
    """Whether a file that is there is there to its last byte."""
    if name.endswith(".xlsx"):
        return content.startswith(b"PK") and b"PK\x05\x06" in content[-64:]
    return content.endswith((b"\n", b">"))


def test_a_killed_run_leaves_nothing_half_written(tmp_path: Path) -> None:
    calm, out = tmp_path / "calm", tmp_path / "out"
    started = time.monotonic()
    subprocess.run(command(calm), check=False, capture_output=True)
    lasts = time.monotonic() - started
    expected = written(calm)
    rng = random.Random(20)
    for _ in range(KILLS):
        process = subprocess.Popen(command(out), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            process.wait(rng.uniform(0.05, 1.05) * lasts)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if out.is_dir():
            left = {name: data for name, data in written(out).items() if not name.startswith(".tmp/")}
            assert all(whole(data, name) for name, data in left.items())
            assert all(expected[n] == d for n, d in left.items() if n != ".manifest.json")
    subprocess.run(command(out), check=False, capture_output=True)
    assert written(out) == expected
    assert not (out / ".tmp").exists()


def test_only_our_own_older_files_are_removed(tmp_path: Path) -> None:
    out = tmp_path / "out"
    subprocess.run(command(out), check=False, capture_output=True)
    (out / "note.txt").write_text("mine", encoding="utf-8")
    one = tmp_path / "in"
    one.mkdir()
    for name in ("units.xlsx", "consolidate.toml"):
        shutil.copy(SAMPLE / name, one / name)
    again = [sys.executable, "-m", "consolidate", str(one), "--out", str(out), "--quiet"]
    assert subprocess.run(again, check=False, capture_output=True).returncode == 1
    assert (out / "note.txt").read_text("utf-8") == "mine"
    assert not (out / "returns").exists()
