"""Single universes in full, 200 runs a condition (not part of the default study), and what is shown."""

from mmoe_repro.portraits import plan as portraits_plan

PORTRAITS = portraits_plan.universes()
P = R / "portraits"
OF_PORTRAITS = FOLDERS["portraits"]
OF_KINDS = {
    kind: next(iter(sorted(OF_PORTRAITS.glob(f"{kind}-*.parquet"))), None)
    for kind in ["runs", "curves"]
}
FIGURES_OF_PORTRAITS = [f"portrait_{name}" for name in PORTRAITS]


rule portraits_nearest:
    """The universe nearest to Figures 3, 4 and 5 together; finished trials are kept if interrupted."""
    input:
        RECORDS_OF_UNIVERSES,
        space=SPACE,
        label_functions=FUNCTIONS,
    output:
        output=P / "nearest.parquet",
        trials_file=P / "nearest_trials.csv",
    log:
        LOGS / "portraits/nearest.log",
    conda:
        "../../environment.yml"
    threads: 1024  # capped at what --cores gives; not a parameter, since it changes no result
    resources:
        **on_a_node(needs.SEARCH, MEGABYTES),
    params:
        **call(
            "portraits nearest",
            code=["mmoe_repro.portraits.nearest"],
            folder=UNIVERSES,
            keep=P / "conditions",
            study_seed=SEED,
        ),
    shell:
        "{params.command} --cores {threads} 2>&1 | tee {log}"


use rule stage as portraits_universe with:
    """One universe's 200 runs a condition, such as results/portraits/blocks/own.runs.parquet."""
    input:
        members=lambda wildcards: (
            P / "nearest.parquet"
            if wildcards.name == portraits_plan.NEAREST
            else M / "departures.parquet"
        ),
    output:
        runs=P / "blocks/{name}.runs.parquet",
        curves=P / "blocks/{name}.curves.parquet",
    log:
        LOGS / "portraits/{name}.log",
    wildcard_constraints:
        name=r"[\w.-]+",
    resources:
        **on_a_node(needs.SEARCH, MEGABYTES),
    params:
        **call(
            "multiverse train",
            code=["mmoe_repro.synthetic.blocks", "mmoe_repro.multiverse.train"],
            name="{name}",
            keep=P / "whole",
            task_correlations=multiverse_plan.CORRELATIONS,
            learning_rates=multiverse_plan.RATES,
            seeds=portraits_plan.SEEDS,
            selection_seeds=portraits_plan.SELECTION_SEEDS,
            study_seed=SEED,
        ),


use rule stage as portraits_records with:
    """The companions' portraits and the nearest universe's put together, with those that are published."""
    input:
        portraits_plan.waiting(P / "blocks", REFERENCE, OF_PORTRAITS),
        members=[M / "departures.parquet", P / "nearest.parquet"],
    output:
        P / "records/members.parquet",
    log:
        LOGS / "portraits/records.log",
    params:
        **call(
            "portraits gather",
            arguments="members",
            blocks=P / "blocks",
            output=str(P / "records"),
            known=OF_PORTRAITS if PORTRAITS else None,
        ),


if PORTRAITS:

    rule portraits:
        """Figures and tables on single universes."""
        input:
            [R / f"figures/{name}.pdf" for name in FIGURES_OF_PORTRAITS],
            [R / f"tables/{name}.tex" for name in portraits_plan.TABLES],

    rule portraits_judge:
        """Every statement in each of them, and their distances to the figures."""
        input:
            sorted(OF_PORTRAITS.glob("*.parquet")),
            UNIVERSE,
            [
                SYNTHETIC / f"{of}{kind}.parquet"
                for of in ["", "figure3_"]
                for kind in ["runs", "curves"]
            ],
            claims=CLAIMS,
        output:
            verdicts=P / "verdicts.parquet",
            fits=P / "fits.csv",
        log:
            LOGS / "portraits/judge.log",
        conda:
            "../../environment.yml"
        threads: 1024
        resources:
            **on_a_node(multiverse_needs.JUDGED * len(PORTRAITS), MEGABYTES),
        params:
            **call(
                "portraits judge",
                folder=OF_PORTRAITS,
                study=R,
                study_seed=SEED,
            ),
            **PAPER,
        shell:
            "{params.command} --cores {threads} 2>&1 | tee {log}"

    use rule stage as portraits_figures with:
        """Figures 3, 4 and 5 in each of them, over the published ones."""
        input:
            **OF_KINDS,
            members=OF_PORTRAITS / "members.parquet",
        output:
            [
                R / f"figures/{name}.{form}"
                for name in FIGURES_OF_PORTRAITS
                for form in ["pdf", "svg", "png"]
            ],
        log:
            LOGS / "figures/portraits.log",
        params:
            **drawing("portraits", *FIGURES_OF_PORTRAITS),

    use rule stage as portraits_tables with:
        """The tables on single universes."""
        input:
            P / "verdicts.parquet",
            P / "fits.csv",
            VERDICTS,
        output:
            table_files(portraits_plan.TABLES),
        log:
            LOGS / "tables/portraits.log",
        params:
            **tabulating("portraits", portraits_plan.TABLES),

    FIGURES += [R / f"figures/{name}.pdf" for name in FIGURES_OF_PORTRAITS]
    NUMBERS_FROM += [
        P / "fits.csv",
        P / "verdicts.parquet",
        *sorted(OF_PORTRAITS.glob("*.parquet")),
    ]


use rule stage as publish_portraits with:
    """Copy the portraits to results/published/portraits, with a manifest."""
    input:
        P / "records/members.parquet",
        P / "nearest_trials.csv",
    log:
        LOGS / "publish_portraits.log",
    params:
        **publishing("portraits"),
