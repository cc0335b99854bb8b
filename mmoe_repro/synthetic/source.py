"""Samples for a population of runs, each from streams of its own.

Shapes have the run first: x is (run, sample, feature), y is (run, task, sample). Training data are
drawn in chunks of `CHUNK` steps, each chunk from streams named by (run, chunk): so a run may be
resumed at any chunk, and none depends on the runs beside it. Nothing here knows a model: the models
of one run see the same data because the streams' names do not mention them.
"""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from mmoe_repro.seeds import stream_seed
from mmoe_repro.synthetic.task_pair import draw_task_pair
from mmoe_repro.synthetic.universe import Universe

CHUNK = 100  # steps drawn from one stream


def _normal(out: Tensor, seed: int) -> Tensor:
    """Fill `out` with standard normal numbers of the seed's stream."""
    return out.normal_(generator=torch.Generator().manual_seed(seed))


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
        pairs = [
            draw_task_pair(
                study_seed,
                run,
                c=universe.label_function.c,
                task_correlation=float(p),
                n_features=universe.n_features,
            )
            for run, p in zip(runs, np.broadcast_to(task_correlation, len(self.runs)), strict=True)
        ]
        weights = np.stack([pair.weights for pair in pairs])
        self.weights = torch.from_numpy(weights).float()  # (run, task, feature)
        self._shift, self._scale = universe.label_shift_and_scale()
        self._noise_sd = universe.noise_variance**0.5
        self._chunk = -1
        shape = (len(self.runs), universe.batch_size, universe.n_features)
        self._inputs = torch.empty(shape)
        self._finite = None if universe.n_samples is None else self._draw_finite(universe.n_samples)

    def _seed(self, purpose: str, run: int, *keys: int) -> int:
        return stream_seed(self.study_seed, purpose, run, *keys)

    def labels(self, x: Tensor, noise: Tensor) -> Tensor:
        """Equation 4 (then standardised, if the universe says so), (run, task, sample).

        `x` (run, sample, feature); `noise` standard normal, (run, task, sample).
        """
        f = self.universe.label_function
        z = torch.bmm(self.weights, x.transpose(1, 2))
        y = z + self._noise_sd * noise
        for a, b in zip(f.alpha, f.beta, strict=True):
            y += torch.sin(a * z + b)
        return (y - self._shift) / self._scale

    def draw(self, purpose: str, n: int) -> tuple[Tensor, Tensor]:
        """`n` samples of each run from the streams called `purpose`; (run, n, d), (run, 2, n)."""
        x = torch.empty(len(self.runs), n, self.universe.n_features)
        noise = torch.empty(len(self.runs), 2, n)
        for i, run in enumerate(self.runs):
            _normal(x[i], self._seed(purpose, run, 0))
            _normal(noise[i], self._seed(purpose, run, 1))
        return x, self.labels(x, noise)

    def held_out(self, n: int) -> tuple[Tensor, Tensor]:
        """`n` samples of each run that training never sees."""
        return self.draw("held-out", n)

    def batch(self, step: int) -> tuple[Tensor, Tensor]:
        """The batch of training step `step` (from 0): x (run, sample, d), y (run, task, sample).

        Steps are asked for in order; the first one asked for may start any chunk. The returned x
        is a buffer that the next call fills anew.
        """
        chunk, position = divmod(step, CHUNK)
        if position == 0:
            self._start_chunk(chunk)
        elif chunk != self._chunk:
            raise ValueError(f"step {step} asked for out of order: resume at a multiple of {CHUNK}")
        if self._finite is not None:
            x, y = self._finite
            chosen = self._indices[:, position]  # (run, sample)
            row = torch.arange(len(self.runs))
            y_batch = y[row[:, None, None], torch.arange(2)[None, :, None], chosen[:, None, :]]
            return x[row[:, None], chosen], y_batch
        for i, generator in enumerate(self._generators):
            self._inputs[i].normal_(generator=generator)
        return self._inputs, self.labels(self._inputs, self._noise[:, position])

    def _start_chunk(self, chunk: int) -> None:
        self._chunk = chunk
        n = self.universe.batch_size
        if self._finite is not None:
            size = (CHUNK, n)
            high = self.universe.n_samples or 0
            draws = []
            for run in self.runs:
                generator = torch.Generator().manual_seed(self._seed("batches", run, chunk))
                draws.append(torch.randint(high, size, generator=generator))
            self._indices = torch.stack(draws)
            return
        self._generators = [
            torch.Generator().manual_seed(self._seed("inputs", run, chunk)) for run in self.runs
        ]
        self._noise = torch.empty(len(self.runs), CHUNK, 2, n)
        for i, run in enumerate(self.runs):
            _normal(self._noise[i], self._seed("noise", run, chunk))

    def _draw_finite(self, n: int) -> tuple[Tensor, Tensor]:
        """The finite training set; batches are drawn from it with replacement."""
        return self.draw("finite set", n)
