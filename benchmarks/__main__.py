"""`python -m benchmarks [TABLE ...]`: measure, print and write results/benchmarks/TABLE.csv.

Nothing else should run meanwhile. All tables take some minutes.
"""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from benchmarks import against_one, census, many, pinned, recommender, scaling, share_of_floor
from mmoe_repro.compiled import one_thread

TABLES: dict[str, Callable[[], pd.DataFrame]] = {
    "share_of_floor": share_of_floor.measure,
    "share_of_floor_fresh": lambda: share_of_floor.measure(fresh=True),
    "against_one": against_one.measure,
    "populations": scaling.populations,
    "shapes": scaling.shapes,
    "cores": scaling.cores,
    "memory": scaling.memory,
    "pinned": pinned.measure,
    "census": census.measure,
    "census_parts": census.parts,
    "census_memory": census.memory,
    "recommender_scale": recommender.scale,
    "recommender_growth": recommender.growth,
    "dag": many.dag,
    "storage": many.storage,
}


def main() -> None:
    """Measure the tables asked for, or all."""
    parser = argparse.ArgumentParser("python -m benchmarks", description=__doc__)
    parser.add_argument("tables", nargs="*", metavar="TABLE", help=", ".join(TABLES))
    parser.add_argument("--output", type=Path, default=Path("results/benchmarks"))
    args = parser.parse_args()
    unknown = set(args.tables) - set(TABLES)
    if unknown:
        sys.exit(f"no table {', '.join(sorted(unknown))}; there are {', '.join(TABLES)}")
    one_thread()
    args.output.mkdir(parents=True, exist_ok=True)
    for name in args.tables or TABLES:
        print(f"[benchmark] {name}", file=sys.stderr)
        frame = TABLES[name]()
        frame.to_csv(args.output / f"{name}.csv", index=False, float_format="%.6g")
        print(frame.to_string(index=False, float_format=lambda x: f"{x:.3g}"), end="\n\n")


if __name__ == "__main__":
    main()
