PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/ready

.DEFAULT_GOAL := help
.PHONY: help demo test lint docs picture hooks prove prove-share coverage fuzz mutate lock clean

help:  ## this list
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-11s %s\n", $$1, $$2}' Makefile

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $(READY)

demo: $(READY)  ## a synthetic extract of 4 practices and 20,000 patients, searched by the InSTEP rule
	rm -rf demo
	$(BIN)/casefinder synth --format emis --patients 20000 --practices 4 --seed 1 --out demo/extract
	$(BIN)/casefinder search --extract demo/extract --rule rules/instep.yaml --today 2026-11-20 --out demo/run

test: $(READY)  ## every test but the long ones
	$(BIN)/python -m pytest

coverage: $(READY)  ## the same, and a table of the lines and branches that no test runs
	$(BIN)/python -m pytest --cov --cov-report=term
	rm -f .coverage .coverage.*

lint: $(READY)  ## format, style, types and the order of the rooms
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

docs: $(READY)  ## write the reference, the drawing of the rooms and the editors' schema from the tests, imports and models
	$(BIN)/python -m tests.search.manual > docs/reference/rules.md
	$(BIN)/casefinder rule schema > rules/rule.schema.json
	$(BIN)/python -m tests.documents.architecture

picture: demo  ## run the demo and draw README's picture of a list from its workbook
	$(BIN)/python -m tests.documents.list_picture demo/run/lists/ZZ0004/invitation-list.xlsx > docs/images/list.svg

hooks: $(READY)  ## run the linters at each commit (needs pre-commit on PATH)
	pre-commit install

# WHERE keeps a long run to some folders: make prove WHERE=tests/generative (some minutes), WHERE=tests/night (hours).
WHERE ?= tests
SHARE ?= 0.02
SEED ?= $(shell printf '%d' 0x$$(git rev-parse --short=8 HEAD))

prove: $(READY)  ## the long tests: generated rules and nights, kills, bad disks, hostile files (many hours; see WHERE)
	$(BIN)/python -m pytest $(WHERE) --long

prove-share: $(READY)  ## a share of those (SHARE, a fiftieth), drawn by SEED (the commit)
	$(BIN)/python -m pytest $(WHERE) --long --share $(SHARE) --seed $(SEED)

fuzz: $(READY)  ## hostile files thrown at every reader for FUZZ_MINUTES (10) minutes; what is learnt stays in /tmp
	$(BIN)/python -m tests.hostile.fuzz

mutate: $(READY)  ## break the rules, search, dates and codes on purpose, and see which tests notice (hours)
	$(BIN)/mutmut run
	$(BIN)/mutmut results

lock:  ## work the locked versions out again (needs uv in .venv or on PATH)
	uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes \
	  --no-strip-extras --no-emit-index-url --no-emit-find-links --no-annotate --custom-compile-command "make lock" -o requirements.lock

clean:  ## remove the environment and the demo
	rm -rf $(VENV) demo
