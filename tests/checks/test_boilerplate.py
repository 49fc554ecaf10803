"""Which 情况说明 say something: formulas, padding and numbers alone do not."""

from __future__ import annotations

import pytest

from consolidate.checks import boilerplate

EMPTY = (
    "核实无误", "情况属实。", "经核实，数据无误！", "已说明", "见附件", "。。。。。。。。",
    "　　　　　　　　", "情况属实情况属实",
    "情 况 属 实，情 况 属 实", "经我单位认真核实，以上数据真实准确，情况属实。",
    "此数据经我办多次核对，准确无误，情况属实", "按实际情况填报，数据真实", "已核实，数据无误，请予通过。",
    "没有其他情况需要说明", "数据是对的，没有问题，不用改", "请写情况说明请写情况说明", "见附件说明材料一份",
    "12345678", "２０２５０１０８９", "啊啊啊啊啊啊啊啊", "aaaaaaaaaaaa", "测试测试测试测试",
)  # fmt: skip
TELLING = (
    "上年漏报，今年补录", "因机构改革，撤并两个公众号", "经核实无误，系申请人撤诉",
    "情况属实，为新增的两起案件",
    "确为万元，新建中学工程", "规范性文件清理后废止12件", "本年受理数含上年结转3件",
    "两个单位共同应诉，各报一次",
    "无申请，属以前年度复议案件", "因统计口径不同，12月收到的未计入",
    "本单位无此项业务", "今年没有新增，与上年同", "该数据为上级平台导出数",
)  # fmt: skip


@pytest.mark.parametrize("text", EMPTY)
def test_formulas_padding_and_numbers_explain_nothing(text: str) -> None:
    assert "没有写明原因" in boilerplate.insufficient(text)


@pytest.mark.parametrize("text", TELLING)
def test_a_reason_stands_whatever_formulas_go_with_it(text: str) -> None:
    assert boilerplate.insufficient(text) == ""


def test_a_reason_in_fewer_than_eight_characters_is_too_short() -> None:
    assert "不足8个字" in boilerplate.insufficient("两人撤诉")


def test_a_piece_of_the_question_is_no_answer_whatever_its_width() -> None:
    asked = ["填3；行政诉讼·总计３＋行政诉讼·总计2＝5，少2"]
    assert "照抄" in boilerplate.insufficient("行政诉讼总计3，行政诉讼总计２", asked)
