"""2,000 files altered at random: each has one outcome with a reason, and no file changes."""

import hashlib
from pathlib import Path

from consolidate import codes
from consolidate.intake import discover
from consolidate.model import Refusal, Workbook
from tests.hostile import reading
from tests.hostile.mutate import mutated

COUNT = 2_000


def test_altered_files_have_one_outcome_each_and_stay_as_they_are(tmp_path: Path) -> None:
    hashes = {}
    for seed in range(COUNT):
        ending, data = mutated(seed)
        name = f"{seed:04}.{ending}"
        (tmp_path / name).write_bytes(data)
        hashes[name] = hashlib.sha256(data).hexdigest()
    received, reports = discover.folders([tmp_path], [])
    results = reading.every(received)
    assert sorted([item.name for item in received] + [report.file for report in reports]) == sorted(hashes)
    assert len(results) == len(received)
    for result in results:
        _assert_meaningful(result)
    assert {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in tmp_path.iterdir()} == hashes
    # The alterations are neither all harmless nor all fatal, or they would show nothing.
    read = sum(isinstance(result, Workbook) for result in results)
    assert COUNT * 0.1 < read < COUNT * 0.9


def _assert_meaningful(result: Workbook | Refusal) -> None:
    """A refusal has a sentence; a workbook has sheets whose rows are equally long."""
    if isinstance(result, Refusal):
        assert codes.sentence(result.code, **result.details)
        assert codes.CODES[result.code].severity == "error"
        return
    assert result.sheets
    assert all(len({len(row) for row in sheet.rows}) <= 1 for sheet in result.sheets)
