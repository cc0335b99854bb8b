"""A training job: everything that decides what a run of the recommender is, as data."""

import json
from dataclasses import asdict, dataclass, fields
from typing import Any

from mmoe_repro.recommender.drawing import DENSE
from mmoe_repro.recommender.traffic import Traffic
from mmoe_repro.recommender.widths import Widths, equal


@dataclass(frozen=True)
class Job:
    """One method's training on one world's traffic, a single pass.

    `learning_rate` is the dense part's; a table's rows have `table_factor` times it, since the mean loss
    of a batch gives a row that one example has only a batch's share of its gradient. Steps of `looks`
    are those after which `held_out` examples are evaluated. Streams are those of `traffic.STREAMS`.
    """

    method: str
    seed: int
    traffic: Traffic
    learning_rate: float
    penalty: float = 0.0
    study_seed: int = 2018
    steps: int = 6_000
    looks: tuple[int, ...] = (2_000, 4_000, 6_000)
    batch_size: int = 1_024
    held_out: int = 1_000_000
    units: int = 16
    shared: tuple[int, ...] = (128, 64)
    top: int = 64
    tower: int = 32
    experts: int = 4
    table_factor: float = 1_024.0
    table_sd: float = 0.1
    training_stream: str = "training"
    held_out_stream: str = "held_out"

    def rows(self) -> dict[str, int]:
        """Rows of each feature's table."""
        return self.traffic.rows()

    def copies(self) -> int:
        """Sets of tables: Single-Task has one a task."""
        return 2 if self.method == "single_task" else 1

    def widths(self) -> Widths:
        """The method's widths: as many dense parameters as Shared-Bottom's. Raises ValueError."""
        inputs = len(self.rows()) * self.units + DENSE
        whole = Widths(inputs, self.shared, self.top, 1, self.tower)
        return equal(self.method, whole, self.experts)

    def table_bytes(self) -> int:
        """Bytes of all tables, on all processes together."""
        return 4 * self.units * self.copies() * sum(self.rows().values())


def as_text(job: Job) -> str:
    """The job as JSON, with sorted keys: it names a checkpoint's training."""
    return json.dumps(asdict(job), sort_keys=True)


def from_text(text: str, **values: Any) -> Job:
    """The job that `values`, and above the defaults what a JSON text has, describe.

    Raises ValueError for a text that is no object, or has a name that a job has not.
    """
    found = read_object(text, Job, "a job")
    of_traffic = read_object(json.dumps(found.pop("traffic", {})), Traffic, "traffic")
    for name in ("looks", "shared"):
        if name in found:
            found[name] = tuple(found[name])
    return Job(**{"seed": 0, "traffic": Traffic(**of_traffic), **found, **values})


def read_object(text: str, kind: type[Any], called: str) -> dict[str, Any]:
    """The fields of a dataclass that a JSON text gives. Raises ValueError, with what is allowed."""
    try:
        values = json.loads(text)
    except ValueError as error:
        raise ValueError(f"settings of {called}: not JSON ({error})") from None
    if not isinstance(values, dict):
        raise ValueError(f"settings of {called}: not an object")
    allowed = [field.name for field in fields(kind)]
    for name in values:
        if name not in allowed:
            raise ValueError(
                f"settings of {called}: {name!r} is none; allowed are {', '.join(allowed)}"
            )
    return values
