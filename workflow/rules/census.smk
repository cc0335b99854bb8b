"""Census-Income: what can be asked for, the raw files and their encoding; the rest is in census_*.smk."""

from mmoe_repro.census import needs as census_needs
from mmoe_repro.census import plan as census_plan

CENSUS = config["census"]
OF_CENSUS = R / "census"
CENSUS_DATA = OF_CENSUS / "data"
CENSUS_RAW = [CENSUS_DATA / "census-income.data", CENSUS_DATA / "census-income.test"]
CENSUS_CHOICES = FOLDERS["census"]  # of the published search, or of this study's own
CENSUS_MEGABYTES = census_needs.megabytes(BENCHMARKS)  # of a process that trains
CENSUS_PAIRS = [(group, method) for group in CENSUS["groups"] for method in CENSUS["methods"]]
CENSUS_SUMMARIES = [OF_CENSUS / f"{name}.csv" for name in ["tables", "spread", "splits"]]
CENSUS_SHOWN = [
    *CENSUS_SUMMARIES,
    *[OF_CENSUS / f"{name}.json" for name in ["facts", "merged"]],
    *[OF_CENSUS / f"{name}.parquet" for name in ["all_runs", "all_gates", "kept"]],
]
# Further searches and defects, and the runs of the study that made them, whose settings ours must have
CENSUS_SEARCHED = [
    CENSUS_CHOICES / name
    for name in ("runs.parquet", *census_plan.LATER)
    if census_plan.searched_again(config)
]
EVIDENCE += [OF_CENSUS / "all_runs.parquet", *CENSUS_SEARCHED]
NUMBERS_FROM += [*CENSUS_SHOWN, CENSUS_CHOICES / "trials.parquet", *CENSUS_SEARCHED]
# Of a rule that puts block files together, by what is in them
GATHERING = {
    kind: call("census gather", arguments="blocks", kind=kind)
    for kind in ["runs", "gates", "trials", "baselines", "baseline_trials", "defects"]
}


rule census_data:
    """The raw files, checked, and encoded for training."""
    input:
        CENSUS_DATA / "encoded.npz",
        OF_CENSUS / "facts.json",


rule census_tuning:
    """Every method's search on every group."""
    input:
        [OF_CENSUS / f"tuned/{group}/{method}.json" for group, method in CENSUS_PAIRS],
        OF_CENSUS / "trials.parquet",


rule census_repeats:
    """Every method's repeats on every group, at the tuned choices."""
    input:
        OF_CENSUS / "runs.parquet",
        OF_CENSUS / "gates.parquet",


rule census:
    """Both tables, from the raw files on."""
    input:
        CENSUS_SUMMARIES,
        OF_CENSUS / "kept.parquet",
        OF_CENSUS / "facts.json",


use rule stage as census_raw with:
    """The raw files, from UCI, a source distribution or a folder of yours, by checksum."""
    output:
        CENSUS_RAW,
    log:
        LOGS / "census/fetch.log",
    params:
        **call(
            "census fetch",
            raw=CENSUS["raw"],
            source=CENSUS["sources"],
            output=CENSUS_DATA,
        ),


use rule stage as census_encoded with:
    """The raw files parsed, checked and encoded."""
    input:
        CENSUS_RAW,
    output:
        output=CENSUS_DATA / "encoded.npz",
        facts=OF_CENSUS / "facts.json",
    log:
        LOGS / "census/encode.log",
    params:
        **call("census encode", raw=CENSUS_DATA, study_seed=SEED),


include: "census_search.smk"
include: "census_repeats.smk"
include: "census_defects.smk"
include: "census_shown.smk"
