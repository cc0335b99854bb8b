"""Block files of the census and the recommender put together: what is foreign is refused by name."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mmoe_repro.census import merge
from mmoe_repro.census import schema as census
from mmoe_repro.files import write_parquet
from mmoe_repro.recommender import gather as recommender
from mmoe_repro.recommender.names import BESIDE, MEASURED, TASKS
from mmoe_repro.records import BadRecordFile
from tests.conftest import ROOT

CENSUS = ROOT / "results/published/census"


def blocks(frame: pd.DataFrame, folder: Path, n: int = 3) -> list[Path]:
    """The rows of a frame in so many files, the last ones first."""
    parts = [frame.iloc[at] for at in np.array_split(np.arange(len(frame)), n)]
    paths = [folder / f"{i}.parquet" for i in range(n)]
    for path, part in zip(paths, parts, strict=True):
        write_parquet(part, path)
    return paths[::-1]


# What was published before there were deliberate defects has none
KINDS = [kind for kind in sorted(census.SCHEMAS) if (CENSUS / f"{kind}.parquet").exists()]


@pytest.mark.parametrize("kind", KINDS)
def test_the_published_census_is_what_its_blocks_give(kind: str, tmp_path: Path) -> None:
    published = pd.read_parquet(CENSUS / f"{kind}.parquet")
    found = merge.gather(blocks(published, tmp_path), kind)
    pd.testing.assert_frame_equal(found, published)


def test_blocks_of_defects_are_put_together(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "group": ["education", "education", "income"],
            "defect": ["alike", "none", "none"],
            "seed": [0, 1, 0],
            "test_main_auc": [0.6, 0.9, None],
            "test_auxiliary_auc": [0.7, 0.99, None],
            "study_seed": 2018,
            "code_fingerprint": "a",
        }
    )
    found = merge.gather(blocks(frame, tmp_path), "defects")
    pd.testing.assert_frame_equal(found, frame)


def test_foreign_blocks_of_the_census_are_refused_by_name(tmp_path: Path) -> None:
    runs = pd.read_parquet(CENSUS / "runs.parquet").head(20)
    paths = blocks(runs, tmp_path)
    with pytest.raises(BadRecordFile, match="a run is there twice: group=education, method=cross"):
        merge.gather([*paths, paths[0]], "runs")
    with pytest.raises(
        BadRecordFile, match=r"2\.parquet: not a record file .* expected the columns"
    ):
        merge.gather(paths, "trials")
    write_parquet(
        runs.assign(code_fingerprint="other", seed=runs["seed"] + 99), tmp_path / "code.parquet"
    )
    with pytest.raises(BadRecordFile, match=r"made by different code.*code\.parquet by other"):
        merge.gather([*paths, tmp_path / "code.parquet"], "runs")
    write_parquet(runs.assign(test_main_auc=1.5), tmp_path / "foreign.parquet")
    (tmp_path / "cut.parquet").write_bytes(paths[0].read_bytes()[:500])
    for name in ("foreign", "cut"):
        with pytest.raises(BadRecordFile, match=f"{name}.parquet: not a"):
            merge.gather([tmp_path / f"{name}.parquet"], "runs")
        with pytest.raises(BadRecordFile, match=f"{name}.parquet: not a"):
            merge.merge_files(tmp_path / f"{name}.parquet", CENSUS / "gates.parquet", None)


def made_up(variant: str, method: str, seed: int) -> pd.DataFrame:
    """The rows of a run of the recommender's."""
    measures = {f"{of}{name}": 0.5 for of in ("", "bayes_") for name in MEASURED}
    measures |= dict.fromkeys(BESIDE, 0.5)
    made = {"job": "{}", "n_parameters": 7, "status": "converged", "processes": 1}
    code = {"trained_by": "torchrec", "code_fingerprint": "a"}
    return pd.DataFrame(
        [
            {"variant": variant, "method": method, "seed": seed, "step": step, "task": task,
             **measures, **made, **code}
            for step in (10, 20) for task in TASKS
        ]
    )  # fmt: skip


def test_blocks_of_the_recommender_stay_in_order_and_foreign_ones_are_refused_by_name(
    tmp_path: Path,
) -> None:
    names = [("reference", "shared_bottom", 0), ("reference", "mmoe", 0), ("identical", "mmoe", 0)]
    paths = [tmp_path / f"{variant}-{method}.parquet" for variant, method, _ in names]
    for name, path in zip(names, paths, strict=True):
        write_parquet(made_up(*name), path)
    found = recommender.gather(paths, "runs")
    pd.testing.assert_frame_equal(found, pd.concat([made_up(*n) for n in names], ignore_index=True))
    empty = tmp_path / "empty.parquet"  # of a method without gates
    write_parquet(pd.DataFrame([]), empty)
    pd.testing.assert_frame_equal(recommender.gather([empty, *paths], "runs"), found)
    for others, said in (
        ([empty], r"empty\.parquet and 0 others: no runs in them"),
        ([*paths, paths[1]], "a run is there twice: variant=reference, method=mmoe, seed=0"),
        ([CENSUS / "runs.parquet"], r"runs\.parquet: not a record file of this study"),
    ):
        with pytest.raises(BadRecordFile, match=said):
            recommender.gather(others, "runs")
    write_parquet(made_up("sparse", "mmoe", 0).assign(code_fingerprint="b"), tmp_path / "b.parquet")
    with pytest.raises(BadRecordFile, match=r"made by different code.*b\.parquet by b"):
        recommender.gather([*paths, tmp_path / "b.parquet"], "runs")
    (tmp_path / "cut.parquet").write_bytes(paths[0].read_bytes()[:500])
    with pytest.raises(BadRecordFile, match=r"cut\.parquet: not a readable Parquet file"):
        recommender.gather([*paths, tmp_path / "cut.parquet"], "runs")
