# 需要：Python 3.11 与 make。 Needs: Python 3.11 and make.
#   make plan   排出示例工作簿的计划并核查     plan the sample and verify the plan
#   make test   全部检查与测试                 every check and test
#   make bench  与别的解法比较，约十三分钟     compare with other solvers, about thirteen minutes

PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
IN ?= $(firstword $(wildcard data/samples/*.xlsx))
OUT ?= out
JOBS ?= 2
# Options of make bench, e.g. BENCH="--part plans --size hard --limit 120"
BENCH ?=
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check
PIP_COMPILE := CUSTOM_COMPILE_COMMAND="make requirements" $(BIN)/pip-compile --quiet \
	--generate-hashes --allow-unsafe --strip-extras --no-emit-index-url \
	--no-emit-trusted-host --no-emit-find-links \
	--build-deps-for editable --build-deps-for wheel

.PHONY: help plan test lint bench mutants docs samples wheel wheel-check requirements clean

help:
	@grep -E '^#   ' Makefile

$(VENV)/runtime: requirements.txt pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(PIP_INSTALL) --require-hashes --requirement requirements.txt
	$(PIP_INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/dev: $(VENV)/runtime requirements-dev.txt
	$(PIP_INSTALL) --require-hashes --requirement requirements-dev.txt
	@touch $@

plan: $(VENV)/runtime
	$(BIN)/planner plan $(IN) --out $(OUT)
	$(BIN)/planner verify $(IN) $(OUT)/plan.json

lint: $(VENV)/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m docs.generate --check

test: lint
	$(BIN)/pytest -n $(JOBS)
	$(MAKE) wheel-check

bench: $(VENV)/dev
	$(BIN)/python -m benchmarks $(BENCH)

mutants: $(VENV)/dev
	$(BIN)/python -m benchmarks.mutants $(MUTANTS)

docs: $(VENV)/dev
	$(BIN)/python -m docs.generate

samples: $(VENV)/runtime
	$(BIN)/planner sample data/samples/city_2027H1.xlsx --size default --seed 1 --force

wheel: $(VENV)/dev
	$(BIN)/python -m build --wheel --no-isolation --outdir dist .

wheel-check: wheel
	bash .ci/wheel-check $(PYTHON) dist/planner-*.whl requirements.txt

requirements: $(VENV)/dev
	$(PIP_COMPILE) --output-file requirements.txt pyproject.toml
	$(PIP_COMPILE) --extra dev --constraint requirements.txt \
		--output-file requirements-dev.txt pyproject.toml

clean:
	rm -rf $(VENV) build dist mutants $(OUT)
