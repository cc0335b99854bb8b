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
NUMBERS_FROM += list(OF_LOOKS.values())


rule trainability_look:
    """One look into one universe, `results/trainability/NAME/KIND.done` with KIND map, crossed or look;
    finished pieces are kept if it is interrupted."""
    input:
        RECORDS_OF_UNIVERSES,
    output:
        touch(T / "{name}/{kind}.done"),
    log:
        LOGS / "trainability/{name}-{kind}.log",
    wildcard_constraints:
        kind="map|crossed|look",
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
            [R / f"tables/{name}.tex" for name in trainability_plan.TABLES],

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

    use rule stage as trainability_figures with:
        """Maps of learning rate and start, and parts of the label function learnt."""
        input:
            **OF_LOOKS,
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
        output:
            table_files(trainability_plan.TABLES),
        log:
            LOGS / "tables/trainability.log",
        params:
            **tabulating("trainability", trainability_plan.TABLES),

    FIGURES += [R / f"figures/{name}.pdf" for name in FIGURES_OF_LOOKS]


use rule stage as publish_trainability with:
    """Copy finished looks to results/published/trainability, with a manifest."""
    log:
        LOGS / "publish_trainability.log",
    params:
        **publishing("trainability"),
