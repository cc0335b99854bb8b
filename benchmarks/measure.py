"""Interleaved measurement: every case once a round, many rounds, medians."""

import resource
import time
from collections.abc import Callable, Hashable, Mapping
from pathlib import Path
from typing import TypeVar

import numpy as np

K = TypeVar("K", bound=Hashable)
Work = Callable[[], object]


def seconds(work: Work) -> float:
    """Wall time of one call."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def interleaved(cases: Mapping[K, Work], rounds: int = 7) -> dict[K, float]:
    """Median seconds of each case. A first call of each warms it up and is not counted."""
    for work in cases.values():
        work()
    times: dict[K, list[float]] = {key: [] for key in cases}
    for _ in range(rounds):
        for key, work in cases.items():
            times[key].append(seconds(work))
    return {key: float(np.median(values)) for key, values in times.items()}


def peak_megabytes() -> float:
    """The most memory that this process has held.

    On Linux from /proc, as getrusage counts what the parent held before the process was made.
    """
    status = Path("/proc/self/status")
    if status.exists():
        lines = dict(line.split(":", 1) for line in status.read_text().splitlines())
        return float(lines["VmHWM"].split()[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
