"""A .docx as the same bytes on every machine and day: fixed dates, no mark of the system that zipped it."""

from __future__ import annotations

import io
import zipfile


def same_everywhere(content: bytes) -> bytes:
    """The package with every member dated 1980 and compressed alike, members in the order given."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(buffer, "w") as target:
        for member in source.namelist():
            info = zipfile.ZipInfo(member, (1980, 1, 1, 0, 0, 0))
            info.compress_type, info.create_system, info.external_attr = zipfile.ZIP_DEFLATED, 0, 0
            target.writestr(info, source.read(member))
    return buffer.getvalue()
