"""What a file really is, told from its bytes: names and extensions are never believed.

Only the kinds in `READABLE` and the plain `zip` go further; every other kind has a Chinese name in
`NAMES`, so that the refusal can say what was sent instead of a workbook.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

READABLE = frozenset({"xlsx", "xlsm", "xlsb", "xls", "et", "ods", "html", "csv", "docx"})

NAMES = {
    "xlsx": "Excel工作簿（.xlsx）",
    "xlsm": "带宏的Excel工作簿（.xlsm）",
    "xlsb": "二进制Excel工作簿（.xlsb）",
    "xls": "旧版Excel工作簿（.xls）",
    "et": "WPS表格（.et）",
    "ods": "ODF表格（.ods）",
    "html": "网页表格（HTML）",
    "csv": "纯文本表格（CSV）",
    "docx": "Word文档（.docx）",
    "doc": "旧版Word文档（.doc）或WPS文字（.wps）",
    "ppt": "演示文稿（.ppt）",
    "pptx": "演示文稿（.pptx）",
    "odt": "ODF文档（非表格）",
    "ofd": "OFD版式文件",
    "pdf": "PDF文件",
    "rar": "RAR压缩包",
    "7z": "7-Zip压缩包",
    "gz": "GZIP压缩包",
    "tar": "TAR压缩包",
    "zip": "ZIP压缩包",
    "numbers": "苹果Numbers表格（.numbers）",
    "xps": "XPS版式文件",
    "eml": "电子邮件（.eml）",
    "rtf": "RTF文档",
    "image": "图片",
    "mht": "单个文件网页（.mht）",
    "xml2003": "XML表格2003",
    "fods": "ODF单文件表格（.fods）",
    "xml": "XML文件",
    "program": "程序文件",
    "ole": "旧版Office文件（不是表格）",
    "text": "纯文本",
    "unknown": "无法识别的内容",
}

_MAGIC = (
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (b"%PDF", "pdf"),
    (b"Rar!\x1a\x07", "rar"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"\x1f\x8b", "gz"),
    (b"{\\rtf", "rtf"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"II*\x00", "image"),
    (b"MM\x00*", "image"),
    (b"BM", "image"),
    (b"MZ", "program"),
    (b"\x7fELF", "program"),
)
_BIFF_STARTS = (
    b"\x09\x08\x10\x00",
    b"\x09\x08\x08\x00",
    b"\x09\x04\x06\x00",
    b"\x09\x02\x06\x00",
    b"\x09\x00\x04\x00",
)
_HTML_SIGNS = (b"<html", b"<table", b"<!doctype html", b"<body", b"<meta", b"<tr", b"<head")
_MAIL = (
    b"from:",
    b"received:",
    b"return-path:",
    b"delivered-to:",
    b"date:",
    b"message-id:",
    b"mime-version:",
)
_XML_KINDS = (
    (b"urn:schemas-microsoft-com:office:spreadsheet", "xml2003"),
    (b"opendocument.spreadsheet", "fods"),
)
_NUMBERS = ("index/document.iwa", "index.zip", "buildversionhistory.plist")
_MIMETYPES = {
    b"application/vnd.oasis.opendocument.spreadsheet": "ods",
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.presentation": "odt",
}


def container(data: bytes) -> str:
    """The outer kind of some bytes: zip, ole, html, csv, or one of the kinds that are refused."""
    head = data[:4096]
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return "unknown" if magic == b"BM" and not _is_bitmap(data) else kind
    if head[4:12] in (b"ftypheic", b"ftypmif1", b"ftypavif") or head[8:12] == b"WEBP":
        return "image"
    if head[257:262] == b"ustar":
        return "tar"
    if head.startswith(_BIFF_STARTS):
        return "xls"
    return _textual(head)


def _is_bitmap(data: bytes) -> bool:
    """Whether bytes that begin with BM carry their own length, as a bitmap does."""
    return int.from_bytes(data[2:6], "little") in (len(data), 0)


def _textual(head: bytes) -> str:
    """The kind of something that has no magic number: HTML, MHT, XML, text, or nothing known."""
    wide = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    plain = (head.decode("utf-16", "ignore").encode() if wide else head).removeprefix(b"\xef\xbb\xbf")
    start = plain.lstrip().lower()
    if start.startswith((b"mime-version:", b"from:")) and b"multipart/related" in start:
        return "mht"
    if start.startswith(_MAIL) and b"mime-version:" in start:
        return "eml"
    if start.startswith(b"<?xml") and b"<html" not in start:
        return next((kind for sign, kind in _XML_KINDS if sign in start), "xml")
    if start.startswith(b"<") and any(sign in start for sign in _HTML_SIGNS):
        return "html"
    if not wide and (b"\x00" in head or sum(byte < 32 and byte not in b"\t\n\r\x0c" for byte in head) > 2):
        return "unknown"
    return "csv"


def office(names: Iterable[str], mimetype: bytes = b"") -> str:
    """The kind of a zip file from its members' names and, for ODF, the content of `mimetype`."""
    if mimetype:
        kind = _MIMETYPES.get(mimetype.strip().removesuffix(b"-template"))
        if kind:
            return kind
    seen = {name.replace("\\", "/").lower() for name in names}
    if "xl/workbook.bin" in seen:
        return "xlsb"
    if any(name.endswith(_NUMBERS) for name in seen):
        return "numbers"
    if "fixeddocseq.fdseq" in seen:
        return "xps"
    if "[content_types].xml" in seen:
        return _open_xml(seen)
    if "ofd.xml" in seen:
        return "ofd"
    if "content.xml" in seen and "meta-inf/manifest.xml" in seen:
        return "ods"
    return "zip"


def _open_xml(seen: set[str]) -> str:
    """The kind of an Office Open XML package from its members' lower-case names."""
    folders = {name.partition("/")[0] for name in seen if "/" in name}
    if "word/document.xml" in seen:
        return "docx"
    if "xl/vbaproject.bin" in seen:
        return "xlsm"
    if "xl" in folders or "xl/workbook.xml" in seen:
        return "xlsx"
    if "ppt" in folders:
        return "pptx"
    return "docx" if "word" in folders else "xlsx" if any("sheet" in name for name in seen) else "zip"
