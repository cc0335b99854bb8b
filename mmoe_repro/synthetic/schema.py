"""Run records and curves of the synthetic experiment: their columns, and what is allowed in them.

A run record is one row, one run: its identity is (universe, model, task_correlation, learning_rate,
seed). Curves have the same keys, and a row an evaluated step. A run that diverged is a record like
any other.
"""

import pandera.pandas as pa

KEYS = ["universe", "model", "task_correlation", "learning_rate", "seed"]

_KEY_COLUMNS = {
    "universe": pa.Column(str),
    "model": pa.Column(str),
    "task_correlation": pa.Column(float, pa.Check.in_range(-1, 1)),
    "learning_rate": pa.Column(float, pa.Check.gt(0)),
    "seed": pa.Column("int64", pa.Check.ge(0)),
}
_loss = pa.Column(float, pa.Check.ge(0), nullable=True)  # null: the run diverged

RUNS = pa.DataFrameSchema(
    {
        **_KEY_COLUMNS,
        "steps": pa.Column("int64", pa.Check.gt(0)),
        "batch_size": pa.Column("int64", pa.Check.gt(0)),
        "n_parameters": pa.Column("int64", pa.Check.gt(0)),
        "label_correlation": pa.Column(float, pa.Check.in_range(-1, 1)),
        "final_loss_task1": _loss,
        "final_loss_task2": _loss,
        "final_loss": _loss,
        "train_loss": _loss,
        "status": pa.Column(str, pa.Check.isin(["converged", "diverged"])),
        "trained_by": pa.Column(str),
        "code_fingerprint": pa.Column(str),
    },
    unique=KEYS,
    strict=True,
    ordered=True,
    checks=pa.Check(
        lambda frame: frame["final_loss"].isna() <= (frame["status"] == "diverged"),
        error="a run without a final loss must have the status 'diverged'",
    ),
)

CURVES = pa.DataFrameSchema(
    {
        **_KEY_COLUMNS,
        "step": pa.Column("int64", pa.Check.ge(0)),
        "loss": pa.Column("float32", pa.Check.ge(0), nullable=True),
        "train_loss": pa.Column("float32", pa.Check.ge(0), nullable=True),
    },
    unique=[*KEYS, "step"],
    strict=True,
    ordered=True,
)
