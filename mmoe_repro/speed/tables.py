"""The tables on speed."""

import pandas as pd

from mmoe_repro.report.assumptions import read
from mmoe_repro.report.folders import Folders
from mmoe_repro.report.tabular import escape, number, tabular
from mmoe_repro.speed.on_paper import FILE
from mmoe_repro.speed.on_paper import many_runs as on_paper
from mmoe_repro.synthetic.models import TITLES


def speed(folders: Folders) -> str:
    """A training step against the floor of its two big matrix products."""
    frame = pd.read_csv(folders["benchmarks"] / "share_of_floor.csv")
    fresh = pd.read_csv(folders["benchmarks"] / "share_of_floor_fresh.csv")
    keys = ["model", "batch_size"]
    rows = [
        [
            TITLES[row["model"]],
            str(row["batch_size"]),
            number(row["floor_microseconds_per_run"], 1),
            number(row["step_microseconds_per_run"], 1),
            number(row["share"], 2),
            number(row["floor_microseconds_per_run_fresh"], 1),
            number(row["step_microseconds_per_run_fresh"], 1),
            number(row["share_fresh"], 2),
        ]
        for _, row in frame.merge(fresh, on=keys, suffixes=("", "_fresh")).iterrows()
    ]
    of_one = [r"floor ($\mu$s)", r"step ($\mu$s)", "share"]
    header = ["", "batch", *of_one, "fresh data: floor", "step", "share"]
    return tabular("lrrrrrrr", header, rows)


def against_one(folders: Folders) -> str:
    """A step of one run in other ways, and how many times slower they are."""
    frame = pd.read_csv(folders["benchmarks"] / "against_one.csv")
    rows = [
        [str(row.batch_size), str(row.way).replace("_", r"\_"),
         number(row.step_microseconds_per_run, 1), number(row.times_slower, 1)]
        for row in frame.itertuples()
    ]  # fmt: skip
    return tabular("rlrr", ["batch", "way", r"step of a run ($\mu$s)", "times slower"], rows)


def census_speed(folders: Folders) -> str:
    """A step of a run of the census, ours and in plain PyTorch, with the package's arithmetic and with
    PyTorch's own."""
    frame = pd.read_csv(folders["benchmarks"] / "census.csv")
    rows = []
    for (model, units), of in frame.groupby(["model", "units"], sort=False):
        ours, *others = of.to_dict("records")
        cells = [number(ours["step_microseconds_per_run"], 0)]
        for other in others:
            cells += [number(other["step_microseconds_per_run"], 0), number(other["share"], 2)]
        rows.append([TITLES[str(model)], f"{units:,}", *cells])
    plain = [r"plain ($\mu$s)", "share", r"plain, native ($\mu$s)", "share"]
    return tabular("lrrrrrr", ["", "units", r"ours ($\mu$s)", *plain], rows)


def census_parts(folders: Folders) -> str:
    """What a step of the census is of."""
    frame = pd.read_csv(folders["benchmarks"] / "census_parts.csv")
    wide = frame.pivot_table("microseconds_per_run", "part", ["model", "units"], sort=False)
    rows = [
        [str(part), *[number(time, 0) for time in of]]
        for part, of in zip(wide.index, wide.to_numpy(), strict=True)
    ]
    header = [
        "",
        *[f"{TITLES[model]}, {units:,}" for model, units in wide.columns.to_frame().to_numpy()],
    ]
    return tabular("l" + "r" * len(wide.columns), header, rows)


def many_runs(folders: Folders) -> str:
    """A million runs on a thousand cores, by arithmetic."""
    rows = [
        [str(row["batch_size"]), number(row["seconds"], 2), f"{row['blocks']}", f"{row['jobs']:,}",
         f"{row['core_hours']:,.0f}", number(row["hours"], 1)]
        for row in on_paper(folders["benchmarks"])[0].to_dict("records")
    ]  # fmt: skip
    header = ["batch", "seconds a run", "blocks a job", "jobs", "core-hours", "hours"]
    return tabular("rrrrrr", header, rows)


def many_assumptions(folders: Folders) -> str:
    """What that arithmetic assumes."""
    del folders
    rows = [
        [escape(row["name"]), f"{row['value']:,g}", escape(row["unit"]), escape(row["source"])]
        for row in read(FILE).to_dict("records")
    ]
    return tabular("lrlp{8.2cm}", ["", "value", "", "from"], rows)
