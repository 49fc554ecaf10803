"""The command line: arguments and exit codes; what the commands do is in `commands`."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from consolidate import __version__, commands, terminal
from consolidate.errors import ConsolidateError


class _RunByDefault(terminal.Group):
    """`consolidate FOLDER` is `consolidate run FOLDER`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if not args or (args[0] not in self.commands and args[0] not in ("--help", "--version")):
            args = ["run", *args]
        return list(super().parse_args(ctx, args))


app = typer.Typer(cls=_RunByDefault, add_completion=False, no_args_is_help=False, rich_markup_mode=None,
                  help="收齐、审核、退回、汇总各单位报来的统计表。")  # fmt: skip
templates = typer.Typer(
    cls=terminal.Group, help="模板：列出、检查。", no_args_is_help=True, rich_markup_mode=None
)
app.add_typer(templates, name="template")

Folders = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="文件夹",
        help="收件文件夹（路径，或s3://等网址），可以有几个，后一个是后一轮",
        show_default=False,
    ),
]


def _version(value: bool) -> None:
    if value:
        typer.echo(f"consolidate {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", help="显示版本", callback=_version, is_eager=True)
    ] = False,
) -> None:
    """收齐、审核、退回、汇总各单位报来的统计表。"""


@app.command(cls=terminal.Command)
def run(
    folders: Folders = None,
    out: Annotated[Path | None, typer.Option(help="输出文件夹，默认out")] = None,
    year: Annotated[int | None, typer.Option(help="报告年度，如2019")] = None,
    template: Annotated[str | None, typer.Option(help="模板编号或文件")] = None,
    roster: Annotated[str | None, typer.Option(metavar="文件", help="单位名单（units.xlsx或.csv）")] = None,
    previous: Annotated[str | None, typer.Option(metavar="文件", help="上年的汇总表master.xlsx")] = None,
    include: Annotated[str | None, typer.Option(help="accepted只含通过的，all含全部能读出的")] = None,
    level: Annotated[
        str | None, typer.Option(help="本级：province、city、county、department、township")
    ] = None,
    name: Annotated[str | None, typer.Option(help="本办公室名称")] = None,
    workers: Annotated[int | None, typer.Option(help="并行读取的进程数，0为自动")] = None,
    dask: Annotated[
        str | None, typer.Option(metavar="地址", help="在Dask集群上读取，如tcp://10.0.0.1:8786")
    ] = None,
    report: Annotated[bool, typer.Option("--report", help="另写年度报告report.docx和report.html")] = False,
    no_cache: Annotated[bool, typer.Option("--no-cache", help="不用上次读过的结果，全部重新读取")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="只写文件，不显示汇总")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="标准输出只给run.json的内容")] = False,
) -> None:
    """审核并汇总文件夹里的报表（默认命令）。"""
    options = {
        "out": out, "year": year, "template": template, "roster": roster,
        "previous": previous, "include": include, "level": level, "name": name,
        "workers": workers, "dask": dask,
    }  # fmt: skip
    _guarded(
        lambda place: commands.run(
            commands.inbox(folders),
            options,
            place,
            cached=not no_cache,
            report=report,
            quiet=quiet,
            as_json=as_json,
        ),
        out,
        as_json,
    )


@app.command(cls=terminal.Command)
def check(
    files: Annotated[list[str], typer.Argument(metavar="文件", help="要检查的报表文件")],
    template: Annotated[str | None, typer.Option(help="模板编号或文件")] = None,
) -> None:
    """只检查文件，列出问题，什么也不写。"""
    _guarded(lambda _: commands.check(commands.locations(files), template), None, False)


@app.command(cls=terminal.Command)
def blank(
    template: Annotated[str, typer.Argument(metavar="模板", help="模板编号或文件")],
    year: Annotated[int | None, typer.Option(help="报告年度")] = None,
    roster: Annotated[
        str | None, typer.Option(metavar="文件", help="单位名单：每个单位一份，填好单位和年度")
    ] = None,
    previous: Annotated[
        str | None, typer.Option(metavar="文件", help="上年的汇总表master.xlsx：带上年数")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="输出文件夹，默认blanks")] = None,
    level: Annotated[
        str | None, typer.Option(help="本级：province、city、county、department、township")
    ] = None,
    name: Annotated[str | None, typer.Option(help="本办公室名称")] = None,
) -> None:
    """制作下发用的空白表：勾稽关系写在表里，填错当场变红。"""
    options = {
        "year": year, "roster": roster, "previous": previous, "level": level,
        "name": name,
    }  # fmt: skip
    _guarded(
        lambda _: commands.blanks(template, options, out or Path("blanks")), out or Path("blanks"), False
    )


@app.command(cls=terminal.Command)
def explain(
    code: Annotated[str, typer.Argument(metavar="编号", help="问题编号，如T3.row或S3.blank")],
    template: Annotated[str | None, typer.Option(help="模板编号或文件：另外的报表")] = None,
) -> None:
    """说明一个编号的意思和办法。"""
    _guarded(lambda _: commands.explain(code, template), None, False)


@templates.command("list", cls=terminal.Command)
def template_list() -> None:
    """列出可用的模板。"""
    _guarded(lambda _: commands.list_templates(), None, False)


@templates.command("check", cls=terminal.Command)
def template_check(
    template: Annotated[str, typer.Argument(metavar="模板", help="模板编号或文件")],
    tables: Annotated[int, typer.Option(help="实测定位率用几张随机表，0为不测")] = 1,
) -> None:
    """检查一个模板：写法、秩、矛盾、检验不到的指标，实测差错定位率。"""
    _guarded(lambda _: commands.check_template(template, tables), None, False)


@templates.command("report", cls=terminal.Command)
def template_report(
    template: Annotated[str, typer.Argument(metavar="模板", help="模板编号或文件")],
    out: Annotated[Path | None, typer.Option(help="另存为哪个文件，默认用样式原名")] = None,
) -> None:
    """把年度报告的Word样式另存出来，供修改；改好后写进设置的report。"""
    _guarded(lambda _: commands.report_template(template, out), None, False)


def _guarded(work: Callable[[list[Path]], int], out: Path | None, as_json: bool) -> None:
    """Run a command: 2 for the operator's mistakes, 3 with a trace in a file for our own."""
    place: list[Path] = [out or Path("out")]
    try:
        code = work(place)
    except ConsolidateError as error:
        terminal.fail(str(error), as_json)
        raise typer.Exit(2) from error
    except (KeyboardInterrupt, typer.Exit):
        raise
    except BrokenPipeError:
        # Whoever reads the summary has seen enough (`| head`): the files are written all the same.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(1) from None
    except Exception as error:  # our own bug: one sentence for the user, the trace for the maintainer
        place[0].mkdir(parents=True, exist_ok=True)
        (place[0] / "error.txt").write_text(traceback.format_exc(), encoding="utf-8")
        terminal.fail("程序出错，不是您的操作有误：请把输出文件夹里的error.txt发给维护人员", as_json)
        raise typer.Exit(3) from error
    raise typer.Exit(code)
