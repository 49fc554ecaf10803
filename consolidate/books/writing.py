"""A new workbook as bytes, by XlsxWriter: one font, A4, fixed dates, and every warning an error.

XlsxWriter drops what is against Excel's limits (a prompt that is too long) with only a warning: here it
is our own bug, and stops.
"""

from __future__ import annotations

import datetime
import io
import warnings
import zipfile
from collections.abc import Callable, Sequence
from typing import cast

import xlsxwriter
from xlsxwriter.format import Format

from consolidate.books import marker, style
from consolidate.books.figures import FigureSheet
from consolidate.books.style import Look
from consolidate.model import Marker

_CREATED = datetime.datetime(2000, 1, 1)
_PROTECTION = {"format_columns": True, "format_rows": True, "autofilter": True}


class Book:
    """A workbook being written; `workbook` is XlsxWriter's, for what has no word here."""

    def __init__(self, workbook: xlsxwriter.Workbook) -> None:
        """Wrap a workbook that `render` made."""
        self.workbook = workbook
        self._formats: dict[Look, Format] = {}

    def format(self, look: Look) -> Format:
        """The format of a look, made once."""
        if look not in self._formats:
            self._formats[look] = self.workbook.add_format(look.properties)
        return self._formats[look]

    def mark(self, fill: str, bold: bool = False, ink: str = "") -> Format:
        """A format for conditional formats: only what differs."""
        properties: dict[str, object] = {"bg_color": f"#{fill}", "bold": bold}
        if ink:
            properties["font_color"] = f"#{ink}"
        return self.workbook.add_format(properties)

    def sheet(
        self,
        name: str,
        widths: Sequence[float],
        *,
        landscape: bool = False,
        pages_high: int = 0,
        repeat: tuple[int, int] | None = None,
        footer: str = "",
        locked: bool = False,
    ) -> FigureSheet:
        """A sheet on A4, one page wide (`pages_high` pages high, 0: as many as needed), columns as given."""
        sheet = cast("FigureSheet", self.workbook.add_worksheet(name, FigureSheet))
        for column, columns in enumerate(widths):
            sheet.set_column(column, column, columns)
        sheet.set_paper(style.PAPER_A4)
        if landscape:
            sheet.set_landscape()
        sheet.set_margins(**style.MARGINS)
        sheet.fit_to_pages(1, pages_high)
        sheet.center_horizontally()
        sheet.set_footer(style.footer(footer))
        sheet.hide_gridlines(2)
        if repeat:
            sheet.repeat_rows(*repeat)
        if locked:
            sheet.protect("", _PROTECTION)
        return sheet

    def sign(self, facts: Marker) -> None:
        """Add the very hidden sheet that says what this book is."""
        sheet = self.workbook.add_worksheet(marker.SHEET)
        for number, row in enumerate(marker.rows(facts)):
            for column, text in enumerate(row):
                sheet.write_string(number, column, text)
        sheet.very_hidden()


def render(title: str, draw: Callable[[Book], None], *, in_memory: bool = True) -> bytes:
    """The bytes of the workbook that `draw` fills: the same on every machine and day.

    A very large one is put together in the system's temporary folder (`in_memory` False).
    """
    buffer = io.BytesIO()
    options = {
        "in_memory": in_memory,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_format_properties": {"font_name": style.FONT, "font_size": style.SIZE},
    }
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        workbook = xlsxwriter.Workbook(buffer, options)
        workbook.set_properties({"title": title, "author": "consolidate", "created": _CREATED})
        workbook.set_size(2400, 1400)
        draw(Book(workbook))
        workbook.close()
    return _same_everywhere(buffer.getvalue())


def _same_everywhere(content: bytes) -> bytes:
    """The package without the mark of the system that zipped it: only its directory is written again."""
    buffer = io.BytesIO(content)
    with zipfile.ZipFile(buffer, "a") as package:
        for member in package.infolist():
            member.create_system, member.external_attr = 0, 0
        package.comment = b""  # a package counts as changed when its comment is set
    return buffer.getvalue()
