"""Instead of training: the published records of runs. The Snakefile says at the end what differs from them."""

from mmoe_repro.synthetic import plan as synthetic_plan

TAKEN = synthetic_plan.taken(R)


use rule stage as take with:
    """The published records, each by its checksum."""
    input:
        list(TAKEN.values()),
    output:
        list(TAKEN),
    log:
        LOGS / "take.log",
    params:
        **call("report take", results=R),


# Of two rules that can make a file the first does.
ruleorder: take > universe > data_set > figure2_trials > select_learning_rate > gather > gather_curves
ruleorder: take > published_variants > census_encoded > census_merge > census_kept > multiverse_remade
