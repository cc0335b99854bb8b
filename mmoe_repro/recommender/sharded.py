"""Embedding tables sharded by rows over the processes: TorchRec's, updated as gradients arrive.

Each row's first values are a hash of its table and number, and the plan is fixed, so that a model
starts alike on any number of processes, and a checkpoint of some can be read by others.
"""

import logging
import warnings
from collections.abc import Mapping
from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor, nn

from mmoe_repro.recommender.ranker import Ranker, names
from mmoe_repro.recommender.rows import chunks

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from fbgemm_gpu.split_table_batched_embeddings_ops_common import BoundsCheckMode
    from torchrec import EmbeddingCollection, EmbeddingConfig, KeyedJaggedTensor
    from torchrec.distributed import DistributedModelParallel, ShardingEnv
    from torchrec.distributed.embedding import EmbeddingCollectionSharder
    from torchrec.distributed.sharding_plan import construct_module_sharding_plan, row_wise
    from torchrec.distributed.types import ShardingPlan
    from torchrec.optim.apply_optimizer_in_backward import apply_optimizer_in_backward


class ShardedTables(nn.Module):
    """Tables that `distribute` shards."""

    def __init__(self, rows: Mapping[str, int], units: int, copies: int = 1) -> None:
        super().__init__()
        self.names = names(rows, copies)
        self.rows = dict(rows)
        self.collection = EmbeddingCollection(
            device=torch.device("meta"),
            tables=[
                EmbeddingConfig(
                    name=table,
                    embedding_dim=units,
                    num_embeddings=rows[feature],
                    feature_names=[table],
                )
                for table, feature in self.names.items()
            ],
        )

    def forward(self, ids: Tensor) -> Tensor:
        """Ids (feature, sample) -> (sample, table * units)."""
        n = ids.shape[1]
        of = dict(zip(self.rows, ids, strict=True))
        keyed = KeyedJaggedTensor(
            keys=list(self.names),
            values=torch.cat([of[feature] for feature in self.names.values()]),
            lengths=torch.ones(n * len(self.names), dtype=torch.int32, device=ids.device),
        )
        found = self.collection(keyed)
        return torch.cat([found[table].values() for table in self.names], dim=1)


def distribute(ranker: Ranker, rate: float, device: torch.device, local: int) -> Any:
    """The model with its tables sharded by rows, which SGD of `rate` updates, and its dense part
    replicated; `local` processes are on this machine."""
    for talkative in ("torchrec", "torch.fx"):
        logging.getLogger(talkative).setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what the next torch will call otherwise
        return _distribute(ranker, rate, device, local)


def _distribute(ranker: Ranker, rate: float, device: torch.device, local: int) -> Any:
    tables = ranker.tables.collection
    apply_optimizer_in_backward(torch.optim.SGD, tables.parameters(), {"lr": rate})
    sharder = EmbeddingCollectionSharder(fused_params={"bounds_check_mode": BoundsCheckMode.FATAL})
    of_tables = construct_module_sharding_plan(
        tables,
        {table: row_wise() for table in ranker.tables.names},
        sharder=sharder,
        local_size=local,
        world_size=dist.get_world_size(),
        device_type=device.type,
    )
    return DistributedModelParallel(
        ranker,
        env=ShardingEnv.from_process_group(dist.GroupMember.WORLD),
        device=device,
        plan=ShardingPlan(plan={"tables.collection": of_tables}),
        sharders=[sharder],
    )


def fill(model: Any, scale: float, study_seed: int, seed: int) -> None:
    """Give every row that this process holds its first values."""
    for name, value in model.module.tables.collection.state_dict().items():
        table = name.split(".")[-2]
        for shard in value.local_shards():
            first = shard.metadata.shard_offsets[0]
            n, units = shard.tensor.shape
            for where, values in chunks(table, first, n, units, scale, study_seed, seed):
                shard.tensor[where] = torch.from_numpy(values)
