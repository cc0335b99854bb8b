"""Locks that a killed snakemake left behind.

Snakemake locks a folder with files, which outlive a process that is killed; the next call then asks
for `--unlock`. The operating system's own lock does not outlive its process. So every snakemake holds
one, shared with all others that live; who can have it alone knows that none does, and clears what is
there. Else the files stand, and snakemake itself refuses to start.
"""

import fcntl
from io import TextIOWrapper
from pathlib import Path


def clear_stale(folder: Path) -> TextIOWrapper | None:
    """Clear stale locks below `folder` (`.snakemake`) unless another process is alive.

    Returns the open lock, to be kept for as long as the process lives; None if the file system has no
    such locks (a cluster's may not): nothing is known then, and nothing cleared.
    """
    folder.mkdir(exist_ok=True)
    alive = (folder / "alive").open("w")
    try:
        fcntl.flock(alive, fcntl.LOCK_EX | fcntl.LOCK_NB)
        alone = True
    except BlockingIOError:
        alone = False
    except OSError:
        alive.close()
        return None
    if alone:
        for stale in (folder / "locks").glob("*.lock"):
            stale.unlink(missing_ok=True)
    fcntl.flock(alive, fcntl.LOCK_SH)  # waits for one that is just clearing
    return alive
