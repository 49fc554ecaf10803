"""Names of units, normalised for matching only: the raw text is always kept and shown."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_ZERO_WIDTH = dict.fromkeys(
    map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f\u202a\u202b\u202c\u202d\u202e")
)
_FOLD = str.maketrans({
    **dict.fromkeys("‐‑‒–—―−－﹣", "-"), **dict.fromkeys("“”„‟〝〞", '"'), **dict.fromkeys("‘’‚‛", "'"),
    "〔": "(", "〕": ")", "【": "(", "】": ")", "［": "(", "］": ")", "[": "(", "]": ")",
})  # fmt: skip
_ENDINGS = ("人民政府", "街道办事处", "办事处", "政府")


@lru_cache(maxsize=2_048)  # each name is looked at from several sides
def normal(text: str) -> str:
    """NFKC, lower case, no spaces or zero-width characters, one dash, one quote, one bracket."""
    folded = unicodedata.normalize("NFKC", text).translate(_ZERO_WIDTH).translate(_FOLD)
    return "".join(folded.split()).lower()


def stripped(text: str, place: str = "") -> str:
    """A normalised name without the office's own place in front and without 人民政府, 街道办事处, ….

    `stripped("新蔡县砖店镇人民政府", "新蔡县") == "砖店镇"`; a name that would vanish is left as it is.
    """
    name = normal(text)
    for start in (normal(place), "县", "市", "区"):
        if start and name.startswith(start) and len(name) - len(start) >= 2:
            name = name.removeprefix(start)
            break
    for ending in _ENDINGS:
        if name.endswith(ending) and len(name) - len(ending) >= 2:
            return name.removesuffix(ending)
    return name


def place_of(office: str) -> str:
    """The place an office is named after: `place_of("新蔡县人民政府办公室") == "新蔡县"`; '' when unclear."""
    match = re.match(r"^.{1,12}?(自治州|自治县|县|市|区|州|盟|旗|省)", normal(office))
    return match.group() if match else ""


_DATED = re.compile(r"(.*?)(?:关于)?(?:(?:19|20)[0-9]{2}|[一二][一二三四五六七八九〇零○o0]{3})年度?(.*)")
_HAN = re.compile(r"[\u3400-\u9fff]")
_REMARK = re.compile(r"\([^()]*\)$")


# How the names of offices, places and public bodies end, and how slogans begin that end likewise.
_BODY = re.compile(
    r"""(?!建设|坚持|全面|加强|推进|深入|深化|打造|努力|大力|认真|贯彻|落实|关于|附|各|本|全[县市区省])[\u3400-\u9fff·()]{1,40}
    (?:政府|[局委办厅处院校队站所馆署社联协旗州盟省市县区乡镇]|办公室|街道|(?<!为)中心|(?<!干)部|公司|集团|银行
    |[大中小]学|(?:委员|管委|联合|协|工|商|理事|学|十字|基金)会)(?:\([^()]*\))?""",
    re.VERBOSE,
)


# Words of a file name that say what the file is, not whose it is.
_FILLERS = tuple(map(normal, (
    "人民政府", "街道办事处", "办事处", "政府信息公开", "政务公开", "信息公开", "依申请公开", "政府",
    "审核意见", "年度报告", "工作", "年报", "年度", "报告", "报表", "统计", "汇总", "数据", "附件",
    "填报", "表格", "表", "最终", "终稿", "定稿", "修改", "修订", "更正", "重报", "补报", "上报", "报送",
    "副本", "盖章", "完整", "新", "版", "稿", "第", "次", "年", "的", "份", "已", "后", "改", "加密",
)))  # fmt: skip


def is_filler(text: str) -> bool:
    """Whether a piece of a normalised file name holds nothing but such words, digits and punctuation."""
    for filler in _FILLERS:
        text = text.replace(filler, "")
    return not _HAN.search(text)


def is_body(name: str) -> bool:
    """Whether a normalised text reads like the name of an office, a place or a public body."""
    return _BODY.fullmatch(name) is not None


@lru_cache(maxsize=4096)
def of_title(text: str, form: str = "") -> str:
    """Whose report a title says that it is: what it names beside the year, the form's title and such words.

    `of_title("丰县审计局2020年度政府信息公开工作年度报告统计表") == "丰县审计局"`; '' when it names nobody.
    """
    text = _REMARK.sub("", normal(text))
    text = text.replace(normal(form), "报表") if form else text
    dated = _DATED.fullmatch(text)
    if dated is not None and dated[1]:
        name = dated[1] if is_filler(dated[2]) else ""
    else:
        text = text if dated is None else dated[2]
        ends = (n for n in range(2, len(text)) if _HAN.match(text[n]) and is_filler(text[n:]))
        name = text[: next(ends, 0)]
    return "" if is_filler(name) else name.removesuffix("关于")
