"""exp, log and sin in float32, written so that a loop over them runs on vector registers.

The polynomials are those of the Cephes library (Moshier 1992), good to about one unit in the last
place; a test holds them to NumPy's. NaN in gives NaN out.
"""

import numpy as np

from mmoe_repro.compiled import exact

f32 = np.float32
i32 = np.int32

_LOG2_E = f32(1.44269504088896341)
_LN2_HIGH, _LN2_LOW = f32(0.693359375), f32(-2.12194440e-4)  # ln 2 in two parts
_SQRT_HALF = f32(0.707106781186547524)
_TWO_OVER_PI = f32(0.636619772367581343)
_HALF_PI = (f32(1.5703125), f32(4.837512969970703125e-4), f32(7.54978995489188216e-8))


@exact
def exp(x):  # type: ignore[no-untyped-def]
    """e^x; below -87 and above 88 the value there."""
    x = f32(-87.0) if x < f32(-87.0) else x
    x = f32(88.0) if x > f32(88.0) else x
    n = np.floor(x * _LOG2_E + f32(0.5))
    r = x - n * _LN2_HIGH
    r = r - n * _LN2_LOW
    p = f32(1.9875691500e-4)
    p = p * r + f32(1.3981999507e-3)
    p = p * r + f32(8.3334519073e-3)
    p = p * r + f32(4.1665795894e-2)
    p = p * r + f32(1.6666665459e-1)
    p = p * r + f32(5.0000001201e-1)
    p = p * r * r + r + f32(1)
    return p * i32((i32(n) + i32(127)) << i32(23)).view(np.float32)


@exact
def log(x):  # type: ignore[no-untyped-def]
    """ln x for a positive, normal x."""
    bits = f32(x).view(np.int32)
    exponent = f32(i32((bits >> i32(23)) - i32(126)))
    m = i32((bits & i32(0x007FFFFF)) | i32(0x3F000000)).view(np.float32)  # in [1/2, 1)
    below = m < _SQRT_HALF
    exponent = exponent - (f32(1) if below else f32(0))
    m = m + (m if below else f32(0)) - f32(1)
    z = m * m
    p = f32(7.0376836292e-2)
    p = p * m - f32(1.1514610310e-1)
    p = p * m + f32(1.1676998740e-1)
    p = p * m - f32(1.2420140846e-1)
    p = p * m + f32(1.4249322787e-1)
    p = p * m - f32(1.6668057665e-1)
    p = p * m + f32(2.0000714765e-1)
    p = p * m - f32(2.4999993993e-1)
    p = p * m + f32(3.3333331174e-1)
    tail = p * m * z + exponent * _LN2_LOW - f32(0.5) * z
    return (m + tail) + exponent * _LN2_HIGH


@exact
def sin_cos_of_quadrant(r, quadrant):  # type: ignore[no-untyped-def]
    """(sin, cos) of r + quadrant * pi / 2 for |r| <= pi / 4 and an int32 quadrant."""
    z = r * r
    s = f32(-1.9515295891e-4)
    s = s * z + f32(8.3321608736e-3)
    s = s * z - f32(1.6666654611e-1)
    s = s * z * r + r
    c = f32(2.443315711809948e-5)
    c = c * z - f32(1.388731625493765e-3)
    c = c * z + f32(4.166664568298827e-2)
    c = c * z * z - f32(0.5) * z + f32(1)
    odd = (quadrant & i32(1)) != i32(0)
    sine, cosine = (c, s) if odd else (s, c)
    sine = -sine if (quadrant & i32(2)) != i32(0) else sine
    cosine = -cosine if (i32(quadrant + i32(1)) & i32(2)) != i32(0) else cosine
    return sine, cosine


@exact
def sin(x):  # type: ignore[no-untyped-def]
    """sin x, to an absolute 1e-7 for |x| up to some thousands."""
    n = np.floor(x * _TWO_OVER_PI + f32(0.5))
    r = x - n * _HALF_PI[0]
    r = r - n * _HALF_PI[1]
    r = r - n * _HALF_PI[2]
    return sin_cos_of_quadrant(r, i32(n))[0]
