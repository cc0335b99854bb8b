"""What the universes say together, a statement at a time: shares, what decides, the smallest change."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from numbers import Real
from typing import Any

import pandas as pd

from mmoe_repro.claims.outcomes import CONTRADICTED, MANNERS, SUPPORTED
from mmoe_repro.multiverse import held_out
from mmoe_repro.multiverse.decomposition import chance, decompositions
from mmoe_repro.multiverse.design import Member
from mmoe_repro.multiverse.fit import FIGURES
from mmoe_repro.multiverse.shares import shares, weights
from mmoe_repro.multiverse.words import CHOICES, EQUAL, REFERENCE, called, how

# The least share of the variance that a choice must have to be called the deciding one
DECIDES = 0.1
ALL = "all"
FIGURE2 = ("label_function", "figure2")  # the choice whose labels give the paper's Figure 2


def decides(of_choice: pd.DataFrame) -> dict[str, Any] | None:
    """The choice that a verdict hangs on: that with the largest share of the variance, if the share is
    at least `DECIDES` and its interval does not reach 0; else None."""
    alone = of_choice[of_choice["choice"] != ALL].sort_values("share", ascending=False)
    first = alone.iloc[0]
    if not (first["share"] >= DECIDES and first["low"] > 0):
        return None
    return {key: first[key] for key in ("choice", "share", "low", "high")}


def _nearer(choice: Any, than: Any, reference: Any) -> bool:
    """Whether a value of an ordered choice is nearer to the reference's than another is."""
    return abs(float(choice) - float(reference)) < abs(float(than) - float(reference))


def turned(
    verdicts: Mapping[str, str],
    believable: Mapping[str, bool],
    departures: Sequence[Member],
    reference: Member,
) -> list[dict[str, Any]]:
    """The single departures whose verdict is not the reference's, as choice, value and verdict.

    Of several values of an ordered choice that give one verdict it is the nearest to the reference's.
    A value may have several draws, such as those of a random label function: `draws` of `of` give the
    verdict.
    """
    found: list[dict[str, Any]] = []
    tried: Counter[tuple[str, str]] = Counter()
    for one in departures:
        choice = next((c for c in one.choices if one.name.startswith(f"{c}-")), None)
        if choice is None or one.name not in verdicts:  # the reference or a companion; not run yet
            continue
        tried[choice, str(one.choices[choice])] += 1
        if verdicts[one.name] == verdicts[reference.name]:
            continue
        new = {
            "choice": choice, "name": one.name, "value": one.choices[choice],
            "verdict": verdicts[one.name], "believable": believable[one.name], "draws": 1,
        }  # fmt: skip
        ordered = isinstance(new["value"], Real) and isinstance(reference.choices[choice], Real)
        same = [f for f in found if f["choice"] == choice and f["verdict"] == new["verdict"]]
        drawn = [f for f in same if f["value"] == new["value"]]
        if drawn:
            drawn[0]["draws"] += 1
        elif ordered and same and isinstance(same[0]["value"], Real):
            if _nearer(new["value"], same[0]["value"], reference.choices[choice]):
                found[found.index(same[0])] = new
        else:
            found.append(new)
    return [f | {"of": tried[f["choice"], str(f["value"])]} for f in found]


def words(
    verdicts: Mapping[str, int],
    manners: Mapping[str, int],
    of: int,
    decided_by: Mapping[str, Any] | None,
    reachable: bool = True,
) -> str:
    """'supported in 12, contradicted in 190 of 256 (reversed in 40, too small in 150); depends on batch
    size', if on one choice alone. Not `reachable`: so few runs cannot support it."""
    first = f"{SUPPORTED} in {verdicts[SUPPORTED]}" if reachable else "too few runs to support it"
    said = f"{first}, {CONTRADICTED} in {verdicts[CONTRADICTED]}"
    hangs = f"; depends on {CHOICES[decided_by['choice']]}" if decided_by else ""
    return f"{said} of {of}{how(manners)}{hangs}"


def _among(rows: pd.DataFrame, names: Sequence[str]) -> dict[str, int]:
    """How often a statement is supported and contradicted in the universes of these names."""
    found = rows.loc[list(names), "verdict"]
    return {
        "of": len(names),
        **{verdict: int((found == verdict).sum()) for verdict in (SUPPORTED, CONTRADICTED)},
    }


def of_equals(equals: Sequence[Member], fits: pd.DataFrame) -> dict[str, int]:
    """The universes that fit as well as the reference, and it: how many there are, and but for Adam's
    epsilon, and in how many a model of Figure 4 has learnt its samples by heart."""
    alike = {replace(one.universe, adam_epsilon=1.0) for one in equals}
    lost = fits.loc[fits["name"].isin([one.name for one in equals]), "held_out_share"]
    return {
        "of": len(equals),
        "but_for_epsilon": len(alike),
        "by_heart": int((lost > 1).sum()),
    }


def nearest(fits: pd.DataFrame, verdicts: pd.DataFrame) -> dict[str, Any]:
    """The believable universe, of the design or around the reference, that is nearest to Figures 3, 4
    and 5 together: name, words, distances, and the statements that it supports and contradicts.

    It is chosen on what everything else is tested on: a description.
    """
    believable = set(verdicts.loc[verdicts["believable"], "name"])
    shown = fits[fits["name"].isin(believable)]
    row = shown.sort_values("together").to_dict("records")[0]
    of = verdicts[verdicts["name"] == row["name"]]
    return {
        "name": row["name"],
        "words": called(str(row["name"]), row),
        **{key: row[key] for key in (*FIGURES, "together")},
        **{
            verdict: of.loc[of["verdict"] == verdict, "claim"].tolist()
            for verdict in (SUPPORTED, CONTRADICTED)
        },
    }


def summarise(
    design: Sequence[Member],
    departures: Sequence[Member],
    verdicts: pd.DataFrame,
    fits: pd.DataFrame,
    fit_sd: float,
    confidence: float,
    out_of_reach: Collection[str] = (),
) -> tuple[dict[str, Any], pd.DataFrame, pd.DataFrame]:
    """The summary as data for JSON; shares and decompositions as tables, a row a statement and verdict
    or choice.

    `verdicts` and `fits` are of the members of both, by name; `departures` has the reference. Only
    believable universes of the design count. `out_of_reach` are statements that so few runs cannot
    support.
    """
    run = set(verdicts["name"])
    believable = [one for one in design if one.believable and one.name in run]
    names = [one.name for one in believable]
    with_figure2 = [one.name for one in believable if one.choices[FIGURE2[0]] == FIGURE2[1]]
    of_fit = fits.set_index("name")
    weight = weights(of_fit.loc[names, "figure3"], fit_sd)
    reference = next(one for one in departures if one.name == REFERENCE)
    equals = [REFERENCE, *sorted(name for name in run if name.startswith(EQUAL))]
    are_equal = [one for one in departures if one.name in equals]
    statements: dict[str, Any] = {}
    of_shares, of_choices = [], []
    margins = verdicts.pivot(index="name", columns="claim", values="margin")
    decomposed = decompositions(margins, believable, confidence)
    for claim, of in verdicts.groupby("claim", sort=False):
        rows = of.set_index("name")
        known = {str(name): str(verdict) for name, verdict in rows["verdict"].items()}
        is_believable = {str(name): bool(b) for name, b in rows["believable"].items()}
        table = shares({name: known[name] for name in names}, weight, confidence)
        parts = decomposed[str(claim)]
        of_shares.append(table.assign(claim=claim))
        of_choices.append(parts.assign(claim=claim))
        counts = {str(r["verdict"]): int(r["n"]) for r in table.to_dict("records")}
        decided_by = decides(parts)
        manner = rows.loc[names, "manner"]
        manners = {name: int((manner == name).sum()) for name in MANNERS}
        statements[str(claim)] = {
            "words": words(counts, manners, len(names), decided_by, str(claim) not in out_of_reach),
            "reachable": str(claim) not in out_of_reach,
            "reference": known[REFERENCE],
            "verdicts": counts,
            "manners": manners,
            "of": len(names),
            "with_figure2": _among(rows, with_figure2),
            "equals": _among(rows, equals),
            "decides": decided_by,
            "decomposed": bool(parts["share"].notna().any()),
            "chance": chance(rows.loc[names, "even"], rows.loc[names, "odd"]),
            "turned": turned(known, is_believable, departures, reference),
        }
    # Without the reference and its companions, which are no departures
    around = {one.name for one in departures if any(one.name.startswith(f"{c}-") for c in CHOICES)}
    others = [one.name for one in design if not one.believable and one.name in run]
    whole = {
        "planned": sum(one.believable for one in design),
        "believable": len(names),
        "others": len(others),
        "departures": len(around & run),
        "departures_planned": len(around),
        "fit_sd": fit_sd,
        "effective": float(1 / (weight**2).sum()),
        "order": list(statements),  # the statements', which JSON's sorted keys lose
        "statements": statements,
        "held_out": held_out.test(
            of_fit.loc[names].reset_index(), of_fit.loc[[REFERENCE]].iloc[0], confidence
        ),
        "nearest": nearest(fits, verdicts),
        "equals": of_equals(are_equal, fits),
    }
    return whole, pd.concat(of_shares, ignore_index=True), pd.concat(of_choices, ignore_index=True)
