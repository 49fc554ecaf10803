"""The very hidden sheet `_consolidate` by which every book of ours says what it is: its rows.

Column A is the key, B the value, C a third value: tool, role, template, version, year, source,
data_sheet (repeated), digest (repeated: B finding id, C digest), then other facts, sorted. All are texts.
"""

from __future__ import annotations

from consolidate.model import Marker

SHEET = "_consolidate"
TOOL = "consolidate"


def rows(marker: Marker) -> list[tuple[str, ...]]:
    """The rows of the sheet, each a tuple of two or three texts."""
    single = {
        "tool": TOOL,
        "role": marker.role,
        "template": marker.template,
        "version": marker.version,
        "year": "" if marker.year is None else str(marker.year),
        "source": marker.source,
    }
    clash = sorted({*single, "data_sheet", "digest"} & set(marker.facts))
    if clash:
        raise ValueError(f"facts cannot be called {', '.join(clash)}")
    result: list[tuple[str, ...]] = [(key, value) for key, value in single.items() if value]
    result += [("data_sheet", name) for name in marker.data_sheets]
    result += [("digest", finding, digest) for finding, digest in sorted(marker.digests.items())]
    return result + [(key, value) for key, value in sorted(marker.facts.items())]
