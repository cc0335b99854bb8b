"""Samples for a population of runs, each from streams of its own.

Shapes have the run first: x is (run, step, sample, feature) in training and (run, sample, feature)
held out; y has the task before the sample. A stream's part is a training step or a slice of
`PART` samples: so any step of any run can be made alone, and none depends on the runs beside it.
Nothing here knows a model: the models of one run see the same data because the streams' names do
not mention them.
"""

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from mmoe_repro.compiled import fast
from mmoe_repro.compiled.functions import f32, sin
from mmoe_repro.compiled.products import product, transposed
from mmoe_repro.compiled.random import below, normals
from mmoe_repro.seeds import stream_seed
from mmoe_repro.synthetic.task_pair import draw_task_pair
from mmoe_repro.synthetic.universe import Universe

PART = 1_000  # samples of a finite or held-out set that one part of its streams gives

Array = NDArray[np.float32]


@fast
def equation4(x, noise, weights, function, y):  # type: ignore[no-untyped-def]
    """y_k = f(w_k'x) + noise (equation 4), shifted and scaled, into `y` (task, sample).

    x (sample, feature); noise (task, sample), standard normal; weights (task, feature); `function`
    is (alpha, beta, noise sd, shift, scale), all float32.
    """
    alpha, beta, noise_sd, shift, scale = function
    turned = np.empty((weights.shape[1], weights.shape[0]), np.float32)
    combined = np.empty((x.shape[0], weights.shape[0]), np.float32)
    transposed(weights, turned)
    product(x, turned, combined)
    transposed(combined, y)
    inverse = f32(1) / scale
    for k in range(y.shape[0]):
        labels, noises = y[k], noise[k]
        for b in range(labels.size):
            z = labels[b]
            label = z + noise_sd * noises[b] - shift
            for i in range(alpha.size):
                label += sin(alpha[i] * z + beta[i])
            labels[b] = label * inverse


@fast
def _draw(x, y, noise, input_key, noise_key, part, weights, function):  # type: ignore[no-untyped-def]
    """One part of one run's streams: x (sample, feature), y and noise (task, sample)."""
    normals(x.reshape(-1), input_key, part)
    normals(noise.reshape(-1), noise_key, part)
    equation4(x, noise, weights, function, y)


@fast
def _fresh_batches(x, y, input_keys, noise_keys, first, weights, function):  # type: ignore[no-untyped-def]
    noise = np.empty(y.shape[2:], np.float32)
    for r in range(x.shape[0]):
        for s in range(x.shape[1]):
            _draw(x[r, s], y[r, s], noise, input_keys[r], noise_keys[r], first + s, weights[r],
                  function)  # fmt: skip


@fast
def _finite_batches(x, y, keys, first, x_set, y_set):  # type: ignore[no-untyped-def]
    chosen = np.empty(x.shape[2], np.int64)
    for r in range(x.shape[0]):
        for s in range(x.shape[1]):
            below(chosen, x_set.shape[1], keys[r], first + s)
            for b in range(chosen.size):
                x[r, s, b] = x_set[r, chosen[b]]
                for k in range(y.shape[2]):
                    y[r, s, k, b] = y_set[r, k, chosen[b]]


class SyntheticSource:
    """Training batches and held-out samples for a population.

    `runs` are the members' run numbers; `task_correlation` is one for all, or one a member.
    """

    def __init__(
        self,
        universe: Universe,
        task_correlation: float | Sequence[float],
        study_seed: int,
        runs: Sequence[int],
    ) -> None:
        self.universe = universe
        self.study_seed = study_seed
        self.runs = tuple(runs)
        self.task_correlations = np.broadcast_to(task_correlation, len(self.runs))
        f = universe.label_function
        pairs = [
            draw_task_pair(
                study_seed, run, c=f.c, task_correlation=float(p), n_features=universe.n_features
            )
            for run, p in zip(self.runs, self.task_correlations, strict=True)
        ]
        self.weights: Array = np.stack([pair.weights for pair in pairs]).astype(np.float32)
        shift, scale = universe.label_shift_and_scale()
        self._function = (
            np.array(f.alpha, np.float32),
            np.array(f.beta, np.float32),
            np.float32(universe.noise_variance**0.5),
            np.float32(shift),
            np.float32(scale),
        )

    def members(self, chosen: slice) -> "SyntheticSource":
        """The source of some of the runs; what it draws is the same."""
        p = [float(p) for p in self.task_correlations[chosen]]
        return SyntheticSource(self.universe, p, self.study_seed, self.runs[chosen])

    @property
    def inputs_a_step(self) -> int:
        """Numbers in the inputs of one step's batches of all runs."""
        return len(self.runs) * self.universe.batch_size * self.universe.n_features

    def batches(self, first: int, n: int) -> tuple[Array, Array]:
        """The batches of training steps first ... first + n - 1, counted from 0.

        x (run, step, sample, feature), y (run, step, task, sample).
        """
        u = self.universe
        x = np.empty((len(self.runs), n, u.batch_size, u.n_features), np.float32)
        y = np.empty((len(self.runs), n, 2, u.batch_size), np.float32)
        if u.n_samples is None:
            _fresh_batches(x, y, self._keys("inputs"), self._keys("noise"), first, self.weights,
                           self._function)  # fmt: skip
        else:
            _finite_batches(x, y, self._keys("batches"), first, *self.finite_set)
        return x, y

    def held_out(self, n: int) -> tuple[Array, Array]:
        """`n` samples of each run that training never sees: x (run, n, d), y (run, task, n).

        The first of many are the same as few.
        """
        return self._set("held-out", n)

    @cached_property
    def finite_set(self) -> tuple[Array, Array]:
        """The finite training set, from which batches are drawn with replacement."""
        if self.universe.n_samples is None:
            raise ValueError("this universe has fresh samples at every step, not a finite set")
        return self._set("finite set", self.universe.n_samples)

    def _keys(self, purpose: str) -> NDArray[np.int64]:
        return np.array([stream_seed(self.study_seed, purpose, run) for run in self.runs])

    def _set(self, purpose: str, n: int) -> tuple[Array, Array]:
        parts = -(-n // PART)
        d = self.universe.n_features
        x = np.empty((len(self.runs), parts * PART, d), np.float32)
        y = np.empty((len(self.runs), 2, parts * PART), np.float32)
        noise, labels = np.empty((2, PART), np.float32), np.empty((2, PART), np.float32)
        inputs, noises = self._keys(f"{purpose} inputs"), self._keys(f"{purpose} noise")
        for r in range(len(self.runs)):
            for part in range(parts):
                rows = slice(part * PART, (part + 1) * PART)
                _draw(x[r, rows], labels, noise, inputs[r], noises[r], part, self.weights[r],
                      self._function)  # fmt: skip
                y[r, :, rows] = labels
        return np.ascontiguousarray(x[:, :n]), np.ascontiguousarray(y[:, :, :n])
