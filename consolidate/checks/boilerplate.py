"""Whether a 情况说明 says anything: formulas of offices, padding and repeated questions explain nothing."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

SHORTEST = 8
_QUOTED = 60
_TELLING = 3  # different letters that must be left when the formulas are gone
# Words that offices put together to confirm a figure without a reason for it.
_FORMULAS = (
    "经我|经本|经|已经|已|业已|我|本|贵|单位|部门|我局|机关|人员|经办人|经办|负责人|领导|均|都|全部|所有|确实|确认|确|"
    "认真|仔细|再次|反复|多次|逐项|逐条|逐一|重新|严格|核实|核对|核查|查证|查实|查核|查对|审核|检查|复核|自查|比对|"
    "情况|数据|数字|数值|数|内容|项目|指标|以上|上述|该|此|这|所报|所填|填报|填写|填列|填|上报|报送|报表|报|表格|表样|"
    "属实|真实|实际|事实|准确|正确|可靠|有效|完整|无误|误差|错误|有误|没错|错|问题|疑问|异议|对的|一致|相符|符合|不变|正常|"
    "无需|不用|不必|不需要|不需|需要|需|修改|更改|改正|更正|改动|改|不|据实|如实|按照|按|依据|根据|系统|台账|如此|就是|原因|"
    "特此|说明|报告|证明|声明|解释|请予|予以|请|望|批准|同意|通过|放行|采纳|谢谢|感谢|收到|知悉|知道|了|"
    "无其他|其他|没有|暂无|无|有|详见|见|附件|材料|附|一份|的|是|为|与|和|及|并|且|对|在|将|会|能|可|可以|后|前|现|今年|本年|本年度"
)
_WORDS = re.compile("|".join(sorted(set(_FORMULAS.split("|")), key=lambda word: (-len(word), word))))


def core(text: str) -> str:
    """The letters and digits of a text, one width, lower case: `core("属 实。") == "属实"`."""
    return "".join(char for char in unicodedata.normalize("NFKC", text).lower() if char.isalnum())


def insufficient(text: str, asked: Iterable[str] = ()) -> str:
    """Why an explanation explains nothing, as a sentence; '' when it may stand.

    `asked` are the sentences that it answers: to repeat one of them is no answer.
    """
    bare = core(text)
    shown = text if len(text) <= _QUOTED else f"{text[:_QUOTED]}…"
    left = {char for char in _WORDS.sub("", bare) if char.isalpha()}
    if len(bare) < SHORTEST and left:
        reason = f"不足{SHORTEST}个字"
    elif bare and any(bare in core(sentence) for sentence in asked):
        reason = "照抄了审核意见，没有写明原因"
    elif len(left) < _TELLING:
        reason = "没有写明原因"
    else:
        return ""
    return f"情况说明“{shown}”{reason}：请写清数据从何而来、为何如此"
