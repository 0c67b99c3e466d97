# Everything a contributor does has a target here. `make` alone lists them.

PYTHON ?= python3
BIN := .venv/bin
SCALE ?= 1
AS = brc

.DEFAULT_GOAL := help
.PHONY: help install run test check prove schema migration bench demo explain

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

install: ## put the locked dependencies into .venv; the other targets do this first
	@"$(PYTHON)" setup/install.py

run: install ## start Konbit with its own PostgreSQL and the demo network
	@exec $(BIN)/konbit run --with-parent

test: check ## every check, then every test
	@$(BIN)/pytest -n 2 --dist loadfile

check: install ## format, lint, types, layers
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

prove: install ## the properties among the tests, with their full counts: make prove ONLY=tests/planner
	@$(BIN)/pytest -n 2 --dist loadfile --prove $(ONLY)

schema: install ## write schema.graphql, the review of every change to the graph
	@$(BIN)/konbit schema > schema.graphql

migration: install ## draft a migration from the models: make migration M="add places"
	@$(BIN)/konbit migration "$(or $(M),$(error Say what changes: make migration M="add places"))"

bench: install ## Konbit beside its peers and its limit, in one run
	@$(BIN)/python -m benchmarks

demo: install ## fill the database with a network SCALE times the usual: make demo SCALE=10
	@$(BIN)/konbit demo --scale $(SCALE)

explain: install ## an operation's SQL and plan: make explain Q=FILE AS=persona V='{"first": 10}'
	@$(BIN)/konbit explain "$(or $(Q),$(error Which operation? make explain Q=client_examples/operations/worklist.graphql))" --as "$(AS)" --variables '$(or $(V),{})'
