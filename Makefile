# The surfaces that stay stable; each sets up all that it needs on a fresh machine.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
PHOTOS ?=
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.DEFAULT_GOAL := help
.PHONY: help install dev demo test check prove bench footage screenshots clean

help:
	@echo "make demo        install, load the sample roadmap and footage, serve on http://127.0.0.1:$(PORT)"
	@echo "make test        set up what the tests need and run them"
	@echo "make check       lint, types, import order"
	@echo "make prove       every bar in full (PHOTOS=DIR for those over real photographs)"
	@echo "make bench       all that is timed, each with its limit (ONLY=NAME for one)"
	@echo "make screenshots the README's pictures from the demo (ARGS=--all for every page, language and theme)"
	@echo "make footage     render the sample footage again (SITE= SEED= DAYS= OUT=)"

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Nazar needs Python 3.11 or newer; name it: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 2; }
	$(PYTHON) -m venv $(VENV)

# A stamp of what was installed: pip is asked again only when the lists change.
$(VENV)/.installed: pyproject.toml constraints.txt | $(VENV)/bin/python
	sh tools/system_packages.sh run
	$(BIN)/pip install -q -c constraints.txt -e .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	$(BIN)/pip install -q -c constraints.txt -e '.[dev,bench,quantise]'
	@touch $@

install: $(VENV)/.installed

dev: $(VENV)/.installed-dev

demo: install
	@NAZAR_API__PORT=$(PORT) $(BIN)/nazar demo

test: dev
	sh tools/system_packages.sh test
	$(BIN)/python -m pytest $(if $(PHOTOS),--photos $(PHOTOS)) $(ARGS)

check: dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# Blender's package needs Python 3.11 and an older NumPy than Nazar, so it has an environment of its own.
RENDER := var/render-venv

prove: dev $(RENDER)/.installed
	sh tools/system_packages.sh test
	$(BIN)/python -m pytest -m "" --prove $(if $(PHOTOS),--photos $(PHOTOS)) $(ARGS)

SITE ?= hospital
SEED ?= 1
DAYS ?=
OUT ?= var/footage/$(SITE)-$(SEED)

$(RENDER)/.installed: pyproject.toml
	sh tools/system_packages.sh render
	$(PYTHON) -m venv $(RENDER)
	$(RENDER)/bin/pip install -q bpy==4.5.15 av==18.1.0
	@touch $@

footage: $(RENDER)/.installed
	$(RENDER)/bin/python -m sample_footage.render --site $(SITE) --seed $(SEED) $(if $(DAYS),--days $(DAYS)) --out $(OUT)

bench: dev $(RENDER)/.installed
	$(BIN)/python -m tools.bench $(ONLY)

screenshots: dev
	sh tools/system_packages.sh test
	$(BIN)/python -m tools.screenshots docs/images $(ARGS)

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
