"""CSV and tab-separated text, under whatever name: BOM, UTF-8, UTF-16 and GB18030."""

from __future__ import annotations

import csv
import io
import itertools

from consolidate.intake import grid
from consolidate.model import Refusal, Sheet


def sheets(data: bytes) -> tuple[Sheet, ...] | Refusal:
    """The one sheet of a delimited text, or why it is none."""
    text = decode(data)
    if text is None:
        return Refusal("F.kind", {"kind": "编码无法识别的文本"})
    delimiter = max("\t,;", key=lambda sign: text.count(sign, 0, 20_000))
    if delimiter not in text and "\n" not in text.strip():  # lines alone may be a list of units
        return Refusal("F.kind", {"kind": "纯文本"})
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error:
        return Refusal("F.damaged", {"reason": "文本表格的引号或换行不成对"})
    try:
        return (grid.rectangle("表1", ([grid.value(cell) for cell in row] for row in rows)),)
    except grid.OversizedError:
        return Refusal("F.zip_entries", {"reason": grid.TOO_MANY})


def decode(data: bytes) -> str | None:
    """Text in one of the encodings that Chinese offices use; None when it is in none of them."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        codecs: tuple[str, ...] = ("utf-16",)
    else:
        codecs = ("utf-8-sig", "gb18030")
    for codec in codecs:
        try:
            text = data.decode(codec)
        except UnicodeDecodeError:
            continue
        if not any(control in text for control in _CONTROLS):
            return text
    return None


_CONTROLS = [chr(code) for code in itertools.chain(range(9), range(14, 32)) if code != 0x1B]
