"""What several cells have in common is one finding."""

from __future__ import annotations

from pathlib import Path

from consolidate import pipeline
from consolidate.model import address
from consolidate.settings import Settings
from tests.hostile import ooxml
from tests.hostile.form import filled, place
from tests.hostile.ooxml import Raw


def test_formulas_that_nobody_calculated_are_one_finding_per_table(tmp_path: Path) -> None:
    grids = filled("甲镇")
    for row in ("received", "carried_in", "carried_out"):
        sheet, line, column = place(f"applications.{row}.total")
        grids[sheet].cells[line, column] = Raw("", f"<f>SUM(D{line + 1}:I{line + 1})</f>")
    (tmp_path / "甲镇.xlsx").write_bytes(ooxml.book(grids))
    found = pipeline.run([tmp_path], Settings(year=2019)).run.findings
    (one,) = (finding for finding in found if finding.severity == "error")
    assert one.code == "S3.uncached"
    assert [address(row, column) for _, row, column in one.places] == ["J6", "J7", "J28"]
    assert one.message == (
        "表三有3格公式=SUM(D6:I6)、=SUM(D7:I7)、=SUM(D28:I28)从未计算过，没有结果。"
        "请用WPS或Excel打开文件，保存后重发。"
    )
