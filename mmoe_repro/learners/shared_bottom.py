"""Shared-Bottom compiled; `models/shared_bottom.py` is its definition."""

import numpy as np

from mmoe_repro.compiled import fast
from mmoe_repro.compiled.functions import f32
from mmoe_repro.compiled.products import product, transposed
from mmoe_repro.learners.adam import adam
from mmoe_repro.learners.towers import (
    relu,
    squared_error,
    towers_backward,
    towers_forward,
)

PARAMETERS = (
    "bottom_weight",
    "bottom_bias",
    "tower_weight",
    "tower_bias",
    "head_weight",
    "head_bias",
)  # in the order in which a run's flat parameters hold them


@fast
def _parts(flat, sizes):  # type: ignore[no-untyped-def]
    """The parameters as views: bottom, its bias, tower, its bias, head, its bias."""
    d, units, tasks, tower, _ = sizes
    ends = np.cumsum(np.array([units * d, units, tasks * tower * units, tasks * tower,
                               tasks * tower, tasks]))  # fmt: skip
    return (
        flat[: ends[0]].reshape(units, d),
        flat[ends[0] : ends[1]],
        flat[ends[1] : ends[2]].reshape(tasks, tower, units),
        flat[ends[2] : ends[3]].reshape(tasks, tower),
        flat[ends[3] : ends[4]].reshape(tasks, tower),
        flat[ends[4] : ends[5]],
    )


@fast
def _forward(parts, x, turned, bottom, hidden, prediction):  # type: ignore[no-untyped-def]
    """x (sample, d); turned (d, sample), bottom (1, unit, sample) and all after it are filled."""
    weight, bias = parts[0], parts[1]
    f = bottom[0]
    transposed(x, turned)
    product(weight, turned, f)
    for u in range(bias.size):
        row, b = f[u], bias[u]
        for s in range(row.size):
            row[s] = relu(row[s] + b)
    towers_forward(bottom, parts[2], parts[3], parts[4], parts[5], hidden, prediction)


@fast
def _backward(parts, x, sizes, bottom, hidden, difference, gradient, d_bottom):  # type: ignore[no-untyped-def]
    biases = sizes[4]
    towers_backward(bottom, parts[2], parts[4], hidden, difference, biases, gradient[2], gradient[3],
                    gradient[4], gradient[5], d_bottom)  # fmt: skip
    d_bias = gradient[1]
    for u in range(d_bias.size):
        row, d_row = bottom[0, u], d_bottom[0, u]
        total = f32(0)
        for s in range(row.size):
            d_row[s] = d_row[s] if row[s] > f32(0) else f32(0)
            total += d_row[s]
        d_bias[u] = total if biases else f32(0)
    product(d_bottom[0], x, gradient[0])


@fast
def steps(theta, mean, square, gradient, x, y, sizes, learning_rate, epsilon, first):  # type: ignore[no-untyped-def]
    """Train each run on its steps' batches; returns losses (step, run, task).

    theta, mean, square, gradient (run, parameter); x (run, step, sample, d);
    y (run, step, task, sample); `first` is the number of steps taken before.
    """
    d, units, tasks, tower, _ = sizes
    runs, n, samples = x.shape[0], x.shape[1], x.shape[2]
    turned = np.empty((d, samples), np.float32)
    bottom = np.empty((1, units, samples), np.float32)
    d_bottom = np.empty((1, units, samples), np.float32)
    hidden = np.empty((tasks * tower, samples), np.float32)
    prediction = np.empty((tasks, samples), np.float32)
    losses = np.empty((n, runs, tasks), np.float32)
    for r in range(runs):
        parts, d_parts = _parts(theta[r], sizes), _parts(gradient[r], sizes)
        for i in range(n):
            _forward(parts, x[r, i], turned, bottom, hidden, prediction)
            for k in range(tasks):
                losses[i, r, k] = squared_error(prediction[k], y[r, i, k])
            _backward(parts, x[r, i], sizes, bottom, hidden, prediction, d_parts, d_bottom)
            adam(theta[r], mean[r], square[r], gradient[r], learning_rate, epsilon, first + i + 1)
    return losses


@fast
def predict(theta, x, sizes):  # type: ignore[no-untyped-def]
    """Predictions of one run: theta (parameter,), x (sample, d) -> (task, sample)."""
    d, units, tasks, tower, _ = sizes
    turned = np.empty((d, x.shape[0]), np.float32)
    bottom = np.empty((1, units, x.shape[0]), np.float32)
    hidden = np.empty((tasks * tower, x.shape[0]), np.float32)
    prediction = np.empty((tasks, x.shape[0]), np.float32)
    _forward(_parts(theta, sizes), x, turned, bottom, hidden, prediction)
    return prediction
