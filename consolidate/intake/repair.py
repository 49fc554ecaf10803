"""Legal parts that calamine would refuse or misread, rewritten in memory: the file stays as it is.

UTF-16 and other encodings become UTF-8 (calamine 0.9 reads such a sheet as empty, or refuses it); the newer
error values (#SPILL!, #CALC!, …), which make it refuse the whole sheet, become #VALUE!; comments go and
CDATA and numbered characters are spelled out, for it takes 1<!-- -->2 for 1. All this only changes what
calamine sees: an error cell reads as blank, and `second_look` tells which error.
"""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING

from consolidate.intake import package, parts
from consolidate.model import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

_ERROR_CELL = re.compile(
    rb"""(<(?:\w+:)?c\b[^<>]{0,999}\bt\s*=\s*["']e["'][^<>]{0,999}>(?:(?!</?(?:\w+:)?c[\s>]).)*?<(?:\w+:)?v>)"""
    rb"""([^<]*)""",
    re.DOTALL,
)
_ASIDE = re.compile(rb"<!--|<\?|<!\[CDATA\[")
_ENDS = {b"<!--": b"-->", b"<?": b"?>", b"<![CDATA[": b"]]>"}
_VALUE = re.compile(rb"(<(?:\w+:)?v(?:\s[^<>]*)?>)([^<&]*&[^<]*)(?=</)")
_NUMBERED = re.compile(rb"&#(?:x([0-9A-Fa-f]{1,6})|([0-9]{1,7}));")


def workbook(data: bytes) -> bytes | Refusal:
    """The same workbook with every part in UTF-8, plain values and only the errors that calamine knows."""
    return _rewritten(data, lambda part: _known_errors(_plain(parts.utf8(part))))


def _rewritten(data: bytes, change: Callable[[bytes], bytes]) -> bytes | Refusal:
    """The same package with every XML part changed."""
    members = package.directory(data)
    if isinstance(members, Refusal):
        return members
    target = io.BytesIO()
    try:
        with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
            for member in members:
                part = package.content(data, member)
                xml = member.filename.endswith((".xml", ".rels", ".vml"))
                name = zipfile.ZipInfo(member.filename, (1980, 1, 1, 0, 0, 0))
                archive.writestr(name, change(part) if xml else part)
    except (LookupError, UnicodeError):
        return Refusal("F.damaged", {"reason": "文字编码无法识别"})
    except package.TornError as error:
        return package.torn(error)
    return target.getvalue()


def _known_errors(part: bytes) -> bytes:
    """The part with every error value that calamine does not know replaced by #VALUE!."""
    if b't="e"' not in part and b"t='e'" not in part:
        return part

    def known(match: re.Match[bytes]) -> bytes:
        return match[0] if match[2] in parts.KNOWN_ERRORS else match[1] + b"#VALUE!"

    return _ERROR_CELL.sub(known, part)


def _plain(part: bytes) -> bytes:
    """The part without comments and instructions, with CDATA and the characters of values spelled out."""
    pieces = []
    start = 0
    while aside := _ASIDE.search(part, start):
        end = part.find(_ENDS[aside[0]], aside.end())
        if end < 0:
            break  # no XML: whoever reads it says so
        pieces.append(part[start : aside.start()])
        if aside[0] == b"<![CDATA[":
            pieces.append(_escaped(part[aside.end() : end]))
        start = end + len(_ENDS[aside[0]])
    plain = b"".join([*pieces, part[start:]])
    return _VALUE.sub(lambda found: found[1] + _NUMBERED.sub(_character, found[2]), plain)


def _escaped(text: bytes) -> bytes:
    """A text as it stands between tags."""
    return text.replace(b"&", b"&amp;").replace(b"<", b"&lt;")


def _character(number: re.Match[bytes]) -> bytes:
    """The character that a number stands for; one that no XML may hold is left as it is."""
    code = int(number[1], 16) if number[1] else int(number[2])
    if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF or code < 0x20:
        return number[0]
    return _escaped(chr(code).encode())
