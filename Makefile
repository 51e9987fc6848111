# Everything this project does from a shell. `make` alone prints the targets.
# Another Python: `make app PYTHON=python3.12`. Another virtual environment: `make test VENV=/path/to/venv`.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PYTEST_FLAGS ?= -n 2
MINUTES ?= 60
FERPLUS ?= prepared/ferplus
PACKED ?= prepared/ferplus.npz
VISIT ?= gpu-visit
VISIT_SECONDS ?= 540
NEED_MORE := app detectors findings london london_regions many_runs many_uploads resampling rivals soak
BENCHES := $(filter-out $(NEED_MORE),$(notdir $(basename $(wildcard bench/[a-z]*.py))))

# A stamp stands for "installed as these files ask"; it is older than them when they have changed.
APP_INSTALLED := $(VENV)/.installed-app
DEV_INSTALLED := $(VENV)/.installed-dev
RAY_INSTALLED := $(VENV)/.installed-ray
RIVALS := $(VENV)/rivals
RIVALS_INSTALLED := $(RIVALS)/.installed

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help app install test test-slow test-all lint format api guide gallery gpu
.PHONY: bench bench-app bench-detectors bench-london bench-regions bench-rivals soak clean

help: ## Print these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

app: $(APP_INSTALLED) ## Open the dashboard at http://localhost:8501, installing what it needs first
	$(BIN)/streamlit run streamlit_app.py

install: $(APP_INSTALLED) ## Install what the dashboard and the command line need into .venv

test: $(DEV_INSTALLED) ## Run the tests, without those marked slow
	$(BIN)/python -m pytest -m "not slow" $(PYTEST_FLAGS)

test-slow: $(DEV_INSTALLED) ## Run the tests marked slow
	$(BIN)/python -m pytest -m slow

test-all: $(RAY_INSTALLED) ## Run every test once: the slow ones too, and those that need Ray, which is installed first
	$(BIN)/python -m pytest -m "not slow" $(PYTEST_FLAGS)
	$(BIN)/python -m pytest -m slow

lint: $(DEV_INSTALLED) ## Check style, format and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(DEV_INSTALLED) ## Format the code and mend what ruff can mend
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

api: $(DEV_INSTALLED) ## Write the reference at the end of docs/api.md anew, from the docstrings
	$(BIN)/python -m docs.reference

guide: $(DEV_INSTALLED) ## Take every step of docs/guide.md in headless Chromium, and all pictures of the documents anew
	$(BIN)/python -m docs.walk
	$(BIN)/python -m docs.page_pictures

gallery: $(APP_INSTALLED) ## Train the ensembles on FER+ that the project ships, or the rest of them, from prepared/ferplus
	$(BIN)/python -m esr_core gallery

# `make gpu GPU_PYTHON=python3` takes a Python that has everything already, as on a machine without a network.
gpu: $(if $(GPU_PYTHON),,$(DEV_INSTALLED)) ## On a CUDA card: test, measure and train the wild ensemble in one visit of VISIT_SECONDS
	$(or $(GPU_PYTHON),$(BIN)/python) -m bench.gpu.visit --seconds $(VISIT_SECONDS) --output $(VISIT) --packed $(PACKED)

bench: $(DEV_INSTALLED) ## Measure speed: every script in bench/ but the soak and those that need photographs or runs
	@set -e; for name in $(BENCHES); do echo "== $$name"; $(BIN)/python -m bench.$$name; done

bench-app: $(DEV_INSTALLED) ## Measure how long a user waits for page Compare, in headless Chromium
	$(BIN)/python -m bench.app

bench-detectors: $(DEV_INSTALLED) ## Count the turned and badly lit London faces that each detector finds
	$(BIN)/python -m bench.detectors

bench-london: $(DEV_INSTALLED) ## Train on the London photographs and report the accuracy on unseen people
	$(BIN)/python -m bench.london

bench-regions: $(DEV_INSTALLED) ## Calibrate the regions of a face on the London landmarks and count what they hold
	$(BIN)/python -m bench.london_regions

bench-rivals: $(DEV_INSTALLED) $(RIVALS_INSTALLED) ## Measure PyPI's fer beside finished runs on prepared FER+, at FERPLUS
	PYTHONPATH=$(RIVALS) $(BIN)/python -m bench.rivals $(FERPLUS)

soak: $(DEV_INSTALLED) ## Watch the app's memory for an hour, or MINUTES, while browsers follow a training
	$(BIN)/python -m bench.soak --minutes $(MINUTES)

clean: ## Remove the virtual environment and all caches; runs and prepared data stay
	@if [ -f $(VENV)/pyvenv.cfg ]; then rm -rf $(VENV); fi
	rm -rf .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(APP_INSTALLED): requirements.txt requirements-core.txt requirements-figures.txt | $(VENV)/pyvenv.cfg
	$(BIN)/python -m pip install --disable-pip-version-check --requirement requirements.txt
	@touch $@

$(DEV_INSTALLED): requirements-dev.txt requirements-onnx.txt requirements-tensorboard.txt requirements.txt \
		requirements-core.txt requirements-figures.txt | $(VENV)/pyvenv.cfg
	$(BIN)/python -m pip install --disable-pip-version-check --requirement requirements-dev.txt
	@touch $(APP_INSTALLED) $@

$(RAY_INSTALLED): requirements-ray.txt $(DEV_INSTALLED)
	$(BIN)/python -m pip install --disable-pip-version-check --requirement $<
	@touch $@

$(RIVALS_INSTALLED): requirements-rivals.txt | $(VENV)/pyvenv.cfg
	rm -rf $(RIVALS)
	$(BIN)/python -m pip install --disable-pip-version-check --no-deps --target $(RIVALS) --requirement $<
	@touch $@

$(VENV)/pyvenv.cfg:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "error: Python 3.11 or newer is needed; '$(PYTHON) --version' says: $$($(PYTHON) --version 2>&1)."; \
	  echo "Name another one, for example: make app PYTHON=python3.12"; exit 1; } >&2
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "error: '$(PYTHON)' cannot make virtual environments."; \
	  echo "On Debian and Ubuntu: sudo apt-get install python3-venv"; exit 1; } >&2
	$(PYTHON) -m venv $(VENV)
