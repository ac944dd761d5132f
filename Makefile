# `make run` starts Sandbank, `make test` tests it. Both need Python 3.11 or newer and nothing else: the first of them
# makes .venv from the exact versions in constraints.txt, and makes it anew when that file or pyproject.toml changes.

PYTHON ?= python3
ARGS ?=
BIN := .venv/bin
READY := .venv/.ready

# What pip installs into the environment, and what it builds Sandbank with, are pinned by the same file. An older pip
# reads the first name for both, a newer one has a second name.
export PIP_CONSTRAINT := constraints.txt
export PIP_BUILD_CONSTRAINT := constraints.txt
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help run demo test fuzz lint format types bench wheel docs clean

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo '  Arguments go in ARGS:  make run ARGS="--port 9000"   make test ARGS="tests/oauth -x"'

run: $(READY) ## start the server
	@$(BIN)/sandbank serve $(ARGS)

demo: $(READY) ## start a server, and the reference bot in its messenger
	@$(BIN)/python -m examples.messenger_bot --demo $(ARGS)

test: $(READY) ## run the tests
	$(BIN)/pytest -n 2 --dist worksteal $(ARGS)

fuzz: $(READY) ## let Schemathesis look for holes in every document, for five minutes each
	SANDBANK_FUZZ=$${SANDBANK_FUZZ:-300} $(BIN)/pytest -n 2 --timeout 0 tests/fuzz $(ARGS)

lint: $(READY) ## check style, the floor plan and the OpenAPI documents
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-logo
	.ci/lint-openapi.sh

format: $(READY) ## rewrite the code in the house style
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

types: $(READY) ## check the types
	$(BIN)/mypy $(ARGS)

bench: $(READY) ## measure speed
	$(BIN)/python -m benchmarks $(ARGS)

docs: $(READY) ## write the generated parts of the documents anew
	$(BIN)/python -m docs.generate

wheel: $(READY) ## build dist/sandbank-VERSION-py3-none-any.whl
	rm -rf dist
	$(BIN)/python -m pip wheel -qq --no-deps --wheel-dir dist .

clean: ## remove the environment and everything built or cached
	rm -rf .venv dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .ci/node_modules examples/schemathesis/.schemathesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(READY): constraints.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo 'Sandbank needs Python 3.11 or newer, and "$(PYTHON)" is not that:' "$$($(PYTHON) --version 2>&1)."; \
	  echo 'Name another one, for example: make $(or $(MAKECMDGOALS),run) PYTHON=python3.12'; exit 1; } >&2
	@echo 'Making .venv from constraints.txt; this happens once and takes about a minute.'
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install -qq --editable '.[dev]'
	@touch $@
