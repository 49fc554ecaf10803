"""A .zip of workbooks, opened one level deep under the same limits as any package."""

from __future__ import annotations

import struct
import zipfile

from consolidate.intake import package, sniff
from consolidate.model import Refusal

_UTF8_FLAG = 0x800


def shown_name(member: zipfile.ZipInfo) -> str:
    """The member's name; Chinese tools store GBK without the UTF-8 flag, and zipfile takes it for cp437."""
    if member.flag_bits & _UTF8_FLAG:
        return member.filename
    try:
        raw = member.filename.encode("cp437")
    except UnicodeEncodeError:
        return member.filename
    for codec in ("utf-8", "gb18030"):
        try:
            return raw.decode(codec)
        except UnicodeDecodeError:
            continue
    return member.filename


def files(data: bytes) -> list[str] | Refusal | None:
    """The names of the files in a plain .zip in directory order; None when it is an office document."""
    members = package.directory(data)
    if isinstance(members, Refusal):
        return members
    kind = sniff.office(member.filename for member in members)
    if kind != "zip":
        return None
    return [shown_name(member) for member in members if not member.is_dir()]


def member(data: bytes, name: str) -> bytes | Refusal:
    """The bytes of the member of this (decoded) name in a plain .zip."""
    members = package.directory(data)
    if isinstance(members, Refusal):
        return members
    found = next((entry for entry in members if shown_name(entry) == name), None)
    if found is None:
        return Refusal("F.vanished")
    try:
        return package.content(data, found) or Refusal("F.empty")
    except (package.TornError, struct.error) as error:
        return package.torn(error)
