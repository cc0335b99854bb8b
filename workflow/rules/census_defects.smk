"""Tensor-Factorization with deliberate defects, to see which give AUCs like the paper's; no results."""


use rule census_encoded as census_unscaled with:
    """The raw files with numbers as they are."""
    output:
        output=CENSUS_DATA / "unscaled.npz",
        facts=temp(CENSUS_DATA / "unscaled_facts.json"),
    log:
        LOGS / "census/encode_unscaled.log",
    params:
        **call("census encode", raw=CENSUS_DATA, unscaled=True, study_seed=SEED),


use rule stage as census_defect with:
    """Every defect's runs on a group."""
    input:
        data=CENSUS_DATA / "encoded.npz",
        unscaled=CENSUS_DATA / "unscaled.npz",
        tuned=CENSUS_CHOICES / "tuned/{group}/tensor_factorization.json",
    output:
        output=OF_CENSUS / "defects/{group}.parquet",
    log:
        LOGS / "census/defects/{group}.log",
    resources:
        **on_a_node(
            census_needs.repeats(
                BENCHMARKS, config, len(census_plan.DEFECTS) * CENSUS["defect_runs"]
            ),
            CENSUS_MEGABYTES,
        ),
    params:
        **call(
            "census defects",
            code=["mmoe_repro.census.defects"],
            n=CENSUS["defect_runs"],
            batch_size=CENSUS["batch_size"],
            study_seed=SEED,
        ),


use rule census_trials as census_defects with:
    """All defects' runs in one file."""
    input:
        blocks=[OF_CENSUS / f"defects/{group}.parquet" for group in CENSUS["groups"]],
    output:
        output=OF_CENSUS / "defects.parquet",
    log:
        LOGS / "census/defects.log",
    params:
        **GATHERING["defects"],
