"""Equation 4's label function: closed forms against Monte Carlo and quadrature."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.polynomial.hermite_e import hermegauss

from mmoe_repro.synthetic.label_function import LabelFunction

functions = st.integers(0, 4).flatmap(
    lambda m: st.builds(
        lambda c, a, b: LabelFunction(c, tuple(a), tuple(b)),
        st.floats(0.1, 2),
        st.lists(st.floats(-6, 6), min_size=m, max_size=m),
        st.lists(st.floats(0, 6.28), min_size=m, max_size=m),
    )
)


def moments_by_quadrature(f: LabelFunction, p: float) -> tuple[float, float]:
    """Mean and covariance from a two-dimensional Gauss-Hermite rule."""
    nodes, weights = hermegauss(150)
    weights = weights / weights.sum()
    u, v = np.meshgrid(nodes, nodes, indexing="ij")
    joint = weights[:, None] * weights[None, :]
    first, second = f(f.c * u), f(f.c * (p * u + np.sqrt(1 - p * p) * v))
    mean = float((joint * first).sum())
    return mean, float((joint * first * second).sum()) - mean**2


@settings(deadline=None, max_examples=40)
@given(functions, st.floats(-1, 1))
def test_mean_and_covariance_equal_quadrature(f: LabelFunction, p: float) -> None:
    mean, covariance = moments_by_quadrature(f, p)
    assert f.mean() == pytest.approx(mean, abs=1e-8)
    assert float(f.covariance(p)) == pytest.approx(covariance, abs=1e-7)


@pytest.mark.parametrize("p", [0.4, 0.9, 1.0])
def test_label_correlation_agrees_with_monte_carlo(label_function: LabelFunction, p: float) -> None:
    random = np.random.default_rng(1)
    n = 400_000
    u, v = random.standard_normal((2, n))
    z = label_function.c * np.stack([u, p * u + np.sqrt(1 - p * p) * v])
    y = label_function(z) + 0.1 * random.standard_normal((2, n))
    expected = float(label_function.label_correlation(p))
    # Four standard errors of a Pearson correlation, generous for labels that are not normal.
    assert np.corrcoef(y)[0, 1] == pytest.approx(expected, abs=4 * 1.5 / np.sqrt(n))


def test_noise_is_a_variance(label_function: LabelFunction) -> None:
    v = label_function.signal_variance()
    assert float(label_function.label_correlation(1.0)) == pytest.approx(v / (v + 0.01))


def test_spectrum_sums_to_one_and_gives_the_covariance(label_function: LabelFunction) -> None:
    spectrum = label_function.spectrum(200)
    assert spectrum.sum() == pytest.approx(1, abs=1e-9)
    p = 0.7
    series = spectrum @ p ** np.arange(1, 201) * label_function.signal_variance()
    assert float(label_function.covariance(p)) == pytest.approx(float(series), rel=1e-9)


def test_a_sine_needs_alpha_and_beta() -> None:
    with pytest.raises(ValueError, match="each sine"):
        LabelFunction(1, (1.0,), ())


def test_plain_data_round_trip(label_function: LabelFunction) -> None:
    assert LabelFunction.from_dict(label_function.as_dict()) == label_function


def test_the_plateaus_edge_is_between_the_linear_part_and_all_but_one_sine() -> None:
    """Both residuals by quadrature: of the best line, and of the fastest sine about its mean."""
    f = LabelFunction(0.7, (1.5, -4.0), (0.3, 1.1))
    x, weights = hermegauss(120)
    weights = weights / weights.sum()
    z = f.c * x
    label = f(z)
    mean = weights @ label
    slope = weights @ (label * x)
    linear = weights @ (label - mean - slope * x) ** 2
    sine = np.sin(-4.0 * z + 1.1)
    one = weights @ (sine - weights @ sine) ** 2
    assert f.plateau_edge(0.01) == pytest.approx(0.01 + (linear + one) / 2)


def test_with_one_sine_the_edge_is_half_way_to_the_noise() -> None:
    f = LabelFunction(0.7, (4.0,), (0.3,))
    linear = f.signal_variance() * (1 - f.spectrum(1)[0])
    assert f.plateau_edge(0.01) == pytest.approx(0.01 + linear / 2)
