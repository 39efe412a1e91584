# Two commands do everything: `make book` and `make test`. `make help` lists the rest.
PYTHON ?= python3
BIN    := .venv/bin
READY  := .venv/ready

.DEFAULT_GOAL := help
.PHONY: help book test lab shop bench lint generate lock clean

help: ## Show this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

book: $(READY) ## Run every chapter that changed and build the HTML book
	@$(BIN)/nomocks build

test: $(READY) lint ## Check the code, then run every test that this machine allows (ARGS=-x to stop at the first failure)
	@$(BIN)/pytest -n logical $(ARGS)

lab: $(READY) .venv/etc/jupyter/labconfig/page_config.json ## Open JupyterLab on your copies of the notebooks, in work/ (ARGS=--allow-root for root)
	@$(BIN)/nomocks work
	@$(BIN)/jupyter lab --LabApp.default_url=/lab/tree/work/start.ipynb $(ARGS)

.venv/etc/jupyter/labconfig/page_config.json: # without what asks another host for news and updates
	@mkdir -p $(@D)
	@echo '{"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": true}}' >$@

shop: $(READY) ## Run the shop with sample data, to try its API in a browser (ARGS="--port 8001")
	@$(BIN)/nomocks shop $(ARGS)

bench: $(READY) ## Measure again what the book and the README quote
	@$(BIN)/python -m benchmarks

lint: $(READY) ## Style, types, and generated folders
	@$(BIN)/ruff check --quiet
	@$(BIN)/ruff format --check --quiet
	@$(BIN)/mypy
	@$(BIN)/nomocks notebooks --check
	@$(BIN)/nomocks release --check

generate: $(READY) ## Write notebooks/ from book/, and exercises/ from solutions/
	@$(BIN)/nomocks notebooks
	@$(BIN)/nomocks release

lock: $(READY) ## Choose the newest versions of all dependencies anew
	@$(BIN)/uv pip compile --universal --python-version 3.11 --extra dev --upgrade --quiet \
	    --generate-hashes --no-emit-index-url --no-emit-find-links --no-header \
	    pyproject.toml --output-file requirements.lock

clean: ## Remove the virtual environment and everything built
	rm -rf .venv _build

$(READY): requirements.lock pyproject.toml
	@echo "Installing into .venv (once; about a minute)"
	@$(PYTHON) -c 'import sys; sys.exit("No Mocks needs Python 3.11 or newer; this is %s. Try: make PYTHON=python3.12" % sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --no-deps --require-hashes --requirement requirements.lock
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@
