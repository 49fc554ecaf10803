"""The template language as pydantic models: what a file of `schemas/` may say.

These models hold the YAML as written; `template.load` compiles them into tables, blocks and items.
The JSON Schema of the language (`schemas/template.schema.json`) is made from here.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

KEY = re.compile(r"^_?[a-z][a-z0-9_]*$")
TEMPLATE_ID = re.compile(r"^[a-z][a-z0-9-]*$")
RULE_ID = re.compile(r"^[A-Z][A-Za-z0-9]*(\.[a-z_]+)?$")

_Named = TypeVar("_Named")

SeverityName = Literal["error", "query", "hint"]
LevelName = Literal["province", "city", "county", "department", "township"]


class Strict(BaseModel):
    """A mapping in which an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _label_only(value: Any) -> Any:
    if not isinstance(value, str | dict | BaseModel):
        raise ValueError("应为标签文字（数字、日期、yes、no要加引号），或“键: 值”")
    return {"label": value} if isinstance(value, str) else value


class HeadSpec(Strict):
    """One row or column of a block, or a group of them (`of`)."""

    label: str = Field("", description="The words on the form; empty: in the id, not on the form.")
    short: str | None = Field(None, description="The words used in messages; '' leaves a group out.")
    also: list[str] = Field([], description="Other spellings that mean the same.")
    unit: str = Field("", description="Unit of measure, e.g. 万元.")
    decimals: int = Field(0, ge=0, le=6, description="Decimals allowed; the smallest unit is 10^-decimals.")
    signed: bool = Field(False, description="Whether values may be negative.")
    total: bool = Field(False, description="Whether it repeats the sum of its siblings.")
    of: dict[str, Head] | None = Field(None, description="The members, when this is a group.")

    @field_validator("of")
    @classmethod
    def _keys(cls, value: dict[str, Head] | None) -> dict[str, Head] | None:
        return value if value is None else _checked_keys(value)

    @model_validator(mode="after")
    def _leaf_or_group(self) -> HeadSpec:
        if self.of is not None and (self.unit or self.decimals or self.signed or self.total):
            raise ValueError("unit、decimals、signed、total只能写在最末一级，不能写在有of的组上")
        return self


Head = Annotated[HeadSpec, BeforeValidator(_label_only, json_schema_input_type=str | HeadSpec)]


def _checked_keys(heads: dict[str, Head]) -> dict[str, Head]:
    if not heads:
        raise ValueError("至少要有一行（列）")
    return _words(heads)


def _words(named: dict[str, _Named]) -> dict[str, _Named]:
    """The same mapping; ValueError when a key cannot be part of an id or of a defined name."""
    for key in named:
        if not KEY.match(key):
            raise ValueError(f"键“{key}”应由小写英文字母、数字和下划线组成，以字母开头")
    return named


class BlockSpec(Strict):
    """A grid of rows × columns under one header."""

    title: str = Field("", description="The merged line above the header, where the form has one.")
    corner: str = Field("", description="The words in the corner cell of the header.")
    columns: dict[str, Head] = Field(description="Columns, left to right.")
    rows: dict[str, Head] = Field(description="Rows, top to bottom.")

    @field_validator("columns", "rows")
    @classmethod
    def _keys(cls, value: dict[str, Head]) -> dict[str, Head]:
        return _checked_keys(value)


class TableSpec(Strict):
    """One table of the form."""

    id: str = Field(description="First part of every item id of the table.", pattern=KEY.pattern)
    name: str = Field(description="What people call it, e.g. 表三; used in messages and sheet names.")
    title: str = Field(description="Its heading on the form.")
    head: str = Field("", description="The merged cell above the columns, e.g. 申请人情况.")
    optional: bool = Field(False, description="With no value filled in, the table counts as absent.")
    blocks: list[BlockSpec] = Field(min_length=1)


class CoverSpec(Strict):
    """One label–value pair of the cover."""

    label: str
    also: list[str] = []
    type: Literal["text", "year", "date"] = "text"
    optional: bool = False


class YearsSpec(Strict):
    """The report years for which the form is in force."""

    from_: int = Field(alias="from", ge=1990, le=2999)
    to: int | None = Field(None, ge=1990, le=2999)

    @model_validator(mode="after")
    def _in_order(self) -> YearsSpec:
        if self.to is not None and self.to < self.from_:
            raise ValueError("to应不早于from")
        return self


class RuleSpec(Strict):
    """One rule (勾稽关系): written once, used everywhere."""

    id: str = Field(description="Stable code, e.g. T3.row.", pattern=RULE_ID.pattern)
    in_: str = Field("", alias="in", description="Table whose rows, columns or groups the rule is about.")
    each: Literal["row", "column", "item"] | list[str] | None = None
    only: list[str] = Field([], description="Just these rows, columns or items.")
    except_: list[str] = Field([], alias="except", description="All but these.")
    check: str | dict[str, str] = Field(description="The rule; several named ones as a mapping.")
    severity: SeverityName
    say: str = Field(description="The rule in a Chinese sentence.", min_length=4)
    advice: str = Field("", description="What to do; a standing sentence is used when empty.")
    origin: str = Field("", description="Where the rule comes from.")
    for_: list[LevelName] = Field([], alias="for", description="Levels it holds for; empty: all.")
    at: list[Literal["unit", "total"]] = ["unit", "total"]

    @field_validator("check")
    @classmethod
    def _names(cls, value: str | dict[str, str]) -> str | dict[str, str]:
        return value if isinstance(value, str) else _words(value)

    @model_validator(mode="after")
    def _each_needs_table(self) -> RuleSpec:
        if self.each is not None and not self.in_:
            raise ValueError("写了each就要写in（哪张表）")
        return self


def _name_only(value: Any) -> Any:
    return {"of": value} if isinstance(value, str | list) else value


def _one_name(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


class FigureSpec(Strict):
    """A number worth showing to the leader: the sum of what is named."""

    label: str = Field("", description="Its words; empty: those of the item.")
    of: Annotated[list[str], BeforeValidator(_one_name, json_schema_input_type=str | list[str])] = Field(
        description="Items or groups, named as in rules; `*` stands for any one key.", min_length=1
    )


Figure = Annotated[FigureSpec, BeforeValidator(_name_only, json_schema_input_type=str | FigureSpec)]


class ChartSpec(Strict):
    """A bar chart of the leader's page."""

    title: str
    bars: list[Figure] = Field(min_length=2, description="One bar each, all of one unit of measure.")


class TemplateSpec(Strict):
    """A whole file of `schemas/`."""

    id: str = Field(pattern=TEMPLATE_ID.pattern)
    version: int = Field(1, ge=1)
    title: str
    short: str = Field("", description="What messages to units call the form; empty: its title.")
    years: YearsSpec
    source: str = ""
    cover: dict[str, CoverSpec]
    tables: list[TableSpec] = Field(min_length=1)
    rules: list[RuleSpec] = []
    figures: list[Figure] = Field([], description="What the master shows first; empty: the grand totals.")
    charts: list[ChartSpec] = Field([], description="Bar charts on the master's first page.")

    @field_validator("cover")
    @classmethod
    def _unit_and_year(cls, value: dict[str, CoverSpec]) -> dict[str, CoverSpec]:
        for key in ("unit", "year"):
            if key not in value:
                raise ValueError(f"封面缺少“{key}”：每张表都要写明填报单位和年度")
        return _words(value)


def json_schema() -> dict[str, Any]:
    """The JSON Schema of the template language, for editors."""
    return TemplateSpec.model_json_schema(by_alias=True)
