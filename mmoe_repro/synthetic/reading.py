"""How the study's losses are laid over the paper's figures: the calibrated reading of its axes."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mmoe_repro.files import BadFile, read_json

RUN_COLUMN = {"held_out": "final_loss", "training": "train_loss"}
CURVE_COLUMN = {"held_out": "loss", "training": "train_loss"}
FACTOR = {"plain": 1.0, "half": 0.5}


@dataclass(frozen=True)
class Reading:
    """Which loss the paper draws, plain or half squared error, and steps a unit of the axis."""

    loss: str  # held_out | training
    error: str  # plain | half
    steps_a_unit: int = 1

    def __post_init__(self) -> None:
        if self.loss not in RUN_COLUMN:
            raise ValueError(f"loss {self.loss!r}: allowed are {', '.join(RUN_COLUMN)}")
        if self.error not in FACTOR:
            raise ValueError(f"error {self.error!r}: allowed are {', '.join(FACTOR)}")

    @property
    def factor(self) -> float:
        """What a plain mean squared error is multiplied with."""
        return FACTOR[self.error]

    @property
    def run_column(self) -> str:
        """The column of run records that holds the final loss."""
        return RUN_COLUMN[self.loss]

    @property
    def curve_column(self) -> str:
        """The column of curves that holds the loss."""
        return CURVE_COLUMN[self.loss]

    def words(self) -> str:
        """For captions: 'training loss, squared error'."""
        loss = "held-out" if self.loss == "held_out" else "training"
        return f"{loss} loss, {'half the ' if self.error == 'half' else ''}mean squared error"

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "Reading":
        """From a calibration file's `reading`."""
        return cls(values["loss"], values["error"], int(values["steps_a_unit"]))


def read_reading(path: Path) -> Reading:
    """The reading in a universe's or a calibration's file. Raises BadFile."""
    try:
        return Reading.from_dict(read_json(path, "reading")["reading"])
    except (TypeError, KeyError) as error:
        raise BadFile(f"{path}: not a reading ({error})") from None
