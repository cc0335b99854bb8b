"""The processes that train one model together: one, here, or as many as torchrun starts."""

import ctypes
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psutil
import torch
import torch.distributed as dist

from mmoe_repro.compiled import ARITHMETIC

PR_SET_PDEATHSIG = 1  # of linux/prctl.h
SPARE = 1.5  # what is needed beside the tables: lookups, a checkpoint on its way to disk


class TooLarge(ValueError):
    """Tables that do not fit into memory; the text has the sum."""


class Lost(ValueError):
    """Another process of the same training has ended before its time."""


@dataclass(frozen=True)
class Processes:
    """This process's number, how many there are, how many of them on this machine, and its device."""

    rank: int
    world: int
    local: int
    device: torch.device

    @property
    def first(self) -> bool:
        """Whether this is the process that writes files."""
        return self.rank == 0


def trained_by(processes: Processes) -> str:
    """Whose bits a training's are."""
    return f"torchrec, {processes.device.type}, {ARITHMETIC}"


def _end_with_torchrun() -> None:
    """On Linux, end when torchrun does, by kill -9, too: what it leaves behind would go on to write
    checkpoints beside those of the call that goes on."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


@contextmanager
def joined(device: str) -> Iterator[Processes]:
    """Join the processes that torchrun started; without it, a group of this one alone.

    `device` is cpu (gloo) or cuda (nccl, a GPU a process). Raises ValueError if there is no such GPU,
    Lost if another of the processes ends before its time.
    """
    torch.set_num_threads(1)  # runs, or processes of one, are side by side, one a core
    world, rank = (int(os.environ.get(name, d)) for name, d in (("WORLD_SIZE", 1), ("RANK", 0)))
    local, place = (
        int(os.environ.get(name, d)) for name, d in (("LOCAL_WORLD_SIZE", 1), ("LOCAL_RANK", 0))
    )
    if device == "cuda" and torch.cuda.device_count() <= place:
        raise ValueError(
            f"device cuda: process {rank} needs GPU {place}, {torch.cuda.device_count()} are there"
        )
    of = torch.device("cuda", place) if device == "cuda" else torch.device("cpu")
    if device == "cuda":
        torch.cuda.set_device(of)
    backend = "nccl" if device == "cuda" else "gloo"
    if "WORLD_SIZE" in os.environ:
        _end_with_torchrun()
        dist.init_process_group(backend)
    else:
        dist.init_process_group(
            backend,
            store=dist.HashStore(),  # type: ignore[attr-defined]
            rank=0,
            world_size=1,
        )
    try:
        yield Processes(rank, world, local, of)
    except RuntimeError as error:
        if world > 1 and any(word in str(error) for word in ("gloo", "NCCL", "closed by peer")):
            raise Lost(f"process {rank}: another process is gone") from None
        raise
    finally:
        dist.destroy_process_group()


def refuse_too_large(table_bytes: int, processes: Processes) -> None:
    """Raise TooLarge before anything is allocated if the tables do not fit: the part of all of them that
    is on this machine, or on this process's GPU, and half as much for what is on its way."""
    if processes.device.type == "cuda":
        part, where = table_bytes / processes.world, "this GPU"
        free = torch.cuda.mem_get_info(processes.device)[0]
    else:
        part, where = table_bytes * processes.local / processes.world, "this machine"
        free = psutil.virtual_memory().available
    dist.barrier()  # all have looked before one allocates
    if part * SPARE > free:
        gb = 2**30
        raise TooLarge(
            f"the embedding tables have {table_bytes / gb:.1f} GiB, {part / gb:.1f} of it on {where}; "
            f"with {part * (SPARE - 1) / gb:.1f} GiB for what is on its way that is "
            f"{part * SPARE / gb:.1f} GiB, and {free / gb:.1f} are free. Take fewer rows or units, or "
            "more machines"
        )
