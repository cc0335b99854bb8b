"""The census's repeats, at the tuned choices, beside the published ones; and with education as an input."""

# What a study does not make anew it reads from the published records, unless its census differs.
CENSUS_PUBLISHED = census_plan.PUBLISHED_FOLDER if CENSUS["published"] else None
CENSUS_CODE = "mmoe_repro.census.train"
BLOCK_NAMES = [f"{first}-{n}" for first, n in census_plan.blocks(config)]
# What every repeat gets
REPEATED = {
    "batch_size": CENSUS["batch_size"],
    "splits": CENSUS["splits"],
    "most_steps": CENSUS["most_steps"],
    "study_seed": SEED,
}


use rule stage as census_train with:
    """A block of a method's repeats on a group."""
    input:
        data=CENSUS_DATA / "encoded.npz",
        tuned=CENSUS_CHOICES / "tuned/{group}/{method}.json",
    output:
        runs=OF_CENSUS / "blocks/{group}/{method}/{first}-{n}.runs.parquet",
        gates=OF_CENSUS / "blocks/{group}/{method}/{first}-{n}.gates.parquet",
    log:
        LOGS / "census/blocks/{group}/{method}/{first}-{n}.log",
    benchmark:
        R / "benchmarks/census/blocks/{group}/{method}/{first}-{n}.tsv"
    resources:
        **on_a_node(
            lambda wildcards: census_needs.repeats(BENCHMARKS, config, int(wildcards.n)),
            CENSUS_MEGABYTES,
            start=needs.TOGETHER,
        ),
    params:
        **call("census train", code=[CENSUS_CODE], first="{first}", n="{n}", **REPEATED),


use rule census_trials as census_runs with:
    """All repeats in one file."""
    input:
        blocks=[
            OF_CENSUS / f"blocks/{group}/{method}/{block}.runs.parquet"
            for group, method in CENSUS_PAIRS
            for block in BLOCK_NAMES
        ],
    output:
        output=OF_CENSUS / "runs.parquet",
    log:
        LOGS / "census/gather_runs.log",
    params:
        **GATHERING["runs"],


use rule census_trials as census_gates with:
    """All mean gates in one file."""
    input:
        blocks=[
            OF_CENSUS / f"blocks/{group}/{method}/{block}.gates.parquet"
            for group, method in CENSUS_PAIRS
            if method in ("omoe", "mmoe")
            for block in BLOCK_NAMES
        ],
    output:
        output=OF_CENSUS / "gates.parquet",
    log:
        LOGS / "census/gather_gates.log",
    params:
        **GATHERING["gates"],


use rule stage as census_train_again with:
    """Repeats at a further search's choice."""
    input:
        data=CENSUS_DATA / "encoded.npz",
        tuned=OF_CENSUS / "searches/{further}/{group}/{method}.json",
    output:
        runs=OF_CENSUS / "searches/{further}/{group}/{method}.runs.parquet",
        gates=temp(OF_CENSUS / "searches/{further}/{group}/{method}.gates.parquet"),
    log:
        LOGS / "census/searches/{further}/{group}/{method}.runs.log",
    resources:
        **on_a_node(
            census_needs.repeats(BENCHMARKS, config, CENSUS["search_repeats"]), CENSUS_MEGABYTES
        ),
    params:
        **call(
            "census train",
            code=[CENSUS_CODE],
            n=CENSUS["search_repeats"],
            further="{further}",
            **REPEATED,
        ),


use rule census_trials as census_searches with:
    """All repeats at further searches' choices, in one file."""
    input:
        blocks=[
            OF_CENSUS / f"searches/{further}/{group}/{method}.runs.parquet"
            for further in range(1, CENSUS["searches"] + 1)
            for group in CENSUS["groups"]
            for method in census_plan.SEARCHED_AGAIN
        ],
    output:
        output=OF_CENSUS / "searches.parquet",
    log:
        LOGS / "census/searches.log",
    params:
        **GATHERING["runs"],


use rule stage as census_merge with:
    """Runs made anew beside the published ones; where both have a run, they must agree."""
    input:
        [CENSUS_PUBLISHED / f"{kind}.parquet" for kind in ["runs", "gates"] if CENSUS_PUBLISHED],
        runs=OF_CENSUS / "runs.parquet",
        gates=OF_CENSUS / "gates.parquet",
    output:
        all_runs=OF_CENSUS / "all_runs.parquet",
        all_gates=OF_CENSUS / "all_gates.parquet",
        about=OF_CENSUS / "merged.json",
    log:
        LOGS / "census/merge.log",
    params:
        **call("census merge", published=CENSUS_PUBLISHED),


use rule stage as census_kept_encoded with:
    """What keeping education as an input would have done."""
    input:
        CENSUS_RAW,
    output:
        output=CENSUS_DATA / "kept.npz",
        facts=temp(CENSUS_DATA / "kept_facts.json"),
    log:
        LOGS / "census/encode_kept.log",
    params:
        **call(
            "census encode",
            raw=CENSUS_DATA,
            keep=["education"],
            study_seed=SEED,
        ),


use rule stage as census_kept_train with:
    """Shared-Bottom's repeats with education as an input."""
    input:
        data=CENSUS_DATA / "kept.npz",
        tuned=CENSUS_CHOICES / "tuned/{group}/shared_bottom.json",
    output:
        runs=OF_CENSUS / "kept/{group}.parquet",
        gates=temp(OF_CENSUS / "kept/{group}.gates.parquet"),
    log:
        LOGS / "census/kept/{group}.log",
    resources:
        **on_a_node(
            census_needs.repeats(BENCHMARKS, config, CENSUS["kept_repeats"]), CENSUS_MEGABYTES
        ),
    params:
        **call("census train", code=[CENSUS_CODE], n=CENSUS["kept_repeats"], **REPEATED),


use rule census_trials as census_kept with:
    """Shared-Bottom with education kept as an input, in one file."""
    input:
        blocks=[OF_CENSUS / f"kept/{group}.parquet" for group in CENSUS["groups"]],
    output:
        output=OF_CENSUS / "kept.parquet",
    log:
        LOGS / "census/kept.log",
    params:
        **GATHERING["runs"],
