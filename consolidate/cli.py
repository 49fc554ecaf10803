"""The command line: arguments and exit codes; `terminal` prints, `summary` says how a run ended.

Heavy modules are imported inside the commands that need them, so that `--help` answers at once.
"""

from __future__ import annotations

import contextlib
import os
import sys
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from consolidate import __version__, summary, terminal
from consolidate.errors import ConsolidateError, SourceError

if TYPE_CHECKING:
    from consolidate.cluster import Cluster
    from consolidate.settings import Settings
    from consolidate.storage import Location

_MANY = 500  # files whose reading takes longer than all imports


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
        "out": out, "year": year, "template": template, "roster": _location(roster),
        "previous": _location(previous), "include": include, "level": level, "name": name,
        "workers": workers, "dask": dask,
    }  # fmt: skip
    _guarded(
        lambda place: _run(
            _inbox(folders), options, place, cached=not no_cache, report=report, quiet=quiet, as_json=as_json
        ),
        out,
        as_json,
    )


@app.command(cls=terminal.Command)
def check(files: Annotated[list[str], typer.Argument(metavar="文件", help="要检查的报表文件")]) -> None:
    """只检查文件，列出问题，什么也不写。"""
    _guarded(lambda _: _check(_locations(files)), None, False)


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
        "year": year, "roster": _location(roster), "previous": _location(previous), "level": level,
        "name": name,
    }  # fmt: skip
    _guarded(lambda _: _blank(template, options, out or Path("blanks")), out or Path("blanks"), False)


@app.command(cls=terminal.Command)
def explain(
    code: Annotated[str, typer.Argument(metavar="编号", help="问题编号，如T3.row或S3.blank")],
) -> None:
    """说明一个编号的意思和办法。"""
    _guarded(lambda _: _explain(code), None, False)


@templates.command("list", cls=terminal.Command)
def template_list() -> None:
    """列出可用的模板。"""
    _guarded(lambda _: _list(), None, False)


@templates.command("check", cls=terminal.Command)
def template_check(
    template: Annotated[str, typer.Argument(metavar="模板", help="模板编号或文件")],
    tables: Annotated[int, typer.Option(help="实测定位率用几张随机表，0为不测")] = 1,
) -> None:
    """检查一个模板：写法、秩、矛盾、检验不到的指标，实测差错定位率。"""
    _guarded(lambda _: _check_template(template, tables), None, False)


@templates.command("report", cls=terminal.Command)
def template_report(
    template: Annotated[str, typer.Argument(metavar="模板", help="模板编号或文件")],
    out: Annotated[Path | None, typer.Option(help="另存为哪个文件，默认用样式原名")] = None,
) -> None:
    """把年度报告的Word样式另存出来，供修改；改好后写进设置的report。"""
    _guarded(lambda _: _report_template(template, out), None, False)


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


def _inbox(folders: list[str] | None) -> list[Location]:
    if folders:
        return _locations(folders)
    return [Path("inbox")] if Path("inbox").is_dir() else [Path()]


def _locations(given: list[str]) -> list[Location]:
    from consolidate import storage

    return [storage.location(text) for text in given]


def _location(given: str | None) -> Location | None:
    return None if given is None else _locations([given])[0]


def _settings(folders: list[Location], options: dict[str, Any]) -> Settings:
    from consolidate import settings

    return settings.override(settings.load(settings.find(folders)), **options)


def _run(
    folders: list[Location],
    options: dict[str, Any],
    place: list[Path],
    *,
    cached: bool,
    report: bool,
    quiet: bool,
    as_json: bool,
) -> int:
    from consolidate import gather, output, recall

    chosen = _settings(folders, options)
    out = place[0] = chosen.out_folder
    output.prepare(out, output.HANDWRITTEN, folders)
    with terminal.progress(quiet or as_json) as watch:
        cache = out / recall.NAME if cached else None
        with _cluster(chosen) as cluster:
            gathered = gather.everything(
                folders, chosen, out=out, cluster=cluster, cache=cache, watch=watch, meanwhile=_load
            )
        from consolidate import deliver, pipeline
        from consolidate.books import tables

        result = pipeline.finish(gathered, watch)
        finished = result.run
        watch.stage("写结果", 0)
        files = deliver.everything(finished, result.received, chosen.workers or 2)
    if report:
        from consolidate import publish

        files |= publish.report(finished, chosen)
    output.write(out, files, deliver.LAST)
    if as_json:
        terminal.line(tables.text(tables.document(finished)).rstrip())
    elif not quiet:
        for text in summary.lines(finished, out, files):
            terminal.line(terminal.one_line(text))
    return summary.exit_code(finished)


@contextlib.contextmanager
def _cluster(chosen: Settings) -> Iterator[Cluster | None]:
    """The cluster that reads, where one was named."""
    if not chosen.dask:
        yield None
        return
    try:
        from consolidate import on_dask
    except ModuleNotFoundError as error:
        raise SourceError("用--dask要另装程序库：请运行 pip install distributed 后再试") from error
    with on_dask.connected(chosen.dask) as cluster:
        yield cluster


def _load(files: int) -> None:
    """Import what checking and writing need; while workers read so many files, this costs no time."""
    from consolidate import deliver, pipeline  # noqa: F401
    from consolidate.checks import validate

    validate.ready()
    if files >= _MANY:
        deliver.ready()


def _blank(template: str, options: dict[str, Any], out: Path) -> int:
    from consolidate import issue, output

    output.prepare(out)
    roster = options["roster"]
    beside = [] if roster is None else [roster.parent]  # the settings lie with the roster, as in a run
    books = dict(issue.blanks(template, _settings(beside, options)))
    output.write(out, books, max(books))
    terminal.line(f"{len(books)}份空白表在{out}。请发给各单位填写，收回后放进一个文件夹运行consolidate。")
    return 0


def _check(files: list[Location]) -> int:
    from consolidate import pipeline

    chosen = _settings([path.parent for path in files[:1]], {})
    finished = pipeline.run(files, chosen).run
    found = [f for f in finished.findings if f.code != "S7.missing"]
    for finding in found:
        terminal.line(terminal.one_line(f"{finding.file} {finding.code} {finding.message}"))
    terminal.line(
        f"检查了{len(files)}个文件，{len(found)}个问题。"
        if found
        else f"√ 检查了{len(files)}个文件，没有发现问题。"
    )
    return int(any(f.severity != "hint" for f in found))


def _explain(code: str) -> int:
    import difflib

    from consolidate import codes
    from consolidate.forms import catalogue

    known = catalogue.all_templates()
    words = {"error": "强制（必须改）", "query": "核实（改正或说明）", "hint": "提示（可不改）"}
    if code in codes.CODES:
        entry = codes.CODES[code]
        sentence, advice = codes.general(code)
        terminal.line(f"{code}  {entry.title}  {words[entry.severity]}\n{sentence}。\n办法：{advice}。")
        return 0
    for template in known:
        for rule in template.rules:
            if rule.id == code:
                terminal.line(
                    f"{code}  {words[rule.severity]}（{template.id}）\n{rule.say}\n依据：{rule.origin}"
                )
                return 0
    every = [*codes.CODES, *(rule.id for template in known for rule in template.rules)]
    near = difflib.get_close_matches(code, every, 1, 0.4)
    terminal.line(f"没有编号“{code}”{f'，是不是{near[0]}' if near else ''}", err=True)
    return 2


def _list() -> int:
    from consolidate.forms import catalogue

    terminal.line(f"模板文件夹：{catalogue.folder().name}")
    for one in catalogue.all_templates():
        span = f"{one.first_year}—{one.last_year or ''}"
        terminal.line(
            f"{one.id}  {span}  {one.title}  {len(one.items)}个指标、{len(one.rules)}条规则  {one.source}"
        )
    return 0


def _report_template(name: str, out: Path | None) -> int:
    from consolidate import output, publish

    file, content = publish.template(name)
    path = out or Path(file)
    output.save_new(path, content)
    terminal.line(f"年度报告的样式在{path}。用Word改字体、版式和文字；{{{{…}}}}是填数的地方，不要改。")
    terminal.line(f'改好后在consolidate.toml里写 report = "{path.name}"，再加--report运行。')
    return 0


def _check_template(name: str, tables: int) -> int:
    from consolidate.checks import linearise, selfreport, selftest
    from consolidate.forms import catalogue

    one = catalogue.named(name, catalogue.all_templates())
    rules = linearise.template(one)
    found = selftest.report(rules)
    terminal.line(
        f"√ {one.id}：{len(one.tables)}张表、{len(one.items)}个指标、{len(one.rules)}条规则，写法没有错误。"
    )
    for line in [*selfreport.facts(one, found), *selfreport.conditions(one, rules)]:
        terminal.line(f"  {line}")
    if tables:
        terminal.line(f"  逐格注入差错的实测（{tables}张随机表，种子0）：")
        for line in selfreport.measured(one, selftest.resolution(rules, 0, tables)):
            terminal.line(f"    {line}")
    return 1 if found.contradictory else 0
