"""What a workbook says of itself outside the tables: the cover's fields, the year on cover and in titles."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from consolidate import codes
from consolidate.forms.template import Template
from consolidate.intake import cover, grid, labels, names, shapes
from consolidate.intake.layout_of import Layout
from consolidate.model import Finding, Place, address

APART = 2  # the lines of one title lie at most so many rows apart


@dataclass(frozen=True, slots=True)
class Stated:
    """The fields of the cover with their places, whom the titles name, and what is wrong with them."""

    cover: dict[str, str]
    places: dict[str, Place]
    titled: str
    problems: tuple[Finding, ...]


def stated(
    layout: Layout, flat: Sequence[object], template: Template, year: int | None, sheets: Sequence[str]
) -> Stated:
    """Read the cover; with a report year, check every year that the cover and titles state.

    A year that only titles state counts as the cover's. `sheets` are the names of the sheets.
    """
    known = shapes.cover_keys(template)
    fields: dict[str, str] = {}
    places: dict[str, Place] = {}
    blank: dict[str, tuple[Place, ...]] = {}
    years: list[tuple[str, Place]] = []
    for name, spots in layout.cover:
        is_year = template.cover[name].type == "year"
        texts = [
            (cover.value(flat[position], name, known, spot.inside), spot.place) for position, spot, _ in spots
        ]
        texts = [(text, place) for text, place in texts if text and not _unit_of_measure(text)]
        if spots:
            fields[name], places[name] = texts[0] if texts else ("", spots[0][1].place)
        if spots and not texts:
            blank[name] = tuple(spot.place for _, spot, _ in spots)
        if is_year:
            years += _cover_years(texts)
    columns = {place[:1] + place[2:] for name, place in places.items() if name not in blank}
    for name, empty in blank.items():  # the values of the other labels tell where this one belongs
        places[name] = next((place for place in empty if place[:1] + place[2:] in columns), empty[0])
    heads = shapes.key_set(table.title for table in template.tables)
    titles = _titles(layout, flat, sheets, heads, template.title)
    titled = [(said, text, place) for text, place in titles if (said := cover.title_year(text)) is not None]
    name = next(name for name, spec in template.cover.items() if spec.type == "year")
    if not fields.get(name) and len({said for said, _, _ in titled}) == 1:
        fields[name], places[name] = str(titled[0][0]), titled[0][2]
    found = () if year is None else tuple(_problems(year, name, fields, places, years, titled, sheets))
    return Stated(fields, places, _named([text for text, _ in titles], template.title), found)


def _titles(
    layout: Layout, flat: Sequence[object], sheets: Sequence[str], heads: frozenset[str], form: str
) -> list[tuple[str, Place]]:
    """The texts that may be titles: those beside the tables, and the headings of what comes before them.

    What follows the title of a table (`heads`) is no heading of the whole: the links at the end of a page.
    Headings that state different years are none.
    """
    near: list[tuple[str, Place]] = []
    before: list[tuple[str, Place]] = []
    first = min(layout.sheets, default=0)
    lines: list[tuple[str, Place]] = []
    for position, place, _ in layout.texts:
        if not (text := str(flat[position]).strip()):
            continue
        lines = [*lines[-2:], (text, place)]
        if place[0] in layout.sheets and sheets[place[0]] != grid.PROSE:
            near.append((_whole(lines, form), place))
        elif place[0] <= first and labels.normal(text) in heads:
            first = -1
        elif place[0] <= first and cover.is_heading(text):
            before.append((_whole(lines, form), place))
    years = {cover.title_year(text) for text, _ in before} - {None}
    return before * (len(years) < 2) + near


def _whole(lines: Sequence[tuple[str, Place]], form: str) -> str:
    """The last of some lines; with those directly above it, where only together they are a unit's title."""
    text, below = lines[-1]
    if not cover.is_heading(text) or names.is_body(names.of_title(text, form)):
        return text
    whole = text
    for above, place in reversed(lines[:-1]):
        if place[0] != below[0] or below[1] - place[1] > APART:
            break
        whole, below = above + whole, place
        if cover.is_heading(whole) and names.is_body(names.of_title(whole, form)):
            return whole
    return text


def _named(titles: Sequence[str], form: str) -> str:
    """Whom the titles name; '' when it is nobody, or not only one."""
    found = [names.of_title(text, form) for text in titles if cover.is_heading(text)]
    named = {names.normal(name): name for name in found if name}
    return named.popitem()[1] if len(named) == 1 else ""


def _unit_of_measure(text: str) -> bool:
    """`单位：件` above a table is no unit that reports."""
    return labels.is_unit(labels.normal(text))


def _cover_years(texts: Sequence[tuple[str, Place]]) -> list[tuple[str, Place]]:
    """The texts that state the report year: the first one, and any other that is nothing but a year."""
    return [(text, place) for number, (text, place) in enumerate(texts) if not number or cover.is_year(text)]


def _problems(
    year: int,
    name: str,
    fields: dict[str, str],
    places: dict[str, Place],
    years: Sequence[tuple[str, Place]],
    titled: Sequence[tuple[int, str, Place]],
    sheets: Sequence[str],
) -> Iterator[Finding]:
    unread = [(text, place) for text, place in years[:1] if cover.year(text) is None]
    wrong = [(text, place) for text, place in years if cover.year(text) not in (None, year)]
    titles = [(text, place) for said, text, place in titled if said != year]
    if wrong or titles:
        text, _ = (wrong + titles)[0]
        spots = tuple(dict.fromkeys(place for _, place in wrong + titles))
        shown = {place[0]: sheets[place[0]] for place in spots} | {place[0]: "封面" for _, place in wrong}
        where = "；".join(_shown(name, sheet, spots) for sheet, name in shown.items())
        what = "年度" if wrong else "标题"
        yield codes.finding(
            "S6.year", {"found": text, "year": str(year), "what": what}, places=spots, where=where
        )
    elif unread:
        yield _blank(year, unread[0][0], unread[0][1])
    elif not years and not titled:
        if name in places:
            yield _blank(year, "", places[name])
        else:
            yield codes.finding("S6.missing", {"year": str(year)})
    if "unit" in places and not fields["unit"]:
        yield codes.finding("S6.unit", {"item": "填报单位"}, places=(places["unit"],), table_name="封面")


def _shown(name: str, sheet: int, spots: Sequence[Place]) -> str:
    """`封面 B3、C5`: those of some places that are on one sheet."""
    return f"{name} {'、'.join(address(*place[1:]) for place in spots if place[0] == sheet)}"


def _blank(year: int, text: str, place: Place) -> Finding:
    what = f"年度填的是“{text}”，看不出是哪一年" if text else "年度没有填写"
    fields = {"found": text or "空", "what": what, "year": str(year)}
    return codes.finding("S6.blank", fields, places=(place,), table_name="封面")
