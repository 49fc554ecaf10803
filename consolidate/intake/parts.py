"""Signs in one inflated XML part, found by searching bytes: no XML is parsed on the hot path."""

from __future__ import annotations

import codecs
import re

from consolidate.model import Refusal

FAR_ROW = 20_000  # with up to two letters of columns
FAR_WIDE = 240  # with three
MAX_AREA = 4_000_000  # cells of 32 bytes each in the reader: 128 MiB
_NEAR_END = 8_192
_PROLOGUE = 128  # an XML declaration ends before
_XML = (".xml", ".rels", ".vml")
_BEFORE = b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n"
_WIDE = (b"\xff\xfe", b"\xfe\xff", b"\x00<", b"<\x00", b"\x00\x00")
_WIDEST = (b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")
_DECLARED = re.compile(rb"""^(?:\xef\xbb\xbf)?<\?xml[^>]*?encoding\s*=\s*["']([^"']+)["']""")
_DECLARATION = re.compile(r"^\ufeff?\s*<\?xml[^>]*\?>")
_UTF8 = frozenset({b"utf-8", b"utf8", b"us-ascii", b"ascii"})
# Encodings of texts; Python's own others (punycode, undefined, …) take hours or raise what they like.
_TEXTS = re.compile(
    r"utf-?(?:8|16|32)|gb|hz$|big5|cp\d|iso8859|latin|koi8|mac-|shift|euc|johab|iso2022|ascii"
)
KNOWN_ERRORS = frozenset(
    {b"#DIV/0!", b"#N/A", b"#NAME?", b"#NULL!", b"#NUM!", b"#REF!", b"#VALUE!", b"#GETTING_DATA", b"#DATA!"}
)
_ERROR = re.compile(
    rb"""\bt\s*=\s*["']e["'][^<>]{0,999}>"""
    rb"""(?:<(?:\w+:)?f\b[^<>]{0,999}?(?:/>|>[^<]*</(?:\w+:)?f>))?<(?:\w+:)?v>([^<]*)<"""
)
_HIDDEN = re.compile(rb"""<(?:\w+:)?(?:row|col)\b[^<>]{0,999}\bhidden\s*=\s*["'](?:1|true)["']""")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>]")
_UNCACHED = re.compile(
    rb"(?:</(?:\w+:)?f>|<(?:\w+:)?f\b[^<>]{0,999}/>)(?:<(?:\w+:)?v>(?=</)|<(?:\w+:)?v/>|</(?:\w+:)?c>)"
)
_ODF_SIGNS = {
    "formulas": re.compile(rb"table:formula="),
    "errors": re.compile(rb'calcext:value-type="error"|<text:p>(?:#[A-Z]|Err:\d)'),
    "uncached": re.compile(rb'table:formula="[^"]*"(?:[^<>]{0,9999}/>|(?![^<>]{0,9999}office:value-type))'),
    "hidden rows": re.compile(rb'table:visibility="(?:collapse|filter)"'),
    "links": re.compile(rb"""table:formula="[^"]*'(?:file|https?)://"""),
    "merged": re.compile(rb'number-(?:rows|columns)-spanned="(?!1")'),
}
# Numbers that calamine reads up to the first of these, as 1 or as blank; no office program writes them.
_TORN_VALUE = re.compile(rb"<(?:\w+:)?v(?:\s[^<>]*)?>[^<&]*(?:<[!?]|&)")
_MACINTOSH = re.compile(rb"""\bdate1904\s*=\s*["'](?:1|true|on)["']""")
_LAST_ROW = re.compile(rb"""\br\s*=\s*["'](\d+)""")
_THREE_LETTERS = re.compile(rb"""\br\s*=\s*["'][A-Z]{3}\d""")
_CELL = re.compile(rb"""<(?:\w+:)?c\b[^<>]{0,999}?\br\s*=\s*["']([A-Z]+)(\d+)["'][^<>]{0,999}(?<!/)>(?!</)""")


def look(name: str, part: bytes, signs: set[str]) -> Refusal | None:
    """Add the signs seen in (a piece of) a part to `signs`, or say why the file is refused."""
    if not name.endswith(_XML) and (name.endswith(".svg") or not part[:8].lstrip(_BEFORE).startswith(b"<")):
        return None
    if part.startswith(_WIDE) or declared_encoding(part):
        signs.add("repair")
        part = _readable(part)
    if b"!" in part and b"<!DOCTYPE" in part:  # one byte is found twenty times faster than nine
        return Refusal("F.doctype")
    if name.startswith("xl/worksheets/") or b"sheetData>" in part[-_NEAR_END:]:
        return _sheet(part, signs)
    if b"date1904" in part and _MACINTOSH.search(part):
        signs.add("1904")
    if name == "content.xml":
        signs.update(sign for sign, mark in _ODF_SIGNS.items() if mark.search(part))
    return None


def _readable(part: bytes) -> bytes:
    """The part in UTF-8, so that nothing hides in its encoding; as it is where `repair` will refuse it."""
    try:
        return utf8(part)
    except (LookupError, UnicodeError):
        return part


def wide_text(part: bytes) -> str:
    """The text of a UTF-16 part, with or without its byte order mark, or of a UTF-32 part with one.

    Bad pairs become U+FFFD.
    """
    if part.startswith(_WIDEST):
        return part.decode("utf-32", "replace")
    marked = part.startswith((b"\xff\xfe", b"\xfe\xff"))
    codec = "utf-16" if marked else "utf-16-be" if part.startswith(b"\x00") else "utf-16-le"
    return part.decode(codec, "replace")


def utf8(part: bytes) -> bytes:
    """An XML part in UTF-8; LookupError or UnicodeError when its declared encoding is unknown or wrong."""
    if part.startswith(_WIDE):
        text = wide_text(part)
    else:
        codec = declared_encoding(part)
        if codec is None:
            return part
        text = part.decode(known_codec(codec))
    return _DECLARATION.sub("", text).encode("utf-8", "replace")


def known_codec(name: str) -> str:
    """Python's name of an encoding that texts are written in; LookupError for any other."""
    found = codecs.lookup(name).name
    if not _TEXTS.match(found):
        raise LookupError(name)
    return found


def declared_encoding(part: bytes) -> str | None:
    """The encoding that an XML part declares, when it is another than UTF-8."""
    found = _DECLARED.match(part[:200])
    return None if found is None or found[1].lower() in _UTF8 else found[1].decode("ascii", "replace")


def has_formulas(part: bytes) -> bool:
    """Whether a worksheet in UTF-8 holds a formula."""
    marked = b"f>" in part or b"f " in part  # a shared formula may have no end tag
    return marked and _FORMULA.search(part) is not None


def _sheet(part: bytes, signs: set[str]) -> Refusal | None:
    """Signs that only worksheets have."""
    if has_formulas(part):
        signs.add("formulas")
        if _UNCACHED.search(part):
            signs.add("uncached")
    if b"#" in part and (b't="e"' in part or b"t='e'" in part):
        signs.add("errors")
        if not KNOWN_ERRORS.issuperset(_ERROR.findall(part)):
            signs.add("repair")
    odd = (b"!" in part and b"<!" in part) or (b"&" in part and b"&#" in part)
    odd = odd or (part.find(b"?", _PROLOGUE) > 0 and part.find(b"<?", _PROLOGUE) > 0)
    if odd and _TORN_VALUE.search(part):
        signs.add("repair")
    if b"hidden" in part and _HIDDEN.search(part):
        signs.add("hidden rows")
    last = _LAST_ROW.search(part, max(part.rfind(b"row "), 0))
    row = int(last[1][:12]) if last else 0
    if row > FAR_ROW or (row > FAR_WIDE and _THREE_LETTERS.search(part)):
        return _far(part)
    return None


def _far(part: bytes) -> Refusal | None:
    """Refuse when the filled cells span more than any reader should allocate, naming the last one."""
    rows, width, corner = 0, 0, ""
    for letters, digits in _CELL.findall(part):
        row, column = int(digits[:12]), column_number(letters[:8])
        if row >= rows:
            rows, corner = row, f"{letters.decode()}{row}"
        width = max(width, column)
    if rows > 1_048_576 or rows * width > MAX_AREA:
        return Refusal("F.far_cell", {"cell": corner})
    return None


def column_number(letters: bytes) -> int:
    """The 1-based number of a column given by its letters: `column_number(b"AA") == 27`."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
