# The two commands of this project: `make build` runs the study, `make test` checks everything.
# Both set up .venv from the hashed locks first; a second run finds it ready.

PYTHON ?= python3
UV ?= uv
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help build pilot test test-all lint bench lock clean

help: ## list these targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

build: $(VENV)/.run-ready ## set up, then run the study: specs/ and raw/ become build/
	$(BIN)/studyspec build

PILOT := examples/cdiscpilot01

pilot: $(VENV)/.test-ready ## the second study: fetch, build, and compare with what SAS made; every difference must be explained
	$(BIN)/python $(PILOT)/fetch.py
	$(BIN)/studyspec build --study $(PILOT)
	$(BIN)/studyspec compare $(PILOT)/published $(PILOT)/build/adam --id ADSL=USUBJID --id ADAE=USUBJID,AESEQ \
	    --method absolute --criterion 1e-6 --explained $(PILOT)/explained.csv --out $(PILOT)/build/compare

test: lint ## set up, then lint, type check and the tests; under ten minutes
	$(BIN)/python -m pytest --cov --cov-report=term

test-all: lint ## the same with the slow suites and more generated cases
	$(BIN)/python -m pytest -m "" --hypothesis-profile=thorough --cov --cov-report=term

# Part of the source of odmlib, not of what is installed; a test reads them where they are, and is skipped where not.
lint: $(VENV)/.test-ready ## ruff (lint and format) and mypy --strict only
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(VENV)/.run-ready ## CPU seconds and memory per stage of a build, and of writing XPT
	@$(BIN)/python benchmarks/bench_stages.py
	@echo
	@$(BIN)/python benchmarks/bench_xpt.py

# Pins stay as they are unless pyproject.toml asks for others; `make lock LOCKFLAGS=--upgrade` moves all of them.
lock: ## write the locks anew from pyproject.toml (needs uv)
	$(LOCK) --group build -o requirements.lock
	$(LOCK) --group build --group dev -c requirements.lock -o requirements-dev.lock

LOCK = $(UV) pip compile pyproject.toml --quiet --universal --python-version 3.11 --fork-strategy fewest \
	--generate-hashes --no-emit-index-url --custom-compile-command "make lock" $(LOCKFLAGS)

clean: ## remove the environment, the outputs and all caches
	rm -rf $(VENV) build $(PILOT)/build dist .ruff_cache .mypy_cache .pytest_cache .hypothesis .setuptools .coverage
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else \
	    "studyspec needs Python 3.11 or later; " + sys.executable + " is " + sys.version.split()[0] + \
	    ". Name another: make PYTHON=python3.12")'
	@echo "Setting up $(VENV): about a minute, once."
	$(PYTHON) -m venv $(VENV)

# Only the locked files are downloaded; the project itself is installed without an index.
$(VENV)/.run-ready: requirements.lock pyproject.toml | $(BIN)/python
	$(PIP) install --require-hashes -r requirements.lock
	$(PIP) install --no-index --no-deps --no-build-isolation --editable .
	@touch $@

# The test lock holds the run lock's pins and more, so this environment can also build.
$(VENV)/.test-ready: requirements-dev.lock $(VENV)/.run-ready | $(BIN)/python
	$(PIP) install --require-hashes -r requirements-dev.lock
	@$(PUBLIC_DEFINES) || echo "CDISC's example defines could not be downloaded; the tests that read them are skipped."
	@touch $@

# The wheel of odmlib leaves them out; its source distribution, whose hash is in the lock, has them.
PUBLIC_DEFINES = $(PIP) download --no-deps --no-binary :all: --no-build-isolation --dest $(VENV)/public-defines \
	odmlib==$$(sed -n 's/^odmlib==\([0-9.]*\).*/\1/p' requirements-dev.lock)
