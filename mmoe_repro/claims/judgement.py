"""All statements judged on one body of evidence, with what is said beside, as data for JSON."""

from collections.abc import Mapping
from typing import Any

from mmoe_repro.claims.beside import beside, trends
from mmoe_repro.claims.choices import EFFECT_FACTOR, OTHER_NUMBERS, REFERENCE
from mmoe_repro.claims.effects import Known
from mmoe_repro.claims.evidence import Evidence
from mmoe_repro.claims.statements import Claims
from mmoe_repro.claims.verdicts import as_dict, judge
from mmoe_repro.pools import side_by_side

MANY = 20_000  # as many under every choice, so that one that changes no run changes no verdict; a
# bootstrapped p-value of 0.005 is known to 0.0005


def judgement(
    claims: Claims, choice: str, evidence: Evidence, study_seed: int, known: Known | None = None
) -> dict[str, Any]:
    """Statement -> its verdict under a choice of ours, on the evidence that the choice gives.

    `known` is `judge`'s: some choices change the edges alone.

    A p-value near the level may be on its other side with other random numbers: that is a choice, too.
    """
    found = {}
    seed = study_seed + (choice == OTHER_NUMBERS)
    scaled = claims.scaled(EFFECT_FACTOR.get(choice, 1.0))
    for judged in judge(scaled, evidence, seed, MANY, known):
        values = as_dict(judged)
        if judged.effects:
            for part, of_part in zip(judged.claim.parts, values["parts"], strict=True):
                of_part["beside"] = beside(part, evidence)
            values["trends"] = trends(judged.claim, evidence)
        found[judged.claim.id] = values
    return found


def judgements(
    claims: Claims, bodies: Mapping[str, Evidence], study_seed: int, processes: int = 1
) -> dict[str, dict[str, Any]]:
    """`judgement` under every choice, on its evidence in `bodies`."""
    edges = [choice for choice in bodies if choice in (REFERENCE, *EFFECT_FACTOR)]
    together = [edges, *([choice] for choice in bodies if choice not in edges)]
    jobs = [(claims, {choice: bodies[choice] for choice in some}, study_seed) for some in together]
    with side_by_side(processes) as pool:
        found = {choice: of for some in pool.map(_judged, jobs) for choice, of in some.items()}
    return {choice: found[choice] for choice in bodies}


def _judged(job: tuple[Claims, dict[str, Evidence], int]) -> dict[str, dict[str, Any]]:
    claims, bodies, study_seed = job
    known: Known = {}
    return {
        choice: judgement(claims, choice, evidence, study_seed, known)
        for choice, evidence in bodies.items()
    }
