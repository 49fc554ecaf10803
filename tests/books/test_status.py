"""The page of who is in: what it says, that it runs nothing, and how Chromium shows it."""

from __future__ import annotations

import dataclasses
import re
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consolidate.books import status, words
from consolidate.model import Office, Run
from tests import programs
from tests.books import office

LETTERS = st.text(max_size=30)


class Tags(HTMLParser):
    """Every element with its attributes, and the text between."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data

    def links(self) -> list[str]:
        return [attributes["href"] or "" for tag, attributes in self.found if tag == "a"]


def returns(run: Run) -> dict[str, str]:
    acting = [u.unit.name for u in run.units if u.status in ("returned", "queried")]
    return {name: f"returns/{number}_审核意见.xlsx" for number, name in enumerate(acting)}


def test_every_unit_with_its_state_and_findings() -> None:
    run = office.busy()
    seen = Tags(status.page(run, returns(run))).words
    for report in run.units:
        assert report.unit.name in seen
        assert words.STATUS[report.status] in seen
        for finding in report.findings:
            assert finding.message in seen
    assert "练村镇、县水利局" in seen
    assert "情况说明：上年受理、本年审结5件" in seen
    assert run.headline in seen
    assert "封面没有填报单位，文件名里也没有" in seen


def test_no_contact_and_no_telephone_number() -> None:
    page = status.page(office.busy())
    assert not [word for word in ("李经办", "王科长", "13812345678", "0396-5912345") if word in page]


def test_links_are_relative_and_quoted() -> None:
    run = office.county(units=(office.report("练村镇", "returned", office.finding("错")),))
    links = Tags(status.page(run, {"练村镇": "returns/练村 镇#1?_审核意见.xlsx"})).links()
    assert links == [
        "returns/%E7%BB%83%E6%9D%91%20%E9%95%87%231%3F_%E5%AE%A1%E6%A0%B8%E6%84%8F%E8%A7%81.xlsx"
    ]


def test_a_path_cannot_be_a_script() -> None:
    run = office.county(units=(office.report("练村镇", "returned", office.finding("错")),))
    assert Tags(status.page(run, {"练村镇": "javascript:alert(1)"})).links() == ["javascript%3Aalert%281%29"]


def test_self_contained() -> None:
    found = Tags(status.page(office.busy())).found
    assert not [tag for tag, _ in found if tag in ("script", "img", "link", "iframe", "object")]
    assert "http://" not in status.page(office.busy())
    assert "default-src 'none'" in str(found)


@settings(max_examples=40, deadline=None)
@given(LETTERS, LETTERS, LETTERS, LETTERS)
def test_text_adds_no_element(name: str, message: str, kind: str, file: str) -> None:
    def page(*texts: str) -> Tags:
        found = office.finding(texts[1], explanation=texts[1] or "x")
        report = office.report(texts[0], "returned", found, kind=texts[2] or "x")
        report = dataclasses.replace(report, submission=office.submission(texts[3] or "x"))
        return Tags(status.page(office.county(units=(report,), office=Office(texts[0]))))

    tame = [tag for tag, _ in page("甲", "乙", "丙", "丁").found]
    assert [tag for tag, _ in page(name, message, kind, file).found] == tame


def test_of_very_many_units_those_that_must_act() -> None:
    units = [office.report(f"第{n}镇", "missing" if n % 1000 == 0 else "accepted") for n in range(3000)]
    seen = Tags(status.page(office.county(units=tuple(units))))
    assert sum((attributes.get("class") or "").startswith("unit ") for _, attributes in seen.found) == 3
    assert "只列出须处理的3个" in seen.words
    assert "全部 3000" in seen.words


def test_nobody_on_the_roster() -> None:
    assert "应报" in status.page(office.county(units=(), roster_given=False))


@pytest.fixture(scope="module")
def chromium() -> str:
    return programs.needed("chromium", "chromium-browser", "google-chrome")


def browse(chromium: str, folder: Path, *wanted: str) -> str:
    command = [
        chromium, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
        f"--user-data-dir={folder / 'profile'}", *wanted,
    ]  # fmt: skip
    return subprocess.run(command, capture_output=True, timeout=120, check=True).stdout.decode()


# A frame of the width of a telephone measures the page; the page itself runs nothing.
MEASURE = """<!DOCTYPE html><body><iframe src="status.html" style="width:{width}px;height:4000px"></iframe>
<script>onload = () => {{
  const page = document.querySelector("iframe").contentDocument;
  const radio = page.getElementById("show-{state}"); radio.checked = true;
  page.querySelectorAll("details").forEach(one => one.open = true);
  const shown = [...page.querySelectorAll(".unit")].filter(one => one.offsetHeight > 0);
  const wide = page.documentElement.scrollWidth;
  document.body.innerHTML = "<p>wide=" + wide + " shown=" + shown.length + "</p>";
}};</script>"""


@pytest.mark.parametrize(("width", "state", "shown"), [
    (1280, "all", 49), (390, "all", 49), (390, "returned", 3), (1280, "missing", 2), (320, "queried", 1),
])  # fmt: skip
def test_in_a_browser(tmp_path: Path, chromium: str, width: int, state: str, shown: int) -> None:
    run = office.busy()
    (tmp_path / "status.html").write_text(status.page(run, returns(run)), encoding="utf-8")
    (tmp_path / "measure.html").write_text(MEASURE.format(width=width, state=state), encoding="utf-8")
    seen = browse(chromium, tmp_path, "--allow-file-access-from-files", "--virtual-time-budget=3000",
                  "--dump-dom", (tmp_path / "measure.html").as_uri())  # fmt: skip
    match = re.search(r"wide=(\d+) shown=(\d+)", seen)
    assert match, seen
    assert int(match[1]) <= width
    assert int(match[2]) == shown


def test_printed(tmp_path: Path, chromium: str) -> None:
    run = office.busy()
    (tmp_path / "status.html").write_text(status.page(run, returns(run)), encoding="utf-8")
    printed = tmp_path / "status.pdf"
    browse(chromium, tmp_path, f"--print-to-pdf={printed}", (tmp_path / "status.html").as_uri())
    command = [programs.needed("pdftotext"), "-layout", str(printed), "-"]
    text = subprocess.run(command, capture_output=True, check=True).stdout
    words = "".join(text.decode().split())
    for report in run.units:
        assert report.unit.name[:10] in words
        acting = report.status in ("queried", "returned", "unreadable")
        assert all("".join(finding.message.split())[:10] in words for finding in report.findings if acting)
