"""Interleaved measurement: every case once a round, many rounds, medians."""

import time
from collections.abc import Callable, Hashable, Mapping
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
