"""Record files: whole or absent, refused when damaged or foreign, equal bytes for equal frames."""

from pathlib import Path

import pandas as pd
import pytest

from mmoe_repro import records
from mmoe_repro.files import write_aside
from mmoe_repro.synthetic.blocks import Condition, train_block
from mmoe_repro.synthetic.schema import RUNS
from mmoe_repro.synthetic.universe import Universe
from mmoe_repro.training.trainer import Schedule


@pytest.fixture
def runs(fresh: Universe) -> pd.DataFrame:
    schedule = Schedule(100, 100, 20, 50)
    condition = Condition(fresh, "shared_bottom_16", 0.5, 0.01)
    frame, _ = train_block(condition, [0, 1, 2], 7, schedule)
    return frame.assign(code_fingerprint="abc")


def test_round_trip_and_equal_bytes(runs: pd.DataFrame, tmp_path: Path) -> None:
    a, b = tmp_path / "a.parquet", tmp_path / "b.parquet"
    records.write(runs, a, RUNS)
    records.write(runs.sample(frac=1, random_state=1), b, RUNS)  # order does not matter
    assert a.read_bytes() == b.read_bytes()
    pd.testing.assert_frame_equal(records.read(a, RUNS), runs)


@pytest.mark.parametrize("damage", ["truncated", "flipped", "text"])
def test_a_damaged_file_is_refused_by_name(damage: str, runs: pd.DataFrame, tmp_path: Path) -> None:
    path = tmp_path / "block.parquet"
    records.write(runs, path, RUNS)
    whole = path.read_bytes()
    if damage == "flipped":
        # A bit of the footer, which holds the schema.
        broken = bytearray(whole)
        broken[-20] ^= 0xFF
        broken[-6] ^= 0xFF
        path.write_bytes(bytes(broken))
    else:
        path.write_bytes(whole[: len(whole) // 2] if damage == "truncated" else b"not records")
    with pytest.raises(records.BadRecordFile, match=r"block\.parquet.*[Pp]arquet"):
        records.read(path, RUNS)


def test_a_file_with_other_columns_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "foreign.parquet"
    pd.DataFrame({"loss": [1.0]}).to_parquet(path)
    with pytest.raises(records.BadRecordFile, match="expected the columns universe, model"):
        records.read(path, RUNS)


def test_foreign_repeated_and_mixed_records_are_never_put_together(
    runs: pd.DataFrame, tmp_path: Path
) -> None:
    a, b = tmp_path / "a.parquet", tmp_path / "b.parquet"
    key = runs["universe"].iloc[0]
    records.write(runs, a, RUNS)
    with pytest.raises(records.BadRecordFile, match=rf"{key}; expected other"):
        records.gather([a], RUNS, universe="other")
    records.write(runs, b, RUNS)
    with pytest.raises(records.BadRecordFile, match="twice"):
        records.gather([a, b], RUNS, universe=key)
    records.write(runs.assign(seed=runs["seed"] + 10, code_fingerprint="def"), b, RUNS)
    with pytest.raises(records.BadRecordFile, match="different code"):
        records.gather([a, b], RUNS, universe=key)
    assert len(records.gather([a, b], RUNS, mixed=True, universe=key)) == 2 * len(runs)


def test_a_diverged_run_must_say_so(runs: pd.DataFrame, tmp_path: Path) -> None:
    runs.loc[0, "final_loss"] = float("nan")
    with pytest.raises(Exception, match="diverged"):
        records.write(runs, tmp_path / "a.parquet", RUNS)
    assert list(tmp_path.iterdir()) == []


def test_a_write_that_fails_leaves_nothing(tmp_path: Path) -> None:
    def fail(path: Path) -> None:
        path.write_text("half")
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        write_aside(tmp_path / "records.parquet", fail)
    assert list(tmp_path.iterdir()) == []


def test_a_write_that_fails_keeps_the_file_that_was_there(tmp_path: Path) -> None:
    path = tmp_path / "records.parquet"
    path.write_text("before")
    with pytest.raises(OSError, match="disk"):
        write_aside(path, lambda aside: (_ for _ in ()).throw(OSError("disk")).__next__())
    assert path.read_text() == "before"
