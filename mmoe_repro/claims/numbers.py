"""The texts and verdicts of the prose, from results/claims/verdicts.json."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from mmoe_repro.claims.choices import OUR_SPREAD
from mmoe_repro.claims.document import SOURCES, digits_of
from mmoe_repro.claims.outcomes import CONTRADICTED, MANNERS, NO_VALUES, SUPPORTED, UNDECIDED
from mmoe_repro.claims.tables import coloured, p_value, read
from mmoe_repro.config import Config
from mmoe_repro.files import read_table
from mmoe_repro.report.folders import Folders
from mmoe_repro.report.tabular import DASH, decimals, escape


def numbers(folders: Folders, config: Config) -> Iterator[dict[str, str]]:
    """The texts and verdicts of the prose, by name, ready for LaTeX."""
    document = read(folders)
    titles: Mapping[str, str] = document["titles"]
    found = {
        "verdicts.alpha": f"{document['alpha']:g}",
        "verdicts.statements": str(len(document["statements"])),
        "verdicts.pages": "".join(rf"\statementpage{{{s['id']}}}" for s in document["statements"]),
    }
    for name, reason in document["smallest_effects"].items():
        found[f"smallest.{name}.reason"] = escape(reason)
    for experiment in config["study"]["experiments"]:
        about = [s for s in document["statements"] if s["experiment"] == experiment]
        found[f"verdicts.{experiment}"] = str(len(about))
        for source in (*SOURCES, OUR_SPREAD):
            judged = {s["id"]: s[source] for s in about if s[source]}
            for verdict in (SUPPORTED, CONTRADICTED, UNDECIDED, NO_VALUES):
                names = [name for name, of in judged.items() if of["verdict"] == verdict]
                key = f"verdicts.{experiment}.{source}.{verdict.replace(' ', '_')}"
                found[key] = str(len(names))
                found[f"{key}.listed"] = f" ({', '.join(names)})" if names else ""
            for manner in MANNERS:
                names = [name for name, of in judged.items() if of["manner"] == manner]
                key = f"verdicts.{experiment}.{source}.{manner.replace(' ', '_')}"
                found[key] = str(len(names))
                found[f"{key}.listed"] = ", ".join(names) or "none"
    steady = [
        s["id"]
        for s in document["statements"]
        if len(set(s["choices"].values()) - {"no values"}) == 1
    ]
    found["verdicts.steady"] = ", ".join(steady) or "none"
    for s in document["statements"]:
        name = f"claim.{s['id']}"
        for key in ("section", "statement", "estimand"):
            found[f"{name}.{key}"] = escape(s[key])
        found[f"{name}.regions"] = "; ".join(
            dict.fromkeys(escape(part["region"]) for part in s["parts"])
        )
        found[f"{name}.tests"] = ", ".join(
            dict.fromkeys(TESTS.get(part["test"], part["test"]) for part in s["parts"])
        )
        for key in ("not_testable", "nearest", "disagreement"):
            if s[key]:
                found[f"{name}.{key}"] = escape(s[key])
        for source in (SOURCES[0], OUR_SPREAD, SOURCES[1]):
            judgement = s[source]
            if judgement is None:
                continue
            # The bare word is what \verdictis compares with
            found[f"{name}.{source}"] = judgement["verdict"]
            found[f"{name}.{source}.as_stated"] = coloured(
                judgement["verdict"], judgement["as_stated"]
            )
            found[f"{name}.{source}.hangs_on"] = escape(judgement["hangs_on"])
            if judgement.get("parts"):
                found[f"{name}.{source}.range"] = _range(s, judgement)
            found[f"{name}.{source}.p"] = (
                f"{p_value(judgement['holm_supported'])} to support, "
                f"{p_value(judgement['holm_contradicted'])} to contradict"
                if "parts" in judgement
                else DASH
            )
        for choice, verdict in s["choices"].items():
            found[f"{name}.choice.{choice}"] = verdict
        flips = [
            f"{choice['title']} ({s['choices'][choice['name']]})"
            for choice in document["choices"]
            if s["choices"][choice["name"]] not in (s["reproduced"]["verdict"], "no values")
        ]
        found[f"{name}.flips"] = escape("; ".join(flips)) or "none of those tried"
        if beside := _beside(s, titles):
            found[f"{name}.beside"] = escape(beside)
    yield found
    yield _sizes(folders.results)


def _sizes(results: Path) -> dict[str, str]:
    """How often tests of each estimand err at most, by runs, and in how many studies that was seen."""
    rows = read_table(results / "claims/sizes.csv", "estimand", "runs", "studies", "above", "below")
    most = rows.assign(most=rows[["above", "below"]].max(axis=1))
    found = {
        f"sizes.{estimand}.{runs}": rf"{100 * of.max():.0f}\,\%"
        for (estimand, runs), of in most.groupby(["estimand", "runs"])["most"]
    }
    return found | {
        f"sizes.studies.{runs}": f"{n:,}"
        for runs, n in zip(rows["runs"], rows["studies"], strict=True)
    }


def _range(s: Mapping[str, Any], judgement: Mapping[str, Any]) -> str:
    """The least and the greatest effect of a statement's parts: '0.031 to 0.064'."""
    effects = [e["estimate"] for e in judgement["parts"] if e["estimate"] is not None]
    digits = digits_of(min(part["smallest"] for part in s["parts"]))
    ends = [decimals(of(effects), digits) for of in (min, max)] if effects else []
    return " to ".join(dict.fromkeys(ends)) or DASH


def _beside(s: Mapping[str, Any], titles: Mapping[str, str]) -> str:
    """Other measures of the parts on our runs, in words: from the least to the greatest of them."""
    judgement = s["reproduced"]
    said = []
    if "parts" in judgement:
        spans: dict[str, list[float]] = {}
        for e in judgement["parts"]:
            for key, value in e["beside"].items():
                if value is not None:
                    spans.setdefault(key, []).append(value)
        measure = s["measure"]
        digits = 3 if measure == "loss" else 4

        def text(x: float) -> str:
            least = 10.0**-digits
            return f"below {least:.{digits}f}" if 0 <= x < least / 2 else decimals(x, digits)

        for key, words in BESIDE.items():
            if key in spans:
                low, high = min(spans[key]), max(spans[key])
                value = text(low) if low == high else f"{text(low)} to {text(high)}"
                said.append(f"{words.format(measure)} {value}")
    for model, of in judgement.get("trends", {}).items():
        rise = f"{decimals(of['rise'], 3)} [{decimals(of['low'], 3)}, {decimals(of['high'], 3)}]"
        said.append(
            f"over all correlations {titles[model]}'s loss rises by {rise} "
            f"(Page's trend: p {p_text(of['p'])})"
        )
    return "; ".join(said)


TESTS = {"adjusted_wald": "adjusted Wald intervals"}  # in words, where its name is none


def p_text(p: float) -> str:
    """A p-value in running text."""
    return "< 0.001" if p < 0.001 else f"= {p:.3f}"


BESIDE = {
    "probability_first_is_higher": "probability that a run of the first named has the higher {}",
    "difference_of_medians": "difference of medians",
    "difference_of_interquartile_means": "of interquartile means",
    "variance_left_by_pairing": "variance of paired over unpaired differences",
    "brown_forsythe_p": "Brown-Forsythe p-values",
    "ratio_of_interquartile_ranges": "ratio of interquartile ranges",
    "first_minimum": "lowest loss of the condition that is named first",
    "second_minimum": "of the other",
    "share_that_a_minimum_misses": "share of runs that could still be below the lowest one seen",
}
