"""The numbers of the prose on speed."""

import pandas as pd

from mmoe_repro.config import Config
from mmoe_repro.report.folders import Folders
from mmoe_repro.report.tabular import power


def numbers(folders: Folders, config: Config) -> dict[str, str]:
    """Times, shares and memory of the published benchmarks."""
    benchmarks = folders["benchmarks"]
    found = {}
    for row in pd.read_csv(benchmarks / "share_of_floor.csv").itertuples():
        name = f"speed.{row.model}.{row.batch_size}"
        found[f"{name}.share"] = f"{row.share:.2f}"
        found[f"{name}.step"] = f"{row.step_microseconds_per_run:.0f}"
        found[f"{name}.floor"] = f"{row.floor_microseconds_per_run:.0f}"
    against = pd.read_csv(benchmarks / "against_one.csv")
    plain = against[against["way"].str.startswith("one nn.Module")]
    for batch, times in plain.groupby("batch_size")["times_slower"].min().items():
        found[f"speed.times.{batch}"] = f"{times:.0f}"
    cores = pd.read_csv(benchmarks / "cores.csv").set_index("cores")["times_faster"]
    found["speed.two_cores"] = f"{cores[2]:.2f}"
    memory = pd.read_csv(benchmarks / "memory.csv").set_index("population")["peak_megabytes"]
    found["speed.megabytes.one"] = f"{memory.iloc[0]:.0f}"
    found["speed.megabytes.many"] = f"{memory.iloc[-1]:.0f}"
    found["speed.population"] = str(memory.index[-1])
    of_census = pd.read_csv(benchmarks / "census.csv").set_index("way")
    step, ours, alone = "step_microseconds_per_run", "in a population", "plain PyTorch, DataLoader"
    found["speed.census.step"] = f"{of_census[step][ours]:,.0f}"
    found["speed.census.plain"] = f"{of_census[step][alone]:,.0f}"
    found["speed.census.share"] = f"{of_census['share_of_plain'][ours]:.2f}"
    apart = of_census["largest_relative_difference_of_losses"][ours]
    found["speed.census.apart"] = power(apart)
    of_memory = pd.read_csv(benchmarks / "census_memory.csv").set_index("way")["peak_megabytes"]
    found["speed.census.megabytes"] = f"{of_memory.filter(like='repeats').max():,.0f}"
    found["speed.census.megabytes.plain"] = f"{of_memory.filter(like='plain').max():,.0f}"
    return found
