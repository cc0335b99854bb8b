"""Pieces of work side by side, in processes of their own.

Never by fork: what was forked keeps the locks that threads of its parent held and has not the threads,
so that a matrix product of torch or a print in it may wait for ever.
"""

import multiprocessing
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor


def side_by_side(processes: int) -> Executor:
    """Workers for as many pieces at a time, each with an interpreter of its own; for one, here."""
    if processes == 1:
        return ThreadPoolExecutor(1)
    return ProcessPoolExecutor(processes, mp_context=multiprocessing.get_context("spawn"))
