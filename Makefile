# Sidenote. `make help` lists the targets; every one builds what it needs.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUN := $(VENV)/.run
DEV := $(VENV)/.dev

.DEFAULT_GOAL := help

help:  ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "%-12s %s\n", $$1, $$2}'

demo: $(RUN)  ## See Sidenote beside an inbox full of fictional mail, in the browser
	$(BIN)/sidenote demo

install: $(RUN)  ## Install what a server needs into .venv

check: $(DEV)  ## Formatting, lint, types, layers
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: $(DEV) browser node-emulator  ## Every test: SQLite and PostgreSQL, pages in Chromium, the independent emulator
	$(BIN)/pytest -n 2

bench: $(DEV)  ## How fast, in numbers; NAME=... runs one of them
	$(BIN)/python -m tests.bench $(NAME)

rep: $(DEV) browser  ## A scripted rep does the ten commonest things in the demo; counts the clicks
	$(BIN)/python -m tests.rep

screenshots: $(DEV) browser  ## Draw the README's pictures anew, and every card of the sidebar into build/screenshots
	$(BIN)/python -m tests.screenshots

format: $(DEV)  ## Format and fix what can be fixed
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock: | $(VENV)  ## Pin every dependency by version and hash
	$(BIN)/pip install -q uv
	$(BIN)/uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-header -o requirements.lock pyproject.toml
	$(BIN)/uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-header --extra dev -c requirements.lock \
		-o requirements-dev.lock pyproject.toml

browser:
	@command -v chromium >/dev/null || bin/install-chromium

node-emulator:
	@command -v npm >/dev/null && npm install --silent --no-audit --no-fund --prefix tests/e2e/google-emulator \
		|| echo "The independent Gmail emulator is not installed (it needs Node.js and npm): its tests will be skipped."

$(VENV):
	$(PYTHON) -m venv $(VENV)

$(RUN): requirements.lock pyproject.toml | $(VENV)
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(DEV): requirements-dev.lock pyproject.toml | $(VENV)
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(BIN)/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(RUN) $@

.PHONY: help demo install check test bench rep screenshots format lock browser node-emulator
