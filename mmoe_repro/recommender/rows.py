"""First values of embedding tables: a row's are a hash of table and row, whatever process holds it."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from mmoe_repro.compiled import exact
from mmoe_repro.compiled.functions import f32
from mmoe_repro.compiled.random import u32, u64
from mmoe_repro.recommender.drawing import LATENT, latent
from mmoe_repro.seeds import stream_seed

CHUNK = 1_000_000  # rows that are drawn at once


@exact
def _fill(key, first, scale, out):  # type: ignore[no-untyped-def]
    k0, k1 = u32(u64(key) & u64(0xFFFFFFFF)), u32(u64(key) >> u64(32))
    for i in range(out.shape[0]):
        for j in range(0, out.shape[1], LATENT):
            part = out[i, j : j + LATENT]
            latent(k0, k1, j, first + i, part)
            for k in range(LATENT):
                part[k] *= scale


def first_rows(
    table: str, first: int, n: int, units: int, scale: float, study_seed: int, seed: int
) -> NDArray[np.float32]:
    """Rows `first` ... `first` + n - 1 of a table: normal numbers of standard deviation `scale`.

    Raises ValueError if `units` is no multiple of 8.
    """
    if units % LATENT:
        raise ValueError(f"embeddings of {units} units: allowed are multiples of {LATENT}")
    out = np.empty((n, units), np.float32)
    key = stream_seed(study_seed, "recommender table", seed, table)
    _fill(u64(key), first, f32(scale), out)
    return out


def chunks(
    table: str, first: int, n: int, units: int, scale: float, study_seed: int, seed: int
) -> Iterator[tuple[slice, NDArray[np.float32]]]:
    """The first values of many rows, some at a time: where among the `n` they belong, and the values."""
    for at in range(0, n, CHUNK):
        some = min(CHUNK, n - at)
        values = first_rows(table, first + at, some, units, scale, study_seed, seed)
        yield slice(at, at + some), values
