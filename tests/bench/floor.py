"""The least that could be done: calamine, one product of figures and rules, plain copies of what is wrong.

    python -m tests.bench.floor FOLDER OUT

No Pandera, no openpyxl, no look at the labels: it is told where the figures stand.
"""

from __future__ import annotations

import json
import sys
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from python_calamine import CalamineWorkbook

from tests.bench.measure import Stages


def read(path: Path, places: list[list[int]]) -> list[object]:
    """The cells of one file at these places."""
    book = CalamineWorkbook.from_path(str(path))
    sheets = [
        book.get_sheet_by_index(n).to_python(skip_empty_area=False) for n in range(len(book.sheet_names))
    ]
    return [sheets[sheet][row][column] for sheet, row, column in places]


def number(cell: object) -> float:
    """A number, else NaN."""
    return cell if isinstance(cell, float) else float("nan")


def wrong(values: NDArray[np.float64], form: dict[str, Any]) -> NDArray[np.bool_]:
    """Which rows hold something that is no number, is negative, or break a rule."""
    rules = np.zeros((len(form["rules"]), values.shape[1]))
    for place, rule in enumerate(form["rules"]):
        for item, factor in rule["terms"]:
            rules[place, item] = factor
    signs = np.array([{"==": 0, ">=": 1, "<=": -1}[rule["relation"]] for rule in form["rules"]])
    rest = np.nan_to_num(values) @ rules.T
    broken = np.where(signs == 0, rest != 0, rest * signs < 0).any(axis=1)
    unsigned = np.array([not signed for _, _, signed in form["items"]])
    return broken | np.isnan(values).any(axis=1) | (values[:, unsigned] < 0).any(axis=1)


def copy(path: Path, target: Path) -> None:
    """The package unpacked and packed again."""
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))


def main(folder: Path, out: Path) -> None:
    """Read everything, check everything, copy, add up."""
    stages = Stages()
    stages.end("start")
    form = json.loads((folder / "form.json").read_text(encoding="utf-8"))
    inbox = folder / "inbox"
    cells = [read(inbox / name, form["places"][layout]) for name, layout in form["files"].items()]
    stages.end("read")
    scales = np.array([scale for _, scale, _ in form["items"]])
    values = np.rint(np.array([[number(cell) for cell in row] for row in cells]) * scales)
    flawed = wrong(values, form)
    stages.end("check")
    out.mkdir(parents=True, exist_ok=True)
    names = list(form["files"])
    for place in np.flatnonzero(flawed):
        copy(inbox / names[place], out / f"{place}.xlsx")
    stages.end("return")
    totals = values[~flawed].astype(np.int64).sum(axis=0)
    (out / "totals.json").write_text(json.dumps(totals.tolist()), encoding="utf-8")
    stages.end("write")
    print(int(flawed.sum()))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
