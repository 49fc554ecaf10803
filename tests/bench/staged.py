"""`consolidate` stage by stage, and two of its stages alone.

python -m tests.bench.staged FOLDER OUT              # the stages of a whole run
python -m tests.bench.staged FOLDER reading          # the reader alone, and with guard and extraction
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from consolidate import gather, interpreter, settings
from consolidate.forms import catalogue
from consolidate.intake import discover
from consolidate.receive import Receiver
from tests.bench.measure import Stages

TURNS = 5


def whole(folders: list[Path], out: Path) -> None:
    """A run as the command line does it, imports apart from what is done."""
    stages = Stages()
    from consolidate import deliver, output, pipeline
    from consolidate.books import status
    from consolidate.checks import validate

    validate.ready()
    deliver.ready()

    stages.end("start")
    chosen = settings.load(settings.find(folders))
    output.prepare(out, output.HANDWRITTEN, folders)
    gathered = gather.everything(folders, chosen, out=out)
    stages.end("read")
    result = pipeline.finish(gathered)
    stages.end("check")
    books = deliver.returns(result.run, result.received, 2)
    stages.end("return")
    names = deliver.return_names(list(books))
    status.page(result.run, names)
    stages.end("page")
    files = deliver.files(result.run, names)
    files |= {names[unit]: book for unit, book in books.items()}
    output.write(out, files, deliver.LAST)
    stages.end("write")
    print(len(books))


def reading(folders: list[Path]) -> None:
    """Seconds for the reader alone and for guard, reader and extraction, in one process, in turns."""
    from python_calamine import CalamineWorkbook

    received = discover.folders(folders)[0][:1000]
    *others, template = sorted(catalogue.all_templates(), key=lambda one: one.id == "disclosure-2019")

    def read() -> None:
        for one in received:
            book = CalamineWorkbook.from_path(one.path)
            for place in range(len(book.sheet_names)):
                book.get_sheet_by_index(place).to_python(skip_empty_area=False)

    def extract() -> None:
        receiver = Receiver(template, tuple(others), 2019)
        for one in received:
            receiver(one)

    took: dict[str, list[float]] = {"read": [], "extract": []}
    for _ in range(TURNS):
        for name, work in (("read", read), ("extract", extract)):
            start = time.process_time()
            work()
            took[name].append((time.process_time() - start) / len(received))
    for name, seconds in took.items():
        print(f"stage {name} {min(seconds):.7f}", file=sys.stderr)


if __name__ == "__main__":
    interpreter.prepare()
    inbox = [Path(sys.argv[1]) / "inbox"]
    if sys.argv[2] == "reading":
        reading(inbox)
    else:
        whole(inbox, Path(sys.argv[2]))
