"""Three levels with the same command: units → counties → a city → the province, with what was explained."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

import numpy as np
import pytest

from consolidate import deliver, pipeline
from consolidate.model import OWN_LEVEL, Run
from consolidate.pipeline import Result
from consolidate.settings import Settings
from tests import inbox, standard
from tests.books import recomputed, sound
from tests.loop import finding, of

COUNTIES = ("平舆县", "上蔡县", "汝南县")
CITY, PROVINCE = "驻马店市人民政府办公室", "河南省人民政府办公厅"
SAID = "其中两件为上年立案本年才收到法院通知"
COURT: Mapping[str, object] = {"overview.cases.litigation": 8, "表四!F6": 6, "表四!J6": 6}


def county(
    top: Path,
    name: str,
    units: Sequence[str],
    *,
    silent: bool = False,
    include: Literal["accepted", "all"] = "accepted",
) -> Run:
    """A county whose roster has three units; the first one that reports has explained a query."""
    seed = 10 * (1 + COUNTIES.index(name))  # no two units are alike
    files: dict[str, dict[str, object]] = {
        f"{unit}.xlsx": {"requests": seed + n} for n, unit in enumerate(units)
    }
    files[f"{units[0]}.xlsx"]["set"] = COURT
    if not silent:
        files[f"{units[0]}.xlsx"]["explain"] = {"N.cases@litigation": f"{name}：{SAID}"}
    roster = "单位名称\n" + "\n".join(f"{name}{kind}" for kind in ("甲镇", "乙镇", "丙镇"))
    places = inbox.folders({"inbox": files, "roster": roster}, standard.NEW, top / name / str(len(units)))
    return pipeline.run(places, Settings(name=office(name), level="county", year=2021, include=include)).run


def office(place: str) -> str:
    return f"{place}人民政府办公室"


def upstairs(folder: Path, runs: Mapping[str, Run], roster: Sequence[str]) -> Path:
    """The masters below, handed in under names that a clerk would give them."""
    folder.mkdir(parents=True)
    for name, run in runs.items():
        (folder / f"{name}汇总表.xlsx").write_bytes(deliver.files(run)["master.xlsx"])
    (folder / "units.csv").write_text("\n".join(["单位名称", *roster]), encoding="utf-8-sig")
    return folder


@pytest.fixture(scope="module")
def top(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("levels")


@pytest.fixture(scope="module")
def counties(top: Path) -> dict[str, Run]:
    whole = [[f"{name}{kind}" for kind in ("甲镇", "乙镇", "丙镇")] for name in COUNTIES]
    units = dict(zip(COUNTIES, whole, strict=True))
    units["上蔡县"] = units["上蔡县"][:2]
    return {name: county(top, name, given) for name, given in units.items()}


@pytest.fixture(scope="module")
def received(top: Path, counties: Mapping[str, Run]) -> Result:
    folder = upstairs(top / "city1", counties, [office(name) for name in COUNTIES])
    return pipeline.run([folder], Settings(name=CITY, level="city", year=2021))


@pytest.fixture(scope="module")
def city(received: Result) -> Run:
    return received.run


def test_what_a_unit_explained_goes_up_with_the_total(counties: Mapping[str, Run], city: Run) -> None:
    own = finding(counties["平舆县"], OWN_LEVEL, "N.cases")
    assert (own.status, own.explanation) == ("open", f"平舆县甲镇：平舆县：{SAID}")
    above = finding(city, office("平舆县"), "N.cases")
    assert (above.status, above.explanation) == ("explained", own.explanation)
    assert [of(city, office(name)).status for name in COUNTIES] == ["explained", "queried", "explained"]


def test_an_incomplete_master_is_asked_about(city: Run) -> None:
    found = finding(city, office("上蔡县"), "U.incomplete")
    assert found.severity == "query"
    assert "下级汇总未齐（应报3，通过2）" in found.message
    assert sum(report.included for report in city.units) == 2


def test_a_master_that_was_returned_is_still_a_master(top: Path, received: Result) -> None:
    book = deliver.returns(received.run, received.received, 1)[office("上蔡县")]
    assert sound.faults(book) == []
    (top / "returned").mkdir()
    (top / "returned" / "上蔡县_审核意见.xlsx").write_bytes(book)
    settings = Settings(name=CITY, level="city", year=2021)
    again = pipeline.run([top / "city1", top / "returned"], settings).run
    found = finding(again, office("上蔡县"), "U.incomplete")
    assert (found.change, found.file) == ("unchanged", "上蔡县_审核意见.xlsx")
    before, after = of(received.run, office("上蔡县")), of(again, office("上蔡县"))
    assert before.submission is not None
    assert after.submission is not None
    assert np.array_equal(before.submission.values, after.submission.values)


def test_the_third_level_has_the_sum_of_all_units(
    top: Path, counties: Mapping[str, Run], city: Run, tmp_path: Path
) -> None:
    again = top / "city2"
    late = county(top, "上蔡县", [f"上蔡县{kind}" for kind in ("甲镇", "乙镇", "丙镇")])
    upstairs(again, {"上蔡县": late}, [office(name) for name in COUNTIES])
    whole = pipeline.run([top / "city1", again], Settings(name=CITY, level="city", year=2021)).run
    assert [report.status for report in whole.units] == ["explained"] * 3
    assert recomputed.agree(deliver.files(whole)["master.xlsx"], tmp_path) > len(whole.totals) * 5
    folder = upstairs(top / "province", {"驻马店市": whole}, [CITY])
    settings = Settings(name=PROVINCE, level="province", year=2021)
    province = pipeline.run([folder], settings).run
    parts = [counties["平舆县"], late, counties["汝南县"]]
    assert [total.value for total in province.totals] == [
        sum(part.totals[index].value for part in parts) for index in range(len(province.totals))
    ]
    said = finding(province, CITY, "N.cases")
    assert said.status == "explained"
    assert all(f"{office(name)}：{name}甲镇：{name}：{SAID}" in said.explanation for name in COUNTIES)


def test_a_total_goes_up_unexplained_while_one_unit_is_silent(top: Path) -> None:
    run = county(top / "silent", "平舆县", ["平舆县甲镇"], include="all", silent=True)
    assert of(run, "平舆县甲镇").status == "queried"
    assert finding(run, OWN_LEVEL, "N.cases").explanation == ""


def test_an_optional_table_that_one_unit_left_out_makes_no_query_upstairs(tmp_path: Path) -> None:
    blank = {item.id: None for item in standard.template(standard.NEW).items if item.table == "overview"}
    files = {"甲镇.xlsx": {"requests": 11}, "乙镇.xlsx": {"requests": 12, "set": blank}}
    places = inbox.folders({"inbox": files}, standard.NEW, tmp_path)
    run = pipeline.run(places, Settings(name=office("平舆县"), level="county", year=2021)).run
    assert [report.status for report in run.units] == ["accepted", "accepted"]
    city = upstairs(tmp_path / "city", {"平舆县": run}, [office("平舆县")])
    whole = pipeline.run([city], Settings(name=CITY, level="city", year=2021)).run
    assert whole.findings == ()
    province = upstairs(tmp_path / "province", {"驻马店市": whole}, [CITY])
    assert pipeline.run([province], Settings(name=PROVINCE, level="province", year=2021)).run.findings == ()


def test_last_years_master_of_another_form_with_other_names(top: Path, tmp_path: Path) -> None:
    open_at_the_end = {"applications.carried_out.natural_person": 1, "applications.carried_out.total": 1}
    names = ("甲镇", "县国土局", "县林业局", "县农业局")
    files = {f"{name}.xlsx": {"requests": n, "set": open_at_the_end} for n, name in enumerate(names, start=5)}
    places = inbox.folders({"inbox": files, "year": 2020}, standard.OLD, tmp_path / "2020")
    last = pipeline.run(places, Settings(name="某县", year=2020, include="all")).run
    (tmp_path / "last.xlsx").write_bytes(deliver.files(last)["master.xlsx"])
    now = {f"{name}.xlsx": {"requests": n} for n, name in enumerate(("甲镇", "县自然资源局"), start=5)}
    roster = "单位名称,别名,并入单位\n甲镇,,\n县自然资源局,县国土局,林业局\n县农业农村局,县农业局,\n"
    places = inbox.folders({"inbox": now, "year": 2021, "roster": roster}, standard.NEW, tmp_path / "2021")
    run = pipeline.run(places, Settings(name="某县", year=2021, previous=tmp_path / "last.xlsx")).run
    assert run.previous is not None
    assert set(run.previous.units) == {"甲镇", "县自然资源局", "林业局", "县农业农村局"}
    carried = [f for f in run.findings if f.code == "T3.carry" and f.unit == "县自然资源局"]
    assert carried
    assert all("上年报表四、结转下年度继续办理2，少2" in found.message for found in carried)
