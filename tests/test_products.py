"""Products of our own: one chain of fused multiply-adds an element, wherever it stands."""

import numpy as np
import pytest

from mmoe_repro.compiled.products import product, product_of_transposed, transposed

SHAPES = [
    (1, 1, 1), (2, 3, 2), (3, 100, 5), (6, 1, 16), (7, 5, 19), (8, 16, 128), (12, 40, 3),
    (16, 113, 16), (113, 100, 16), (113, 16, 100), (144, 100, 24), (136, 24, 100), (18, 100, 250),
    (125, 300, 43),  # several blocks each way
]  # fmt: skip


def matrices(m: int, k: int, n: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    random = np.random.default_rng(m * 10_000 + k * 100 + n)
    a, b = (random.standard_normal(shape, dtype=np.float32) for shape in ((m, k), (k, n)))
    return a, b, np.full((m, n), np.nan, np.float32)


def chain(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """One multiply-add after another in extended precision, each rounded to float32: the fused ones but
    where rounding twice differs."""
    total = np.zeros((a.shape[0], b.shape[1]), np.float32)
    for k in range(a.shape[1]):
        exact = a[:, k, None].astype(np.longdouble) * b[k].astype(np.longdouble)
        total = (exact + total).astype(np.float32)
    return total


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_a_product_is_a_chain_of_fused_multiply_adds(shape: tuple[int, int, int]) -> None:
    a, b, out = matrices(*shape)
    product(a, b, out)
    assert (out == chain(a, b)).all()
    assert out == pytest.approx(a.astype(float) @ b.astype(float), abs=1e-5 * shape[1])


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_the_transposed_product_is_that_of_the_transpose(shape: tuple[int, int, int]) -> None:
    a, b, out = matrices(*shape)
    again = np.empty_like(out)
    product(a, b, out)
    product_of_transposed(np.ascontiguousarray(a.T), b, again)
    assert (out == again).all()
    turned = np.empty((shape[1], shape[0]), np.float32)
    transposed(a, turned)
    assert (turned == a.T).all()


def test_an_elements_bits_do_not_depend_on_what_stands_beside_it() -> None:
    a, b, out = matrices(29, 100, 45)
    product(a, b, out)
    for rows in (slice(0, 1), slice(3, 9), slice(5, 29)):
        for columns in (slice(0, 2), slice(1, 17), slice(7, 45)):
            part = np.ascontiguousarray(b[:, columns])
            alone = np.empty((a[rows].shape[0], part.shape[1]), np.float32)
            product(np.ascontiguousarray(a[rows]), part, alone)
            assert (alone == out[rows, columns]).all()


def test_what_is_not_finite_stays_so() -> None:
    a, b, out = matrices(7, 20, 19)
    a[3, 4] = np.nan
    b[2, 5] = np.inf
    product(a, b, out)
    assert np.isnan(out[3]).all()
    assert not np.isfinite(out[:, 5]).any()
    assert np.isfinite(out[0, 6])
