"""Census-Income: the raw files, their encoding, the search of hyper-parameters, and the repeats."""

CENSUS_DATA = R / "census/data"
# Tuned choices: the published ones, or those of this study's own search.
CENSUS_TUNED = Path(
    {"published": "results/published/census/tuned", "own": R / "census/tuned"}[CENSUS["tuned"]]
)
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


rule census_repeats:
    """Every method's repeats on every group, at the tuned choices."""
    input:
        R / "census/runs.parquet",
        R / "census/gates.parquet",


rule census_train:
    input:
        data=CENSUS_DATA / "encoded.npz",
        tuned=CENSUS_TUNED / "{group}/{method}.json",
    output:
        runs=R / "census/blocks/{group}/{method}/{first}-{n}.runs.parquet",
        gates=R / "census/blocks/{group}/{method}/{first}-{n}.gates.parquet",
    log:
        R / "logs/census/blocks/{group}/{method}/{first}-{n}.log",
    benchmark:
        R / "benchmarks/census/blocks/{group}/{method}/{first}-{n}.tsv"
    conda:
        "../../environment.yml"
    params:
        batch=CENSUS["batch_size"],
        splits=CENSUS["splits"],
        seed=SEED,
        code=CENSUS_CODE,
    shell:
        "mmoe-repro census-train --data {input.data} --tuned {input.tuned}"
        " --first {wildcards.first} --n {wildcards.n} --batch-size {params.batch}"
        " --splits {params.splits} --study-seed {params.seed} --runs {output.runs}"
        " --gates {output.gates} 2>&1 | tee {log}"


rule census_gather:
    """All repeats, or all mean gates, in one file."""
    input:
        lambda wildcards: [
            path
            for group, method in CENSUS_PAIRS
            if wildcards.kind == "runs" or method in ("omoe", "mmoe")
            for path in census_blocks(group, method, wildcards.kind)
        ],
    output:
        R / "census/{kind}.parquet",
    log:
        R / "logs/census/gather_{kind}.log",
    wildcard_constraints:
        kind="runs|gates",
    conda:
        "../../environment.yml"
    shell:
        "mmoe-repro census-gather --output {output} {input} 2> {log}"
