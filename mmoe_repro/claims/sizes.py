"""How often the bootstrap's tests err, by simulation.

A population is made of runs that were seen, moved until its effect is the smallest one that counts.
Studies are drawn from it, and its effect is more than that, and less, in none of them: a test that
keeps its level says either in no more than that share.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mmoe_repro.claims.effects import Tested
from mmoe_repro.claims.estimands import ESTIMANDS, GOOD
from mmoe_repro.claims.evidence import Evidence, NoEvidence, Sample
from mmoe_repro.claims.statements import Claims, Part
from mmoe_repro.seeds import numpy_stream

Floats = NDArray[np.float64]
STUDIES = {20: 1_000, 200: 300}  # drawn, by runs a condition
RESAMPLES = 1_000
LEVEL = 0.05
LEAST = 20  # runs of a condition that a population is made of
COLUMNS = ("estimand", "conditions", "population", "runs", "studies", "above", "below")


@dataclass(frozen=True)
class Population:
    """Runs of two conditions, paired or not, whose effect is `edge` exactly."""

    a: Floats
    b: Floats
    paired: bool
    edge: float


def _stretched(a: Floats, b: Floats, edge: float) -> tuple[Floats, Floats]:
    """The first with a spread of exp(edge) times the second's."""
    return a.mean() + (a - a.mean()) * np.exp(edge) * b.std(ddof=1) / a.std(ddof=1), b


def _shifted(a: Floats, b: Floats, edge: float) -> tuple[Floats, Floats]:
    """The first moved until its low quantile is `edge` above the second's."""
    compute = ESTIMANDS["difference_of_low_quantiles"].compute
    return a + (edge - compute(a, b)), b


def _lost(a: Floats, b: Floats, edge: float) -> tuple[Floats, Floats]:
    """The second moved until `edge` fewer of its runs than a quarter are below the first's quartile."""
    return a, b + (np.quantile(a, GOOD) - np.quantile(b, GOOD - edge))


MOVED: dict[str, Callable[[Floats, Floats, float], tuple[Floats, Floats]]] = {
    "ratio_of_sds": _stretched,
    "difference_of_low_quantiles": _shifted,
    "loss_of_good_runs": _lost,
}  # every estimand that the bootstrap tests


def _values(sample: Sample) -> Floats:
    """The runs of a sample, those of one bin spread over it evenly: a quantile would not move where
    many are alike."""
    found = sample.low.copy()
    for low in np.unique(sample.low):
        of = sample.low == low
        found[of] += (sample.high - sample.low)[of] * (np.arange(of.sum()) + 0.5) / of.sum()
    return found


def population(part: Part, evidence: Evidence) -> Population | None:
    """What a part's conditions give; None where there are too few runs, or they do not differ."""
    try:
        samples = [evidence.of(name) for name in part.conditions]
    except NoEvidence:
        return None
    a, b = map(_values, samples)
    if min(a.size, b.size) < LEAST or not all(
        np.isfinite(x).all() and np.ptp(x) > 0 for x in (a, b)
    ):
        return None
    edge = float(np.log(part.smallest)) if ESTIMANDS[part.estimand].ratio else part.smallest
    return Population(*MOVED[part.estimand](a, b, edge), evidence.paired, edge)


def wrong(
    of: Population, estimand: str, runs: int, studies: int, generator: np.random.Generator
) -> tuple[float, float]:
    """In what shares of studies of so many runs the effect is called more, and less, than the edge."""
    above = below = 0
    for _ in range(studies):
        i = generator.integers(0, of.a.size, runs)
        j = i if of.paired else generator.integers(0, of.b.size, runs)
        tested = Tested(
            ESTIMANDS[estimand],
            [of.a[i], of.b[j]],
            of.paired,
            "bootstrap",
            LEVEL,
            generator,
            RESAMPLES,
        )
        above += tested.p_above(of.edge) < LEVEL
        below += tested.p_below(of.edge) < LEVEL
    return above / studies, below / studies


def first_parts(claims: Claims) -> list[Part]:
    """Of every estimand that the bootstrap tests, the first part of a statement on it."""
    found: dict[str, Part] = {}
    for claim in claims.claims:
        for part in claim.parts:
            if part.test == "bootstrap":
                found.setdefault(part.estimand, part)
    return list(found.values())


def sizes(
    claims: Claims,
    bodies: Mapping[str, Evidence],
    study_seed: int,
    studies: Mapping[int, int] = STUDIES,
) -> pd.DataFrame:
    """A row an estimand, population (by its name in `bodies`) and number of runs, as in `studies`:
    `COLUMNS`, with `above` and `below` as `wrong` gives them. Of the first of `bodies`, a study's own
    runs, there must be a population: else its verdicts are of too few runs to ask about."""
    rows: list[Sequence[object]] = []
    for part in first_parts(claims):
        made = {name: population(part, evidence) for name, evidence in bodies.items()}
        if next(iter(made.values())) is None:
            continue
        for (name, of), (runs, n) in product(made.items(), studies.items()):
            if of:
                generator = numpy_stream(study_seed, "sizes", part.estimand, name, runs)
                found = wrong(of, part.estimand, runs, n, generator)
                rows.append((part.estimand, " ".join(part.conditions), name, runs, n, *found))
    return pd.DataFrame(rows, columns=list(COLUMNS))
