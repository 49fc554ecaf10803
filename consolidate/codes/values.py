"""What stands in a value cell, or does not: `S3.`, `S4.`, `S5.`."""

from __future__ import annotations

from consolidate.codes.entry import Code

CODES = (
    Code("S3.blank", "error", "未填", "有空白格", "没有的填0：选中空白格，输入0，按Ctrl+Enter一次填满"),
    # What stands in a value cell; `S3.`, `S4.`, `S5.`.
    Code("S3.text", "error", "不是数字", "填“{found}”，不是数字", "请填数字，没有的填0"),
    Code(
        "S3.format",
        "hint",
        "数字写法不规范",
        "填“{found}”，是文字形式的数字，已按数字读取",
        "下次请直接输入半角数字",
    ),
    Code("S3.error_cell", "error", "公式出错", "显示错误值{found}", "请检查公式引用，或直接填写数字"),
    Code(
        "S3.uncached",
        "error",
        "公式未计算",
        "公式{found}从未计算过，没有结果",
        "请用WPS或Excel打开文件，保存后重发",
    ),
    Code("S3.date", "error", "填成了日期", "填的是日期{found}，不是数", "请把单元格格式改为“数值”，重新填写"),
    Code("S3.boolean", "error", "填成了逻辑值", "填的是逻辑值{found}，不是数", "请填数字，没有的填0"),
    Code("S3.range", "error", "数值超出范围", "填{found}，大得不合常理", "请核对后重新填写"),
    Code("S4.unit", "error", "数字里带了单位或文字", "填“{found}”，带有单位或文字", "请只填数字"),
    Code("S4.decimal", "error", "应为整数", "填{found}，{measure}", "请查台账，填写整数"),
    Code("S4.negative", "error", "数为负", "填{found}，不应小于0", "请查台账，填写不小于0的整数"),
    Code(
        "S5.decimals",
        "error",
        "小数位数过多",
        "填{found}，{measure}",
        "请按规定的小数位数四舍五入",
        about="小数位数超过该格规定的位数（如以万元为单位，最多保留4位小数）",
    ),
    Code("S5.negative", "error", "金额等为负", "填{found}，{amount}不应小于0", "请查账册后重新填写"),
)
