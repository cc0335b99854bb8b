"""What `mmoe-repro plan` says of time."""

import pytest

from mmoe_repro.cost import StageCost, as_text


@pytest.mark.parametrize(("cores", "seconds"), [(1, 300), (2, 150), (3, 120), (64, 120)])
def test_a_stage_takes_no_less_than_its_longest_job(cores: int, seconds: float) -> None:
    """Three jobs, of 120, 100 and 80 seconds."""
    assert StageCost("three", 3, 30, 300.0, 120.0).on(cores) == seconds


def test_the_table_adds_stages_up() -> None:
    stages = [StageCost("a", 3, 30, 300.0, 120.0, "A note."), StageCost("b", 1, 5, 60.0, 60.0)]
    stages.append(StageCost("none", 0, 0, 0.0, 0.0))  # has nothing to say
    text = as_text(stages, 64)
    assert [line.split() for line in text.splitlines()[1:4]] == [
        ["a", "3", "30", "2", "min"], ["b", "1", "5", "60", "s"], ["together", "35", "3", "min"],
    ]  # fmt: skip
    assert text.endswith("A note.")
