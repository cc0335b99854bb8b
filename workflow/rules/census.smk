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
        raw=["--raw", CENSUS["raw"]] if CENSUS["raw"] else [],
        sources=CENSUS["sources"],
    shell:
        "mmoe-repro census-fetch {params.raw:q} --sources {params.sources} --output {params.folder}"
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
        " --output {output.data} --facts {output.facts} 2>&1 | tee {log}"


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


rule census_width:
    input:
        CENSUS_DATA / "encoded.npz",
    output:
        R / "census/widths/{group}.parquet",
    log:
        R / "logs/census/widths/{group}.log",
    conda:
        "../../environment.yml"
    params:
        widths=CENSUS["widths"],
        rates=CENSUS["learning_rates"],
        steps=CENSUS["steps"],
        every=CENSUS["evaluate_every"],
        batch=CENSUS["batch_size"],
        seed=SEED,
        code=CENSUS_CODE,
    shell:
        "mmoe-repro census-widths --data {input} --group {wildcards.group}"
        " --widths {params.widths} --learning-rates {params.rates} --steps {params.steps}"
        " --evaluate-every {params.every} --batch-size {params.batch}"
        " --study-seed {params.seed} --output {output} 2>&1 | tee {log}"


rule census_widths:
    """Shared-Bottom at widths beyond the search's, on validation."""
    input:
        [R / f"census/widths/{group}.parquet" for group in CENSUS["groups"]],
    output:
        R / "census/widths.parquet",
    log:
        R / "logs/census/widths.log",
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
        most=f"--most-steps {CENSUS['most_steps']}" if CENSUS["most_steps"] else "",
        seed=SEED,
        code=CENSUS_CODE,
    shell:
        "mmoe-repro census-train --data {input.data} --tuned {input.tuned}"
        " --first {wildcards.first} --n {wildcards.n} --batch-size {params.batch}"
        " --splits {params.splits} {params.most} --study-seed {params.seed} --runs {output.runs}"
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


BASELINES = ["logistic", "boosted_trees"]
# What a study does not make anew it reads from the published records, unless its census differs.
CENSUS_PUBLISHED = Path("results/published/census") if CENSUS["published"] else None


rule census_baseline:
    """Logistic regression or boosted trees, tuned and tested."""
    input:
        CENSUS_DATA / "encoded.npz",
    output:
        trials=R / "census/baselines/{group}/{name}.trials.parquet",
        runs=R / "census/baselines/{group}/{name}.runs.parquet",
    log:
        R / "logs/census/baselines/{group}/{name}.log",
    wildcard_constraints:
        name="|".join(BASELINES),
    conda:
        "../../environment.yml"
    params:
        trials=CENSUS["trials"],
        splits=CENSUS["splits"],
        seed=SEED,
        code=fingerprint("mmoe_repro.census.baselines"),
    shell:
        "mmoe-repro census-baseline --data {input} --name {wildcards.name} --group {wildcards.group}"
        " --n-trials {params.trials} --splits {params.splits} --study-seed {params.seed}"
        " --trials {output.trials} --runs {output.runs} 2> {log}"


rule census_baselines:
    """Both baselines on every group, in one file."""
    input:
        expand(
            R / "census/baselines/{group}/{name}.runs.parquet",
            group=CENSUS["groups"],
            name=BASELINES,
        ),
    output:
        R / "census/baselines.parquet",
    log:
        R / "logs/census/baselines.log",
    conda:
        "../../environment.yml"
    shell:
        "mmoe-repro census-gather --output {output} {input} 2> {log}"


rule census_baseline_trials:
    """What was tried of both baselines, in one file."""
    input:
        expand(
            R / "census/baselines/{group}/{name}.trials.parquet",
            group=CENSUS["groups"],
            name=BASELINES,
        ),
    output:
        R / "census/baseline_trials.parquet",
    log:
        R / "logs/census/baseline_trials.log",
    conda:
        "../../environment.yml"
    shell:
        "mmoe-repro census-gather --output {output} {input} 2> {log}"


rule census_merge:
    """Runs made anew beside the published ones; where both have a run, they must agree."""
    input:
        runs=R / "census/runs.parquet",
        gates=R / "census/gates.parquet",
        published=(
            [CENSUS_PUBLISHED / "runs.parquet", CENSUS_PUBLISHED / "gates.parquet"]
            if CENSUS_PUBLISHED
            else []
        ),
    output:
        runs=R / "census/all_runs.parquet",
        gates=R / "census/all_gates.parquet",
        about=R / "census/merged.json",
    log:
        R / "logs/census/merge.log",
    conda:
        "../../environment.yml"
    params:
        published=lambda wildcards, input: (
            f"--published {CENSUS_PUBLISHED}" if input.published else ""
        ),
        code=fingerprint("mmoe_repro.census.merge"),
    shell:
        "mmoe-repro census-merge --runs {input.runs} --gates {input.gates} {params.published}"
        " --all-runs {output.runs} --all-gates {output.gates} --about {output.about} 2> {log}"


rule census_summary:
    """Tables 1 and 2, and what the spread is made of."""
    input:
        R / "census/all_runs.parquet",
        CENSUS_TUNED.parent / "baselines.parquet",
    output:
        tables=R / "census/tables.csv",
        spread=R / "census/spread.csv",
        splits=R / "census/splits.csv",
    log:
        R / "logs/census/summary.log",
    conda:
        "../../environment.yml"
    params:
        confidence=config["plots"]["confidence"],
        seed=SEED,
        code=fingerprint("mmoe_repro.census.summary"),
    shell:
        "mmoe-repro census-summarise --runs {input} --confidence {params.confidence}"
        " --study-seed {params.seed} --output {output.tables} --spread {output.spread} --splits {output.splits}"
        " 2> {log}"


rule census:
    """Both tables, from the raw files on."""
    input:
        R / "census/tables.csv",
        R / "census/spread.csv",
        R / "census/splits.csv",
        R / "census/kept.parquet",
        R / "census/facts.json",


# What keeping education as an input would have done.
rule census_kept_encoded:
    input:
        CENSUS_DATA / "census-income.data",
        CENSUS_DATA / "census-income.test",
    output:
        data=CENSUS_DATA / "kept.npz",
        facts=temp(CENSUS_DATA / "kept_facts.json"),
    log:
        R / "logs/census/encode_kept.log",
    conda:
        "../../environment.yml"
    params:
        folder=CENSUS_DATA,
        seed=SEED,
        code=fingerprint("mmoe_repro.census.encode"),
    shell:
        "mmoe-repro census-encode --raw {params.folder} --study-seed {params.seed}"
        " --keep education --output {output.data} --facts {output.facts} 2> {log}"


rule census_kept_train:
    input:
        data=CENSUS_DATA / "kept.npz",
        tuned=CENSUS_TUNED / "{group}/shared_bottom.json",
    output:
        runs=R / "census/kept/{group}.parquet",
        gates=temp(R / "census/kept/{group}.gates.parquet"),
    log:
        R / "logs/census/kept/{group}.log",
    conda:
        "../../environment.yml"
    params:
        n=CENSUS["kept_repeats"],
        batch=CENSUS["batch_size"],
        splits=CENSUS["splits"],
        most=f"--most-steps {CENSUS['most_steps']}" if CENSUS["most_steps"] else "",
        seed=SEED,
        code=CENSUS_CODE,
    shell:
        "mmoe-repro census-train --data {input.data} --tuned {input.tuned}"
        " --first 0 --n {params.n} --batch-size {params.batch}"
        " --splits {params.splits} {params.most} --study-seed {params.seed} --runs {output.runs}"
        " --gates {output.gates} 2>&1 | tee {log}"


rule census_kept:
    """Shared-Bottom with education kept as an input, in one file."""
    input:
        [R / f"census/kept/{group}.parquet" for group in CENSUS["groups"]],
    output:
        R / "census/kept.parquet",
    log:
        R / "logs/census/kept.log",
    conda:
        "../../environment.yml"
    shell:
        "mmoe-repro census-gather --output {output} {input} 2> {log}"


rule figure_census:
    """AUCs of every method's runs."""
    input:
        **FIGURE_INPUTS["census"],
    output:
        pdf=R / "figures/census.pdf",
        svg=report(
            R / "figures/census.svg",
            caption="../report/census.rst",
            category="Census-Income",
            labels={"figure": "AUCs of every method's runs", "format": "SVG"},
        ),
        png=R / "figures/census.png",
    log:
        R / "logs/figures/census.log",
    conda:
        "../../environment.yml"
    params:
        inputs=figure_options("census"),
        plots=PLOTS,
        code=fingerprint("mmoe_repro.report.figures.census"),
    shell:
        "mmoe-repro figure census {params.inputs} --plots {params.plots:q}"
        " --output $(dirname {output.pdf})/census 2> {log}"


rule figure_gates:
    """Mean gates of OMoE and MMoE over runs."""
    input:
        **FIGURE_INPUTS["gates"],
    output:
        pdf=R / "figures/gates.pdf",
        svg=report(
            R / "figures/gates.svg",
            caption="../report/gates.rst",
            category="Census-Income",
            labels={"figure": "Mean gates over runs", "format": "SVG"},
        ),
        png=R / "figures/gates.png",
    log:
        R / "logs/figures/gates.log",
    conda:
        "../../environment.yml"
    params:
        inputs=figure_options("gates"),
        plots=PLOTS,
        code=fingerprint("mmoe_repro.report.figures.gates"),
    shell:
        "mmoe-repro figure gates {params.inputs} --plots {params.plots:q}"
        " --output $(dirname {output.pdf})/gates 2> {log}"


rule publish_census:
    """Copy the census choices, trials and runs to results/published/census, with a manifest."""
    input:
        R / "census/all_runs.parquet",
        R / "census/all_gates.parquet",
        R / "census/facts.json",
        CENSUS_TUNED.parent / "trials.parquet",
        CENSUS_TUNED.parent / "widths.parquet",
        CENSUS_TUNED.parent / "baselines.parquet",
        CENSUS_TUNED.parent / "baseline_trials.parquet",
    log:
        R / "logs/publish_census.log",
    conda:
        "../../environment.yml"
    params:
        source=R,
        choices=CENSUS_TUNED.parent,
        target=Path("results/published/census"),
    shell:
        "mmoe-repro publish census --source {params.source} --choices {params.choices}"
        " --target {params.target} > {log} 2>&1"
