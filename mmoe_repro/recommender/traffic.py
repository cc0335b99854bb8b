"""Simulated traffic of a recommender: an endless stream of exposures, with known probabilities.

An exposure is a user, an item that was shown to them, and the moment; two things may follow,
*engagement* and *satisfaction*. Every number of it is a function of the world's key and the example's
number (Philox), so that any example can be made alone and nothing is stored a user or an item: a
latent vector is a hash of its id. The log odds of task k are linear in features z of unit variance,

    logit_k = b_k + strength * w_k'z,    |w_k| = 1, w_1'w_2 = cosine    (equation 2's idea)

with blocks of z for how the user's taste meets the item, the item's own appeal, the user's mood, how
the hour suits the item, and dense features; b_k sets the rate. What is shown is drawn from a few
popular candidates by their affinity for engagement, as a ranking system's logs are.
"""

from dataclasses import dataclass
from math import gcd
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import expit

from mmoe_repro.compiled.functions import f32
from mmoe_repro.compiled.random import u64
from mmoe_repro.recommender import drawing
from mmoe_repro.recommender.drawing import DENSE, HOURS, LATENT
from mmoe_repro.recommender.names import FEATURES
from mmoe_repro.seeds import numpy_stream, stream_seed

BLOCKS = {  # of z: how many features, and their share of the variance of w_k'z
    "taste": (LATENT, 0.35),  # user's times item's latents
    "appeal": (LATENT, 0.25),  # the item's
    "mood": (LATENT, 0.1),  # the user's
    "moment": (LATENT, 0.1),  # hour's times item's
    "dense": (DENSE, 0.2),
}
Z = sum(n for n, _ in BLOCKS.values())
STREAMS = ("training", "held_out", "tuning", "tuning_held_out", "requests", "rates")
RATES_FROM = 200_000  # examples that a world's intercepts are set on


@dataclass(frozen=True)
class Traffic:
    """What traffic is like. Exponents are those of Zipf's law over ranks.

    `own_share` is the part of a latent vector's variance that is the user's or item's own; the rest
    is its segment's or category's. `candidates` are drawn for an exposure, and one is shown, with odds
    exp(`affinity` * w_1'z). Rates are of the labels that are observed: satisfaction is, after every
    exposure or, with `observed` as engaged, only after engagement.
    """

    users: int = 1_000_000
    items: int = 100_000
    segments: int = 500
    categories: int = 500
    user_exponent: float = 0.8
    item_exponent: float = 1.0
    own_share: float = 0.3
    candidates: int = 4
    affinity: float = 0.5
    strength: float = 1.0
    cosine: float = 0.5
    engagement_rate: float = 0.2
    satisfaction_rate: float = 0.03
    observed: Literal["exposed", "engaged"] = "exposed"

    def rows(self) -> dict[str, int]:
        """Rows of the embedding table of each sparse feature."""
        sizes = (self.users, self.items, self.segments, self.categories, HOURS)
        return dict(zip(FEATURES, sizes, strict=True))


@dataclass(frozen=True)
class Examples:
    """n examples: `ids` (feature, n) int64; `dense` (n, DENSE) in [0, 1]; by task, (task, n):
    `logits`, true ones; `labels`, 0 or 1; `observed`, 1 where the label is."""

    ids: NDArray[np.int64]
    dense: NDArray[np.float32]
    logits: NDArray[np.float32]
    labels: NDArray[np.float32]
    observed: NDArray[np.float32]

    def probabilities(self) -> NDArray[np.float64]:
        """True probabilities of the labels (task, n)."""
        found: NDArray[np.float64] = expit(self.logits.astype(np.float64))
        return found


def _step(rows: int) -> int:
    """A whole number without a common factor with `rows`, near its golden section."""
    step = max(1, int(rows * 0.6180339887))
    while gcd(step, rows) != 1:
        step += 1
    return step


def directions(cosine: float, random: np.random.Generator) -> NDArray[np.float32]:
    """w_1 and w_2 (2, Z): unit vectors whose cosine is `cosine`, in every block as on the whole."""
    parts = []
    for n, share in BLOCKS.values():
        a, b = np.linalg.qr(random.standard_normal((n, 2)))[0].T
        both = np.stack([a, cosine * a + np.sqrt(1 - cosine**2) * b])
        parts.append(np.sqrt(share) * both)
    return np.concatenate(parts, axis=1).astype(np.float32)


@dataclass(frozen=True)
class World:
    """Traffic that is drawn: whose latent vectors, directions and intercepts are set."""

    traffic: Traffic
    study_seed: int
    seed: int
    key: int
    weights: NDArray[np.float32]
    intercepts: NDArray[np.float32]

    def examples(self, stream: str, first: int, n: int) -> Examples:
        """Examples `first` ... `first` + n - 1 of a stream, one of `STREAMS`.

        Raises KeyError for another stream, ValueError for numbers below 0.
        """
        if stream not in STREAMS:
            raise KeyError(f"stream {stream!r}: allowed are {', '.join(STREAMS)}")
        if first < 0 or n < 0:
            raise ValueError(f"examples {first} to {first + n}: they are numbered from 0")
        ids = np.empty((len(FEATURES), n), np.int64)
        dense = np.empty((n, DENSE), np.float32)
        logits, labels = np.empty((2, n), np.float32), np.empty((2, n), np.float32)
        drawing.exposures(self._drawn_by(stream), first, ids, dense, logits, labels)
        return Examples(ids, dense, logits, labels, self._observed(labels))

    def requests(self, first: int, n: int, candidates: int) -> Examples:
        """Requests `first` ..., with `candidates` different items each, as popularity draws them.

        As `examples`, with a last axis of candidates but for `dense`; labels are what would follow if
        the candidate were shown, the same whoever shows it. Raises ValueError if there are not twice
        as many items.
        """
        if 2 * candidates > self.traffic.items:
            raise ValueError(
                f"{candidates} different candidates of {self.traffic.items} items: at most half"
            )
        ids = np.empty((len(FEATURES), n, candidates), np.int64)
        dense = np.empty((n, DENSE), np.float32)
        logits, labels = (np.empty((2, n, candidates), np.float32) for _ in range(2))
        drawing.requests(self._drawn_by("requests"), first, ids, dense, logits, labels)
        return Examples(ids, dense, logits, labels, self._observed(labels))

    def _observed(self, labels: NDArray[np.float32]) -> NDArray[np.float32]:
        observed = np.ones_like(labels)
        if self.traffic.observed == "engaged":
            observed[1] = labels[0]
        return observed

    def _drawn_by(self, stream: str) -> tuple[Any, ...]:
        """What compiled code draws by: the world's key; rows of users, items, segments, categories, the
        steps that spread users and items, and candidates; exponents; own share, affinity, strength;
        directions and intercepts; and the stream's key."""
        of = self.traffic
        sizes = [of.users, of.items, of.segments, of.categories]
        steps = [_step(of.users), _step(of.items)]
        return (
            u64(self.key),
            np.array([*sizes, *steps, of.candidates], np.int64),
            np.array([of.user_exponent, of.item_exponent]),
            (f32(of.own_share), f32(of.affinity), f32(of.strength)),
            self.weights,
            self.intercepts,
            u64(stream_seed(self.study_seed, "recommender", stream, self.seed)),
        )


def draw_world(traffic: Traffic, study_seed: int, seed: int) -> World:
    """The world of a seed; its intercepts give the traffic's rates on a stream of their own.

    They are rounded, so that no processor's last digit moves them.
    """
    key = stream_seed(study_seed, "recommender world", seed)
    weights = directions(traffic.cosine, numpy_stream(study_seed, "recommender tasks", seed))
    plain = World(traffic, study_seed, seed, key, weights, np.zeros(2, np.float32))
    of = plain.examples("rates", 0, RATES_FROM)
    first = _intercept(of.logits[0], np.ones(RATES_FROM), traffic.engagement_rate)
    weight = expit(of.logits[0].astype(float) + first) if traffic.observed == "engaged" else 1.0
    second = _intercept(of.logits[1], weight * np.ones(RATES_FROM), traffic.satisfaction_rate)
    return World(traffic, study_seed, seed, key, weights, np.array([first, second], np.float32))


def _intercept(logits: NDArray[np.float32], weight: NDArray[np.float64], rate: float) -> float:
    of = logits.astype(np.float64)

    def beyond(b: float) -> float:
        return float(np.average(expit(of + b), weights=weight) - rate)

    return round(float(brentq(beyond, -20.0, 20.0)), 4)
