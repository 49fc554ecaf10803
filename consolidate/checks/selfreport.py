"""What the self-test of a template found, as lines of text for a terminal."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence

from consolidate.checks import formulas, selftest, spoil
from consolidate.checks.linear import LinearRules
from consolidate.checks.selftest import Rate, SelfTest
from consolidate.forms.structure import Item
from consolidate.forms.template import Template

# What people call the slips; those of one name are counted together.
NAMES = {
    **dict.fromkeys(spoil.HAND, "数字误写、颠倒、多一位、少一位"),
    "tenfold": "多写或少写一个0",
    "tenth": "多写或少写一个0",
    "ten_thousandfold": "万元填成元",
    "sign": "正负号",
    "blank": "漏填",
    "part_left_out": "合计漏加一项",
    "random": "随意填错",
    "swapped_right": "与右格、下格互换",
    "swapped_below": "与右格、下格互换",
    "moved_right": "填到右格、下格",
    "moved_below": "填到右格、下格",
    "shifted_row": "整行、整列错位",
    "shifted_column": "整行、整列错位",
}
HEADS = ("表", "差错", "次数", "指明", "成组", "未列入", "不触发", "错指")
LISTED = 6  # cells of a table named one by one; more are counted


def facts(template: Template, found: SelfTest) -> list[str]:
    """Rank, rules that add nothing or cannot hold, and the cells that fewer than two equalities test."""
    items = {item.id: item for item in template.items}
    lines = [
        f"等式{found.equalities}条，秩{found.rank}；多余{len(found.redundant)}条"
        f"{_listed(found.redundant)}，互相矛盾{len(found.contradictory)}条{_listed(found.contradictory)}。"
    ]
    lines.append(f"受两条以上等式检验、填错能定位的指标{found.coverage.enough}个。")
    for title, names in (
        ("只受一条等式、不等式或条件检验、填错一般只能圈出一组格的", found.coverage.thin),
        ("不受任何规则检验、填错查不出的", found.coverage.untested),
    ):
        lines.append(f"{title}指标{len(names)}个{'：' if names else '。'}")
        lines += [f"  {text}" for text in _by_table(template, [items[name] for name in names])]
    return lines


def conditions(template: Template, rules: LinearRules) -> list[str]:
    """How many cells are tested once queries can be asked, and how many when formulas compute all totals."""
    soft = [rule for rule, mild in enumerate(rules.soft) if mild]
    optional = "、".join(table.name for table in template.tables if table.optional)
    lines = []
    if soft:
        more = selftest.coverage(rules, heard=soft).enough
        last = any(rules.fixed[item] for rule in soft for item in rules.entries[rule])
        given = "、".join(["有上年汇总表"] * last + [f"填报{optional}"] * bool(optional))
        if more > selftest.coverage(rules).enough:
            when = f"{given}时，" if given else ""
            lines.append(f"{when}连同核实关系，受两条以上等式检验的指标增至{more}个。")
    rates = [item for item in template.items if item.rate]
    if rates:
        lines.append(
            f"单位为{rates[0].unit}的指标{len(rates)}个：汇总时同其他指标一样相加，合计没有意义；"
            "只对单位成立的规则请写at: [unit]。"
        )
    repeats = formulas.totals(rules)
    if repeats:
        fewer = selftest.coverage(rules, repeats).enough
        lines.append(f"合计格全是自动求和的公式时，减至{fewer}个：分项填错，合计跟着变，核对不出。")
    return lines


def _listed(rules: Sequence[str]) -> str:
    return f"（{'、'.join(rules)}）" if rules else ""


def _by_table(template: Template, items: Sequence[Item]) -> list[str]:
    """`表四全部15格`, or the first few cells of each table."""
    lines = []
    for table in template.tables:
        own = [item for item in items if item.table == table.id]
        if own and len(own) == len(list(table.items)):
            lines.append(f"{own[0].table_name}全部{len(own)}格")
        elif own:
            named = "、".join(item.short for item in own[:LISTED])
            more = f"等{len(own)}格" if len(own) > LISTED else ""
            lines.append(f"{own[0].table_name}：{named}{more}")
    return lines


def measured(template: Template, rates: Iterable[Rate]) -> list[str]:
    """Shares of slips found, per table and kind, in columns that line up in a terminal."""
    names = {table.id: table.name for table in template.tables}
    sums: dict[tuple[str, str], list[int]] = {}
    for rate in sorted(rates, key=lambda one: (list(names).index(one.table), list(NAMES).index(one.slip))):
        tally = sums.setdefault((names[rate.table], NAMES[rate.slip]), [0] * 6)
        found = (rate.tried, rate.exact, rate.grouped, rate.missed, rate.silent, rate.wrong)
        tally[:] = [old + new for old, new in zip(tally, found, strict=True)]
    rows = [list(HEADS)]
    for (table, slip), (tried, *counts) in sums.items():
        rows.append([table, slip, str(tried), *(f"{100 * count / tried:.1f}%" for count in counts)])
    return _aligned(rows)


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """The rows with two columns of words to the left and columns of numbers to the right."""
    widths = [max(_width(row[place]) for row in rows) for place in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = []
        for place, text in enumerate(row):
            space = " " * (widths[place] - _width(text))
            cells.append(text + space if place < 2 else space + text)
        lines.append("  ".join(cells).rstrip())
    return lines


def _width(text: str) -> int:
    """How many columns of a terminal a text takes: Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in text)
