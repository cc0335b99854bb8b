"""The data in hand: the numbers that define each run's data set, and actual samples."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from mmoe_repro.seeds import stream_seed
from mmoe_repro.synthetic.source import SyntheticSource
from mmoe_repro.synthetic.task_pair import draw_task_pair
from mmoe_repro.synthetic.universe import Universe

STREAM_PURPOSES = (
    "directions",
    "inputs",
    "noise",
    "batches",
    "finite set inputs",
    "finite set noise",
    "held-out inputs",
    "held-out noise",
)


def defining_numbers(
    universe: Universe, task_correlation: float, study_seed: int, runs: Sequence[int], points: int
) -> pd.DataFrame:
    """One row a run: w1, w2 (each d numbers), the cosine, stream seeds, measured label correlation.

    A stream's seed is the key of its Philox generator; its parts are training steps, or slices of
    1,000 samples. `points` held-out samples are measured.
    """
    rows = []
    for run in runs:
        pair = draw_task_pair(
            study_seed,
            run,
            c=universe.label_function.c,
            task_correlation=task_correlation,
            n_features=universe.n_features,
        )
        _, y = SyntheticSource(universe, task_correlation, study_seed, [run]).held_out(points)
        seeds = {
            f"seed_{purpose.replace(' ', '_').replace('-', '_')}": stream_seed(
                study_seed, purpose, run
            )
            for purpose in STREAM_PURPOSES
        }
        rows.append(
            {
                "seed": run,
                "w1": pair.weights[0],
                "w2": pair.weights[1],
                "cosine": pair.cosine(),
                **seeds,
                "label_correlation": float(np.corrcoef(y[0].astype(np.float64))[0, 1]),
            }
        )
    return pd.DataFrame(rows)


def describe(
    frame: pd.DataFrame, universe: Universe, task_correlation: float, study_seed: int
) -> dict[str, Any]:
    """What a table of `defining_numbers` is of, for people; its label correlations summarised."""
    measured = frame["label_correlation"]
    closed = universe.label_function.label_correlation(task_correlation, universe.noise_variance)
    return {
        "task_correlation": task_correlation,
        "study_seed": study_seed,
        "universe": universe.as_dict(),
        "universe_key": universe.key(),
        "runs": len(frame),
        "label_correlation_closed_form": float(closed),
        "label_correlation_measured_mean": float(measured.mean()),
        "label_correlation_measured_sd": float(measured.std()),
        "streams": "a stream's key = first 8 bytes of sha256(repr((study_seed, purpose, run))), shifted"
        " right by one bit; see mmoe_repro/seeds.py, compiled/random.py and synthetic/source.py",
    }


def samples(
    universe: Universe, task_correlation: float, study_seed: int, run: int, n: int, stream: str
) -> pd.DataFrame:
    """`n` samples of one run as a frame: x0 ... x(d-1), y1, y2.

    `stream` is 'training' (the first samples that training sees, in order; for a finite set its
    rows), or 'held-out'. Raises ValueError for another name, and for more training samples than a
    finite set has.
    """
    if stream == "training" and universe.n_samples is not None and n > universe.n_samples:
        raise ValueError(
            f"n {n}: a run of this universe trains on {universe.n_samples} samples; ask for at most "
            "that many, or for the held-out stream, which has no end"
        )
    source = SyntheticSource(universe, task_correlation, study_seed, [run])
    if stream == "held-out":
        x, y = source.held_out(n)
        inputs, labels = x[0], y[0]
    elif stream == "training" and universe.n_samples is not None:
        x, y = source.finite_set
        inputs, labels = x[0, :n], y[0, :, :n]
    elif stream == "training":
        steps = -(-n // universe.batch_size)
        x, y = source.batches(0, steps)
        inputs = np.concatenate(x[0])[:n]
        labels = np.concatenate(y[0], axis=1)[:, :n]
    else:
        raise ValueError(f"stream {stream!r}: allowed are training, held-out")
    frame = pd.DataFrame(inputs, columns=[f"x{i}" for i in range(universe.n_features)])
    return frame.assign(y1=labels[0], y2=labels[1])
