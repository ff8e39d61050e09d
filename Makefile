# Every habit is a target; `make` alone prints this help.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PYTHON3 ?= python3
PYTHON := .venv/bin/python
# T narrows tests: make test-store T=tests/store/usage
T ?=
CODE := services simulators dev bench tests
SOURCES = $(wildcard $(CODE))

##@ Start
.PHONY: help setup setup-tests run clean
help: ## Print this help
	@awk 'BEGIN {FS = ":.*## "} \
	  /^##@/ {printf "\n\033[1m%s\033[0m\n", substr($$0, 5)} \
	  /^[a-z0-9-]+:.*## / {printf "  %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## Get everything that running needs; repeated, it does nothing
	@$(PYTHON3) -m dev.setup

run: setup ## Run the whole suite with the demo; Ctrl-C ends it; OBSERVE=1 shows metrics too
	@exec $(PYTHON) -m dev.run

clean: ## Remove what was generated and all demo data (stop `make run` first)
	@rm -rf gen .run .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@rm -rf services/gateway/static/vendor node_modules

##@ Contracts
.PHONY: protos protos-check
protos: ## Compile protos/ into gen/ where a .proto is newer
	@$(PYTHON) -m dev.protos

protos-check: protos ## Lint and format of the contracts, and what they break against main
	@$(PYTHON) -m dev.protos_check

##@ Code
.PHONY: fmt lint types imports check
fmt: ## Format Python and protos
	@$(PYTHON) -m ruff check --quiet --fix-only --select I,UP,F401 $(SOURCES)
	@$(PYTHON) -m ruff format --quiet $(SOURCES)
	@.venv/bin/buf format --write protos

lint: ## Ruff: rules and format
	@$(PYTHON) -m ruff check --quiet $(SOURCES)
	@$(PYTHON) -m ruff format --quiet --check $(SOURCES)

types: protos ## mypy --strict over everything
	@$(PYTHON) -m mypy $(SOURCES)

imports: ## Layers inside of services, independence between them
	@.venv/bin/lint-imports --no-cache > .run/imports.txt || { cat .run/imports.txt; exit 1; }

check: lint imports protos-check types ## All that is checked without running anything

##@ Tests
.PHONY: test test-fast test-unit test-store test-rpc journeys test-deploy
test: setup-tests check ## Set up, check, and run every level of tests
	@$(PYTHON) -m pytest -n 2 -p no:cacheprovider -m "not kills and not browser and not operations" $(T)

setup-tests:
	@$(PYTHON3) -m dev.setup --tests

test-unit: protos ## Rules alone, and the contracts
	@$(PYTHON) -m pytest $(or $(T),tests/unit tests/contracts)

test-store: protos ## The stores, on real databases
	@$(PYTHON) -m pytest $(or $(T),tests/store)

test-rpc: protos ## The services by gRPC
	@$(PYTHON) -m pytest $(or $(T),tests/rpc)

journeys: protos ## The whole suite, told as stories
	@$(PYTHON) -m pytest $(or $(T),tests/journeys)

test-deploy: protos ## What is deployed: manifests, and the edge's configuration
	@$(PYTHON) -m pytest $(or $(T),tests/deploy)

.PHONY: test-kills
test-kills: setup-tests ## Kill services and databases amid their work, minutes of it
	@$(PYTHON) -m pytest -n 2 -p no:cacheprovider -m kills $(or $(T),tests/rpc tests/journeys)

.PHONY: test-browser
test-browser: setup-tests ## Look from outside: whole stories in Chromium, every page, every operation
	@$(PYTHON) -m pytest -n 2 -p no:cacheprovider -m browser $(or $(T),tests/browser tests/journeys)

.PHONY: test-operations
test-operations: setup-tests ## Run the release before on the schema of this one, minutes of it
	@$(PYTHON) -m pytest -p no:cacheprovider -m operations $(or $(T),tests/operations)

.PHONY: test-asterisk
test-asterisk: setup-tests ## A tenant's routes on a real Asterisk (root; made once, then cached)
	@$(PYTHON) -m dev.asterisk_root
	@VENEER_TEST_ASTERISK=1 $(PYTHON) -m pytest -p no:cacheprovider $(or $(T),tests/asterisk)

.PHONY: test-recovery
test-recovery: setup-tests ## Lose every store amid the calls, and bring it back from a backup
	@VENEER_TEST_RECOVERY=1 $(PYTHON) -m pytest -p no:cacheprovider $(or $(T),tests/recovery)

.PHONY: image-check
image-check: setup ## Do the steps of deploy/Dockerfile in a folder, and start every program of it
	@$(PYTHON) -m dev.image_check

##@ Figures
.PHONY: bench
bench: setup ## Measure against references; prints a table, writes .run/bench.json
	@$(PYTHON) -m bench

.PHONY: chaos
# S=90 breaks for so many seconds; SEED=7 repeats the blows of an earlier run.
chaos: setup ## Kill and freeze the members of a suite at random, then see which laws held
	@$(PYTHON) -m dev.chaos --seconds $(or $(S),60) $(if $(SEED),--seed $(SEED))

##@ Care
.PHONY: audit
audit: setup ## Secrets in the tree, licences of the image, known vulnerabilities of what is locked
	@$(PYTHON) -m dev.audit

.PHONY: lock
lock: ## Write requirements.lock and package-lock.json anew from what is declared
	@.venv/bin/uv pip compile --quiet --upgrade --universal --generate-hashes --no-header \
	  --no-emit-index-url --no-annotate --python-version 3.11 --group dev pyproject.toml \
	  --output-file requirements.lock
	@npm install --package-lock-only --silent
