"""Submissions against last year, each other and the round before: `S5.size`, `C.`, `R.`, `E.`, `U.`."""

from __future__ import annotations

from consolidate.codes.entry import Code

CODES = (
    Code(
        "S5.size",
        "query",
        "金额可能填成了元",
        "填{found}万元，达到{against}的1000倍以上，疑以元为单位填写",
        "请查合同或账册：确是元的换算成万元（除以10000）；确为万元的，写情况说明",
    ),
    Code(
        "C.last_year",
        "query",
        "与上年报表完全相同",
        "各项数据与上年报表完全相同",
        "请核对是否误报了上年的表；确实相同的，写情况说明",
    ),
    Code(
        "C.unit",
        "query",
        "与其他单位完全相同",
        "各项数据与另外{count}个单位的报表完全相同",
        "请核对是否误用了别的单位的表；确实相同的，写情况说明",
    ),
    Code(
        "R.changed",
        "hint",
        "改动了没有要求改的格",
        "与上次报送相比，另有{count}格变动：{found}",
        "请确认是有意更正；误改的请改回",
    ),
    Code(
        "R.same",
        "hint",
        "重报数据未变",
        "本次报送的数据与上次完全相同",
        "上次的审核意见仍然有效，请按意见逐项核对后重报",
    ),
    Code(
        "E.alike",
        "hint",
        "情况说明雷同",
        "{count}个单位的情况说明完全相同（{units}）：“{text}”",
        "请抽查是否属实；必要时请有关单位补充",
        "office",
    ),
    Code(
        "U.incomplete",
        "query",
        "下级汇总未齐",
        "下级汇总未齐（应报{due}，通过{accepted}）",
        "请待下级收齐后重报；确需先报的，写情况说明",
    ),
)
