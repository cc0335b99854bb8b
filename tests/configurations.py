"""Configurations that the schema allows, drawn: of the synthetic experiment, each of a tiny size."""

import os
from pathlib import Path
from typing import Any

import yaml
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

ALL = os.environ.get("MMOE_FAULTS") == "all"

MODELS = ("shared_bottom", "omoe", "mmoe")
RATES = (0.0001, 0.001, 0.01, 0.05)


def drawn(few: int, many: int) -> settings:
    """How many are drawn, always the same: `few` in `make test`, `many` in `make test-faults`."""
    return settings(
        max_examples=many if ALL else few, derandomize=True, deadline=None, database=None,
        suppress_health_check=list(HealthCheck), phases=[Phase.generate],
    )  # fmt: skip


def write(config: dict[str, Any], folder: Path) -> str:
    """Write a configuration where snakemake runs; the file's name."""
    (folder / "drawn.yaml").write_text(yaml.safe_dump(config, sort_keys=False))
    return "drawn.yaml"


def some(
    values: tuple[Any, ...], least: int = 1, most: int | None = None
) -> st.SearchStrategy[list[Any]]:
    """Some of the values, in any order."""
    return st.lists(
        st.sampled_from(values), min_size=least, max_size=most or len(values), unique=True
    )


def correlations(least: int) -> st.SearchStrategy[list[float]]:
    """Task correlations, the paper's and others."""
    return st.lists(
        st.one_of(st.sampled_from([0.5, 0.9, 1.0]), st.integers(-20, 20).map(lambda n: n / 20)),
        min_size=least, max_size=3, unique=True,
    )  # fmt: skip


def label_functions() -> st.SearchStrategy[dict[str, Any]]:
    """One to three sines."""

    def of(m: int) -> st.SearchStrategy[dict[str, Any]]:
        numbers = st.lists(st.integers(1, 60).map(lambda n: n / 4), min_size=m, max_size=m)
        return st.fixed_dictionaries(
            {"c": st.integers(1, 8).map(lambda n: n / 4), "alpha": numbers, "beta": numbers}
        )

    return st.integers(1, 3).flatmap(of)


def universes() -> st.SearchStrategy[dict[str, Any]]:
    """Changes to the reference universe; none, or any of them."""
    return st.fixed_dictionaries(
        {},
        optional={
            "like": st.sampled_from(["memorising", "own"]),
            "batch_size": st.integers(1, 40),
            "n_samples": st.one_of(st.none(), st.integers(2, 500)),
            "standardise": st.booleans(),
            "initialisation": st.sampled_from(
                ["glorot", "he", "lecun", "truncated", "truncated_tenth", "torch", "torch_biases"]
            ),
            "biases": st.booleans(),
            "adam_epsilon": st.sampled_from([1e-8, 1e-7, 1e-3]),
            "n_features": st.integers(2, 100),
            "noise_variance": st.sampled_from([0.0, 0.01, 1.0]),
            "label_function": label_functions(),
        },
    )


@st.composite
def tiny(draw: st.DrawFn) -> dict[str, Any]:
    """A whole configuration over the smoke study's, without the census and the recommender."""
    seeds = draw(st.integers(2, 6))
    evaluate_every = draw(st.sampled_from([10, 50]))
    samples = draw(st.integers(2, 100))
    return {
        "study": {
            "name": draw(st.sampled_from(["full", "mine"])),
            "seed": draw(st.integers(0, 3)),
            "experiments": ["synthetic"],
        },
        "universe": draw(universes()),
        "synthetic": {
            "task_correlations": draw(correlations(1)),
            "models": draw(some(MODELS)),
            "learning_rates": draw(some(RATES, most=2)),
            "seeds": seeds,
            "selection_seeds": draw(st.integers(1, 2)),
            "block_size": draw(st.integers(1, 6)),
            "schedule": {
                "steps": evaluate_every * draw(st.integers(1, 3)),
                "evaluate_every": evaluate_every,
                "curve_samples": samples,
                "final_samples": samples + draw(st.integers(0, 100)),
            },
        },
        "figure2": {
            "task_correlations": draw(correlations(2)),
            "trials": draw(st.integers(2, 3)),
            "points": draw(st.integers(10, 200)),
        },
        "figure3": {
            "seeds": seeds + draw(st.integers(0, 2)),
            "learning_rates": draw(some(RATES, most=2)),
        },
        "variants": {
            "train": draw(st.booleans()),
            "published": draw(st.sampled_from([None, "results/published/synthetic"])),
            "models": draw(some(("shared_bottom_full_count", "shared_bottom_226"), least=0)),
            "learning_rates": draw(some(RATES, least=0, most=1)),
        },
        "multiverse": {"at_most": draw(st.integers(2, 6)), "remade": 1},
        "plots": {"confidence": draw(st.sampled_from([0.9, 0.95]))},
    }
