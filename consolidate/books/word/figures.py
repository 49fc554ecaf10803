"""The words that a report template may use: the run's figures by item id, their sums, and what disagrees.

In Word: `{{数.overview.published.total}}`, `{{合计('id', 'id')}}`, `{{核实('id', '件')}}`,
`{{表.proactive}}`, `{{单位}}`, `{{年度}}`, `{{依据}}`. Prose and tables read the same totals, so they cannot
disagree; where two figures that the form wants equal differ, each is printed as it is and `核实` says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from consolidate.books.word import marks
from consolidate.errors import TemplateError
from consolidate.forms.rules import Comparison, Rule, Term
from consolidate.forms.structure import Item
from consolidate.model import OWN_LEVEL, Run

_WRITTEN = ("explained", "decided")
_SHOULD = {"==": "", ">=": "应不少于", "<=": "应不多于"}


class Figures:
    """A group of figures, or one of them: `数.a.b` and `数['a.b']` are the item with id `a.b`."""

    def __init__(self, texts: Mapping[str, str], path: str = "") -> None:
        """`texts` by item id; `path` is the part of the id that has been given so far."""
        self._texts = texts
        self._path = path

    def __getitem__(self, key: str) -> Figures:
        """The group or figure one step further; TemplateError when the form has none."""
        path = f"{self._path}.{key}" if self._path else str(key)
        if path not in self._texts and not any(name.startswith(f"{path}.") for name in self._texts):
            raise TemplateError(f"报告模板中的“{path}”不是本表的指标")
        return Figures(self._texts, path)

    def __str__(self) -> str:
        """The figure as people write it; TemplateError for a group."""
        if self._path not in self._texts:
            raise TemplateError(f"报告模板中的“{self._path or '数'}”是一组指标，请写到具体的一格")
        return self._texts[self._path]


class Report:
    """What a run has to say in a report."""

    def __init__(self, run: Run) -> None:
        """Read the totals of `run`; an item that no counted unit filled in has no figure."""
        self._run = run
        self._items = run.template.items
        self._values = [
            total.value if total.units or total.adjustments else None
            for total in sorted(run.totals, key=lambda total: total.item)
        ]

    @property
    def words(self) -> dict[str, object]:
        """The names that a template may use, with their meanings."""
        return {
            "单位": marks.plain(self._run.office.name) or marks.todo("单位名称"),
            "年度": self._run.year,
            "依据": self._run.template.source,
            "数": Figures({item.id: self._text(item) for item in self._items}),
            "合计": self.total,
            "核实": self.doubts,
            "表": {table.id: marks.table(table.id) for table in self._run.template.tables},
        }

    def total(self, *ids: str) -> str:
        """The sum of several items, as text; to be filled in when one of them has no figure."""
        items = [self._item(name) for name in ids]
        if len({(item.decimals, item.unit) for item in items}) != 1:
            raise TemplateError(f"报告模板中的合计“{'、'.join(ids)}”：计量单位不同，不能相加")
        value = self._sum([item.index for item in items])
        return marks.todo("、".join(item.short for item in items)) if value is None else items[0].text(value)

    def doubts(self, name: str, measure: str = "") -> str:
        """Marked notes on the rules of the form that this item's total breaks; '' when it breaks none."""
        item = self._item(name)
        notes = [
            marks.doubt(self._sentence(comparison, measure))
            for rule in self._run.template.rules
            if rule.kind == "linear" and not rule.last_items and item.index in rule.items
            and rule.applies("total", self._run.office.level) and not self._settled(rule)
            for comparison in rule.comparisons
            if self._broken(comparison)
        ]  # fmt: skip
        return "".join(notes)

    def cells(self) -> dict[int, str]:
        """The text of every value cell of the tables, by item: money with all its decimals."""
        texts = {}
        for item, value in zip(self._items, self._values, strict=True):
            texts[item.index] = marks.EMPTY if value is None else item.exact(value) if value else "0"
        return texts

    def notices(self) -> list[str]:
        """What must be done before the report may go out, in whole sentences; each is marked."""
        run = self._run
        found = [] if run.complete and run.include == "accepted" else [marks.held(run.headline)]
        found += [
            marks.doubt(marks.plain(finding.message.rstrip("。")))
            for finding in run.findings
            if finding.unit == OWN_LEVEL
            and finding.severity != "hint"
            and finding.status in ("open", "refused")
        ]
        return found + self._partial()

    def _partial(self) -> list[str]:
        """Tables that not all counted units handed in: their sums are of fewer units."""
        # A unit that another one reports for is counted with that one's file.
        counted = sum(report.included and report.submission is not None for report in self._run.units)
        notes = []
        for table in self._run.template.tables:
            units = max(self._run.totals[index].units for index in table.items)
            if units < counted:
                text = f"{table.name}只有{units}个单位填报（计入{counted}个单位），其数不含未填的单位"
                notes.append(marks.doubt(text))
        return notes

    def _item(self, name: str) -> Item:
        index = self._run.template.index.get(name)
        if index is None:
            raise TemplateError(f"报告模板中的“{name}”不是本表的指标")
        return self._items[index]

    def _text(self, item: Item) -> str:
        value = self._values[item.index]
        return marks.todo(item.short) if value is None else item.text(value)

    def _sum(self, items: Sequence[int]) -> int | None:
        values = [self._values[index] for index in items]
        return None if None in values else sum(value for value in values if value is not None)

    def _settled(self, rule: Rule) -> bool:
        """Whether the office has already written down why the figures differ."""
        names = {self._items[index].id for index in rule.items}
        written = [
            finding.items
            for finding in self._run.findings
            if finding.unit == OWN_LEVEL and finding.code == rule.id and finding.status in _WRITTEN
        ]
        return any(items and names.issuperset(items) for items in written)

    def _side(self, terms: Sequence[Term]) -> int | None:
        total = 0
        for term in terms:
            value = self._sum(term.items) if term.items else 1
            if value is None:
                return None
            total += term.coefficient * value
        return total

    def _broken(self, comparison: Comparison) -> bool:
        left, right = self._side(comparison.left), self._side(comparison.right)
        if left is None or right is None:
            return False
        return not {"==": left == right, ">=": left >= right, "<=": left <= right}[comparison.relation]

    def _sentence(self, comparison: Comparison, measure: str) -> str:
        left = self._amount(comparison.left, comparison.decimals, measure)
        right = self._amount(comparison.right, comparison.decimals, measure)
        should = _SHOULD[comparison.relation]
        if not any(term.items for term in comparison.right):
            should = should or "应为"
        return f"{left}，{should}{right}"

    def _amount(self, terms: Sequence[Term], decimals: int, measure: str) -> str:
        value = self._side(terms) or 0
        whole, rest = divmod(abs(value), 10**decimals)
        number = f"{'-' if value < 0 else ''}{whole}" + (f".{rest:0{decimals}d}" if rest else "")
        items = [self._items[index] for term in terms for index in term.items]
        tables = "、".join(dict.fromkeys(item.table_name for item in items))
        if not items:
            return f"{number}{measure}"
        if len(items) != 1:
            return f"{tables}合计{number}{measure}"
        quoted = f"“{items[0].short}”" if "·" in items[0].short or "、" in items[0].short else items[0].short
        return f"{tables}{quoted}{number}{measure}"
