"""A case's `case.yaml` → folders of received files, and the settings of the run.

`what` says in one line what the case is about; `form` is the form, or a list of forms under which the same
is found; `expected` has the exit code, every file's outcome, every unit's status, and every finding with its
sentence (under a form's id where its sentences are others). All else makes the inbox:

- `inbox`: file name (`2/…`: in the second folder) → how the file comes about, nothing for a clean one. It
  begins as the standard form filled in without a fault (`tests.standard.filled`; the first unit of a case has
  3 applications, the second 4, and so on: no two are alike) for `unit` (else the file's name), `form`,
  `year`, `requests`, `cover`; then, in this order, `borrow` a table from another form, `set` cells
  (`表三!J6` or an item's id; nothing: blank), `replace` texts, `do` what clerks do to sheets, rows and
  columns, `put` into cells; `explain` answers rules, `marker` signs it as one of our books, `modified` is the
  date inside, `as` another kind of file. Or `text` is all its content, `hostile` names one
  of the hostile set.
- `roster` is units.csv, `previous` last year's figures by unit (a real master is made of them), `settings`
  and `year` those of the run, `trouble` what happens while it runs (`tests.trouble`).
"""

from __future__ import annotations

import io
import re
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any

import yaml

from consolidate import deliver, pipeline
from consolidate.books import marker
from consolidate.model import Marker
from consolidate.settings import Settings
from tests import live, standard
from tests.hostile import binary, books, files, more, ooxml, other, tricks
from tests.hostile.form import Grid
from tests.standard import Page

Spec = Mapping[str, Any]
HOSTILE: Mapping[str, Callable[[str], bytes]] = {**books.BOOKS, **tricks.TRICKS, **files.FILES, **more.MORE}
WRITERS: Mapping[str, Callable[[list[Grid]], bytes]] = {
    ".xlsx": ooxml.book,
    ".xls": binary.xls,
    ".et": binary.xls,
    ".xlsb": binary.xlsb,
    ".ods": other.ods,
    ".html": other.html,
    ".docx": other.word,
    ".csv": lambda grids: other.delimited(grids, "gb18030"),
}
_REFERENCE = re.compile(r"([A-Z]*)(\d*)")


def folders(case: Spec, form: str, top: Path) -> list[Path]:
    """The case's folders, filled: names that begin with `2/` lie in the second, all others in the first."""
    inbox: Mapping[str, Spec] = {name: spec or {} for name, spec in case["inbox"].items()}
    units = list(dict.fromkeys(_unit(name, spec) for name, spec in inbox.items()))
    rounds = {1: top / "1"}
    for name, spec in inbox.items():
        number, inside = _split(name)
        folder = rounds.setdefault(number, top / str(number))
        path = folder / inside
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_file(inside, spec, form, year(case, form), 3 + units.index(_unit(name, spec))))
    (top / "1").mkdir(exist_ok=True)
    if "roster" in case:
        (top / "1" / "units.csv").write_text(case["roster"], encoding="utf-8-sig")
    return [rounds[number] for number in sorted(rounds)]


def year(case: Spec, form: str) -> int:
    """The report year: the form's first, or its second when the case has a last year."""
    return int(case.get("year", standard.template(form).first_year + ("previous" in case)))


def settings(case: Spec, form: str, top: Path) -> Settings:
    """The settings of the run; the report year is said, unless the case is about the year."""
    chosen: dict[str, Any] = {"year": year(case, form)}
    if "previous" in case:
        path = top / "上年.xlsx"
        path.write_bytes(_master(yaml.safe_dump(case["previous"]), form, chosen["year"] - 1))
        chosen["previous"] = path
    return Settings(**{**chosen, **case.get("settings", {})})


@cache
def _master(units: str, form: str, year: int) -> bytes:
    """Last year's master: a run over a file per unit, with these figures changed."""
    inbox = {f"{unit}.xlsx": {"set": figures} for unit, figures in yaml.safe_load(units).items()}
    with tempfile.TemporaryDirectory() as top:
        places = folders({"year": year, "inbox": inbox}, form, Path(top))
        run = pipeline.run(places, Settings(year=year, include="all")).run
    return deliver.files(run)["master.xlsx"]


def _split(name: str) -> tuple[int, str]:
    first, _, rest = name.partition("/")
    return (int(first), rest) if first.isdigit() and rest else (1, name)


def _unit(name: str, spec: Spec) -> str:
    return str(spec.get("unit", PurePosixPath(name).stem))


def _file(name: str, spec: Spec, form: str, year: int, requests: int) -> bytes:
    """The bytes of one received file."""
    if "text" in spec:
        return str(spec["text"]).encode(spec.get("codec", "utf-8"))
    if "hostile" in spec:
        return HOSTILE[spec["hostile"]](_unit(name, spec))
    grids = [_grid(page) for page in pages(name, spec, form, year, requests)]
    ending = spec.get("as", PurePosixPath(name).suffix)
    if ending != ".xlsx":
        return WRITERS[ending](grids)
    hidden = [step.split()[1] for step in spec.get("do", ()) if step.startswith("hide ")]
    book = ooxml.book(grids, states=dict.fromkeys(hidden, 'state="hidden"'))
    return _stamped(book, spec["modified"]) if "modified" in spec else book


def pages(name: str, spec: Spec, form: str, year: int, requests: int) -> list[Page]:
    """The sheets of a file: filled in rightly, then edited in the order in which the keys are listed here."""
    form = spec.get("form", form)
    stated = {"unit": _unit(name, spec), "year": spec.get("year", year)}
    figures = standard.figures(form, spec.get("requests", requests))
    sheets = standard.filled(form, values=figures, cover={**stated, "date": "", **spec.get("cover", {})})
    for table, lender in spec.get("borrow", {}).items():
        foreign = standard.filled(lender, values=standard.figures(lender, requests))
        (lent,) = (page for page in foreign if page.name == table)
        sheets = [lent if page.name == table else page for page in sheets]
    for place, value in spec.get("set", {}).items():
        _put(sheets, place, value)
    for old, new in spec.get("replace", {}).items():
        for page in sheets:
            page.cells.update({at: new for at, cell in page.cells.items() if cell == old})
    for step in spec.get("do", ()):
        sheets = _done(sheets, *step.split())
    for place, value in spec.get("put", {}).items():
        _put(sheets, place, value)
    if spec.get("live"):
        live.put(sheets)
    if "explain" in spec:
        said = [f"{rule},{text}" for rule, text in spec["explain"].items()]
        sheets.append(_table("情况说明", "\n".join(["编号,情况说明", *said])))
    if "marker" in spec:
        rows = marker.rows(Marker(template=form, **spec["marker"]))
        sheets.append(_table(marker.SHEET, "\n".join(",".join(row) for row in rows)))
    return sheets


def _put(sheets: list[Page], place: str, value: object) -> None:
    """Write to `表三!J6`, to an item's id or to a field of the cover; nothing empties the cell."""
    value = "" if value is None else value
    if "!" not in place:
        standard.put(sheets, place, value)
        return
    name, _, reference = place.partition("!")
    page = next(page for page in sheets if page.name == name)
    page.cells.pop(_cell(reference), None)
    if value != "":
        page.cells[_cell(reference)] = value


def _cell(reference: str) -> tuple[int, int]:
    """Row and column from 0 of `J6`; -1 for the part that `J` or `6` alone does not name."""
    letters, digits = _REFERENCE.fullmatch(reference).groups()  # type: ignore[union-attr]
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return int(digits or 0) - 1, column - 1


def _done(sheets: list[Page], verb: str, *objects: str) -> list[Page]:
    """What a clerk does to sheets, rows (`表三!9`) and columns (`表三!E`)."""
    if verb == "together":
        return standard.together(sheets)
    name, _, reference = objects[0].partition("!")
    page = next(page for page in sheets if page.name == name)
    row, column = _cell(reference)
    lines = {"rows": [row]} if row >= 0 else {"columns": [column]}
    if verb == "repeat":
        return [*sheets, Page(objects[1], dict(page.cells), list(page.merged))]
    if verb == "delete" and not reference:
        return [one for one in sheets if one is not page]
    change: dict[str, Callable[[], object]] = {
        "insert": lambda: page.insert(**lines),
        "delete": lambda: page.delete(**lines),
        "clear": lambda: [page.cells.pop(place, None) for place in page.items.values()],
        "hide": lambda: setattr(page, "hidden", True),
        "rename": lambda: setattr(page, "name", objects[1]),
        "swap": lambda: _swap(page, (row, column), _cell(objects[1])),
    }
    change[verb]()
    return sheets


def _swap(page: Page, one: tuple[int, int], other: tuple[int, int]) -> None:
    """Two rows (or columns) change places with all that stands in them."""
    axis = 0 if one[0] >= 0 else 1
    order = list(range(page.width if axis else page.height))
    order[one[axis]], order[other[axis]] = order[other[axis]], order[one[axis]]
    same = {n: n for n in range(page.height if axis else page.width)}
    page.move(*((same, dict(enumerate(order))) if axis else (dict(enumerate(order)), same)))


def _table(name: str, text: str) -> Page:
    """A sheet from lines of comma-separated cells."""
    page = Page(name)
    for row, line in enumerate(text.strip().splitlines()):
        page.cells.update({(row, column): cell for column, cell in enumerate(line.split(",")) if cell})
    return page


def _grid(page: Page) -> Grid:
    return Grid(page.name, dict(page.cells), list(page.merged))


def _stamped(book: bytes, modified: str) -> bytes:
    """The workbook with another modification date stored inside."""
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    core = parts["docProps/core.xml"].decode().replace("2020-01-10T08:00:00Z", str(modified))
    return ooxml.packed({**parts, "docProps/core.xml": core.encode()})
