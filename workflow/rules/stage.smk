"""The rule that the others inherit from."""


rule stage:
    """No target: what the other rules inherit, a command, its log, and where it finds programs."""
    log:
        LOGS / "stage.log",
    conda:
        "../../environment.yml"
    params:
        command="true",
    shell:
        "{params.command} 2>&1 | tee {log}"
