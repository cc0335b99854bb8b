"""Training: blocks of runs, the selection of learning rates, and the records."""

TRAINING_CODE = fingerprint("mmoe_repro.blocks")


rule train_block:
    """A block at a given learning rate: for the selection, for Figure 3, and for the variants."""
    input:
        universe=UNIVERSE,
    output:
        runs=BLOCKS / "{purpose}/{model}/p{p}/lr{rate}/{first}-{n}.runs.parquet",
        curves=BLOCKS / "{purpose}/{model}/p{p}/lr{rate}/{first}-{n}.curves.parquet",
    log:
        R / "logs/blocks/{purpose}/{model}/p{p}/lr{rate}/{first}-{n}.log",
    benchmark:
        R / "benchmarks/blocks/{purpose}/{model}/p{p}/lr{rate}/{first}-{n}.tsv"
    wildcard_constraints:
        purpose="selection|figure3|variants",
    conda:
        "../../environment.yml"
    params:
        schedule=schedule_options(),
        seed=SEED,
        plan=PLAN_FILE,
        code=TRAINING_CODE,
    shell:
        "mmoe-repro train --universe {input.universe} --model {wildcards.model}"
        " --task-correlation {wildcards.p} --learning-rate {wildcards.rate}"
        " --first {wildcards.first} --n {wildcards.n} {params.schedule}"
        " --study-seed {params.seed} --runs {output.runs} --curves {output.curves}"
        " --plan {params.plan} 2>&1 | tee {log}"


rule select_learning_rate:
    """The learning rate of a model and task correlation, from runs that are not reported."""
    input:
        universe=UNIVERSE,
        runs=lambda wildcards: block_files(
            [
                block
                for block in plan.selection_blocks(config)
                if (block.model, block.task_correlation) == (wildcards.model, wildcards.p)
            ],
            "runs",
        ),
    output:
        R / "synthetic/learning_rates/{model}/p{p}.json",
    log:
        R / "logs/learning_rates/{model}/p{p}.log",
    conda:
        "../../environment.yml"
    params:
        code=fingerprint("mmoe_repro.selection"),
    shell:
        "mmoe-repro select --universe {input.universe} --output {output} {input.runs} 2> {log}"


rule train_chosen:
    """A block at the selected learning rate: of what Figures 4 and 5 report, and of the variants."""
    input:
        universe=UNIVERSE,
        rate=R / "synthetic/learning_rates/{model}/p{p}.json",
    output:
        runs=BLOCKS / "{purpose}/{model}/p{p}/lrchosen/{first}-{n}.runs.parquet",
        curves=BLOCKS / "{purpose}/{model}/p{p}/lrchosen/{first}-{n}.curves.parquet",
    log:
        R / "logs/blocks/{purpose}/{model}/p{p}/lrchosen/{first}-{n}.log",
    benchmark:
        R / "benchmarks/blocks/{purpose}/{model}/p{p}/lrchosen/{first}-{n}.tsv"
    wildcard_constraints:
        purpose="reported|variants",
    conda:
        "../../environment.yml"
    params:
        schedule=schedule_options(),
        seed=SEED,
        plan=PLAN_FILE,
        code=TRAINING_CODE,
    shell:
        "mmoe-repro train --universe {input.universe} --model {wildcards.model}"
        " --task-correlation {wildcards.p} --learning-rate-file {input.rate}"
        " --first {wildcards.first} --n {wildcards.n} {params.schedule}"
        " --study-seed {params.seed} --runs {output.runs} --curves {output.curves}"
        " --plan {params.plan} 2>&1 | tee {log}"


BLOCKS_OF = {
    "": plan.reported_blocks(config),
    "figure3_": plan.figure3_blocks(config),
    "selection_": plan.selection_blocks(config),
    "variants_": plan.variant_blocks(config),
}


rule gather:
    """All records of one purpose in one file; damaged and foreign block files are refused."""
    input:
        universe=UNIVERSE,
        blocks=lambda wildcards: block_files(BLOCKS_OF[wildcards.purpose], wildcards.kind),
    output:
        R / "synthetic/{purpose}{kind}.parquet",
    log:
        R / "logs/gather/{purpose}{kind}.log",
    wildcard_constraints:
        purpose="|".join(name for name, blocks in BLOCKS_OF.items() if blocks),
        kind="runs|curves",
    conda:
        "../../environment.yml"
    params:
        option=lambda wildcards: "--curves" if wildcards.kind == "curves" else "",
        code=fingerprint("mmoe_repro.records"),
    shell:
        "mmoe-repro gather --universe {input.universe} {params.option} --output {output}"
        " {input.blocks} 2> {log}"
