"""Summaries, tables, LaTeX numbers, the compiled report, and publishing."""

TABLES = [
    "final_losses",
    "both_losses",
    "curve_ends",
    "learning_rates",
    "parameters",
    "figure2_fits",
    "label_functions",
    "ranking",
    "speed",
    "against_one",
]
CENSUS_TABLES = [
    "census_income",
    "census_education",
    "census_facts",
    "census_choices",
    "census_widths",
    "census_spread",
    "census_splits",
    "census_kept",
]
CENSUS_FILES = [
    R / f"census/{name}"
    for name in [
        "tables.csv",
        "spread.csv",
        "splits.csv",
        "facts.json",
        "merged.json",
        "all_runs.parquet",
        "all_gates.parquet",
        "kept.parquet",
    ]
]
LEARNING_RATES = expand(
    R / "synthetic/learning_rates/{model}/p{p}.json", model=STUDY["models"], p=CORRELATIONS
)
SUMMARIES = [R / "synthetic/final_losses.csv", R / "synthetic/curve_ends.csv"]
SPEED = [BENCHMARKS / f"{name}.csv" for name in BENCHMARK_TABLES]
EVIDENCE = [REFERENCE / name for name in ("reference.json", "ranking.csv", "label_functions.json")]


rule final_losses:
    """Mean, sd, quantiles and shares of final losses, ours and published."""
    input:
        universe=UNIVERSE,
        runs=R / "synthetic/runs.parquet",
    output:
        R / "synthetic/final_losses.csv",
    log:
        R / "logs/final_losses.log",
    conda:
        "../../environment.yml"
    params:
        confidence=config["plots"]["confidence"],
        seed=SEED,
        code=fingerprint("mmoe_repro.report.summaries"),
    shell:
        "mmoe-repro summarise --universe {input.universe} --runs {input.runs}"
        " --confidence {params.confidence} --study-seed {params.seed} --output {output} 2> {log}"


rule curve_ends:
    """Figure 4's end points, ours and published."""
    input:
        universe=UNIVERSE,
        curves=R / "synthetic/curves.parquet",
    output:
        R / "synthetic/curve_ends.csv",
    log:
        R / "logs/curve_ends.log",
    conda:
        "../../environment.yml"
    params:
        confidence=config["plots"]["confidence"],
        code=fingerprint("mmoe_repro.report.summaries"),
    shell:
        "mmoe-repro curve-ends --universe {input.universe} --curves {input.curves}"
        " --confidence {params.confidence} --output {output} 2> {log}"


rule tables:
    """Every table of the report."""
    input:
        expand(
            R / "tables/{name}.tex",
            name=[*TABLES, *VERDICT_TABLES, *(CENSUS_TABLES if HAS_CENSUS else [])],
        ),


rule table:
    input:
        SUMMARIES,
        LEARNING_RATES,
        EVIDENCE,
        SPEED,
    output:
        R / "tables/{name}.tex",
    log:
        R / "logs/tables/{name}.log",
    wildcard_constraints:
        name="|".join(TABLES),
    conda:
        "../../environment.yml"
    params:
        results=R,
        calibration=REFERENCE,
        benchmarks=BENCHMARKS,
        code=fingerprint("mmoe_repro.report.tables"),
    shell:
        "mmoe-repro table {wildcards.name} --results {params.results}"
        " --calibration {params.calibration} --benchmarks {params.benchmarks}"
        " --output {output} 2> {log}"


rule census_table:
    """A table on the census."""
    input:
        CENSUS_FILES,
        [CENSUS_TUNED / f"{group}/{method}.json" for group, method in CENSUS_PAIRS],
        CENSUS_TUNED.parent / "widths.parquet",
    output:
        R / "tables/{name}.tex",
    log:
        R / "logs/tables/{name}.log",
    wildcard_constraints:
        name="|".join(CENSUS_TABLES),
    conda:
        "../../environment.yml"
    params:
        results=R,
        census=CENSUS_TUNED.parent,
        code=fingerprint("mmoe_repro.report.census"),
    shell:
        "mmoe-repro table {wildcards.name} --results {params.results} --census {params.census}"
        " --output {output} 2> {log}"


rule numbers:
    """Every number of the report's prose."""
    input:
        SUMMARIES,
        LEARNING_RATES,
        EVIDENCE,
        SPEED,
        UNIVERSE,
        R / "claims/verdicts.json",
        CENSUS_FILES if HAS_CENSUS else [],
        R / "synthetic/figure2_trials.parquet",
        R / "synthetic/figure3_curves.parquet",
    output:
        tex=R / "numbers.tex",
        json=R / "numbers.json",
    log:
        R / "logs/numbers.log",
    conda:
        "../../environment.yml"
    params:
        results=R,
        calibration=REFERENCE,
        benchmarks=BENCHMARKS,
        census=CENSUS_TUNED.parent,
        config=json.dumps(config, sort_keys=True),
        code=fingerprint("mmoe_repro.report.numbers"),
    shell:
        "mmoe-repro numbers --config {params.config:q} --results {params.results}"
        " --calibration {params.calibration} --benchmarks {params.benchmarks}"
        " --census {params.census} --output {output.tex} 2> {log}"


rule report:
    """The compiled report."""
    input:
        text=[*Path("paper").glob("*.*"), *Path("paper/sections").glob("*.tex")],
        figures=expand(R / "figures/{name}.pdf", name=FIGURES),
        tables=expand(
            R / "tables/{name}.tex", name=[*TABLES, *(CENSUS_TABLES if HAS_CENSUS else [])]
        ),
        verdict_figures=expand(R / "figures/claim_{id}.pdf", id=CLAIM_IDS),
        verdict_tables=expand(
            R / "tables/{name}.tex", name=[*VERDICT_TABLES, *[f"claim_{id}" for id in CLAIM_IDS]]
        ),
        numbers=R / "numbers.tex",
        data=expand(R / "synthetic/data/p{p}.json", p=CORRELATIONS),
    output:
        report(
            R / "report.pdf",
            caption="../report/report.rst",
            category="Report",
            labels={"figure": "Compiled report", "format": "PDF"},
        ),
    log:
        R / "logs/report.log",
    conda:
        "../../environment.yml"
    params:
        made=[R / "figures", R / "tables", R / "numbers.tex"],
        code=fingerprint("mmoe_repro.report.latex"),
    shell:
        "mmoe-repro report --paper paper --made {params.made} --output {output} 2>&1 | tee {log}"


rule publish:
    """Copy the finished study to results/published/synthetic, with a manifest."""
    input:
        R / "report.pdf",
        R / "synthetic/selection_runs.parquet",
        R / "synthetic/figure3_runs.parquet",
    log:
        R / "logs/publish.log",
    conda:
        "../../environment.yml"
    params:
        source=R,
        target="results/published/synthetic",
    shell:
        "mmoe-repro publish synthetic --source {params.source} --target {params.target} > {log} 2>&1"


rule publish_calibration:
    """Copy a finished calibration to results/published/calibration, with a manifest."""
    input:
        R / "calibration/reference.json",
    log:
        R / "logs/publish_calibration.log",
    conda:
        "../../environment.yml"
    params:
        source=R,
        target="results/published/calibration",
    shell:
        "mmoe-repro publish calibration --source {params.source} --target {params.target} > {log} 2>&1"


rule publish_benchmarks:
    """Copy the tables of `make benchmark` to results/published/benchmarks, with a manifest."""
    log:
        "results/logs/publish_benchmarks.log",
    conda:
        "../../environment.yml"
    shell:
        "mmoe-repro publish benchmarks --source results --target results/published/benchmarks > {log} 2>&1"
