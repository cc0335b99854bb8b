"""Why runs end where they do: looks into universes (not part of the default study), and what is shown."""

from mmoe_repro.trainability import plan as trainability_plan

LOOKED_INTO = trainability_plan.universes()
LOOKS = FOLDERS["trainability"]
T = R / "trainability"
OF_LOOKS = {
    f"{name}_{file}": LOOKS / name / f"{file}.parquet"
    for name in LOOKED_INTO
    for file in trainability_plan.FILES
}
FIGURES_OF_LOOKS = [f"{figure}_{name}" for name in LOOKED_INTO for figure in ["maps", "parts"]]

# Of some universes alone: ten times the steps
WITH_LONGER = trainability_plan.with_longer()
OF_LONGER = {f"{name}_longer": LOOKS / name / "longer.parquet" for name in WITH_LONGER}
MEANS_OF_LONGER, VERDICTS_OF_LONGER = T / "longer_means.parquet", T / "longer_verdicts.parquet"
MADE_OF_LONGER = [MEANS_OF_LONGER, VERDICTS_OF_LONGER] if WITH_LONGER else []
FIGURES_OF_LOOKS += [f"longer_{name}" for name in WITH_LONGER]
TABLES_OF_LOOKS = trainability_plan.tables()

NUMBERS_FROM += [*OF_LOOKS.values(), *OF_LONGER.values(), *MADE_OF_LONGER]
if LOOKED_INTO:
    NUMBERS_FROM.append(T / "variance.csv")


rule trainability_look:
    """One look into one universe, `results/trainability/NAME/KIND.done` with KIND map, crossed, look or
    longer; finished pieces are kept if it is interrupted."""
    input:
        RECORDS_OF_UNIVERSES,
    output:
        touch(T / "{name}/{kind}.done"),
    log:
        LOGS / "trainability/{name}-{kind}.log",
    wildcard_constraints:
        kind="map|crossed|look|longer",
    conda:
        "../../environment.yml"
    threads: 1024
    resources:
        **on_a_node(needs.SEARCH, MEGABYTES),
    params:
        **call(
            "trainability look",
            kind="{kind}",
            name="{name}",
            folder=lambda wildcards: (
                FOLDERS["portraits"] if wildcards.name == "nearest" else UNIVERSES
            ),
            output=T,
            keep=T / "pieces",
            study_seed=SEED,
        ),
    shell:
        "{params.command} --cores {threads} 2>&1 | tee {log}"


if LOOKED_INTO:

    rule trainability:
        """Figures and tables on why runs end where they do."""
        input:
            [R / f"figures/{name}.pdf" for name in FIGURES_OF_LOOKS],
            [R / f"tables/{name}.tex" for name in TABLES_OF_LOOKS],

    use rule stage as trainability_summary with:
        """How much of the spread is the data's, and how much the start's."""
        input:
            [LOOKS / f"{name}/crossed.parquet" for name in LOOKED_INTO],
        output:
            output=T / "variance.csv",
        log:
            LOGS / "trainability/summary.log",
        params:
            **call(
                "trainability summarise",
                folder=LOOKS,
                confidence=CONFIDENCE,
            ),

    if WITH_LONGER:

        use rule stage as trainability_longer with:
            """What ten times the steps change: mean losses, and the statements judged anew."""
            input:
                list(OF_LONGER.values()),
                claims=CLAIMS,
            output:
                means=MEANS_OF_LONGER,
                verdicts=VERDICTS_OF_LONGER,
            log:
                LOGS / "trainability/longer.log",
            params:
                **call(
                    "trainability longer",
                    folder=LOOKS,
                    confidence=CONFIDENCE,
                    study_seed=SEED,
                ),
                **PAPER,

    use rule stage as trainability_figures with:
        """Maps of learning rate and start, parts of the label function learnt, ten times the steps."""
        input:
            **OF_LOOKS,
            **OF_LONGER,
        output:
            [
                R / f"figures/{name}.{form}"
                for name in FIGURES_OF_LOOKS
                for form in ["pdf", "svg", "png"]
            ],
        log:
            LOGS / "figures/trainability.log",
        params:
            **drawing("trainability", *FIGURES_OF_LOOKS),

    use rule stage as trainability_tables with:
        """The tables on trainability."""
        input:
            list(OF_LOOKS.values()),
            T / "variance.csv",
            MADE_OF_LONGER,
        output:
            table_files(TABLES_OF_LOOKS),
        log:
            LOGS / "tables/trainability.log",
        params:
            **tabulating("trainability", TABLES_OF_LOOKS),

    FIGURES += [R / f"figures/{name}.pdf" for name in FIGURES_OF_LOOKS]


use rule stage as publish_trainability with:
    """Copy finished looks to results/published/trainability, with a manifest."""
    log:
        LOGS / "publish_trainability.log",
    params:
        **publishing("trainability"),
