"""`python -m consolidate` and the `consolidate` command."""

from __future__ import annotations

from consolidate import interpreter
from consolidate.cli import app


def main() -> None:
    """Run the command line."""
    interpreter.prepare()
    try:
        app()
    finally:
        interpreter.end()


if __name__ == "__main__":
    main()
