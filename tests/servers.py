"""Servers for tests, each in a process of its own: it prints its address and ends when its input does.

    python -m tests.servers s3 | dask

Beside pytest, so that their threads, event loops and warnings are nobody else's.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).parents[1]


@contextlib.contextmanager
def running(kind: str, environment: Mapping[str, str] | None = None) -> Iterator[str]:
    """The address of a server that runs meanwhile."""
    command = [sys.executable, "-m", "tests.servers", kind]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT,
        stderr=subprocess.DEVNULL, env={**os.environ, **(environment or {})},
    ) as process:  # fmt: skip
        assert process.stdout is not None
        try:
            address = process.stdout.readline().decode().strip()
            assert address, f"{kind} did not start"
            yield address
        finally:
            process.communicate(timeout=60)


def s3() -> None:
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    print(f"http://{host}:{port}", flush=True)
    sys.stdin.read()
    server.stop()


def dask() -> None:
    from distributed import LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as cluster:
        print(cluster.scheduler_address, flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    {"s3": s3, "dask": dask}[sys.argv[1]]()
