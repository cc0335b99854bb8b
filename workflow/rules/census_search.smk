"""The census's search of hyper-parameters, and the baselines."""

BASELINES = list(census_plan.BASELINES)
# What every training of a search gets
BUDGET = {
    "steps": CENSUS["steps"],
    "evaluate_every": CENSUS["evaluate_every"],
    "patience": CENSUS["patience"],
    "batch_size": CENSUS["batch_size"],
    "study_seed": SEED,
}


# A method's search on a group: the main one, or a further one
TUNING = {
    "code": ["mmoe_repro.census.search"],
    "group": "{group}",
    "method": "{method}",
    "n_trials": CENSUS["trials"],
    "most_units": CENSUS["most_units"],
    "penalties": CENSUS["penalties"],
    "learning_rates": CENSUS["learning_rates"],
    **BUDGET,
}


use rule stage as census_tune with:
    """A method's search on a group."""
    input:
        data=CENSUS_DATA / "encoded.npz",
    output:
        trials=OF_CENSUS / "trials/{group}/{method}.parquet",
        tuned=OF_CENSUS / "tuned/{group}/{method}.json",
    log:
        LOGS / "census/tune/{group}/{method}.log",
    benchmark:
        R / "benchmarks/census/tune/{group}/{method}.tsv"
    resources:
        **on_a_node(census_needs.search(BENCHMARKS, config), CENSUS_MEGABYTES),
    params:
        **call("census tune", **TUNING),


use rule stage as census_trials with:
    """All trials in one file."""
    input:
        blocks=[OF_CENSUS / f"trials/{group}/{method}.parquet" for group, method in CENSUS_PAIRS],
    output:
        output=OF_CENSUS / "trials.parquet",
    log:
        LOGS / "census/trials.log",
    params:
        **GATHERING["trials"],


use rule census_tune as census_tune_again with:
    """A further search of a method on a group, by which it is told what its luck moves."""
    output:
        trials=OF_CENSUS / "searches/{further}/{group}/{method}.trials.parquet",
        tuned=OF_CENSUS / "searches/{further}/{group}/{method}.json",
    log:
        LOGS / "census/searches/{further}/{group}/{method}.log",
    benchmark:
        R / "benchmarks/census/searches/{further}/{group}/{method}.tsv"
    params:
        **call("census tune", further="{further}", **TUNING),


use rule census_trials as census_search_trials with:
    """All trials of the further searches, in one file."""
    input:
        blocks=[
            OF_CENSUS / f"searches/{further}/{group}/{method}.trials.parquet"
            for further in range(1, CENSUS["searches"] + 1)
            for group in CENSUS["groups"]
            for method in census_plan.SEARCHED_AGAIN
        ],
    output:
        output=OF_CENSUS / "search_trials.parquet",
    log:
        LOGS / "census/search_trials.log",
    params:
        **GATHERING["trials"],


use rule stage as census_baseline with:
    """Logistic regression or boosted trees, tuned and tested."""
    input:
        data=CENSUS_DATA / "encoded.npz",
    output:
        trials=OF_CENSUS / "baselines/{group}/{name}.trials.parquet",
        runs=OF_CENSUS / "baselines/{group}/{name}.runs.parquet",
    log:
        LOGS / "census/baselines/{group}/{name}.log",
    wildcard_constraints:
        name="|".join(BASELINES),
    resources:
        **on_a_node(census_needs.search(BENCHMARKS, config), CENSUS_MEGABYTES),
    params:
        **call(
            "census baseline",
            code=["mmoe_repro.census.baselines"],
            group="{group}",
            name="{name}",
            n_trials=CENSUS["trials"],
            splits=CENSUS["splits"],
            study_seed=SEED,
        ),


use rule census_trials as census_baselines with:
    """Both baselines on every group, in one file."""
    input:
        blocks=expand(
            OF_CENSUS / "baselines/{group}/{name}.runs.parquet",
            group=CENSUS["groups"],
            name=BASELINES,
        ),
    output:
        output=OF_CENSUS / "baselines.parquet",
    log:
        LOGS / "census/baselines.log",
    params:
        **GATHERING["baselines"],


use rule census_trials as census_baseline_trials with:
    """What was tried of both baselines, in one file."""
    input:
        blocks=expand(
            OF_CENSUS / "baselines/{group}/{name}.trials.parquet",
            group=CENSUS["groups"],
            name=BASELINES,
        ),
    output:
        output=OF_CENSUS / "baseline_trials.parquet",
    log:
        LOGS / "census/baseline_trials.log",
    params:
        **GATHERING["baseline_trials"],
