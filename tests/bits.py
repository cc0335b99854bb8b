"""Short trainings of everything that trains, as exact numbers: `python -m tests.bits` writes them.

`test_bits.py` compares them on whatever processor it runs. Write them anew only after a change that
is meant to change results, or another version of a library. Each case has a digest of every byte
and, for a reader of the difference, a few of the numbers in hexadecimal.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, stats

from mmoe_repro.census.methods import METHODS, Space
from mmoe_repro.census.source import CensusSource
from mmoe_repro.compiled import ARITHMETIC, one_thread
from mmoe_repro.compiled.random import below, normals
from mmoe_repro.models.initialise import INITIALISATIONS, initialise
from mmoe_repro.models.rows import Table
from mmoe_repro.seeds import numpy_stream
from mmoe_repro.synthetic.label_function import LabelFunction
from mmoe_repro.synthetic.models import MODELS, build
from mmoe_repro.synthetic.source import SyntheticSource
from mmoe_repro.synthetic.universe import Universe
from mmoe_repro.training.trainer import Schedule, Trained, train

FILE = Path(__file__).parent / "data" / "bits.json"
SEED, RUNS, RATE = 2018, (3, 5), 0.01  # a large rate: it makes the last digit another training
STEPS = {2: 200, 16: 200, 128: 100}  # batch size -> steps
FRESH = Universe(LabelFunction(0.6, (3.0, 7.5, 11.0), (0.4, 2.0, 5.1)), batch_size=16)
SOURCES = {"fresh": FRESH, "finite": replace(FRESH, n_samples=300)}
CENSUS_ROWS, CENSUS_COLUMNS, CENSUS_NUMBERS = 600, 60, 4

Arrays = dict[str, NDArray[np.generic]]


def _synthetic(model: str, source: str, learner: str, batch_size: int) -> Trained:
    universe = replace(SOURCES[source], batch_size=batch_size)
    steps = STEPS[batch_size]
    start = initialise(build(model), universe.initialisation, SEED, RUNS)
    data = SyntheticSource(universe, 0.9, SEED, RUNS)
    return train(build(model), start, data, RATE, Schedule(steps, 50, 100, 300), learner)


def _rows(random: np.random.Generator) -> Table:
    """Made-up rows: some twelve differences each from a reference row, a few of them numbers."""
    counts = random.integers(8, 17, CENSUS_ROWS)
    starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    columns = random.integers(10, CENSUS_COLUMNS, starts[-1]).astype(np.int32)
    number = columns >= CENSUS_COLUMNS - CENSUS_NUMBERS
    values = np.where(number, random.integers(-512, 512, starts[-1]) / 256, 1).astype(np.float32)
    reference = np.zeros(CENSUS_COLUMNS, np.float32)
    reference[:10] = 1
    reference[-CENSUS_NUMBERS:] = 0.25
    replaced = np.full(CENSUS_COLUMNS, -1, np.int32)
    replaced[10:-CENSUS_NUMBERS] = random.integers(0, 10, CENSUS_COLUMNS - 10 - CENSUS_NUMBERS)
    return Table(starts, columns, values, reference, replaced)


def _census(name: str, batch_size: int) -> Trained:
    random = numpy_stream(SEED, "made-up census")
    rows, others = _rows(random), _rows(random)
    labels, of_others = (
        random.integers(0, 4, (2, CENSUS_ROWS)) < [[1], [2]] for _ in range(2)
    )  # the rarer first
    method = METHODS[name]
    choice = method.choice(np.full(len(method.searched), 0.4), Space(256, (1e-7, 1e-2)))
    model = method.build(choice, CENSUS_COLUMNS)
    source = CensusSource(
        rows, labels.astype(np.float32), others, of_others.astype(np.float32), batch_size, SEED,
        RUNS,
    )  # fmt: skip
    start = initialise(model, "glorot", SEED, RUNS)
    schedule = Schedule(STEPS[batch_size], 50, 100, CENSUS_ROWS)
    return train(model, start, source, np.array([RATE, 0.003]), schedule, "classifier")


def _of(trained: Trained) -> Arrays:
    """All that a training gives; first what is shown."""
    return {
        "final": trained.final,
        "held_out": trained.held_out,
        "training": trained.training,
        **trained.parameters,
    }


def _streams() -> Arrays:
    some, whole = np.empty(5_003, np.float32), np.empty(1_001, np.int64)
    normals(some, 123_456_789_012_345, 7)
    below(whole, 300, 123_456_789_012_345, 7)
    starts = {
        f"{scheme}/{name}": value
        for scheme in INITIALISATIONS
        for name, value in initialise(build("mmoe"), scheme, SEED, RUNS).items()
    }
    return {"normals": some, "below": whole, **starts}


def _data(source: str) -> Arrays:
    of = SyntheticSource(replace(SOURCES[source], batch_size=37), [0.5, 0.9], SEED, RUNS)
    (x, y), (x_held, y_held) = of.batches(11, 5), of.held_out(1_500)
    return {"weights": of.weights, "x": x, "y": y, "x held out": x_held, "y held out": y_held}


def _afterwards() -> Arrays:
    """What numpy and scipy do with results, in double."""
    random = numpy_stream(SEED, "afterwards")
    a = random.standard_normal((300, 40))
    x = np.abs(a).ravel()
    fitted = optimize.minimize(lambda w: np.square(a[:, 1:] @ w - a[:, 0]).sum(), np.zeros(39))
    return {
        "fit": fitted.x,
        "functions": np.array([f(x) for f in (np.exp, np.log, np.sqrt, np.sin, np.cos, np.tanh)]),
        "powers": x**1.7,
        "singles": np.array([f(x.astype(np.float32)) for f in (np.exp, np.log, np.sin)]),
        "sums": np.array([x.sum(), x.mean(), x.var(), np.quantile(x, 0.3), np.median(x)]),
        "correlations": np.corrcoef(a.T),
        "product": a.T @ a,
        "solution": np.linalg.solve(a[:40], a[40]),
        "values": np.linalg.svd(a, compute_uv=False),
        "probabilities": np.array([*stats.norm.cdf(x[:9]), *stats.t.sf(x[:9], 19)]),
    }


def cases() -> Iterator[tuple[str, Callable[[], Arrays]]]:
    """Names, and calls that give the arrays."""
    yield "streams and starts", _streams
    for source in SOURCES:
        yield f"data {source}", partial(_data, source)
    yield "afterwards", _afterwards
    for learner in ("compiled", "torch"):
        for model in MODELS:
            for source in SOURCES:
                for b in STEPS:
                    of = partial(_synthetic, model, source, learner, b)
                    yield f"{learner} {model} {source} {b}", lambda of=of: _of(of())
    for name in METHODS:
        for b in (16, 128):
            of = partial(_census, name, b)
            yield f"classifier {name} {b}", lambda of=of: _of(of())


def described(arrays: Arrays) -> str:
    """A digest of every byte, and the first four numbers of the first array."""
    digest = hashlib.sha256()
    for name, array in arrays.items():
        digest.update(f"{name} {array.dtype} {array.shape}".encode())
        digest.update(np.ascontiguousarray(array).tobytes())
    first = np.ravel(next(iter(arrays.values())))[:4]
    return " ".join([digest.hexdigest()[:16], *(float(value).hex() for value in first)])


def found() -> dict[str, str]:
    """Every case described."""
    one_thread()
    return {name: described(make()) for name, make in cases()}


def main() -> None:
    """Write the file, of pinned arithmetic alone."""
    if ARITHMETIC != "pinned":
        raise SystemExit(f"the arithmetic of this process is {ARITHMETIC}: nothing written")
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(json.dumps(found(), indent=1) + "\n")


if __name__ == "__main__":
    main()
