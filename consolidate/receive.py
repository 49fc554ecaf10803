"""One received file through guard, reading and extraction; every file of a run, in a pool.

Part of the pipeline: a module of its own because it runs inside the workers, which import nothing more.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from consolidate import codes
from consolidate.errors import SourceError
from consolidate.forms.template import Template
from consolidate.intake import cage, extract, guard, read, second_look
from consolidate.intake.cage import Loss
from consolidate.intake.cellfact import Cell, CellFact
from consolidate.intake.content import Content
from consolidate.intake.extract import LayoutMemory
from consolidate.model import Place, Received, Refusal, Submission, Workbook
from consolidate.storage import Location, Remote

SECONDS = 20.0
MEGABYTES = 640  # honest files of other programs take up to 500; two workers stay under 1.5 GB


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of one received file: a submission, or the refusal that says why there is none."""

    received: Received
    sha256: str = ""
    submission: Submission | None = None
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True)
class Receiver:
    """Turns a Received into a Receipt; remembers the layouts it has located (one memory per worker)."""

    template: Template
    others: tuple[Template, ...] = ()
    year: int | None = None
    memory: LayoutMemory = field(default_factory=LayoutMemory)

    def __call__(self, received: Received) -> Receipt:
        """Read one file; every problem of the file is in the receipt."""
        data = guard.received_bytes(received)
        if isinstance(data, Refusal):
            return Receipt(received, refusal=data)
        content = guard.examine(data, received.name)
        if isinstance(content, Refusal):
            return Receipt(received, guard.digest(data), refusal=content)
        return self.content(received, content)

    def content(self, received: Received, content: Content) -> Receipt:
        """The receipt of a file whose bytes are at hand."""
        book = read.workbook(content, received.name)
        if isinstance(book, Refusal):
            return Receipt(received, content.sha256, refusal=book)
        submission = extract.submission(
            book,
            self.template,
            self.others,
            self.year,
            memory=self.memory,
            look_again=_second_look(content),
            formulas=_formulas(content),
        )
        notes = tuple(codes.finding(note.code, note.details) for note in book.notes)
        here = replace(
            submission,
            file=received.name,
            folder=received.folder,
            sha256=content.sha256,
            problems=(*submission.problems, *notes),
        )
        return Receipt(received, content.sha256, here)


def _second_look(content: Content) -> Callable[[Iterable[Cell]], Mapping[Cell, CellFact]] | None:
    """How to look again at odd cells, where the file may hold errors or formulas never calculated."""
    if not second_look.worthwhile(content.signs):
        return None
    return lambda wanted: second_look.cells(content.data, content.kind, wanted)


def _formulas(content: Content) -> Callable[[Iterable[str]], Mapping[Cell, str]] | None:
    """How to look for formulas, where the file has any."""
    if "formulas" not in content.signs:
        return None
    return lambda sheets: second_look.formulas(content.data, content.kind, sheets)


@dataclass(frozen=True, slots=True)
class Opened:
    """A file of the office's own, as it was read."""

    sha256: str
    workbook: Workbook


def opened(path: Location) -> Opened | Refusal:
    """The workbook of a roster, register or master that the operator named, read by a worker as well.

    The office gets these files from others too: one that kills or freezes its reader is named, and the
    run goes on to say so.
    """
    key, url = (path.key, path.url) if isinstance(path, Remote) else (str(path), "")
    one = Received(key, path.name, url=url)
    return cage.run(_opened, [one], workers=1, seconds=SECONDS, megabytes=MEGABYTES, lost=_unopened)[0]


def _opened(received: Received) -> Opened | Refusal:
    content = guard.fetch(received)
    if isinstance(content, Refusal):
        return content
    book = read.workbook(content, received.name)
    return book if isinstance(book, Refusal) else Opened(content.sha256, book)


def _unopened(received: Received, loss: Loss) -> Opened | Refusal:
    return cage.refusal(loss, seconds=SECONDS, megabytes=MEGABYTES)


@dataclass(frozen=True, slots=True)
class Lost:
    """The receipt of a file that killed, froze or exhausted its reader, or the guard."""

    seconds: float = SECONDS
    megabytes: int = MEGABYTES

    def __call__(self, received: Received, loss: Loss) -> Receipt:
        """Say what happened; the bytes are only hashed here, outside the cage.

        SourceError when nothing comes any more from where the file is: that costs more than this file.
        """
        digest = (self._fetched(received) if received.url else _sha256(received)) or ""
        refusal = cage.refusal(loss, seconds=self.seconds, megabytes=self.megabytes)
        return Receipt(received, digest, refusal=refusal)

    def _fetched(self, received: Received) -> str:
        """The sha256 of a file that is elsewhere, or '' when that alone takes too long."""
        for question in (_sha256, _asked):
            [answer] = cage.run(
                question, [received], workers=1, seconds=self.seconds, megabytes=self.megabytes,
                lost=_unanswered,
            )  # fmt: skip
            if answer is not None:
                return answer
        raise SourceError(
            f"{Remote(received.url)}在{self.seconds:g}秒内没有回应：请检查网络和服务，再运行一次"
        )


def _sha256(received: Received) -> str | None:
    data = guard.received_bytes(received)
    return guard.digest(data) if isinstance(data, bytes) else ""


def _asked(received: Received) -> str | None:
    """Nothing: only whether there is an answer at all matters."""
    Remote(received.url).exists()
    return ""


def _unanswered(received: Received, loss: Loss) -> str | None:
    return None


def everything(
    receiver: Receiver,
    received: Sequence[Received],
    *,
    workers: int,
    done: Callable[[], object] | None = None,
    meanwhile: Callable[[], object] | None = None,
) -> list[Receipt]:
    """The receipts of all files, in their order, by a pool on this machine.

    `meanwhile` is called once, while the workers read.
    """
    return cage.run(
        receiver, received, workers=workers, seconds=SECONDS, megabytes=MEGABYTES, lost=Lost(), done=done,
        meanwhile=meanwhile, arrived=_Layouts(),
    )  # fmt: skip


def interned(receipts: Iterable[Receipt]) -> list[Receipt]:
    """Receipts whose equal layouts are one object again: each came out of a worker as a copy."""
    return list(map(_Layouts(), receipts))


@dataclass(frozen=True, slots=True)
class _Layouts:
    """Makes equal layouts and labels of receipts one object: most of what a receipt takes in memory."""

    places: dict[tuple[Place | None, ...], tuple[Place | None, ...]] = field(default_factory=dict)
    covers: dict[tuple[tuple[str, Place], ...], Mapping[str, Place]] = field(default_factory=dict)
    sheets: dict[tuple[str, ...], tuple[str, ...]] = field(default_factory=dict)

    def __call__(self, receipt: Receipt) -> Receipt:
        """The receipt with layouts and labels that earlier ones have."""
        submission = receipt.submission
        if submission is None:
            return receipt
        cover_places = tuple(submission.cover_places.items())
        shared = replace(
            submission,
            places=self.places.setdefault(submission.places, submission.places),
            sheets=self.sheets.setdefault(submission.sheets, submission.sheets),
            cover={sys.intern(name): text for name, text in submission.cover.items()},
            cover_places=self.covers.setdefault(cover_places, submission.cover_places),
        )
        return replace(receipt, submission=shared)
