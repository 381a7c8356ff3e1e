# Everything runs from .venv, which `setup` makes once and again when requirements.txt changes.
# Needed on the machine: Python 3.11 or newer, make, git.

SOURCE ?= fixtures/samples
DAYS ?= 30
EPISODES ?= 10000
SEED ?= 1
START ?=
WORKERS ?= 2
PYTEST_ARGS ?=
RUNTIME ?= 3.12
STACK ?=
PART ?=
TARGET ?= aws
STAGE ?= dev
ALERT_EMAIL ?=
SMOKE ?=
PARAMETERS ?=

BIN := .venv/bin
WARDLAKE := $(BIN)/wardlake
AT = $(if $(filter aws,$(TARGET)),--endpoint-url aws,$(if $(filter emulator,$(TARGET)),,$(error TARGET is aws or emulator, not $(TARGET))))
STAMP := .venv/.wardlake-setup
CLIENTS_STAMP := .venv-clients/.wardlake-setup
DBT_STAMP := .venv-dbt/.wardlake-setup
CHECK_STAMP := .venv-check/.wardlake-setup
RUNTIME_STAMP := .venv-$(RUNTIME)/.wardlake-setup

.DEFAULT_GOAL := help
.PHONY: help setup setup-clients up down status logs run synthetic deploy undeploy destroy-data test test-stack test-aws test-clients test-runtime check-template lint bench clean

help: ## Show the targets and their settings
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' Makefile

setup: $(STAMP) ## Make .venv with the pinned packages (done once)

$(STAMP): requirements.txt pyproject.toml scripts/setup.sh
	@sh scripts/setup.sh $(STAMP)

up: $(STAMP) ## Start LocalStack, Trino and the emulator on port 4566: STACK=auto, compose, local or embedded
	@$(WARDLAKE) up $(if $(STACK),--stack "$(STACK)")

down: $(STAMP) ## Stop what `make up` started
	@$(WARDLAKE) down

status: $(STAMP) ## Show the stack's parts, the published run and the newest snapshot
	@$(WARDLAKE) status

logs: $(STAMP) ## Show the end of the logs: PART=gateway, localstack or trino
	@$(WARDLAKE) logs $(PART)

run: $(STAMP) ## Run each day of SOURCE=fixtures/samples and print the gold tables
	@$(WARDLAKE) replay "$(SOURCE)"

synthetic: $(STAMP) ## Make and land a hospital: DAYS=30 EPISODES=10000 SEED=1 START=a day
	@$(WARDLAKE) synth --days "$(DAYS)" --episodes "$(EPISODES)" --seed "$(SEED)" --start "$(START)" --land

deploy: $(STAMP) ## Deploy STAGE=dev to AWS, or TARGET=emulator: ALERT_EMAIL=... SMOKE=yes or no PARAMETERS="KeepRuns=20 ..."
	@$(WARDLAKE) $(AT) --stage "$(STAGE)" deploy $(if $(SMOKE),$(if $(filter yes,$(SMOKE)),--smoke,--no-smoke)) $(addprefix --parameter ,$(if $(ALERT_EMAIL),AlertEmail=$(ALERT_EMAIL)) $(PARAMETERS))

undeploy: $(STAMP) ## Delete the stack of STAGE=dev, not its data: TARGET=aws or emulator
	@$(WARDLAKE) $(AT) --stage "$(STAGE)" undeploy

destroy-data: $(STAMP) ## Delete what undeploy leaves of STAGE=dev, for good: asks twice; TARGET=aws or emulator
	@$(WARDLAKE) $(AT) --stage "$(STAGE)" destroy-data

test: $(STAMP) ## Run the tests: WORKERS=2 PYTEST_ARGS=...
	@$(BIN)/python -m pytest -n "$(WORKERS)" $(PYTEST_ARGS)

test-stack: $(STAMP) ## Get LocalStack and Trino, and run every test that speaks to an endpoint on them: WORKERS=2 PYTEST_ARGS=...
	@why=$$($(BIN)/python -m tests.stack.running) || exit 1; \
	if [ -n "$$why" ]; then echo "test-stack: no stack can run here, so nothing was run: $$why"; exit 0; fi; \
	$(BIN)/python -m pytest -n "$(WORKERS)" --dist loadfile --place stack $(PYTEST_ARGS)

test-aws: $(STAMP) ## Run them on AWS, which costs money: docs/testing.md says what it wants to be lent
	@$(BIN)/python -m pytest --place aws $(PYTEST_ARGS)

test-runtime: ## Run the deployment's tests under Lambda's Python, RUNTIME=3.12, where the machine has it
	@python=$$(sh scripts/find_python.sh "$(RUNTIME)"); \
	if [ -z "$$python" ]; then echo "test-runtime: this machine has no Python $(RUNTIME), nothing was run"; exit 0; fi; \
	$(MAKE) --no-print-directory PYTHON="$$python" "$(RUNTIME_STAMP)" && \
	.venv-$(RUNTIME)/bin/python -m pytest -n "$(WORKERS)" tests/pipeline/handlers tests/deploy $(PYTEST_ARGS)

$(RUNTIME_STAMP): requirements.txt pyproject.toml scripts/setup.sh
	@PYTHON="$(PYTHON)" sh scripts/setup.sh $@

setup-clients: $(CLIENTS_STAMP) $(DBT_STAMP) ## Make .venv-clients and .venv-dbt: Athena's clients, pinned

$(CLIENTS_STAMP): tests/clients/requirements.txt | $(STAMP)
$(CHECK_STAMP): deploy/requirements-check.txt | $(STAMP)
$(DBT_STAMP): tests/clients/requirements-dbt.txt | $(STAMP)
$(CLIENTS_STAMP) $(DBT_STAMP) $(CHECK_STAMP):
	@echo "setup: installing $< into $(@D)" >&2
	@$(BIN)/python -m venv --clear $(@D)
	@$(@D)/bin/python -m pip install -q --disable-pip-version-check --no-input --require-hashes -r $<
	@touch $@

test-clients: setup-clients ## Drive the emulator with PyAthena, awswrangler, dbt and the AWS CLI
	@.venv-clients/bin/python -m pytest tests/clients $(PYTEST_ARGS)

lint: $(STAMP) ## Check style, format and types
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

check-template: $(STAMP) $(CHECK_STAMP) ## Check deploy/template.yaml by cfn-lint and by checkov, deploy/checkov.yaml says why not all
	@$(BIN)/cfn-lint deploy/template.yaml
	@PYTHONWARNINGS=ignore .venv-check/bin/checkov --config-file deploy/checkov.yaml

bench: $(STAMP) ## Time the stages of a day's run, and Athena beside raw DuckDB
	@$(BIN)/python -m scripts.bench
	@$(BIN)/python -m scripts.bench_athena

clean: ## Stop the emulator and remove .venv, data and caches
	@if [ -x $(WARDLAKE) ]; then $(WARDLAKE) down || true; fi
	rm -rf .venv .venv-clients .venv-dbt .venv-check .venv-3.* .wardlake data build wardlake.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
