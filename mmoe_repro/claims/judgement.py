"""All statements judged on one body of evidence, with what is said beside, as data for JSON."""

from typing import Any

from mmoe_repro.claims.beside import beside, trends
from mmoe_repro.claims.choices import EFFECT_FACTOR, OTHER_NUMBERS
from mmoe_repro.claims.evidence import Evidence
from mmoe_repro.claims.statements import Claims
from mmoe_repro.claims.verdicts import as_dict, judge

MANY = 20_000  # as many under every choice, so that one that changes no run changes no verdict; a
# bootstrapped p-value of 0.005 is known to 0.0005


def judgement(claims: Claims, choice: str, evidence: Evidence, study_seed: int) -> dict[str, Any]:
    """Statement -> its verdict under a choice of ours, on the evidence that the choice gives.

    A p-value near the level may be on its other side with other random numbers: that is a choice, too.
    """
    found = {}
    seed = study_seed + (choice == OTHER_NUMBERS)
    scaled = claims.scaled(EFFECT_FACTOR.get(choice, 1.0))
    for judged in judge(scaled, evidence, seed, MANY):
        values = as_dict(judged)
        if judged.effects:
            for part, of_part in zip(judged.claim.parts, values["parts"], strict=True):
                of_part["beside"] = beside(part, evidence)
            values["trends"] = trends(judged.claim, evidence)
        found[judged.claim.id] = values
    return found
