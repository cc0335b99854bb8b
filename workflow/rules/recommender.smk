"""The large-scale recommender, simulated: traffic, learning rates, runs, Tables 3 and 4, Figure 6."""

from mmoe_repro.recommender import needs as recommender_needs
from mmoe_repro.recommender import plan as recommender_plan

RECOMMENDER = config["recommender"]
W = R / "recommender"
OF_RECOMMENDER = FOLDERS["recommender"]  # the published runs, or this study's own
OF_SCALE = [BENCHMARKS / f"recommender_{name}.csv" for name in ["scale", "growth"]]
TRAFFIC = recommender_plan.variants(config)
RECOMMENDER_CODE = ["mmoe_repro.recommender.block"]
OF_BLOCKS = {
    kind: [
        W / f"blocks/{variant}/{method}/{first}-{n}.{kind}.parquet"
        for variant, method, first, n in recommender_plan.blocks(config)
    ]
    for kind in recommender_plan.KINDS
}
EXAMPLES = RECOMMENDER["steps"] * RECOMMENDER["batch_size"]
RECOMMENDER_MEGABYTES = recommender_needs.megabytes(BENCHMARKS, RECOMMENDER["traffic"]["users"])
EVIDENCE += [OF_RECOMMENDER / f"{kind}.parquet" for kind in ["runs", "gates", "live"]]
NUMBERS_FROM += [W / "tables.csv", W / "table4.csv", W / "remade.csv"]
NUMBERS_FROM += [OF_RECOMMENDER / "trials.parquet", OF_RECOMMENDER / "live.parquet"]


def settings_of_variant(wildcards):
    """What the jobs of a variant share, as JSON."""
    return json.dumps(recommender_plan.settings(config, TRAFFIC[wildcards.variant]))


rule recommender:
    """Tables 3 and 4, and Figure 6."""
    input:
        W / "tables.csv",
        W / "table4.csv",
        R / "figures/figure6.pdf",


rule table3:
    """Table 3, and the same for satisfaction."""
    input:
        R / "tables/table3.tex",
        R / "tables/table3_satisfaction.tex",


rule table4:
    """Table 4."""
    input:
        R / "tables/table4.tex",


use rule stage as recommender_traffic with:
    """What the traffic is like."""
    output:
        output=W / "traffic.csv",
        popularity=W / "popularity.csv",
    log:
        LOGS / "recommender/traffic.log",
    resources:
        **on_a_node(
            recommender_needs.seconds(
                BENCHMARKS, len(RECOMMENDER["sizes"]), RECOMMENDER["sample"]
            ),
            recommender_needs.megabytes(
                BENCHMARKS, max(users for users, _ in RECOMMENDER["sizes"])
            ),
        ),
    params:
        **call(
            "recommender traffic",
            code=["mmoe_repro.recommender.statistics"],
            size=[f"{users},{items}" for users, items in RECOMMENDER["sizes"]],
            examples=RECOMMENDER["sample"],
            settings=json.dumps(RECOMMENDER["traffic"]),
            study_seed=SEED,
        ),


use rule stage as recommender_tune with:
    """A method's learning rates."""
    output:
        trials=W / "trials/{method}.parquet",
        tuned=W / "tuned/{method}.json",
    log:
        LOGS / "recommender/tune/{method}.log",
    resources:
        **on_a_node(
            recommender_needs.seconds(
                BENCHMARKS, recommender_plan.trainings_of_search(RECOMMENDER), EXAMPLES
            ),
            RECOMMENDER_MEGABYTES,
        ),
    params:
        **call(
            "recommender tune",
            code=["mmoe_repro.recommender.tuning"],
            method="{method}",
            n_trials=RECOMMENDER["trials"],
            n_near=RECOMMENDER["near"],
            n_finalists=RECOMMENDER["finalists"],
            n_worlds=RECOMMENDER["tuning_worlds"],
            settings=json.dumps(recommender_plan.settings(config, RECOMMENDER["traffic"])),
            study_seed=SEED,
        ),


use rule stage as recommender_train with:
    """A block of a method's runs."""
    input:
        tuned=W / "tuned/{method}.json",
    output:
        **{
            kind: W / f"blocks/{{variant}}/{{method}}/{{first}}-{{n}}.{kind}.parquet"
            for kind in recommender_plan.KINDS
        },
    log:
        LOGS / "recommender/blocks/{variant}/{method}/{first}-{n}.log",
    threads: RECOMMENDER["processes"]
    resources:
        **on_a_node(
            lambda wildcards: recommender_needs.seconds(BENCHMARKS, int(wildcards.n), EXAMPLES),
            RECOMMENDER_MEGABYTES,
        ),
    params:
        **call(
            "recommender train",
            code=RECOMMENDER_CODE,
            variant="{variant}",
            method="{method}",
            first="{first}",
            n="{n}",
            settings=settings_of_variant,
            live_settings=json.dumps(RECOMMENDER["live"]),
            processes=RECOMMENDER["processes"],
            study_seed=SEED,
        ),


use rule stage as recommender_gather with:
    """All blocks' tables of a kind, in one file."""
    input:
        blocks=lambda wildcards: OF_BLOCKS[wildcards.kind],
    output:
        output=W / "{kind}.parquet",
    log:
        LOGS / "recommender/gather_{kind}.log",
    wildcard_constraints:
        kind="|".join(recommender_plan.KINDS),
    params:
        **call(
            "recommender gather",
            arguments="blocks",
            kind="{kind}",
        ),


use rule stage as recommender_trials with:
    """All trials in one file."""
    input:
        blocks=[W / f"trials/{method}.parquet" for method in RECOMMENDER["methods"]],
    output:
        output=W / "trials.parquet",
    log:
        LOGS / "recommender/trials.log",
    params:
        **call(
            "recommender gather",
            arguments="blocks",
            kind="trials",
        ),


use rule stage as recommender_summary with:
    """Tables 3 and 4, for every traffic."""
    input:
        runs=OF_RECOMMENDER / "runs.parquet",
        live=OF_RECOMMENDER / "live.parquet",
    output:
        output=W / "tables.csv",
        table4=W / "table4.csv",
    log:
        LOGS / "recommender/summary.log",
    params:
        **call(
            "recommender summarise",
            confidence=CONFIDENCE,
        ),
        **PAPER,


rule recommender_remade:
    """Some runs of the records made again up to their first look, and compared."""
    input:
        OF_RECOMMENDER / "runs.parquet",
    output:
        runs=W / "remade.csv",
    log:
        LOGS / "recommender/remade.log",
    conda:
        "../../environment.yml"
    threads: 1024
    resources:
        **on_a_node(
            recommender_needs.seconds(BENCHMARKS, RECOMMENDER["remade"], EXAMPLES),
            RECOMMENDER_MEGABYTES,
        ),
    params:
        **call(
            "audit",
            code=["mmoe_repro.audit.job", "mmoe_repro.recommender.again"],
            of={"recommender": OF_RECOMMENDER},
            n=RECOMMENDER["remade"],
            study_seed=SEED,
            only_report=True,
        ),
    shell:
        "{params.command} --cores {threads} 2>&1 | tee {log}"


use rule stage as figure6 with:
    """Mean gates of four experts, by task."""
    input:
        gates=OF_RECOMMENDER / "gates.parquet",
    output:
        **figure_files("figure6", "Recommender", "Mean gates by task"),
    log:
        LOGS / "figures/figure6.log",
    params:
        **drawing("recommender", "figure6"),


use rule stage as figure_traffic with:
    """Popularity, and what the truth can reach at several sizes of tables."""
    input:
        traffic=OF_RECOMMENDER / "traffic.csv",
        popularity=OF_RECOMMENDER / "popularity.csv",
    output:
        **figure_files("traffic", "Recommender", "The simulated traffic"),
    log:
        LOGS / "figures/traffic.log",
    params:
        **drawing("recommender", "traffic"),


use rule stage as figure_related with:
    """How far each method is from Shared-Bottom, on every traffic."""
    input:
        tables=W / "tables.csv",
    output:
        **figure_files("related", "Recommender", "Methods on other traffic"),
    log:
        LOGS / "figures/related.log",
    params:
        **drawing("recommender", "related"),


use rule stage as figure_engine with:
    """Speed and memory of the engine, as tables, experts and tasks grow."""
    input:
        scale=OF_SCALE[0],
        growth=OF_SCALE[1],
    output:
        **figure_files("engine", "Recommender", "The recommender's engine"),
    log:
        LOGS / "figures/engine.log",
    params:
        **drawing("recommender", "engine"),


use rule stage as recommender_tables with:
    """The tables on the recommender."""
    input:
        W / "tables.csv",
        W / "table4.csv",
        OF_RECOMMENDER / "traffic.csv",
        OF_RECOMMENDER / "trials.parquet",
        [OF_RECOMMENDER / f"tuned/{method}.json" for method in RECOMMENDER["methods"]],
        OF_SCALE,
        "config/cluster.yaml",
    output:
        table_files(recommender_plan.TABLES),
    log:
        LOGS / "tables/recommender.log",
    params:
        **tabulating("recommender", recommender_plan.TABLES),


use rule stage as publish_recommender with:
    """Copy the runs, choices and statistics to results/published/recommender, with a manifest."""
    input:
        [W / name for name in recommender_plan.PUBLISHED if "." in name],
        [W / f"tuned/{method}.json" for method in RECOMMENDER["methods"]],
    log:
        LOGS / "publish_recommender.log",
    params:
        **publishing("recommender"),
