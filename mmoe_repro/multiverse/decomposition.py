"""Which choice decides: the variance of a statement's margin over universes, by choice.

Margins are ranked first, since a few universes have very large ones. A choice's share is omega squared
(Hays 1963) of its type II sum of squares in an additive model of all choices; the design is nearly
orthogonal, so that shares hardly overlap. What no choice takes alone is left to choices together and to
chance; the share of chance is known from halves of the seeds.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from mmoe_repro.multiverse.design import Member
from mmoe_repro.seeds import numpy_stream

Floats = NDArray[np.float64]
RESAMPLES = 1_000
FREE = 10  # degrees of freedom of the error that a decomposition needs


def groups(found: Sequence[Member]) -> dict[str, Floats]:
    """Choice -> its columns (universe, level): an indicator a value but the first, centred.

    A label function also has what it gives a learner: its linear share and the logarithm of its
    variance. A choice with one value among these universes has no columns and is left out, and so is
    the error's: scaled to a constant prediction's, squared errors and half of them are the same.
    """
    columns: dict[str, Floats] = {}
    for name in found[0].choices:
        values = [str(one.choices[name]) for one in found]
        levels = sorted(set(values))[1:]
        columns[name] = np.array([[v == level for level in levels] for v in values], float)
    functions = [one.universe.label_function for one in found]
    of_function = [[f.spectrum(1)[0], np.log(f.signal_variance())] for f in functions]
    columns["label_function"] = np.column_stack([columns["label_function"], of_function])
    return {
        name: x - x.mean(axis=0) for name, x in columns.items() if x.shape[1] and name != "error"
    }


def _residual(x: Floats, y: Floats) -> tuple[Floats, int]:
    """The residual sums of squares of linear models without intercept, one for each column of y, and
    their rank."""
    solution, _, rank, _ = np.linalg.lstsq(x, y, rcond=None)
    of_columns: Floats = np.sum((y - x @ solution) ** 2, axis=0)
    return of_columns, int(rank)


def omega_squared(y: Floats, columns: Mapping[str, Floats]) -> dict[str, Floats]:
    """Choice -> its share (outcomes,) of the variance of each column of y (universes, outcomes), not
    below 0, and of all together under `all`.

    Not a number where there are too few universes to tell, or the outcome is the same in all of them.
    """
    y = y - y.mean(axis=0)
    n, total = len(y), np.sum(y**2, axis=0)
    whole = np.column_stack(list(columns.values()))
    left, rank = _residual(whole, y)
    if n - 1 - rank < FREE:
        return {name: np.full(y.shape[1], np.nan) for name in ["all", *columns]}
    of_error = left / (n - 1 - rank)
    taken = {"all": total - left - rank * of_error}
    for name in columns:
        rest = np.column_stack([x for other, x in columns.items() if other != name])
        without, rank_without = _residual(rest, y)
        taken[name] = without - left - (rank - rank_without) * of_error
    varies = np.where(total > 0, total + of_error, np.nan)
    return {name: np.maximum(0.0, of / varies) for name, of in taken.items()}


def decompositions(
    margins: pd.DataFrame, found: Sequence[Member], confidence: float, resamples: int = RESAMPLES
) -> dict[str, pd.DataFrame]:
    """Statement -> a row a choice and one for `all`: share, low, high; largest first.

    `margins` has a row a universe, by its name, and a column a statement. Intervals are of resampled
    universes, the same for every statement; shares there are too large by chance as those of the sample
    are not: an interval is shifted by the mean of that excess.
    """
    y = stats.rankdata(margins.loc[[one.name for one in found]].to_numpy(), axis=0)
    columns = groups(found)
    shares = omega_squared(y, columns)
    generator = numpy_stream(0, "multiverse decomposition")
    drawn: dict[str, list[Floats]] = {name: [] for name in shares}
    for _ in range(resamples):
        at = generator.integers(len(y), size=len(y))
        centred = {name: x[at] - x[at].mean(axis=0) for name, x in columns.items()}
        for name, of in omega_squared(y[at], centred).items():
            drawn[name].append(of)
    tail = (1 - confidence) / 2
    rows: dict[str, list[dict[str, object]]] = {str(statement): [] for statement in margins}
    for name, of_sample in shares.items():
        for statement, share, of in zip(rows, of_sample, np.transpose(drawn[name]), strict=True):
            values = pd.Series(of)  # some resamples may be of one value
            low, high = values.quantile([tail, 1 - tail]) - (float(values.mean()) - share)
            ends = {"low": max(0.0, low), "high": min(1.0, high)}
            rows[statement].append({"choice": name, "share": float(share), **ends})
    return {
        statement: pd.DataFrame(of).sort_values("share", ascending=False, ignore_index=True)
        for statement, of in rows.items()
    }


def chance(first: pd.Series, second: pd.Series) -> float:
    """The share of a margin's variance that is chance, from the same margins on each half of the seeds.

    One less the reliability of the whole (Spearman 1910, Brown 1910), of ranks; not a number where
    nothing varies.
    """
    if first.nunique() < 2 or second.nunique() < 2:
        return float("nan")
    r = float(stats.spearmanr(first, second.loc[first.index]).statistic)
    return float(np.clip(1 - 2 * r / (1 + r), 0, 1)) if r > 0 else 1.0
