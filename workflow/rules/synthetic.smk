"""The synthetic experiment: the universe, data, training in blocks, summaries, figures and tables."""

from mmoe_repro.synthetic import needs as synthetic_needs
from mmoe_repro.synthetic import plan

SYNTHETIC = R / "synthetic"
BLOCKS = SYNTHETIC / "blocks"
UNIVERSE = SYNTHETIC / "universe.json"
STUDY = config["synthetic"]
CORRELATIONS = [plan.text(p) for p in STUDY["task_correlations"]]
# Condition, seeds, schedule and learner, as `mmoe-repro synthetic train` takes them
TRAINING = {
    **{name: f"{{{name}}}" for name in ["model", "first", "n"]},
    "task_correlation": "{p}",
    "plan": PLAN_FILE,
    **dict(sorted((STUDY["schedule"] | config["training"]).items())),
    "study_seed": SEED,
}
TRAINED_BY = "mmoe_repro.synthetic.blocks"
MEGABYTES = synthetic_needs.megabytes(BENCHMARKS)  # of a process that trains

BLOCKS_OF = {
    "": plan.reported_blocks(config),
    "figure3_": plan.figure3_blocks(config),
    "selection_": plan.selection_blocks(config),
    "variants_": plan.variant_blocks(config),
}
PUBLISHED_VARIANTS = plan.published_variants(config)
SYNTHETIC_RECORDS = [SYNTHETIC / "variants_runs.parquet"] if PUBLISHED_VARIANTS else []
SYNTHETIC_RECORDS += [
    SYNTHETIC / f"{purpose}{kind}.parquet"
    for purpose, blocks in BLOCKS_OF.items()
    for kind in ["runs", "curves"]
    if blocks and (purpose, kind) != ("selection_", "curves")
]
LEARNING_RATES = expand(
    SYNTHETIC / "learning_rates/{model}/p{p}.json", model=STUDY["models"], p=CORRELATIONS
)
WEIGHTS |= {
    BLOCKS / f"{path}.runs.parquet": weight for path, weight in plan.weights(config).items()
}
RECORDS += SYNTHETIC_RECORDS
EVIDENCE += [UNIVERSE, *SYNTHETIC_RECORDS]
DOCUMENT_FROM.append(R / "claims/panels.json")
REPORT_FROM += expand(SYNTHETIC / "data/p{p}.json", p=CORRELATIONS)
NUMBERS_FROM += [
    UNIVERSE,
    SYNTHETIC / "final_losses.csv",
    SYNTHETIC / "curve_ends.csv",
    SYNTHETIC / "figure2_trials.parquet",
    SYNTHETIC / "figure3_curves.parquet",
    SYNTHETIC / "selection_runs.parquet",
    *LEARNING_RATES,
]


wildcard_constraints:
    p=r"-?[0-9.]+",
    rate=r"[0-9.]+",
    first=r"\d+",
    n=r"\d+",
    model="|".join([*STUDY["models"], *plan.variant_models(config), plan.FIGURE3_MODEL]),


use rule stage as universe with:
    """The study's universe: the calibrated reference with the configuration's changes."""
    input:
        reference=REFERENCE,
    output:
        output=UNIVERSE,
    log:
        LOGS / "universe.log",
    params:
        **call(
            "synthetic universe",
            changes=json.dumps(config["universe"], sort_keys=True),
        ),


rule data:
    """Defining numbers of every run's data set, and measured label correlations."""
    input:
        expand(SYNTHETIC / "data/p{p}.json", p=CORRELATIONS),


use rule stage as data_set with:
    """One task correlation's."""
    input:
        universe=UNIVERSE,
    output:
        output=SYNTHETIC / "data/p{p}.parquet",
        about=SYNTHETIC / "data/p{p}.json",
    log:
        LOGS / "data/p{p}.log",
    params:
        **call(
            "synthetic data",
            task_correlation="{p}",
            n=STUDY["seeds"],
            points=STUDY["schedule"]["final_samples"],
            study_seed=SEED,
        ),


use rule stage as figure2_trials with:
    """Label correlations of every trial of Figure 2."""
    input:
        universe=UNIVERSE,
    output:
        output=SYNTHETIC / "figure2_trials.parquet",
    log:
        LOGS / "figure2_trials.log",
    params:
        **call(
            "synthetic figure2-trials",
            study_seed=SEED,
            **config["figure2"],
        ),


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


use rule stage as final_losses with:
    """Mean, sd, quantiles and shares of final losses, ours and published."""
    input:
        universe=UNIVERSE,
        runs=SYNTHETIC / "runs.parquet",
    output:
        output=SYNTHETIC / "final_losses.csv",
    log:
        LOGS / "final_losses.log",
    params:
        **call(
            "synthetic summarise",
            confidence=CONFIDENCE,
            study_seed=SEED,
        ),
        **PAPER,


use rule stage as curve_ends with:
    """Figure 4's end points, ours and published."""
    input:
        universe=UNIVERSE,
        curves=SYNTHETIC / "curves.parquet",
    output:
        output=SYNTHETIC / "curve_ends.csv",
    log:
        LOGS / "curve_ends.log",
    params:
        **call("synthetic curve-ends", confidence=CONFIDENCE),
        **PAPER,


use rule stage as panels with:
    """Our curves and histograms against each published panel."""
    input:
        UNIVERSE,
        SYNTHETIC_RECORDS,
    output:
        output=R / "claims/panels.json",
    log:
        LOGS / "claims/panels.log",
    params:
        **call(
            "synthetic panels",
            results=R,
            config=CONFIG,
            study_seed=SEED,
        ),
        **PAPER,


use rule stage as figure1 with:
    """The three architectures."""
    output:
        **figure_files("figure1", "Architectures", "The three architectures"),
    log:
        LOGS / "figures/figure1.log",
    params:
        **drawing("synthetic", "figure1"),


use rule stage as figure2 with:
    """Label correlation over task correlation."""
    input:
        trials=SYNTHETIC / "figure2_trials.parquet",
        universe=UNIVERSE,
    output:
        **figure_files("figure2", "Data", "Label correlation over task correlation"),
    log:
        LOGS / "figures/figure2.log",
    params:
        **drawing("synthetic", "figure2"),


use rule stage as figure3 with:
    """Shared-Bottom-16 over task correlations."""
    input:
        curves=SYNTHETIC / "figure3_curves.parquet",
        universe=UNIVERSE,
    output:
        **figure_files("figure3", "Loss curves", "Shared-Bottom-16 over task correlations"),
    log:
        LOGS / "figures/figure3.log",
    params:
        **drawing("synthetic", "figure3"),


use rule stage as figure4 with:
    """The three models over task correlations."""
    input:
        curves=SYNTHETIC / "curves.parquet",
        universe=UNIVERSE,
    output:
        **figure_files("figure4", "Loss curves", "The three models over task correlations"),
    log:
        LOGS / "figures/figure4.log",
    params:
        **drawing("synthetic", "figure4"),


use rule stage as figure5 with:
    """Histograms of final losses."""
    input:
        runs=SYNTHETIC / "runs.parquet",
        universe=UNIVERSE,
    output:
        **figure_files("figure5", "Trainability", "Histograms of final losses"),
    log:
        LOGS / "figures/figure5.log",
    params:
        **drawing("synthetic", "figure5"),


use rule stage as synthetic_tables with:
    """The tables on synthetic data."""
    input:
        SYNTHETIC / "final_losses.csv",
        SYNTHETIC / "curve_ends.csv",
        SYNTHETIC / "selection_runs.parquet",
        LEARNING_RATES,
        R / "claims/verdicts.json",
    output:
        table_files(plan.TABLES),
    log:
        LOGS / "tables/synthetic.log",
    params:
        **tabulating("synthetic", plan.TABLES),


use rule stage as publish with:
    """Copy the finished study to results/published/synthetic, with a manifest."""
    input:
        R / "report.pdf",
        SYNTHETIC / "selection_runs.parquet",
        SYNTHETIC / "figure3_runs.parquet",
    log:
        LOGS / "publish.log",
    params:
        **publishing("synthetic"),
