"""From this study's engine to the paper's size, on paper: memory, network, hours, by plain arithmetic.

A step's time is a sum of what each thing takes alone: launching kernels, collectives' latencies, bytes
over the network, rows in memory, arithmetic. Everything assumed stands in `config/cluster.yaml`.
"""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

FILE = Path("config/cluster.yaml")
GPUS = (8, 64, 512)
NUMBER = 4  # bytes
ID = 8
WORDS = {  # where a step's time goes
    "launching": "launching small kernels",
    "waiting": "waiting for collectives",
    "network": "bytes over the network",
    "memory": "reading and writing rows",
    "arithmetic": "arithmetic",
}


def table_bytes(of: Mapping[str, float]) -> float:
    """Bytes of all embeddings of users and items; SGD keeps nothing beside them."""
    return (of["users"] + of["items"]) * of["units"] * NUMBER


def network_bytes(of: Mapping[str, float], gpus: int, batch_size: float) -> tuple[float, float]:
    """Bytes that a GPU sends in a step, to GPUs of its host and to others.

    Rows are spread evenly, so that of what is looked up (W - 1) / W is elsewhere: ids go out, and rows
    and their gradients are exchanged. The dense part's gradients are summed in a ring.
    """
    a_gpu = batch_size / gpus * of["features"] * (ID + 2 * of["units"] * NUMBER)
    inside = min(of["gpus_a_host"], gpus)
    ring = 2 * (gpus - 1) / gpus * of["dense_parameters"] * NUMBER
    near = a_gpu * (inside - 1) / gpus
    far = a_gpu * (gpus - inside) / gpus
    return (near + ring, far) if gpus == inside else (near, far + ring)


def a_step(of: Mapping[str, float], gpus: int, batch_size: float) -> dict[str, float]:
    """Seconds that each of `WORDS` takes in a step."""
    near, far = network_bytes(of, gpus, batch_size)
    alone = gpus <= of["gpus_a_host"]
    latency = of["latency_in_host" if alone else "latency_between_hosts"]
    a_gpu = batch_size / gpus
    rows = 3 * a_gpu * of["features"] * of["units"] * NUMBER  # read, and read and written again
    multiplied = 6 * a_gpu * of["dense_parameters"]  # forward, and backward twice that
    reached = of["network_reached"]
    return {
        "launching": of["kernels"] * of["launch"],
        "waiting": of["collectives"] * latency,
        "network": near / (of["in_host"] * reached) + far / (of["between_hosts"] * reached),
        "memory": rows / (of["memory_bandwidth"] * of["memory_bandwidth_reached"]),
        "arithmetic": multiplied / (of["arithmetic"] * of["arithmetic_reached"]),
    }


def on_paper(of: Mapping[str, float]) -> pd.DataFrame:
    """A row a number of GPUs and batch, the paper's and as many a GPU: `gigabytes` of tables a GPU and
    their share of its memory, `fits`; `kilobytes` that a GPU sends in a step; `milliseconds` a step, and
    `most`, where most of it goes; `hours` for all examples."""
    rows = []
    for gpus in GPUS:
        for batch_size in (of["batch_size"], of["batch_size"] * gpus):
            a_gpu = table_bytes(of) / gpus
            seconds = a_step(of, gpus, batch_size)
            whole = sum(seconds.values())
            rows.append(
                {
                    "gpus": gpus,
                    "hosts": max(1, round(gpus / of["gpus_a_host"])),
                    "batch_size": int(batch_size),
                    "gigabytes": a_gpu / 1e9,
                    "fits": a_gpu / of["memory"],
                    "kilobytes": sum(network_bytes(of, gpus, batch_size)) / 1e3,
                    "milliseconds": 1e3 * whole,
                    "most": max(seconds, key=lambda name: seconds[name]),
                    "hours": of["examples"] / batch_size * whole / 3_600,
                }
            )
    return pd.DataFrame(rows)
