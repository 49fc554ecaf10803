"""Names of files as people may see them: nothing in a name may move the cursor or turn the text around."""

from __future__ import annotations

import contextlib
import os
import sys
import unicodedata


def name(raw: str) -> str:
    """A file name with control, direction and undecodable characters escaped; GBK bytes are decoded."""
    try:
        raw.encode("utf-8")
        known = sys.getfilesystemencoding() == "utf-8"
    except UnicodeEncodeError:
        known = False
    raw = raw if known else _decoded(raw)
    return raw if raw.isprintable() else "".join(map(_visible, raw))


def _decoded(raw: str) -> str:
    """A name by its bytes, whatever the locale makes of them: UTF-8, or GB18030 as Windows wrote it."""
    for encoding in ("utf-8", "gb18030"):
        with contextlib.suppress(UnicodeError):
            return os.fsencode(raw).decode(encoding)
    return raw


def _visible(character: str) -> str:
    """The character itself when it prints or is a blank, else its escape."""
    if character.isprintable() or unicodedata.category(character) == "Zs":
        return character
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def order(shown: str) -> tuple[str, str]:
    """The key by which names are sorted: the same on every file system."""
    return unicodedata.normalize("NFKC", shown).casefold(), shown
