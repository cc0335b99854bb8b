"""Named random streams."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmoe_repro.seeds import numpy_stream, stream_seed


def test_a_seed_is_a_function_of_its_name_alone() -> None:
    # A fixed value: if it ever changes, every published record is foreign.
    assert stream_seed(2018, "inputs", 0, 0) == 7987489628871898486


@given(st.integers(0, 2**31), st.integers(0, 9999), st.integers(0, 100))
def test_seeds_fit_both_generators(study: int, run: int, part: int) -> None:
    assert 0 <= stream_seed(study, "inputs", run, part) < 2**63


def test_names_that_differ_give_streams_that_differ() -> None:
    names = [(s, p, r, c) for s in (0, 1) for p in ("a", "b") for r in range(20) for c in range(20)]
    assert len({stream_seed(s, p, r, c) for s, p, r, c in names}) == len(names)
    # Keys are not glued together: (1, 23) is not (12, 3).
    assert stream_seed(0, "a", 1, 23) != stream_seed(0, "a", 12, 3)


def test_streams_look_independent() -> None:
    draws = np.stack([numpy_stream(0, "a", run).standard_normal(4000) for run in range(20)])
    off = np.corrcoef(draws)[np.triu_indices(20, 1)]
    assert np.abs(off).max() < 5 / np.sqrt(4000)


def test_a_stream_needs_a_purpose() -> None:
    with pytest.raises(ValueError, match="purpose"):
        stream_seed(0, "")
