"""The paper's means with our runs' spread: what means that are published alone would say if its runs
were spread as ours are."""

from collections.abc import Callable

import numpy as np

from mmoe_repro.claims.evidence import Evidence, Sample


def with_our_spread(
    published: Evidence, ours: Evidence, mean_alone: Callable[[str], bool]
) -> Evidence:
    """Of each condition that the paper shows a mean of and no spread (`mean_alone`), and that we have
    runs of: our runs, as many as the paper's (ours again and again, if it has more), moved to its mean.

    Unpaired, since which of its runs shared data is not known.
    """
    found = {}
    for name, of_paper in published.samples.items():
        if mean_alone(name) and name in ours.samples:
            values = np.resize(ours.samples[name].low, of_paper.low.size)
            middle = (of_paper.low + of_paper.high) / 2
            found[name] = Sample.known(values + (middle.mean() - values.mean()))
    return Evidence(
        found, paired=False, absent="the paper shows its spread, or we have no runs of it"
    )
