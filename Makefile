# `make demo` and `make test` are all that a newcomer needs; both set up .venv first.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-browser test-galaxy screenshots lint format bench growth fuzz clean

help:
	@echo "make demo   set up and run the five commands on the reviews that the project ships"
	@echo "make test   set up and run the tests"
	@echo "make test-browser  look at pages in a headless Chromium; needs node and chromium"
	@echo "make test-galaxy  install Galaxy and planemo, test the tools and workflows on a real server"
	@echo "make lint   ruff, mypy and the check of generated files"
	@echo "make format let ruff rewrite the code"
	@echo "make fuzz   feed broken files to the readers of model files for 30 minutes each"
	@echo "make bench  measure beside plain Keras (and Galaxy-ML); see benchmarks/README.md"
	@echo "make growth measure how cost grows with rows, length and units"

# The marker is newer than pyproject.toml when what is installed is what it asks for.
$(VENV)/installed: pyproject.toml constraints.txt
	$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11) and 'Python 3.11 or newer is needed; try: make PYTHON=python3.12')"
	test -d $(VENV) || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev]'
	touch $@

setup: $(VENV)/installed

demo: setup
	PATH="$(CURDIR)/$(BIN):$$PATH" workflows/shell-demo/demo.sh demo-output

test: setup
	$(BIN)/python -m pytest -n 2

tests/browser/node_modules: tests/browser/package-lock.json
	cd tests/browser && npm ci --no-audit --no-fund --loglevel=error
	touch $@

test-browser: setup tests/browser/node_modules
	$(BIN)/python -m pytest tests/browser

test-galaxy: setup
	$(BIN)/python tests/galaxy/server/run_tests.py

screenshots: setup
	$(BIN)/python tests/galaxy/server/take_screenshots.py

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: setup
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# DATA: a folder with the tables of the tutorial; drawn ones without it. ROWS: take so many only.
# GALAXY_ML: a Python 3.9 with galaxy-ml 0.10, to be compared with too.
ROUNDS ?= 3
DATA ?= $(wildcard ../shared/data/imdb)
bench: setup
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[bench]'
	PATH="$(CURDIR)/$(BIN):$$PATH" python benchmarks/chain.py --rounds $(ROUNDS) \
	    $(if $(DATA),--data $(DATA)) $(if $(ROWS),--rows $(ROWS)) \
	    $(if $(GALAXY_ML),--galaxy-ml $(GALAXY_ML))

growth: setup
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[bench]'
	PATH="$(CURDIR)/$(BIN):$$PATH" python benchmarks/growth.py
	$(BIN)/python benchmarks/growth_plots.py

# 30 minutes for each reader; the corpus is kept for the next time.
FUZZ_SECONDS ?= 1800
fuzz: setup
	$(BIN)/python -m pip install --quiet --editable '.[fuzz]'
	for reader in json zip hdf5; do \
	    $(BIN)/python tests/fuzz/fuzz.py $$reader fuzz-corpus/$$reader \
	        -artifact_prefix=fuzz-corpus/$$reader- -max_total_time=$(FUZZ_SECONDS) \
	        -print_final_stats=1 || exit 1; \
	done

clean:
	rm -rf $(VENV) .galaxy galaxy-test-output demo-output benchmark-output build dist .mypy_cache .pytest_cache .ruff_cache
