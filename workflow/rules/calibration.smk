"""Calibration: the reference universe, chosen on Figures 2 and 3 (not part of the default target), and
what the report shows of it."""

from mmoe_repro.calibration import plan as calibration_plan

C = R / "calibration"
CALIBRATION = config["calibration"]
CALIBRATED = [FOLDERS["calibration"] / name for name in calibration_plan.PUBLISHED]
NUMBERS_FROM += CALIBRATED


use rule stage as calibration_figure2 with:
    """Label functions that give Figure 2."""
    output:
        output=C / "label_functions.json",
    log:
        LOGS / "calibration/figure2.log",
    params:
        **call(
            "calibration figure2",
            code=["mmoe_repro.calibration.figure2"],
            starts=CALIBRATION["starts"],
            runner_ups=CALIBRATION["runner_ups"],
            study_seed=SEED,
        ),


rule calibration_round:
    """One round of the search on Figure 3; finished candidates are kept if it is interrupted."""
    input:
        label_functions=C / "label_functions.json",
        before=lambda wildcards: [
            C / f"round{i}.scores.parquet" for i in range(1, int(wildcards.number))
        ],
    output:
        scores=C / "round{number}.scores.parquet",
        curves=C / "round{number}.curves.parquet",
    log:
        LOGS / "calibration/round{number}.log",
    wildcard_constraints:
        number=r"\d+",
    conda:
        "../../environment.yml"
    threads: 1024  # capped at what --cores gives; not a parameter, since it changes no result
    params:
        **call(
            "calibration round",
            code=["mmoe_repro.calibration.rounds"],
            arguments="before",
            number="{number}",
            last=CALIBRATION["rounds"],
            keep=CALIBRATION["keep"],
            finalists=CALIBRATION["finalists"],
            seeds=CALIBRATION["seeds"],
            final_seeds=CALIBRATION["final_seeds"],
            study_seed=SEED,
            cache=C / "candidates" / fingerprint("mmoe_repro.calibration.figure3"),
        ),
    shell:
        "{params.command} --cores {threads} 2>&1 | tee {log}"


use rule stage as calibration with:
    """The choice, and everything that lost."""
    input:
        label_functions=C / "label_functions.json",
        scores=expand(
            C / "round{number}.scores.parquet", number=range(1, CALIBRATION["rounds"] + 1)
        ),
        curves=C / f"round{CALIBRATION['rounds']}.curves.parquet",
    output:
        output=C / "reference.json",
        ranking=C / "ranking.csv",
        finalist_curves=C / "finalists.parquet",
    log:
        LOGS / "calibration/choice.log",
    params:
        **call("calibration choose", code=["mmoe_repro.calibration.choice"], arguments="scores"),


use rule stage as figure_calibration with:
    """Best candidates over Figure 3."""
    input:
        ranking=FOLDERS["calibration"] / "ranking.csv",
        finalists=FOLDERS["calibration"] / "finalists.parquet",
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
        **call(
            "report publish calibration",
            code=["mmoe_repro.report.publish"],
            results=R,
            beside=FOLDERS.beside,
            target="results/published/calibration",
        ),
