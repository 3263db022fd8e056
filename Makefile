# `make demo` and `make test` are all that a newcomer needs; both set up .venv first.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
# How many tests run at once, each with about 1 GB of memory; 0 is one, without a process of its own.
JOBS ?= 2
# What else pytest is told, such as ARGS="-k name".
ARGS ?=

# They would lead to other packages, or take the checks out of the tests.
unexport PYTHONHOME PYTHONPATH PYTHONSAFEPATH PYTHONOPTIMIZE
# The targets share one environment.
.NOTPARALLEL:
.DEFAULT_GOAL := help
.PHONY: help setup setup-dev demo test test-all test-anywhere test-browser test-galaxy screenshots \
    generated lint format man bench growth fuzz clean

help:
	@echo "make demo           run the five commands on the reviews that come with the project"
	@echo "make test           run the tests, but for the slowest; 10 minutes the first time"
	@echo "make test-all       run all tests"
	@echo "make test-anywhere  run the quick tests and the demo as other users on other Pythons would"
	@echo "make test-browser   look at the pages in a headless Chromium; needs node and chromium"
	@echo "make test-galaxy    install Galaxy and planemo, and test the tools on a real server"
	@echo "make screenshots    take the pictures of Galaxy's forms for the documentation"
	@echo "make generated      write the files that follow from the catalogue and the tests"
	@echo "make lint           run ruff and mypy, and check that what is generated is current"
	@echo "make format         let ruff rewrite the code"
	@echo "make man            write a man page of each command into man/"
	@echo "make fuzz           feed broken files to the readers of model files, 30 minutes each"
	@echo "make bench          measure beside plain Keras (and Galaxy-ML); see benchmarks/README.md"
	@echo "make growth         measure how the cost grows with rows, length and units"
	@echo "make clean          remove all that make made"
	@echo
	@echo "Each sets up $(VENV) first, where that is needed. make PYTHON=python3.12 takes another Python,"
	@echo "make VENV=/other/disk/venv another folder, make test JOBS=4 runs four tests at once."

# A Python that is asked for must be the one; by default the one that made the environment is kept.
define set_up
@command -v "$(PYTHON)" >/dev/null || { \
    echo "There is no $(PYTHON) here. Name a Python: make PYTHON=/usr/bin/python3" >&2; exit 1; }
@"$(PYTHON)" packaging/set_up.py "$(VENV)" $(if $(filter file,$(origin PYTHON)),,--this-python)
endef

setup:
	$(set_up) test

setup-dev:
	$(set_up) test dev

demo: setup
	PATH="$$(cd "$(BIN)" && pwd):$$PATH" workflows/shell-demo/demo.sh demo-output

test: setup
	"$(BIN)/python" -m pytest -n $(JOBS) -m "not thorough" $(ARGS)

test-all: setup-dev
	"$(BIN)/python" -m pytest -n $(JOBS) $(ARGS)

# Which conditions, which Pythons: see there.
test-anywhere: setup
	"$(BIN)/python" tests/anywhere/run.py

tests/browser/node_modules: tests/browser/package-lock.json
	cd tests/browser && npm ci --no-audit --no-fund --loglevel=error
	touch $@

test-browser: setup tests/browser/node_modules
	"$(BIN)/python" -m pytest tests/browser

test-galaxy: setup-dev
	"$(BIN)/python" tests/galaxy/server/run_tests.py

screenshots: setup-dev
	"$(BIN)/python" tests/galaxy/server/take_screenshots.py

lint: setup-dev
	"$(BIN)/ruff" check .
	"$(BIN)/ruff" format --check .
	"$(BIN)/mypy"
	"$(BIN)/python" -m galaxy_keras.codegen --check
	"$(BIN)/python" -m tests.reliability.table --check

generated: setup-dev
	"$(BIN)/python" -m galaxy_keras.codegen
	"$(BIN)/python" -m tests.reliability.table

format: setup-dev
	"$(BIN)/ruff" format .
	"$(BIN)/ruff" check --fix .

man: setup
	"$(BIN)/python" packaging/man_pages.py man

# DATA: a folder with the tables of the tutorial; drawn ones without it. ROWS: take so many only.
# GALAXY_ML: a Python 3.9 with galaxy-ml 0.10, to be compared with too.
ROUNDS ?= 3
DATA ?= $(wildcard ../shared/data/imdb)
bench:
	$(set_up) test bench
	PATH="$$(cd "$(BIN)" && pwd):$$PATH" python benchmarks/chain.py --rounds $(ROUNDS) \
	    $(if $(DATA),--data $(DATA)) $(if $(ROWS),--rows $(ROWS)) \
	    $(if $(GALAXY_ML),--galaxy-ml $(GALAXY_ML))

growth:
	$(set_up) test bench
	PATH="$$(cd "$(BIN)" && pwd):$$PATH" python benchmarks/growth.py
	"$(BIN)/python" benchmarks/growth_plots.py

# 30 minutes for each reader; the corpus is kept for the next time.
FUZZ_SECONDS ?= 1800
fuzz:
	$(set_up) test fuzz
	for reader in json zip zip-fields hdf5 hdf5-fields yaml literal table matrix fasta form \
	    checkpoint checkpoint-fields; do \
	    "$(BIN)/python" tests/fuzz/fuzz.py $$reader fuzz-corpus/$$reader \
	        -artifact_prefix=fuzz-corpus/$$reader- -max_total_time=$(FUZZ_SECONDS) \
	        -print_final_stats=1 || exit 1; \
	done

clean:
	rm -rf "$(VENV)" .galaxy galaxy-test-output demo-output benchmark-output build dist man \
	    .mypy_cache .pytest_cache .ruff_cache
