"""Workbooks that a reader misreads, refuses, or dies of: each function gets the unit's name."""

from __future__ import annotations

import re
from collections.abc import Callable

from tests.hostile import ooxml
from tests.hostile.form import Grid, filled, place
from tests.hostile.ooxml import Raw

Make = Callable[[str], bytes]
_RECEIVED = "applications.received.natural_person"
_CARRIED = "applications.carried_in.natural_person"
_AMOUNT = "proactive.procurement.amount"
HEAD = ooxml.HEAD


def put(value: object, item: str = _CARRIED) -> Make:
    """A correct workbook but for one value cell."""

    def make(unit: str) -> bytes:
        grids = filled(unit)
        sheet, row, column = place(item)
        grids[sheet].cells[row, column] = value
        return ooxml.book(grids)

    return make


def changed(change: Callable[[str], str]) -> Make:
    """A correct workbook but for the XML of its sheets."""
    return lambda unit: ooxml.book(filled(unit), sheet=change)


def added(*parts: tuple[str, bytes]) -> Make:
    """A correct workbook with further or replaced parts."""
    return lambda unit: ooxml.book(filled(unit), parts=dict(parts))


def cells_at(*cells: str) -> Make:
    """A correct workbook with more XML at the end of the last sheet's rows."""

    def make(unit: str) -> bytes:
        return ooxml.book(
            filled(unit), sheet=lambda text: text.replace("</sheetData>", "".join(cells) + "</sheetData>")
        )

    return make


def _thousands(unit: str) -> bytes:
    """Money with a thousands separator, and the number of projects that goes with it."""
    grids = filled(unit)
    for item, value in ((_AMOUNT, "1,234.5000"), ("proactive.procurement.projects", 3)):
        sheet, row, column = place(item)
        grids[sheet].cells[row, column] = value
    return ooxml.book(grids)


def _styles(number_format: str) -> bytes:
    return (
        f'{HEAD}<styleSheet xmlns="{ooxml.MAIN}"><numFmts count="1">'
        f'<numFmt numFmtId="164" formatCode="{number_format}"/></numFmts><fonts count="1"><font/></fonts>'
        '<fills count="1"><fill/></fills><borders count="1"><border/></borders>'
        '<cellStyleXfs count="1"><xf/></cellStyleXfs>'
        '<cellXfs count="2"><xf/><xf numFmtId="164" applyNumberFormat="1"/></cellXfs></styleSheet>'
    ).encode()


def _dated(properties: str = "") -> Make:
    """A value cell whose number format makes its count a date."""

    def make(unit: str) -> bytes:
        grids = filled(unit)
        sheet, row, column = place(_CARRIED)
        grids[sheet].cells[row, column] = Raw('s="1"', "<v>12</v>")
        options = ooxml.Options(properties=properties, parts={"xl/styles.xml": _styles("yyyy-mm-dd")})
        parts = ooxml.parts(grids, options)
        link = f'<Relationship Id="rId99" Type="{ooxml.RELATIONS}/styles" Target="styles.xml"/>'
        end = "</Relationships>"
        relations = parts["xl/_rels/workbook.xml.rels"].decode().replace(end, link + end).encode()
        return ooxml.packed({**parts, "xl/_rels/workbook.xml.rels": relations})

    return make


def _prefixed(text: str) -> str:
    """The sheet with every element under the prefix x."""
    text = text.replace("<worksheet xmlns=", "<worksheet xmlns:x=")
    return re.sub(r"<(/?)(?=[a-zA-Z])", r"<\1x:", text)


def _out_of_order(text: str) -> str:
    """The sheet with its rows and the cells of each row backwards."""
    rows = re.findall(r"<row .*?</row>", text)
    backwards = [re.sub(r"(<row [^>]*>)(.*)(</row>)", _backwards, row) for row in reversed(rows)]
    return text.replace("".join(rows), "".join(backwards))


def _backwards(row: re.Match[str]) -> str:
    return row[1] + "".join(reversed(re.findall(r"<c .*?</c>", row[2]))) + row[3]


def _without_references(unit: str) -> bytes:
    grids = filled(unit)
    for grid in grids:  # only a sheet without gaps can do without references
        for row, cells in enumerate(grid.rows()):
            grid.cells.update({(row, column): value for column, value in enumerate(cells)})
    return ooxml.book(grids, references=False, sheet=lambda text: re.sub(r'<row r="\d+">', "<row>", text))


def _states(unit: str) -> bytes:
    return ooxml.book(filled(unit), states={"表四": 'state="hidden"', "表二": 'state="veryHidden"'})


def _same_sheets(unit: str) -> bytes:
    grids = filled(unit)
    return ooxml.book([*grids, Grid("表三", grids[3].cells, grids[3].merged)])


def _two_tables(unit: str) -> bytes:
    grids = filled(unit)
    return ooxml.book([*grids, Grid("表三（2）", grids[3].cells, grids[3].merged)])


def _links(unit: str) -> bytes:
    grids = filled(unit)
    sheet, row, column = place(_CARRIED)
    grids[sheet].cells[row, column] = Raw("", "<f>[1]Sheet1!A1</f><v>0</v>")
    book = f'<externalBook xmlns:r="{ooxml.RELATIONS}" r:id="rId1"/>'
    link = f'{HEAD}<externalLink xmlns="{ooxml.MAIN}">{book}</externalLink>'
    return ooxml.book(grids, parts={"xl/externalLinks/externalLink1.xml": link.encode()})


def _merges(areas: list[str]) -> Make:
    inside = "".join(f'<mergeCell ref="{area}"/>' for area in areas)
    return changed(lambda text: re.sub(r"(<mergeCells[^>]*>)", rf"\1{inside}", text))


def _laughs(text: str) -> str:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return text.replace(HEAD, f'{HEAD}<!DOCTYPE worksheet [<!ENTITY l0 "哈">{entities}]>').replace(
        "表三", "&l9;"
    )


def _entity(text: str) -> str:
    doctype = '<!DOCTYPE worksheet [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    return text.replace(HEAD, HEAD + doctype).replace("三、", "&x;")


def _utf16(text: str) -> bytes:
    return text.replace('encoding="UTF-8"', 'encoding="UTF-16"').encode("utf-16")


def _gbk(text: str) -> bytes:
    return text.replace('encoding="UTF-8"', 'encoding="GB18030"').encode("gb18030")


_FAR = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
_LATE = '<row r="4294967299"><c r="A4294967299"><v>1</v></c></row>'
_BLANK_FAR = '<row r="1048576"><c r="XFD1048576" s="0"/></row>'
_COVER = "<sheetData>"

BOOKS: dict[str, Make] = {
    # what readers pass over in silence
    "好": lambda unit: ooxml.book(filled(unit)),
    "错误值": put(Raw('t="e"', "<v>#REF!</v>")),
    "除零": put(Raw('t="e"', "<f>1/0</f><v>#DIV/0!</v>")),
    "未计算": put(Raw("", "<f>SUM(A1:B1)</f>")),
    "未计算空值": put(Raw("", "<f>SUM(A1:B1)</f><v></v>")),
    "溢出": put(Raw('t="e"', "<f>F8:F9</f><v>#SPILL!</v>")),
    "新错误": put(Raw('t="e"', "<v>#CALC!</v>")),
    "同名表": _same_sheets,
    "两张表三": _two_tables,
    "宽编码": lambda unit: ooxml.book(filled(unit), encode=_utf16),
    "国标编码": lambda unit: ooxml.book(filled(unit), encode=_gbk),
    "未知编码": changed(lambda text: text.replace('encoding="UTF-8"', 'encoding="x-klingon"')),
    "严格": lambda unit: ooxml.book(filled(unit), strict=True),
    "前缀": changed(_prefixed),
    "错尺寸": changed(lambda text: text.replace(_COVER, '<dimension ref="A1"/>' + _COVER)),
    "无坐标": _without_references,
    "乱序": changed(_out_of_order),
    "一九〇四": _dated('<workbookPr date1904="1"/>'),
    "日期格式": _dated(),
    "公式": put(Raw("", "<f>1-1</f><v>0</v>")),
    "外部链接": _links,
    "隐藏表": _states,
    "隐藏行": changed(lambda text: text.replace('<row r="5">', '<row r="5" hidden="1">')),
    "图片公式": put(
        Raw('t="str"', "<f>_xlfn.DISPIMG(&quot;ID_1&quot;,1)</f><v>=DISPIMG(&quot;ID_1&quot;,1)</v>")
    ),
    # values
    "全角数字": put(Raw("", "<v>０</v>")),
    "全角文字": put("０"),
    "千分位": _thousands,
    "空格数字": put(" 0 "),
    "零宽": put("\u200b0\ufeff"),
    "文字数字": put("0"),
    "布尔": put(Raw('t="b"', "<v>1</v>")),
    "非数": put(Raw("", "<v>NaN</v>")),
    "无穷": put(Raw("", "<v>INF</v>")),
    "极大": put(Raw("", "<v>1e308</v>")),
    "日期": put(Raw('t="d"', "<v>2019-12-31</v>")),
    "带单位": put("47件"),
    "减三": put("减3", "proactive.licensing.change"),
    "金额单位": put("251000元", _AMOUNT),
    "带说明": put("22（其中修订16件）"),
    "无": put("无"),
    "斜杠": put("/"),
    "破折号": put("—"),
    "不适用": put("不适用"),
    "命令": put("=cmd|'/c calc'!A1"),
    "超长文字": put("长" * 40_000),
    "控制字符": put("_x0007_12"),
    "孤立代理": put("_xD83D_12"),
    # what kills a process, or keeps it busy
    "天涯": cells_at(_FAR),
    "空天涯": cells_at(_BLANK_FAR),
    "行号溢出": cells_at(_LATE),
    "格外": cells_at('<row r="40"><c r="ZZZZ40"><v>1</v></c></row>'),
    "全表合并": _merges(["A1:XFD1048576"]),
    "十万合并": _merges([f"A{row}:B{row}" for row in range(100, 100_100)]),
    "坏合并": _merges(["A1:B"]),
    "亿笑": changed(_laughs),
    "外部实体": changed(_entity),
    "坏格式": changed(lambda text: text.replace("</sheetData>", "")),
    "缺表": lambda unit: ooxml.book(filled(unit)).replace(b"sheet4.xml", b"sheet9.xml"),
    "无表": lambda unit: ooxml.book([]),
    "深嵌套": changed(lambda text: text.replace(_COVER, "<a>" * 50_000 + "</a>" * 50_000 + _COVER)),
}
