"""Checkpoints: what a training would lose if it were killed, saved every so often.

A checkpoint names the training that it belongs to and the arithmetic it was done in; one of another,
or one that cannot be read, is not resumed from. It is written aside and renamed, so it is whole or
absent.
"""

import time
import zipfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mmoe_repro.compiled import ARITHMETIC
from mmoe_repro.files import write_aside

Arrays = dict[str, NDArray[np.float32]]
SECONDS = 20.0


class Checkpoint:
    """One file, saved at most every `seconds`; without a path, nothing is saved."""

    def __init__(self, path: Path | None, training: str = "", seconds: float = SECONDS) -> None:
        self._path, self._seconds = path, seconds
        self._training = f"{training}, {ARITHMETIC}"
        self._saved = time.monotonic()

    def of(self, training: str) -> "Checkpoint":
        """The same file for the training that `training` names."""
        return Checkpoint(self._path, training, self._seconds)

    def is_due(self) -> bool:
        """Whether enough time has gone by since the last one."""
        return self._path is not None and time.monotonic() - self._saved >= self._seconds

    def save(self, arrays: Arrays) -> None:
        """Replace the file."""
        if self._path is None:
            return
        named = {**arrays, "training_name": np.array(self._training)}

        def to(aside: Path) -> None:
            with aside.open("wb") as file:
                np.savez(file, allow_pickle=False, **named)

        write_aside(self._path, to)
        self._saved = time.monotonic()

    def load(self) -> Arrays | None:
        """The arrays of this training's checkpoint, or None."""
        if self._path is None or not self._path.exists():
            return None
        try:
            with self._path.open("rb") as file, np.load(file, allow_pickle=False) as saved:
                arrays = dict(saved)
        except (OSError, ValueError, zipfile.BadZipFile):
            return None
        return arrays if str(arrays.pop("training_name", "")) == self._training else None

    def remove(self) -> None:
        """Delete the file, once the results are safe."""
        if self._path is not None:
            self._path.unlink(missing_ok=True)


NO_CHECKPOINT = Checkpoint(None)
