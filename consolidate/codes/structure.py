"""Tables, rows, columns and labels: `S1`, `S2.`; the cover and its year: `S6.`."""

from __future__ import annotations

from consolidate.codes.entry import Code

CODES = (
    Code(
        "S1",
        "error",
        "表格版式不对",
        "用的是{rival}，本年度应使用{right}",
        "请改用下发的本年度空白表重新填写{table}",
    ),
    Code("S2.table", "error", "缺表", "没有找到这张表（{title}）", "请补上这张表；没有发生的也要填0"),
    Code(
        "S2.twice",
        "error",
        "同一张表有两份",
        "在文件中有{count}处（{places}），不知以哪一处为准，均未读取",
        "请核对后只保留正确的一份，删去其余",
    ),
    Code(
        "S2.missing",
        "error",
        "缺行或缺列",
        "缺少{what}{detail}，其中的数没有读取",
        "请按下发的空白表补上{what}",
    ),
    Code(
        "S2.moved",
        "error",
        "行或列移了位",
        "{what}不在原来的位置（{after}），已按名称读取",
        "请按下发的空白表恢复顺序，并核对数据没有错位",
    ),
    Code(
        "S2.extra",
        "error",
        "多出行或列",
        "{what}不是表样上的项目，其中的数没有计入",
        "请对照表样把数填到相应项目，再删去{what}",
    ),
    Code(
        "S2.spare",
        "hint",
        "多出的行或列未采用",
        "{what}不是表样上的项目，没有采用",
        "不影响汇总；下次请不要增加行和列",
    ),
    Code(
        "S2.label",
        "hint",
        "项目名称写法不同",
        "有{count}处名称与表样写法不同：{found}",
        "已按表样读取；请核对没有填错项目",
    ),
    Code(
        "S6.year",
        "error",
        "年度不对",
        "{what}写的是“{found}”，应为{year}年度",
        "请核对是否误用了别的年度的表；只是写错的，改正年度",
    ),
    Code(
        "S6.blank",
        "error",
        "年度未填",
        "{what}",
        "请填写报告年度{year}",
        about="封面上的年度空着，或者填的不是一个年度",
    ),
    Code(
        "S6.missing",
        "hint",
        "没有写明年度",
        "封面和标题都没有写明年度，按{year}年度处理",
        "请核对报的是{year}年度的数据",
    ),
    Code("S6.unit", "hint", "填报单位未填", "没有填写", "请填写单位全称"),
)
