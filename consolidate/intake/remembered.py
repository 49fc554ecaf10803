"""What a file gave, as bytes for the cache, and back: never pickle, and every type is checked on the way in.

The file's name and folder are left out: the same bytes may come back under another name.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any, TypeVar

import numpy as np

from consolidate.model import Explanation, Finding, Flaw, Marker, Place, Refusal, Submission

Thing = TypeVar("Thing")
Places = tuple[Place | None, ...]


class Doubt(ValueError):  # noqa: N818 - it is no error of anybody's: the file is simply read again
    """Bytes that are not what `packed` makes."""


@dataclass(frozen=True, slots=True)
class Packed:
    """What a file gave: where the items stand (equal for many files), their values, and the rest.

    `layout` and `rest` are JSON in UTF-8, `figures` 8 bytes per item (little-endian float64). A refusal is
    a `rest` alone.
    """

    layout: bytes
    figures: bytes
    rest: bytes


def packed(outcome: Submission | Refusal) -> Packed:
    """The bytes to keep of a submission, or of why there is none."""
    if isinstance(outcome, Refusal):
        return Packed(b"", b"", _json({"code": outcome.code, "details": dict(outcome.details)}))
    rest = {
        "kind": outcome.kind,
        "template": outcome.template,
        "sheets": outcome.sheets,
        "flaws": [_given(flaw) for flaw in outcome.flaws],
        "problems": [_given(problem) for problem in outcome.problems],
        "cover": dict(outcome.cover),
        "cover_places": dict(outcome.cover_places),
        "absent_tables": outcome.absent_tables,
        "explanations": [_given(one) for one in outcome.explanations],
        "modified": outcome.modified,
        "marker": None if outcome.marker is None else _given(outcome.marker),
        "formulas": outcome.formulas,
        "titled": outcome.titled,
    }
    return Packed(_layout(outcome.places), outcome.values.astype("<f8").tobytes(), _json(rest))


def refusal(rest: bytes) -> Refusal:
    """The refusal that was packed; Doubt when it was none."""
    try:
        found = _parsed(rest)
        return Refusal(_str(found["code"]), _texts(found["details"]))
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        raise Doubt(str(error)) from error


def submission(
    places: Places, figures: bytes, rest: bytes, *, file: str, folder: int, sha256: str
) -> Submission:
    """The submission that was packed, for a file of this name; Doubt when the bytes cannot be its own."""
    if len(figures) != 8 * len(places):
        raise Doubt(f"{len(figures)} bytes for {len(places)} items")
    try:
        found = _parsed(rest)
        return Submission(
            file, folder, sha256, _str(found["kind"]), _str(found["template"]), _strs(found["sheets"]),
            places, np.frombuffer(figures, "<f8").astype(np.float64),
            tuple(_made(Flaw, one) for one in found["flaws"]),
            tuple(_made(Finding, one) for one in found["problems"]),
            _texts(found["cover"]), {_str(k): _place(p) for k, p in found["cover_places"].items()},
            _strs(found["absent_tables"]), tuple(_made(Explanation, one) for one in found["explanations"]),
            _str(found["modified"]), None if found["marker"] is None else _made(Marker, found["marker"]),
            tuple(_formula(one, len(places)) for one in _list(found["formulas"])), _str(found["titled"]),
        )  # fmt: skip
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        raise Doubt(str(error)) from error


def places(layout: bytes) -> Places:
    """The places of a layout; Doubt when the bytes are none."""
    try:
        return tuple(None if place is None else _place(place) for place in _list(_parsed(layout)))
    except (ValueError, TypeError, RecursionError) as error:
        raise Doubt(str(error)) from error


def _json(value: object) -> bytes:
    # Broken names and cells may hold half characters (lone surrogates): they come back as they are.
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


@lru_cache(maxsize=256)
def _layout(spots: Places) -> bytes:
    """The bytes of a layout: most files share a few."""
    return _json(spots)


def _parsed(text: bytes) -> Any:
    return json.loads(text.decode("utf-8", "surrogatepass"))


def _given(thing: Any) -> dict[str, object]:
    """The fields of a dataclass that say something, by name."""
    values = ((field, getattr(thing, field.name)) for field in fields(thing))
    return {f.name: dict(v) if isinstance(v, Mapping) else v for f, v in values if v != f.default}


def _made(kind: Callable[..., Thing], given: Mapping[str, Any]) -> Thing:
    """A dataclass of these fields; a TypeError or LookupError about one that it does not have."""
    return kind(**{name: _FIELDS[name](value) for name, value in given.items()})


def _str(value: object) -> str:
    if type(value) is not str:
        raise Doubt(repr(value))
    return value


def _int(value: object) -> int:
    if type(value) is not int:
        raise Doubt(repr(value))
    return value


def _bool(value: object) -> bool:
    if type(value) is not bool:
        raise Doubt(repr(value))
    return value


def _number(value: object) -> float:
    if type(value) is not float and type(value) is not int:
        raise Doubt(repr(value))
    return value


def _list(value: object) -> list[Any]:
    if type(value) is not list:
        raise Doubt(repr(value))
    return value


def _strs(value: object) -> tuple[str, ...]:
    return tuple(_str(one) for one in _list(value))


def _texts(value: Mapping[str, object]) -> dict[str, str]:
    return {_str(key): _str(one) for key, one in value.items()}


def _place(value: object) -> Place:
    sheet, row, column = _list(value)
    return _int(sheet), _int(row), _int(column)


def _formula(value: object, items: int) -> tuple[int, tuple[int, ...]]:
    """An item and those that its formula refers to, all of them items of the form."""
    item, named = _list(value)
    listed = (_int(item), *(_int(one) for one in _list(named)))
    if not all(0 <= one < items for one in listed):
        raise Doubt(repr(value))
    return listed[0], listed[1:]


def _places(value: object) -> tuple[Place, ...]:
    return tuple(_place(one) for one in _list(value))


# The fields of Flaw, Finding, Explanation and Marker; a name means one type in all of them.
_FIELDS: dict[str, Callable[[Any], object]] = {
    **dict.fromkeys(("item", "year"), _int),
    **dict.fromkeys(
        ("code", "raw", "advice", "proposal", "severity", "message", "table", "where", "found", "expected",
         "basis", "audience", "unit", "file", "sheet", "id", "digest", "explanation", "status", "reply",
         "change", "effect", "finding", "text", "role", "template", "version", "source"), _str),
    **dict.fromkeys(("items", "suggestion", "causes", "rules", "data_sheets"), _strs),
    "places": _places,
    **dict.fromkeys(("digests", "facts"), _texts),
    "value": _number,
    "grouped": _bool,
}  # fmt: skip
