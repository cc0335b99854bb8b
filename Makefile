# make report   set everything up, run the study, compile the report
# make pdf      set everything up, make the report from the published records; make figures likewise
# make test     set everything up, run the tests
# CORES=8 make report, or make report CORES=8: as many cores as you like

CORES ?= $(shell nproc 2>/dev/null || sysctl -n hw.ncpu 2>/dev/null || echo 2)

# The first of these that fits; the published study was made with 3.11.
PYTHONS = python3.11 python3.12 python3.13 python3
FITS = import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
PYTHON ?= $(firstword $(foreach name,$(PYTHONS),$(shell $(name) -c '$(FITS)' 2>/dev/null && echo $(name))))
ACTIVATE = . .venv/bin/activate

# Some images set it; then each of a study's many processes compiles its modules again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: report pdf figures test test-faults test-slurm benchmark lint smoke plan clean latex chromium

report: .venv/ready latex
	$(ACTIVATE) && mmoe-repro plan --cores $(CORES) && snakemake --cores $(CORES)

# From the published records, without training: two minutes.
PUBLISHED = snakemake --cores $(CORES) --configfile config/published.yaml --

pdf: .venv/ready latex
	$(ACTIVATE) && $(PUBLISHED) all

figures: .venv/ready
	$(ACTIVATE) && $(PUBLISHED) figures

test: .venv/ready latex chromium
	$(ACTIVATE) && $(MAKE) --no-print-directory lint && pytest -n $(CORES) --dist loadfile

# Every fault, thirty kills among them, and ten times as many simulated studies of the verdicts' errors
# (some twenty minutes); make test has a few of each.
test-faults: .venv/ready latex
	$(ACTIVATE) && MMOE_FAULTS=all pytest tests/faults tests/test_claims.py

# The smoke study through a SLURM of this machine alone, with a job killed in between: its records against those of a
# local run (half an hour on two cores). As root on Debian SLURM is installed.
test-slurm: .venv/cluster latex
	@bash workflow/ensure_slurm.sh
	$(ACTIVATE) && pytest -p no:xdist -rs tests/slurm

# Nothing else should run meanwhile. Tables go to results/benchmarks, the report shows the published ones.
benchmark: .venv/ready
	$(ACTIVATE) && snakemake --cores 1 -- census_data && python -m benchmarks

lint: .venv/ready
	$(ACTIVATE) && ruff check . && ruff format --check . && mypy && \
	snakefmt --check Snakefile workflow && snakemake --lint 2>/dev/null && rumdl check --quiet . && \
	check-jsonschema --quiet --builtin-schema vendor.citation-file-format CITATION.cff

smoke: .venv/ready latex
	$(ACTIVATE) && snakemake --cores $(CORES) --configfile config/smoke.yaml

plan: .venv/ready
	$(ACTIVATE) && mmoe-repro plan --cores $(CORES)

# The environment: exactly the versions of constraints.txt. Made again when they change. Where torchrec is
# not to be had, the recommender is left out and all else is there.
.venv/ready: constraints.txt pyproject.toml workflow/fbgemm-gpu/pyproject.toml
	@test "$(PYTHON)" && $(PYTHON) -c '$(FITS)' 2>/dev/null || { \
	echo "make needs Python 3.11, 3.12 or 3.13: $(if $(PYTHON),$(PYTHON) is none,there is none called $(PYTHONS));" \
	"install one, or name it: make $(MAKECMDGOALS) PYTHON=/path/to/python" >&2; exit 1; }
	@echo "Setting up .venv with $(PYTHON) and the versions of constraints.txt: two minutes, once."
	@$(PYTHON) -m venv .venv
	@.venv/bin/python -m pip install -qq -c constraints.txt -e '.[test,recommender]' ./workflow/fbgemm-gpu || \
	{ echo "torchrec cannot be installed here: going on without the recommender" >&2; \
	.venv/bin/python -m pip install -qq -c constraints.txt -e '.[test]'; }
	@touch $@

.venv/cluster: .venv/ready
	@.venv/bin/python -m pip install -qq -c constraints.txt -e '.[cluster]'
	@touch $@

latex:
	@bash workflow/ensure_latex.sh

chromium:
	@bash workflow/ensure_chromium.sh

clean:
	rm -rf .venv .snakemake
	find results -mindepth 1 -maxdepth 1 ! -name published -exec rm -rf {} +
