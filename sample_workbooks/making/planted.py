"""What is wrong in the first round, and what must be found: nothing else.

Each plan says what a hand typed (by item id, or key of the cover), how the form was bent, and which
findings that deserves; `names` are the items or keys whose cells a finding must name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from making import sheets
from making.sheets import Book, Content


@dataclass(frozen=True)
class Expected:
    """A finding that must come: its code, severity, and the cells named or those with these labels."""

    code: str
    severity: str
    names: tuple[str, ...] = ()
    label: str | tuple[str, ...] = ""


@dataclass(frozen=True)
class Plan:
    """What one unit does wrong."""

    typed: Mapping[str, Content] = field(default_factory=dict)
    expected: tuple[Expected, ...] = ()
    bend: Callable[[Book], Book] | None = None


def _error(code: str, *names: str, label: str | tuple[str, ...] = "") -> Expected:
    return Expected(code, "error", names, label)


def _query(code: str, *names: str) -> Expected:
    return Expected(code, "query", names)


def _hint(code: str, *names: str, label: str = "") -> Expected:
    return Expected(code, "hint", names, label)


def _p(name: str) -> str:
    return f"proactive.{name}"


def _a(name: str) -> str:
    return f"applications.{name}"


_LITIGATION = _query(
    "N.cases",
    "overview.cases.litigation",
    *(f"proceedings.litigation.{kind}.total" for kind in ("direct", "after_review")),
)
_FEWER_DISCLOSED = _hint("T2.new", _p("normative_documents.made"), _p("normative_documents.newly_disclosed"))


def _typo(label: str) -> str:
    return "社会公益组识" if label == "社会公益组织" else label


def plans(tables: Mapping[str, tuple[str, ...]]) -> dict[str, Plan]:
    """The plans by short name of the unit; `tables` are the items of each table in form order."""
    return {**_rules(tables), **_queries(), **_values(tables), **_forms(tables)}


def _rules(tables: Mapping[str, tuple[str, ...]]) -> dict[str, Plan]:
    """Figures that break a rule."""
    idle = tuple(item for item in tables["applications"] if "total" not in item.split("."))
    cases = tuple(item for item in tables["proceedings"] if not item.endswith("total"))
    return {
        # A total typed wrong: one cell explains two rules.
        "教育局": Plan({_a("received.total"): 8}, (_error("T3.row", _a("received.total")),)),
        # （七）总计 left at 0: rows are right, columns are not.
        "市场监督管理局": Plan(
            {_a("results.total.natural_person"): 0, _a("results.total.total"): 0},
            (
                _error("T3.results", _a("results.total.natural_person")),
                _error("T3.results", _a("results.total.total")),
            ),
        ),
        # Received 1, nothing done with it: it never came, or was carried over; no telling which.
        "宋岗乡": Plan(
            {_a("received.natural_person"): 1, _a("received.total"): 1},
            (
                _error(
                    "T3.balance",
                    _a("received.natural_person"),
                    _a("received.total"),
                    _a("carried_out.natural_person"),
                    _a("carried_out.total"),
                ),
            ),
        ),
        # Two reviews, total 3; and fewer lawsuits received than 表四 has, which is explained later.
        "县住建局": Plan(
            {"proceedings.review.total": 3}, (_error("T4.sum", "proceedings.review.total"), _LITIGATION)
        ),
        # One lawsuit entered under two outcomes; 表一 vouches for the total.
        "公安局": Plan(
            {"proceedings.litigation.after_review.pending": 1},
            (
                _error(
                    "T4.sum",
                    "proceedings.litigation.after_review.upheld",
                    "proceedings.litigation.after_review.pending",
                ),
            ),
        ),
        "水利局": Plan(
            {_p("normative_documents.disclosed_total"): 2, _p("licensing.change"): -96},
            (
                _error(
                    "T2.public",
                    _p("normative_documents.newly_disclosed"),
                    _p("normative_documents.disclosed_total"),
                ),
                _error("T2.change", _p("licensing.previous"), _p("licensing.change")),
                _hint("F.live"),
            ),
        ),
        "机关事务中心": Plan(
            {_p("procurement.amount"): 0},
            (_error("T2.procure", _p("procurement.projects"), _p("procurement.amount")),),
        ),
        "龙口镇": Plan(
            {_p("regulations.disclosed_total"): 1, "overview.published.total": 460},
            (
                _error("T2.power", _p("regulations.disclosed_total")),
                _query("N.parts", "overview.published.total"),
            ),
        ),
        "余店镇": Plan(
            {"proceedings.review.upheld": 1, "proceedings.review.total": 1, "overview.cases.reviews": 1},
            (_query("T3.empty", *idle, *cases),),
        ),
    }


def _queries() -> dict[str, Plan]:
    """What may be right, and must be put right or explained."""
    return {
        "自然资源局": Plan(expected=(_LITIGATION,)),
        "县人社局": Plan(expected=(_LITIGATION,)),
        "县政府办": Plan(expected=(_FEWER_DISCLOSED,)),
        "农业农村局": Plan(
            {"overview.requests.accepted": 5, "overview.requests.concluded": 20},
            (
                _query(
                    "N.requests", "overview.requests.accepted", _a("received.total"), _a("carried_in.total")
                ),
                _query("N.concluded", "overview.requests.concluded", _a("results.total.total")),
            ),
        ),
        "古吕街道": Plan(
            {"overview.cases.reviews": 1},
            (_query("N.cases", "overview.cases.reviews", "proceedings.review.total"),),
        ),
    }


def _values(tables: Mapping[str, tuple[str, ...]]) -> dict[str, Plan]:
    """Cells that hold no plain number."""
    blanks = (_p("coercion.previous"), _p("coercion.change"), _p("coercion.decisions"))
    return {
        "弥陀寺乡": Plan(
            dict.fromkeys(tables["applications"]), (_error("S3.blank", *tables["applications"]),)
        ),
        "化庄乡": Plan(
            {
                _p("fees.change"): "无",
                _p("licensing.decisions"): "32件",
                _p("other_services.decisions"): "２",
            },
            (
                _error("S3.text", _p("fees.change")),
                _error("S4.unit", _p("licensing.decisions")),
                _hint("S3.format", _p("other_services.decisions")),
            ),
        ),
        "韩集镇": Plan(
            {_p("penalties.decisions"): -1, **dict.fromkeys(blanks)},
            (_error("S4.negative", _p("penalties.decisions")), _error("S3.blank", *blanks)),
        ),
        "财政局": Plan(
            {"overview.published.wechat": 3.5, _p("procurement.amount"): 736.123456},
            (
                _error("S4.decimal", "overview.published.wechat"),
                _error("S5.decimals", _p("procurement.amount")),
            ),
        ),
        "商务局": Plan({"year": 2018}, (_error("S6.year", "year"),)),
    }


def _forms(tables: Mapping[str, tuple[str, ...]]) -> dict[str, Plan]:
    """Forms that were bent, and files that do not open."""
    repeated = _a("results.not_processed.repeated")
    lost = tuple(item for item in tables["applications"] if item.startswith(repeated))
    third, fourth = _a("results.unavailable.needs_creation"), _a("results.unavailable.still_unclear")
    exchanged = tuple(
        item for row in (third, fourth) for item in tables["applications"] if item.startswith(row)
    )
    return {
        "杨庄户乡": Plan(
            expected=(_error("S2.missing", *lost, label="1.信访举报投诉类申请"),),
            bend=lambda book: sheets.dropped(book, repeated),
        ),
        "栎城乡": Plan(
            expected=(_error("S2.moved", *exchanged, label=("2.没有现成信息", "3.补正后申请内容")),),
            bend=lambda book: sheets.exchanged(book, third, fourth),
        ),
        "河坞乡": Plan(
            expected=(_hint("S2.label", label="社会公益组识"),),
            bend=lambda book: sheets.relabelled(book, _typo),
        ),
        # 表三 of the form of 2021.
        "县文广旅局": Plan(expected=(_error("S1", label="自然人"),)),
        "佛阁寺镇": Plan(expected=(_hint("F.format"),)),
        "陈店镇": Plan(expected=(_hint("F.format"),)),
        "月亮湾街道": Plan(expected=(_error("F.password"),)),
        "县税务局": Plan(expected=(_error("F.truncated"),)),
        "应急管理局": Plan(expected=(_hint("F.live"),)),
        "统计局": Plan(expected=(_hint("F.live"),)),
    }
