"""Verdicts: every statement judged on the paper's values, on our runs, and under our other choices."""

JUDGED = R / "claims/judged"
CLAIMS = Path("config/claims.yaml")
CLAIM_IDS = [
    claim["id"]
    for claim in yaml.safe_load(CLAIMS.read_text())["claims"]
    if claim.get("experiment", "synthetic") in config["study"]["experiments"]
]
CHOICES = [
    "reference",
    "best_loss",
    "last_thousand",
    "held_out",
    "first_half",
    "second_half",
    "diverged_left_out",
    "one_rate",
    *[f"rate_{plan.text(rate)}" for rate in config["variants"]["learning_rates"]],
    "full_count",
    "half_effect",
    "double_effect",
]
# Of the census alone: order without a smallest effect, and other splits.
OF_CENSUS = (
    ["order_alone", *[f"split_{i}" for i in range(1, CENSUS["splits"])]] if HAS_CENSUS else []
)
# Half of the seeds must be a sample, too.
if STUDY["seeds"] < 4:
    CHOICES = [choice for choice in CHOICES if not choice.endswith("_half")]
CHOICES += OF_CENSUS
RECORD_FILES = [
    R / f"synthetic/{purpose}{kind}.parquet"
    for purpose, blocks in BLOCKS_OF.items()
    for kind in ["runs", "curves"]
    if blocks and (purpose, kind) != ("selection_", "curves")
]


rule verdicts:
    """The verdicts, their tables and decision plots."""
    input:
        R / "claims/verdicts.json",
        expand(R / "figures/claim_{id}.pdf", id=CLAIM_IDS),
        expand(R / "tables/{name}.tex", name=VERDICT_TABLES),
        expand(R / "tables/claim_{id}.tex", id=CLAIM_IDS),


rule judge:
    """Every statement on one body of evidence: the paper's values, or our runs under one choice."""
    input:
        lambda wildcards: (
            [] if wildcards.choice in ["published", *OF_CENSUS] else [UNIVERSE, *RECORD_FILES]
        ),
        census=lambda wildcards: (
            [R / "census/all_runs.parquet"]
            if HAS_CENSUS and wildcards.choice != "published"
            else []
        ),
        claims=CLAIMS,
    output:
        JUDGED / "{choice}.json",
    log:
        R / "logs/claims/{choice}.log",
    wildcard_constraints:
        choice="|".join(["published", *CHOICES]),
    conda:
        "../../environment.yml"
    params:
        results=R,
        census=lambda wildcards, input: f"--census {input.census}" if input.census else "",
        config=json.dumps(config, sort_keys=True),
        seed=SEED,
        code=fingerprint("mmoe_repro.claims.verdicts")
        + fingerprint("mmoe_repro.claims.choices")
        + fingerprint("mmoe_repro.claims.beside"),
    shell:
        "mmoe-repro judge --choice {wildcards.choice} --claims {input.claims}"
        " --results {params.results} {params.census} --config {params.config:q}"
        " --study-seed {params.seed} --output {output} 2> {log}"


rule compare_panels:
    """Our curves and histograms against each published panel."""
    input:
        UNIVERSE,
        RECORD_FILES,
    output:
        R / "claims/panels.json",
    log:
        R / "logs/claims/panels.log",
    conda:
        "../../environment.yml"
    params:
        results=R,
        config=json.dumps(config, sort_keys=True),
        seed=SEED,
        code=fingerprint("mmoe_repro.claims.panels"),
    shell:
        "mmoe-repro compare-panels --results {params.results} --config {params.config:q}"
        " --study-seed {params.seed} --output {output} 2> {log}"


rule collect_verdicts:
    """All judgements in one document, checked against its schema."""
    input:
        judged=expand(JUDGED / "{choice}.json", choice=["published", *CHOICES]),
        panels=R / "claims/panels.json",
        claims=CLAIMS,
        schema="workflow/schemas/verdicts.schema.yaml",
        records=RECORD_FILES,
        census=[R / "census/all_runs.parquet"] if HAS_CENSUS else [],
    output:
        R / "claims/verdicts.json",
    log:
        R / "logs/claims/verdicts.log",
    conda:
        "../../environment.yml"
    params:
        results=R,
        config=json.dumps(config, sort_keys=True),
        code=fingerprint("mmoe_repro.claims.document"),
    shell:
        "mmoe-repro collect-verdicts --judged {input.judged} --panels {input.panels}"
        " --claims {input.claims} --results {params.results} --config {params.config:q}"
        " --output {output} 2> {log}"


rule figure_claim:
    """The decision plot of one statement."""
    input:
        verdicts=R / "claims/verdicts.json",
    output:
        pdf=R / "figures/claim_{id}.pdf",
        svg=report(
            R / "figures/claim_{id}.svg",
            caption="../report/claim.rst",
            category="Verdicts",
            labels={"figure": "Statement {id}", "format": "SVG"},
        ),
        png=R / "figures/claim_{id}.png",
    log:
        R / "logs/figures/claim_{id}.log",
    wildcard_constraints:
        id="|".join(CLAIM_IDS),
    conda:
        "../../environment.yml"
    params:
        plots=PLOTS,
        code=fingerprint("mmoe_repro.report.figures.claim"),
    shell:
        "mmoe-repro figure claim_{wildcards.id} --inputs verdicts={input.verdicts}"
        " --plots {params.plots:q} --output $(dirname {output.pdf})/claim_{wildcards.id} 2> {log}"


rule verdict_table:
    """The verdict table, and those of sensitivity, panels, pairing and of one statement."""
    input:
        R / "claims/verdicts.json",
    output:
        R / "tables/{name}.tex",
    log:
        R / "logs/tables/{name}.log",
    wildcard_constraints:
        name="|".join([*VERDICT_TABLES, *[f"claim_{id}" for id in CLAIM_IDS]]),
    conda:
        "../../environment.yml"
    params:
        results=R,
        code=fingerprint("mmoe_repro.report.verdicts"),
    shell:
        "mmoe-repro table {wildcards.name} --results {params.results} --output {output} 2> {log}"
