"""Records of the recommender: their columns, what is allowed in them, what tells one from another."""

import pandera.pandas as pa

from mmoe_repro.recommender.names import BESIDE, MEASURED, METHODS, TASKS

_number = pa.Column("int64", pa.Check.ge(0))
_positive = pa.Column("int64", pa.Check.gt(0))
_value = pa.Column(float, nullable=True, coerce=True)  # null: the run diverged
_method = pa.Column(str, pa.Check.isin(list(METHODS)))
_run = {"variant": pa.Column(str), "method": _method, "seed": _number}
_task = pa.Column(str, pa.Check.isin(TASKS))
_count = pa.Column(float, pa.Check.ge(0))

SCHEMAS = {
    "runs": pa.DataFrameSchema(
        {
            **_run,
            "step": _positive,
            "task": _task,
            **{f"{of}{name}": _value for of in ("", "bayes_") for name in MEASURED},
            **dict.fromkeys(BESIDE, _value),
            "job": pa.Column(str),
            "n_parameters": _positive,
            "status": pa.Column(str, pa.Check.isin(["converged", "diverged"])),
            "processes": _positive,
            "trained_by": pa.Column(str),
            "code_fingerprint": pa.Column(str),
        },
        unique=["variant", "method", "seed", "step", "task"],
        strict=True,
    ),
    "curves": pa.DataFrameSchema(
        {**_run, "step": _positive, **dict.fromkeys(TASKS, _value)},
        unique=["variant", "method", "seed", "step"],
        strict=True,
    ),
    "gates": pa.DataFrameSchema(
        {**_run, "step": _positive, "task": _task, "expert": _number, "weight": _value},
        unique=["variant", "method", "seed", "step", "task", "expert"],
        strict=True,
    ),
    "live": pa.DataFrameSchema(
        {
            **_run,
            "weight": pa.Column(float, pa.Check.in_range(0, 1)),
            **dict.fromkeys(("requests", "candidates", "slots"), _positive),
            **{
                f"{of}{name}": _count
                for of in ("", "expected_")
                for name in ("engaged", "satisfied")
            },
        },
        unique=["variant", "method", "seed", "weight"],
        strict=True,
    ),
    "trials": pa.DataFrameSchema(
        {
            "method": _method,
            "trial": _number,
            "world": _number,
            "learning_rate": pa.Column(float, pa.Check.gt(0)),
            "table_factor": pa.Column(float, pa.Check.gt(0)),
            "penalty": pa.Column(float, pa.Check.ge(0)),
            "loss": _value,
            **{f"{task}_{name}": _value for task in TASKS for name in ("loss", "auc")},
            "job": pa.Column(str),
            "trained_by": pa.Column(str),
            "code_fingerprint": pa.Column(str),
        },
        unique=["method", "trial", "world"],
        strict=True,
    ),
}
