"""The hostile set has exactly the outcomes on the list, which fails both ways: see expected.json."""

import hashlib
import json
import sys
from pathlib import Path

import pytest

from consolidate import codes
from consolidate.intake import discover, shown
from consolidate.model import FileReport, Received, Refusal, Workbook
from tests.hostile import make, reading
from tests.hostile.form import filled

Outcomes = dict[str, Workbook | Refusal]
EXPECTED = Path(__file__).with_name("expected.json")
# Traps that a reader must see through: every cell comes out as it went in.
WHOLE = [
    "好镇.xlsx", "宽编码镇.xlsx", "国标编码镇.xlsx", "严格镇.xlsx", "前缀镇.xlsx", "错尺寸镇.xlsx",
    "无坐标镇.xlsx", "乱序镇.xlsx", "空天涯镇.xlsx", "全表合并镇.xlsx", "十万合并镇.xlsx", "隐藏表镇.xlsx",
    "隐藏行镇.xlsx", "深嵌套镇.xlsx", "改名镇.xls", "旧版镇.xls", "表格镇.et", "二进制镇.xlsb", "开放镇.ods",
    "带宏镇.xlsm", "网页镇.xls", "宽网页镇.xls",
]  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, set[str]]:
    path = tmp_path_factory.mktemp("hostile") / "收件"
    return path, {shown.name(name) for name in make.make(path)}


@pytest.fixture(scope="module")
def found(folder: tuple[Path, set[str]]) -> tuple[list[Received], list[FileReport]]:
    return discover.folders([folder[0]], [])


@pytest.fixture(scope="module")
def outcomes(found: tuple[list[Received], list[FileReport]]) -> Outcomes:
    received, _ = found
    return {item.name: result for item, result in zip(received, reading.every(received), strict=True)}


def described(result: Workbook | Refusal) -> list[str]:
    """A result as it stands in expected.json: refused with a code, or read as a kind with hints."""
    if isinstance(result, Refusal):
        return ["refused", result.code]
    return ["read", result.kind, *(note.code for note in result.notes)]


def test_every_file_has_the_outcome_on_the_list(
    folder: tuple[Path, set[str]], found: tuple[list[Received], list[FileReport]], outcomes: Outcomes
) -> None:
    actual = {name: described(result) for name, result in outcomes.items()}
    actual |= {report.file: [report.outcome] for report in found[1]}
    expected = json.loads(EXPECTED.read_text(encoding="utf-8"))
    assert actual == {name: outcome for name, outcome in expected.items() if name not in folder[1]}


def test_every_refusal_has_a_sentence_and_an_advice(outcomes: Outcomes) -> None:
    for name, result in outcomes.items():
        for note in [result] if isinstance(result, Refusal) else result.notes:
            assert codes.sentence(note.code, **note.details), name
            assert codes.advice(note.code, **note.details), name


@pytest.mark.parametrize("name", WHOLE)
def test_a_trap_changes_no_cell(outcomes: Outcomes, name: str) -> None:
    result = outcomes[name]
    assert isinstance(result, Workbook)
    stem, _, ending = name.partition(".")
    # files.py tells units of one name apart by the ending
    unit = stem if ending == "xlsx" else f"{stem.removesuffix('镇')}{ending}镇"
    assert [[list(row) for row in sheet.rows] for sheet in result.sheets] == [
        grid.rows() for grid in filled(unit)
    ]


def test_reading_changes_no_file(folder: tuple[Path, set[str]]) -> None:
    again = folder[0].parent / "再做一次"
    make.make(again)
    assert _hashes(again) == _hashes(folder[0])


def _hashes(folder: Path) -> dict[str, str]:
    files = [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]
    return {ascii(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


if sys.platform != "win32":

    def test_the_start_method_of_windows_gives_the_same(
        found: tuple[list[Received], list[FileReport]], outcomes: Outcomes
    ) -> None:
        received = [item for item in found[0] if item.name.endswith((".xls", ".xlsb", ".ods", ".docx"))]
        again = {
            item.name: described(result)
            for item, result in zip(received, reading.every(received, "spawn"), strict=True)
        }
        assert again == {name: described(outcomes[name]) for name in again}
