"""Files of other formats that lie about themselves, or that no reader was made for."""

from __future__ import annotations

import io
import struct
import zipfile

import docx

from tests.hostile import binary, ooxml, other
from tests.hostile.books import Make
from tests.hostile.files import fixed, good
from tests.hostile.form import filled
from tests.hostile.tricks import noise

_NUL = "\0"


def _zip(*members: tuple[str, bytes]) -> Make:
    return lambda unit: ooxml.packed(dict(members))


def _linked(unit: str) -> bytes:
    """A .zip whose member is a symbolic link."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        info = zipfile.ZipInfo("链接.xlsx", ooxml.FIXED)
        info.create_system, info.external_attr = 3, 0o120777 << 16
        archive.writestr(info, "/etc/passwd")
    return target.getvalue()


def _directory(count: int) -> Make:
    """A zip file with so many entries and next to no bytes."""
    entry = struct.pack("<4sHHHHHHIIIHHHHHII", b"PK\1\2", 20, 20, 0, 0, 0, 33, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0)
    local = struct.pack("<4sHHHHHIIIHH", b"PK\3\4", 20, 0, 0, 0, 33, 0, 0, 0, 1, 0) + b"a"
    central = b"".join(entry + b"%07d" % number for number in range(count))
    end = struct.pack(
        "<4sHHHHIIH", b"PK\5\6", 0, 0, count & 0xFFFF, count & 0xFFFF, len(central), len(local), 0
    )
    return fixed(local + central + end)


def _method(number: int) -> Make:
    """A workbook whose members say that they are packed by another method."""

    def make(unit: str) -> bytes:
        data = bytearray(good(unit))
        for signature, offset in ((b"PK\3\4", 8), (b"PK\1\2", 10)):
            at = data.find(signature)
            while at >= 0:
                struct.pack_into("<H", data, at + offset, number)
                at = data.find(signature, at + 4)
        return bytes(data)

    return make


def _streamed(unit: str) -> bytes:
    """A workbook written to a pipe: sizes come after the data."""

    class Pipe(io.RawIOBase):
        def __init__(self) -> None:
            self.pieces: list[bytes] = []

        def writable(self) -> bool:
            return True

        def write(self, piece: object) -> int:
            self.pieces.append(bytes(piece))  # type: ignore[call-overload]
            return len(self.pieces[-1])

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:  # type: ignore[arg-type]
        for name, data in ooxml.parts(filled(unit), ooxml.Options()).items():
            archive.writestr(zipfile.ZipInfo(name, ooxml.FIXED), data, zipfile.ZIP_DEFLATED)
    return b"".join(pipe.pieces)


def _patched(offset: int, value: int) -> Make:
    """An .xls with a number of its header changed."""

    def make(unit: str) -> bytes:
        data = bytearray(binary.xls(filled(unit)))
        struct.pack_into("<I", data, offset, value)
        return bytes(data)

    return make


def _records(*records: tuple[int, bytes]) -> Make:
    """An .xls with further records after the first."""
    extra = b"".join(struct.pack("<HH", kind, len(body)) + body for kind, body in records)
    return lambda unit: binary.xls(filled(unit), extra)


def _cut_record(unit: str) -> bytes:
    """An .xls whose last record is longer than the file."""
    stream = binary.biff(filled(unit))
    return binary.container({"Workbook": stream[:-40] + struct.pack("<HH", 0x0203, 0xFFFF) + stream[-36:]})


def _shared_streams(unit: str) -> bytes:
    """An OLE container with 1,000 streams on the same sectors."""
    data = bytearray(binary.container({f"s{n}": b"" for n in range(1_000)}))
    for number in range(1_001):
        struct.pack_into("<IQ", data, 512 + 128 * number + 116, 0, 200_000)
    return bytes(data)


def _ods(old: str, new: str) -> Make:
    """An .ods with its content changed."""

    def make(unit: str) -> bytes:
        with zipfile.ZipFile(io.BytesIO(other.ods(filled(unit)))) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        parts["content.xml"] = parts["content.xml"].replace(old.encode(), new.encode(), 1)
        return ooxml.packed(parts)

    return make


_ONE = '<table:table-cell {} office:value-type="float" office:value="1"><text:p>1</text:p></table:table-cell>'
_ROW = "<table:table-row {}>{}</table:table-row></table:table>"


def _ods_end(cell: str, row: str = "") -> Make:
    return _ods("</table:table>", _ROW.format(row, _ONE.format(cell)))


def _word(change: str, inside: str) -> Make:
    """A .docx with XML put before the end of its body."""

    def make(unit: str) -> bytes:
        with zipfile.ZipFile(io.BytesIO(other.word(filled(unit)))) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        parts["word/document.xml"] = parts["word/document.xml"].replace(change.encode(), inside.encode(), 1)
        return ooxml.packed(parts)

    return make


def _nested_word(unit: str) -> bytes:
    """The whole form inside the one cell of an outer table, as a frame."""
    document = docx.Document()
    cell = document.add_table(1, 1).cell(0, 0)
    for row in filled(unit)[0].rows():
        cell.add_paragraph("：".join(str(value) for value in row if value != ""))
    for grid in filled(unit)[1:]:
        rows = grid.rows()
        table = cell.add_table(len(rows), len(rows[0]))
        for a, b, c, d in grid.merged:
            if c < len(rows) and d < len(rows[0]):
                table.cell(a, b).merge(table.cell(c, d))
        for (row, column), value in grid.cells.items():
            table.cell(row, column).text = str(value)
    target = io.BytesIO()
    document.save(target)
    with zipfile.ZipFile(target) as archive:
        return ooxml.packed({name: archive.read(name) for name in archive.namelist()})


def _page(inside: str, head: str = "") -> Make:
    return fixed(f"<html><head>{head}</head><body>{inside}</body></html>".encode())


def _droste() -> bytes:
    """A zip in a zip in a zip, twenty deep."""
    data = good("套娃镇")
    for number in range(20):
        data = ooxml.packed({f"{number}.zip": data})
    return data


_BOMB = ooxml.packed({"bomb.xlsx": b"\0" * (30 << 20)})
_DEEP = "<w:tbl><w:tr><w:tc>" * 300 + "<w:p/>" + "</w:tc></w:tr></w:tbl>" * 300
_TALL = (
    "<w:tbl>"
    + '<w:tr><w:tc><w:tcPr><w:gridSpan w:val="9999999"/></w:tcPr><w:p/></w:tc></w:tr>' * 2_000
    + "</w:tbl>"
)

MORE: dict[str, Make] = {
    # zip files
    "压缩套娃.zip": fixed(_droste()),
    "压缩密码.zip": lambda unit: _locked(ooxml.packed({"报表.xlsx": good(unit)})),
    "压缩炸弹.zip": fixed(_BOMB),
    "压缩链接.zip": _linked,
    "压缩越界.zip": _zip(("../../越界.xlsx", b"x")),
    "压缩绝对.zip": _zip(("/etc/绝对.xlsx", b"x")),
    "压缩盘符.zip": _zip(("C:/windows/盘符.xlsx", b"x")),
    "压缩控制.zip": lambda unit: ooxml.packed({"控\x1b[31m\u202e制.xlsx": good("压缩控制内镇")}),
    "压缩无名.zip": _zip((" ", b"x"), (".xlsx", b"x")),
    "压缩同名.zip": _zip(("A.xlsx", b"x"), ("a.xlsx", b"y")),
    "压缩目录.zip": _directory(150_000),
    "压缩目录中.zip": _directory(60_000),
    "压缩垃圾.zip": fixed(b"PK\x03\x04" + noise(4_000).encode()),
    "压缩其实表.zip": good,
    "压缩方法.xlsx": _method(12),
    "压缩怪方法.xlsx": _method(99),
    "流式.xlsx": _streamed,
    "前有杂字.xlsx": lambda unit: b"junk" + good(unit),
    "后有杂字.xlsx": lambda unit: good(unit) + b"junk",
    "自解压.xlsx": lambda unit: b"MZ" + b"\0" * 998 + good(unit),
    "双结尾.xlsx": lambda unit: good(unit) + b"PK\5\6" + b"\0" * 18,
    "注释.xlsx": lambda unit: good(unit)[:-2] + struct.pack("<H", 60_000) + b"PK\5\6" * 15_000,
    # .xls and .et
    "密码.et": fixed(binary.container({"EncryptionInfo": b"\4\0\4\0", "EncryptedPackage": b"\0" * 5_000})),
    "异或密码.xls": _records((0x2F, struct.pack("<HHH", 0, 1, 1))),
    "晚密码.xls": _records(*[(0x5C, b" " * 112)] * 12, (0x2F, struct.pack("<HHHHH", 0x2F, 6, 1, 1, 1))),
    "串表巨.xls": _records((0xFC, struct.pack("<II", 0xFFFFFFFF, 0xFFFFFFFF))),
    "串表断.xls": _records((0xFC, struct.pack("<IIHB", 9, 9, 60_000, 1))),
    "坏工作表.xls": _records((0x85, struct.pack("<IBBBB", 0xFFFFFFF0, 0, 0, 9, 1) + b"x" * 18)),
    "断记录.xls": _cut_record,
    "零记录.xls": lambda unit: binary.container({"Workbook": binary.biff([])}),
    "空流.xls": fixed(binary.container({"Workbook": b""})),
    "扇区大.xls": _patched(30, 31),
    "目录越界.xls": _patched(48, 0xFFFFFF00),
    "目录成环.xls": _patched(48, 1),
    "分配表多.xls": _patched(44, 0x7FFFFFFF),
    "难表链.xls": _patched(68, 3),
    "流共用.xls": _shared_streams,
    "只有表头.xls": lambda unit: binary.xls(filled(unit))[:512],
    "裸流.xls": lambda unit: binary.biff(filled(unit)),
    "裸流旧.xls": fixed(b"\x09\x00\x04\x00\x02\x00\x10\x00" + struct.pack("<HH", 0x0A, 0)),
    "老书.xls": lambda unit: binary.container({"Book": binary.biff(filled(unit))}),
    # .xlsb
    "断.xlsb": lambda unit: _cut_part(binary.xlsb(filled(unit)), "xl/worksheets/sheet4.bin"),
    # .ods
    "列重复.ods": _ods_end('table:number-columns-repeated="1048576"'),
    "行重复.ods": _ods_end("", 'table:number-rows-repeated="1048576"'),
    "行列重复.ods": _ods_end('table:number-columns-repeated="16384"', 'table:number-rows-repeated="1048576"'),
    "重复溢出.ods": _ods_end('table:number-columns-repeated="99999999999999999999"'),
    "重复为负.ods": _ods_end('table:number-columns-repeated="-1"'),
    "空行重复.ods": _ods(
        "</table:table>",
        '<table:table-row table:number-rows-repeated="1048000"><table:table-cell '
        'table:number-columns-repeated="16384"/></table:table-row></table:table>',
    ),
    "定义.ods": _ods("<office:document-content", "<!DOCTYPE x><office:document-content"),
    "公式开放.ods": _ods(
        'office:value-type="float" office:value="0"',
        'table:formula="of:=1/0" office:value-type="float" office:value="0"',
    ),
    "无清单.ods": lambda unit: _without(other.ods(filled(unit)), "META-INF/manifest.xml"),
    "无内容.ods": lambda unit: _without(other.ods(filled(unit)), "content.xml"),
    # web pages and texts
    "跨格.html": _page("<table><tr>" + "<td rowspan=65534 colspan=1000>1" * 3 + "</table>"),
    "百万格.html": _page("<table>" + "<tr>" + "<td>1" * 200_000 + "</table>"),
    "高瘦.html": _page("<table><tr>" + "<td colspan=1000>" * 900 + "<tr>" * 9_000 + "<td>x</table>"),
    "深表.html": _page("<table><tr><td>" * 3_000 + "1"),
    "怪字集.html": _page("<table><tr><td>-" + noise(300_000), "<meta charset=punycode>"),
    "坏字集.html": _page("<table><tr><td>1", "<meta charset=undefined>"),
    "脚本.html": _page("<script>alert(1)</script><table><tr><td><img src=x onerror=alert(1)>1</table>"),
    "图片链.html": _page("<table><tr><td><img src='file:///etc/passwd'>1</table>"),
    "空字节.csv": fixed(("a,b" + _NUL + "\n1,2\n").encode()),
    "引号不闭.csv": fixed(('a,"' + noise(300_000)).encode()),
    "一行.csv": fixed(("1," * 600_000).encode()),
    "宽又高.csv": fixed(("," * 499_000 + "\n" + "\n" * 40_000 + "a").encode()),
    "无标记宽.csv": lambda unit: other.delimited(filled(unit), "utf-16-le"),
    "奇数宽.csv": lambda unit: other.delimited(filled(unit), "utf-16")[:-1],
    "只有标记.csv": fixed(b"\xef\xbb\xbf"),
    "老换行.csv": lambda unit: other.delimited(filled(unit), "utf-8").replace(b"\r\n", b"\r"),
    "分号.csv": lambda unit: other.delimited(filled(unit), "utf-8", ";"),
    "繁体.csv": lambda unit: "單位,數\n鄉鎮,1\n".encode("big5"),
    "公式文本.csv": fixed(b"=cmd|'/c calc'!A1,@SUM(1),+1,-1\n"),
    # .docx
    "套表.docx": _nested_word,
    "深套表.docx": _word("<w:sectPr", _DEEP + "<w:sectPr"),
    "宽跨.docx": _word("<w:sectPr", _TALL + "<w:sectPr"),
    "实体.docx": _word("<w:document", '<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]><w:document'),
    "无正文.docx": lambda unit: _without(other.word(filled(unit)), "word/document.xml"),
    "坏正文.docx": _word("</w:body>", ""),
    "空文档.docx": _word("<w:body>", "<w:body></w:body></w:document><!--"),
    # names that say something else
    "程序名.xlsx.exe": good,
    "下载名.xlsx.crdownload": good,
    "大写名.XLSX": good,
    "尾空名.xlsx ": good,
    "尾点名.xlsx.": good,
    "双名.et.xlsx": good,
    "文名.wps": good,
    "库名.dbf": fixed(b"\x03\x78\x01\x01" + b"\0" * 60),
    "苹果名.numbers": _zip(("Index/Document.iwa", b"x"), ("Metadata/Properties.plist", b"x")),
    "邮件名.eml": fixed(
        b"From: a@b\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x--"
    ),
    "版式名.xps": _zip(("FixedDocSeq.fdseq", b"x"), ("[Content_Types].xml", b"<Types/>")),
}


def _locked(data: bytes) -> bytes:
    """A zip file whose members are marked as encrypted."""
    locked = bytearray(data)
    for signature, offset in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        at = locked.find(signature)
        while at >= 0:
            locked[at + offset] |= 1
            at = locked.find(signature, at + 4)
    return bytes(locked)


def _without(data: bytes, gone: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return ooxml.packed({name: archive.read(name) for name in archive.namelist() if name != gone})


def _cut_part(data: bytes, cut: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    return ooxml.packed({**parts, cut: parts[cut][: len(parts[cut]) // 2]})
