# Every target sets up what it needs in .venv, from nothing but Python >= 3.11, make and git.
# Set-up runs once, and again when pyproject.toml or constraints.txt change.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test test-all test-bounds test-no-jit test-random verification lint check format docs pages against clean clean-venv

VENV := .venv
BIN := $(VENV)/bin
STAMPS := $(VENV)/.stamps
PINS := pyproject.toml constraints.txt

# What `make demo` plays; try `make demo DEMO_REPLICATIONS=1000`.
DEMO_SCENARIO ?= joint-littoral-defence
DEMO_REPLICATIONS ?= 100
DEMO_FOLDER ?= runs/demo

# Passed on to pytest, as in `make test PYTEST="-x tests/simcore/test_rng.py"`.
PYTEST ?=
# Processes that share the fast tests, a file to each at a time; make test PROCESSES=0 runs them in one.
PROCESSES ?= 2
FAST := not (slow or verification or benchmark or rl or gpu)

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_INPUT := 1
export PYRIGHT_PYTHON_IGNORE_WARNINGS := 1
PIP := $(BIN)/python -m pip install --quiet --constraint constraints.txt --build-constraint constraints.txt

help:  ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(STAMPS)/core  ## play a scenario many times and print what came out
	@echo "demo: playing $(DEMO_SCENARIO) $(DEMO_REPLICATIONS) times into $(DEMO_FOLDER)"
	@$(BIN)/chammo batch $(DEMO_SCENARIO) -n $(DEMO_REPLICATIONS) --out $(DEMO_FOLDER) --force

test: $(STAMPS)/dev  ## run the tests that take seconds
	@echo "test: running the fast tests (make test-all runs everything)"
	@$(BIN)/python -m pytest -m "$(FAST)" --numprocesses $(PROCESSES) --dist loadfile $(PYTEST)

test-all: $(STAMPS)/all  ## run every test, with torch, against theory too
	@echo "test-all: running every test"
	@$(BIN)/python -m pytest $(PYTEST)

test-bounds: $(STAMPS)/dev  ## run the small tests with array bounds checked
	@echo "test-bounds: running the small tests with bounds checks"
	@NUMBA_BOUNDSCHECK=1 $(BIN)/python -m pytest -m small $(PYTEST)

test-random: $(STAMPS)/dev  ## play random scenarios with array bounds checked
	@echo "test-random: playing random scenarios with bounds checks (CHAMMO_RANDOM_SCENARIOS=1000 for as many)"
	@NUMBA_BOUNDSCHECK=1 $(BIN)/python -m pytest -m slow tests/simcore/test_random_scenarios.py $(PYTEST)

test-no-jit: $(STAMPS)/dev  ## run the small tests as plain Python
	@echo "test-no-jit: running the small tests without compilation"
	@NUMBA_DISABLE_JIT=1 $(BIN)/python -m pytest -m small $(PYTEST)

verification: $(STAMPS)/dev  ## compare the engine with theory
	@echo "verification: comparing the engine with theory"
	@$(BIN)/python -m pytest -m verification $(PYTEST)

# Runs all of its checks even when one fails.
LINT = status=0; \
	$(BIN)/ruff check --quiet || status=1; \
	$(BIN)/ruff format --check --quiet || { echo "$@: run 'make format' to lay out the code"; status=1; }; \
	$(BIN)/lint-imports --no-logo || status=1

lint: $(STAMPS)/dev  ## check style and the direction of imports (seconds)
	@echo "lint: ruff, import-linter"
	@$(LINT); exit $$status

check: $(STAMPS)/dev  ## check style, types and the direction of imports (minutes)
	@echo "check: ruff, import-linter, pyright"
	@$(LINT); $(BIN)/pyright || status=1; exit $$status

format: $(STAMPS)/dev  ## lay out the code and fix what can be fixed safely
	@echo "format: ruff"
	@$(BIN)/ruff check --quiet --fix || true
	@$(BIN)/ruff format

docs: $(STAMPS)/dev  ## write the pages of docs/reference that are made from the code (seconds)
	@echo "docs: docs/reference"
	@$(BIN)/python docs/generate.py

# Arguments for the script of a page, as in `make pages NAME=payoff PAGE="--quick"`.
PAGE ?=
MEASURED := balance constants speed switches payoff commanders ablations staff sustainment evacuation transport_time assessments

pages: $(STAMPS)/dev  ## play for a measured page of docs/reference and write it: NAME=balance|constants|speed|switches|payoff|commanders|ablations|staff|sustainment|evacuation|transport_time|assessments
	@case " $(MEASURED) " in *" $(NAME) "*) ;; \
	  *) echo "pages: no page '$(NAME)'; give NAME=balance, constants, speed, switches, payoff, commanders, ablations, staff, sustainment, evacuation, transport_time or assessments" >&2; exit 2;; esac
	@echo "pages: benchmarks/pages/$(NAME).py (minutes; payoff, commanders, ablations and staff take hours)"
	@$(BIN)/python -m benchmarks.pages.$(NAME) $(PAGE)

# Options of the comparison, as in `make against COMMIT=main AGAINST="--rounds 15"`.
COMMIT ?= HEAD
AGAINST ?=

against: $(STAMPS)/dev  ## compare the speed with another commit, in turns: COMMIT=main (minutes)
	@echo "against: this tree and $(COMMIT), in turns"
	@$(BIN)/python -m benchmarks.against '$(COMMIT)' $(AGAINST)

clean:  ## remove caches and build outputs (runs/ and .venv stay)
	@echo "clean: removing caches and build outputs"
	@rm -rf build dist .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -not -path './$(VENV)/*' -prune -exec rm -rf {} +

clean-venv: clean  ## remove .venv as well
	@echo "clean-venv: removing $(VENV)"
	@rm -rf $(VENV)

# --- set-up -----------------------------------------------------------------------------------------

$(STAMPS)/core: $(STAMPS)/python $(PINS)
	@echo "set-up: installing the core into $(VENV) (500 MB, a minute or two, once)"
	@$(PIP) --editable .
	@touch $@

$(STAMPS)/dev: $(STAMPS)/python $(PINS)
	@echo "set-up: installing the core, the viewer and the tools for tests into $(VENV) (a few minutes, once)"
	@$(PIP) --editable '.[viz]' --group dev
	@touch $(STAMPS)/core $@

$(STAMPS)/all: $(STAMPS)/python $(PINS)
	@echo "set-up: installing everything, torch included, into $(VENV) (several GB with CUDA, once)"
	@$(PIP) --editable '.[viz,rl,cluster]' --group dev
	@touch $(STAMPS)/core $(STAMPS)/dev $@

# The first Python found that is new enough; name another one with `make PYTHON=/path/to/python3 ...`.
PYTHON ?=
NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))

$(STAMPS)/python:
	@set -e; \
	if ! $(BIN)/python -c '$(NEW_ENOUGH)' 2>/dev/null; then \
	  for python in $(or $(PYTHON),python3 python3.14 python3.13 python3.12 python3.11); do \
	    if "$$python" -c '$(NEW_ENOUGH)' 2>/dev/null; then found=$$python; break; fi; \
	  done; \
	  if [ -z "$${found:-}" ]; then \
	    echo "set-up: Chammo needs Python 3.11 or newer; found: $$($(or $(PYTHON),python3) --version 2>&1 | head -n 1)." >&2; \
	    echo "        Install one, or name it: make PYTHON=/path/to/python3 $(MAKECMDGOALS)" >&2; exit 1; \
	  fi; \
	  if ! "$$found" -c 'import ensurepip, venv' 2>/dev/null; then \
	    echo "set-up: $$("$$found" --version) cannot make virtual environments: the module venv or ensurepip is missing." >&2; \
	    echo "        On Debian or Ubuntu: sudo apt-get install python3-venv" >&2; exit 1; \
	  fi; \
	  echo "set-up: creating $(VENV) with $$("$$found" --version)"; \
	  "$$found" -m venv --clear $(VENV); \
	fi
	@$(BIN)/python -m pip install --quiet --constraint constraints.txt pip
	@mkdir -p $(STAMPS) && touch $@
