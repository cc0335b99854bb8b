"""Compiled elementary functions and random numbers, against NumPy and published test vectors."""

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from mmoe_repro import compiled
from mmoe_repro.compiled import exact, functions
from mmoe_repro.compiled.random import LANES, below, normals, philox, xoshiro


@exact
def _exp(x, out):  # type: ignore[no-untyped-def]
    for i in range(x.size):
        out[i] = functions.exp(x[i])


@exact
def _log(x, out):  # type: ignore[no-untyped-def]
    for i in range(x.size):
        out[i] = functions.log(x[i])


@exact
def _sin(x, out):  # type: ignore[no-untyped-def]
    for i in range(x.size):
        out[i] = functions.sin(x[i])


def test_exp_log_and_sin_are_numpys() -> None:
    x = np.linspace(-80, 80, 100_001).astype(np.float32)
    out = np.empty_like(x)
    wide = x.astype(np.float64)
    _exp(x, out)
    assert np.abs(out / np.exp(wide) - 1).max() < 3e-7
    _sin(x, out)
    assert np.abs(out - np.sin(wide)).max() < 2e-7
    positive = np.exp(wide).astype(np.float32)
    _log(positive, out)
    assert np.abs(out - np.log(positive.astype(np.float64))).max() < 1e-5  # an ulp at 80


@pytest.mark.parametrize("function", [_exp, _sin])
def test_nan_stays_nan(function: object) -> None:
    out = np.zeros(1, np.float32)
    function(np.array([np.nan], np.float32), out)  # type: ignore[operator]
    assert np.isnan(out[0])


@pytest.mark.parametrize(
    ("counter", "key", "words"),
    [
        ("00000000 00000000 00000000 00000000", "00000000 00000000",
         "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
        ("ffffffff ffffffff ffffffff ffffffff", "ffffffff ffffffff",
         "408f276d 41c83b0e a20bc7c6 6d5451fd"),
        ("243f6a88 85a308d3 13198a2e 03707344", "a4093822 299f31d0",
         "d16cfe09 94fdcceb 5001e420 24126ea1"),
    ],
)  # fmt: skip
def test_philox_has_the_vectors_of_random123(counter: str, key: str, words: str) -> None:
    given = [np.uint32(int(word, 16)) for word in (counter + " " + key).split()]
    assert [f"{int(word):08x}" for word in philox(*given)] == words.split()


def test_xoshiro_has_the_published_numbers() -> None:
    """The state (1, 2, 3, 4) of the reference implementation, in every lane."""
    states = np.repeat(np.array([[1], [2], [3], [4]], np.uint32), LANES, axis=1)
    out = np.empty(6 * LANES, np.uint32)
    xoshiro(states, out)
    expected = [641, 1573767, 3222811527, 3517856514, 836907274, 4247214768]
    assert out.reshape(6, LANES).tolist() == [[word] * LANES for word in expected]


def test_normal_numbers_are_standard_normal_and_independent() -> None:
    out = np.empty((200, 5_003), np.float32)  # a length that is no whole number of blocks
    for part in range(len(out)):
        normals(out[part], 123_456_789_012_345, part)
    flat = out.ravel().astype(np.float64)
    assert abs(flat.mean()) < 4 / np.sqrt(flat.size)
    assert abs(flat.var() - 1) < 4 * np.sqrt(2 / flat.size)
    assert abs(stats.kurtosis(flat)) < 4 * np.sqrt(24 / flat.size)
    assert stats.kstest(flat[::7], "norm").pvalue > 1e-3
    tail = 3.5
    expected = flat.size * 2 * stats.norm.sf(tail)
    assert abs((np.abs(flat) > tail).sum() - expected) < 4 * np.sqrt(expected)
    for lag in (1, LANES, 256, 512):  # lanes, halves of a block and blocks do not follow each other
        assert abs(np.corrcoef(flat[:-lag], flat[lag:])[0, 1]) < 4 / np.sqrt(flat.size)
    assert abs(np.corrcoef(out[:-1].ravel(), out[1:].ravel())[0, 1]) < 4 / np.sqrt(flat.size)


def test_whole_numbers_are_uniform_and_below_the_limit() -> None:
    out = np.empty(70_001, np.int64)
    below(out, 7, 5, 0)
    counts = np.bincount(out, minlength=7)
    assert len(counts) == 7
    assert stats.chisquare(counts).pvalue > 1e-3


def test_streams_differ_by_key_and_part() -> None:
    a, b, c, again = (np.empty(40, np.float32) for _ in range(4))
    normals(a, 1, 0)
    normals(b, 2, 0)
    normals(c, 1, 1)
    normals(again, 1, 0)
    assert np.array_equal(a, again)
    assert len(set(np.concatenate([a, b, c]).tolist())) == 120


def test_an_edit_of_the_sources_makes_another_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Numba's own cache does not see a change in an imported module; the folder's name does."""
    for room in compiled.ROOMS:
        shutil.copytree(compiled.PACKAGE / room, tmp_path / room)
    here = compiled._cache_folder().name
    monkeypatch.setattr(compiled, "PACKAGE", tmp_path)
    assert compiled._cache_folder().name == here
    (tmp_path / "compiled/another.py").write_text("# another source\n")
    assert compiled._cache_folder().name != here


def test_compiled_code_is_kept() -> None:
    call = "import numpy as np; from mmoe_repro.compiled.random import normals; "
    call += "normals(np.empty(8, np.float32), 1, 0); print(sum(normals.stats.cache_hits.values()))"
    subprocess.run([sys.executable, "-c", call], check=True, capture_output=True)
    done = subprocess.run([sys.executable, "-c", call], check=True, capture_output=True, text=True)
    assert compiled._cache_folder().is_dir()
    assert done.stdout.strip() == "1"
