"""What each command does: it gives the exit code; `terminal` prints, `summary` says how a run ended.

Heavy modules are imported inside the commands that need them, so that `--help` answers at once.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from consolidate import summary, terminal
from consolidate.errors import SourceError

if TYPE_CHECKING:
    from consolidate.cluster import Cluster
    from consolidate.settings import Settings
    from consolidate.storage import Location

_MANY = 500  # files whose reading takes longer than all imports


def inbox(folders: list[str] | None) -> list[Location]:
    """The folders named, else `inbox`, else this folder."""
    if folders:
        return locations(folders)
    return [Path("inbox")] if Path("inbox").is_dir() else [Path()]


def locations(given: list[str]) -> list[Location]:
    """Paths and URLs as they are given; SourceError for a URL that nothing reads."""
    from consolidate import storage

    return [storage.location(_unquoted(text)) for text in given]


def _unquoted(text: str) -> str:
    """A path without the quote that Windows leaves behind it: `"收件\\"` arrives as `收件"`."""
    return text if not text.endswith('"') or Path(text).exists() else text[:-1]


def _placed(options: dict[str, Any]) -> dict[str, Any]:
    """The options with what they name as files as paths or URLs."""
    named = {key: locations([options[key]])[0] for key in ("roster", "previous") if options[key] is not None}
    return {**options, **named}


def _settings(folders: list[Location], options: dict[str, Any]) -> Settings:
    from consolidate import settings

    return settings.override(settings.load(settings.find(folders)), **options)


def run(
    folders: list[Location],
    options: dict[str, Any],
    place: list[Path],
    *,
    cached: bool,
    report: bool,
    quiet: bool,
    as_json: bool,
) -> int:
    """Read, check, return, add up and write; `place[0]` becomes the folder where an error may be told."""
    from consolidate import gather, output, recall

    chosen = _settings(folders, _placed(options))
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


def blanks(template: str, options: dict[str, Any], out: Path) -> int:
    """Write the empty form, one per unit where a roster is given."""
    from consolidate import issue, output

    output.prepare(out, output.written(out))
    options = _placed(options)
    roster = options["roster"]
    beside = [] if roster is None else [roster.parent]  # the settings lie with the roster, as in a run
    books = dict(issue.blanks(template, _settings(beside, options)))
    output.write(out, books, max(books))
    terminal.line(f"{len(books)}份空白表在{out}。请发给各单位填写，收回后放进一个文件夹运行consolidate。")
    return 0


def check(files: list[Location], template: str | None) -> int:
    """Say what is wrong in some files; nothing is written."""
    from consolidate import pipeline

    chosen = _settings([path.parent for path in files[:1]], {"template": template})
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


def explain(code: str, named: str | None) -> int:
    """Say what a code or a rule, perhaps one of the template named, means, and what to do."""
    import difflib

    from consolidate import codes
    from consolidate.forms import catalogue

    known = catalogue.all_templates()
    known = known if named is None else (catalogue.named(named, known),)
    words = {"error": "强制（必须改）", "query": "核实（改正或说明）", "hint": "提示（可不改）"}
    if code in codes.CODES:
        entry = codes.CODES[code]
        sentence, advice = codes.general(code)
        terminal.line(f"{code}  {entry.title}  {words[entry.severity]}\n{sentence}。\n办法：{advice}。")
        return 0
    for template in known:
        for rule in template.rules:
            if rule.id == code:
                origin = f"\n依据：{rule.origin}" if rule.origin else ""
                terminal.line(f"{code}  {words[rule.severity]}（{template.id}）\n{rule.say}{origin}")
                return 0
    every = [*codes.CODES, *(rule.id for template in known for rule in template.rules)]
    near = difflib.get_close_matches(code, every, 1, 0.4)
    terminal.line(f"没有编号“{code}”{f'，是不是{near[0]}' if near else ''}", err=True)
    return 2


def list_templates() -> int:
    """Say which templates there are."""
    from consolidate.forms import catalogue

    terminal.line(f"模板文件夹：{catalogue.folder().name}")
    for one in catalogue.all_templates():
        span = f"{one.first_year}—{one.last_year or ''}"
        terminal.line(
            f"{one.id}  {span}  {one.title}  {len(one.items)}个指标、{len(one.rules)}条规则  {one.source}"
        )
    return 0


def report_template(name: str, out: Path | None) -> int:
    """Write the Word template of the annual report out."""
    from consolidate import output, publish

    file, content = publish.template(name)
    path = out or Path(file)
    output.save_new(path, content)
    terminal.line(f"年度报告的样式在{path}。用Word改字体、版式和文字；{{{{…}}}}是填数的地方，不要改。")
    terminal.line(f'改好后在consolidate.toml里写 report = "{path.name}"，再加--report运行。')
    return 0


def check_template(name: str, tables: int) -> int:
    """Say what a template's rules can find; measured with so many random tables."""
    from consolidate.checks import linearise, sample, selfreport, selftest
    from consolidate.forms import catalogue
    from consolidate.intake import readback

    one = catalogue.named(name, catalogue.all_templates())
    rules = linearise.template(one)
    found = selftest.report(rules)
    terminal.line(
        f"√ {one.id}：{len(one.tables)}张表、{len(one.items)}个指标、{len(one.rules)}条规则，写法没有错误。"
    )
    unread = readback.faults(one)
    for line in unread:
        terminal.line(f"  × {line}。")
    for line in [*selfreport.facts(one, found), *selfreport.conditions(one, rules)]:
        terminal.line(f"  {line}")
    try:
        rates = selftest.resolution(rules, 0, tables)
    except sample.NoRecordError as error:
        terminal.line(f"  × {error}，测不出差错查得出多少。请改规则后再运行。")
        return 1
    if tables:
        terminal.line(f"  逐格注入差错的实测（{tables}张随机表，种子0）：")
        for line in selfreport.measured(one, rates):
            terminal.line(f"    {line}")
    return 1 if found.contradictory or unread else 0
