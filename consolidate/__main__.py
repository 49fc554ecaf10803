"""`python -m consolidate` and the `consolidate` command."""

from __future__ import annotations

import gc
import os

from consolidate.cli import app


def main() -> None:
    """Run the command line."""
    # Nearly all that a run makes lives until its end: looking for garbage 100 times as often finds none.
    gc.set_threshold(100_000, 50, 50)
    # The one product of figures and rules is small: numpy's threads would cost more than they save.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    app()


if __name__ == "__main__":
    main()
