"""Make the pictures of the README: what a run over the sample writes, printed by LibreOffice and Chromium.

    python sample_workbooks/pictures.py

Needs soffice (Calc), pdftotext, pdftoppm and chromium.
"""

from __future__ import annotations

import struct
import subprocess
import tempfile
import zlib
from pathlib import Path

import numpy as np

from consolidate import deliver, issue, pipeline, publish, settings
from consolidate.model import Run

HERE = Path(__file__).parent
PICTURES = HERE / "pictures"
UNIT = "新蔡县教育局"
WIDTH = 1000  # pixels
CHROMIUM = ("chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars")


def main() -> None:
    """Write every picture anew."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        run = _written(folder)
        back = _pdf(folder / deliver.return_names([UNIT])[UNIT])
        _page(back, 1, "return")
        _page(back, _find(back, "自然人", "结转下年度"), "return-table")
        book = _pdf(folder / "master.xlsx")
        _page(book, 1, "master")
        _page(book, _find(book, "自然人", "结转下年度"), "master-table")
        _page(_printed(folder / "report.html"), 1, "report")
        blank = _pdf(_blank(folder, run))
        _page(blank, _find(blank, "自然人", "结转下年度"), "blank")
        _page(blank, _find(blank, "√相符"), "blank-rules")
        _screen(folder / "status.html", "status", 900)


def _written(folder: Path) -> Run:
    """Everything that a run over round 1 writes."""
    chosen = settings.load(HERE / "round1" / settings.FILE)
    result = pipeline.run([HERE / "round1"], chosen)
    files = deliver.everything(result.run, result.received, 1) | publish.report(result.run, chosen)
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return result.run


def _blank(folder: Path, run: Run) -> Path:
    chosen = settings.override(
        settings.load(HERE / "round1" / settings.FILE), year=run.year, roster=HERE / "round1" / "units.xlsx"
    )
    wanted = [content for name, content in issue.blanks(run.template.id, chosen) if UNIT in name]
    path = folder / "blank.xlsx"
    path.write_bytes(wanted[0])
    return path


def _pdf(path: Path) -> Path:
    profile = (path.parents[0] / "profile").as_uri()
    command = ["soffice", f"-env:UserInstallation={profile}", "--headless", "--convert-to", "pdf"]
    subprocess.run([*command, "--outdir", path.parent, path], check=True, capture_output=True, timeout=300)
    return path.with_suffix(".pdf")


def _find(pdf: Path, *words: str) -> int:
    """The first page that shows all the words."""
    done = subprocess.run(["pdftotext", "-layout", pdf, "-"], check=True, capture_output=True, text=True)
    for number, text in enumerate(done.stdout.split("\f"), start=1):
        plain = "".join(text.split())
        if all(word in plain for word in words):
            return number
    raise SystemExit(f"{pdf.name}: no page with {words}")


def _page(pdf: Path, number: int, name: str) -> None:
    size = ["-scale-to-x", str(WIDTH), "-scale-to-y", "-1"]
    command = ["pdftoppm", "-f", str(number), "-l", str(number), *size, str(pdf)]
    done = subprocess.run(command, check=True, capture_output=True, timeout=300)
    _, shape, _, pixels = done.stdout.split(b"\n", 3)
    width, height = map(int, shape.split())
    colours = np.frombuffer(pixels, np.uint8).reshape(height, width, 3)
    (PICTURES / f"{name}.png").write_bytes(_png(colours))


def _png(pixels: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> bytes:
    """A small picture of height × width × 3 colour values: its 256 commonest colours, in steps of 17."""
    height, width, _ = pixels.shape
    steps = np.rint(pixels.reshape(-1, 3) / 17).astype(np.int64)
    found, number, count = np.unique(steps @ [256, 16, 1], return_inverse=True, return_counts=True)
    colours = found[:, None] // [256, 16, 1] % 16
    kept = colours[np.argsort(-count, kind="stable")[:256]]
    nearest = ((colours[:, None, :] - kept[None, :, :]) ** 2).sum(axis=2).argmin(axis=1)
    rows = nearest[number].astype(np.uint8).reshape(height, width)
    plain = np.insert(rows, 0, 0, axis=1)  # each row begins with its filter: none
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
        (b"PLTE", (kept * 17).astype(np.uint8).tobytes()),
        (b"IDAT", zlib.compress(plain.tobytes(), 9)),
        (b"IEND", b""),
    )
    packed = (struct.pack(">I", len(c)) + k + c + struct.pack(">I", zlib.crc32(k + c)) for k, c in chunks)
    return b"\x89PNG\r\n\x1a\n" + b"".join(packed)


def _printed(page: Path) -> Path:
    target = page.with_suffix(".html.pdf")
    command = [*CHROMIUM, "--no-pdf-header-footer", f"--print-to-pdf={target}", page.as_uri()]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    return target


def _screen(page: Path, name: str, height: int) -> None:
    target = f"--screenshot={PICTURES / name}.png"
    command = [*CHROMIUM, f"--window-size={WIDTH},{height}", target, page.as_uri()]
    subprocess.run(command, check=True, capture_output=True, timeout=300)


if __name__ == "__main__":
    main()
