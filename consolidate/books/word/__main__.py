"""Make the default report template from its text: `python -m consolidate.books.word TEXT`."""

from __future__ import annotations

import sys
from pathlib import Path

from consolidate.books.word.template import build

for name in sys.argv[1:]:
    source = Path(name)
    source.with_suffix(".docx").write_bytes(build(source.read_text(encoding="utf-8")))
