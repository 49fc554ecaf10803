"""The command line: arguments, exit codes, and the only printing.

Heavy modules are imported inside the commands that need them, so that `--help` answers at once.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import traceback
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from consolidate import __version__
from consolidate.errors import ConsolidateError, SourceError

if TYPE_CHECKING:
    from consolidate.cluster import Cluster
    from consolidate.gather import Watch
    from consolidate.model import Run
    from consolidate.settings import Settings
    from consolidate.storage import Location

_MANY = 500  # files whose reading takes longer than all imports
_STATUS = {
    "accepted": "通过", "explained": "通过（已说明）", "queried": "待核实", "returned": "退回",
    "unreadable": "文件打不开", "missing": "未报",
}  # fmt: skip


class _RunByDefault(TyperGroup):
    """`consolidate FOLDER` is `consolidate run FOLDER`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if not args or (args[0] not in self.commands and args[0] not in ("--help", "--version")):
            args = ["run", *args]
        return list(super().parse_args(ctx, args))


app = typer.Typer(cls=_RunByDefault, add_completion=False, no_args_is_help=False, rich_markup_mode=None,
                  help="收齐、审核、退回、汇总各单位报来的统计表。")  # fmt: skip
templates = typer.Typer(help="模板：列出、检查。", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(templates, name="template")

Folders = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="FOLDER",
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


@app.command()
def run(
    folders: Folders = None,
    out: Annotated[Path | None, typer.Option(help="输出文件夹，默认out")] = None,
    year: Annotated[int | None, typer.Option(help="报告年度，如2019")] = None,
    template: Annotated[str | None, typer.Option(help="模板编号或文件")] = None,
    roster: Annotated[str | None, typer.Option(metavar="PATH", help="单位名单（units.xlsx或.csv）")] = None,
    previous: Annotated[str | None, typer.Option(metavar="PATH", help="上年的汇总表master.xlsx")] = None,
    include: Annotated[str | None, typer.Option(help="accepted只含通过的，all含全部能读出的")] = None,
    level: Annotated[
        str | None, typer.Option(help="本级：province、city、county、department、township")
    ] = None,
    name: Annotated[str | None, typer.Option(help="本办公室名称")] = None,
    workers: Annotated[int | None, typer.Option(help="并行读取的进程数，0为自动")] = None,
    dask: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="在Dask集群上读取，如tcp://10.0.0.1:8786")
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


@app.command()
def check(files: Annotated[list[str], typer.Argument(help="要检查的报表文件")]) -> None:
    """只检查文件，列出问题，什么也不写。"""
    _guarded(lambda _: _check(_locations(files)), None, False)


@app.command()
def blank(
    template: Annotated[str, typer.Argument(help="模板编号或文件")],
    year: Annotated[int | None, typer.Option(help="报告年度")] = None,
    roster: Annotated[
        str | None, typer.Option(metavar="PATH", help="单位名单：每个单位一份，填好单位和年度")
    ] = None,
    previous: Annotated[
        str | None, typer.Option(metavar="PATH", help="上年的汇总表master.xlsx：带上年数")
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


@app.command()
def explain(code: Annotated[str, typer.Argument(help="问题编号，如T3.row或S3.blank")]) -> None:
    """说明一个编号的意思和办法。"""
    _guarded(lambda _: _explain(code), None, False)


@templates.command("list")
def template_list() -> None:
    """列出可用的模板。"""
    _guarded(lambda _: _list(), None, False)


@templates.command("check")
def template_check(
    template: Annotated[str, typer.Argument(help="模板编号或文件")],
    tables: Annotated[int, typer.Option(help="实测定位率用几张随机表，0为不测")] = 1,
) -> None:
    """检查一个模板：写法、秩、矛盾、检验不到的指标，实测差错定位率。"""
    _guarded(lambda _: _check_template(template, tables), None, False)


@templates.command("report")
def template_report(
    template: Annotated[str, typer.Argument(help="模板编号或文件")],
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
        _fail(str(error), as_json)
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
        _fail("程序出错，不是您的操作有误：请把输出文件夹里的error.txt发给维护人员", as_json)
        raise typer.Exit(3) from error
    raise typer.Exit(code)


def _fail(message: str, as_json: bool) -> None:
    if as_json:
        _print(json.dumps({"error": message}, ensure_ascii=False))
    else:
        _print(message, err=True)


def _print(text: str, err: bool = False) -> None:
    """Print what the terminal can show; anything else, what steers it among them, as its escape."""
    text = "".join(_escape(char) if _steers(char) else char for char in text)
    encoding = (sys.stderr if err else sys.stdout).encoding or "utf-8"
    typer.echo(text.encode(encoding, "backslashreplace").decode(encoding), err=err)


def _steers(char: str) -> bool:
    """Whether a character moves the cursor or turns the line round: a file's cover may hold any."""
    return char != "\n" and unicodedata.category(char) in ("Cc", "Cf")


def _escape(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii")


def _line(text: str) -> str:
    """A message as one line, whatever line breaks a name in it has."""
    return " ".join(text.splitlines())


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
    with _progress(quiet or as_json) as watch:
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
        _print(tables.text(tables.document(finished)).rstrip())
    elif not quiet:
        _summary(finished, out)
    return _exit_code(finished)


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


@contextlib.contextmanager
def _progress(silent: bool) -> Iterator[Watch]:
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


def _exit_code(finished: Run) -> int:
    """0 when nothing is left to do: everybody accepted or explained, nothing open at the office."""
    waiting = any(report.status not in ("accepted", "explained") for report in finished.units)
    live = [f for f in finished.findings if f.severity != "hint" and f.status in ("open", "refused")]
    return int(waiting or bool(live))


def _summary(finished: Run, out: Path) -> None:
    _print(finished.headline)
    for status, label in _STATUS.items():
        names = [report.unit.name for report in finished.units if report.status == status]
        if names and status not in ("accepted",):
            _print(_line(f"  {label}{len(names)}：{'、'.join(names)}"))
    if not finished.roster_given:
        _print("没有单位名单：以收到的单位为应报单位，查不出未报的。请在收件文件夹放一份units.xlsx。")
    own = [
        f
        for f in finished.findings
        if f.audience == "office" and f.severity != "hint" and f.status == "open" and f.code != "S7.missing"
    ]
    for finding in own[:8]:
        _print(f"  ▲ {_line(finding.message)}")
    if len(own) > 8:
        _print(f"  ▲ 另有{len(own) - 8}条，见findings.csv。")
    for note in finished.notes:
        _print(_line(f"  · 影响较大：{note}"))
    _print(
        f"结果在{out}：master.xlsx（汇总表）、returns（退给各单位的审核意见）、status.html（报送情况）、findings.csv（问题清单）、totals.csv（汇总数）、notices.csv（通知）、decisions.xlsx（审核处理登记）。"
    )
    for step in _next_steps(finished):
        _print(f"下一步：{step}")


def _next_steps(finished: Run) -> list[str]:
    """What the office does now: send returns back, settle what is its own to settle, or go on."""
    steps = []
    if any(report.status not in ("accepted", "explained") for report in finished.units):
        steps.append(
            "把returns里的文件发回各单位，按notices.csv通知；收到更正后放进新的文件夹，连同原文件夹一起再运行一次。"
        )
    elif _exit_code(finished):
        steps.append("逐项查清上面带▲的问题。")
    if _exit_code(finished):
        steps.append("特殊情况经批准放行的，填decisions.xlsx，移到收件文件夹，再运行一次。")
    return steps or ["全部通过，可以报批。"]


def _blank(template: str, options: dict[str, Any], out: Path) -> int:
    from consolidate import issue, output

    output.prepare(out)
    roster = options["roster"]
    beside = [] if roster is None else [roster.parent]  # the settings lie with the roster, as in a run
    books = dict(issue.blanks(template, _settings(beside, options)))
    output.write(out, books, max(books))
    _print(f"{len(books)}份空白表在{out}。请发给各单位填写，收回后放进一个文件夹运行consolidate。")
    return 0


def _check(files: list[Location]) -> int:
    from consolidate import pipeline

    chosen = _settings([path.parent for path in files[:1]], {})
    finished = pipeline.run(files, chosen).run
    found = [f for f in finished.findings if f.code != "S7.missing"]
    for finding in found:
        _print(_line(f"{finding.file} {finding.code} {finding.message}"))
    _print(
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
        _print(f"{code}  {entry.title}  {words[entry.severity]}\n{sentence}。\n办法：{advice}。")
        return 0
    for template in known:
        for rule in template.rules:
            if rule.id == code:
                _print(f"{code}  {words[rule.severity]}（{template.id}）\n{rule.say}\n依据：{rule.origin}")
                return 0
    every = [*codes.CODES, *(rule.id for template in known for rule in template.rules)]
    near = difflib.get_close_matches(code, every, 1, 0.4)
    _print(f"没有编号“{code}”{f'，是不是{near[0]}' if near else ''}", err=True)
    return 2


def _list() -> int:
    from consolidate.forms import catalogue

    _print(f"模板文件夹：{catalogue.folder().name}")
    for one in catalogue.all_templates():
        span = f"{one.first_year}—{one.last_year or ''}"
        _print(f"{one.id}  {span}  {one.title}  {len(one.items)}个指标、{len(one.rules)}条规则  {one.source}")
    return 0


def _report_template(name: str, out: Path | None) -> int:
    from consolidate import output, publish

    file, content = publish.template(name)
    path = out or Path(file)
    output.save_new(path, content)
    _print(f"年度报告的样式在{path}。用Word改字体、版式和文字；{{{{…}}}}是填数的地方，不要改。")
    _print(f'改好后在consolidate.toml里写 report = "{path.name}"，再加--report运行。')
    return 0


def _check_template(name: str, tables: int) -> int:
    from consolidate.checks import linearise, selfreport, selftest
    from consolidate.forms import catalogue

    one = catalogue.named(name, catalogue.all_templates())
    rules = linearise.template(one)
    found = selftest.report(rules)
    _print(
        f"√ {one.id}：{len(one.tables)}张表、{len(one.items)}个指标、{len(one.rules)}条规则，写法没有错误。"
    )
    for line in selfreport.facts(one, found):
        _print(f"  {line}")
    if tables:
        _print(f"  逐格注入差错的实测（{tables}张随机表，种子0）：")
        for line in selfreport.measured(one, selftest.resolution(rules, 0, tables)):
            _print(f"    {line}")
    return 1 if found.contradictory else 0
