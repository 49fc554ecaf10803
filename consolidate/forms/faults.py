"""What is wrong in a template's file, as sentences that name the file, the line and what was expected."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from consolidate.forms import spec

_Place = tuple[str | int, ...]

_MESSAGES = {
    "missing": "缺少这一项",
    "string_type": "应为文字（数字、日期、yes、no要加引号）",
    "int_type": "应为整数",
    "int_parsing": "应为整数",
    "int_from_float": "应为整数",
    "bool_type": "应为true或false",
    "bool_parsing": "应为true或false",
    "dict_type": "应为“键: 值”",
    "list_type": "应为列表",
    "model_type": "应为“键: 值”",
    "literal_error": "应为{expected}",
    "greater_than_equal": "应不小于{ge}",
    "less_than_equal": "应不大于{le}",
    "string_too_short": "至少要写{min_length}个字",
    "too_short": "至少要有{min_length}项",
    "recursion_loop": "引用（*）了它自己",
}
_PATTERNS = {
    spec.KEY.pattern: "应由小写英文字母、数字和下划线组成，以字母开头",
    spec.TEMPLATE_ID.pattern: "应由小写英文字母、数字和减号组成，以字母开头，如survey-2025",
    spec.RULE_ID.pattern: "应以大写英文字母开头，可以再加一个点和小写字母，如T3.row",
}
# What YAML's readers say, the fast one and the one written in Python, and what an author can do about it.
_YAML = (
    (r"tab character|'\\t'", "有制表符（Tab）：缩进请用空格"),
    (r"expected ',' or '[}\]]'", "括号没有写完整：缺逗号、缺右括号，或文字里的冒号、逗号没有加引号"),
    (r"mapping values are not allowed", "冒号用得不对：文字里的冒号要加引号，缩进要对齐"),
    (r"could not find expected ':'", "缺冒号：应写成“键: 值”，冒号用半角，后面空一格"),
    (r"<block end>|block mapping|'-' indicator|expected key", "缩进不对：同一级的各行要左对齐"),
    (r"another document", "一个文件只写一个模板，不要有---"),
    (r"not allowed|non-printable", "有看不见的控制字符，请删去"),
    (r"end of stream|quoted scalar", "引号没有成对"),
    (r"undefined alias", "引用（*）的名称没有定义（&）"),
    (r"cannot start any token", "不能用这个符号开头：文字请加引号，缩进请用空格，不用制表符（Tab）"),
)


class FaultError(ValueError):
    """What is wrong at a place of the document: `place` are its keys and positions from the top."""

    def __init__(self, message: str, *place: str | int) -> None:
        """Say what is wrong where."""
        super().__init__(message)
        self.place = place


def of_form(name: str, text: str, fault: FaultError) -> str:
    """The sentence for a form that is written correctly and cannot be."""
    return f"模板{name}第{_line(_lines(text), fault.place)}行 {fault}"


def of_yaml(name: str, error: yaml.YAMLError) -> str:
    """The sentence for text that is no YAML."""
    problem = str(getattr(error, "problem", None) or getattr(error, "reason", None) or error)
    mark, start = getattr(error, "problem_mark", None), getattr(error, "context_mark", None)
    where = f"第{mark.line + 1}行第{mark.column + 1}列" if mark else ""
    if start is not None and mark is not None and start.line < mark.line:
        where += f"（从第{start.line + 1}行开始的一段）"
    plain = [advice for pattern, advice in _YAML if re.search(pattern, problem)]
    own = not problem.isascii()
    return f"模板{name}{where}不是正确的YAML：{problem if own else (plain or ['请检查缩进、冒号和引号'])[0]}"


def of_values(name: str, text: str, error: ValidationError) -> str:
    """One line per place that does not say what the language allows there."""
    lines = _lines(text)
    said: dict[_Place, list[str]] = {}
    for problem in error.errors():
        place = tuple(part for part in problem["loc"] if "[" not in str(part) or part == "[key]")
        said.setdefault(place, []).append(_what(problem))
    return "\n".join(
        f"模板{name}第{_line(lines, place)}行 "
        f"{'.'.join(map(str, place)).removesuffix('.[key]') or '（整个文件）'}：{'，或'.join(whats)}"
        for place, whats in said.items()
    )


def near(word: str, known: Iterable[str]) -> str:
    """`，是不是…` with the known word that was meant, '' when none is like it."""
    found = difflib.get_close_matches(word, list(known), 1)
    return f"，是不是{found[0]}" if found else ""


def _what(problem: ErrorDetails) -> str:
    kind, loc = problem["type"], problem["loc"]
    if kind == "model_type" and not loc and problem["input"] is None:
        return "文件是空的，应写明id、title、years、cover、tables"
    if loc and loc[-1] == "[key]":
        return f"“{problem['input']}”不能作键：应以小写英文字母开头，yes、no、on、off要加引号"
    if kind == "extra_forbidden":
        return f"不认识的键{near(str(loc[-1]), _keys())}"
    facts = problem.get("ctx", {})
    if kind == "string_pattern_mismatch":
        return _PATTERNS[facts["pattern"]]
    known = _MESSAGES.get(kind)
    if known is None:
        return problem["msg"].removeprefix("Value error, ")
    words = {key: str(fact).replace("', '", "、").replace(" or ", "或") for key, fact in facts.items()}
    return known.format(**{key: fact.replace("'", "") for key, fact in words.items()})


def _keys() -> list[str]:
    """Every key of the language."""
    models = [one for one in vars(spec).values() if isinstance(one, type) and issubclass(one, BaseModel)]
    fields = [model.model_fields.items() for model in models]
    return sorted({field.alias or key for group in fields for key, field in group})


def _lines(text: str) -> dict[_Place, int]:
    return _line_numbers(yaml.compose(text, Loader=yaml.SafeLoader))


def _line(lines: dict[_Place, int], place: _Place) -> int:
    """The line of a place, or of what is nearest above it."""
    return next((lines[place[:n]] for n in range(len(place), -1, -1) if place[:n] in lines), 1)


def _line_numbers(
    node: yaml.Node | None, path: _Place = (), above: tuple[yaml.Node, ...] = ()
) -> dict[_Place, int]:
    if node is None or node in above:
        return {}
    lines = {path: node.start_mark.line + 1}
    inside = (*above, node)
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            lines |= _line_numbers(value, (*path, key.value), inside)
            lines[(*path, key.value)] = key.start_mark.line + 1
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            lines |= _line_numbers(value, (*path, number), inside)
    return lines
