"""The synthetic experiment: the universe and its data; the rest is in synthetic_*.smk."""

from mmoe_repro.synthetic import needs as synthetic_needs
from mmoe_repro.synthetic import plan

SYNTHETIC = R / "synthetic"
BLOCKS = SYNTHETIC / "blocks"
UNIVERSE = SYNTHETIC / "universe.json"
STUDY = config["synthetic"]
CORRELATIONS = [plan.text(p) for p in STUDY["task_correlations"]]
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


include: "synthetic_training.smk"
include: "synthetic_shown.smk"
