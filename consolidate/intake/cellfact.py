"""What a second look at one cell can tell: the reader shows error cells and dead formulas as blanks."""

from __future__ import annotations

from dataclasses import dataclass

Cell = tuple[str, int, int]  # sheet name, row, column; from 0


@dataclass(frozen=True, slots=True)
class CellFact:
    """What a file stores for one cell.

    `formula` begins with "=" (only "=" when its text is not known), `error` is an error value such as
    #REF!, `uncached` a formula that was never calculated, `stored` the value as it stands in the file.
    """

    formula: str = ""
    error: str = ""
    uncached: bool = False
    stored: str = ""
