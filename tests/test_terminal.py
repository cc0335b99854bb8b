"""Verdicts as a person reads them in a terminal."""

from typing import Any

from mmoe_repro.claims.terminal import one, turned


def judged(verdict: str, **part: Any) -> dict[str, Any]:
    of_part = {
        "estimate": 0.02, "low": 0.01, "high": 0.03, "p_supported": 0.00001, "p_contradicted": 1.0,
        "detectable": None, "runs_to_decide": 40, **part,
    }  # fmt: skip
    return {
        "verdict": verdict, "manner": "", "as_stated": verdict, "holm_supported": 0.0004,
        "holm_contradicted": 1.0, "parts": [of_part],
    }  # fmt: skip


def document(verdict: str = "supported", **part: Any) -> dict[str, Any]:
    statement = {
        "id": "A3", "section": "5.1", "statement": "It is so.", "not_testable": "",
        "estimand": "A mean.",
        "parts": [{"words": "one less another", "region": "above 0.01"}],
        "published": judged("undecided"), "published_with_our_spread": None,
        "reproduced": judged(verdict, **part), "disagreement": "", "universes": "",
        "choices": {"reference": verdict, "split_1": "no values"},
    }  # fmt: skip
    choices = [{"name": "reference", "title": "as judged"}, {"name": "split_1", "title": "split 1"}]
    return {"statements": [statement], "choices": choices, "records": {"runs.parquet": "ab" * 32}}


def test_all_on_a_statement_leaves_out_what_says_nothing() -> None:
    text = one(document(runs_to_decide=394_024_858_540_143), "a3")
    assert "runs to decide: more than 1,000,000" in text
    assert "p <0.0001 / 1.0000" in text
    assert "+ as judged: supported" in text
    assert "split 1" not in text
    assert "less another: 0.0000 [" in one(document(estimate=-0.00001), "A3")


def test_verdicts_that_are_others_than_published_are_named() -> None:
    assert "than in the published study: nothing." in turned(document(), document())
    said = " ".join(turned(document("contradicted"), document()).split())
    assert said.endswith("A3 contradicted (there supported).")
    new = document()
    new["statements"][0]["id"] = "X9"  # which the published study has not
    assert "nothing." in turned(new, document())
