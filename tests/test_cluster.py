"""Files on an object store, read by a cluster that loses a worker: the same bytes as from a folder here."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest
from typer.testing import CliRunner

from consolidate import cluster, recall, receive
from consolidate.cli import app
from consolidate.cluster import Cluster
from consolidate.errors import SourceError
from consolidate.forms import catalogue
from consolidate.intake import discover
from consolidate.receive import Receiver
from tests import servers
from tests.loop import SAMPLE
from tests.test_recall import comparable

BUCKET, FOLDER = "county", "2019/第一轮"
POISONED, FATAL = "县直部门/毒.xlsx", "县直部门/中.xlsx"
# Looked at by every Python that is started: the first file kills whoever reads it; at the second, once, the
# Dask worker is killed for which it is read.
TRAPS = """
import importlib.util, os, signal, sys
def set_in(read):
    usual = read.workbook
    def trapped(content, name):
        if name == {poisoned!r}:
            os.abort()
        if name == {fatal!r} and (flag := os.environ.get("KILL_ONCE")):
            try:
                handle = os.open(flag, os.O_CREAT | os.O_EXCL | os.O_WRONLY)
            except FileExistsError:
                return usual(content, name)
            import psutil
            reader, worker = psutil.Process().parents()[:2]
            os.write(handle, str(worker.pid).encode())
            os.kill(worker.pid, signal.SIGKILL)
        return usual(content, name)
    read.workbook = trapped
class Finder:
    def find_spec(self, name, path, target=None):
        if name != "consolidate.intake.read":
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        usual = spec.loader.exec_module
        def run(module):
            usual(module)
            set_in(module)
        spec.loader.exec_module = run
        return spec
sys.meta_path.insert(0, Finder())
"""


@dataclass
class Office:
    """A folder of received files, and runs of the command on it or on its copy elsewhere."""

    top: Path
    environment: Mapping[str, str]

    @property
    def inbox(self) -> Path:
        return self.top / "in"

    def start(self, name: str, *arguments: str, **variables: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "consolidate", *arguments, "--out", str(self.top / name)]
        return subprocess.Popen(
            command, cwd=self.top, env={**self.environment, **variables},
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip

    def written(self, name: str, process: subprocess.Popen[bytes]) -> dict[str, bytes]:
        """Everything that a run wrote; the cache is no result."""
        _, told = process.communicate(timeout=300)
        assert process.returncode == 1, told.decode()
        assert told == b""
        out = self.top / name
        files = (path for path in out.rglob("*") if path.is_file() and path.name != recall.NAME)
        return {str(path.relative_to(out)): path.read_bytes() for path in files}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    top = tmp_path_factory.mktemp("office")
    files = sorted(path for path in SAMPLE.rglob("*") if path.is_file() and path.parent != SAMPLE)
    for path in [*files[::6], SAMPLE / "units.xlsx", SAMPLE / "consolidate.toml"]:
        target = top / "in" / path.relative_to(SAMPLE)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
    for name in (POISONED, FATAL):
        shutil.copy(SAMPLE / "县直部门" / "教育局.xlsx", top / "in" / name)
    (top / "traps").mkdir()
    traps = TRAPS.format(poisoned=POISONED, fatal=FATAL)
    (top / "traps" / "sitecustomize.py").write_text(traps, encoding="utf-8")
    return Office(top, {**os.environ, "PYTHONPATH": str(top / "traps")})


@pytest.fixture(scope="module")
def local(office: Office) -> dict[str, bytes]:
    return office.written("local", office.start("local", str(office.inbox)))


@pytest.fixture(scope="module")
def store(office: Office) -> Iterator[dict[str, str]]:
    """The environment in which the bucket with a copy of the folder is found."""
    with servers.running("s3") as server:
        found = {
            "AWS_ENDPOINT_URL": server["address"], "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "word",
        }  # fmt: skip
        client = boto3.client(
            "s3", endpoint_url=server["address"], region_name="us-east-1",
            aws_access_key_id="key", aws_secret_access_key="word",
        )  # fmt: skip
        client.create_bucket(Bucket=BUCKET)
        client.put_object(Bucket=BUCKET, Key=f"{FOLDER}/")  # what consoles make for a folder
        for path in office.inbox.rglob("*"):
            if path.is_file():
                key = f"{FOLDER}/{path.relative_to(office.inbox).as_posix()}"
                client.put_object(Bucket=BUCKET, Key=key, Body=path.read_bytes())
        yield found
        client.close()


def differing(one: Mapping[str, bytes], other: Mapping[str, bytes]) -> list[str]:
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))


def test_an_object_store_gives_the_same_bytes(
    office: Office, local: dict[str, bytes], store: dict[str, str]
) -> None:
    process = office.start("stored", f"s3://{BUCKET}/{FOLDER}/", **store)
    assert differing(office.written("stored", process), local) == []
    assert "F.crash" in local["findings.csv"].decode("utf-8-sig")
    assert any(name.startswith("returns/") for name in local)


def test_a_cluster_that_loses_a_worker_gives_the_same_bytes(
    office: Office, local: dict[str, bytes], store: dict[str, str]
) -> None:
    flag = office.top / "killed"
    nobody = office.start("nobody", str(office.inbox), "--dask", "tcp://127.0.0.1:9")
    with servers.running("dask", {**office.environment, **store, "KILL_ONCE": str(flag)}) as server:
        process = office.start("far", f"s3://{BUCKET}/{FOLDER}", "--dask", server["address"], **store)
        assert differing(office.written("far", process), local) == []
        assert int(flag.read_text("ascii")) in server["workers"]
    assert not (office.top / "far" / recall.NAME).exists()
    assert nobody.communicate(timeout=60)[1].decode().startswith("连接不上Dask调度器tcp://127.0.0.1:9：")
    assert nobody.returncode == 2


def test_any_executor_will_do(office: Office) -> None:
    received, _ = discover.folders([office.inbox])
    receiver = Receiver(catalogue.all_templates()[0], (), 2019)
    told: list[object] = []
    with ThreadPoolExecutor(2) as executor:
        receipts = cluster.everything(
            Cluster(executor, 2), receiver, received[:20],
            done=lambda: told.append("file"), meanwhile=lambda: told.append("meanwhile"),
        )  # fmt: skip
    expected = receive.everything(receiver, received[:20], workers=1)
    assert comparable(receipts) == comparable(expected)
    assert told == ["meanwhile", *["file"] * len(receipts)]


class AtOnce(Executor):
    """Does each task as soon as it is handed in."""

    def submit(self, work: Callable[..., Any], /, *arguments: Any, **named: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(work(*arguments, **named))
        except Exception as error:
            future.set_exception(error)
        return future


def reading(office: Office, executor: Executor, meanwhile: Callable[[], object] | None = None) -> None:
    received, _ = discover.folders([office.inbox])
    receiver = Receiver(catalogue.all_templates()[0], (), 2019)
    cluster.everything(Cluster(executor), receiver, received[:1], meanwhile=meanwhile)


def test_a_folder_that_workers_do_not_see_is_no_matter_of_its_files(office: Office) -> None:
    elsewhere = office.inbox.with_name("elsewhere")
    received, _ = discover.folders([office.inbox])
    office.inbox.rename(elsewhere)
    try:
        with pytest.raises(SourceError, match=r"集群的工作机上没有.*共用的磁盘"):
            cluster.everything(
                Cluster(AtOnce()), Receiver(catalogue.all_templates()[0]), received[:1],
                meanwhile=lambda: elsewhere.rename(office.inbox),
            )  # fmt: skip
    finally:
        if elsewhere.exists():
            elsewhere.rename(office.inbox)


def test_another_version_on_a_worker_is_told(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recall, "fingerprint", lambda: b"of another version")
    with pytest.raises(SourceError, match="集群工作机上的程序与本机不同"):
        reading(office, AtOnce())


def test_what_goes_wrong_on_the_cluster_is_told(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def lost(*_: object) -> bytes:
        raise ModuleNotFoundError("No module named 'consolidate'")

    monkeypatch.setattr(cluster, "read", lost)
    with pytest.raises(SourceError, match=r"集群没有读完（ModuleNotFoundError.*相同的consolidate"):
        reading(office, AtOnce())


def test_a_reading_process_that_the_system_kills_is_told(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed = subprocess.CompletedProcess([], -9, b"", b"")
    monkeypatch.setattr(cluster.subprocess, "run", lambda *_, **__: killed)
    with pytest.raises(SourceError, match="信号9"):
        reading(office, AtOnce())


@pytest.mark.parametrize("address", ["abc", "http://10.0.0.1", "tcp://10.0.0.1"])
def test_an_address_that_is_none_is_told_at_once(office: Office, address: str) -> None:
    process = office.start("none", str(office.inbox), "--dask", address)
    said = process.communicate(timeout=60)[1].decode()
    assert process.returncode == 2
    assert said.startswith(f"连接不上Dask调度器{address}：")
    assert said.count("\n") == 1


def test_without_the_extra_dask_it_says_what_to_install(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    monkeypatch.delitem(sys.modules, "consolidate.on_dask", raising=False)
    arguments = [str(office.inbox), "--dask", "tcp://10.0.0.1:8786", "--out", str(office.top / "none")]
    told = CliRunner().invoke(app, arguments)
    assert told.exit_code == 2
    assert "pip install distributed" in told.stderr
