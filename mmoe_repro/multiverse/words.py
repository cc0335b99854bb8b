"""Choices and their values in words, for figures, tables and sentences."""

from collections.abc import Mapping
from numbers import Real
from typing import Any

REFERENCE = "reference"
# Before its number in the search, of a universe that fits Figure 3 as well as the reference
EQUAL = "equal-"
OTHERS = {REFERENCE: "the reference", "own": "Figure 3's own function"}
CHOICES = {
    "label_function": "label function",
    "batch_size": "batch size",
    "n_samples": "training samples",
    "standardise": "labels",
    "initialisation": "initialisation",
    "biases": "biases",
    "adam_epsilon": "Adam's epsilon",
    "width": "units of the bottom",
    "loss": "loss",
    "error": "error",
    "learning_rate_rule": "learning rate",
}
VALUES: dict[str, dict[Any, str]] = {
    "label_function": {
        "figure2": "fit to Figure 2", "free": "free", "keras_mmoe": "keras-mmoe", "ple": "PLE",
        "google_research": "google-research",
    },
    "n_samples": {None: "fresh"},
    "standardise": {False: "as they are", True: "standardised"},
    "initialisation": {
        "glorot": "Glorot", "he": "He", "lecun": "LeCun", "truncated": "truncated, 1/sqrt(d)",
        "truncated_tenth": "truncated, 0.1", "torch_biases": "PyTorch's",
    },
    "biases": {True: "with", False: "without"},
    "width": {
        "shared_bottom": "113 (paper's count)", "shared_bottom_full_count": "126 (full count)",
    },
    "loss": {"held_out": "held-out", "training": "training"},
    "learning_rate_rule": {
        "each_condition": "best, each condition", "each_model": "best, each model",
        "one_for_all": "best, one for all",
    },
}  # fmt: skip


def value(dimension: str, chosen: Any) -> str:
    """A value of a dimension in words."""
    if isinstance(chosen, float) and chosen != chosen:  # a missing one, read from a table
        chosen = None
    known = VALUES.get(dimension, {})
    if chosen in known:
        return known[chosen]
    if not isinstance(chosen, Real):
        return str(chosen)
    number = float(chosen)
    return f"{int(number):,}" if number.is_integer() else f"{number:g}"


def called(name: str, choices: Mapping[Any, Any]) -> str:
    """A universe in a sentence, with its choices in words by their keys: 'the reference with batch size
    256', 'universe 0069'."""
    for choice, words in CHOICES.items():
        if name.startswith(f"{choice}-"):
            return f"the reference with {words} {choices[choice]}"
    if name.startswith(EQUAL):
        return f"number {name.removeprefix(EQUAL)} of the calibration"
    return f"universe {name}" if name.isdigit() else OTHERS.get(name, name)


def how(manners: Mapping[str, int]) -> str:
    """How contradicted universes contradict: ' (reversed in 3, too small in 11)', ' (too small)' if all
    of them alike, or nothing."""
    found = {manner: n for manner, n in manners.items() if n}
    said = found if len(found) == 1 else [f"{manner} in {n}" for manner, n in found.items()]
    return f" ({', '.join(said)})" if found else ""
