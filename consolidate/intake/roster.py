"""Roster: who must submit, and to whom a file belongs (never bound on a fuzzy match)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from pathlib import PurePosixPath

from rapidfuzz import fuzz, process

from consolidate.errors import RosterError
from consolidate.intake.names import is_filler, normal, place_of, stripped
from consolidate.model import Sheet, Unit

COLUMNS = {
    "单位代码": "code", "单位名称": "name", "类别": "kind", "别名": "aliases", "联系人": "contact",
    "联系电话": "phone", "代报单位": "reported_by", "并入单位": "predecessors",
}  # fmt: skip
_SPLIT = str.maketrans(dict.fromkeys("、，,；;/|\n", "、"))
_ASK = "请确认是哪个单位报送的，请其在封面填写单位全称后重发"
SURE, LEAD = 60.0, 15.0  # a suggestion: this similar, and this far ahead of the runner-up
# How a unit's kind on the roster tells its level; the office's own level decides what stays unclear.
_LEVELS = (
    ("township", ("乡", "镇", "街道")),
    ("department", ("部门", "局", "委", "办", "中心", "企业", "单位")),
    ("county", ("县", "区", "旗")),
    ("city", ("市", "州", "盟")),
    ("province", ("省",)),
)
_BELOW = {"province": "city", "city": "county", "county": "township"}


@dataclass(frozen=True, slots=True)
class Binding:
    """To whom a file belongs: a roster name, or '' with the reason and perhaps a suggestion.

    `todo` is what to do, where it is something else than looking for the name.
    """

    unit: str
    reason: str = ""
    suggestion: str = ""
    todo: str = ""


@dataclass(frozen=True, slots=True)
class Roster:
    """The units that must submit, in the roster's order, and the keys by which they are known.

    A key that two units share identifies neither.
    """

    units: tuple[Unit, ...]
    given: bool = True
    place: str = ""
    keys: Mapping[str, str] = field(default_factory=dict)
    codes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    spellings: Sequence[tuple[str, str]] = ()
    sizes: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        """Work out the keys, codes, spellings (stripped name, unit) and their lengths once."""
        spellings = tuple(
            (stripped(name, self.place), unit.name)
            for unit in self.units
            for name in (unit.name, *unit.aliases)
        )
        object.__setattr__(self, "spellings", spellings)
        object.__setattr__(self, "keys", _keys(self.units, spellings))
        object.__setattr__(self, "codes", _codes(self.units))
        object.__setattr__(self, "sizes", frozenset(map(len, (*self.keys, *self.codes))))

    def by_name(self, name: str) -> str:
        """The unit that a stated name means: exact, normalised, alias or suffix-stripped; '' otherwise."""
        return self.keys.get(normal(name)) or self.keys.get(stripped(name, self.place), "")

    def by_code(self, code: str) -> str:
        """The unit with this code (spaces and case do not matter); '' when none has it."""
        return self.codes.get(normal(code), ("",))[0]

    def by_file(self, file: str) -> tuple[tuple[str, ...], bool]:
        """Units whose name, alias or code stands in a file's name, and whether nothing else does.

        Only the longest of overlapping names counts: 石门镇 inside 石门镇中学 does not.
        """
        stem = normal(PurePosixPath(file).stem)
        # Looked up piece by piece: a nation's roster has too many names to look for each of them.
        pieces = {stem[n : n + size] for size in self.sizes for n in range(len(stem) - size + 1)}
        hits = {piece for piece in pieces if len(piece) >= 2 and piece in self.keys}
        hits = {key for key in hits if not any(key != other and key in other for other in hits)}
        # The unit first: its full name begins with the place.
        rest = stem
        for key in (*sorted(hits, key=len, reverse=True), normal(self.place)):
            rest = rest.replace(key, "")
        coded = {name for piece in pieces if len(piece) >= 4 for name in self.codes.get(piece, ())}
        units = {self.keys[key] for key in hits if self.keys[key]} | coded
        return tuple(sorted(units)), is_filler(rest)

    def suggest(self, name: str) -> str:
        """The one unit that a misspelt name probably means, or ''; for people to decide, never bound."""
        close = process.extract(
            (stripped(name, self.place), ""), self.spellings, scorer=fuzz.ratio,
            processor=itemgetter(0), score_cutoff=SURE - LEAD, limit=None,
        )  # fmt: skip
        scores = sorted(((score, unit) for (_, unit), score, _ in close), reverse=True)
        if not scores or scores[0][0] < SURE:
            return ""
        rival = next((score for score, unit in scores if unit != scores[0][1]), 0.0)
        return scores[0][1] if scores[0][0] - rival >= LEAD else ""

    def bind(self, file: str, cover_name: str, cover_code: str, titled: str = "") -> Binding:
        """The unit that a file's code, cover and name agree on; Binding('') with a reason otherwise.

        `titled`, whom the titles name, counts where the cover says nothing.
        """
        code, cover = self.by_code(cover_code), self.by_name(cover_name)
        named, sure = self.by_file(file)
        if cover_name.strip() and not cover:
            if code:
                return Binding(code)  # the code is exact; how the name is spelt does not matter
            hint = self.suggest(cover_name)
            return Binding("", f"封面填报单位“{cover_name}”不在单位名单中", hint)
        stated = {unit for unit in (code, cover) if unit}
        if len(stated) > 1:
            reason = f"封面代码属于{code}，填报单位写的是{cover}，两者不一致"
            return Binding("", reason, todo="请向报送单位核实是谁的数据，请其改正封面后重发")
        where, stated = ("封面填报单位", stated) if stated else ("标题", {self.by_name(titled)} - {""})
        if stated:
            unit = stated.pop()
            if named and unit not in named:
                reason = f"{where}是{unit}，文件名写的是{'、'.join(named)}，两者不一致"
                todo = f"请向报送单位核实是谁的数据，请其改正{where.removesuffix('填报单位')}或文件名后重发"
                return Binding("", reason, todo=todo)
            return Binding(unit)
        if len(named) == 1 and sure:
            return Binding(named[0])
        if named:
            hint = named[0] if len(named) == 1 else ""
            return Binding("", "封面没有填报单位，只凭文件名不能确定", hint, _ASK)
        if titled:
            return Binding(
                "", f"封面没有填报单位，标题里的“{titled}”不在单位名单中", self.suggest(titled), _ASK
            )
        hint = self.suggest(PurePosixPath(file).stem)
        return Binding("", "封面没有填报单位，文件名里也没有名单中的单位", hint, _ASK)


def _keys(units: Sequence[Unit], spellings: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Normalised name or alias → unit; first the full names, then the stripped ones; shared keys → ''."""
    full = [(normal(name), unit.name) for unit in units for name in (unit.name, *unit.aliases)]
    keys: dict[str, str] = {}
    for level in (full, spellings):
        owners: dict[str, set[str]] = {}
        for key, unit in level:
            owners.setdefault(key, set()).add(unit)
        for key, names in owners.items():
            keys.setdefault(key, names.pop() if len(names) == 1 else "")
    return keys


def _codes(units: Sequence[Unit]) -> dict[str, tuple[str, ...]]:
    """Normalised code → the units that have it."""
    codes: dict[str, tuple[str, ...]] = {}
    for unit in units:
        if code := normal(unit.code):
            codes[code] = (*codes.get(code, ()), unit.name)
    return codes


def parse(sheets: Sequence[Sheet], file: str, office: str = "") -> Roster:
    """The roster in a spreadsheet's grids; RosterError says what is wrong in which row."""
    for sheet in sheets:
        for number, row in enumerate(sheet.rows[:20]):
            heads = [normal(str(cell)) for cell in row]
            if normal("单位名称") in heads:
                units = _units(
                    sheet.rows[number + 1 :], [str(cell).strip() for cell in row], number + 2, file
                )
                return Roster(units, place=place_of(office))
    raise RosterError(f"单位名单{file}中没有“单位名称”一列：首行应有{'、'.join(COLUMNS)}，其中单位名称必填")


def _units(rows: Sequence[Sequence[object]], heads: list[str], first: int, file: str) -> tuple[Unit, ...]:
    fields = {normal(label): name for label, name in COLUMNS.items()}
    units: list[Unit] = []
    seen: dict[str, int] = {}
    named = {head: fields[normal(head)] for head in heads if normal(head) in fields}
    for number, row in enumerate(rows, start=first):
        cells = {head: _text(cell) for head, cell in zip(heads, row, strict=False) if head}
        known = {named[head]: text for head, text in cells.items() if head in named}
        if not known.get("name"):
            if any(cells.values()):
                raise RosterError(f"单位名单{file}第{number}行没有单位名称：请补上，或删去这一行")
            continue
        for key, what in ((normal(known["name"]), "单位名称"), (normal(known.get("code", "")), "单位代码")):
            if key and (earlier := seen.setdefault(key, number)) != number:
                raise RosterError(f"单位名单{file}第{number}行与第{earlier}行的{what}相同：请删去重复的一行")
        extra = {head: text for head, text in cells.items() if head not in named}
        units.append(_unit(known, extra))
    if not units:
        raise RosterError(f"单位名单{file}中没有单位")
    return _checked(tuple(units), file)


def _unit(known: Mapping[str, str], extra: Mapping[str, str]) -> Unit:
    return Unit(
        name=known["name"],
        code=known.get("code", ""),
        kind=known.get("kind", ""),
        aliases=_list(known.get("aliases", "")),
        contact=known.get("contact", ""),
        phone=known.get("phone", ""),
        reported_by=known.get("reported_by", ""),
        predecessors=_list(known.get("predecessors", "")),
        extra=extra,
    )


def _checked(units: tuple[Unit, ...], file: str) -> tuple[Unit, ...]:
    """Delegates must be on the roster, and must report for themselves."""
    names = {normal(unit.name): unit for unit in units}
    for unit in units:
        if not unit.reported_by:
            continue
        target = names.get(normal(unit.reported_by))
        if target is None:
            raise RosterError(f"单位名单{file}：{unit.name}的代报单位“{unit.reported_by}”不在名单中")
        if target.reported_by or target is unit:
            raise RosterError(f"单位名单{file}：{unit.name}的代报单位{target.name}自己也由别人代报")
    return units


def _text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _list(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.translate(_SPLIT).split("、") if part.strip())


def found(names: Iterable[tuple[str, str]], office: str = "") -> Roster:
    """Without a roster, the units found are the roster: (cover name, code) pairs, sorted by name."""
    units: dict[str, Unit] = {}
    for name, code in sorted(set(names)):
        units.setdefault(stripped(name, place_of(office)), Unit(name.strip(), code))
    return Roster(tuple(units.values()), given=False, place=place_of(office))


def level_of(unit: Unit, office: str) -> str:
    """The administrative level of a unit, from its kind on the roster, else one below the office's."""
    text = unit.kind or ""
    for level, words in _LEVELS:
        if any(word in text for word in words):
            return level
    return _BELOW.get(office, "township")
