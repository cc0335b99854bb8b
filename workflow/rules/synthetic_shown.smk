"""What the report shows of the synthetic experiment, and what is published."""


use rule stage as final_losses with:
    """Mean, sd, quantiles and shares of final losses, ours and published."""
    input:
        universe=UNIVERSE,
        runs=SYNTHETIC / "runs.parquet",
    output:
        output=SYNTHETIC / "final_losses.csv",
    log:
        LOGS / "final_losses.log",
    params:
        **call(
            "synthetic summarise",
            confidence=CONFIDENCE,
            study_seed=SEED,
        ),
        **PAPER,


use rule stage as curve_ends with:
    """Figure 4's end points, ours and published."""
    input:
        universe=UNIVERSE,
        curves=SYNTHETIC / "curves.parquet",
    output:
        output=SYNTHETIC / "curve_ends.csv",
    log:
        LOGS / "curve_ends.log",
    params:
        **call("synthetic curve-ends", confidence=CONFIDENCE),
        **PAPER,


use rule stage as panels with:
    """Our curves and histograms against each published panel."""
    input:
        UNIVERSE,
        SYNTHETIC_RECORDS,
    output:
        output=R / "claims/panels.json",
    log:
        LOGS / "claims/panels.log",
    params:
        **call(
            "synthetic panels",
            results=R,
            config=CONFIG,
            study_seed=SEED,
        ),
        **PAPER,


use rule stage as figure1 with:
    """The three architectures."""
    output:
        **figure_files("figure1", "Architectures", "The three architectures"),
    log:
        LOGS / "figures/figure1.log",
    params:
        **drawing("synthetic", "figure1"),


use rule stage as figure2 with:
    """Label correlation over task correlation."""
    input:
        trials=SYNTHETIC / "figure2_trials.parquet",
        universe=UNIVERSE,
    output:
        **figure_files("figure2", "Data", "Label correlation over task correlation"),
    log:
        LOGS / "figures/figure2.log",
    params:
        **drawing("synthetic", "figure2"),


use rule stage as figure3 with:
    """Shared-Bottom-16 over task correlations."""
    input:
        curves=SYNTHETIC / "figure3_curves.parquet",
        universe=UNIVERSE,
    output:
        **figure_files("figure3", "Loss curves", "Shared-Bottom-16 over task correlations"),
    log:
        LOGS / "figures/figure3.log",
    params:
        **drawing("synthetic", "figure3"),


use rule stage as figure4 with:
    """The three models over task correlations."""
    input:
        curves=SYNTHETIC / "curves.parquet",
        universe=UNIVERSE,
    output:
        **figure_files("figure4", "Loss curves", "The three models over task correlations"),
    log:
        LOGS / "figures/figure4.log",
    params:
        **drawing("synthetic", "figure4"),


use rule stage as figure5 with:
    """Histograms of final losses."""
    input:
        runs=SYNTHETIC / "runs.parquet",
        universe=UNIVERSE,
    output:
        **figure_files("figure5", "Trainability", "Histograms of final losses"),
    log:
        LOGS / "figures/figure5.log",
    params:
        **drawing("synthetic", "figure5"),


use rule stage as synthetic_tables with:
    """The tables on synthetic data."""
    input:
        SYNTHETIC / "final_losses.csv",
        SYNTHETIC / "curve_ends.csv",
        SYNTHETIC / "selection_runs.parquet",
        LEARNING_RATES,
        R / "claims/verdicts.json",
    output:
        table_files(plan.TABLES),
    log:
        LOGS / "tables/synthetic.log",
    params:
        **tabulating("synthetic", plan.TABLES),


use rule stage as publish with:
    """Copy the finished study to results/published/synthetic, with a manifest."""
    input:
        R / "report.pdf",
        SYNTHETIC / "selection_runs.parquet",
        SYNTHETIC / "figure3_runs.parquet",
    log:
        LOGS / "publish.log",
    params:
        **publishing("synthetic"),
