"""Legal parts that calamine would refuse or misread, rewritten in memory: the file stays as it is.

UTF-16 and other encodings become UTF-8 (calamine 0.9 reads such a sheet as empty, or refuses it), and
the newer error values (#SPILL!, #CALC!, …), which make it refuse the whole sheet, become #VALUE!.
Both only change what calamine sees: an error cell reads as blank, and `second_look` tells which error.
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


def workbook(data: bytes) -> bytes | Refusal:
    """The same workbook with every XML part in UTF-8 and only the errors that calamine knows."""
    return _rewritten(data, lambda part: _known_errors(parts.utf8(part)))


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
