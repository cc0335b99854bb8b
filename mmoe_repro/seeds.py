"""Named random streams: (study seed, purpose, keys) -> seed.

A stream's seed is a hash of its name, so a new purpose changes no other stream's draws, and any
part of any run can be drawn alone, in any order, on any number of cores.
"""

import hashlib

import numpy as np


def stream_seed(study_seed: int, purpose: str, *keys: int | str) -> int:
    """The 63-bit seed of the stream called `purpose`, told apart by `keys` (run, chunk, model, ...).

    SHA-256 of the unambiguous text form of the name; 63 bits because that is what both NumPy
    and PyTorch take. Raises ValueError if the purpose is empty.
    """
    if not purpose:
        raise ValueError("a random stream needs a purpose, such as 'inputs'")
    name = repr((int(study_seed), purpose, *keys))
    digest = hashlib.sha256(name.encode()).digest()
    return int.from_bytes(digest[:8], "big") >> 1


def numpy_stream(study_seed: int, purpose: str, *keys: int | str) -> np.random.Generator:
    """A NumPy generator on the named stream (PCG64; the same draws on every machine)."""
    return np.random.Generator(np.random.PCG64(stream_seed(study_seed, purpose, *keys)))
