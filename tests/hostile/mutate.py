"""Good files altered at random, from a seed: bits, cuts, swapped parts, edited XML."""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Callable
from functools import cache

from tests.hostile import binary, ooxml, other
from tests.hostile.form import Grid, filled

_OWN = 150  # so many files are of a unit of their own: what they get is a return
_NUMBERS = ["0", "-1", "1", "65536", "1048577", "4294967296", "99999999999999999999", "NaN", "", "１"]
_TOKENS = re.compile(rb"<[^>]*>|\d+|\"[^\"]*\"")


_WRITERS: dict[str, Callable[[list[Grid]], bytes]] = {
    "xlsx": ooxml.book,
    "xls": binary.xls,
    "xlsb": binary.xlsb,
    "ods": other.ods,
    "html": other.html,
    "csv": lambda grids: other.delimited(grids, "gb18030"),
    "docx": other.word,
}


@cache
def _original(ending: str, unit: str) -> bytes:
    """A good file of a format."""
    return _WRITERS[ending](filled(unit))


def mutated(seed: int) -> tuple[str, bytes]:
    """The ending and the bytes of one altered file; every second one is an .xlsx."""
    dice = random.Random(seed)
    ending = "xlsx" if dice.random() < 0.5 else dice.choice(sorted(_WRITERS))
    data = _original(ending, f"变异{seed}镇" if seed < _OWN else "变异镇")
    changes = [_bits, _cut, _noise, _repeat]
    if ending in ("xlsx", "xlsb", "ods", "docx"):
        changes += [_swapped, _edited, _edited, _edited, _part_bits]
    return ending, dice.choice(changes)(data, dice)


def _bits(data: bytes, dice: random.Random) -> bytes:
    altered = bytearray(data)
    for _ in range(dice.choice([1, 1, 3, 20])):
        altered[dice.randrange(len(altered))] ^= 1 << dice.randrange(8)
    return bytes(altered)


def _cut(data: bytes, dice: random.Random) -> bytes:
    return data[: dice.randrange(len(data))]


def _noise(data: bytes, dice: random.Random) -> bytes:
    start = dice.randrange(len(data))
    noise = dice.randbytes(dice.choice([1, 8, 64, 600]))
    return data[:start] + noise + data[start + len(noise) :]


def _repeat(data: bytes, dice: random.Random) -> bytes:
    start, end = sorted(dice.randrange(len(data)) for _ in range(2))
    return data[:end] + data[start:]


def _parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _swapped(data: bytes, dice: random.Random) -> bytes:
    parts = _parts(data)
    first, second = dice.sample(sorted(parts), 2)
    parts[first], parts[second] = parts[second], parts[first]
    return ooxml.packed(parts)


def _part_bits(data: bytes, dice: random.Random) -> bytes:
    """Bits altered inside a part, with the right CRC."""
    parts = _parts(data)
    name = dice.choice(sorted(name for name in parts if parts[name]))
    parts[name] = _bits(parts[name], dice)
    return ooxml.packed(parts)


def _edited(data: bytes, dice: random.Random) -> bytes:
    """Tags, numbers and attribute values of a part dropped, doubled or replaced."""
    parts = _parts(data)
    name = dice.choice(sorted(name for name in parts if parts[name]))
    part = parts[name]
    for _ in range(dice.choice([1, 2, 8])):
        tokens = list(_TOKENS.finditer(part))
        if not tokens:
            return _bits(data, dice)
        token = dice.choice(tokens)
        new = dice.choice([b"", token[0] * 2, dice.choice(tokens)[0], dice.choice(_NUMBERS).encode()])
        part = part[: token.start()] + new + part[token.end() :]
    parts[name] = part
    return ooxml.packed(parts)
