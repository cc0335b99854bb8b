"""The task towers h^k of one run, forward and backward; `models/towers.py` is their definition.

Everything is feature-major (unit, sample): elementwise work runs along the batch.
"""

import numpy as np

from mmoe_repro.compiled import fast
from mmoe_repro.compiled.functions import f32
from mmoe_repro.compiled.products import product, product_of_transposed, transposed


@fast
def relu(x):  # type: ignore[no-untyped-def]
    """max(x, 0), but NaN stays NaN, so that a diverged run is seen."""
    return f32(0) if x <= f32(0) else x


@fast
def towers_forward(shared, weight, bias, head, head_bias, hidden, prediction):  # type: ignore[no-untyped-def]
    """y_k = h^k(shared_k).

    shared (input, unit, sample), with an input a task or one for all; weight (task, tower, unit);
    bias, head (task, tower); head_bias (task); hidden (task * tower, sample) and prediction
    (task, sample) are filled.
    """
    tasks, tower, units = weight.shape
    rows = tasks * tower // shared.shape[0]  # of the towers that read one input
    stacked = weight.reshape(tasks * tower, units)
    for i in range(shared.shape[0]):
        product(stacked[i * rows : (i + 1) * rows], shared[i], hidden[i * rows : (i + 1) * rows])
    for k in range(tasks):
        p = prediction[k]
        p[:] = head_bias[k]
        for t in range(tower):
            h, b, w = hidden[k * tower + t], bias[k, t], head[k, t]
            for s in range(p.size):
                h[s] = relu(h[s] + b)
                p[s] += w * h[s]


@fast
def squared_error(prediction, y):  # type: ignore[no-untyped-def]
    """Mean squared error of one task, and in `prediction` its difference from y."""
    total = f32(0)
    for s in range(y.size):
        difference = prediction[s] - y[s]
        prediction[s] = difference
        total += difference * difference
    return total / f32(y.size)


@fast
def towers_backward(  # type: ignore[no-untyped-def]
    shared, weight, head, hidden, difference, biases,
    d_weight, d_bias, d_head, d_head_bias, d_shared,
):  # fmt: skip
    """Gradients of the mean over tasks of the mean squared error.

    `difference` (task, sample) is prediction - y; `hidden` and it are overwritten. Without `biases`
    theirs are 0.
    """
    tasks, tower, units = weight.shape
    samples = difference.shape[1]
    slope = f32(2.0 / (tasks * samples))
    for k in range(tasks):
        d = difference[k]
        total = f32(0)
        for s in range(samples):
            d[s] *= slope
            total += d[s]
        d_head_bias[k] = total if biases else f32(0)
        for t in range(tower):
            h, w = hidden[k * tower + t], head[k, t]
            of_head, of_bias = f32(0), f32(0)
            for s in range(samples):
                of_head += d[s] * h[s]
                h[s] = w * d[s] if h[s] > f32(0) else f32(0)
                of_bias += h[s]
            d_head[k, t], d_bias[k, t] = of_head, of_bias if biases else f32(0)
    rows = tasks * tower // shared.shape[0]
    stacked = weight.reshape(tasks * tower, units)
    d_stacked = d_weight.reshape(tasks * tower, units)
    turned = np.empty((samples, rows), np.float32)
    d_turned = np.empty((units, rows), np.float32)
    for i in range(shared.shape[0]):
        d_hidden = hidden[i * rows : (i + 1) * rows]
        transposed(d_hidden, turned)  # the smaller of the two that could be turned
        product(shared[i], turned, d_turned)
        transposed(d_turned, d_stacked[i * rows : (i + 1) * rows])
        product_of_transposed(stacked[i * rows : (i + 1) * rows], d_hidden, d_shared[i])
