"""OMoE and MMoE compiled; `models/omoe.py` and `models/mmoe.py` are their definitions.

Expert and gate weights stand one below the other, so that one matrix product gives both; rows of
that product are experts' units first, then each gate's logits.
"""

import numpy as np

from mmoe_repro.compiled import fast
from mmoe_repro.compiled.functions import exp, f32
from mmoe_repro.compiled.products import product, transposed
from mmoe_repro.learners.adam import adam
from mmoe_repro.learners.towers import (
    relu,
    squared_error,
    towers_backward,
    towers_forward,
)

PARAMETERS = (
    "expert_weight",
    "gate_weight",
    "expert_bias",
    "tower_weight",
    "tower_bias",
    "head_weight",
    "head_bias",
)  # in the order in which a run's flat parameters hold them


@fast
def _parts(flat, sizes):  # type: ignore[no-untyped-def]
    """The parameters as views: experts over gates, experts' bias, tower, its bias, head, its bias."""
    d, experts, units, gates, tasks, tower, _ = sizes
    rows = experts * units + gates * experts
    ends = np.cumsum(np.array([rows * d, experts * units, tasks * tower * units, tasks * tower,
                               tasks * tower, tasks]))  # fmt: skip
    return (
        flat[: ends[0]].reshape(rows, d),
        flat[ends[0] : ends[1]],
        flat[ends[1] : ends[2]].reshape(tasks, tower, units),
        flat[ends[2] : ends[3]].reshape(tasks, tower),
        flat[ends[3] : ends[4]].reshape(tasks, tower),
        flat[ends[4] : ends[5]],
    )


@fast
def _softmax(logits, gate, largest, total):  # type: ignore[no-untyped-def]
    """g(x) = softmax(W_g x) (equation 8): (expert, sample) twice; the others hold a sample each."""
    experts, samples = logits.shape
    largest[:] = logits[0]
    for e in range(1, experts):
        l = logits[e]  # noqa: E741
        for s in range(samples):
            largest[s] = l[s] if l[s] > largest[s] else largest[s]
    total[:] = f32(0)
    for e in range(experts):
        l, g = logits[e], gate[e]  # noqa: E741
        for s in range(samples):
            g[s] = exp(l[s] - largest[s])
            total[s] += g[s]
    for s in range(samples):
        total[s] = f32(1) / total[s]
    for e in range(experts):
        g = gate[e]
        for s in range(samples):
            g[s] *= total[s]


@fast
def _mix(experts, gate, mixed):  # type: ignore[no-untyped-def]
    """sum_i g_i f_i (equation 7): experts (expert, unit, sample), gate (gate, expert, sample)."""
    for g in range(gate.shape[0]):
        for u in range(experts.shape[1]):
            m = mixed[g, u]
            m[:] = f32(0)
            for e in range(experts.shape[0]):
                weight, f = gate[g, e], experts[e, u]
                for s in range(m.size):
                    m[s] += weight[s] * f[s]


@fast
def _forward(parts, x, turned, sizes, first, gate, mixed, hidden, prediction):  # type: ignore[no-untyped-def]
    """x (sample, d); turned (d, sample), first (experts' units and gates, sample) and all after it
    are filled."""
    _, experts, units, gates, _, _, _ = sizes
    samples, bias = x.shape[0], parts[1]
    transposed(x, turned)
    product(parts[0], turned, first)
    for j in range(experts * units):
        row, b = first[j], bias[j]
        for s in range(samples):
            row[s] = relu(row[s] + b)
    for g in range(gates):
        logits = first[experts * (units + g) : experts * (units + g + 1)]
        _softmax(logits, gate[g], mixed[g, 0], mixed[g, 1])  # mixed is not in use yet
    f = first[: experts * units].reshape(experts, units, samples)
    _mix(f, gate, mixed)
    towers_forward(mixed, parts[2], parts[3], parts[4], parts[5], hidden, prediction)


@fast
def _backward(  # type: ignore[no-untyped-def]
    parts, x, sizes, first, gate, mixed, hidden, difference, gradient, d_gate, d_mixed
):  # fmt: skip
    """Gradients into `gradient`; `first` becomes the gradient of the first layer's products."""
    _, experts, units, gates, _, _, biases = sizes
    samples = x.shape[0]
    towers_backward(mixed, parts[2], parts[4], hidden, difference, biases, gradient[2], gradient[3],
                    gradient[4], gradient[5], d_mixed)  # fmt: skip
    f = first[: experts * units].reshape(experts, units, samples)
    for g in range(gates):  # d g_i = sum over units of d mixed * f_i
        for e in range(experts):
            d = d_gate[g, e]
            d[:] = f32(0)
            for u in range(units):
                d_m, row = d_mixed[g, u], f[e, u]
                for s in range(samples):
                    d[s] += d_m[s] * row[s]
    d_bias = gradient[1]
    d_f = hidden[0]  # hidden is done with
    for e in range(experts):  # d f_i = sum over gates of g_i * d mixed
        for u in range(units):
            row = f[e, u]
            total = f32(0)
            if gates == 2:
                g0, g1, d0, d1 = gate[0, e], gate[1, e], d_mixed[0, u], d_mixed[1, u]
                for s in range(samples):
                    d = g0[s] * d0[s] + g1[s] * d1[s]
                    row[s] = d if row[s] > f32(0) else f32(0)
                    total += row[s]
            else:
                d_f[:] = f32(0)
                for g in range(gates):
                    weight, d_m = gate[g, e], d_mixed[g, u]
                    for s in range(samples):
                        d_f[s] += weight[s] * d_m[s]
                for s in range(samples):
                    row[s] = d_f[s] if row[s] > f32(0) else f32(0)
                    total += row[s]
            d_bias[e * units + u] = total if biases else f32(0)
    for g in range(gates):  # softmax: d logit_i = g_i (d g_i - sum_j g_j d g_j)
        logits = first[experts * (units + g) : experts * (units + g + 1)]
        mean = d_f
        mean[:] = f32(0)
        for e in range(experts):
            weight, d = gate[g, e], d_gate[g, e]
            for s in range(samples):
                mean[s] += weight[s] * d[s]
        for e in range(experts):
            weight, d, row = gate[g, e], d_gate[g, e], logits[e]
            for s in range(samples):
                row[s] = weight[s] * (d[s] - mean[s])
    product(first, x, gradient[0])


@fast
def _scratch(sizes, samples):  # type: ignore[no-untyped-def]
    d, experts, units, gates, tasks, tower, _ = sizes
    return (
        np.empty((d, samples), np.float32),
        np.empty((experts * (units + gates), samples), np.float32),
        np.empty((gates, experts, samples), np.float32),
        np.empty((gates, units, samples), np.float32),
        np.empty((tasks * tower, samples), np.float32),
        np.empty((tasks, samples), np.float32),
    )


@fast
def steps(theta, mean, square, gradient, x, y, sizes, learning_rate, epsilon, first):  # type: ignore[no-untyped-def]
    """Train each run on its steps' batches; returns losses (step, run, task).

    theta, mean, square, gradient (run, parameter); x (run, step, sample, d);
    y (run, step, task, sample); `first` is the number of steps taken before.
    """
    tasks = sizes[4]
    runs, n, samples = x.shape[0], x.shape[1], x.shape[2]
    turned, products, gate, mixed, hidden, prediction = _scratch(sizes, samples)
    d_gate, d_mixed = np.empty_like(gate), np.empty_like(mixed)
    losses = np.empty((n, runs, tasks), np.float32)
    for r in range(runs):
        parts, d_parts = _parts(theta[r], sizes), _parts(gradient[r], sizes)
        for i in range(n):
            _forward(parts, x[r, i], turned, sizes, products, gate, mixed, hidden, prediction)
            for k in range(tasks):
                losses[i, r, k] = squared_error(prediction[k], y[r, i, k])
            _backward(parts, x[r, i], sizes, products, gate, mixed, hidden, prediction, d_parts,
                      d_gate, d_mixed)  # fmt: skip
            adam(theta[r], mean[r], square[r], gradient[r], learning_rate, epsilon, first + i + 1)
    return losses


@fast
def predict(theta, x, sizes):  # type: ignore[no-untyped-def]
    """Predictions of one run: theta (parameter,), x (sample, d) -> (task, sample)."""
    turned, products, gate, mixed, hidden, prediction = _scratch(sizes, x.shape[0])
    _forward(_parts(theta, sizes), x, turned, sizes, products, gate, mixed, hidden, prediction)
    return prediction
