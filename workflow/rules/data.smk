"""The universe, the data sets' defining numbers, and Figure 2's simulation."""


rule universe:
    """The study's universe: the calibrated reference with the configuration's changes."""
    input:
        REFERENCE / "reference.json",
    output:
        UNIVERSE,
    log:
        R / "logs/universe.log",
    conda:
        "../../environment.yml"
    params:
        changes=json.dumps(config["universe"], sort_keys=True),
    shell:
        "mmoe-repro universe --reference {input} --changes {params.changes:q}"
        " --output {output} 2> {log}"


rule data:
    """Defining numbers of every run's data set, and measured label correlations."""
    input:
        expand(R / "synthetic/data/p{p}.json", p=CORRELATIONS),


rule data_set:
    input:
        UNIVERSE,
    output:
        numbers=R / "synthetic/data/p{p}.parquet",
        about=R / "synthetic/data/p{p}.json",
    log:
        R / "logs/data/p{p}.log",
    conda:
        "../../environment.yml"
    params:
        n=STUDY["seeds"],
        points=STUDY["schedule"]["final_samples"],
        seed=SEED,
        code=fingerprint("mmoe_repro.synthetic.export"),
    shell:
        "mmoe-repro data --universe {input} --task-correlation {wildcards.p} --n {params.n}"
        " --points {params.points} --study-seed {params.seed}"
        " --output {output.numbers} --about {output.about} 2> {log}"


rule figure2_trials:
    """Label correlations of every trial of Figure 2."""
    input:
        UNIVERSE,
    output:
        R / "synthetic/figure2_trials.parquet",
    log:
        R / "logs/figure2_trials.log",
    conda:
        "../../environment.yml"
    params:
        correlations=config["figure2"]["task_correlations"],
        trials=config["figure2"]["trials"],
        points=config["figure2"]["points"],
        seed=SEED,
        code=fingerprint("mmoe_repro.synthetic.export"),
    shell:
        "mmoe-repro figure2-trials --universe {input}"
        " --task-correlations {params.correlations} --trials {params.trials}"
        " --points {params.points} --study-seed {params.seed} --output {output} 2> {log}"
