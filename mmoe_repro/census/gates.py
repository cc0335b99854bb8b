"""What mean gates say of the experts that tasks use. Experts have no order, so runs are not averaged
expert by expert."""

import numpy as np
import pandas as pd


def effective_experts(gates: pd.DataFrame) -> pd.DataFrame:
    """How many experts each gate of each run uses: exp of the entropy of its mean gate.

    A gate that uses n experts alike has n. Rows: group, method, seed, gate, effective, experts.
    """
    rows = []
    for (group, method, seed, gate), of_gate in gates.groupby(["group", "method", "seed", "gate"]):
        g = of_gate["mean_gate"].to_numpy(dtype=np.float64)
        g = g[g > 0]
        rows.append(
            {
                "group": group,
                "method": method,
                "seed": seed,
                "gate": gate,
                "effective": float(np.exp(-(g * np.log(g)).sum())),
                "experts": len(of_gate),
            }
        )
    return pd.DataFrame(rows)


def gate_distance(gates: pd.DataFrame) -> pd.DataFrame:
    """Half the summed difference of MMoE's two mean gates in each run: 0 the same experts, 1 others."""
    rows = []
    mmoe = gates[gates["method"] == "mmoe"]
    for (group, seed), of_run in mmoe.groupby(["group", "seed"]):
        wide = of_run.pivot(index="expert", columns="gate", values="mean_gate").to_numpy()
        distance = float(np.abs(wide[:, 0] - wide[:, 1]).sum() / 2)
        rows.append({"group": group, "seed": seed, "distance": distance})
    return pd.DataFrame(rows)


def in_order_of_use(gates: pd.DataFrame) -> pd.DataFrame:
    """MMoE's two mean gates in each run, over its experts from the main task's most used one on.

    Rows: group, seed, rank (0 is the main task's most used expert), main, auxiliary.
    """
    rows = []
    mmoe = gates[gates["method"] == "mmoe"]
    for (group, seed), of_run in mmoe.groupby(["group", "seed"]):
        wide = of_run.pivot(index="expert", columns="gate", values="mean_gate").to_numpy()
        for rank, expert in enumerate(np.argsort(-wide[:, 0], kind="stable")):
            main, auxiliary = wide[expert]
            rows.append(
                {"group": group, "seed": seed, "rank": rank, "main": main, "auxiliary": auxiliary}
            )
    return pd.DataFrame(rows)


def same_favourite(gates: pd.DataFrame) -> pd.DataFrame:
    """Whether, in each run, MMoE's two tasks use the same expert most: group, seed, same."""
    ordered = in_order_of_use(gates)
    found = [
        {
            "group": group,
            "seed": seed,
            "same": bool(of["auxiliary"].idxmax() == of["main"].idxmax()),
        }
        for (group, seed), of in ordered.groupby(["group", "seed"])
    ]
    return pd.DataFrame(found)
