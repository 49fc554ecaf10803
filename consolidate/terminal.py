"""What a person at a terminal sees: lines that any code page can show, a progress bar, help in Chinese."""

from __future__ import annotations

import contextlib
import difflib
import json
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperCommand, TyperGroup

if TYPE_CHECKING:
    from consolidate.gather import Watch

_WORDS = {
    "Usage: ": "用法：", "Arguments:": "参数：", "Options:": "选项：", "Commands:": "命令：",
    "[OPTIONS]": "[选项]", "COMMAND [ARGS]...": "命令 [参数]", "Show this message and exit.": "显示帮助",
    "[required]": "（必填）", "[default: ": "[默认",
}  # fmt: skip


class Command(TyperCommand):
    """A command whose help is in Chinese."""

    def get_help(self, ctx: Any) -> str:
        """The help text."""
        return _in_chinese(super().get_help(ctx))


class Group(TyperGroup):
    """A group of commands: help and what is said about wrong usage are in Chinese."""

    def get_help(self, ctx: Any) -> str:
        """The help text."""
        return _in_chinese(super().get_help(ctx))

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that the first argument names."""
        if args[0] not in self.commands:
            near = difflib.get_close_matches(args[0], self.commands, 1)
            raise typer.BadParameter(f"没有命令{args[0]}{f'，是不是{near[0]}' if near else ''}", ctx)
        return super().resolve_command(ctx, args)

    def main(self, args: Sequence[str] | None = None, *rest: Any, **options: Any) -> Any:
        """Run the command line; a mistake in its usage is one sentence and exit code 2."""
        given = list(sys.argv[1:] if args is None else args)
        try:
            code = super().main(given, *rest, **{**options, "standalone_mode": False})
        except typer.Abort:
            line("已中止。", err=True)
            sys.exit(130)
        except typer.BadParameter.__base__ as error:  # type: ignore[misc]  # wrong usage of any kind
            if type(error).__name__ == "NoArgsIsHelpError":
                line(error.format_message())
            else:
                fail(f"{_mistake(error)}。用法见consolidate --help", "--json" in given)
            sys.exit(2)
        sys.exit(code)


def _in_chinese(text: str) -> str:
    for word, chinese in _WORDS.items():
        text = text.replace(word, chinese)
    return text


def _mistake(error: Any) -> str:
    """What is wrong with a command line, told by the kind of the error."""
    if option := getattr(error, "option_name", ""):
        near = "、".join(sorted(getattr(error, "possibilities", None) or ()))
        wrong = f"选项{option}用法不对" if type(error).__name__ == "BadOptionUsage" else f"没有选项{option}"
        return wrong + (f"，是不是{near}" if near else "")
    param = getattr(error, "param", None)
    if param is None:
        return str(error.message if isinstance(error, typer.BadParameter) else f"命令写法不对（{error}）")
    name = param.opts[0] if param.param_type_name == "option" else f"“{param.help}”"
    return f"缺少{name}" if type(error).__name__ == "MissingParameter" else f"{name}的值不对"


def fail(message: str, as_json: bool) -> None:
    """Say what went wrong: on the error channel, or as the one JSON document on stdout."""
    if as_json:
        line(json.dumps({"error": message}, ensure_ascii=False))
    else:
        line(message, err=True)


def line(text: str, err: bool = False) -> None:
    """Print what the terminal can show; anything else, what steers it among them, as its escape."""
    text = "".join(_escape(char) if _steers(char) else char for char in text)
    encoding = (sys.stderr if err else sys.stdout).encoding or "utf-8"
    typer.echo(text.encode(encoding, "backslashreplace").decode(encoding), err=err)


def _steers(char: str) -> bool:
    """Whether a character moves the cursor or turns the line round: a file's cover may hold any."""
    return char != "\n" and unicodedata.category(char) in ("Cc", "Cf")


def _escape(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii")


def one_line(text: str) -> str:
    """A message as one line, whatever line breaks a name in it has."""
    return " ".join(text.splitlines())


@contextlib.contextmanager
def progress(silent: bool) -> Iterator[Watch]:
    """A bar on the error channel while files are read; nothing at all unless a person looks at it."""
    from consolidate.gather import Watch

    if silent or not sys.stderr.isatty():
        yield Watch()
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task("准备", total=None)

        def stage(name: str, total: int) -> None:
            bars.reset(task, description=name, total=total or None)

        yield Watch(stage, lambda: bars.advance(task))
