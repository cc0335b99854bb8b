"""The numbers of the prose on speed."""

import math
from collections.abc import Iterator

from mmoe_repro.config import Config
from mmoe_repro.files import read_table
from mmoe_repro.report.assumptions import values
from mmoe_repro.report.folders import Folders
from mmoe_repro.report.tabular import power, scientific
from mmoe_repro.speed.on_paper import FILE, many_runs

WAYS = {"plain PyTorch": "plain", "plain PyTorch, native": "native"}


def numbers(folders: Folders, config: Config) -> Iterator[dict[str, str]]:
    """Times, shares and memory of the published benchmarks."""
    benchmarks = folders["benchmarks"]
    found = {}
    for row in read_table(benchmarks / "share_of_floor.csv", "model", "share").itertuples():
        name = f"speed.{row.model}.{row.batch_size}"
        found[f"{name}.share"] = f"{row.share:.2f}"
        found[f"{name}.step"] = f"{row.step_microseconds_per_run:.0f}"
        found[f"{name}.floor"] = f"{row.floor_microseconds_per_run:.0f}"
    yield found
    against = read_table(benchmarks / "against_one.csv", "way", "times_slower")
    plain = against[against["way"].str.startswith("one nn.Module")]
    times = plain.groupby("batch_size")["times_slower"].min()
    yield {f"speed.times.{batch}": f"{slower:.0f}" for batch, slower in times.items()}
    cores = read_table(benchmarks / "cores.csv", "cores", "times_faster").set_index("cores")
    yield {"speed.two_cores": f"{cores['times_faster'][2]:.2f}"}
    memory = read_table(benchmarks / "memory.csv", "population", "peak_megabytes")
    yield {
        "speed.megabytes.one": f"{memory['peak_megabytes'].iloc[0]:.0f}",
        "speed.megabytes.many": f"{memory['peak_megabytes'].iloc[-1]:.0f}",
        "speed.population": str(memory["population"].iloc[-1]),
    }
    of_census = read_table(benchmarks / "census.csv", "model", "units", "way", "share")
    yield {
        "speed.census.apart": power(of_census["largest_relative_difference_of_losses"].max()),
        **{
            f"speed.census.{row['model']}.{row['units']}.{WAYS[row['way']]}": f"{row['share']:.2f}"
            for row in of_census.to_dict("records")
            if row["way"] in WAYS
        },
    }
    of_memory = read_table(benchmarks / "census_memory.csv", "way", "peak_megabytes")
    megabytes = of_memory.set_index("way")["peak_megabytes"]
    yield {
        "speed.census.megabytes": f"{megabytes.filter(like='repeats').max():,.0f}",
        "speed.census.megabytes.plain": f"{megabytes.filter(like='plain').max():,.0f}",
    }
    yield _many(folders)


def _many(folders: Folders) -> dict[str, str]:
    """What so many runs take that nobody here has made them."""
    of, (by_batch, whole) = values(FILE), many_runs(folders["benchmarks"])
    found = {
        "speed.many.runs": scientific(of["runs"]),
        "speed.many.cores": f"{of['cores']:,.0f}",
        "speed.many.minutes": f"{of['job'] / 60:.0f}",
        "speed.many.blocks": f"{whole['blocks']:,}",
        "speed.many.planning": f"{whole['planning']:.0f}",
        "speed.many.start": f"{whole['start']:.0f}",
        "speed.many.gigabytes": f"{whole['gigabytes']:.1f}",
        "speed.many.files": f"{whole['files']:,.0f}",
    }
    for row in by_batch.to_dict("records"):
        for name, text in (("jobs", f"{row['jobs']:,}"), ("core_hours", f"{row['core_hours']:,.0f}"),
                           ("hours", f"{row['hours']:.1f}")):  # fmt: skip
            found[f"speed.many.{row['batch_size']}.{name}"] = text
    dag = read_table(folders["benchmarks"] / "dag.csv", "blocks", "grouped", "seconds", "megabytes")
    for row in dag[~dag["grouped"]].to_dict("records"):
        found[f"speed.dag.{10 ** round(math.log10(row['blocks']))}"] = f"{row['seconds']:.0f}"
    found["speed.dag.megabytes"] = f"{dag['megabytes'].max():.0f}"
    return found
