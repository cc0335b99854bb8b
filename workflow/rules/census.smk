"""Census-Income: the raw files, their encoding, the search of hyper-parameters, and the repeats."""

CENSUS = config["census"]
CENSUS_DATA = R / "census/data"
CENSUS_CODE = fingerprint("mmoe_repro.census.train")
CENSUS_PAIRS = [(group, method) for group in CENSUS["groups"] for method in CENSUS["methods"]]


rule census_data:
    """The raw files, checked, and encoded for training."""
    input:
        CENSUS_DATA / "encoded.npz",
        R / "census/facts.json",


rule census_raw:
    output:
        CENSUS_DATA / "census-income.data",
        CENSUS_DATA / "census-income.test",
    log:
        R / "logs/census/fetch.log",
    conda:
        "../../environment.yml"
    params:
        folder=CENSUS_DATA,
        raw=f"--raw {CENSUS['raw']}" if CENSUS["raw"] else "",
        sources=CENSUS["sources"],
    shell:
        "mmoe-repro census-fetch {params.raw} --sources {params.sources} --output {params.folder}"
        " 2>&1 | tee {log}"


rule census_encoded:
    input:
        CENSUS_DATA / "census-income.data",
        CENSUS_DATA / "census-income.test",
    output:
        data=CENSUS_DATA / "encoded.npz",
        facts=R / "census/facts.json",
    log:
        R / "logs/census/encode.log",
    conda:
        "../../environment.yml"
    params:
        folder=CENSUS_DATA,
        seed=SEED,
        code=fingerprint("mmoe_repro.census.encode") + fingerprint("mmoe_repro.census.facts"),
    shell:
        "mmoe-repro census-encode --raw {params.folder} --study-seed {params.seed}"
        " --output {output.data} --facts {output.facts} 2> {log}"


rule census_tuning:
    """Every method's search on every group."""
    input:
        [R / f"census/tuned/{group}/{method}.json" for group, method in CENSUS_PAIRS],
        R / "census/trials.parquet",


rule census_tune:
    input:
        CENSUS_DATA / "encoded.npz",
    output:
        trials=R / "census/trials/{group}/{method}.parquet",
        tuned=R / "census/tuned/{group}/{method}.json",
    log:
        R / "logs/census/tune/{group}/{method}.log",
    benchmark:
        R / "benchmarks/census/tune/{group}/{method}.tsv"
    conda:
        "../../environment.yml"
    params:
        trials=CENSUS["trials"],
        rates=CENSUS["learning_rates"],
        steps=CENSUS["steps"],
        every=CENSUS["evaluate_every"],
        batch=CENSUS["batch_size"],
        seed=SEED,
        code=CENSUS_CODE + fingerprint("mmoe_repro.census.tuning"),
    shell:
        "mmoe-repro census-tune --data {input} --method {wildcards.method}"
        " --group {wildcards.group} --n-trials {params.trials}"
        " --learning-rates {params.rates} --steps {params.steps}"
        " --evaluate-every {params.every} --batch-size {params.batch}"
        " --study-seed {params.seed} --trials {output.trials} --tuned {output.tuned}"
        " 2>&1 | tee {log}"


rule census_trials:
    """All trials in one file."""
    input:
        [R / f"census/trials/{group}/{method}.parquet" for group, method in CENSUS_PAIRS],
    output:
        R / "census/trials.parquet",
    log:
        R / "logs/census/trials.log",
    conda:
        "../../environment.yml"
    shell:
        "mmoe-repro census-gather --output {output} {input} 2> {log}"
