"""What is wrong with a table's rows, columns and labels, as findings that name them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from operator import itemgetter

from consolidate import codes
from consolidate.forms.template import Template
from consolidate.intake import groups, labels, shapes, texts
from consolidate.intake.align import Found
from consolidate.intake.locate import Fit
from consolidate.intake.tables import TableFound
from consolidate.model import Finding, Place, address

LISTED = 6  # respelled labels named in one sentence
_SINGLE = str.maketrans("“”", "‘’")


def problems(found: TableFound, template: Template, names: Sequence[str]) -> list[Finding]:
    """All structure findings of one table; `names` are the sheets' names."""
    table = found.form.table
    finding = partial(codes.finding, table=table.id, table_name=table.name)
    if found.copies:
        return [_twice(found, names)]
    if found.rival is not None:
        fields = {
            "table": table.name,
            "rival": f"{_years(found.rival)}年度的版式（{found.rival.source}）",
            "right": f"{_years(template)}年度的版式（{template.source}）",
        }
        first = next(_spots(found))
        return [finding("S1", fields, places=(first,))]
    if not any(found.fits):
        if table.optional:
            return []
        fields = {"table": table.name, "title": table.title}
        return [finding("S2.table", fields)]
    result = []
    for shape, fit in zip(found.form.shapes, found.fits, strict=True):
        if fit is None:
            items = tuple(template.items[index].id for index in shape.block.items)
            title = _inside(shape.block.title or table.title)
            fields = {"what": f"“{title}”这一部分", "detail": ""}
            beside = _beside(found, shape.block.number)
            result.append(finding("S2.missing", fields, items=items, places=beside))
        else:
            for across in (True, False):
                result += _Axis(fit, template, across).problems()
    spelled = _spelling(found)
    return [*result, spelled] if spelled else result


def _years(template: Template) -> str:
    if template.last_year is None:
        return f"{template.first_year}年及以后"
    if template.last_year == template.first_year:
        return str(template.first_year)
    return f"{template.first_year}—{template.last_year}"


def _spots(found: TableFound) -> Iterator[Place]:
    """The first heading, or else the first label, of every place where the table stands."""
    for fit in (*found.fits, *found.copies):
        if fit is not None:
            yield next(place for across in (True, False) for place in label_places(fit, across).values())


def _twice(found: TableFound, names: Sequence[str]) -> Finding:
    table = found.form.table
    first = next(fit for fit in found.fits if fit is not None)
    spots = list(dict.fromkeys(_spots(TableFound(found.form, (first,), found.copies))))
    listed = "、".join(f"工作表“{names[sheet]}”{address(row, column)}起" for sheet, row, column in spots[:4])
    fields = {"count": str(len(spots)), "places": listed}
    return codes.finding("S2.twice", fields, where=table.name, places=tuple(spots), table=table.id)


def _beside(found: TableFound, number: int) -> tuple[Place, ...]:
    """The last label above a part that is missing, or else the first one below it."""
    there = [(n, fit) for n, fit in enumerate(found.fits) if fit is not None]
    above = [fit for n, fit in there if n < number]
    if above:
        return tuple(label_places(above[-1], False).values())[-1:]
    return tuple(label_places(there[0][1], True).values())[:1]


def label_places(fit: Fit, across: bool) -> dict[int, Place]:
    """The label cell of every leaf found, by leaf; those without a label are left out."""
    alignment, found = (fit.columns, fit.columns_found) if across else (fit.rows, fit.rows_found)
    return {
        leaf: _label_place(fit, found[place], across)
        for leaf, place in enumerate(alignment.at)
        if place is not None and found[place].raw
    }


def _label_place(fit: Fit, one: Found, across: bool) -> Place:
    return (
        (fit.page.index, one.across, one.position) if across else (fit.page.index, one.position, one.across)
    )


class _Axis:
    """The rows or the columns of one block, and what is wrong with them."""

    def __init__(self, fit: Fit, template: Template, across: bool) -> None:
        """The columns (`across`) or the rows of a located block."""
        shape = fit.shape
        self.fit, self.template, self.across = fit, template, across
        self.named = not (shape.pairs if across else shape.bare)
        self.leaves = shape.columns if across else shape.rows
        self.alignment, self.found = (
            (fit.columns, fit.columns_found) if across else (fit.rows, fit.rows_found)
        )
        self.kind = "列" if across else "行"
        self.table = template.table(shape.block.table)

    def problems(self) -> list[Finding]:
        """What is missing, moved, too much."""
        if not self.named:
            return []
        spare = list(self.alignment.extra)
        result = [self._missing(run, spare) for run in _runs(self.alignment.missing)]
        exchanged = _exchanged(self.alignment.at) if self.alignment.moved else []
        moved = [] if exchanged else self.alignment.moved
        result += [*map(self._exchanged, exchanged), *map(self._moved, moved)]
        return result + [one for place in spare if (one := self._extra(self.found[place])) is not None]

    def _finding(
        self, code: str, fields: Mapping[str, str], run: Sequence[int], places: tuple[Place, ...]
    ) -> Finding:
        block = self.fit.shape.block
        if self.across:
            cells = [block.item(row, leaf) for leaf in run for row in range(len(block.rows))]
        else:
            cells = [block.item(leaf, column) for leaf in run for column in range(len(block.columns))]
        items = tuple(self.template.items[index].id for index in cells)
        table = self.table
        return codes.finding(code, fields, items=items, places=places, table=table.id, table_name=table.name)

    def _what(self, names: Sequence[str]) -> str:
        joined = "、".join(f"“{_inside(name)}”" for name in names)
        return f"{joined}这{len(names) if len(names) > 1 else '一'}{self.kind}"

    def _missing(self, run: Sequence[int], spare: list[int]) -> Finding:
        """Missing rows or columns; unknown ones in their place are part of the same cause."""
        at = self.alignment.at
        before = next((leaf for leaf in range(run[0] - 1, -1, -1) if at[leaf] is not None), None)
        low = -1 if before is None else at[before] or 0
        high = min((place for place in at[run[-1] + 1 :] if place is not None), default=len(self.found))
        instead = [place for place in spare if low < place < high]
        labelled = label_places(self.fit, self.across)
        after = next((leaf for leaf in range(run[-1] + 1, len(at)) if leaf in labelled), None)
        detail = ""
        places: tuple[Place, ...] = ()
        for leaf, side in ((before, "后"), (after, "前")):
            if leaf in labelled:
                detail = f"（应在“{_inside(self.leaves[leaf].name)}”之{side}）"
                places = (labelled[leaf],)
                break
        if instead and len(instead) == len(run):
            spare[:] = [place for place in spare if place not in instead]
            places = tuple(_label_place(self.fit, self.found[place], self.across) for place in instead)
            written = "、".join(_quoted(self.found[place].raw) for place in instead)
            detail = f"，这里写的是{written}"
        fields = {"what": self._what([self.leaves[leaf].name for leaf in run]), "detail": detail}
        return self._finding("S2.missing", fields, run, places)

    def _moved(self, leaf: int) -> Finding:
        after = f"应在“{_inside(self.leaves[leaf - 1].name)}”之后" if leaf else "应在最前面"
        fields = {"what": self._what([self.leaves[leaf].name]), "after": after}
        return self._finding("S2.moved", fields, [leaf], (label_places(self.fit, self.across)[leaf],))

    def _exchanged(self, pair: tuple[int, int]) -> Finding:
        labelled = label_places(self.fit, self.across)
        fields = {"what": self._what([self.leaves[leaf].name for leaf in pair]), "after": "两者互换"}
        return self._finding("S2.moved", fields, pair, tuple(labelled[leaf] for leaf in pair))

    def _extra(self, one: Found) -> Finding | None:
        """An unknown row or column: an error when figures would be lost, else at most a hint."""
        cells = [cell for cell in self._cells(one) if cell not in ("", None)]
        known = one.key in self.fit.shape.row_groups or labels.is_sum(one.key)
        if not cells and (known or self.fit.shape.pairs):
            return None
        if one.key in self.fit.shape.row_groups and all(cell == 0 for cell in cells):
            return None
        lost = not known and any(map(texts.is_valuelike, cells))
        what = self._what([_short(one.raw)]) if one.raw else f"第{one.position + 1}行（没有行名）"
        place = _label_place(self.fit, one, self.across)
        return self._finding("S2.extra" if lost else "S2.spare", {"what": what}, (), (place,))

    def _cells(self, one: Found) -> list[object]:
        page = self.fit.page
        places = [place for _, _, place in self.fit.cells()]
        if self.across:
            return [page.cell(row, one.position) for row in dict.fromkeys(row for row, _ in places)]
        columns = dict.fromkeys(column for _, column in places) if one.value is None else [one.value]
        return [page.cell(one.position, column) for column in columns]


def _exchanged(at: Sequence[int | None]) -> list[tuple[int, int]]:
    """The pairs of leaves that have changed places, where nothing else is out of order; else none."""
    there = [(leaf, place) for leaf, place in enumerate(at) if place is not None]
    now = [leaf for leaf, _ in sorted(there, key=itemgetter(1))]  # which leaf stands where this one belongs
    instead = {leaf: other for (leaf, _), other in zip(there, now, strict=True) if leaf != other}
    if any(instead[other] != leaf for leaf, other in instead.items()):
        return []
    return [(leaf, other) for leaf, other in instead.items() if leaf < other]


def _runs(missing: Sequence[int]) -> list[list[int]]:
    """Missing leaves, those that follow each other together."""
    runs: list[list[int]] = []
    for leaf in missing:
        if runs and runs[-1][-1] == leaf - 1:
            runs[-1].append(leaf)
        else:
            runs.append([leaf])
    return runs


def _short(raw: str) -> str:
    text = "".join(raw.split())
    return text if len(text) <= 30 else text[:29] + "…"


def _quoted(raw: str) -> str:
    return f"“{_inside(_short(raw))}”" if raw else "空白"


def _inside(text: str) -> str:
    """A text that will stand in quotes: its own become single ones."""
    return text.translate(_SINGLE)


def _spelling(found: TableFound) -> Finding | None:
    """One hint for all labels of a table that are not spelled as on the form.

    Width, blanks, line breaks and punctuation change no word: they are not worth a clerk's time.
    """
    listed: dict[Place, str] = {}
    titles = shapes.key_set(shape.block.title for shape in found.form.shapes)
    for fit in found.fits:
        if fit is None:
            continue
        others = list(groups.retitled(fit, titles))
        for across in (True, False):
            leaves = fit.shape.columns if across else fit.shape.rows
            for leaf, place in label_places(fit, across).items():
                raw = str(fit.page.cell(place[1], place[2]))
                if labels.whole(raw) not in leaves[leaf].spellings:
                    listed[place] = f"{_quoted(raw)}应为“{_inside(leaves[leaf].label)}”"
            others += () if fit.shape.pairs else groups.respelled(fit, across)
        for text, label in others:
            place = (fit.page.index, text.row, text.column)
            listed.setdefault(place, f"{_quoted(text.raw)}应为“{_inside(label)}”")
    if not listed:
        return None
    places = sorted(listed)
    more = f"等{len(listed)}处" if len(listed) > LISTED else ""
    first = "；".join(listed[place] for place in places[:LISTED])
    fields = {"found": first + more, "count": str(len(listed))}
    table = found.form.table
    return codes.finding("S2.label", fields, places=tuple(places), table=table.id, table_name=table.name)
