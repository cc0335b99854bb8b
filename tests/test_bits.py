"""The same bits on every x86-64 processor with AVX2 and FMA: the choice made, and exact numbers."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from mmoe_repro.compiled import ARITHMETIC
from mmoe_repro.processor import ENVIRONMENT, NATIVE, NEEDED, flags, pin
from tests.bits import FILE, cases, described
from tests.conftest import ROOT

CASES = dict(cases())
KEPT = json.loads(FILE.read_text())

pinned = pytest.mark.skipif(
    ARITHMETIC != "pinned", reason=f"not x86-64 with AVX2 and FMA, or {NATIVE} is set"
)


@pinned
@pytest.mark.parametrize("case", list(CASES))
def test_bits_are_those_of_every_other_processor(case: str) -> None:
    """Compares exactly; that numbers are meant to change, `python -m tests.bits` says."""
    assert described(CASES[case]()) == KEPT[case]


def test_every_case_is_kept() -> None:
    assert list(KEPT) == list(CASES)


def say(before: str = "", after: str = "", **environment: str) -> list[str]:
    """What a process of its own says of its arithmetic, kernels and records."""
    call = f"""
{before}
import mmoe_repro
{after}
from threadpoolctl import threadpool_info
from mmoe_repro.synthetic.blocks import trained_by
kernels = {{i["architecture"] for i in threadpool_info() if i["user_api"] == "blas"}}
print(trained_by("compiled", "cpu"), trained_by("torch", "cpu"), *sorted(kernels), sep="; ")
"""
    mine = {name: value for name, value in os.environ.items() if name not in ENVIRONMENT}
    done = subprocess.run(
        [sys.executable, "-c", call], env=mine | environment, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    return done.stdout.strip().split("; ")


@pinned
def test_a_process_that_nothing_was_told_is_pinned_and_its_records_need_no_mark() -> None:
    assert say() == ["compiled", "torch on cpu", "Haswell"]


@pinned
def test_records_of_native_arithmetic_say_so() -> None:
    told = {NATIVE: "1", **ENVIRONMENT}  # as from a process that is pinned
    for by in (
        say(**told),
        say(before="import numpy"),  # too late
        say(after="import os; os.environ['OPENBLAS_CORETYPE'] = 'Sandybridge'"),
        say(after="import os; del os.environ['MKL_CBWR']"),
    ):
        assert by[:2] == ["compiled, native", "torch on cpu, native"]


@pinned
def test_a_process_that_a_pinned_one_starts_is_pinned_whatever_it_imports_first() -> None:
    assert say(before="import numpy, torch", **ENVIRONMENT)[0] == "compiled"


@pinned
def test_other_kernels_change_what_numpy_does_but_no_compiled_training() -> None:
    """The first, or the numbers kept would prove nothing."""
    cases = ("afterwards", "compiled mmoe fresh 16", "classifier mmoe 16")
    call = "import os, mmoe_repro; os.environ['OPENBLAS_CORETYPE'] = 'Sandybridge'; "
    call += "from tests.bits import *; one_thread(); of = dict(cases()); "
    call += f"print(*[described(of[name]()) for name in {cases!r}], sep='; ')"
    done = subprocess.run(
        [sys.executable, "-c", call], capture_output=True, text=True, check=True,
        cwd=Path(__file__).parent.parent,
    )  # fmt: skip
    found = done.stdout.strip().split("; ")
    assert [f == KEPT[name] for f, name in zip(found, cases, strict=True)] == [False, True, True]


def test_a_choice_is_named_once_and_taken_back_where_it_does_not_hold() -> None:
    environment = {"HOME": "/"}
    assert pin(environment, ["sys"], NEEDED)
    assert environment == {"HOME": "/", **ENVIRONMENT}
    assert pin(environment, ["numpy"], NEEDED)  # a process started by this one
    assert not pin({}, ["numpy"], NEEDED)
    assert not pin(environment | {"MKL_CBWR": "AVX512"}, ["torch"], NEEDED)
    older = dict(environment)
    assert not pin(older, [], NEEDED - {"fma"})
    assert older == {"HOME": "/"}
    native = environment | {NATIVE: "1", "MKL_CBWR": "AVX2"}
    assert not pin(native, [], NEEDED)
    assert native == {"HOME": "/", NATIVE: "1", "MKL_CBWR": "AVX2"}  # which a person chose
    assert pin(environment | {NATIVE: "0"}, [], NEEDED)


def test_a_processors_flags_are_read_where_linux_gives_them(tmp_path: Path) -> None:
    file = tmp_path / "cpuinfo"
    assert flags(file) == set()
    file.write_text("processor\t: 0\nflags\t\t: fpu avx2 fma\nbugs\t\t: none\n\nprocessor\t: 1\n")
    assert flags(file) in ({"fpu", "avx2", "fma"}, set())  # empty on other than x86-64


FIRST_AND_SECOND = """
import mmoe_repro, numpy, sys
sys.path.insert(0, sys.argv[1])
from tests.bits import _synthetic, described
from mmoe_repro.compiled import one_thread
one_thread()
trained = _synthetic("shared_bottom", "fresh", "compiled", 128)
print(mmoe_repro.__file__, trained.final.tobytes().hex())
"""


def test_what_is_compiled_now_computes_as_what_is_read_from_the_cache(tmp_path: Path) -> None:
    """A process that compiles, and one that finds all of it compiled: the same bits."""
    shutil.copytree(ROOT / "mmoe_repro", tmp_path / "mmoe_repro",
                    ignore=shutil.ignore_patterns("__pycache__"))  # fmt: skip
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    said = [
        subprocess.run(
            [sys.executable, "-c", FIRST_AND_SECOND, str(ROOT)], env=environment, cwd=tmp_path,
            capture_output=True, text=True, check=True,
        ).stdout
        for _ in range(2)
    ]  # fmt: skip
    assert str(tmp_path) in said[0]  # the copy, whose cache was empty
    assert said[0] == said[1]
