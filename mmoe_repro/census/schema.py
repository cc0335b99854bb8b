"""Records of the census: their columns, what is allowed in them, and what tells one from another."""

import pandera.pandas as pa

from mmoe_repro.census.columns import GROUPS

_name, _number = pa.Column(str), pa.Column("int64", pa.Check.ge(0))
_auc = pa.Column(float, pa.Check.in_range(0, 1), nullable=True)  # null: the run diverged
_run = {"group": pa.Column(str, pa.Check.isin(list(GROUPS))), "method": _name}
_unseen = pa.Column(float, pa.Check.in_range(0, 1), nullable=True, required=False)  # of late
_made = {"study_seed": _number, "code_fingerprint": _name}
_settings = {
    **_made,
    "choice": _name,
    "batch_size": pa.Column("int64", pa.Check.gt(0)),
    "learning_rate": pa.Column(float, pa.Check.gt(0)),
    "n_parameters": pa.Column("int64", pa.Check.gt(0)),
    "status": pa.Column(str, pa.Check.isin(["converged", "diverged"])),
}
_on_split = {
    **_run,
    "seed": _number,
    "split": _number,
    "validation_main_auc": _auc,
    "validation_auxiliary_auc": _auc,
    "test_main_auc": _auc,
    "test_auxiliary_auc": _auc,
}
_of_trial = {
    **_run,
    "trial": _number,
    **_settings,
    "step": pa.Column("int64", pa.Check.gt(0)),
    "main_auc": _auc,
    "auxiliary_auc": _auc,
}

SCHEMAS = {
    "runs": pa.DataFrameSchema(
        {
            **_on_split,
            "unseen_main_auc": _unseen,
            "unseen_auxiliary_auc": _unseen,
            **_settings,
            "steps": pa.Column("int64", pa.Check.gt(0)),
            "source": pa.Column(str, pa.Check.isin(["anew", "published"]), required=False),
        },
        unique=["group", "method", "seed", "split"],
        strict=True,
    ),
    "gates": pa.DataFrameSchema(
        {
            **_run,
            "seed": _number,
            "gate": _number,
            "expert": _number,
            "mean_gate": pa.Column(float, pa.Check.in_range(0, 1), nullable=True),
        },
        unique=["group", "method", "seed", "gate", "expert"],
        strict=True,
    ),
    "trials": pa.DataFrameSchema(
        _of_trial, unique=["group", "method", "trial", "learning_rate", "step"], strict=True
    ),
    "defects": pa.DataFrameSchema(
        {
            "group": _run["group"],
            "defect": _name,
            "seed": _number,
            "test_main_auc": _auc,
            "test_auxiliary_auc": _auc,
            **_made,
        },
        unique=["group", "defect", "seed"],
        strict=True,
    ),
    "baselines": pa.DataFrameSchema(
        {**_on_split, **_made}, unique=["group", "method", "seed", "split"], strict=True
    ),
    "baseline_trials": pa.DataFrameSchema(  # each baseline has choices of its own
        {
            **_run,
            "trial": _number,
            "stage": _number,
            "choice_.*": pa.Column(float, nullable=True, regex=True),
            "main_auc": _auc,
            **_made,
        },
        unique=["group", "method", "trial", "stage"],
        strict=True,
    ),
}
