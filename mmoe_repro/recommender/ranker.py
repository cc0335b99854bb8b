"""A ranking model: embedding tables, and a method's dense part on what is looked up."""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from mmoe_repro.recommender.rows import chunks


def names(features: Mapping[str, int], copies: int) -> dict[str, str]:
    """Tables by feature: each once, or, of Single-Task, once a task."""
    if copies == 1:
        return {feature: feature for feature in features}
    return {f"{feature}_{k}": feature for k in range(copies) for feature in features}


class PlainTables(nn.Module):
    """Whole tables in one process, as PyTorch has them; gradients are sparse.

    What the sharded tables are held to, and compared with for speed.
    """

    def __init__(self, rows: Mapping[str, int], units: int, copies: int = 1) -> None:
        super().__init__()
        self.names = names(rows, copies)
        self.bags = nn.ModuleDict(
            {
                table: nn.EmbeddingBag(rows[feature], units, mode="sum", sparse=True)
                for table, feature in self.names.items()
            }
        )
        self.rows = dict(rows)

    def _bags(self) -> list[tuple[str, Any]]:
        return list(self.bags.items())

    def fill(self, scale: float, study_seed: int, seed: int) -> None:
        """Give every row its first values."""
        for table, bag in self._bags():
            n, units = bag.weight.shape
            for where, values in chunks(table, 0, n, units, scale, study_seed, seed):
                bag.weight.data[where] = torch.from_numpy(values)

    def forward(self, ids: Tensor) -> Tensor:
        """Ids (feature, sample) -> (sample, table * units)."""
        of = dict(zip(self.rows, ids, strict=True))
        found = [bag(of[self.names[table]].unsqueeze(1)) for table, bag in self._bags()]
        return torch.cat(found, dim=1)


class Ranker(nn.Module):
    """(ids, dense features) -> log odds of the tasks, (sample, task)."""

    tables: Any
    network: Any

    def __init__(self, tables: nn.Module, network: nn.Module, copies: int = 1) -> None:
        super().__init__()
        self.tables, self.network, self.copies = tables, network, copies

    def inputs(self, ids: Tensor, dense: Tensor) -> Tensor:
        """What the dense part sees: (sample, units), with copies (sample, copy, units).

        Raises ValueError for an id that is not in its table, which sharded tables would take for row 0
        of some shard.
        """
        self._check(ids)
        rows = self.tables(ids).unflatten(1, (self.copies, -1))
        x = torch.cat([rows, dense.unsqueeze(1).expand(-1, self.copies, -1)], dim=2)
        return x if self.copies > 1 else x[:, 0]

    def forward(self, ids: Tensor, dense: Tensor) -> Tensor:
        """See the class."""
        return self.network(self.inputs(ids, dense))

    def _check(self, ids: Tensor) -> None:
        for (feature, rows), of in zip(self.tables.rows.items(), ids, strict=True):
            wrong = of[(of < 0) | (of >= rows)]
            if len(wrong):
                raise ValueError(f"{feature}: id {int(wrong[0])} of a table with {rows} rows")

    def gates(self, ids: Tensor, dense: Tensor) -> Tensor:
        """A mixture's gates, (sample, gate, expert)."""
        return self.network.gates(self.inputs(ids, dense))
