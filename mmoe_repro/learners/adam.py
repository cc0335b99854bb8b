"""Adam (Kingma and Ba 2015, algorithm 1) on the flat parameters of one run."""

import numpy as np

from mmoe_repro.compiled import exact
from mmoe_repro.compiled.functions import f32

BETA1, BETA2 = 0.9, 0.999
EPSILON = 1e-8  # the default of TensorFlow and PyTorch alike; Keras has 1e-7


@exact
def adam(theta, mean, square, gradient, learning_rate, epsilon, step):  # type: ignore[no-untyped-def]
    """One update in place; all of one length, float32; `step` counts from 1."""
    rate = f32(learning_rate / (1 - BETA1**step))
    scale = f32(1 / np.sqrt(1 - BETA2**step))
    small = f32(epsilon)
    keep, new = f32(BETA2), f32(1 - BETA2)
    for i in range(theta.size):
        g = gradient[i]
        m = mean[i] + f32(1 - BETA1) * (g - mean[i])
        v = keep * square[i] + new * g * g
        mean[i], square[i] = m, v
        theta[i] -= rate * m / (np.sqrt(v) * scale + small)
