"""Names of files as people may see them: nothing in a name may move the cursor or turn the text around."""

from __future__ import annotations

import unicodedata


def name(raw: str) -> str:
    """A file name with control, direction and undecodable characters escaped; GBK bytes are decoded."""
    try:
        raw.encode("utf-8")
    except UnicodeEncodeError:
        raw = _decoded(raw)
    return raw if raw.isprintable() else "".join(map(_visible, raw))


def _decoded(raw: str) -> str:
    """A name whose bytes are not UTF-8, as on disks that Windows wrote: tried as GB18030."""
    try:
        return raw.encode("utf-8", "surrogateescape").decode("gb18030")
    except UnicodeError:
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
