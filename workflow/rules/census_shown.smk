"""What the report shows of the census, and what is published."""

CENSUS_TABLES = [
    name for name in census_plan.TABLES if CENSUS_SEARCHED or name not in census_plan.OF_SEARCHES
]
CENSUS_TUNED = [CENSUS_CHOICES / f"tuned/{group}/{method}.json" for group, method in CENSUS_PAIRS]


use rule stage as census_summary with:
    """Tables 1 and 2, and what the spread is made of."""
    input:
        runs=[OF_CENSUS / "all_runs.parquet", CENSUS_CHOICES / "baselines.parquet"],
    output:
        output=OF_CENSUS / "tables.csv",
        spread=OF_CENSUS / "spread.csv",
        splits=OF_CENSUS / "splits.csv",
    log:
        LOGS / "census/summary.log",
    params:
        **call(
            "census summarise",
            arguments="runs",
            confidence=CONFIDENCE,
            study_seed=SEED,
        ),
        **PAPER,


use rule stage as figure_census with:
    """AUCs of every method's runs."""
    input:
        runs=OF_CENSUS / "all_runs.parquet",
        tables=OF_CENSUS / "tables.csv",
    output:
        **figure_files("census", "Census-Income", "AUCs of every method's runs"),
    log:
        LOGS / "figures/census.log",
    params:
        **drawing("census", "census"),


use rule stage as figure_gates with:
    """Mean gates of OMoE and MMoE over runs."""
    input:
        gates=OF_CENSUS / "all_gates.parquet",
    output:
        **figure_files("gates", "Census-Income", "Mean gates over runs"),
    log:
        LOGS / "figures/gates.log",
    params:
        **drawing("census", "gates"),


use rule stage as census_tables with:
    """The tables on the census."""
    input:
        CENSUS_SHOWN,
        CENSUS_TUNED,
        CENSUS_CHOICES / "trials.parquet",
        CENSUS_SEARCHED,
    output:
        table_files(CENSUS_TABLES),
    log:
        LOGS / "tables/census.log",
    params:
        **tabulating("census", CENSUS_TABLES),


use rule stage as publish_census with:
    """Copy the census choices, trials and runs to results/published/census, with a manifest."""
    input:
        OF_CENSUS / "all_runs.parquet",
        OF_CENSUS / "all_gates.parquet",
        OF_CENSUS / "facts.json",
        [CENSUS_CHOICES / name for name in census_plan.published_choices(config) if "." in name],
    log:
        LOGS / "publish_census.log",
    params:
        **publishing("census"),
