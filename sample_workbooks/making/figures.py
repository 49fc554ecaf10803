"""The published totals of the county, split over its units: made up, seeded, and consistent.

Figures are integers in smallest units (0.0001 万元 for money), by short name of the unit and item id.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from random import Random

from making import county
from making.county import Unit

Figures = dict[str, int]

# Who decides on what, roughly: weight of each unit; departments not named have none.
LICENSING = {
    "公安局": 22, "市场监督管理局": 26, "自然资源局": 9, "县住建局": 7, "交通运输局": 8, "县卫健委": 6,
    "农业农村局": 3, "教育局": 2, "民政局": 2, "县人社局": 2, "水利局": 1, "应急管理局": 1, "县文广旅局": 1,
    "城市管理局": 2, "县税务局": 3, "县发改委": 1, "消防救援大队": 1, "县生态环境分局": 1,
}  # fmt: skip
PENALTIES = {
    "公安局": 30, "市场监督管理局": 20, "城市管理局": 12, "交通运输局": 12, "县卫健委": 4, "自然资源局": 5,
    "农业农村局": 3, "县生态环境分局": 5, "应急管理局": 2, "县税务局": 2, "县住建局": 2, "消防救援大队": 2,
    "县文广旅局": 1,
}  # fmt: skip
COERCION = {
    "公安局": 10,
    "城市管理局": 8,
    "交通运输局": 6,
    "县税务局": 2,
    "自然资源局": 3,
    "县生态环境分局": 1,
}
SERVICES = {
    "民政局": 4, "县人社局": 4, "医疗保障局": 3, "教育局": 2, "县政务大数据局": 2, "县公积金中心": 2,
    "退役军人事务局": 2, "水利局": 1,
}  # fmt: skip
FEES = {"财政局": 2, "教育局": 4, "自然资源局": 4, "县住建局": 3, "公安局": 4, "县人防办": 2, "县卫健委": 2}
DOCUMENTS = {  # 规范性文件: made and disclosed alike, but for the government's office
    "教育局": 1, "公安局": 2, "民政局": 1, "县人社局": 2, "自然资源局": 2, "县住建局": 2, "交通运输局": 1,
    "水利局": 3, "农业农村局": 1, "县卫健委": 1, "市场监督管理局": 2, "财政局": 1, "县发改委": 1,
}  # fmt: skip
PROCUREMENT = {
    "教育局": 4, "县卫健委": 3, "交通运输局": 2, "水利局": 2, "农业农村局": 2, "公安局": 2, "机关事务中心": 1,
    "城市管理局": 1, "县政务大数据局": 1, "财政局": 1, "县住建局": 2,
}  # fmt: skip
NEW_MEDIA = {
    "wechat": {"县政府办": 1, "公安局": 2, "教育局": 1, "县卫健委": 1, "县税务局": 1, "县文广旅局": 1,
               "气象局": 0, "古吕街道": 1, "砖店镇": 1, "产业集聚区管委会": 1},
    "weibo": {"县政府办": 1, "公安局": 1, "县文广旅局": 1, "城市管理局": 1},
    "app": {"县政务大数据局": 1},
    "third_party": {"公安局": 1, "县文广旅局": 1, "县政府办": 1},
}  # fmt: skip
ONCE = {  # facts of the published report
    "overview.websites.open": {"县政府办": 1, "县发改委": 1, "公共资源交易中心": 1, "县公积金中心": 1},
    "overview.closed.wechat": {"城市管理局": 1, "练村镇": 1},
    "overview.closed.weibo": {"司法局": 1},
    "overview.training.sessions": {"县政府办": 1},
}
_CHANGING = ("licensing", "other_services", "penalties", "coercion", "fees")
_OUTCOMES = ("upheld", "corrected", "other", "pending")


def published(path: Path) -> Figures:
    """The 216 published values of the county."""
    values = json.loads(path.read_text(encoding="utf-8"))["values"]
    return {item: _smallest(item, str(value)) for item, value in values.items()}


def scale(item: str) -> int:
    """Smallest units in one: money has four decimals."""
    return 10_000 if item == "proactive.procurement.amount" else 1


def _smallest(item: str, text: str) -> int:
    whole, _, part = text.partition(".")
    return int(whole + part.ljust(4, "0")) if scale(item) > 1 else int(whole)


def split(rng: Random, total: int, weights: Sequence[float]) -> list[int]:
    """Whole numbers that add up to `total`, near the weights; a weight of 0 gets 0."""
    jittered = [weight * rng.uniform(0.7, 1.3) for weight in weights]
    shares = [total * weight / sum(jittered) for weight in jittered]
    parts = [int(share) for share in shares]
    order = sorted(range(len(parts)), key=lambda n: abs(shares[n] - parts[n]), reverse=True)
    step = 1 if total >= 0 else -1
    for place in order[: abs(total - sum(parts))]:
        parts[place] += step
    return parts


def units(totals: Figures, roster: Sequence[Unit]) -> dict[str, Figures]:
    """Every unit's figures; together they give the published totals in each of the 216 items."""
    rng = Random("xincai 2019")
    county_wide = {unit.short: dict.fromkeys(totals, 0) for unit in roster}
    _share(rng, county_wide, roster, totals)
    for short, figures in county_wide.items():
        _documents(short, figures)
        _requests(short, figures)
        _proceedings(short, figures)
        _sum_overview(figures)
    for item, total in totals.items():
        found = sum(figures[item] for figures in county_wide.values())
        if found != total:
            raise ValueError(f"{item}: units have {found}, published {total}")
    for short, figures in county_wide.items():
        _check(short, figures)
    return county_wide


def _share(rng: Random, figures: dict[str, Figures], roster: Sequence[Unit], totals: Figures) -> None:
    """Everything that is shared out by weights."""
    towns = {unit.short: rng.uniform(0.1, 0.5) for unit in roster if unit.kind != "部门"}
    weights: dict[str, Mapping[str, float]] = {
        "licensing": LICENSING | towns,
        "penalties": PENALTIES | {short: weight / 3 for short, weight in towns.items()},
        "coercion": COERCION,
        "other_services": SERVICES | towns,
        "fees": FEES,
    }
    for row in _CHANGING:
        _changing(rng, figures, row, totals, weights[row])
    spread = {unit.short: rng.uniform(0.5, 2) for unit in roster} | {"县政府办": 30.0}
    spread = {short: weight for short, weight in spread.items() if short not in county.WITHOUT_OVERVIEW}
    for part in ("affairs", "summary", "other"):
        _put(rng, figures, f"overview.published.{part}", totals, spread)
    _put(rng, figures, "overview.published.wechat", totals, NEW_MEDIA["wechat"])
    for channel, owners in NEW_MEDIA.items():
        _set(figures, f"overview.new_media.{channel}", owners)
    for item, owners in ONCE.items():
        _set(figures, item, owners)
    _set(figures, "proactive.procurement.projects", PROCUREMENT)
    _money(rng, figures, totals["proactive.procurement.amount"])


def _put(
    rng: Random, figures: dict[str, Figures], item: str, totals: Figures, weights: Mapping[str, float]
) -> None:
    parts = split(rng, totals[item], list(weights.values()))
    _set(figures, item, dict(zip(weights, parts, strict=True)))


def _set(figures: dict[str, Figures], item: str, values: Mapping[str, int]) -> None:
    for short, value in values.items():
        figures[short][item] = value


def _changing(
    rng: Random, figures: dict[str, Figures], row: str, totals: Figures, weights: Mapping[str, float]
) -> None:
    """上一年, 增减 and 处理决定 of one row; no unit takes away more than it had."""
    _put(rng, figures, f"proactive.{row}.previous", totals, weights)
    before = [figures[short][f"proactive.{row}.previous"] for short in weights]
    total = totals[f"proactive.{row}.change"]
    changes = split(
        rng, total, [number or 0.001 for number in before] if total < 0 else list(weights.values())
    )
    for place, number in enumerate(before):
        other = rng.randrange(len(before))
        shift = min(rng.randrange(3), max(number + changes[place], 0))
        changes[place] -= shift
        changes[other] += shift
    for place, number in enumerate(before):
        lack = max(-(number + changes[place]), 0)
        changes[place] += lack
        changes[before.index(max(before))] -= lack
    _set(figures, f"proactive.{row}.change", dict(zip(weights, changes, strict=True)))
    if row != "fees":
        _put(rng, figures, f"proactive.{row}.decisions", totals, weights)


def _money(rng: Random, figures: dict[str, Figures], total: int) -> None:
    """Amounts to the cent of 万元, but for the last, which takes the rest."""
    parts = split(rng, total, list(PROCUREMENT.values()))
    rounded = [part // 1000 * 1000 for part in parts[:-1]]
    amounts = [*rounded, total - sum(rounded)]
    _set(figures, "proactive.procurement.amount", dict(zip(PROCUREMENT, amounts, strict=True)))


def _documents(short: str, figures: Figures) -> None:
    made, shown = (9, 6) if short == "县政府办" else (DOCUMENTS.get(short, 0),) * 2
    figures["proactive.normative_documents.made"] = made
    figures["proactive.normative_documents.newly_disclosed"] = shown
    figures["proactive.normative_documents.disclosed_total"] = shown


def _requests(short: str, figures: Figures) -> None:
    requests = county.REQUESTS.get(short)
    if requests is None:
        return
    done = requests.granted + requests.petition
    rows = {
        "received": requests.received, "carried_in": requests.carried_in, "results.granted": requests.granted,
        "results.not_processed.petition": requests.petition, "results.total": done,
    }  # fmt: skip
    for row, value in rows.items():
        figures[f"applications.{row}.natural_person"] = value
        figures[f"applications.{row}.total"] = value
    figures["overview.requests.accepted"] = figures["overview.requests.concluded"] = done


def _proceedings(short: str, figures: Figures) -> None:
    for place, number in county.PROCEEDINGS.get(short, {}).items():
        figures[f"proceedings.{place}"] = number
    for block in ("review", "litigation.direct", "litigation.after_review"):
        total = sum(figures[f"proceedings.{block}.{outcome}"] for outcome in _OUTCOMES)
        figures[f"proceedings.{block}.total"] = total
    figures["overview.cases.reviews"] = figures["proceedings.review.total"]
    figures["overview.cases.litigation"] = county.LAWSUITS_RECEIVED.get(short, 0)


def _sum_overview(figures: Figures) -> None:
    for group, parts in (
        ("published", ("affairs", "summary", "other", "wechat")),
        ("new_media", ("wechat", "weibo", "app", "third_party")),
    ):
        figures[f"overview.{group}.total"] = sum(figures[f"overview.{group}.{part}"] for part in parts)


def _check(short: str, figures: Figures) -> None:
    """What the construction alone does not guarantee."""
    for item, value in figures.items():
        if value < 0 and not item.endswith(".change"):
            raise ValueError(f"{short} {item}: {value}")
    for row in _CHANGING:
        if figures[f"proactive.{row}.previous"] + figures[f"proactive.{row}.change"] < 0:
            raise ValueError(f"{short} {row}: takes away more than there was")
    if bool(figures["proactive.procurement.projects"]) != bool(figures["proactive.procurement.amount"]):
        raise ValueError(f"{short}: projects without money, or money without projects")
