"""The rule that the others inherit from."""


rule stage:
    """Nothing by itself: a call of the command line, its log, and where it finds its programs."""
    log:
        LOGS / "stage.log",
    conda:
        "../../environment.yml"
    shell:
        "{params.command} 2>&1 | tee {log}"
