"""Published runs made again and compared (not part of the default study); what the report shows of it."""

from mmoe_repro.audit import plan as audit_plan

A = R / "audit"
OF_AUDIT = FOLDERS["audit"]
WITH_ROWS = {"census": CENSUS_DATA / "encoded.npz"} if "census" in study.experiments(config) else {}
AUDITED = audit_plan.folders()


rule audit:
    """Runs drawn from all published records by the study's seed, made again, compared bit for bit."""
    input:
        list(WITH_ROWS.values()),
        [folder / "manifest.json" for folder in AUDITED.values()],
    output:
        runs=A / "runs.csv",
        summary=A / "summary.json",
    log:
        LOGS / "audit.log",
    conda:
        "../../environment.yml"
    threads: 1024
    resources:
        **on_a_node(multiverse_needs.runs(BENCHMARKS, audit_plan.DRAWS), MEGABYTES),
    params:
        **call(
            "audit",
            code=["mmoe_repro.audit.job", *[f"mmoe_repro.{name}.again" for name in AUDITED]],
            n=audit_plan.DRAWS,
            of=AUDITED,
            data=WITH_ROWS,
            confidence=CONFIDENCE,
            study_seed=SEED,
            only_report=True,
        ),
    shell:
        "{params.command} --cores {threads} 2>&1 | tee {log}"


use rule stage as publish_audit with:
    """Copy the audit to results/published/audit, with a manifest."""
    input:
        A / "runs.csv",
        A / "summary.json",
    log:
        LOGS / "publish_audit.log",
    params:
        **publishing("audit"),


if audit_plan.available():
    NUMBERS_FROM += [OF_AUDIT / name for name in audit_plan.FILES]

    use rule stage as audit_tables with:
        """The table on the audit."""
        input:
            OF_AUDIT / "summary.json",
        output:
            table_files(audit_plan.TABLES),
        log:
            LOGS / "tables/audit.log",
        params:
            **tabulating("audit", audit_plan.TABLES),
