"""The study in many universes: which ones, their training (not part of the default study), what they say."""

from mmoe_repro.multiverse import needs as multiverse_needs
from mmoe_repro.multiverse import plan as multiverse_plan

M = R / "multiverse"
MULTIVERSE = config["multiverse"]
KNOWN = Path(MULTIVERSE["folder"]) if MULTIVERSE["folder"] else None  # records that are there
UNIVERSES = M / "records" if MULTIVERSE["train"] or not KNOWN else KNOWN  # records that are judged
FUNCTIONS = FOLDERS["calibration"] / "label_functions.json"
SUMMARY = M / "summary.json"
KNOWN_DESIGN = KNOWN / "design.parquet" if KNOWN else None
DESIGN = KNOWN_DESIGN or M / "design.parquet"
RECORDS_OF_UNIVERSES = [UNIVERSES / f"{name}.parquet" for name in multiverse_plan.MEMBERS]
if UNIVERSES == KNOWN:  # where they are made, these two are written last
    RECORDS_OF_UNIVERSES += sorted(KNOWN.glob("*-*.parquet"))
IN_UNIVERSES = [claim.id for claim in multiverse_plan.statements(STATEMENTS).claims]
SPECIFICATIONS = [R / f"figures/specification_{name}.pdf" for name in IN_UNIVERSES]
FIGURES += SPECIFICATIONS
NUMBERS_FROM += [SUMMARY, M / "remade.csv"]
OF_UNIVERSES = {
    "seeds": MULTIVERSE["seeds"],
    "selection_seeds": MULTIVERSE["selection_seeds"],
    "study_seed": SEED,
}
N_UNIVERSES = MULTIVERSE["believable"] + MULTIVERSE["others"]
# Of a universe: the three models at every learning rate and Figure 3's at one, at every correlation
CONDITIONS = len(multiverse_plan.CORRELATIONS) * (3 * len(multiverse_plan.RATES) + 1)


rule multiverse:
    """What the universes say: shares, what decides, distances to the figures."""
    input:
        SUMMARY,
        M / "remade.csv",
        [R / f"tables/{name}.tex" for name in multiverse_plan.TABLES],
        SPECIFICATIONS,


checkpoint multiverse_design:
    """The universes that fill the space: Figure 3's model is trained in each to see whether it learns."""
    input:
        space=SPACE,
        label_functions=FUNCTIONS,
    output:
        output=M / "design.parquet",
    log:
        LOGS / "multiverse/design.log",
    conda:
        "../../environment.yml"
    threads: 1024  # capped at what --cores gives; not a parameter, since it changes no result
    resources:
        **on_a_node(
            multiverse_needs.conditions(BENCHMARKS, config, 2 * N_UNIVERSES),  # half are not kept
            MEGABYTES,
        ),
    params:
        **call(
            "multiverse design",
            code=["mmoe_repro.synthetic.blocks", "mmoe_repro.multiverse.train"],
            believable=MULTIVERSE["believable"],
            others=MULTIVERSE["others"],
            keep=M / "conditions",
            **OF_UNIVERSES,
        ),
    shell:
        "{params.command} --cores {threads} 2>&1 | tee {log}"


checkpoint multiverse_departures:
    """The reference, its companions, its single departures, and the universes that fit as well."""
    input:
        [FOLDERS["calibration"] / f"{family}_finalists.csv" for family in calibration_plan.FAMILIES],
        reference=REFERENCE,
        space=SPACE,
        label_functions=FUNCTIONS,
    output:
        output=M / "departures.parquet",
    log:
        LOGS / "multiverse/departures.log",
    conda:
        "../../environment.yml"
    params:
        **call("multiverse departures", calibration=FOLDERS["calibration"], study_seed=SEED),
    shell:
        "{params.command} 2>&1 | tee {log}"


use rule stage as multiverse_universe with:
    """The study's conditions in one universe; finished conditions are kept if it is interrupted."""
    input:
        members=lambda wildcards: (
            DESIGN if wildcards.table == "design" else M / "departures.parquet"
        ),
    output:
        runs=M / "blocks/{table}/{name}.runs.parquet",
        curves=M / "blocks/{table}/{name}.curves.parquet",
    log:
        LOGS / "multiverse/{table}/{name}.log",
    wildcard_constraints:
        table="|".join(multiverse_plan.MEMBERS),
        name=r"[\w.-]+",
    resources:
        **on_a_node(multiverse_needs.conditions(BENCHMARKS, config, CONDITIONS), MEGABYTES),
    params:
        **call(
            "multiverse train",
            code=["mmoe_repro.synthetic.blocks", "mmoe_repro.multiverse.train"],
            name="{name}",
            keep=M / "conditions",
            known=KNOWN,
            task_correlations=multiverse_plan.CORRELATIONS,
            learning_rates=multiverse_plan.RATES,
            **OF_UNIVERSES,
        ),


use rule stage as multiverse_records with:
    """All finished universes' records, those that are there and those that were trained."""
    input:
        lambda wildcards: multiverse_plan.waiting(
            M / "blocks",
            {
                "design": KNOWN_DESIGN or checkpoints.multiverse_design.get().output.output,
                "departures": checkpoints.multiverse_departures.get().output.output,
            },
            KNOWN,
        ),
        design=DESIGN,
        departures=M / "departures.parquet",
    output:
        M / "records/design.parquet",
        M / "records/departures.parquet",
    log:
        LOGS / "multiverse/records.log",
    params:
        **call(
            "multiverse gather",
            blocks=M / "blocks",
            output=str(M / "records"),
            known=KNOWN,
            keep=M / "conditions",
        ),


rule multiverse_judge:
    """Every statement in every universe, and every universe's distance to Figures 3, 4 and 5."""
    input:
        RECORDS_OF_UNIVERSES,
        claims=CLAIMS,
        space=SPACE,
        label_functions=FUNCTIONS,
    output:
        verdicts=M / "verdicts.parquet",
        fits=M / "fits.csv",
    log:
        LOGS / "multiverse/judge.log",
    conda:
        "../../environment.yml"
    threads: 1024
    resources:
        **on_a_node(multiverse_needs.JUDGED * (MULTIVERSE["at_most"] or N_UNIVERSES), MEGABYTES),
    params:
        **call(
            "multiverse judge",
            folder=UNIVERSES,
            at_most=MULTIVERSE["at_most"],
            study_seed=SEED,
        ),
        **PAPER,
    shell:
        "{params.command} --cores {threads} 2>&1 | tee {log}"


use rule stage as multiverse_summary with:
    """What the universes say together."""
    input:
        RECORDS_OF_UNIVERSES,
        verdicts=M / "verdicts.parquet",
        fits=M / "fits.csv",
        claims=CLAIMS,
        space=SPACE,
        label_functions=FUNCTIONS,
    output:
        output=SUMMARY,
        shares=M / "shares.csv",
        decomposition=M / "decomposition.csv",
    log:
        LOGS / "multiverse/summary.log",
    params:
        **call(
            "multiverse summarise",
            folder=UNIVERSES,
            confidence=CONFIDENCE,
        ),


rule multiverse_remade:
    """Some runs of the records made again and compared, bit for bit."""
    input:
        RECORDS_OF_UNIVERSES,
    output:
        runs=M / "remade.csv",
    log:
        LOGS / "multiverse/remade.log",
    conda:
        "../../environment.yml"
    threads: 1024
    resources:
        **on_a_node(multiverse_needs.runs(BENCHMARKS, MULTIVERSE["remade"]), MEGABYTES),
    params:
        **call(
            "audit",
            code=["mmoe_repro.audit.job", "mmoe_repro.multiverse.again"],
            of={"multiverse": UNIVERSES},
            n=MULTIVERSE["remade"],
            study_seed=SEED,
            config=json.dumps(multiverse_plan.made_with(config)),
            only_report=True,
        ),
    shell:
        "{params.command} --cores {threads} 2>&1 | tee {log}"


use rule stage as multiverse_figures with:
    """Every statement over all believable universes."""
    input:
        verdicts=M / "verdicts.parquet",
        members=UNIVERSES / "design.parquet",
        decomposition=M / "decomposition.csv",
        claims=CLAIMS,
    output:
        pdf=SPECIFICATIONS,
        svg=[
            report(
                R / f"figures/specification_{name}.svg",
                caption="../report/specification.rst",
                category="Universes",
                labels={"figure": f"Statement {name}", "format": "SVG"},
            )
            for name in IN_UNIVERSES
        ],
        png=[R / f"figures/specification_{name}.png" for name in IN_UNIVERSES],
    log:
        LOGS / "figures/specifications.log",
    params:
        **drawing("multiverse", *[f"specification_{name}" for name in IN_UNIVERSES]),


use rule stage as multiverse_tables with:
    """The tables on the universes."""
    input:
        SUMMARY,
        SPACE,
        M / "shares.csv",
        M / "fits.csv",
        M / "verdicts.parquet",
    output:
        table_files(multiverse_plan.TABLES),
    log:
        LOGS / "tables/multiverse.log",
    params:
        **tabulating("multiverse", multiverse_plan.TABLES),


use rule stage as publish_multiverse with:
    """Copy the universes' records to results/published/multiverse, with a manifest."""
    input:
        M / "records/design.parquet",
        M / "records/departures.parquet",
    log:
        LOGS / "publish_multiverse.log",
    params:
        **publishing("multiverse"),
