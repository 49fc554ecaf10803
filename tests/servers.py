"""Servers for tests, each in a process of its own: it prints where it is and ends when its input does.

    python -m tests.servers s3 | dask

Beside pytest, so that their threads, event loops and warnings are nobody else's.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]


@contextlib.contextmanager
def running(kind: str, environment: Mapping[str, str] | None = None) -> Iterator[dict[str, Any]]:
    """What a server tells of itself, which runs meanwhile: its `address`, and the `workers` of a cluster."""
    command = [sys.executable, "-m", "tests.servers", kind]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT,
        stderr=subprocess.DEVNULL, env={**os.environ, **(environment or {})},
    ) as process:  # fmt: skip
        assert process.stdout is not None
        try:
            yield json.loads(process.stdout.readline())
        finally:
            process.communicate(timeout=60)


def serve(**facts: object) -> None:
    print(json.dumps(facts), flush=True)
    sys.stdin.read()


def s3() -> None:
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    serve(address=f"http://{host}:{port}")
    server.stop()


def dask() -> None:
    from distributed import LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as cluster:
        serve(address=cluster.scheduler_address, workers=[one.pid for one in cluster.workers.values()])


if __name__ == "__main__":
    {"s3": s3, "dask": dask}[sys.argv[1]]()
