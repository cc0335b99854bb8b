"""Calibration: the reference universe, chosen on Figures 2 and 3. Not part of the default target."""


rule calibration_figure2:
    """Label functions that give Figure 2."""
    output:
        C / "label_functions.json",
    log:
        R / "logs/calibration/figure2.log",
    conda:
        "../../environment.yml"
    params:
        starts=CALIBRATION["starts"],
        runner_ups=CALIBRATION["runner_ups"],
        seed=SEED,
        code=fingerprint("mmoe_repro.calibration.figure2"),
    shell:
        "mmoe-repro calibrate-figure2 --starts {params.starts}"
        " --runner-ups {params.runner_ups} --study-seed {params.seed} --output {output} 2> {log}"


rule calibration_round:
    """One round of the search on Figure 3; finished candidates are kept if it is interrupted."""
    input:
        functions=C / "label_functions.json",
        before=rounds_before,
    output:
        scores=C / "round{number}.scores.parquet",
        curves=C / "round{number}.curves.parquet",
    log:
        R / "logs/calibration/round{number}.log",
    wildcard_constraints:
        number=r"\d+",
    conda:
        "../../environment.yml"
    threads: 1024  # capped at what --cores gives
    params:
        last=CALIBRATION["rounds"],
        keep=CALIBRATION["keep"],
        finalists=CALIBRATION["finalists"],
        seeds=CALIBRATION["seeds"],
        final_seeds=CALIBRATION["final_seeds"],
        cache=lambda wildcards, input: C
        / "candidates"
        / fingerprint("mmoe_repro.calibration.figure3"),
        seed=SEED,
        code=fingerprint("mmoe_repro.calibration.rounds"),
    shell:
        "mmoe-repro calibrate-round --number {wildcards.number} --last {params.last}"
        " --keep {params.keep} --finalists {params.finalists} --seeds {params.seeds} --final-seeds {params.final_seeds}"
        " --cores {threads} --study-seed {params.seed} --label-functions {input.functions}"
        " --before {input.before} --cache {params.cache}"
        " --scores {output.scores} --curves {output.curves} 2>&1 | tee {log}"


rule calibration:
    """The choice, and everything that lost."""
    input:
        functions=C / "label_functions.json",
        scores=expand(
            C / "round{number}.scores.parquet", number=range(1, CALIBRATION["rounds"] + 1)
        ),
        curves=C / f"round{CALIBRATION['rounds']}.curves.parquet",
    output:
        reference=C / "reference.json",
        ranking=C / "ranking.csv",
        finalists=C / "finalists.parquet",
    log:
        R / "logs/calibration/choice.log",
    conda:
        "../../environment.yml"
    params:
        code=fingerprint("mmoe_repro.calibration.choice"),
    shell:
        "mmoe-repro calibrate-choose --label-functions {input.functions}"
        " --scores {input.scores} --output {output.reference} --ranking {output.ranking}"
        " --curves {input.curves} --finalist-curves {output.finalists} 2> {log}"
