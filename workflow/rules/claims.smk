"""Verdicts: every statement judged on the paper's values, on our runs, and under our other choices."""

from mmoe_repro.claims import plan as claims_plan

CLAIM_IDS = [claim.id for claim in STATEMENTS.of(study.experiments(config)).claims]
CLAIM_TABLES = [*claims_plan.TABLES, *[f"claim_{name}" for name in CLAIM_IDS]]
CLAIM_FIGURES = [R / f"figures/claim_{name}.pdf" for name in CLAIM_IDS]
CHOICES = [study.PUBLISHED, study.OUR_SPREAD, *study.choices(config)]
JUDGED = [R / f"claims/judged/{choice}.json" for choice in CHOICES]
VERDICTS = R / "claims/verdicts.json"
FIGURES += CLAIM_FIGURES
NUMBERS_FROM += [VERDICTS, R / "claims/sizes.csv"]


rule verdicts:
    """The verdicts, their tables and decision plots."""
    input:
        VERDICTS,
        CLAIM_FIGURES,
        [R / f"tables/{name}.tex" for name in CLAIM_TABLES],


rule judge:
    """Every statement on each body of evidence: the paper's values, and our runs under every choice."""
    input:
        EVIDENCE,
        claims=CLAIMS,
    output:
        JUDGED,
    log:
        LOGS / "claims/judge.log",
    conda:
        "../../environment.yml"
    threads: 1024  # capped at what --cores gives; not a parameter, since it changes no result
    params:
        **call(
            f"claims judge {' '.join(CHOICES)}",
            output=str(R / "claims/judged"),
            results=R,
            config=CONFIG,
            study_seed=SEED,
        ),
        **PAPER,
    shell:
        "{params.command} --cores {threads} 2>&1 | tee {log}"


use rule stage as sizes_of_tests with:
    """How often the bootstrap's tests err, on populations of our runs and of the paper's."""
    input:
        EVIDENCE,
        claims=CLAIMS,
    output:
        output=R / "claims/sizes.csv",
    log:
        LOGS / "claims/sizes.log",
    params:
        **call("claims sizes", results=R, config=CONFIG, study_seed=SEED),
        **PAPER,


use rule stage as collect_verdicts with:
    """All judgements in one document, checked against its schema."""
    input:
        EVIDENCE,
        DOCUMENT_FROM,
        "workflow/schemas/verdicts.schema.yaml",
        universes=SUMMARY,
        judged=JUDGED,
        claims=CLAIMS,
    output:
        output=VERDICTS,
    log:
        LOGS / "claims/verdicts.log",
    params:
        **call(
            "claims collect",
            arguments="judged",
            results=R,
            config=CONFIG,
        ),


use rule stage as claim_figures with:
    """The decision plot of every statement."""
    input:
        verdicts=VERDICTS,
    output:
        pdf=CLAIM_FIGURES,
        svg=[
            report(
                R / f"figures/claim_{name}.svg",
                caption="../report/claim.rst",
                category="Verdicts",
                labels={"figure": f"Statement {name}", "format": "SVG"},
            )
            for name in CLAIM_IDS
        ],
        png=[R / f"figures/claim_{name}.png" for name in CLAIM_IDS],
    log:
        LOGS / "figures/claims.log",
    params:
        **drawing("claims", *[f"claim_{name}" for name in CLAIM_IDS]),


use rule stage as claim_tables with:
    """The verdict table, those of sensitivity, power and errors, and one of each statement."""
    input:
        VERDICTS,
        R / "claims/sizes.csv",
    output:
        table_files(CLAIM_TABLES),
    log:
        LOGS / "tables/claims.log",
    params:
        **tabulating("claims", CLAIM_TABLES),
