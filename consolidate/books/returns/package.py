"""An Office Open XML package: parts by name, their relationships and content types.

Parts that nobody asks for stay the bytes they were: pictures, text boxes, cached formula values and
what only WPS understands go through untouched. Only changed parts are parsed and written again.
"""

from __future__ import annotations

import io
import posixpath
import struct
import zipfile
import zlib
from typing import TYPE_CHECKING

from lxml import etree

if TYPE_CHECKING:
    from lxml.etree import _Element

CONTENT_TYPES = "[Content_Types].xml"
RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES_NS = "http://schemas.openxmlformats.org/package/2006/content-types"
_RELS_NS = "http://schemas.openxmlformats.org/package/2006/relationships"
_EPOCH = (1980, 1, 1, 0, 0, 0)


class Unusual(Exception):
    """The package is not built as office programs build it; the caller makes a new book instead."""


class Package:
    """The parts of one package, in their order in the file."""

    def __init__(self, content: bytes) -> None:
        """Unpack; `Unusual` when it is no readable zip."""
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                self.parts = {
                    info.filename.replace("\\", "/").lstrip("/"): archive.read(info)
                    for info in archive.infolist()
                    if not info.is_dir()
                }
        except (zipfile.BadZipFile, zlib.error, struct.error, OSError, ValueError, RuntimeError) as error:
            raise Unusual(str(error)) from error
        self._trees: dict[str, _Element] = {}
        self._names = {name.lower(): name for name in self.parts}

    def find(self, name: str) -> str:
        """The part's name as the file spells it; '' when there is none."""
        return self._names.get(name.lstrip("/").lower(), "")

    def tree(self, name: str) -> _Element:
        """The parsed root of a part; changes to it are written."""
        if name not in self._trees:
            if name not in self.parts:
                raise Unusual(f"no part {name}")
            try:
                self._trees[name] = parse(self.parts[name])
            except (etree.XMLSyntaxError, ValueError) as error:
                raise Unusual(f"{name}: {error}") from error
        return self._trees[name]

    def put(self, name: str, data: bytes, content_type: str = "") -> None:
        """Add or replace a part, with its content type unless that stays."""
        self.parts[name] = data
        self._names[name.lower()] = name
        self._trees.pop(name, None)
        if content_type:
            self.declare(name, content_type)

    def put_tree(self, name: str, root: _Element, content_type: str) -> None:
        """Add a part that goes on being changed as a tree."""
        self.put(name, b"", content_type)
        self._trees[name] = root

    def drop(self, name: str) -> None:
        """Remove a part with its relationships and content type; relationships *to* it stay."""
        for gone in (name, _rels_name(name)):
            found = self.find(gone)
            if found:
                del self.parts[found], self._names[found.lower()]
                self._trees.pop(found, None)
        for override in self._overrides(name):
            _remove(override)

    def free(self, pattern: str) -> str:
        """The first unused name of a pattern such as `xl/worksheets/sheet{}.xml`."""
        number = 1
        while self.find(pattern.format(number)):
            number += 1
        return pattern.format(number)

    # Content types.

    def declare(self, name: str, content_type: str) -> None:
        """Set the content type of a part."""
        types = self.tree(self.find(CONTENT_TYPES))
        for override in self._overrides(name):
            override.set("ContentType", content_type)
            return
        override = etree.SubElement(types, f"{{{_TYPES_NS}}}Override")
        override.set("PartName", f"/{name}")
        override.set("ContentType", content_type)

    def content_type(self, name: str) -> str:
        """The content type of a part, by name or else by ending."""
        for override in self._overrides(name):
            return override.get("ContentType", "")
        ending = name.rsplit(".", 1)[-1].lower()
        for default in self.tree(self.find(CONTENT_TYPES)).iterfind(f"{{{_TYPES_NS}}}Default"):
            if default.get("Extension", "").lower() == ending:
                return default.get("ContentType", "")
        return ""

    def _overrides(self, name: str) -> list[_Element]:
        wanted = f"/{name}".lower()
        types = self.tree(self.find(CONTENT_TYPES))
        return [
            element
            for element in types.iterfind(f"{{{_TYPES_NS}}}Override")
            if element.get("PartName", "").lower() == wanted
        ]

    # Relationships.

    def related(self, part: str, kind: str) -> list[tuple[str, str]]:
        """(id, part name) of the parts that a part refers to under a kind such as `comments`."""
        return [
            (element.get("Id", ""), self.find(_resolve(part, element.get("Target", ""))))
            for element in self._relations(part)
            if _kind(element) == kind and element.get("TargetMode") != "External"
        ]

    def relate(self, part: str, kind: str, target: str) -> str:
        """Add a relationship and give its id."""
        name = _rels_name(part)
        found = self.find(name)
        if not found:
            self.put_tree(name, etree.Element(f"{{{_RELS_NS}}}Relationships", nsmap={None: _RELS_NS}), "")
            found = name
        root = self.tree(found)
        used = {element.get("Id") for element in root}
        number = len(root) + 1
        while f"rId{number}" in used:
            number += 1
        element = etree.SubElement(root, f"{{{_RELS_NS}}}Relationship")
        element.set("Id", f"rId{number}")
        element.set("Type", f"{RELATIONSHIPS}/{kind}")
        element.set("Target", f"/{target}")
        return f"rId{number}"

    def unrelate(self, part: str, kind: str) -> list[str]:
        """Remove a part's relationships of a kind; gives the names of the parts that they led to."""
        targets = [target for _, target in self.related(part, kind)]
        for element in self._relations(part):
            if _kind(element) == kind:
                _remove(element)
        return targets

    def _relations(self, part: str) -> list[_Element]:
        found = self.find(_rels_name(part))
        return list(self.tree(found).iterfind(f"{{{_RELS_NS}}}Relationship")) if found else []

    def content(self) -> bytes:
        """The package as bytes: same parts, same bytes."""
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in self.parts.items():
                info = zipfile.ZipInfo(name, _EPOCH)
                info.create_system = 0
                info.compress_type = zipfile.ZIP_DEFLATED
                tree = self._trees.get(name)
                archive.writestr(info, data if tree is None else serialise(tree))
        return buffer.getvalue()


def parse(data: bytes) -> _Element:
    """The root of an XML part; no entities, no network."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    return etree.fromstring(data, parser)


def serialise(root: _Element) -> bytes:
    """An XML part as bytes, with the declaration that Excel writes."""
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _rels_name(part: str) -> str:
    folder, base = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{base}.rels")


def _resolve(part: str, target: str) -> str:
    if target.startswith("/"):
        return target.lstrip("/")
    return posixpath.normpath(posixpath.join(posixpath.dirname(part), target.replace("\\", "/")))


def _kind(element: _Element) -> str:
    return element.get("Type", "").rsplit("/", 1)[-1]


def _remove(element: _Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)
