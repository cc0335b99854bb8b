"""What a judgement can say of a statement. Of its own, so that readers need not load the judging."""

from collections.abc import Sequence

SUPPORTED, CONTRADICTED, UNDECIDED = "supported", "contradicted", "undecided"
NO_VALUES = "no values"

# How a statement is contradicted: an effect is surely of the other sign and, by its estimate, large
# enough to count; two things that are said to be alike surely are not; or an effect is surely below the
# least that counts. Surely: at the level at which the statement is contradicted.
REVERSED, UNLIKE, TOO_SMALL = "reversed", "not alike", "too small"
MANNERS = (REVERSED, UNLIKE, TOO_SMALL)  # the one that says most is first


def level_left(alpha: float, p: float, adjusted: float) -> float:
    """What the family (Holm) leaves of alpha for a statement whose p-value `p` became `adjusted`."""
    return alpha * p / adjusted if adjusted > 0 else alpha


def failing(p_contradicted: Sequence[float], level: float) -> list[int]:
    """The parts that alone would contradict a statement, from all parts' p-values (Bonferroni)."""
    return [i for i, p in enumerate(p_contradicted) if p * len(p_contradicted) < level]
