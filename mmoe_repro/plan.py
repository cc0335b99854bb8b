"""What the study will run: its blocks, from the configuration alone. Imports no torch.

The workflow takes its file names from here, and `mmoe-repro plan` its counts, so that both always
agree.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from mmoe_repro.config import Config

REPORTED_FIRST = 0
SELECTION_FIRST = 10_000  # seeds that choose the learning rate are apart from those reported
CHOSEN = "chosen"
FIGURE3_MODEL = "shared_bottom_16"


@dataclass(frozen=True)
class Block:
    """The runs of one job: `n` seeds from `first` on, of one condition, for one purpose.

    `learning_rate` is a number as text, or `CHOSEN` where the selection decides.
    """

    purpose: str  # selection | reported | figure3 | variants
    model: str
    task_correlation: str
    learning_rate: str
    first: int
    n: int

    def path(self) -> str:
        """Where its records go, below the study's block folder and without an ending."""
        return (
            f"{self.purpose}/{self.model}/p{self.task_correlation}/lr{self.learning_rate}/"
            f"{self.first}-{self.n}"
        )


def text(number: float) -> str:
    """A number as it stands in paths: 0.5, 1, 0.0001."""
    return f"{number:.10f}".rstrip("0").rstrip(".")


def _blocks(
    config: Config, purpose: str, model: str, p: float, rate: str, first: int, seeds: int
) -> Iterator[Block]:
    size = config["synthetic"]["block_size"]
    for start in range(0, seeds, size):
        yield Block(purpose, model, text(p), rate, first + start, min(size, seeds - start))


def selection_blocks(config: Config) -> list[Block]:
    """Blocks that choose the learning rate of each model and correlation."""
    study = config["synthetic"]
    return [
        block
        for model in [*study["models"], *config["variants"]["models"]]
        for p in study["task_correlations"]
        for rate in study["learning_rates"]
        for block in _blocks(
            config, "selection", model, p, text(rate), SELECTION_FIRST, study["selection_seeds"]
        )
    ]


def reported_blocks(config: Config) -> list[Block]:
    """Blocks of Figures 4 and 5."""
    study = config["synthetic"]
    return [
        block
        for model in study["models"]
        for p in study["task_correlations"]
        for block in _blocks(config, "reported", model, p, CHOSEN, REPORTED_FIRST, study["seeds"])
    ]


def figure3_blocks(config: Config) -> list[Block]:
    """Blocks of Figure 3."""
    return [
        block
        for p in config["synthetic"]["task_correlations"]
        for rate in config["figure3"]["learning_rates"]
        for block in _blocks(
            config,
            "figure3",
            FIGURE3_MODEL,
            p,
            text(rate),
            REPORTED_FIRST,
            config["figure3"]["seeds"],
        )
    ]


def variant_blocks(config: Config) -> list[Block]:
    """Blocks that the sensitivity of the verdicts needs: other models, and fixed learning rates."""
    study, variants = config["synthetic"], config["variants"]
    conditions = [(model, CHOSEN) for model in variants["models"]]
    conditions += [
        (model, text(rate)) for rate in variants["learning_rates"] for model in study["models"]
    ]
    return [
        block
        for model, rate in conditions
        for p in study["task_correlations"]
        for block in _blocks(config, "variants", model, p, rate, REPORTED_FIRST, study["seeds"])
    ]


def blocks(config: Config) -> list[Block]:
    """Every block of the default study."""
    return [
        *selection_blocks(config),
        *figure3_blocks(config),
        *reported_blocks(config),
        *variant_blocks(config),
    ]
