"""Checkpoints of a training over any number of processes (torch.distributed.checkpoint).

A checkpoint is a folder that is written aside and renamed, so that it is whole or absent; the newest
counts, and older ones are deleted once it is there.
"""

import shutil
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch.distributed as dist
import torch.distributed.checkpoint as dcp

from mmoe_repro.files import read_json, write_json

STATE = "state.json"


class Foreign(ValueError):
    """A checkpoint of another training; the text names it."""


class Checkpoints:
    """The checkpoints of one training, in a folder of its own; without a folder there are none."""

    def __init__(self, folder: Path | None, training: str, world: int) -> None:
        self._folder, self._training, self._world = folder, training, world

    def save(self, model: Any, state: dict[str, Any]) -> None:
        """Write model and state after `state['step']`; every process calls it."""
        if self._folder is None:
            return
        whole = self._folder / f"step-{state['step']:09d}"
        aside = whole.with_suffix(".aside")
        first = dist.get_rank() == 0
        if first:
            shutil.rmtree(aside, ignore_errors=True)
            aside.mkdir(parents=True)
        dist.barrier()
        with _quiet():
            dcp.save(_saved(model), checkpoint_id=aside)  # type: ignore[attr-defined]
        if first:
            named = {**state, "training": self._training, "processes": self._world}
            write_json(named, aside / STATE)
            older = self._there()
            aside.rename(whole)
            for path in older:
                shutil.rmtree(path)
        dist.barrier()

    def load(self, model: Any) -> dict[str, Any] | None:
        """Give the model the newest checkpoint's values and return its state, or None.

        Raises Foreign if it is of another training. Of another number of processes it is read all the
        same: sums are then rounded in another order from there on.
        """
        there = self._there()
        if not there:
            return None
        state: dict[str, Any] = read_json(there[-1] / STATE, "step", "training", "processes")
        if state["training"] != self._training:
            raise Foreign(
                f"{there[-1]}: a checkpoint of another configuration; put it aside, or train into "
                "another folder"
            )
        values = _saved(model)
        with _quiet():
            dcp.load(values, checkpoint_id=there[-1])  # type: ignore[attr-defined]
        model.load_state_dict(values["model"])
        return state

    def remove(self) -> None:
        """Delete them, once the results are safe."""
        if self._folder is not None and self._folder.exists():
            shutil.rmtree(self._folder)

    def _there(self) -> list[Path]:
        return sorted(path.parent for path in self._folder.glob(f"step-*/{STATE}")
                      if path.parent.suffix != ".aside") if self._folder else []  # fmt: skip


def _saved(model: Any) -> dict[str, Any]:
    return {"model": model.state_dict(), "tables": model.fused_optimizer.state_dict()}


@contextmanager
def _quiet() -> Iterator[None]:
    """Without what PyTorch says of TorchRec's kind of tensor: that it will be another."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        yield
