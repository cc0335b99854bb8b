# The study: `snakemake --cores N` makes results/report.pdf and everything in it.
include: "workflow/Snakefile"


workflow.default_target = "all"
