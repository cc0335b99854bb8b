"""Blocks of runs, the learning rates that they are reported at, and records put together."""

# Condition, seeds, schedule and learner, as `mmoe-repro synthetic train` takes them
TRAINING = {
    **{name: f"{{{name}}}" for name in ["model", "first", "n"]},
    "task_correlation": "{p}",
    "plan": PLAN_FILE,
    **dict(sorted((STUDY["schedule"] | config["training"]).items())),
    "study_seed": SEED,
}
TRAINED_BY = "mmoe_repro.synthetic.blocks"


use rule stage as train_block with:
    """A block at a given learning rate: for the selection, for Figure 3, and for the variants."""
    input:
        universe=UNIVERSE,
    output:
        runs=BLOCKS / "{purpose}/{model}/p{p}/lr{rate}/{first}-{n}.runs.parquet",
        curves=BLOCKS / "{purpose}/{model}/p{p}/lr{rate}/{first}-{n}.curves.parquet",
    log:
        LOGS / "blocks/{purpose}/{model}/p{p}/lr{rate}/{first}-{n}.log",
    benchmark:
        R / "benchmarks/blocks/{purpose}/{model}/p{p}/lr{rate}/{first}-{n}.tsv"
    wildcard_constraints:
        purpose="selection|figure3|variants",
    resources:
        **on_a_node(
            lambda wildcards: synthetic_needs.block(
                BENCHMARKS, config, wildcards.model, int(wildcards.n)
            ),
            MEGABYTES,
            start=needs.TOGETHER,
        ),
    params:
        **call(
            "synthetic train",
            code=[TRAINED_BY],
            learning_rate="{rate}",
            **TRAINING,
        ),


use rule train_block as train_chosen with:
    """A block at the selected learning rate: of what Figures 4 and 5 report, and of the variants."""
    input:
        universe=UNIVERSE,
        learning_rate_file=SYNTHETIC / "learning_rates/{model}/p{p}.json",
    output:
        runs=BLOCKS / "{purpose}/{model}/p{p}/lrchosen/{first}-{n}.runs.parquet",
        curves=BLOCKS / "{purpose}/{model}/p{p}/lrchosen/{first}-{n}.curves.parquet",
    log:
        LOGS / "blocks/{purpose}/{model}/p{p}/lrchosen/{first}-{n}.log",
    benchmark:
        R / "benchmarks/blocks/{purpose}/{model}/p{p}/lrchosen/{first}-{n}.tsv"
    wildcard_constraints:
        purpose="reported|variants",
    params:
        **call(
            "synthetic train",
            code=[TRAINED_BY],
            **TRAINING,
        ),


use rule stage as select_learning_rate with:
    """The learning rate of a model and task correlation, from runs that are not reported."""
    input:
        universe=UNIVERSE,
        blocks=lambda wildcards: plan.files(
            BLOCKS,
            [
                block
                for block in BLOCKS_OF["selection_"]
                if (block.model, block.task_correlation) == (wildcards.model, wildcards.p)
            ],
            "runs",
        ),
    output:
        output=SYNTHETIC / "learning_rates/{model}/p{p}.json",
    log:
        LOGS / "learning_rates/{model}/p{p}.log",
    params:
        **call(
            "synthetic select",
            arguments="blocks",
        ),


use rule stage as gather with:
    """All records of one purpose in one file; damaged and foreign block files are refused."""
    input:
        universe=UNIVERSE,
        blocks=lambda wildcards: plan.files(BLOCKS, BLOCKS_OF[wildcards.purpose], "runs"),
    output:
        output=SYNTHETIC / "{purpose}runs.parquet",
    log:
        LOGS / "gather/{purpose}runs.log",
    wildcard_constraints:
        purpose="|".join(name for name, blocks in BLOCKS_OF.items() if blocks),
    params:
        **call(
            "synthetic gather",
            arguments="blocks",
        ),


if PUBLISHED_VARIANTS:

    use rule gather as published_variants with:
        """The published variants, if they are of this universe; others are refused by name."""
        input:
            universe=UNIVERSE,
            blocks=PUBLISHED_VARIANTS,
        output:
            output=SYNTHETIC / "variants_runs.parquet",
        log:
            LOGS / "gather/published_variants.log",
        params:
            **call(
                "synthetic gather",
                arguments="blocks",
                mixed=True,
            ),


use rule gather as gather_curves with:
    """All curves of one purpose in one file."""
    input:
        universe=UNIVERSE,
        blocks=lambda wildcards: plan.files(BLOCKS, BLOCKS_OF[wildcards.purpose], "curves"),
    output:
        output=SYNTHETIC / "{purpose}curves.parquet",
    log:
        LOGS / "gather/{purpose}curves.log",
    params:
        **call(
            "synthetic gather",
            arguments="blocks",
            curves=True,
        ),
