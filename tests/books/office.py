"""Runs for the tests of books: a county whose totals are given, and units in every state."""

from __future__ import annotations

import dataclasses
import functools
import json
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import numpy as np

from consolidate.forms import template as forms
from consolidate.forms.template import Template
from consolidate.model import (
    OWN_LEVEL,
    FileReport,
    Finding,
    Office,
    Run,
    Severity,
    Status,
    Submission,
    Total,
    Unit,
    UnitReport,
)

SCHEMAS = Path(__file__).parents[2] / "schemas"
DATA = Path(__file__).parent / "data"
WORD = SCHEMAS / "disclosure.report.docx"


@functools.cache
def template(name: str = "disclosure-2019") -> Template:
    return forms.load(SCHEMAS / f"{name}.yaml")


def published() -> Mapping[str, str]:
    """The figures that 新蔡县 published for 2019, by item id, as printed."""
    values = json.loads((DATA / "xincai_2019.json").read_text(encoding="utf-8"))["values"]
    return {item: str(value) for item, value in values.items()}


def published_text() -> str:
    return (DATA / "xincai_2019_report.txt").read_text(encoding="utf-8")


def totals(form: Template, figures: Mapping[str, str], units: int = 1) -> tuple[Total, ...]:
    return tuple(
        Total(item.index, int(Decimal(figures.get(item.id, "0")) * item.scale), 0, units, units)
        for item in form.items
    )


def county(form: Template | None = None, figures: Mapping[str, str] | None = None, **changes: object) -> Run:
    """新蔡县 2019: one unit, accepted, whose figures are the totals."""
    form = form or template()
    sums = totals(form, published() if figures is None else figures)
    run = Run(
        template=form,
        office=Office("新蔡县人民政府", "411729", "county", "2020-01-20", "王科长", "0396-5912345"),
        year=2019,
        include="accepted",
        units=(report("县政府办公室", "accepted"),),
        files=(),
        findings=(),
        totals=sums,
        received_totals=tuple(total.value for total in sums),
        headline="【已齐：应报1，通过1】",
        batch="1a2b3c4d",
        roster_given=True,
    )
    return dataclasses.replace(run, **changes)  # type: ignore[arg-type]


def report(name: str, status: Status, *findings: Finding, kind: str = "", **changes: object) -> UnitReport:
    unit = Unit(name, kind=kind, contact="李经办", phone="13812345678")
    given = None if status in ("missing", "unreadable") else submission(f"{name}.xlsx")
    made = UnitReport(unit, status, given, findings, included=status in ("accepted", "explained"))
    return dataclasses.replace(made, **changes)  # type: ignore[arg-type]


def submission(file: str, **cover: str) -> Submission:
    return Submission(
        file=file, folder=0, sha256="0" * 64, kind="xlsx", template="disclosure-2019",
        sheets=("表三",), places=(), values=np.array([]), cover=cover,
    )  # fmt: skip


def finding(message: str, severity: Severity = "error", code: str = "T3.row", **changes: object) -> Finding:
    return dataclasses.replace(Finding(code, severity, message), **changes)  # type: ignore[arg-type]


def busy() -> Run:
    """A county in the middle of its work: every state, kinds of unit, files that count for nobody."""
    wrong = finding("表三 J6（一、本年新收·总计）：填49；自然人47＋商业企业1＝48，多1。请先核对J6。")
    asked = finding(
        "表一 B7（收到行政诉讼）：填6；表四合计11。请核对，属实的请写情况说明。", "query", "N.cases"
    )
    hint = finding("表二 C9（行政许可）：与上年相比变动较大。", "hint", "T2.jump")
    locked = finding(
        "文件设有打开密码，无法读取。请取消密码后另存为.xlsx，再发一次。",
        code="F.password",
        basis="文件设有打开密码，无法读取",
        advice="请取消密码后另存为.xlsx，再发一次",
        file="收件/杨庄户.xlsx",
    )
    own = finding("表一收到行政诉讼6，表四合计11。", "query", "N.cases", unit=OWN_LEVEL, audience="office")
    said = dataclasses.replace(asked, status="explained", explanation="上年受理、本年审结5件")
    units = (
        *(report(f"第{n}镇", "accepted", kind="乡镇") for n in range(1, 12)),
        report("古吕街道", "returned", wrong, asked, hint, kind="乡镇"),
        report("今是街道", "returned", wrong, wrong, kind="乡镇"),
        report("练村镇", "missing", kind="乡镇"),
        report("杨庄户乡", "unreadable", locked, kind="乡镇"),
        *(report(f"县第{n}局", "accepted", *[hint][n % 5 :], kind="部门") for n in range(1, 31)),
        report("县公安局", "explained", said, kind="部门"),
        report("县财政局", "queried", asked, kind="部门"),
        report("县水利局", "missing", kind="部门"),
        report("县教育局<script>alert(1)</script>", "returned", finding('<img src=x onerror="alert(2)">'),
               kind="部门"),
    )  # fmt: skip
    files = (
        FileReport("收件/年报（最终版）.xlsx", "1" * 64, "unknown", "封面没有填报单位，文件名里也没有"),
        FileReport("收件/~$练村镇.xlsx", "2" * 64, "skipped", "Excel打开时的临时文件"),
    )
    return county(
        units=units,
        files=files,
        totals=totals(template(), published(), units=42),
        findings=(*(found for unit in units for found in unit.findings), own),
        headline="【未齐，勿对外公布】应报49，已报47：通过42、待核实1、退回3、文件打不开1；未报2。",
    )
