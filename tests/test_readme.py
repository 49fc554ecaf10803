"""The README cannot go stale: its output is what the command prints, its commands and codes exist."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import typer
from typer.core import TyperGroup

from consolidate.cli import app

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
CHINESE = (ROOT / "README.zh-CN.md").read_text("utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.S)


def test_the_sample_prints_what_the_readme_shows(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "consolidate", str(ROOT / "sample_workbooks" / "round1")]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 1
    assert done.stdout.decode().strip() == blocks("text")[0].strip()


def test_every_command_of_the_readme_exists() -> None:
    known = {
        command.name or command.callback.__name__ for command in app.registered_commands if command.callback
    }
    used = re.findall(r"^consolidate (\w+)", "\n".join(blocks("sh")), re.M)
    assert used
    assert set(used) <= known | {"template"}


def test_the_output_files_of_the_readmes_are_written(tmp_path: Path) -> None:
    out = tmp_path / "out"
    command = [sys.executable, "-m", "consolidate", str(ROOT / "sample_workbooks" / "round1"), "--report"]
    subprocess.run([*command, "--out", str(out), "--quiet"], check=False, capture_output=True)
    for text in (README, CHINESE):
        rows = [line for line in text.splitlines() if line.startswith("| `")]
        named = {name for row in rows for name in re.findall(r"`([\w./]+)`", row.split("|")[1])}
        assert len(named) > 5
        assert {name for name in named if not (out / name).exists()} == set()


def test_every_command_and_option_of_the_chinese_quick_start_exists() -> None:
    root = typer.main.get_command(app)
    commands = root.commands if isinstance(root, TyperGroup) else {}
    known = {option for command in commands.values() for one in command.params for option in one.opts}
    used = re.findall(r"consolidate (blank|explain|check|run|template)\b", CHINESE)
    assert {"blank", "explain"} <= set(used) <= set(commands)
    assert {"--year", "--previous"} <= set(re.findall(r"--[a-z][a-z-]*", _without_pip(CHINESE))) <= known


def _without_pip(text: str) -> str:
    return re.sub(r"`[^`]*pip [^`]*`", "", text)
