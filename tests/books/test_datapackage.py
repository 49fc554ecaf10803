"""The descriptor of totals.csv, as an open-data platform reads it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from consolidate.books import csvtext, datapackage, tables
from consolidate.model import Run
from tests.books import office


def package(folder: Path, run: Run, totals: bytes | None = None) -> Path:
    content = tables.totals(run).encode()
    (folder / "totals.csv").write_bytes(content if totals is None else totals)
    path = folder / "datapackage.json"
    path.write_text(datapackage.descriptor(run, content), encoding="utf-8")
    return path


def validated(path: Path) -> dict[str, object]:
    """What frictionless says; in its own process, for it warns about its own imports."""
    command = [sys.executable, "-W", "ignore", "-m", "frictionless", "validate", path.name, "--json"]
    done = subprocess.run(command, cwd=path.parent, capture_output=True, text=True, timeout=120)
    found: dict[str, object] = json.loads(done.stdout)
    return found


def test_validates_with_frictionless(tmp_path: Path) -> None:
    for number, form in enumerate(("disclosure-2019", "disclosure-2021")):
        folder = tmp_path / str(number)
        folder.mkdir()
        report = validated(package(folder, office.county(office.template(form))))
        assert report["valid"] is True, report


def test_a_changed_table_does_not_validate(tmp_path: Path) -> None:
    run = office.county()
    changed = tables.totals(run).replace("4549", "4548", 1).encode()
    assert validated(package(tmp_path, run, changed))["valid"] is False


def test_fields_are_the_columns() -> None:
    run = office.county()
    totals = tables.totals(run)
    schema = json.loads(datapackage.descriptor(run, totals.encode()))["resources"][0]["schema"]
    header = totals.removeprefix(csvtext.BOM).splitlines()[0].split(",")
    assert [field["name"] for field in schema["fields"]] == header
    assert {field["name"]: field["type"] for field in schema["fields"]}["value"] == "number"


def test_names_no_person() -> None:
    text = datapackage.descriptor(office.busy(), b"")
    assert not [word for word in ("李经办", "王科长", "13812345678", "0396-5912345") if word in text]


def test_says_whether_the_figures_are_complete() -> None:
    assert "未齐，勿对外公布" in json.loads(datapackage.descriptor(office.busy(), b""))["description"]
