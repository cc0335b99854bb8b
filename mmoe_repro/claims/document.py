"""Verdicts put together: one document for machines, from which table, pages and sentences are made."""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jsonschema
import yaml

from mmoe_repro.claims.choices import OUR_SPREAD, PUBLISHED, REFERENCE
from mmoe_repro.claims.estimands import ESTIMANDS
from mmoe_repro.claims.outcomes import (
    CONTRADICTED,
    NO_VALUES,
    SUPPORTED,
    UNDECIDED,
    failing,
    level_left,
)
from mmoe_repro.claims.statements import Claim, Claims, Part
from mmoe_repro.files import finite
from mmoe_repro.report.tabular import decimals

SCHEMA = Path("workflow/schemas/verdicts.schema.yaml")  # from the repository's root

NOT_TESTABLE = "not testable as stated"
SOURCES = ("published", "reproduced")

# Of one statement on one body of evidence, as verdicts.as_dict gives it
Judgement = Mapping[str, Any]


def digits_of(smallest: float) -> int:
    """Decimals that tell an effect from the smallest one of interest: five of an AUC, else three."""
    return 5 if smallest < 0.005 else 3


def where(condition: str, titles: Mapping[str, str]) -> str:
    """'mmoe@0.5' -> 'at 0.5'; 'mmoe@income' -> 'in income', but for a place with words of its own."""
    place = condition.partition("@")[2]
    return titles.get(f"@{place}", f"in {place}" if place[0].isalpha() else f"at {place}")


def condition_words(name: str, titles: Mapping[str, str]) -> str:
    """'mmoe@0.5' -> 'MMoE at 0.5'."""
    return f"{titles[name.partition('@')[0]]} {where(name, titles)}"


def contrast_words(first: str, second: str, by: str, titles: Mapping[str, str]) -> str:
    """Two conditions compared: 'MMoE, 0.5 less 0.9', 'OMoE less MMoE at 0.5'."""
    (model, _, p), (other, _, q) = (name.partition("@") for name in (first, second))
    if model == other:
        return f"{titles[model]}, {p} {by} {q}"
    if p == q:
        return f"{titles[model]} {by} {titles[other]} {where(first, titles)}"
    return f"{condition_words(first, titles)} {by} {condition_words(second, titles)}"


def part_words(part: Part, titles: Mapping[str, str]) -> str:
    """What a part compares, in words."""
    first, second = part.conditions[:2]
    if part.estimand == "ratio_of_sds":
        return "sd of " + contrast_words(first, second, "over", titles)
    if part.estimand == "difference_of_gaps":
        models = [titles[name.partition("@")[0]] for name in (first, part.conditions[2])]
        low, high = (name.partition("@")[2] for name in (first, second))
        return f"gap {low} to {high} of {models[0]} less {models[1]}"
    if part.estimand == "difference_of_low_quantiles":
        return "5% quantile of " + contrast_words(first, second, "less", titles)
    if part.estimand == "loss_of_good_runs":
        return "good runs lost: " + contrast_words(first, second, "to", titles)
    if part.estimand == "difference_of_shares":
        return "runs above the edge: " + contrast_words(first, second, "less", titles)
    return contrast_words(first, second, "less", titles)


THOUSANDTHS = ", thousandths:"  # behind what an effect is of, where they count
IN_SHORT = {  # what an effect is, before its value; of a mean it is the statement's measure
    "difference_of_gaps": "gap",
    "ratio_of_sds": "sd ratio",
    "difference_of_low_quantiles": "5% quantile",
    "loss_of_good_runs": "good runs lost",
    "difference_of_shares": "share of runs",
}


def region_words(part: Part) -> str:
    """The region that a part must lie in."""
    if part.rule == "more_than":
        return f"above {part.smallest:g}"
    if ESTIMANDS[part.estimand].ratio:
        return f"from {1 / part.smallest:g} to {part.smallest:g}"
    return f"within {part.smallest:g}"


def outside(part: Part, estimate: float | None) -> float:
    """How far an effect is outside its part's region, in smallest effects; of a ratio, in logarithms."""
    if estimate is None:
        return -math.inf
    ratio = ESTIMANDS[part.estimand].ratio
    value, edge = (math.log(max(x, 1e-12)) if ratio else x for x in (estimate, part.smallest))
    beyond = edge - value if part.rule == "more_than" else abs(value) - edge
    return beyond / edge if edge else beyond


def decisive(claim: Claim, judgement: Judgement, alpha: float) -> int:
    """The part that a verdict hangs on: for a contradiction, of the parts that alone would contradict,
    the one farthest outside its region; else the least sure.

    Where p-values are equal, the number of runs that would have decided tells.
    """
    parts = judgement["parts"]
    if judgement["verdict"] == CONTRADICTED:
        level = level_left(alpha, judgement["p_contradicted"], judgement["holm_contradicted"])
        alone = failing([e["p_contradicted"] for e in parts], level)
        return max(alone, key=lambda i: outside(claim.parts[i], parts[i]["estimate"]))
    return max(
        range(len(parts)),
        key=lambda i: (parts[i]["p_supported"], parts[i]["runs_to_decide"] or math.inf),
    )


def in_words(judgement: Judgement) -> str:
    """The verdict, and how a contradicted statement is contradicted: 'contradicted (reversed)'."""
    manner = judgement.get("manner", "")
    return f"{judgement['verdict']} ({manner})" if manner else str(judgement["verdict"])


def with_our_spread(statement: Mapping[str, Any]) -> str:
    """What the paper's means alone would give with our runs' spread, where it shows no spread and that
    is another verdict: 'our spread: contradicted'; else empty."""
    alone = statement[OUR_SPREAD]
    if not alone or alone["verdict"] == statement[PUBLISHED]["verdict"]:
        return ""
    return f"our spread: {alone['verdict']}"


def verdict_words(claim: Claim, judgement: Judgement) -> str:
    """The verdict of the statement as it stands: with `nearest`, that of the nearest form."""
    if not claim.not_testable:
        return in_words(judgement)
    if judgement["verdict"] == NO_VALUES:
        return NOT_TESTABLE
    return f"{NOT_TESTABLE}; nearest form {in_words(judgement)}"


def effect_words(
    claim: Claim, judgement: Judgement, titles: Mapping[str, str], alpha: float
) -> str:
    """The part that the verdict hangs on, with its effect and interval."""
    if "parts" not in judgement:
        name, _, why = str(judgement["reason"]).partition(": ")
        return f"{condition_words(name, titles)}: {why}"
    i = decisive(claim, judgement, alpha)
    part = claim.parts[i]
    value = _value_words(part, judgement["parts"][i])
    return f"{part_words(part, titles)}: {value}, to be {region_words(part)}"


def effect_in_short(claim: Claim, judgement: Judgement, alpha: float) -> str:
    """The effect that the verdict hangs on, by what it is of: 'sd ratio 0.571 [0.506, 0.648]', or, where
    thousandths count, 'AUC, thousandths: -1.1 [-1.4, -0.8]'."""
    if "parts" not in judgement:
        return ""
    i = decisive(claim, judgement, alpha)
    part, e = claim.parts[i], judgement["parts"][i]
    what = IN_SHORT.get(part.estimand, claim.measure)
    if digits_of(part.smallest) > 3:
        return f"{what}{THOUSANDTHS} {_value_words(part, e, 1_000)}"
    return f"{what} {_value_words(part, e)}"


def _value_words(part: Part, e: Mapping[str, Any], times: int = 1) -> str:
    digits = digits_of(part.smallest) - (3 if times > 1 else 0)
    estimate, low, high = (
        "unknown" if e[key] is None else decimals(times * e[key], digits)
        for key in ("estimate", "low", "high")
    )
    return f"{estimate} [{low}, {high}]"


def disagreement(
    claim: Claim,
    published: Judgement,
    reproduced: Judgement,
    titles: Mapping[str, str],
    alpha: float,
) -> str:
    """One sentence where the paper's values and our runs give different verdicts, else empty."""
    if published["verdict"] == reproduced["verdict"] or NO_VALUES in (
        published["verdict"],
        reproduced["verdict"],
    ):
        return ""
    what = "its nearest form" if claim.not_testable else "it"
    said = {
        SUPPORTED: f"support {what}",
        CONTRADICTED: f"contradict {what}",
        UNDECIDED: f"leave {what} undecided",
    }
    return (
        f"The paper's values {said[published['verdict']]} "
        f"({effect_words(claim, published, titles, alpha)}); our runs {said[reproduced['verdict']]} "
        f"({effect_words(claim, reproduced, titles, alpha)})."
    )


def statement(
    claim: Claim,
    judged: Mapping[str, Judgement],
    titles: Mapping[str, str],
    alpha: float,
    universes: str,
) -> dict[str, Any]:
    """One statement with its judgements on the paper's values and on our runs, and every choice's
    verdict; `judged` has `PUBLISHED`, `REFERENCE`, perhaps `OUR_SPREAD`, and our other choices.

    `universes` says in words what many universes say of it, empty where it is not judged in them.
    """
    published, reproduced = judged[PUBLISHED], judged[REFERENCE]
    alone = judged.get(OUR_SPREAD, {"verdict": NO_VALUES})

    def whole(judgement: Judgement) -> dict[str, Any]:
        return {
            **judgement,
            "as_stated": verdict_words(claim, judgement),
            "hangs_on": effect_words(claim, judgement, titles, alpha),
            "in_short": effect_in_short(claim, judgement, alpha),
        }

    return {
        "id": claim.id,
        "experiment": claim.experiment,
        "measure": claim.measure,
        "section": claim.section,
        "statement": claim.statement,
        "estimand": claim.estimand,
        "not_testable": claim.not_testable,
        "nearest": claim.nearest,
        "parts": [
            {
                "words": part_words(part, titles),
                "estimand": part.estimand,
                "conditions": list(part.conditions),
                "rule": part.rule,
                "smallest": part.smallest,
                "region": region_words(part),
                "test": part.test,
                "ratio": ESTIMANDS[part.estimand].ratio,
            }
            for part in claim.parts
        ],
        "published": whole(published),
        "published_with_our_spread": None if alone["verdict"] == NO_VALUES else whole(alone),
        "reproduced": whole(reproduced),
        "disagreement": disagreement(claim, published, reproduced, titles, alpha),
        "choices": {
            name: of["verdict"]
            for name, of in judged.items()
            if name not in (PUBLISHED, OUR_SPREAD)
        },
        "universes": universes,
    }


def document(
    claims: Claims,
    judged: Mapping[str, Mapping[str, Judgement]],
    about: Mapping[str, Any],
    titles: Mapping[str, str],
    choice_titles: Mapping[str, str],
    universes: Mapping[str, str],
) -> dict[str, Any]:
    """The whole: `judged` has the judgements by statement of every body of evidence; see `statement`.

    `about` is what the experiments say of their runs; `titles` and `choice_titles` have models and
    choices in words, and `universes` by statement what many universes say.
    """
    choices = [name for name in judged if name not in (PUBLISHED, OUR_SPREAD)]
    return {
        **about,
        "alpha": claims.alpha,
        "titles": dict(titles),
        "smallest_effects": claims.reasons,
        "choices": [{"name": name, "title": choice_titles[name]} for name in choices],
        "statements": [
            statement(
                claim,
                {name: of[claim.id] for name, of in judged.items()},
                titles,
                claims.alpha,
                universes.get(claim.id, ""),
            )
            for claim in claims.claims
        ],
    }


def checked(found: dict[str, Any], schema: Path = SCHEMA) -> dict[str, Any]:
    """The document as JSON has it, if it fits its schema. Raises ValueError in one line."""
    values: dict[str, Any] = finite(found)
    errors = jsonschema.Draft202012Validator(yaml.safe_load(schema.read_text())).iter_errors(values)
    for error in errors:
        where = ".".join(str(part) for part in error.absolute_path) or "the document"
        raise ValueError(f"verdicts: {where}: {error.message}")
    return values
