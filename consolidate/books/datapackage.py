"""Run → datapackage.json: what totals.csv holds, for open-data platforms (Frictionless Data, version 1)."""

from __future__ import annotations

import hashlib
import json

from consolidate.model import Run

PATH = "totals.csv"


def descriptor(run: Run, totals: bytes) -> str:
    """The descriptor of `totals`, the bytes of totals.csv: columns, units, source, size and digest.

    It names no person and no time: the same figures give the same descriptor.
    """
    document = {
        "profile": "tabular-data-package",
        "name": f"{run.template.id}-totals-{run.year}",
        "title": f"{run.office.name}{run.year}年{run.template.title}汇总",
        "description": run.headline,
        "version": f"{run.year}-{run.batch}" if run.batch else str(run.year),
        "sources": [{"title": run.template.source or run.template.title}],
        "contributors": [{"title": run.office.name, "role": "publisher"}] if run.office.name else None,
        "resources": [_resource(run, totals)],
    }
    kept = {key: value for key, value in document.items() if value}
    return json.dumps(kept, ensure_ascii=False, indent=2) + "\n"


def _resource(run: Run, totals: bytes) -> dict[str, object]:
    return {
        "profile": "tabular-data-resource",
        "name": "totals",
        "path": PATH,
        "title": f"{run.template.title}各项指标汇总数",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(totals),
        "hash": f"sha256:{hashlib.sha256(totals).hexdigest()}",
        "dialect": {"delimiter": ",", "lineTerminator": "\r\n", "quoteChar": '"', "doubleQuote": True},
        "schema": _schema(run),
    }


def _schema(run: Run) -> dict[str, object]:
    units = sorted({item.unit for item in run.template.items if item.unit})
    what = "金额" if all(item.money for item in run.template.items if item.unit) else "有计量单位的指标"
    measure = f"；{what}以{'、'.join(units)}为单位" if units else ""
    required = {"required": True}
    fields = [
        ("item", "string", "指标编号", "指标在报表模板中的编号", required | {"unique": True}),
        ("label", "string", "指标名称", "报表上的名称", required),
        ("value", "number", "汇总数", f"计入单位填报数之和，加汇总调整{measure}", required),
        ("submitted", "number", "填报数合计", "计入单位填报数之和", required),
        ("adjustments", "number", "汇总调整", "本级汇总时作的调整", required),
        ("units", "integer", "计入单位数", "填报了该指标的计入单位数", required | {"minimum": 0}),
    ]
    keys = ("name", "type", "title", "description", "constraints")
    return {"fields": [dict(zip(keys, field, strict=True)) for field in fields], "primaryKey": "item"}
