"""The sample's county: its 60 units, and which of them had requests and cases.

The names of the townships are real, and so are the totals of 2019 (`published.json`, from the county's
published report). Everything about a single unit is made up: figures, people, codes and phone numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

OFFICE = "新蔡县人民政府办公室"
STREETS = ("古吕", "月亮湾", "今是")
TOWNS = ("砖店", "陈店", "佛阁寺", "练村", "棠村", "韩集", "龙口", "李桥回族", "黄楼", "孙召", "余店")
VILLAGES = ("河坞", "关津", "宋岗", "顿岗", "涧头", "杨庄户", "化庄", "栎城", "弥陀寺")
# Short name: what people and file names say. Full name where it is not 新蔡县 + short name; other names.
DEPARTMENTS: dict[str, tuple[str, str]] = {
    "县政府办": (OFFICE, "县政府办公室"),
    "县发改委": ("新蔡县发展和改革委员会", ""),
    "教育局": ("", "县教体局"),
    "县科工信局": ("新蔡县科学技术和工业信息化局", "县工信局"),
    "公安局": ("", ""),
    "民政局": ("", ""),
    "司法局": ("", ""),
    "财政局": ("", ""),
    "县人社局": ("新蔡县人力资源和社会保障局", ""),
    "自然资源局": ("", "县国土局"),
    "县住建局": ("新蔡县住房和城乡建设局", ""),
    "城市管理局": ("", "县城管局"),
    "交通运输局": ("", "县交通局"),
    "水利局": ("", ""),
    "农业农村局": ("", "县农业局"),
    "商务局": ("", ""),
    "县文广旅局": ("新蔡县文化广电和旅游局", "县文旅局"),
    "县卫健委": ("新蔡县卫生健康委员会", ""),
    "退役军人事务局": ("", ""),
    "应急管理局": ("", "县安监局"),
    "审计局": ("", ""),
    "市场监督管理局": ("", "县市场监管局、县工商局"),
    "统计局": ("", ""),
    "医疗保障局": ("", "县医保局"),
    "县扶贫办": ("新蔡县扶贫开发办公室", ""),
    "信访局": ("", ""),
    "金融工作局": ("", ""),
    "县人防办": ("新蔡县人民防空办公室", ""),
    "机关事务中心": ("", ""),
    "县政务大数据局": ("新蔡县政务服务和大数据管理局", "县行政服务中心"),
    "公共资源交易中心": ("", ""),
    "县生态环境分局": ("驻马店市生态环境局新蔡分局", "县环保局"),
    "县税务局": ("国家税务总局新蔡县税务局", ""),
    "气象局": ("", ""),
    "消防救援大队": ("", ""),
    "县公积金中心": ("驻马店市住房公积金管理中心新蔡县管理部", ""),
    "产业集聚区管委会": ("新蔡县产业集聚区管理委员会", ""),
}
# Units that the reform of 2019 merged into others.
PREDECESSORS = {
    "自然资源局": "新蔡县国土资源局",
    "市场监督管理局": "新蔡县工商行政管理局、新蔡县质量技术监督局、新蔡县食品药品监督管理局",
    "应急管理局": "新蔡县安全生产监督管理局",
    "医疗保障局": "新蔡县医疗保险中心",
}
# 表一 is optional: these handed in none.
WITHOUT_OVERVIEW = ("宋岗乡", "县人防办", "气象局", "消防救援大队", "金融工作局", "信访局")


@dataclass(frozen=True)
class Unit:
    """One line of the roster."""

    code: str
    short: str
    name: str
    kind: str
    aliases: str
    contact: str
    phone: str
    predecessors: str


@dataclass(frozen=True)
class Requests:
    """What happened to a unit's requests, all from natural persons: 表三."""

    received: int
    carried_in: int = 0
    petition: int = 0

    @property
    def granted(self) -> int:
        """All that were no petitions were granted."""
        return self.received + self.carried_in - self.petition


REQUESTS = {
    "县政府办": Requests(8),
    "自然资源局": Requests(10, carried_in=1, petition=1),
    "县住建局": Requests(6),
    "公安局": Requests(4),
    "县人社局": Requests(3, petition=1),
    "教育局": Requests(3),
    "市场监督管理局": Requests(3),
    "城市管理局": Requests(3),
    "农业农村局": Requests(2),
    "县卫健委": Requests(2),
    "县扶贫办": Requests(1),
    "古吕街道": Requests(1),
    "砖店镇": Requests(1),
}
# 表四: outcome → number, by block; 表一 says how many lawsuits the unit counted as received (6, not 11).
PROCEEDINGS: dict[str, dict[str, int]] = {
    "自然资源局": {
        "review.upheld": 1, "review.pending": 1,
        "litigation.direct.upheld": 2, "litigation.direct.corrected": 1,
        "litigation.after_review.upheld": 1, "litigation.after_review.pending": 1,
    },
    "县住建局": {
        "review.corrected": 1, "review.pending": 1, "litigation.direct.upheld": 1,
        "litigation.direct.corrected": 1, "litigation.after_review.pending": 1,
    },
    "县人社局": {"litigation.after_review.pending": 2},
    "公安局": {"review.upheld": 1, "litigation.after_review.upheld": 1},
}  # fmt: skip
LAWSUITS_RECEIVED = {"自然资源局": 3, "县住建局": 1, "县人社局": 1, "公安局": 1}

_FAMILY = "王李张刘陈杨赵黄周吴徐孙马朱胡郭何林高罗"
_GIVEN = ("晓明", "建国", "丽", "志强", "红梅", "海涛", "静", "新华", "磊", "玉兰", "文博", "敏")


def units() -> tuple[Unit, ...]:
    """The 60 units in roster order: street offices, townships, departments."""
    rng = Random("roster")
    named = [
        (f"{name}街道", f"新蔡县{name}街道办事处", "街道", f"{name}街道、{name}街道办") for name in STREETS
    ]
    named += [(f"{name}镇", f"新蔡县{name}镇人民政府", "乡镇", "") for name in TOWNS]
    named += [(f"{name}乡", f"新蔡县{name}乡人民政府", "乡镇", "") for name in VILLAGES]
    for short, (name, aliases) in DEPARTMENTS.items():
        own = f"{short}、" if name and name != OFFICE else ""
        named.append((short, name or f"新蔡县{short}", "部门", (own + aliases).strip("、")))
    return tuple(
        Unit(
            code=f"XC{number:03}",
            short=short,
            name=name,
            kind=kind,
            aliases=aliases,
            contact=rng.choice(_FAMILY) + rng.choice(_GIVEN),
            phone=f"0396-0000{number:03}",
            predecessors=PREDECESSORS.get(short, ""),
        )
        for number, (short, name, kind, aliases) in enumerate(named, start=1)
    )
