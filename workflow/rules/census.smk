"""Census-Income: the raw files, their encoding, the search of hyper-parameters, repeats, tables."""

from mmoe_repro.census import needs as census_needs
from mmoe_repro.census import plan as census_plan

CENSUS = config["census"]
OF_CENSUS = R / "census"
CENSUS_DATA = OF_CENSUS / "data"
CENSUS_RAW = [CENSUS_DATA / "census-income.data", CENSUS_DATA / "census-income.test"]
CENSUS_CHOICES = FOLDERS["census"]  # of the published search, or of this study's own
# What a study does not make anew it reads from the published records, unless its census differs.
CENSUS_PUBLISHED = census_plan.PUBLISHED_FOLDER if CENSUS["published"] else None
CENSUS_CODE = "mmoe_repro.census.train"
CENSUS_MEGABYTES = census_needs.megabytes(BENCHMARKS)  # of a process that trains
CENSUS_PAIRS = [(group, method) for group in CENSUS["groups"] for method in CENSUS["methods"]]
CENSUS_TUNED = [CENSUS_CHOICES / f"tuned/{group}/{method}.json" for group, method in CENSUS_PAIRS]
BASELINES = list(census_plan.BASELINES)
BLOCK_NAMES = [f"{first}-{n}" for first, n in census_plan.blocks(config)]
# What every training of a search gets
BUDGET = {
    "learning_rates": CENSUS["learning_rates"],
    "steps": CENSUS["steps"],
    "evaluate_every": CENSUS["evaluate_every"],
    "batch_size": CENSUS["batch_size"],
    "study_seed": SEED,
}
# What every repeat gets
REPEATED = {
    "batch_size": CENSUS["batch_size"],
    "splits": CENSUS["splits"],
    "most_steps": CENSUS["most_steps"],
    "study_seed": SEED,
}
CENSUS_SUMMARIES = [OF_CENSUS / f"{name}.csv" for name in ["tables", "spread", "splits"]]
CENSUS_SHOWN = [
    *CENSUS_SUMMARIES,
    *[OF_CENSUS / f"{name}.json" for name in ["facts", "merged"]],
    *[OF_CENSUS / f"{name}.parquet" for name in ["all_runs", "all_gates", "kept"]],
]
EVIDENCE.append(OF_CENSUS / "all_runs.parquet")
NUMBERS_FROM += CENSUS_SHOWN
# Of a rule that puts block files together, by what is in them
GATHERING = {
    kind: call("census gather", arguments="blocks", kind=kind)
    for kind in ["runs", "gates", "trials", "widths", "baselines", "baseline_trials"]
}


rule census_data:
    """The raw files, checked, and encoded for training."""
    input:
        CENSUS_DATA / "encoded.npz",
        OF_CENSUS / "facts.json",


rule census_tuning:
    """Every method's search on every group."""
    input:
        [OF_CENSUS / f"tuned/{group}/{method}.json" for group, method in CENSUS_PAIRS],
        OF_CENSUS / "trials.parquet",


rule census_repeats:
    """Every method's repeats on every group, at the tuned choices."""
    input:
        OF_CENSUS / "runs.parquet",
        OF_CENSUS / "gates.parquet",


rule census:
    """Both tables, from the raw files on."""
    input:
        CENSUS_SUMMARIES,
        OF_CENSUS / "kept.parquet",
        OF_CENSUS / "facts.json",


use rule stage as census_raw with:
    """The raw files, from UCI, a source distribution or a folder of yours, by checksum."""
    output:
        CENSUS_RAW,
    log:
        LOGS / "census/fetch.log",
    params:
        **call(
            "census fetch",
            raw=CENSUS["raw"],
            source=CENSUS["sources"],
            output=CENSUS_DATA,
        ),


use rule stage as census_encoded with:
    """The raw files parsed, checked and encoded."""
    input:
        CENSUS_RAW,
    output:
        output=CENSUS_DATA / "encoded.npz",
        facts=OF_CENSUS / "facts.json",
    log:
        LOGS / "census/encode.log",
    params:
        **call("census encode", raw=CENSUS_DATA, study_seed=SEED),


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
        **call(
            "census tune",
            code=["mmoe_repro.census.search"],
            group="{group}",
            method="{method}",
            n_trials=CENSUS["trials"],
            **BUDGET,
        ),


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


use rule stage as census_width with:
    """Shared-Bottom at widths beyond the search's, on validation."""
    input:
        data=CENSUS_DATA / "encoded.npz",
    output:
        output=OF_CENSUS / "widths/{group}.parquet",
    log:
        LOGS / "census/widths/{group}.log",
    resources:
        **on_a_node(census_needs.widths(BENCHMARKS, config), CENSUS_MEGABYTES),
    params:
        **call(
            "census widths",
            code=["mmoe_repro.census.search"],
            group="{group}",
            units=CENSUS["widths"],
            **BUDGET,
        ),


use rule census_trials as census_widths with:
    """Shared-Bottom at all widths, in one file."""
    input:
        blocks=[OF_CENSUS / f"widths/{group}.parquet" for group in CENSUS["groups"]],
    output:
        output=OF_CENSUS / "widths.parquet",
    log:
        LOGS / "census/widths.log",
    params:
        **GATHERING["widths"],


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
        CENSUS_CHOICES / "widths.parquet",
    output:
        table_files(census_plan.TABLES),
    log:
        LOGS / "tables/census.log",
    params:
        **tabulating("census", census_plan.TABLES),


use rule stage as publish_census with:
    """Copy the census choices, trials and runs to results/published/census, with a manifest."""
    input:
        OF_CENSUS / "all_runs.parquet",
        OF_CENSUS / "all_gates.parquet",
        OF_CENSUS / "facts.json",
        [CENSUS_CHOICES / name for name in census_plan.PUBLISHED_CHOICES if "." in name],
    log:
        LOGS / "publish_census.log",
    params:
        **publishing("census"),
