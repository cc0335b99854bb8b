"""Verdicts: what effects and their tests say of the statements, taken together."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from mmoe_repro.claims.effects import RESAMPLES, Effect, Known, effect
from mmoe_repro.claims.estimands import ESTIMANDS
from mmoe_repro.claims.evidence import Evidence, NoEvidence
from mmoe_repro.claims.outcomes import (
    CONTRADICTED,
    MANNERS,
    NO_VALUES,
    REVERSED,
    SUPPORTED,
    TOO_SMALL,
    UNDECIDED,
    UNLIKE,
    failing,
    level_left,
)
from mmoe_repro.claims.statements import Claim, Claims, Part
from mmoe_repro.statistics.hypotheses import holm


@dataclass(frozen=True)
class Judged:
    """One statement on one body of evidence.

    `p_supported` and `p_contradicted` are the statement's own, `holm_supported` and
    `holm_contradicted` those adjusted for the family. `effects` has one for each part; without
    evidence there is none, and `reason` says why. `manner` is how it is contradicted, else empty.
    """

    claim: Claim
    verdict: str
    effects: tuple[Effect, ...] = ()
    p_supported: float = np.nan
    p_contradicted: float = np.nan
    holm_supported: float = np.nan
    holm_contradicted: float = np.nan
    reason: str = ""
    manner: str = ""


def _fails(part: Part, found: Effect, parts: int, level: float) -> str:
    """How a failing part of so many does."""
    if part.rule == "within":
        return UNLIKE
    ratio = ESTIMANDS[part.estimand].ratio
    counts = found.estimate <= (1 / part.smallest if ratio else -part.smallest)
    return REVERSED if counts and found.p_opposite * parts < level else TOO_SMALL


def manner(claim: Claim, effects: Sequence[Effect], level: float) -> str:
    """How a statement that is contradicted at a level is: as the failing part that says most."""
    fail = failing([e.p_contradicted for e in effects], level)
    found = {_fails(claim.parts[i], effects[i], len(effects), level) for i in fail}
    return next(name for name in MANNERS if name in found)


def p_values(effects: tuple[Effect, ...]) -> tuple[float, float]:
    """A statement's p-values from its parts'.

    It is supported if all parts are: their largest p-value, without correction (the
    intersection-union test; Berger 1982). It is contradicted if any part is: their smallest, times
    their number (Bonferroni).
    """
    smallest = min(e.p_contradicted for e in effects)
    return max(e.p_supported for e in effects), min(1.0, smallest * len(effects))


def judge(
    claims: Claims,
    evidence: Evidence,
    study_seed: int,
    resamples: int = RESAMPLES,
    known: Known | None = None,
) -> list[Judged]:
    """Every statement judged on `evidence`, in order.

    Of all statements that are false none is supported, and of all that are true none contradicted,
    each with a probability of at least 1 - alpha (Holm 1979, over all statements of an experiment
    that have values). What judgements share is computed once if they are given the same `known`.
    """
    found: dict[str, tuple[Effect, ...]] = {}
    reasons: dict[str, str] = {}
    families = Counter(claim.experiment for claim in claims.claims)
    for claim in claims.claims:
        try:
            found[claim.id] = tuple(
                effect(
                    part,
                    evidence,
                    claims.alpha,
                    study_seed,
                    resamples,
                    families[claim.experiment],
                    known,
                )
                for part in claim.parts
            )
        except NoEvidence as error:
            reasons[claim.id] = str(error.args[0])
    raw = {name: p_values(effects) for name, effects in found.items()}
    adjusted: dict[str, tuple[float, float]] = {}
    for experiment in {claim.experiment for claim in claims.claims}:
        names = [c.id for c in claims.claims if c.experiment == experiment and c.id in raw]
        if names:
            both = [holm([raw[name][i] for name in names]) for i in (0, 1)]
            adjusted |= dict(zip(names, zip(*both, strict=True), strict=True))

    judged = []
    for claim in claims.claims:
        if claim.id in reasons:
            judged.append(Judged(claim, NO_VALUES, reason=reasons[claim.id]))
            continue
        supported, contradicted = (float(p) for p in adjusted[claim.id])
        verdict = UNDECIDED
        if supported < claims.alpha:
            verdict = SUPPORTED
        elif contradicted < claims.alpha:
            verdict = CONTRADICTED
        effects = found[claim.id]
        level = level_left(claims.alpha, raw[claim.id][1], contradicted)
        how = manner(claim, effects, level) if verdict == CONTRADICTED else ""
        judged.append(
            Judged(claim, verdict, effects, *raw[claim.id], supported, contradicted, manner=how)
        )
    return judged


def as_dict(judged: Judged) -> dict[str, Any]:
    """For JSON: the verdict, its p-values, and the effect of each part."""
    values: dict[str, Any] = {"verdict": judged.verdict, "manner": judged.manner}
    if judged.reason:
        return values | {"reason": judged.reason}
    return values | {
        "p_supported": judged.p_supported,
        "p_contradicted": judged.p_contradicted,
        "holm_supported": judged.holm_supported,
        "holm_contradicted": judged.holm_contradicted,
        "parts": [
            {
                "estimate": e.estimate,
                "low": e.low,
                "high": e.high,
                "p_supported": e.p_supported,
                "p_contradicted": e.p_contradicted,
                "detectable": e.power.detectable,
                "runs": e.power.runs,
                "runs_to_decide": e.power.runs_to_decide,
            }
            for e in judged.effects
        ],
    }
