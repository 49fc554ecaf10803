from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from consolidate.cli import app

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "sample_workbooks" / "round1"


def run(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "consolidate", *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, check=False, env=os.environ | environment)


def test_everything_printed_can_be_shown_in_gbk(tmp_path: Path) -> None:
    done = run(str(SAMPLE), "--out", str(tmp_path / "out"), cwd=tmp_path, PYTHONIOENCODING="gbk")
    assert done.returncode == 1
    assert "未齐，勿对外公布" in done.stdout.decode("gbk")
    for command in (("--help",), ("run", "--help"), ("template", "list"), ("explain", "S3.blank")):
        shown = run(*command, cwd=tmp_path, PYTHONIOENCODING="gbk")
        assert shown.returncode == 0
        assert shown.stdout.decode("gbk")


def test_bytes_do_not_depend_on_place_time_zone_or_hash_seed(tmp_path: Path) -> None:
    outputs = []
    for number, zone in enumerate(("Asia/Shanghai", "America/New_York")):
        out = tmp_path / str(number) / "out"
        out.parent.mkdir()
        run(str(SAMPLE), "--out", str(out), "--report", cwd=out.parent, TZ=zone, PYTHONHASHSEED=str(number))
        outputs.append({p.relative_to(out): p.read_bytes() for p in out.rglob("*") if p.is_file()})
    assert outputs[0]
    assert outputs[0] == outputs[1]


def test_what_a_file_says_does_not_steer_the_terminal(tmp_path: Path) -> None:
    folder = tmp_path / "inbox"
    folder.mkdir()
    book = openpyxl.load_workbook(SAMPLE / "县直部门/教育局.xlsx")
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and "教育局" in cell.value:
                    cell.value = cell.value.replace("教育局", "教\u202e育\n局")
    book.save(folder / "a.xlsx")
    (folder / "units.csv").write_text("单位名称\n新蔡县公安局\n", encoding="utf-8")
    done = run(str(folder), "--out", str(tmp_path / "out"), cwd=tmp_path, PYTHONIOENCODING="utf-8")
    shown = done.stdout.decode("utf-8")
    assert "a.xlsx" in shown
    assert "\u202e" not in shown
    assert all(line.startswith(("【", "  ", "结果", "下一步")) for line in shown.splitlines())


def test_json_prints_exactly_one_document(tmp_path: Path) -> None:
    done = run(str(SAMPLE), "--out", str(tmp_path / "out"), "--json", cwd=tmp_path)
    assert done.stdout == (tmp_path / "out" / "run.json").read_bytes()
    failed = run(str(tmp_path / "nowhere"), "--out", str(tmp_path / "out"), "--json", cwd=tmp_path)
    assert failed.returncode == 2
    assert failed.stdout.startswith(b'{"error": ')


@pytest.mark.parametrize("command", ["", "run", "check", "blank", "explain", "template", "template check"])
def test_help_is_in_chinese(command: str) -> None:
    shown = CliRunner().invoke(app, [*command.split(), "--help"]).stdout
    assert shown.startswith("用法：")
    for english in ("Usage", "Options", "Arguments", "Commands", "OPTIONS", "Show this", "required"):
        assert english not in shown


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        ("run --yaer 2019", "没有选项--yaer，是不是--name、--year"),
        ("run --year abc", "--year的值不对"),
        ("run --year", "选项--year用法不对"),
        ("check", "缺少“要检查的报表文件”"),
        ("template chek x", "没有命令chek，是不是check"),
        ("explain a b", "命令写法不对"),
    ],
)
def test_wrong_usage_is_one_chinese_sentence(command: str, sentence: str) -> None:
    done = CliRunner().invoke(app, command.split())
    assert done.exit_code == 2
    assert done.stderr.startswith(sentence)
    assert len(done.stderr.splitlines()) == 1


def test_wrong_usage_with_json_is_one_document() -> None:
    done = CliRunner().invoke(app, ["run", "--json", "--year", "abc"])
    assert done.exit_code == 2
    assert json.loads(done.stdout)["error"].startswith("--year的值不对")


@pytest.mark.parametrize("level", ["country", "village"])
def test_an_impossible_option_names_what_is_possible(level: str, tmp_path: Path) -> None:
    done = run(str(SAMPLE), "--level", level, "--out", str(tmp_path / "out"), cwd=tmp_path)
    assert done.returncode == 2
    assert "county" in done.stderr.decode()


def test_a_wheel_carries_the_templates(tmp_path: Path) -> None:
    build = "from hatchling.build import build_wheel; import sys; build_wheel(sys.argv[1])"
    subprocess.run([sys.executable, "-c", build, str(tmp_path)], cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    pip = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-index", "--target"]
    subprocess.run([*pip, str(tmp_path / "site"), str(wheel)], check=True, capture_output=True)
    done = run("template", "list", cwd=tmp_path, PYTHONPATH=str(tmp_path / "site"), PYTHONUTF8="1")
    assert done.returncode == 0, done.stderr.decode()
    assert "_schemas" in done.stdout.decode()
    assert "disclosure-2019" in done.stdout.decode()


def test_a_reader_that_has_seen_enough_is_no_error(tmp_path: Path) -> None:
    command = f"{sys.executable} -m consolidate {SAMPLE} --out {tmp_path / 'out'} | head -1"
    done = subprocess.run(command, shell=True, capture_output=True, check=False)
    assert done.stderr == b""
    assert not (tmp_path / "out" / "error.txt").exists()
    assert (tmp_path / "out" / "run.json").exists()


def test_the_last_lines_name_only_what_was_written(tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "units.csv").write_text("单位名称\n新蔡县司法局\n新蔡县公安局\n", encoding="utf-8")
    shutil.copy(SAMPLE / "县直部门/2019年度报告统计表（司法局）.xlsx", inbox)
    for option, told in (((), False), (("--report",), True)):
        done = run(
            str(inbox), "--out", str(tmp_path / "out"), *option, cwd=tmp_path, PYTHONIOENCODING="utf-8"
        )
        shown = done.stdout.decode("utf-8")
        assert "returns" not in shown
        assert not (tmp_path / "out" / "returns").exists()
        assert ("report.docx（年度报告）" in shown) is told
        assert "按notices.csv通知" in shown


def test_a_folder_without_reports_is_not_fit_to_be_approved(tmp_path: Path) -> None:
    # The quote is what Windows makes of the end of "…\\inbox\\".
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox" / "说明.txt").write_text("见附件", encoding="utf-8")
    done = CliRunner().invoke(
        app, ["run", str(tmp_path / "inbox") + '"', "--year", "2021", "--out", str(tmp_path / "out")]
    )
    assert done.exit_code == 1
    assert done.stdout.startswith("【未齐，勿对外公布】没有收到")
    assert "请检查收件文件夹" in done.stdout.splitlines()[-1]
