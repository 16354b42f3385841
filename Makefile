# Each target does its own set-up: a fresh machine needs make and Python 3.11+ (or uv), nothing else.
# Written for GNU make 3.81 and BSD tools too, because that is what macOS ships.

.DEFAULT_GOAL := help
.PHONY: help install demo test test-faults test-all test-kill test-nightly api-fuzz image-test docs compose-secrets check lint types \
	imports format clean

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
ARGS ?=
# Tests of one file stay together, because they share what is dear to set up. Each process runs servers of its own.
SIDE_BY_SIDE := -n logical --maxprocesses 4 --dist loadfile
# Faults mostly wait, for leases and clocks: with one process more than there are cores, up to five, none is idle.
# tests/conftest.py says which files are begun first.
ALL_AT_ONCE := -n $(shell cores=`getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2`; echo $$((cores < 4 ? cores + 1 : 5))) \
	--dist loadfile --no-loadscope-reorder

# The first Python on the PATH that is new enough; `make install PYTHON=/path/to/python3.12` decides otherwise.
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 15))' 2>/dev/null \
	&& echo "$$python" && break; done)

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: $(STAMP) ## Make .venv with everything, tests and benches included
	@echo "$(VENV) is up to date"

demo: $(STAMP) ## See chat messages go from pending to remembered, without a server or a key
	@$(BIN)/python -m enrichment demo $(ARGS)

test: $(STAMP) ## Run the tests but those below (ARGS="-k name" for some of them)
	$(BIN)/python -m pytest -m "not faults and not nightly and not kill and not image" $(SIDE_BY_SIDE) $(ARGS)

test-faults: $(STAMP) ## Kill, stop and break everything, and see that nothing is lost (minutes)
	$(BIN)/python -m pytest -m faults $(SIDE_BY_SIDE) $(ARGS)

test-all: $(STAMP) ## Run the tests of both at once, which takes less time than one after the other
	$(BIN)/python -m pytest -m "not nightly and not kill and not image" $(ALL_AT_ONCE) $(ARGS)

test-kill: $(STAMP) ## Drain 10,000 messages under kill -9 at random times, and print what it cost
	$(BIN)/python -m pytest -m kill $(ARGS)

test-nightly: $(STAMP) ## Random kills by the hundred, restarts, restored databases, large backlogs (half an hour)
	TESTS_SIMULATION=large $(BIN)/python -m pytest -m "nightly or simulation" $(ARGS)

api-fuzz: $(STAMP) ## Ask a daemon's API all that its document allows, and what it does not (SECONDS=60)
	$(BIN)/python -m bench.api_fuzz --seconds $(or $(SECONDS),60) $(ARGS)

image-test: $(STAMP) ## Build the container image and run it hardened (needs docker, or podman, runc and mmdebstrap)
	$(BIN)/python -m pytest -m image -s $(ARGS)

docs: $(STAMP) ## Build the site of the docs into docs/_site, without a network; a broken link is an error
	$(BIN)/python -m sphinx -W --keep-going -q -b html docs docs/_site
	@echo "docs/_site/index.html"

compose-secrets: ## Fill secrets/ with random passwords for docker-compose.yml, where there are none yet
	@umask 077 && mkdir -p secrets
	@for name in postgres_password qdrant_key web_token grafana_password; do \
		[ -e secrets/$$name ] || head -c 32 /dev/urandom | od -An -v -tx1 | tr -d ' \n' > secrets/$$name; \
	done
	@[ -e secrets/postgres_dsn ] || printf 'postgresql://enrichment:%s@postgres/enrichment' "$$(cat secrets/postgres_password)" \
		> secrets/postgres_dsn
	@[ -e secrets/model_key ] || : > secrets/model_key
	@# The folder is closed to others; the files are read by other users inside their containers.
	@chmod 0444 secrets/*
	@echo "secrets/ is filled; the model's key, if it needs one, goes into secrets/model_key"

check: $(STAMP) ## Run all that must pass before a commit
	@$(MAKE) --no-print-directory -j 3 lint types imports
	@$(MAKE) --no-print-directory test-all

lint: $(STAMP) ## Check style and formatting
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(STAMP) ## Check types
	$(BIN)/mypy

imports: $(STAMP) ## Check that imports point down
	$(BIN)/lint-imports

format: $(STAMP) ## Repair style and formatting
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean: ## Remove .venv and the caches
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

# `--frozen` takes the lock file as it is, whatever indexes the machine is configured with. A home that cannot be
# written to (a service account) gets no cache instead of an error; the machine's certificates are trusted where there
# are any, for those behind a company's proxy.
$(STAMP): uv.lock pyproject.toml
	@uv=`command -v uv 2>/dev/null || true`; \
	if [ -z "$$uv" ]; then uv=$(BIN)/uv; [ -x "$$uv" ] || $(MAKE) --no-print-directory $(BIN)/uv || exit $$?; fi; \
	cache=`"$$uv" cache dir 2>/dev/null`; \
	mkdir -p "$$cache" 2>/dev/null && [ -w "$$cache" ] || no_cache=--no-cache; \
	[ ! -e /etc/ssl/certs/ca-certificates.crt ] || export UV_SYSTEM_CERTS=1 UV_NATIVE_TLS=1; \
	"$$uv" sync --frozen --quiet $$no_cache
	@touch $@

# Without uv on the PATH, one is installed into the environment that it then fills.
$(BIN)/uv:
	@if [ -z "$(PYTHON)" ]; then \
		echo "No Python 3.11 to 3.14 found. Install one (Debian: apt install python3 python3-venv," >&2; \
		echo "macOS: brew install python), or uv (https://docs.astral.sh/uv), which brings its own." >&2; \
		exit 69; \
	fi
	@if ! "$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null; then \
		echo "$(PYTHON) has no venv module. On Debian and Ubuntu: apt install python3-venv" >&2; \
		exit 69; \
	fi
	@"$(PYTHON)" -m venv --clear $(VENV)
	@$(BIN)/python -m pip install -qq --disable-pip-version-check uv
