"""How near a training step is to the time of its two big matrix products alone.

The floor of a step is the products of the first layer, x W and its gradient, on the same shapes and
one thread: batched over 50 runs by torch, or run by run as the compiled learners call them; the
lower of the two counts. A step is everything: data, forward, backward, Adam, evaluation.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd
import torch

from benchmarks.measure import interleaved
from benchmarks.training import SHORT, training, universe
from mmoe_repro.compiled import fast
from mmoe_repro.synthetic.models import build

BATCH_SIZES = (32, 128, 512)
MODELS = {"shared_bottom": 113, "omoe": 8 * 16 + 8, "mmoe": 8 * 16 + 2 * 8}  # first layer's outputs
RUNS, BATCHED_RUNS, FLOOR_STEPS = 2, 50, 20


@fast
def _products(w, x, product, gradient, steps):  # type: ignore[no-untyped-def]
    for _ in range(steps):
        for r in range(len(w)):
            np.dot(w[r], x[r].T, product)
            np.dot(product, x[r], gradient)


def _floors(outputs: int, batch: int, features: int = 100) -> dict[str, Callable[[], object]]:
    """The two products, `FLOOR_STEPS` times for `BATCHED_RUNS` runs, in both ways."""
    x = torch.randn(BATCHED_RUNS, batch, features)
    w = torch.randn(BATCHED_RUNS, outputs, features)
    h = torch.empty(BATCHED_RUNS, outputs, batch)
    g = torch.empty(BATCHED_RUNS, outputs, features)

    def batched() -> None:
        for _ in range(FLOOR_STEPS):
            torch.bmm(w, x.transpose(1, 2), out=h)
            torch.bmm(h, x, out=g)

    product = np.empty((outputs, batch), np.float32)
    gradient = np.empty((outputs, features), np.float32)
    arrays = (w.numpy(), x.numpy(), product, gradient)
    return {"batched": batched, "run by run": lambda: _products(*arrays, FLOOR_STEPS)}


def measure(fresh: bool | None = None, rounds: int = 7) -> pd.DataFrame:
    """Columns: model, batch_size, step_microseconds_per_run, floor_microseconds_per_run, share."""
    rows = []
    for batch in BATCH_SIZES:
        u = universe(batch, fresh)
        steps = 51_200 // batch + SHORT
        steps -= steps % 100
        for model, outputs in MODELS.items():
            a = build(model)
            cases = {
                "short": training(a, u, RUNS, SHORT),
                "long": training(a, u, RUNS, steps),
                **_floors(outputs, batch),
            }
            median = interleaved(cases, rounds)
            step = (median["long"] - median["short"]) / (steps - SHORT) / RUNS
            floor = min(median["batched"], median["run by run"]) / FLOOR_STEPS / BATCHED_RUNS
            rows.append((model, batch, step * 1e6, floor * 1e6, floor / step))
    return pd.DataFrame(
        rows,
        columns=[
            "model",
            "batch_size",
            "step_microseconds_per_run",
            "floor_microseconds_per_run",
            "share",
        ],
    )
