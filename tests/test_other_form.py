"""A form of another office: hectares, tonnes and shares of a hundred, over two sheets, in two counties."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml
from typer.testing import CliRunner

from consolidate.books import blank
from consolidate.books.blank.plan import item_name
from consolidate.cli import app
from consolidate.forms import template
from consolidate.model import Office, Unit

FORM: dict[str, Any] = {
    "id": "harvest", "title": "夏粮生产情况季报", "years": {"from": 2024},
    "cover": {"unit": {"label": "填报单位"}, "year": {"label": "年度", "type": "year"}},
    "tables": [
        {"id": "land", "name": "表一", "title": "一、播种与收获", "blocks": [{
            "columns": {
                "sown": {"label": "播种面积（公顷）", "unit": "公顷", "decimals": 2},
                "reaped": {"label": "收获面积（公顷）", "unit": "公顷", "decimals": 2},
                "machines": {"label": "机收率（%）", "unit": "%", "decimals": 1},
            },
            "rows": {"wheat": "小麦", "barley": "大麦", "all": {"label": "合计", "total": True}},
        }]},
        {"id": "people", "name": "表二", "title": "二、从业人员", "blocks": [{
            "columns": {"_value": "数量"},
            "rows": {"sown": {"label": "全部播种面积", "unit": "公顷", "decimals": 2}, "hands": "从业人数"},
        }]},
    ],
    "rules": [
        {"id": "A.sum", "in": "land", "each": "column", "except": ["machines"], "severity": "error",
         "check": "all == wheat + barley", "say": "合计应等于小麦加大麦"},
        {"id": "A.less", "in": "land", "each": "row", "check": "reaped <= sown", "severity": "error",
         "say": "收获面积不大于播种面积"},
        {"id": "A.half", "in": "land", "each": "row", "check": "2*reaped >= sown", "severity": "query",
         "say": "收获面积一般不低于播种面积的一半"},
        {"id": "A.rate", "in": "land", "each": "item", "only": ["machines"], "check": "value <= 100",
         "severity": "error", "at": ["unit"], "say": "机收率不超过百分之百"},
        {"id": "B.sown", "check": "people.sown == land.all.sown", "severity": "error",
         "say": "表二全部播种面积应等于表一合计"},
    ],
}  # fmt: skip
RIGHT = {
    "land.wheat.sown": 10.25, "land.wheat.reaped": 10.2, "land.wheat.machines": 95.5,
    "land.barley.sown": 4.5, "land.barley.reaped": 4.5, "land.barley.machines": 80,
    "land.all.sown": 14.75, "land.all.reaped": 14.7, "land.all.machines": 90.1,
    "people.sown": 14.75, "people.hands": 31,
}  # fmt: skip
WRONG: Mapping[str, tuple[str, object]] = {
    "丙镇": ("land.wheat.machines", "95.5%"), "丁镇": ("land.wheat.reaped", 10.205),
    "戊镇": ("people.hands", 3.5), "己镇": ("land.barley.machines", 100.1),
}  # fmt: skip


@pytest.fixture(scope="module")
def inbox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six units' reports on the form's own blank, four with one thing wrong, the template beside them."""
    folder = tmp_path_factory.mktemp("夏粮 [2024]") / "收件 (1)"
    folder.mkdir()
    (folder / "harvest.yaml").write_text(yaml.safe_dump(FORM, allow_unicode=True, sort_keys=False), "utf-8")
    (folder / "consolidate.toml").write_text('template = "harvest.yaml"\nname = "某县统计局"\n', "utf-8")
    form = template.load(folder / "harvest.yaml")
    for number, unit in enumerate(("甲镇", "乙镇", *WRONG)):
        figures: dict[str, object] = dict(RIGHT) | {"people.hands": 31 + number}
        figures.update([WRONG[unit]] if unit in WRONG else [])
        office = Office("某县统计局", "", "county", "", "", "")
        issued = blank.workbook(form, year=2024, office=office, unit=Unit(unit, "", "乡镇"), last_year=None)
        book = openpyxl.load_workbook(io.BytesIO(issued))
        for item in form.items:
            sheet, cell = (book.defined_names[item_name(item)].value or "").replace("$", "").split("!")
            book[sheet.strip("'")][cell] = figures[item.id]
        book.save(folder / f"{unit}.xlsx")
    return folder


def test_sentences_speak_of_what_the_form_measures(
    inbox: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(app, ["run", str(inbox), "--out", "out"])
    assert (done.exit_code, done.exception.__class__) == (1, SystemExit)
    assert done.stdout.startswith("【未齐，勿对外公布】应报6，已报6：通过2、待核实0、退回4；未报0。")
    found = (tmp_path / "out" / "findings.csv").read_text("utf-8-sig")
    assert "表一 D4（小麦·机收率（%））：填“95.5%”，带有单位或文字。单位是%，请只填数字：填95.5。" in found
    assert "表一 C4（小麦·收获面积（公顷））：填10.205，单位为公顷，最多保留2位小数" in found
    assert "表二 B5（从业人数）：填3.5，应为整数。" in found
    assert "表一 D5（大麦·机收率（%））：填100.1；应不多于100，多0.1。" in found
    assert not any(word in found for word in ("万元", "金额", "件数"))
    described = json.loads((tmp_path / "out" / "datapackage.json").read_text("utf-8"))
    assert "有计量单位的指标以%、公顷为单位" in str(described)


def test_the_batch_number_does_not_hang_on_where_the_template_is(
    inbox: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = []
    for folder, named in ((inbox, "harvest.yaml"), (tmp_path, str(inbox / "harvest.yaml"))):
        monkeypatch.chdir(folder)
        out = tmp_path / f"out{len(runs)}"
        CliRunner().invoke(app, ["run", str(inbox), "--out", str(out), "--template", named, "--quiet"])
        runs.append((out / "master.xlsx").read_bytes())
    assert runs[0] == runs[1]


def test_a_rule_of_units_does_not_send_back_the_master_of_a_county(inbox: Path, tmp_path: Path) -> None:
    county, city = tmp_path / "县", tmp_path / "市"
    county.mkdir()
    city.mkdir()
    for unit in ("甲镇", "乙镇"):
        shutil.copy(inbox / f"{unit}.xlsx", county)
    named = ["--template", str(inbox / "harvest.yaml"), "--year", "2024", "--quiet"]
    done = CliRunner().invoke(
        app, ["run", str(county), "--name", "某县统计局", "--out", str(county / "out"), *named]
    )
    assert done.exit_code == 0
    shutil.copy(county / "out" / "master.xlsx", city / "某县.xlsx")
    done = CliRunner().invoke(app, ["run", str(city), "--level", "city", "--out", str(city / "out"), *named])
    assert done.exit_code == 0
    totals = (city / "out" / "totals.csv").read_text("utf-8-sig")
    assert "land.wheat.sown,小麦·播种面积（公顷）,20.50,20.50,0.00,1" in totals


def test_the_other_commands_know_the_form_and_overwrite_nothing(inbox: Path, tmp_path: Path) -> None:
    named = ["--template", str(inbox / "harvest.yaml")]
    alone = tmp_path / "丁镇.xlsx"
    shutil.copy(inbox / "丁镇.xlsx", alone)
    done = CliRunner().invoke(app, ["check", str(alone), *named])
    assert done.stdout.startswith("丁镇.xlsx S5.decimals 表一 C4")
    done = CliRunner().invoke(app, ["explain", "A.half", *named])
    assert done.stdout == "A.half  核实（改正或说明）（harvest）\n收获面积一般不低于播种面积的一半\n"
    blanks = ["blank", named[1], "--year", "2024", "--out", str(tmp_path / "blanks")]
    assert [CliRunner().invoke(app, blanks).exit_code for _ in range(2)] == [0, 0]
    (issued,) = (tmp_path / "blanks").glob("*.xlsx")
    shutil.copy(inbox / "甲镇.xlsx", issued)  # filled in where it was written
    done = CliRunner().invoke(app, blanks)
    assert (done.exit_code, done.stderr.startswith(f"blanks里的{issued.name}填写或改动过")) == (2, True)
    assert issued.read_bytes() == (inbox / "甲镇.xlsx").read_bytes()
    done = CliRunner().invoke(app, ["blank", named[1], "--year", "2023", "--out", str(tmp_path / "more")])
    assert (done.exit_code, done.stderr) == (2, "harvest用于2024年度起，不能用于2023年度\n")


def test_rates_are_pointed_out_to_the_author_of_a_form(inbox: Path) -> None:
    done = CliRunner().invoke(app, ["template", "check", str(inbox / "harvest.yaml"), "--tables", "0"])
    assert done.exit_code == 0
    assert "单位为%的指标3个：汇总时同其他指标一样相加，合计没有意义" in done.stdout
    shown = template.load(inbox / "harvest.yaml").figures
    assert [figure.label for figure in shown] == [
        "合计·播种面积（公顷）", "合计·收获面积（公顷）", "全部播种面积", "从业人数",
    ]  # fmt: skip


def test_the_note_below_a_table_names_each_unit_of_measure(inbox: Path) -> None:
    book = openpyxl.load_workbook(inbox / "甲镇.xlsx")
    notes = [str(cell.value) for row in book["表一"] for cell in row if str(cell.value).startswith("注：")]
    assert len(notes) == 1
    assert "单位为公顷的，最多2位小数。单位为%的，最多1位小数。" in notes[0]
