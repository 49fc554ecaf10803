"""What Excel demands of a workbook before it opens it without offering a repair; lenient readers forgive it.

Every fault is a sentence; a sound book has none.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence

from lxml import etree
from openpyxl.utils import column_index_from_string, range_boundaries

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
LIMITS = {"promptTitle": 32, "prompt": 255, "errorTitle": 32, "error": 225}
# The order in which a worksheet's parts must stand.
ORDER = (
    *("sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr"),
    *("sheetProtection", "protectedRanges", "scenarios", "autoFilter", "sortState", "dataConsolidate"),
    *("customSheetViews", "mergeCells", "phoneticPr", "conditionalFormatting", "dataValidations"),
    *("hyperlinks", "printOptions", "pageMargins", "pageSetup", "headerFooter", "rowBreaks", "colBreaks"),
    *("customProperties", "cellWatches", "ignoredErrors", "smartTags", "drawing", "legacyDrawing"),
    *("legacyDrawingHF", "picture", "oleObjects", "controls", "webPublishItems", "tableParts", "extLst"),
)


class Package:
    """The parts of a workbook, parsed when asked for."""

    def __init__(self, content: bytes) -> None:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            self.parts = {name: archive.read(name) for name in archive.namelist()}

    def xml(self, name: str) -> etree._Element:
        return etree.fromstring(self.parts[name])

    def relations(self, name: str) -> dict[str, str]:
        """Id → the part that a relationship of a part leads to; '' for what is outside."""
        folder, base = posixpath.split(name)
        beside = f"{folder}/_rels/{base}.rels"
        if beside not in self.parts:
            return {}
        return {one.get("Id", ""): self._target(folder, one) for one in self.xml(beside)}

    def _target(self, folder: str, one: etree._Element) -> str:
        target = one.get("Target", "")
        if one.get("TargetMode") == "External":
            return ""
        return posixpath.normpath(target.lstrip("/") if target.startswith("/") else f"{folder}/{target}")


def faults(content: bytes) -> list[str]:
    """Everything for which Excel would call the book damaged."""
    package = Package(content)
    book = package.xml("xl/workbook.xml")
    targets = package.relations("xl/workbook.xml")
    listed = book.findall(f"{MAIN}sheets/{MAIN}sheet")
    names = [sheet.get("name", "") for sheet in listed]
    found = [*_types(package), *_links(package), *_styles(package), *_names(book, names)]
    for name, sheet in zip(names, listed, strict=True):
        part = package.xml(targets[sheet.get(ID, "")])
        found += [f"{name}: {fault}" for fault in (*_cells(package, part), *_rest(part, names))]
    return found


def _types(package: Package) -> Iterator[str]:
    """Every part has one content type, and every type a part."""
    listed = package.xml("[Content_Types].xml")
    own = [one.get("PartName", "").lstrip("/") for one in listed if one.tag.endswith("Override")]
    endings = {one.get("Extension", "").lower() for one in listed if one.tag.endswith("Default")}
    yield from (f"type of {name} twice" for name, count in Counter(own).items() if count > 1)
    yield from (f"type of {name}, which is not there" for name in own if name not in package.parts)
    for name in package.parts:
        if name not in own and name.rpartition(".")[2].lower() not in endings:
            yield f"{name} has no type"


def _links(package: Package) -> Iterator[str]:
    """Relationships lead to parts, and every r:id has its relationship."""
    for name, content in package.parts.items():
        if not name.endswith(".xml") or name == "[Content_Types].xml":
            continue
        targets = package.relations(name)
        yield from (f"{name} leads to {t}" for t in targets.values() if t and t not in package.parts)
        for element in etree.fromstring(content).iter():
            if element.get(ID, next(iter(targets), "")) not in {*targets, ""}:
                yield f"{name} has no relationship {element.get(ID)}"


def _styles(package: Package) -> Iterator[str]:
    sheet = package.xml("xl/styles.xml")
    for part, key in (("fonts", "fontId"), ("fills", "fillId"), ("borders", "borderId")):
        count = len(sheet.findall(f"{MAIN}{part}/*"))
        for one in sheet.findall(f"{MAIN}cellXfs/{MAIN}xf"):
            if int(one.get(key, "0")) >= count:
                yield f"a style without its {key}"


def _names(book: etree._Element, sheets: Sequence[str]) -> Iterator[str]:
    """Names of sheets and defined names are allowed, and each is there once."""
    yield from (f"sheet {n} twice" for n, count in Counter(map(str.casefold, sheets)).items() if count > 1)
    for name in sheets:
        if not 0 < len(name) <= 31 or re.search(r"[\[\]:*?/\\]|^'|'$", name):
            yield f"sheet name {name}"
    defined = book.findall(f"{MAIN}definedNames/{MAIN}definedName")
    keys = Counter((one.get("name", "").casefold(), one.get("localSheetId")) for one in defined)
    yield from (f"name {key} twice" for key, count in keys.items() if count > 1)
    yield from (f"name {one.get('name')} is lost" for one in defined if "#REF!" in (one.text or ""))


def _cells(package: Package, part: etree._Element) -> Iterator[str]:
    """Rows and cells in order, with styles and texts that exist."""
    styles = len(package.xml("xl/styles.xml").findall(f"{MAIN}cellXfs/{MAIN}xf"))
    strings = package.parts.get("xl/sharedStrings.xml")
    texts = len(etree.fromstring(strings)) if strings else 0
    above = 0
    for row in part.iterfind(f"{MAIN}sheetData/{MAIN}row"):
        number, left = int(row.get("r", "0")), 0
        if number <= above:
            yield f"row {number} after {above}"
        above = number
        for cell in row:
            address = cell.get("r", "")
            column = column_index_from_string(re.sub(r"\d+$", "", address))
            if column <= left or not address.endswith(str(number)):
                yield f"{address} out of order"
            left = column
            value = cell.findtext(f"{MAIN}v", "")
            if int(cell.get("s", "0")) >= styles or (cell.get("t") == "s" and int(value) >= texts):
                yield f"{address} without its style or text"
            if len(cell.findtext(f"{MAIN}f", "")) > 8_192:
                yield f"{address} has too long a formula"


def _rest(part: etree._Element, sheets: Sequence[str]) -> Iterator[str]:
    """Merged areas, validations, links, headers and the order of all parts."""
    areas = [range_boundaries(one.get("ref", "")) for one in part.iter(f"{MAIN}mergeCell")]
    for number, a in enumerate(areas):
        for b in areas[:number]:
            if not (a[2] < b[0] or b[2] < a[0] or a[3] < b[1] or b[3] < a[1]):
                yield f"merged areas {a} and {b} overlap"
    for one in part.iter(f"{MAIN}dataValidation"):
        formulas = [one.findtext(f"{MAIN}{name}", "") for name in ("formula1", "formula2")]
        if max(map(len, formulas)) > 255 or any(len(one.get(key, "")) > most for key, most in LIMITS.items()):
            yield f"validation of {one.get('sqref')} too long"
    linked = Counter(one.get("ref") for one in part.iter(f"{MAIN}hyperlink"))
    yield from (f"two links in {ref}" for ref, count in linked.items() if count > 1)
    for one in part.iter(f"{MAIN}hyperlink"):
        sheet = one.get("location", "").rpartition("!")[0].strip("'").replace("''", "'")
        if sheet and sheet not in sheets:
            yield f"a link to {sheet}"
    yield from (
        "header too long" for one in part.findall(f"{MAIN}headerFooter/*") if len(one.text or "") > 255
    )
    places = [ORDER.index(etree.QName(child).localname) for child in part]
    if places != sorted(places):
        yield "parts of the sheet out of order"
