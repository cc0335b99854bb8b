"""Several processes for one command: torchrun, with its errors in one line."""

import errno
import logging
import os
import socket
import warnings
from collections.abc import Sequence
from importlib.util import find_spec

FRESH = "WORLD_SIZE"  # torchrun sets it for the processes that it starts


class Died(ValueError):
    """A process that did not end well; the text says which, and how to go on."""


class Missing(ValueError):
    """TorchRec is not here; the text says how to get it."""


def needed() -> None:
    """Raise Missing if TorchRec cannot be imported."""
    if find_spec("torchrec") is None or find_spec("fbgemm_gpu") is None:
        raise Missing(
            "the recommender needs torchrec, which is not installed: "
            "pip install -c constraints.txt -e '.[recommender]' ./workflow/fbgemm-gpu"
        )


def started() -> bool:
    """Whether torchrun has started this process."""
    return FRESH in os.environ


def launch(arguments: Sequence[str], processes: int, nodes: str = "1", endpoint: str = "") -> None:
    """Run `mmoe-repro ARGUMENTS` in `processes` processes on this machine, one of `nodes`.

    With more than one machine every machine calls it, with the same `endpoint`, host:port of one of
    them. Raises Died if a process does, ValueError if the port is in use.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from torch.distributed import run as torchrun
        from torch.distributed.elastic.multiprocessing.errors import ChildFailedError
    if endpoint:
        _refuse_taken(endpoint)
    meeting = (
        ["--rdzv-backend=c10d", f"--rdzv-endpoint={endpoint}"] if endpoint else ["--standalone"]
    )
    options = [*meeting, f"--nnodes={nodes}", f"--nproc-per-node={processes}"]
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    os.environ["PYTHONWARNINGS"] = "ignore"
    logging.getLogger("torch.distributed").setLevel(logging.CRITICAL)
    try:
        asked = torchrun.parse_args([*options, "-m", "mmoe_repro.cli"])
        asked.training_script_args = list(arguments)  # its parser would take --n for one of its own
        torchrun.run(asked)
    except ChildFailedError as error:
        rank, failure = error.get_first_failure()
        how = f"signal {-failure.exitcode}" if failure.exitcode < 0 else f"exit {failure.exitcode}"
        raise Died(
            f"process {rank} of {processes} ended ({how}), and the others with it; what it said is "
            "above. Run the command again to go on from the last checkpoint"
        ) from None


def _refuse_taken(endpoint: str) -> None:
    """Raise ValueError if the endpoint is not host:port, or is this machine's and something listens
    there: torchrun would wait for it to answer as a process of its own."""
    host, _, port = endpoint.rpartition(":")
    if not host or not port.isdigit():
        raise ValueError(f"endpoint {endpoint!r}: expected is host:port")
    with socket.socket() as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind((host, int(port)))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise ValueError(f"{endpoint}: the port is in use; name another one") from None
