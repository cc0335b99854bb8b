"""What a judgement can say of a statement. Of its own, so that readers need not load the judging."""

from collections.abc import Sequence

SUPPORTED, CONTRADICTED, UNDECIDED = "supported", "contradicted", "undecided"
NO_VALUES = "no values"

# How a statement is contradicted: an effect is surely of the other sign and, by its estimate, large
# enough to count; two things that are said to be alike surely are not; or an effect is surely below the
# least that counts.
REVERSED, UNLIKE, TOO_SMALL = "reversed", "not alike", "too small"
MANNERS = (REVERSED, UNLIKE, TOO_SMALL)  # the one that says most is first


def failing(p_contradicted: Sequence[float], alpha: float) -> list[int]:
    """The parts that alone would contradict a statement, from all parts' p-values (Bonferroni)."""
    return [i for i, p in enumerate(p_contradicted) if p * len(p_contradicted) < alpha]
