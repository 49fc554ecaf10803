"""The text of a rule → its form: sums of named terms compared, implied, chosen from, or watched for jumps.

Grammar (whitespace is free):

    rule     := compare | compare "iff" compare | compare "implies" compare
              | sum "in" "{" sum ("," sum)* "}" | "jump" "(" name=int ("," name=int)* ")"
    compare  := sum ("==" | ">=" | "<=") sum
    sum      := ["-"] term (("+" | "-") term)*
    term     := [int "*"] name | int
    name     := ["last_year."] key ("." key)*
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Relation = Literal["==", ">=", "<="]

_TOKEN = re.compile(r"\s*(?:(\d+)|([a-z_][a-z0-9_]*(?:\.[a-z_][a-z0-9_]*)*)|(==|>=|<=|[-+*(){},=]))")
_RELATIONS: dict[str, Relation] = {"==": "==", ">=": ">=", "<=": "<="}
# What people write in place of what the language has.
_INSTEAD = (
    (r"\.\d|/|%|\d", "数只能是整数，没有除法：请两边同乘成整数，如2*a >= b"),
    (r"[<>!＝≥≤＜＞≠]", "比较只有==、>=、<="),
    (r"[（）｛｝，＋－＊×]", "符号用半角"),
)


@dataclass(frozen=True, slots=True)
class Name:
    """`coefficient * name`; an empty name is a constant."""

    coefficient: int
    name: str
    last_year: bool = False


@dataclass(frozen=True, slots=True)
class Compare:
    """left REL right, each a sum of names."""

    left: tuple[Name, ...]
    relation: Relation
    right: tuple[Name, ...]


@dataclass(frozen=True, slots=True)
class Logic:
    """premise iff / implies conclusion."""

    kind: Literal["iff", "implies"]
    premise: Compare
    conclusion: Compare


@dataclass(frozen=True, slots=True)
class Choice:
    """value in {options}."""

    value: tuple[Name, ...]
    options: tuple[tuple[Name, ...], ...]


@dataclass(frozen=True, slots=True)
class Jump:
    """A change worth a look: |Δ| ≥ least and (more than ×times, or > percent % on a base above `base`)."""

    least: int
    times: int
    percent: int
    base: int


Expression = Compare | Logic | Choice | Jump


def parse(text: str) -> Expression:
    """Parse a rule's text; ValueError says in Chinese what was expected where."""
    parser = _Parser(_tokens(text))
    expression = parser.rule()
    parser.end()
    return expression


def _tokens(text: str) -> list[str]:
    tokens, position = [], 0
    while text[position:].strip():
        match = _TOKEN.match(text, position)
        if match is None:
            raise ValueError(_puzzled(text[position:].strip()))
        tokens.append(match.group().strip())
        position = match.end()
    return tokens


def _puzzled(rest: str) -> str:
    """What may be written in place of what cannot be read."""
    reason = next(
        (advice for start, advice in _INSTEAD if re.match(start, rest)), "名称用行、列的键，不用标签"
    )
    return f"看不懂“{rest[:10]}”：{reason}"


class _Parser:
    def __init__(self, tokens: list[str]) -> None:
        self.tokens, self.position = tokens, 0

    def peek(self) -> str:
        return self.tokens[self.position] if self.position < len(self.tokens) else ""

    def take(self, *expected: str) -> str:
        token = self.peek()
        if not token or (expected and token not in expected):
            raise ValueError(f"“{token or '结尾'}”处应为{'或'.join(expected) or '名称或数字'}")
        self.position += 1
        return token

    def end(self) -> None:
        if self.peek():
            raise ValueError(f"“{self.peek()}”处应已结束")

    def rule(self) -> Expression:
        if self.peek() == "jump":
            return self.jump()
        left = self.sum()
        if self.peek() == "in":
            return self.choice(left)
        premise = self.compare(left)
        word = self.peek()
        if word == "iff" or word == "implies":
            self.take()
            return Logic("iff" if word == "iff" else "implies", premise, self.compare(self.sum()))
        return premise

    def compare(self, left: tuple[Name, ...]) -> Compare:
        relation = _RELATIONS[self.take(*_RELATIONS)]
        return Compare(left, relation, self.sum())

    def choice(self, value: tuple[Name, ...]) -> Choice:
        self.take("in")
        self.take("{")
        options = [self.sum()]
        while self.peek() == ",":
            self.take()
            options.append(self.sum())
        self.take("}")
        return Choice(value, tuple(options))

    def jump(self) -> Jump:
        self.take("jump")
        self.take("(")
        numbers: dict[str, int] = {}
        for key in ("least", "times", "percent", "base"):
            self.take(key)
            self.take("=")
            numbers[key] = self.number()
            self.take("," if key != "base" else ")")
        return Jump(**numbers)

    def number(self) -> int:
        token = self.take()
        if not token.isdigit():
            raise ValueError(f"“{token}”处应为整数")
        return int(token)

    def sum(self) -> tuple[Name, ...]:
        sign = -1 if self.peek() == "-" and self.take() else 1
        terms = [self.term(sign)]
        while self.peek() in ("+", "-"):
            sign = 1 if self.take() == "+" else -1
            terms.append(self.term(sign))
        return tuple(terms)

    def term(self, sign: int) -> Name:
        token = self.take()
        if token.isdigit():
            if self.peek() != "*":
                return Name(sign * int(token), "")
            self.take("*")
            return self._name(sign * int(token), self.take())
        return self._name(sign, token)

    def _name(self, coefficient: int, token: str) -> Name:
        if not re.match(r"[a-z_]", token):
            bracket = "；规则不用括号，请拆开写" if token in "()" else ""
            raise ValueError(f"“{token}”处应为行、列或指标的名称{bracket}")
        if self.peek() == "*":
            raise ValueError(f"“{token}*”：*前面只能是整数，如2*{token}")
        if token.startswith("last_year."):
            return Name(coefficient, token.removeprefix("last_year."), last_year=True)
        return Name(coefficient, token)
