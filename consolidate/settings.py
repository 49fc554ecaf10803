"""consolidate.toml and the command line → Settings; the command line wins, paths are relative to the file."""

from __future__ import annotations

import datetime
import difflib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from consolidate.errors import SettingsError, reason
from consolidate.model import Office, Severity
from consolidate.storage import Location, Remote, beside

FILE = "consolidate.toml"
LEVELS = ("province", "city", "county", "department", "township")
_PATHS = ("roster", "previous", "adjustments", "decisions", "report", "out")


@dataclass(frozen=True, slots=True)
class Settings:
    """What the operator wants; None or '' where nothing was said.

    `report` is the office's own Word template of the annual report.
    `rules` maps a rule id to its (severity, reason) in force here instead of the template's.
    """

    name: str = ""
    code: str = ""
    level: str = "county"
    year: int | None = None
    deadline: str = ""
    contact: str = ""
    phone: str = ""
    template: str = ""
    roster: Location | None = None
    previous: Location | None = None
    adjustments: Location | None = None
    decisions: Location | None = None
    report: Location | None = None
    include: str = "accepted"
    out: Location | None = None
    workers: int = 0
    dask: str = field(default="", repr=False)  # no part of the 批次号: it only says who reads
    rules: Mapping[str, tuple[Severity | None, str]] = field(default_factory=dict)

    @property
    def out_folder(self) -> Path:
        """Where results go; SettingsError when that is not on this machine."""
        if isinstance(self.out, Remote):
            raise SettingsError(f"结果只能写在本机，不能写到{self.out}：请用--out指定本机的文件夹")
        return self.out or Path("out")

    @property
    def office(self) -> Office:
        """The office that consolidates, as it introduces itself."""
        return Office(self.name, self.code, self.level, self.deadline, self.contact, self.phone)


def find(folders: list[Location]) -> Location | None:
    """The settings file that holds: in the first FOLDER, else in the working folder."""
    for folder in [*folders[:1], Path()]:
        if (folder / FILE).is_file():
            return folder / FILE
    return None


def load(path: Location | None) -> Settings:
    """Settings of a file; SettingsError names an unknown key and suggests the one that was meant."""
    if path is None:
        return Settings()
    document = _document(path)
    known = [f.name for f in fields(Settings)]
    for key in document:
        if key not in known:
            near = difflib.get_close_matches(key, known, 1, 0.5)
            hint = f"，是不是“{near[0]}”" if near else f"；可用的有{'、'.join(known)}"
            raise SettingsError(f"设置文件{path.name}里有不认识的“{key}”{hint}")
    return _checked({key: _value(key, value, path) for key, value in document.items()}, path.name)


def _document(path: Location) -> dict[str, Any]:
    """What a settings file says; in GB18030, as old editors write it, when it is no UTF-8."""
    try:
        content = path.read_bytes()
        try:
            return tomllib.loads(content.decode("utf-8-sig"))
        except UnicodeDecodeError:
            return tomllib.loads(content.decode("gb18030"))
    except OSError as error:
        raise SettingsError(f"设置文件{path.name}打不开（{reason(error)}）") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"设置文件{path.name}不是文本文件：请用记事本另存为UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"line (\d+)", str(error))
        where = f"第{at[1]}行" if at else "末尾"
        raise SettingsError(
            f'设置文件{path.name}{where}写得不对：每行一项，不重复，写成 名称 = "内容"，'
            "等号、引号用半角，year不加引号"
        ) from error


def override(settings: Settings, **options: Any) -> Settings:
    """Settings with the options of the command line that were given (not None)."""
    given = {key: value for key, value in options.items() if value is not None}
    return _checked(given, "命令行", settings)


def _value(key: str, value: Any, path: Location) -> Any:
    if key in _PATHS:
        return beside(path, str(value))
    if key == "template":
        own = beside(path, str(value)) if str(value).endswith((".yaml", ".yml")) else None
        return str(own) if isinstance(own, Path) and own.is_file() else str(value)
    if key == "rules":
        return _rules(value, path.name)
    if isinstance(value, (datetime.date, datetime.datetime)):
        return value.isoformat()[:10]
    if key in ("year", "workers"):
        return value
    return str(value)


def _rules(value: Any, file: str) -> dict[str, tuple[Severity | None, str]]:
    """`[rules] "T2.jump" = {severity = "off", reason = "…"}`: an override always has its reason."""
    if not isinstance(value, dict):
        raise SettingsError(f'{file}的[rules]应写成："规则编号" = {{severity = "hint", reason = "原因"}}')
    result: dict[str, tuple[Severity | None, str]] = {}
    for rule, entry in value.items():
        severity = entry.get("severity") if isinstance(entry, dict) else None
        if severity not in ("error", "query", "hint", "off") or not str(entry.get("reason", "")).strip():
            raise SettingsError(
                f"{file}的[rules]中{rule}要写明severity（error、query、hint或off）和reason（原因）"
            )
        result[rule] = (None if severity == "off" else severity, str(entry["reason"]))
    return result


def _checked(given: dict[str, Any], where: str, base: Settings | None = None) -> Settings:
    year = given.get("year")
    if year is not None and (not isinstance(year, int) or not 1990 <= year <= 2999):
        raise SettingsError(f"{where}的year（年度）应为四位数年份，不加引号，写的是{year}")
    if given.get("level", "county") not in LEVELS:
        raise SettingsError(f"{where}的level应为{'、'.join(LEVELS)}之一，写的是{given['level']}")
    if given.get("include", "accepted") not in ("accepted", "all"):
        raise SettingsError(
            f"{where}的include应为accepted（只含通过的）或all（含全部能读出的），写的是{given['include']}"
        )
    workers = given.get("workers", 0)
    if not isinstance(workers, int) or workers < 0:
        raise SettingsError(f"{where}的workers应为不小于0的整数（0为自动），写的是{workers}")
    return replace(base or Settings(), **given)
