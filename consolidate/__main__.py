"""`python -m consolidate` and the `consolidate` command."""

from __future__ import annotations

import gc
import os

from consolidate.cli import app


def prepare() -> None:
    """Set the interpreter up for a run."""
    # Nearly all that a run makes lives until its end. Of 1,000 files the usual thresholds look for garbage
    # for 0.6 s and find next to none; the garbage of 500,000 objects (50 returns) takes 100 MB.
    gc.set_threshold(500_000, 50, 50)
    # The one product of figures and rules is small: numpy's threads would cost more than they save.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def main() -> None:
    """Run the command line."""
    prepare()
    try:
        app()
    finally:
        gc.freeze()  # a last look for garbage, as the interpreter ends, would take a tenth of the whole run


if __name__ == "__main__":
    main()
