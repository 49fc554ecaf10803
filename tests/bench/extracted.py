"""How large what was extracted from a nation's workbooks is: on its way from a cluster, and in memory.

    python -m tests.bench.extracted [NUMBER]        # so many seeded workbooks, 2,000 if not said

Reads them as a cluster does, in batches, and extrapolates to 170,000.
"""

from __future__ import annotations

import gc
import sys
import tracemalloc
from concurrent.futures import ThreadPoolExecutor

from consolidate import cluster
from consolidate.cluster import Cluster
from consolidate.forms import catalogue
from consolidate.intake import discover
from consolidate.receive import Receiver
from tests.bench.__main__ import workbooks

NATION = 170_000


class Counting(ThreadPoolExecutor):
    """An executor that weighs what its tasks give back."""

    weight = 0

    def submit(self, work, /, *arguments, **named):  # type: ignore[no-untyped-def]
        future = super().submit(work, *arguments, **named)
        self.weight += len(future.result())
        return future


def main() -> None:
    """Print the figures of so many workbooks, and of a nation's."""
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000
    received, _ = discover.folders([workbooks(number, number) / "inbox"])
    *others, template = sorted(catalogue.all_templates(), key=lambda one: one.id == "disclosure-2019")
    receiver = Receiver(template, tuple(others), 2019)
    with Counting(1) as executor:
        tracemalloc.start()
        before = tracemalloc.get_traced_memory()[0]
        receipts = cluster.everything(Cluster(executor), receiver, received)
        gc.collect()
        held = tracemalloc.get_traced_memory()[0] - before
        tracemalloc.stop()
    figures = sum(one.submission.values.nbytes for one in receipts if one.submission is not None)
    for count in (len(receipts), NATION):
        sent, kept, frame = (
            weight / len(receipts) * count / 1e6 for weight in (executor.weight, held, figures)
        )
        print(
            f"{count:,} workbooks: {sent:,.1f} MB sent by the workers; {frame:,.1f} MB of figures "
            f"in memory, {kept:,.1f} MB with covers, findings and places"
        )


if __name__ == "__main__":
    main()
