"""The catalogue of finding codes that no template defines: files, structure, values, roster.

Every code has one severity, a title, a sentence with named fields (what was found and what was
expected) and what to do. Rule codes (`T3.row`, …) come from the template instead.
`consolidate explain CODE` prints an entry. Offices' words only; never advice to make figures fit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from consolidate.model import Finding, Place, Severity, address


@dataclass(frozen=True, slots=True)
class Code:
    """One kind of problem: `sentence` and `advice` are `str.format` templates over named fields."""

    id: str
    severity: Severity
    title: str
    sentence: str
    advice: str
    audience: Literal["unit", "office"] = "unit"
    about: str = ""


_FILES = [
    # Files that could not be read, or were not read; `F.` codes. Owned by the intake stages.
    Code(
        "F.password", "error", "文件有密码", "文件设有打开密码，无法读取", "请取消密码后另存为.xlsx，再发一次"
    ),
    Code("F.empty", "error", "空文件", "文件是空的（0字节）", "请打开原文件确认有内容，另存为.xlsx后重发"),
    Code("F.empty_zip", "error", "空压缩包", "压缩包里没有文件", "请把填好的.xlsx直接发来，不必压缩"),
    Code(
        "F.truncated",
        "error",
        "文件不完整",
        "文件后半部分缺失，可能没有传完",
        "请重新发送；仍不行的，打开原文件另存为.xlsx后再发",
    ),
    Code(
        "F.damaged",
        "error",
        "文件已损坏",
        "文件已损坏（{reason}），无法读取",
        "请用WPS或Excel打开原文件，另存为.xlsx后重发；打不开的，用备份重报",
    ),
    Code(
        "F.kind",
        "error",
        "不是电子表格",
        "文件实际是{kind}，不是可以汇总的电子表格",
        "请用下发的.xlsx模板填报；已有表格的，另存为.xlsx后重发",
    ),
    Code(
        "F.not_form",
        "error",
        "不是要报的表",
        "文件能打开，但里面没有要报的统计表",
        "请核对是否发错了文件；要报的表，用下发的.xlsx模板填好重发",
    ),
    Code(
        "F.link",
        "error",
        "是链接不是文件",
        "这是一个指向别处的链接，不是文件本身",
        "请把文件本身复制到收件文件夹",
    ),
    Code(
        "F.special",
        "error",
        "不是普通文件",
        "这是{kind}，不是普通文件",
        "请核实来源，把.xlsx文件本身放进收件文件夹",
        "office",
    ),
    Code(
        "F.vanished",
        "error",
        "文件已不在",
        "读取时文件已被移走或改名",
        "请确认文件在收件文件夹中，再运行一次",
        "office",
    ),
    Code(
        "F.no_access",
        "error",
        "文件打不开",
        "文件打不开（没有读取权限，或正被别的程序占用）",
        "请关闭占用它的程序，检查读取权限，再运行一次",
        "office",
    ),
    Code(
        "F.writing",
        "error",
        "文件还在写入",
        "读取时文件还在变化（还在写入）",
        "请等复制或保存完成后再运行一次",
        "office",
    ),
    Code(
        "F.too_large",
        "error",
        "文件过大",
        "文件大小{size}MB，超过上限{limit}MB",
        "请删去图片和无关内容，只留报表，另存为.xlsx后重发",
    ),
    Code(
        "F.zip_bomb",
        "error",
        "解开后过大",
        "文件解开后约{size}MB，大小异常，为安全起见未读",
        "请新建工作簿，只把报表粘贴进去（选择性粘贴数值），另存为.xlsx后重发",
    ),
    Code(
        "F.zip_entries",
        "error",
        "文件结构异常",
        "文件内部结构异常（{reason}），为安全起见未读",
        "请用WPS或Excel打开原文件，另存为.xlsx后重发",
    ),
    Code(
        "F.nested_zip",
        "error",
        "压缩包套压缩包",
        "压缩包里还有压缩包，只打开一层",
        "请解压后把.xlsx文件直接放进收件文件夹",
    ),
    Code(
        "F.doctype",
        "error",
        "含外部定义",
        "文件中有正常表格不会有的外部定义（DOCTYPE），为安全起见未读",
        "请用WPS或Excel打开原文件，另存为.xlsx后重发",
    ),
    Code(
        "F.far_cell",
        "error",
        "表格范围过大",
        "内容一直写到单元格{cell}，远超出报表范围",
        "请按Ctrl+End找到最远的单元格，删除报表以外的行和列，保存后重发",
    ),
    Code(
        "F.no_sheets",
        "error",
        "没有工作表",
        "文件里没有可读的工作表",
        "请用WPS或Excel打开，确认报表在内，另存为.xlsx后重发",
    ),
    Code(
        "F.same_sheets",
        "error",
        "工作表重名",
        "有两张工作表都叫“{sheet}”，分不清以哪张为准",
        "请只保留一张或改名，另存为.xlsx后重发",
    ),
    Code(
        "F.crash",
        "error",
        "读取中断",
        "文件内部结构异常，读取程序中断",
        "请用WPS或Excel打开原文件，另存为.xlsx后重发",
    ),
    Code(
        "F.timeout",
        "error",
        "读取超时",
        "读取超过{seconds}秒仍未完成",
        "请新建工作簿，只把报表粘贴进去（选择性粘贴数值），另存为.xlsx后重发",
    ),
    Code(
        "F.memory",
        "error",
        "占用内存过多",
        "读取所需内存超过上限{limit}MB",
        "请删除报表以外的行、列和工作表，另存为.xlsx后重发",
    ),
    Code(
        "F.format", "hint", "格式与文件名不符", "文件实际是{kind}，已按此读取", "下次请用下发的.xlsx模板填报"
    ),
    Code(
        "F.hidden", "hint", "有隐藏的工作表", "有隐藏的工作表：{sheets}，也已读取", "请取消隐藏，核对其中内容"
    ),
    Code(
        "F.hidden_rows",
        "hint",
        "有隐藏的行或列",
        "有隐藏的行或列，其中的数也已读取",
        "请取消隐藏，核对其中内容",
    ),
    Code(
        "F.links",
        "hint",
        "引用了别的文件",
        "表中引用了别的文件，取的是上次保存时的结果",
        "请把引用处改成数值（选择性粘贴数值）再报",
    ),
    Code("F.formulas", "hint", "有公式", "表中有公式，取的是上次保存时的结果", "请核对公式结果无误"),
    Code(
        "F.macro", "hint", "含有宏", "文件含有宏，宏不会运行，也不会带入退回件", "下次请用下发的.xlsx模板填报"
    ),
    # Files that are not submissions: they are skipped, and the office may want to know why.
    Code("F.lock", "hint", "临时文件", "打开表格时自动产生的临时文件，不是报表", "不用处理", "office"),
    Code(
        "F.open",
        "hint",
        "文件正打开着",
        "“{name}”可能正打开着，读到的是上次保存的内容",
        "请保存并关闭后再运行一次；确已关闭的，可删除此临时文件",
        "office",
    ),
    Code("F.system", "hint", "系统文件", "系统自动产生的文件，不是报表", "不用处理", "office"),
    Code(
        "F.hidden_file",
        "hint",
        "隐藏的文件",
        "隐藏的文件或文件夹，不读",
        "其中有报表的，请移到外面再运行一次",
        "office",
    ),
    Code("F.own", "hint", "本工具的输出", "本工具以前输出的汇总文件夹，不再读入", "不用处理", "office"),
    Code("F.register", "hint", "名单或设置", "单位名单、设置或登记簿，不是报表", "不用处理", "office"),
    Code(
        "F.not_table",
        "hint",
        "不是表格",
        "不是表格文件，不读",
        "其中有报表数据的，请另存为.xlsx再放进来",
        "office",
    ),
    Code("F.archive", "hint", "压缩包", "压缩包已打开，内有{count}个文件，逐个列出", "不用处理", "office"),
]

_BLANKS = [
    Code("S3.blank", "error", "未填", "有空白格", "没有的填0：选中空白格，输入0，按Ctrl+Enter一次填满"),
]

_ROSTER = [
    # Who sent what; `S7.` codes. Unknown files and missing units are the office's business.
    Code(
        "S7.unknown",
        "error",
        "不知是哪个单位的文件",
        "{reason}{suggestion}",
        "请确认是哪个单位报送的：在单位名单中补上名称或别名，或请该单位改正封面后重发",
        "office",
    ),
    Code(
        "S7.missing",
        "error",
        "未报",
        "{unit}尚未报送",
        "请催报；已经发送的，请对方告知文件名和时间",
        "office",
    ),
    Code(
        "S7.twice",
        "error",
        "一个单位两份数据",
        "收到{unit}的{count}份报表（{files}），数据不同，又分不出先后，均未计入",
        "请确认以哪一份为准，在封面写明填报日期后只报那一份",
    ),
    Code(
        "S7.delegate",
        "error",
        "代报又自报",
        "单位名单写明{unit}由{delegate}代报，又收到该单位自己的报表，未计入",
        "请确认以哪一份为准，避免重复计算；自己报送的，请从单位名单中删去代报单位",
        "office",
    ),
    Code(
        "S7.unreadable",
        "error",
        "后来的文件打不开",
        "{unit}后来发来的{file}打不开，仍按先前能读出的一份处理：{reason}",
        "请与该单位联系，问清是否要用后来的一份",
        "office",
    ),
]

_COMPARED = [
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
    Code(
        "A.sum",
        "error",
        "汇总数与分单位数不符",
        "汇总{total}，各单位之和{units}加调整{adjustments}为{sum}",
        "这是程序的差错：请勿使用本表，并与维护人员联系",
        "office",
    ),
]

_STRUCTURE = [
    # Tables, rows, columns and labels; `S1`, `S2.`, `S6.`.
    Code(
        "S1",
        "error",
        "表格版式不对",
        "{table}用的是{rival}，本年度应使用{right}",
        "请改用下发的本年度空白表重新填写{table}",
    ),
    Code("S2.table", "error", "缺表", "没有找到{table}（{title}）", "请补上这张表；没有发生的也要填0"),
    Code(
        "S2.twice",
        "error",
        "同一张表有两份",
        "{table}在文件中有{count}处（{places}），不知以哪一处为准，均未读取",
        "请只保留一份",
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
        "年度没有填写，或填的“{found}”不是一个年度",
        "请填写报告年度{year}",
    ),
    Code(
        "S6.missing",
        "hint",
        "没有写明年度",
        "封面和标题都没有写明年度，按{year}年度处理",
        "请核对报的是{year}年度的数据",
    ),
    Code("S6.unit", "hint", "填报单位未填", "封面没有填写填报单位", "请填写单位全称"),
]

_VALUES = [
    # What stands in a value cell; `S3.`, `S4.`, `S5.`.
    Code("S3.text", "error", "不是数字", "填“{found}”，不是数字", "请填数字，没有的填0"),
    Code("S3.format", "hint", "数字写法不规范", "填“{found}”，已按数字读取", "下次请直接输入半角数字"),
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
    Code("S4.decimal", "error", "件数有小数", "填{found}，件数应为整数", "请查台账，填写整数"),
    Code("S4.negative", "error", "件数为负", "填{found}，件数不应小于0", "请查台账，填写不小于0的整数"),
    Code(
        "S5.decimals",
        "error",
        "金额小数超过4位",
        "填{found}，单位为万元，最多保留4位小数",
        "请按4位小数四舍五入",
    ),
    Code("S5.negative", "error", "金额为负", "填{found}，金额不应小于0", "请查账册后重新填写"),
]

CODES: dict[str, Code] = {
    code.id: code for code in [*_FILES, *_BLANKS, *_ROSTER, *_COMPARED, *_STRUCTURE, *_VALUES]
}


def sentence(code: str, **fields: str) -> str:
    """The sentence of a code with its fields filled in; KeyError when code or field is unknown."""
    return CODES[code].sentence.format(**fields)


def advice(code: str, **fields: str) -> str:
    """What to do about a code, with its fields filled in."""
    return CODES[code].advice.format(**fields)


def finding(
    code: str,
    fields: Mapping[str, str],
    *,
    where: str = "",
    items: tuple[str, ...] = (),
    places: tuple[Place, ...] = (),
    table: str = "",
    table_name: str = "",
) -> Finding:
    """A finding of a catalogued code; without `where` it speaks of the table, or of the whole file."""
    entry = CODES[code]
    reason = entry.sentence.format(**fields)
    todo = entry.advice.format(**fields)
    cells = "、".join(address(row, column) for _, row, column in places[:8])
    place = where or " ".join(part for part in (table_name, cells) if part)
    if not where and fields.get("item") and place:
        place = f"{place}（{fields['item']}）"
    return Finding(
        code=code,
        severity=entry.severity,
        message=f"{place}{'：' if place else ''}{reason}。{todo}。",
        table=table,
        items=items,
        places=places,
        where=place,
        found=fields.get("found", ""),
        expected=fields.get("expected", ""),
        basis=reason,
        advice=todo,
        audience=entry.audience,
    )
