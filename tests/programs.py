"""Programs that are no Python packages: where they are missing, a test is skipped, in CI it fails."""

from __future__ import annotations

import os
import shutil

import pytest


def needed(*names: str) -> str:
    """The path of the first of these programs that is installed."""
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None and os.environ.get("CI"):
        pytest.fail(f"CI installs {' or '.join(names)}, and it is not there")
    if found is None:
        pytest.skip(f"{' or '.join(names)} is not installed")
    return found
