"""Returns are written in a cage: whatever a book does to its writer, it only costs that book."""

from __future__ import annotations

import contextlib
import io
import multiprocessing
import os
import sys
import time
from pathlib import Path
from urllib.parse import unquote

import openpyxl
import pytest

from consolidate import deliver, pipeline, settings
from consolidate.books import annotate
from consolidate.books.annotate import Task
from consolidate.intake import cage
from consolidate.pipeline import Result
from tests.hostile.form import filled
from tests.hostile.ooxml import book
from tests.hostile.writers import WRITERS, wrong

UNITS = ("甲镇", "乙镇", "丙镇", "丁镇")


def received(folder: Path, files: dict[str, bytes]) -> Result:
    for unit, data in files.items():
        (folder / f"{unit}.xlsx").write_bytes(data)
    (folder / "units.csv").write_text("\n".join(["单位名称", *files]), encoding="utf-8-sig")
    return pipeline.run([folder], settings.override(settings.Settings(), year=2019))


def opened(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


def said(content: bytes) -> str:
    """What the first sheet says; read-only, for a book with one merged area over all its cells."""
    with contextlib.closing(openpyxl.load_workbook(io.BytesIO(content), read_only=True)) as book:
        rows = list(book.worksheets[0].iter_rows(values_only=True))
    return "\n".join(str(cell) for row in rows for cell in row if cell)


if sys.platform == "linux":  # what is patched here reaches a forked worker only

    def test_a_writer_that_dies_or_freezes_costs_only_its_book(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        marked, rebuilt = annotate.workbook, annotate.rebuilt

        def workbook(content: bytes, task: Task) -> bytes:
            if task.unit.name in ("甲镇", "丙镇"):
                os.abort()
            if task.unit.name == "乙镇":
                time.sleep(60)
            return marked(content, task)

        def again(task: Task) -> bytes:
            if task.unit.name == "丙镇":
                os.abort()
            return rebuilt(task)

        result = received(tmp_path, {unit: wrong()(unit) for unit in UNITS})
        calm = deliver.returns(result.run, result.received, 2)
        monkeypatch.setattr(annotate, "workbook", workbook)
        monkeypatch.setattr(annotate, "rebuilt", again)
        monkeypatch.setattr(deliver, "SECONDS", 2.0)
        books = deliver.returns(result.run, result.received, 2)
        assert list(books) == list(UNITS)
        assert books["丁镇"] == calm["丁镇"]
        for unit in ("甲镇", "乙镇"):
            assert "按读出的数重新制成" in said(books[unit])
            assert opened(books[unit])["表三"]["D7"].value == "12件"
        assert opened(books["丙镇"]).sheetnames == ["审核意见", "_consolidate"]
        assert "D7" in said(books["丙镇"])

    def test_a_return_that_could_not_be_written_is_not_promised(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def broken(*arguments: object) -> bytes:
            raise ValueError(arguments)

        result = received(tmp_path, {"甲镇": wrong()("甲镇")})
        usual = deliver.everything(result.run, result.received, 1)
        for way in ("workbook", "rebuilt", "listing"):
            monkeypatch.setattr(annotate, way, broken)
        files = deliver.everything(result.run, result.received, 1)
        assert usual.keys() - files.keys() == {"returns/甲镇_审核意见.xlsx"}
        assert "甲镇_审核意见.xlsx" in unquote(usual["status.html"].decode())
        assert "甲镇_审核意见.xlsx" not in unquote(files["status.html"].decode())


def test_books_made_against_writers_are_returned_all_the_same(tmp_path: Path) -> None:
    result = received(tmp_path, {f"{unit}镇": make(f"{unit}镇") for unit, make in WRITERS.items()})
    began = time.monotonic()
    books = deliver.returns(result.run, result.received, 2)
    assert time.monotonic() - began < 45
    assert set(books) == {f"{unit}镇" for unit in WRITERS}
    again = {unit for unit, content in books.items() if "重新制成" in said(content)}
    assert again == {"怪表名镇", "严格表镇"}  # names and namespaces that openpyxl cannot write
    for unit, content in books.items():
        assert "S4.unit" in said(content), unit
        assert "12件" in said(content), unit


def test_a_return_that_comes_back_wrong_is_marked_where_it_is_wrong(tmp_path: Path) -> None:
    rounds = [tmp_path / "1", tmp_path / "2"]
    for folder in rounds:
        folder.mkdir()
    first = received(rounds[0], {"甲镇": wrong()("甲镇")})
    book = opened(deliver.returns(first.run, first.received, 1)["甲镇"])
    book["表三"]["D7"], book["表三"]["E8"] = 0, "3件"
    book.save(rounds[1] / "甲镇_审核意见.xlsx")
    second = pipeline.run(rounds, settings.override(settings.Settings(), year=2019))
    book = opened(deliver.returns(second.run, second.received, 1)["甲镇"])
    red = [
        (sheet.title, cell.coordinate)
        for sheet in book.worksheets[1:]
        for row in sheet.iter_rows()
        for cell in row
        if cell.fill.fill_type == "solid"
    ]
    links = {c.hyperlink.location for row in book.worksheets[0].iter_rows() for c in row if c.hyperlink}
    assert red == [("表三", "E8")]
    assert links == {"'表三'!E8"}


def test_the_start_method_of_windows_gives_the_same_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {
        "甲镇": wrong()("甲镇"),
        "乙镇": book(filled("乙镇")),
        "丙镇": b"PK\x03\x04",
        "丁镇": wrong()("丁镇"),
    }
    usual = received(tmp_path, files)
    expected = deliver.everything(usual.run, usual.received, 2)
    started: list[str] = []

    class Spawning:
        """Stands for the module that the pool asks for a start method by name."""

        @staticmethod
        def get_context(method: str) -> object:
            started.append(method)
            return multiprocessing.get_context("spawn")

    monkeypatch.setattr(cage, "multiprocessing", Spawning)
    spawned = received(tmp_path, files)
    again = deliver.everything(spawned.run, spawned.received, 2)
    assert started
    assert again == expected
