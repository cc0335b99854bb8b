"""Figure 2 by simulation, through the study's own data."""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from mmoe_repro.seeds import numpy_stream, stream_seed
from mmoe_repro.synthetic.task_pair import draw_task_pair
from mmoe_repro.synthetic.universe import Universe


def figure2_trials(
    universe: Universe,
    task_correlations: Sequence[float],
    trials: int,
    points: int,
    study_seed: int,
    progress: Callable[[], None] = lambda: None,
) -> pd.DataFrame:
    """Figure 2 by simulation: the label correlation of `points` fresh samples, a row a trial.

    A trial draws directions, inputs and noise anew. Labels depend on x through z_k = w_k'x alone,
    but x is drawn in full here, so that this checks the closed form through the study's own data.
    """
    rows = []
    for p in task_correlations:
        for trial in range(trials):
            random = numpy_stream(study_seed, "figure 2", round(p * 1e6), trial)
            pair = draw_task_pair(
                stream_seed(study_seed, "figure 2 directions"),
                trial,
                c=universe.label_function.c,
                task_correlation=p,
                n_features=universe.n_features,
            )
            x = random.standard_normal((points, universe.n_features))
            noise = random.standard_normal((2, points)) * universe.noise_variance**0.5
            y = universe.label_function(pair.weights @ x.T) + noise
            rows.append((float(p), trial, float(np.corrcoef(y)[0, 1])))
        progress()
    return pd.DataFrame(rows, columns=["task_correlation", "trial", "label_correlation"])
