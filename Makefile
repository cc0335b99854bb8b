# make report         set everything up, run the study, compile the report
# make pdf            set everything up, make the report from the published records; make figures likewise
# make test           set everything up, run the tests; make lint the checks alone
# make plan           what the study will run, and how long that takes
# make smoke          all of it in minutes, with meaningless numbers
# make benchmark      measure the trainer's speed
# make test-faults    every fault; make test-slurm: a SLURM of this machine alone
# make clean          delete the environment and compiled code; make clean-results: all results that are not
#                     published, after a question
# make report CORES=8 PYTHON=/path/to/python: as many cores as you like, and another Python

CORES ?= $(shell nproc 2>/dev/null || sysctl -n hw.ncpu 2>/dev/null || echo 2)

# The first of these that fits; the published study was made with 3.11.
PYTHONS = python3.11 python3.12 python3.13 python3
FITS = import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
PYTHON ?= $(firstword $(foreach name,$(PYTHONS),$(shell $(name) -c '$(FITS)' 2>/dev/null && echo $(name))))
ACTIVATE = . .venv/bin/activate

# Some images set it; then each of a study's many processes compiles its modules again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help report pdf figures test test-faults test-slurm benchmark lint smoke plan clean clean-results \
	latex chromium another

help:
	@sed -n 's/^# \(make \|   \)/\1/p' Makefile

report: .venv/ready latex
	$(ACTIVATE) && mmoe-repro plan --cores $(CORES) && snakemake --cores $(CORES)

# From the published records, without training: a few minutes.
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
	snakefmt --check Snakefile workflow && \
	{ said=$$(snakemake --lint 2>&1) || { echo "$$said" >&2; exit 1; }; } && rumdl check --quiet . && \
	check-jsonschema --quiet --builtin-schema vendor.citation-file-format CITATION.cff

smoke: .venv/ready latex
	$(ACTIVATE) && snakemake --cores $(CORES) --configfile config/smoke.yaml

plan: .venv/ready
	$(ACTIVATE) && mmoe-repro plan --cores $(CORES)

# The environment: exactly the versions of constraints.txt. Made again when they change, and for another
# PYTHON that is asked for. Where torchrec is not to be had, the recommender is left out and all else is there.
# The pip that a Python comes with takes half as long again. pip compiles on one core; what it leaves is compiled on
# all, but for tests and templates that are no Python.
INSTALL = .venv/bin/python -m pip install -qq --no-compile -c constraints.txt
WHICH = import sys; print(sys.base_prefix, sys.version)
CLEAR =
ifneq ($(and $(wildcard .venv/ready),$(filter command environment,$(origin PYTHON))),)
ifneq ($(shell $(PYTHON) -c '$(WHICH)' 2>&1),$(shell .venv/bin/python -c '$(WHICH)' 2>&1))
.venv/ready: another
CLEAR = --clear
endif
endif

.venv/ready: constraints.txt pyproject.toml workflow/fbgemm-gpu/pyproject.toml
	@test "$(PYTHON)" && $(PYTHON) -c '$(FITS)' 2>/dev/null || { \
	echo "make needs Python 3.11, 3.12 or 3.13: $(if $(PYTHON),$(PYTHON) is none,there is none called $(PYTHONS));" \
	"install one, or name it: make $(MAKECMDGOALS) PYTHON=/path/to/python" >&2; exit 1; }
	@echo "Setting up .venv with $(PYTHON) and the versions of constraints.txt: two minutes, once."
	@$(PYTHON) -m venv $(CLEAR) .venv
	@.venv/bin/python -m pip install -qq -c constraints.txt --upgrade pip
	@said=$$($(INSTALL) -e '.[test,recommender]' ./workflow/fbgemm-gpu 2>&1) || { $(INSTALL) -e '.[test]' && \
	echo "torchrec cannot be installed here, so the recommender is left out: $$(echo "$$said" | tail -n 1)" >&2; }
	@.venv/bin/python -m compileall -qq -j 0 -x /tests/ .venv/lib || true
	@touch $@

.venv/cluster: .venv/ready
	@$(INSTALL) -e '.[cluster]'
	@touch $@

latex:
	@bash workflow/ensure_latex.sh

chromium:
	@bash workflow/ensure_chromium.sh

clean:
	rm -rf .venv .snakemake mmoe_repro/__pycache__/numba-*

MADE = find results -mindepth 1 -maxdepth 1 ! -name published

clean-results:
	@test "$$($(MADE))" || { echo "results/ has nothing but what is published"; exit 1; }
	@$(MADE) -exec du -shc {} +
	@printf "Delete all of this, unpublished universes and trials too? [y/N] " && read answer && \
	test "$$answer" = y && $(MADE) -exec rm -rf {} +
