"""What the report shows of the trainer's speed, from the published benchmarks."""

from mmoe_repro.speed import plan as speed_plan

MEASURED = [BENCHMARKS / name for name in speed_plan.PUBLISHED]
NUMBERS_FROM += MEASURED


use rule stage as figure_speed with:
    """Speed of the population trainer, from the published benchmarks."""
    input:
        share_of_floor=BENCHMARKS / "share_of_floor.csv",
        populations=BENCHMARKS / "populations.csv",
        shapes=BENCHMARKS / "shapes.csv",
    output:
        **figure_files("speed", "Speed", "Speed of the population trainer"),
    log:
        LOGS / "figures/speed.log",
    params:
        **drawing("speed", "speed"),


use rule stage as speed_tables with:
    """The tables on speed."""
    input:
        MEASURED,
        "config/many_runs.yaml",
    output:
        table_files(speed_plan.TABLES),
    log:
        LOGS / "tables/speed.log",
    params:
        **tabulating("speed", speed_plan.TABLES),


use rule stage as publish_benchmarks with:
    """Copy the tables of `make benchmark` to results/published/benchmarks, with a manifest."""
    log:
        LOGS / "publish_benchmarks.log",
    params:
        **publishing("speed", folder="benchmarks", results="results"),
