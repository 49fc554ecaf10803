"""The rows of 分单位明细: one per unit, or one per region and kind when units are too many for a sheet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from consolidate.books.words import STATUS
from consolidate.model import UnitReport

if TYPE_CHECKING:
    from consolidate.model import Vector

# First two digits of an administrative code (GB/T 2260).
PROVINCES = {
    "11": "北京市", "12": "天津市", "13": "河北省", "14": "山西省", "15": "内蒙古自治区",
    "21": "辽宁省", "22": "吉林省", "23": "黑龙江省",
    "31": "上海市", "32": "江苏省", "33": "浙江省", "34": "安徽省", "35": "福建省", "36": "江西省",
    "37": "山东省", "41": "河南省", "42": "湖北省", "43": "湖南省", "44": "广东省",
    "45": "广西壮族自治区", "46": "海南省", "50": "重庆市", "51": "四川省", "52": "贵州省",
    "53": "云南省", "54": "西藏自治区", "61": "陕西省", "62": "甘肃省", "63": "青海省",
    "64": "宁夏回族自治区", "65": "新疆维吾尔自治区", "66": "新疆生产建设兵团",
    "71": "台湾省", "81": "香港特别行政区", "82": "澳门特别行政区",
}  # fmt: skip
_LEVELS = (2, 4, 6)  # digits of a province, a city, a county
_CREDIT_CODE = 18  # 统一社会信用代码: digits 3 to 8 are the administrative code


NO_KIND = "未分类"


@dataclass(frozen=True, slots=True)
class Row:
    """One row of 分单位明细; `values` in smallest units, NaN where blank or unreadable."""

    code: str
    name: str
    kind: str
    status: str
    values: Sequence[float]


def rows(reports: Sequence[UnitReport], grouped: bool) -> tuple[Row, ...]:
    """One row per unit in the order given; when `grouped`, one per region and kind, sorted by region."""
    if not grouped:
        return tuple(_row(report) for report in reports)
    members: dict[tuple[str, str], list[UnitReport]] = {}
    for report, region in zip(reports, regions(reports), strict=True):
        members.setdefault((region, report.unit.kind or NO_KIND), []).append(report)
    return tuple(_group(region, kind, members[region, kind]) for region, kind in sorted(members))


def _row(report: UnitReport) -> Row:
    unit = report.unit
    values = report.submission.values.tolist() if report.submission is not None else []
    return Row(unit.code, unit.name, unit.kind or NO_KIND, STATUS[report.status], values)


def _group(region: str, kind: str, reports: Sequence[UnitReport]) -> Row:
    size = f"{len(reports)}个单位"
    name = f"{region_name(region)}（{size}）"
    return Row(region if region.isdigit() else "", name, kind, size, sums(reports))


def sums(reports: Sequence[UnitReport]) -> list[float]:
    """What some units' figures add up to, item by item; nothing when none has figures."""
    total: Vector | None = None
    for report in reports:
        if report.submission is None:
            continue
        vector = report.submission.values
        # A blank or a fraction of the smallest unit counts as 0, as in the totals; % gives NaN for a blank.
        odd = vector % 1 != 0
        if odd.any():
            vector = vector.copy()
            vector[odd] = 0.0
        total = vector if total is None else total + vector
    return [] if total is None else total.tolist()


def region_name(region: str) -> str:
    """What a group of units is called: its province, the beginning of its codes, or its folder."""
    if not region:
        return "全部"
    return PROVINCES.get(region, f"代码{region}开头" if region.isdigit() else region)


def regions(reports: Sequence[UnitReport]) -> list[str]:
    """The region of each unit: the shortest beginning of their codes that tells some apart, or a folder."""
    codes = [_administrative(report.unit.code) for report in reports]
    for digits in _LEVELS:
        prefixes = [code[:digits] for code in codes]
        if all(len(prefix) == digits and prefix.isdigit() for prefix in prefixes) and len(set(prefixes)) > 1:
            return prefixes
    files = [report.submission.file if report.submission else "" for report in reports]
    folders = [file.split("/")[0] if "/" in file else "" for file in files]
    return folders if len(set(folders)) > 1 else [""] * len(reports)


def _administrative(code: str) -> str:
    return code[2:8] if len(code) == _CREDIT_CODE else code
