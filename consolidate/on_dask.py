"""A Dask cluster as the executor that reads; imported only with --dask.

Dask computes again what a lost worker had, and sends what all tasks share to each worker once.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator
from typing import Any

from distributed import Client
from distributed.comm.addressing import get_address_host_port

from consolidate.cluster import Cluster
from consolidate.errors import SourceError

SECONDS = 15  # to find the scheduler, and to find a worker
RETRIES = 2


@contextlib.contextmanager
def connected(address: str) -> Iterator[Cluster]:
    """The cluster behind a scheduler's address; SourceError when there is none, or nobody works there."""
    with _quiet(), _client(address) as client:
        slots = _slots(client, address)

        def share(data: bytes) -> Any:
            """A result, and so computed again where a lost worker had the only copy."""
            return client.submit(bytes, data, pure=False)

        yield Cluster(client.get_executor(pure=False, retries=RETRIES), slots, share)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Dask logs traces of what is told in a sentence anyway."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(before)


def _client(address: str) -> Client:
    try:
        get_address_host_port(address, strict=True)  # a client hangs on what is no address
        return Client(address, timeout=SECONDS, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        raise SourceError(
            f"连接不上Dask调度器{address}：请检查地址（如tcp://10.0.0.1:8786）、网络，以及调度器是否在运行"
        ) from error


def _slots(client: Client, address: str) -> int:
    try:
        client.wait_for_workers(1, timeout=SECONDS)
    except TimeoutError as error:
        raise SourceError(f"Dask调度器{address}还没有工作机：请先启动dask worker") from error
    threads: dict[str, int] = client.nthreads()
    return max(1, sum(threads.values()))
