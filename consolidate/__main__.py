"""`python -m consolidate` and the `consolidate` command."""

from __future__ import annotations

from consolidate.cli import app


def main() -> None:
    """Run the command line."""
    app()


if __name__ == "__main__":
    main()
