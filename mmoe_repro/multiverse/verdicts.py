"""Every statement judged in every universe, each by its own choices of reading."""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from mmoe_repro.claims.estimands import ESTIMANDS
from mmoe_repro.claims.evidence import Evidence
from mmoe_repro.claims.shares import can_support
from mmoe_repro.claims.statements import Claim, Claims, Part
from mmoe_repro.claims.verdicts import Judged, judge
from mmoe_repro.multiverse.design import Member
from mmoe_repro.multiverse.reading import evidence, learns, reported
from mmoe_repro.pools import side_by_side

# With fewer the least p-value is too large for a family of statements, of six parts some of them.
RESAMPLES = 4_000


def margins(part: Part, estimate: float, low: float, high: float) -> tuple[float, float, float]:
    """By how much an effect is inside its part's region, with its interval: estimate, low, high.

    In the estimand's units, of a ratio in logarithms; negative outside.
    """
    values = np.array([estimate, low, high])
    edge = part.smallest
    if ESTIMANDS[part.estimand].ratio:
        values, edge = np.log(np.maximum(values, 1e-12)), float(np.log(edge))
    if part.rule == "more_than":
        inside = values - edge
        return float(inside[0]), float(inside[1]), float(inside[2])
    of_ends = edge - np.abs(values)
    largest = edge if values[1] <= 0 <= values[2] else float(of_ends.max())
    return float(of_ends[0]), float(of_ends[1:].min()), largest


def margin(claim: Claim, shown: Evidence) -> float:
    """The least margin of a statement's parts, by their estimates alone. Raises NoEvidence."""
    found = []
    for part in claim.parts:
        estimand = ESTIMANDS[part.estimand]
        of = shown.above if estimand.about == "share" else shown.of
        value = float(estimand.compute(*(of(name).low for name in part.conditions)))
        value = float(np.exp(value)) if estimand.ratio else value
        found.append(margins(part, value, value, value)[0])
    return min(found)


def row(judged: Judged) -> dict[str, object]:
    """What is kept of one statement in one universe: the verdict, and the part with the least margin."""
    of_parts = [
        margins(part, e.estimate, e.low, e.high)
        for part, e in zip(judged.claim.parts, judged.effects, strict=True)
    ]
    least = int(np.argmin([m[0] for m in of_parts]))
    return {
        "claim": judged.claim.id,
        "verdict": judged.verdict,
        "manner": judged.manner,
        "part": least,
        **dict(zip(("margin", "low", "high"), of_parts[least], strict=True)),
        "ratio": ESTIMANDS[judged.claim.parts[least].estimand].ratio,
    }


def _judged(job: tuple[Member, pd.DataFrame, Claims, int]) -> list[dict[str, object]]:
    member, runs, claims, study_seed = job
    values = reported(runs, member.choices, member.universe)
    shown = evidence(values, member.universe)
    believable = member.wide and learns(runs, member.universe)
    halves = [evidence(values[values["seed"] % 2 == k], member.universe) for k in range(2)]
    return [
        {
            "name": member.name,
            "believable": believable,
            **row(one),
            "even": margin(one.claim, halves[0]),
            "odd": margin(one.claim, halves[1]),
        }
        for one in judge(claims, shown, study_seed, RESAMPLES)
    ]


def verdicts(
    found: Sequence[Member],
    runs: pd.DataFrame,
    claims: Claims,
    study_seed: int,
    processes: int = 1,
    tell: Callable[[int, int], None] = lambda done, of: None,
) -> pd.DataFrame:
    """A row a universe and statement: see `row`; `even` and `odd` are margins on halves of the seeds.

    `claims` are those of `plan.statements`, `runs` those of `store.RUNS`; members without any are
    left out.
    """
    of = dict(iter(runs.groupby("name")))
    jobs = [(one, of[one.runs], claims, study_seed) for one in found if one.runs in of]
    rows: list[dict[str, object]] = []
    with side_by_side(processes) as pool:
        for done, some in enumerate(pool.map(_judged, jobs)):
            rows += some
            tell(done + 1, len(jobs))
    return pd.DataFrame(rows)


def out_of_reach(claims: Claims, runs: int) -> list[str]:
    """The statements that so many runs a condition cannot support, whatever they show."""
    return [
        claim.id
        for claim in claims.claims
        if any(
            ESTIMANDS[part.estimand].about == "share"
            and not can_support(part.rule, part.smallest, runs, claims.alpha)
            for part in claim.parts
        )
    ]
