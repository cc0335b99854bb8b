"""Calibration: the reference universe, chosen on Figures 2 and 3 (not part of the default target), and
what the report shows of it."""

from mmoe_repro.calibration import plan as calibration_plan

C = R / "calibration"
CALIBRATION = config["calibration"]
FAMILY = "|".join(calibration_plan.FAMILIES)
TRIALS = calibration_plan.trials(C / "trials", fingerprint("mmoe_repro.calibration.figure3"), SEED)
CALIBRATED = [FOLDERS["calibration"] / name for name in calibration_plan.PUBLISHED]
NUMBERS_FROM += CALIBRATED


use rule stage as calibration_figure2 with:
    """Label functions that give Figure 2."""
    output:
        output=C / "label_functions.json",
    log:
        LOGS / "calibration/figure2.log",
    resources:
        **on_a_node(needs.SEARCH, MEGABYTES),
    params:
        **call(
            "calibration figure2",
            code=["mmoe_repro.calibration.figure2"],
            starts=CALIBRATION["starts"],
            runner_ups=CALIBRATION["runner_ups"],
            study_seed=SEED,
        ),


rule calibration_search:
    """A family searched for Figure 3; finished trials are kept if it is interrupted."""
    input:
        label_functions=C / "label_functions.json",
        space=SPACE,
    output:
        output=C / "{family}.parquet",
    log:
        LOGS / "calibration/{family}.log",
    wildcard_constraints:
        family=FAMILY,
    conda:
        "../../environment.yml"
    threads: 1024  # capped at what --cores gives; not a parameter, since it changes no result
    resources:
        **on_a_node(needs.SEARCH, MEGABYTES),
    params:
        **call(
            "calibration search",
            code=["mmoe_repro.calibration.search"],
            family="{family}",
            start=lambda wildcards: CALIBRATION["start"][wildcards.family],
            trials=CALIBRATION["trials"],
            seeds=CALIBRATION["seeds"],
            study_seed=SEED,
            cache=TRIALS,
        ),
    shell:
        "{params.command} --cores {threads} 2>&1 | tee {log}"


use rule calibration_search as calibration_finalists with:
    """The best of a family, trained again twice, and the choice among those that are equal."""
    input:
        label_functions=C / "label_functions.json",
        space=SPACE,
        trials=C / "{family}.parquet",
    output:
        output=C / "{family}_finalists.csv",
        choice=C / "{family}.json",
        curves=C / "{family}_curves.parquet",
    log:
        LOGS / "calibration/{family}_finalists.log",
    params:
        **call(
            "calibration finalists",
            code=["mmoe_repro.calibration.finalists"],
            study_seed=SEED,
            cache=TRIALS,
        ),


use rule stage as calibration with:
    """The reference universe, the better of the two families' choices, and its companions."""
    input:
        expand(C / "{family}_curves.parquet", family=calibration_plan.FAMILIES),
        choices=expand(C / "{family}.json", family=calibration_plan.FAMILIES),
        memorising="config/memorising.json",
    output:
        output=C / "reference.json",
    log:
        LOGS / "calibration/choice.log",
    params:
        **call("calibration reference", arguments="choices"),


use rule stage as figure_calibration with:
    """Best candidates over Figure 3."""
    input:
        **{
            f"{family}_{kind}": FOLDERS["calibration"] / f"{family}_{kind}.{ending}"
            for family in calibration_plan.FAMILIES
            for kind, ending in [("finalists", "csv"), ("curves", "parquet")]
        },
    output:
        **figure_files("calibration", "Calibration", "Best candidates over Figure 3"),
    log:
        LOGS / "figures/calibration.log",
    params:
        **drawing("calibration", "calibration"),


use rule stage as calibration_tables with:
    """The tables on the calibration."""
    input:
        CALIBRATED,
    output:
        table_files(calibration_plan.TABLES),
    log:
        LOGS / "tables/calibration.log",
    params:
        **tabulating("calibration", calibration_plan.TABLES),


use rule stage as publish_calibration with:
    """Copy a finished calibration to results/published/calibration, with a manifest."""
    input:
        C / "reference.json",
    log:
        LOGS / "publish_calibration.log",
    params:
        **publishing("calibration"),
