"""A study made on another kind of processor: what its report says of that."""

from pathlib import Path

import pandas as pd

from mmoe_repro.report.macros import unlike
from mmoe_repro.synthetic import elsewhere
from mmoe_repro.synthetic.plan import PUBLISHED_FOLDER


def test_a_study_made_elsewhere_says_how_far_it_is(tmp_path: Path) -> None:
    theirs = pd.read_parquet(PUBLISHED_FOLDER / "runs.parquet")
    ours = theirs.copy()
    path = tmp_path / "runs.parquet"
    ours.to_parquet(path)
    assert elsewhere.said(path, "train_loss", 0.5) == ""  # made with the published arithmetic
    ours["trained_by"] = "compiled, native"
    one = (ours["model"] == "mmoe") & (ours["task_correlation"] == 0.5)
    ours.loc[one, "train_loss"] += 0.02
    ours.to_parquet(path)
    sd = theirs.loc[one, "train_loss"].std()
    n = int(one.sum())
    text = elsewhere.said(path, "train_loss", 0.5)
    assert f"{len(ours) - n:,} of {len(ours):,} runs" in text
    assert f"than 0.0100 ({0.02 / (sd / n**0.5):.1f} standard errors)" in text
    ours["universe"] = "another"
    ours.to_parquet(path)
    text = elsewhere.said(path, "train_loss", 0.5)
    assert text.endswith("native).")


def test_sentences_are_asserted_in_the_published_study_alone() -> None:
    assert unlike([], "") == {"study.asserted": "yes", "study.unlike": ""}
    assert unlike([], "Elsewhere.") == {"study.asserted": "no", "study.unlike": "Elsewhere."}
    found = unlike(["synthetic.seeds", "figure3.seeds"], "Elsewhere.")
    assert found["study.asserted"] == "no"
    said = "Its settings are others: synthetic.seeds, figure3.seeds. Elsewhere."
    assert found["study.unlike"] == said
