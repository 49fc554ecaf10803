"""The templates at hand: those of the package (or of the checkout), or one named by the operator."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from pathlib import Path

from consolidate.errors import TemplateError
from consolidate.forms import template
from consolidate.forms.template import Template

_PACKAGE = Path(__file__).resolve().parents[1]


def folder() -> Path:
    """The folder that templates come from: the wheel's own copy, else the checkout's `schemas/`."""
    installed = _PACKAGE / "_schemas"
    return installed if installed.is_dir() else _PACKAGE.parent / "schemas"


def all_templates(where: Path | None = None) -> tuple[Template, ...]:
    """Every template of the folder, by id; TemplateError when one of them is wrong or two share an id."""
    found: dict[str, Template] = {}
    for path in sorted((where or folder()).glob("*.yaml")):
        one = template.load(path)
        if one.id in found:
            raise TemplateError(f"模板{path.name}与{found[one.id].file}的id都是{one.id}：id不能重复")
        found[one.id] = one
    return tuple(found.values())


def named(name: str, known: Sequence[Template]) -> Template:
    """The template of that id, or in that file; TemplateError suggests the one that was meant."""
    for one in known:
        if name in (one.id, one.file):
            return one
    if name.endswith((".yaml", ".yml")) or "/" in name or "\\" in name:
        return template.load(Path(name))
    near = difflib.get_close_matches(name, [one.id for one in known], 1, 0.4)
    hint = f"，是不是{near[0]}" if near else ""
    raise TemplateError(f"没有模板“{name}”{hint}；现有{'、'.join(one.id for one in known)}")


def for_year(year: int, known: Sequence[Template]) -> tuple[Template, ...]:
    """The templates in force for a report year; TemplateError when there is none."""
    fitting = tuple(one for one in known if one.covers(year))
    if not fitting:
        raise TemplateError(
            f"{year}年度没有可用的模板；现有{'、'.join(map(_span, known))}，可用--template指定"
        )
    return fitting


def _span(one: Template) -> str:
    return f"{one.id}（{one.first_year}—{one.last_year or ''}）"
