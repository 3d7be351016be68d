# Everything a developer or a curious newcomer needs; `make help` lists it.
# Needed on the machine: Python 3.11+, Node 20+, make.

PYTHON ?= python3
PORT ?= 8080
DATA ?= ./var
export PORT DATA

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
CONSOLE_OUT := src/indelible/web/static/index.html
CONSOLE_IN := $(shell find console -type f -not -path '*/node_modules/*' -not -name '*.gen.ts' 2>/dev/null)

.DEFAULT_GOAL := help
.PHONY: help run setup dev console test check fix bench campaign docs wheel lock clean

help: ## list the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 20

run: setup console ## start the example platform with simulated administrators (PORT, DATA)
	@PYTHONPATH=examples exec $(BIN)/python -m edge_platform.demo

setup: $(VENV)/run.stamp ## make the virtual environment, with what runs

dev: $(VENV)/dev.stamp ## the same, with what tests and checks

console: $(CONSOLE_OUT) ## build the web console into the package

test: dev console ## run every test, browser journeys included
	@$(BIN)/python -m tests.browser --install
	$(BIN)/pytest -q
	cd console && npm test --silent

check: dev console/node_modules/.stamp ## linters, types, layers, generated docs
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m docs.generate --check
	cd console && npm run --silent check

fix: dev console/node_modules/.stamp ## format, and mend what linters can mend
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	cd console && npm run --silent format

bench: dev console ## measure; writes benchmarks/results.json
	PYTHONPATH=examples $(BIN)/python -m benchmarks

campaign: dev ## slow campaigns: faults and fuzzing, for SECONDS (600)
	$(BIN)/python -m tests.campaign --seconds $(or $(SECONDS),600)

docs: dev ## generate the reference pages
	$(BIN)/python -m docs.generate

wheel: dev console ## build the wheel, console inside, into dist/
	$(BIN)/python -m hatchling build -t wheel

lock: ## pin the requirements anew (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	  --no-emit-index-url --no-emit-find-links --upgrade --extra server --extra embedded \
	  --group build pyproject.toml -o requirements/run.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	  --no-emit-index-url --no-emit-find-links --upgrade --extra server --extra embedded \
	  --extra clickhouse --group dev -c requirements/run.txt pyproject.toml -o requirements/dev.txt

clean: ## remove what was built; the log in DATA stays
	rm -rf $(VENV) dist build console/node_modules console/dist src/indelible/web/static
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Indelible needs Python 3.11 or later: make PYTHON=python3.12 ...")'
	@$(PYTHON) -m venv $(VENV)

$(VENV)/run.stamp: $(VENV)/bin/python requirements/run.txt pyproject.toml
	@echo "Installing Python packages..."
	@test -e $(VENV)/dev.stamp || $(PIP) install --require-hashes -r requirements/run.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/dev.stamp: $(VENV)/bin/python requirements/dev.txt pyproject.toml
	@echo "Installing Python packages..."
	@$(PIP) install --require-hashes -r requirements/dev.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@ $(VENV)/run.stamp

console/node_modules/.stamp: console/package.json console/package-lock.json
	@echo "Installing console packages..."
	@cd console && npm ci --silent --no-audit --no-fund
	@touch $@

$(CONSOLE_OUT): console/node_modules/.stamp $(CONSOLE_IN) docs/reference/openapi.json
	@echo "Building the console..."
	@cd console && npm run --silent build -- --logLevel error
	@touch $@
