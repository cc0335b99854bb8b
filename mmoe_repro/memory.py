"""How this process asks the system for memory."""

import ctypes

_TRIM_THRESHOLD, _MMAP_MAX = -1, -4  # of glibc's mallopt
_NEVER = 2**31 - 1


def keep() -> None:
    """Keep what is freed for what is asked for next, rather than give it back.

    Trainings allocate the same large arrays at every step. By default each comes from the system anew,
    and clearing its pages takes as long as the arithmetic on them. Does nothing where the C library is
    not glibc.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_MMAP_MAX, 0)
        mallopt(_TRIM_THRESHOLD, _NEVER)
