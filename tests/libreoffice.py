"""LibreOffice for tests: convert, recompute and print workbooks, with a profile of its own.

LibreOffice keeps stored values of .xlsx formulas unless its profile says to recalculate always: a test
that forgets this proves nothing. `test_libreoffice.py` shows that a wrong stored value is changed.
"""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tests import programs

_ITEM = (
    '<item oor:path="/org.openoffice.Office.Calc/Formula/Load">'
    '<prop oor:name="{}" oor:op="fuse"><value>0</value></prop></item>'
)
_ALWAYS = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<oor:items xmlns:oor="http://openoffice.org/2001/registry">'
    + "".join(_ITEM.format(name) for name in ("OOXMLRecalcMode", "ODFRecalcMode"))
    + "</oor:items>"
)
_FILTERS = {"xlsx": "xlsx:Calc MS Excel 2007 XML", "ods": "ods:calc8", "xls": "xls:MS Excel 97", "pdf": "pdf"}


@dataclass(frozen=True)
class LibreOffice:
    """One profile folder; `folder` also receives what is made."""

    folder: Path

    def convert(self, *sources: Path, to: str) -> list[Path]:
        """Each source as a file of another kind (xlsx, ods, xls, pdf), every formula computed anew."""
        profile, made = self.folder / "profile", self.folder / f"as_{to}"
        self._prepare(profile)
        made.mkdir(exist_ok=True)
        command = [
            programs.needed("soffice"), f"-env:UserInstallation={profile.as_uri()}",
            "--headless", "--norestore", "--convert-to", _FILTERS[to],
            "--outdir", str(made), *map(str, sources),
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, timeout=300, text=True)
        results = [made / f"{source.stem}.{to}" for source in sources]
        missing = [path.name for path in results if not path.exists()]
        if missing:
            raise RuntimeError(f"LibreOffice made no {missing}: {done.stdout}{done.stderr}")
        return results

    def recompute(self, *sources: Path) -> list[Path]:
        """Each workbook with every formula computed anew, as .xlsx."""
        return self.convert(*sources, to="xlsx")

    def pictures(self, source: Path, dpi: int = 70, kind: Literal["png", "ppm"] = "png") -> list[Path]:
        """Every printed page of a workbook as a picture, in page order."""
        pdf = self.convert(source, to="pdf")[0]
        prefix = self.folder / f"page_{source.stem}"
        options = ["-png"] if kind == "png" else []
        command = [programs.needed("pdftoppm"), "-r", str(dpi), *options, str(pdf), str(prefix)]
        subprocess.run(command, check=True, timeout=300)
        return sorted(self.folder.glob(f"{prefix.name}-*.{kind}"))

    @staticmethod
    def _prepare(profile: Path) -> None:
        settings = profile / "user" / "registrymodifications.xcu"
        if not settings.exists():
            settings.parent.mkdir(parents=True)
            settings.write_text(_ALWAYS, encoding="utf-8")
