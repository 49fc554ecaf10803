"""Files of other kinds, damaged files, and zip files that lie: each function gets the unit's name."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

from tests.hostile import binary, ooxml, other
from tests.hostile.books import Make
from tests.hostile.form import filled

_PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 64


def fixed(data: bytes) -> Make:
    """The same bytes for every unit."""
    return lambda unit: data


def good(unit: str) -> bytes:
    """A usual workbook."""
    return ooxml.book(filled(unit))


def _zipped(*names: str) -> Make:
    """A .zip of good workbooks of further units, named by them."""
    return lambda unit: ooxml.packed(
        {name: good(name.rpartition("/")[2].removesuffix(".xlsx")) for name in names}
    )


class _Gbk(zipfile.ZipInfo):
    """A member whose name is in GBK without the UTF-8 flag."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802 - overrides zipfile
        return self.filename.encode("gb18030"), self.flag_bits


def _zip_gbk(unit: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr(_Gbk("乡镇/包内国标镇.xlsx", ooxml.FIXED), good("包内国标镇"))
    return target.getvalue()


def _zip_mixed(unit: str) -> bytes:
    inner = ooxml.packed({"x.xlsx": b"x"})
    members = {
        "包内镇.xlsx": good("包内镇"),
        "包内坏镇.xlsx": good("包内坏镇")[:-900],
        "套包.zip": inner,
        "包.rar": b"Rar!\x1a\x07",
        "__MACOSX/._包内镇.xlsx": b"\0",
        "~$包内镇.xlsx": b"\0" * 165,
        "读我.txt": b"hello",
    }
    return ooxml.packed(members)


def _bomb(size: int) -> Make:
    """A workbook one of whose parts inflates to so many bytes."""
    return lambda unit: ooxml.book(filled(unit), parts={"xl/media/image1.xml": b"\0" * size})


def _lying(unit: str) -> bytes:
    """A workbook whose directory says 100 bytes where 20 MiB come out."""
    data = ooxml.book(filled(unit), parts={"xl/theme/theme1.xml": b" " * (20 << 20)})
    return data.replace(struct.pack("<I", 20 << 20), struct.pack("<I", 100))


def _overlapping(unit: str) -> bytes:
    """A directory whose 1,500 entries all share one body of 1 MiB."""
    body = zlib.compress(b"\0" * (1 << 20), 9)[2:-4]
    crc = zlib.crc32(b"\0" * (1 << 20))
    local = (
        struct.pack("<4sHHHHHIIIHH", b"PK\3\4", 20, 0, 8, 0, 33, crc, len(body), 1 << 20, 1, 0) + b"a" + body
    )
    central = b"".join(
        struct.pack(
            "<4sHHHHHHIIIHHHHHII",
            b"PK\1\2",
            20,
            20,
            0,
            8,
            0,
            33,
            crc,
            len(body),
            1 << 20,
            4,
            0,
            0,
            0,
            0,
            0,
            0,
        )
        + f"{number:04}".encode()
        for number in range(1_500)
    )
    return (
        local + central + struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, 1500, 1500, len(central), len(local), 0)
    )


def _twice(unit: str) -> bytes:
    """A package in which a sheet exists twice under one name."""
    return good(unit).replace(b"xl/worksheets/sheet2.xml", b"xl/worksheets/sheet3.xml")


def _locked_member(unit: str) -> bytes:
    """A package whose members are marked as encrypted."""
    data = bytearray(good(unit))
    for signature, offset in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        at = data.find(signature)
        while at >= 0:
            data[at + offset] |= 1
            at = data.find(signature, at + 4)
    return bytes(data)


def _flipped(unit: str) -> bytes:
    """A workbook with one bit of a stored sheet turned over."""
    data = bytearray(ooxml.packed(ooxml.parts(filled(unit), ooxml.Options()), zipfile.ZIP_STORED))
    data[data.find(b"<sheetData>") + 40] ^= 0x10
    return bytes(data)


def _loop(unit: str) -> bytes:
    """An .xls whose allocation table leads from the last sector of the book back to its first."""
    data = bytearray(binary.xls(filled(unit)))
    table = len(data) - 512
    sectors = struct.unpack_from("<128I", data, table)
    ends = [number for number, following in enumerate(sectors) if following == 0xFFFFFFFE]
    struct.pack_into("<I", data, table + 4 * ends[-1], ends[0] + 1)
    return bytes(data)


def _panic(unit: str) -> bytes:
    """An .xlsb with a record of a sheet that is too short, at which the reader panics."""
    with zipfile.ZipFile(io.BytesIO(binary.xlsb(filled(unit)))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["xl/workbook.bin"] = parts["xl/workbook.bin"].replace(b"\x9c\x01", b"\x9c\x01\x02\0\0\x9c\x01", 1)
    return ooxml.packed(parts)


def _abort(unit: str) -> bytes:
    """An .xls with a cell so far out that the reader asks for more memory than there is."""
    grids = filled(unit)
    grids[0].cells[0xFFFF, 0xFFFF] = 1.0
    return binary.xls(grids)


def _encrypted_ods(unit: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(other.ods(filled(unit)))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    entry = (
        b'<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml">'
        b'<manifest:encryption-data manifest:checksum="x"/></manifest:file-entry></manifest:manifest>'
    )
    parts["META-INF/manifest.xml"] = parts["META-INF/manifest.xml"].replace(b"</manifest:manifest>", entry)
    parts["content.xml"] = bytes(range(256)) * 8
    return ooxml.packed(parts)


def _xml2003(unit: str) -> bytes:
    space = "urn:schemas-microsoft-com:office:spreadsheet"
    return (
        f'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook xmlns="{space}"/>'.encode()
    )


def _presentation(unit: str) -> bytes:
    return ooxml.packed({"[Content_Types].xml": b"<Types/>", "ppt/presentation.xml": b"<p/>"})


FILES: dict[str, Make] = {
    # formats that are read, under their own names and others
    "旧版.xls": lambda unit: binary.xls(filled(unit)),
    "表格.et": lambda unit: binary.xls(filled(unit)),
    "二进制.xlsb": lambda unit: binary.xlsb(filled(unit)),
    "开放.ods": lambda unit: other.ods(filled(unit)),
    "文档.docx": lambda unit: other.word(filled(unit)),
    "带宏.xlsm": lambda unit: ooxml.book(filled(unit), parts={"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0"}),
    "改名.xls": good,
    "改名.txt": good,
    "无扩展名": good,
    "网页.xls": lambda unit: other.html(filled(unit)),
    "网页带声明.xls": lambda unit: b'<!DOCTYPE html PUBLIC "x">' + other.html(filled(unit), "utf-8"),
    "宽网页.xls": lambda unit: other.html(filled(unit), "utf-16"),
    "逗号.csv": lambda unit: other.delimited(filled(unit), "utf-8-sig"),
    "逗号国标.xls": lambda unit: other.delimited(filled(unit), "gb18030"),
    "制表符宽.xls": lambda unit: other.delimited(filled(unit), "utf-16", "\t"),
    "压缩.zip": _zipped("包一镇.xlsx", "乡镇/包二镇.xlsx"),
    "压缩国标.zip": _zip_gbk,
    "压缩杂.zip": _zip_mixed,
    "压缩空.zip": fixed(b"PK\5\6" + b"\0" * 18),
    "压缩改名.xlsx": _zipped("包三镇.xlsx"),
    # kinds that are refused by name
    "旧文档.doc": fixed(binary.container({"WordDocument": b"\xec\xa5\xc1\0"})),
    "文档改名.xls": fixed(binary.container({"WordDocument": b"\xec\xa5\xc1\0"})),
    "扫描件.pdf": fixed(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"),
    "扫描改名.xlsx": fixed(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"),
    "压缩.rar": fixed(b"Rar!\x1a\x07\x01\0" + b"\0" * 64),
    "压缩.7z": fixed(b"7z\xbc\xaf\x27\x1c" + b"\0" * 64),
    "照片.png": fixed(_PNG),
    "照片改名.xlsx": fixed(_PNG),
    "富文本.rtf": fixed(b"{\\rtf1\\ansi }"),
    "单页.mht": fixed(b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n--x--"),
    "版式.ofd": fixed(ooxml.packed({"OFD.xml": b"<ofd:OFD/>", "Doc_0/Document.xml": b"<x/>"})),
    "演示.pptx": _presentation,
    "程序改名.xlsx": fixed(b"MZ\x90\0" + b"\0" * 64),
    "二〇〇三.xls": _xml2003,
    "无表网页.xls": fixed("<html><body><p>没有表格</p></body></html>".encode()),
    "网页实体.xls": fixed(
        b'<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd">]><table><tr><td>&x;</table>'
    ),
    "一段话.csv": fixed("我单位无此项工作".encode()),
    "乱码.xls": fixed(bytes(range(256)) * 20),
    "无表文档.docx": lambda unit: other.word(filled(unit)[:1]),
    # protected
    "加密.xlsx": fixed(binary.container({"EncryptionInfo": b"\4\0\4\0", "EncryptedPackage": b"\0" * 5_000})),
    "加密.xls": lambda unit: binary.xls(filled(unit), struct.pack("<HHHHH", 0x2F, 6, 1, 1, 1)),
    "加密.ods": _encrypted_ods,
    "加密部件.xlsx": _locked_member,
    # damaged
    "空文件.xlsx": fixed(b""),
    "全零.xlsx": fixed(b"\0" * 8_192),
    "截断.xlsx": lambda unit: good(unit)[:3_000],
    "只剩开头.xlsx": fixed(b"PK\x03\x04"),
    "截断.xls": lambda unit: binary.xls(filled(unit))[:4_000],
    "位翻转.xlsx": _flipped,
    "扇区环.xls": _loop,
    "恐慌.xlsb": _panic,
    "中止.xls": _abort,
    # zip files that lie
    "炸弹.xlsx": _bomb(270 << 20),
    "压缩比.xlsx": _bomb(2 << 20),
    "谎报.xlsx": _lying,
    "重叠.xlsx": _overlapping,
    "部件过多.xlsx": lambda unit: ooxml.book(filled(unit), parts={f"x/{n}.xml": b"" for n in range(2_000)}),
    "重名部件.xlsx": _twice,
    "越界部件.xlsx": lambda unit: ooxml.book(filled(unit), parts={"../../evil.xml": b"<x/>"}),
}
