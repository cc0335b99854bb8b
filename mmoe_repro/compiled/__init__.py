"""Code that numba compiles: elementary functions, random numbers, and how compiled code is kept.

`exact` compiles with fused multiply-add alone; `fast` may also reorder sums, so that they run along
vector registers, of the width that `processor.py` names. Both are deterministic, and neither assumes
that numbers are finite: a run that diverges stays visible. Numba keeps what it compiled beside the
package, in a folder named by the sources and the arithmetic, because its own cache does not notice a
change in an imported module.
"""

import hashlib
import os
import sys
from pathlib import Path
from tempfile import gettempdir

import scipy.linalg  # noqa: F401 - its BLAS is another than numpy's; loaded, to be limited and looked at
from numba import config, njit
from threadpoolctl import threadpool_info, threadpool_limits

from mmoe_repro.processor import ENVIRONMENT, PINNED, WIDE

PACKAGE = Path(__file__).parent.parent
ROOMS = (
    "compiled",
    "synthetic",
    "models",
    "learners",
    "recommender",
)  # the rooms that hold compiled code


def _is_pinned() -> bool:
    """Whether the libraries, now that they are loaded, do as they were told.

    Another BLAS than OpenBLAS, as conda may bring, does not.
    """
    torch = sys.modules.get("torch")  # once it is loaded; else it will read what is named
    follows = ENVIRONMENT["ATEN_CPU_CAPABILITY"]
    blas = [library for library in threadpool_info() if library["user_api"] == "blas"]
    return (
        PINNED
        and ENVIRONMENT.items() <= os.environ.items()
        and {library.get("architecture") for library in blas} == {ENVIRONMENT["OPENBLAS_CORETYPE"]}
        and (torch is None or torch.backends.cpu.get_cpu_capability().lower() == follows)
        and ENVIRONMENT["NUMBA_CPU_NAME"] == config.CPU_NAME  # type: ignore[attr-defined]
        and ENVIRONMENT["NUMBA_CPU_FEATURES"] == config.CPU_FEATURES  # type: ignore[attr-defined]
    )


ARITHMETIC = "pinned" if _is_pinned() else "native"


def _cache_folder() -> Path:
    digest = hashlib.sha256(f"{ARITHMETIC} {WIDE}".encode())
    for room in ROOMS:
        for source in sorted((PACKAGE / room).glob("*.py")):
            digest.update(source.read_bytes())
    writable = os.access(PACKAGE, os.W_OK)
    home = PACKAGE / "__pycache__" if writable else Path(gettempdir()) / "mmoe-repro"
    return home / f"numba-{digest.hexdigest()[:16]}"


config.CACHE_DIR = str(_cache_folder())  # type: ignore[attr-defined]

# Everything is compiled into what calls it: else a call may find the callee's own code, in the process
# that compiled both, or the copy that was optimised once more with its caller, in a process that reads
# the cache; and the two add in another order.
exact = njit(cache=True, error_model="numpy", nogil=True, forceinline=True, fastmath={"contract"})
fast = njit(
    cache=True, error_model="numpy", nogil=True, forceinline=True,
    fastmath={"contract", "reassoc", "nsz", "arcp"},
)  # fmt: skip


def one_thread() -> None:
    """Matrix products on one thread: blocks run side by side, one a core."""
    threadpool_limits(1)
    os.environ["OMP_NUM_THREADS"] = "1"  # torch reads it when it is loaded
    if "torch" in sys.modules:
        sys.modules["torch"].set_num_threads(1)
