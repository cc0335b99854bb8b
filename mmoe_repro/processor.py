"""The same arithmetic on every x86-64 processor with AVX2 and FMA.

OpenBLAS, numpy, numba, torch and MKL choose code by the processor that they find, and each choice
adds and rounds in an order of its own; Adam makes the last digit of one sum another training.
Therefore the package names one choice for all of them, before they are loaded: what Intel's Haswell
of 2013 has, and every later x86-64 processor for servers and laptops. They read it from the
environment, so processes that this one starts have it too.

MMOE_NATIVE=1 leaves the choice to the libraries, for a processor's full speed. Records of native
runs say so, and so do those of other machines, and of a process that had loaded one of the libraries
before this package: there the choice comes too late.
"""

import os
import platform
import sys
from collections.abc import Collection, MutableMapping
from pathlib import Path

NATIVE = "MMOE_NATIVE"

ENVIRONMENT = {
    "OPENBLAS_CORETYPE": "Haswell",  # numpy's products, and scipy's, which numba uses
    "NPY_ENABLE_CPU_FEATURES": "X86_V3",  # of numpy's loops; those for AVX-512 round otherwise
    "NUMBA_CPU_NAME": "haswell",
    "NUMBA_CPU_FEATURES": "+avx2,+fma",  # else numba adds whatever else the host has
    "ATEN_CPU_CAPABILITY": "avx2",  # torch's loops
    # torch's products: the one branch of MKL that is the same on Intel's processors and others'.
    # It also makes them independent of where in memory a matrix begins.
    "MKL_CBWR": "COMPATIBLE",
}
READERS = ("numpy", "scipy", "numba", "torch")  # they read it once, when they are loaded
NEEDED = {"avx2", "fma", "bmi1", "bmi2", "f16c", "movbe", "abm"}  # x86-64-v3 in /proc/cpuinfo


def flags(cpuinfo: Path = Path("/proc/cpuinfo")) -> set[str]:
    """What this processor can do, in Linux's words; empty where that is not to be known."""
    if platform.machine() not in ("x86_64", "AMD64") or not cpuinfo.exists():
        return set()
    of_first = cpuinfo.read_text().split("\n\n", 1)[0]
    named = (line.partition(":") for line in of_first.splitlines())
    return {flag for name, _, value in named if name.strip() == "flags" for flag in value.split()}


def pin(
    environment: MutableMapping[str, str], loaded: Collection[str], found: Collection[str]
) -> bool:
    """Name the choice in `environment`, or take it back; whether what is loaded will follow it.

    `loaded` are the modules that are there already, `found` the processor's flags.
    """
    if environment.get(NATIVE, "0") not in ("", "0") or not set(found) >= NEEDED:
        for name, value in ENVIRONMENT.items():
            if environment.get(name) == value:  # from a process that was pinned
                del environment[name]
        return False
    inherited = all(environment.get(name) == value for name, value in ENVIRONMENT.items())
    environment.update(ENVIRONMENT)
    return inherited or not any(reader in loaded for reader in READERS)


PINNED = pin(os.environ, sys.modules, flags())
WIDE = {"avx512f", "avx512vl"} <= flags()  # for code that gives the same bits with it
