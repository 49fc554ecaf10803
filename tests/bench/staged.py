"""`consolidate` stage by stage, and two of its stages alone.

python -m tests.bench.staged FOLDER OUT              # the stages of a whole run
python -m tests.bench.staged FOLDER read             # the reader alone, in one process
python -m tests.bench.staged FOLDER extract          # guard, reader and extraction, in one process
"""

from __future__ import annotations

import sys
from pathlib import Path

from consolidate import gather, settings
from consolidate.forms import catalogue
from consolidate.intake import discover
from consolidate.receive import Receiver
from tests.bench.measure import Stages


def whole(folders: list[Path], out: Path) -> None:
    """A run as the command line does it, imports apart from what is done."""
    stages = Stages()
    from consolidate import deliver, output, pipeline

    stages.end("start")
    chosen = settings.load(settings.find(folders))
    output.prepare(out, output.HANDWRITTEN, folders)
    gathered = gather.everything(folders, chosen, out=out)
    stages.end("read")
    result = pipeline.finish(gathered)
    stages.end("check")
    books = deliver.returns(result.run, result.received, 2)
    stages.end("return")
    files = deliver.files(result.run, books)
    output.write(out, files, deliver.LAST)
    stages.end("write")
    print(len(books))


def read(folders: list[Path]) -> None:
    """Every cell of every file, as the reader gives it."""
    from python_calamine import CalamineWorkbook

    received, _ = discover.folders(folders)
    stages = Stages()
    stages.end("start")
    for one in received:
        book = CalamineWorkbook.from_path(one.path)
        for place in range(len(book.sheet_names)):
            book.get_sheet_by_index(place).to_python(skip_empty_area=False)
    stages.end("read")


def extract(folders: list[Path]) -> None:
    """Every submission of every file."""
    received, _ = discover.folders(folders)
    *others, template = sorted(catalogue.all_templates(), key=lambda one: one.id == "disclosure-2019")
    receiver = Receiver(template, tuple(others), 2019)
    stages = Stages()
    stages.end("start")
    for one in received:
        receiver(one)
    stages.end("extract")


if __name__ == "__main__":
    inbox = [Path(sys.argv[1]) / "inbox"]
    match sys.argv[2]:
        case "read":
            read(inbox)
        case "extract":
            extract(inbox)
        case out:
            whole(inbox, Path(out))
