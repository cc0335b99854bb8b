"""Table 4 as a simulated live experiment: trained models rank candidates, users respond.

Every model answers the same requests with the same candidates, and a candidate's response is the same
whoever shows it, so that models are compared request by request. Two predicted probabilities become
one score by a weight a, score = (1 - a) log p_1 + a log p_2; the best few are shown.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mmoe_repro.recommender.drawing import DENSE
from mmoe_repro.recommender.names import FEATURES
from mmoe_repro.recommender.processes import Processes
from mmoe_repro.recommender.traffic import Examples, World
from mmoe_repro.recommender.training import predict

AT_ONCE = 64  # requests


def scores(logits: NDArray[np.floating], weight: float) -> NDArray[np.float64]:
    """(1 - a) log p_1 + a log p_2 of log odds (task, ...)."""
    log_p = -np.logaddexp(0.0, -logits.astype(np.float64))
    return np.asarray((1 - weight) * log_p[0] + weight * log_p[1])


def shown(scores: NDArray[np.float64], slots: int) -> NDArray[np.int64]:
    """The places of the best (request, slot) of scores (request, candidate); of equal ones the first."""
    return np.argsort(-scores, axis=1, kind="stable")[:, :slots]


def responses(of: Examples, places: NDArray[np.int64]) -> dict[str, float]:
    """What follows when those places are shown: engagements and satisfactions, as drawn and as
    expected from the true probabilities. Satisfaction counts where it is observed."""
    drawn = of.labels * of.observed
    expected = of.probabilities()
    if not of.observed.all():
        expected[1] *= expected[0]
    found = {}
    for k, name in enumerate(("engaged", "satisfied")):
        for kind, values in (("", drawn), ("expected_", expected)):
            found[f"{kind}{name}"] = float(np.take_along_axis(values[k], places, axis=1).sum())
    return found


def experiment(
    model: Any,
    world: World,
    processes: Processes,
    requests: int,
    candidates: int,
    slots: int,
    weights: Sequence[float],
) -> list[dict[str, Any]]:
    """A row a weight: what was asked of the model, and `responses`. Every process ranks all requests."""
    totals = [dict.fromkeys(("engaged", "expected_engaged", "satisfied", "expected_satisfied"), 0.0)
              for _ in weights]  # fmt: skip
    for first in range(0, requests, AT_ONCE):
        of = world.requests(first, min(AT_ONCE, requests - first), candidates)
        logits, _ = predict(model, flat(of), processes.device)
        for total, weight in zip(totals, weights, strict=True):
            found = responses(of, shown(scores(logits.reshape(of.labels.shape), weight), slots))
            for name, value in found.items():
                total[name] += value
    asked = {"requests": requests, "candidates": candidates, "slots": slots}
    return [
        {"weight": weight, **asked, **total} for weight, total in zip(weights, totals, strict=True)
    ]


def flat(of: Examples) -> Examples:
    """Candidates of requests as examples, one after the other."""
    candidates = of.labels.shape[2]
    return Examples(
        of.ids.reshape(len(FEATURES), -1),
        np.repeat(of.dense, candidates, axis=0).reshape(-1, DENSE),
        of.logits.reshape(2, -1),
        of.labels.reshape(2, -1),
        of.observed.reshape(2, -1),
    )
