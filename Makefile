# Two commands: `make serve` and `make test`. They need Python 3.11+ and make, nothing else.

PYTHON   ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
               if $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; \
               then command -v $$p; break; fi; done)
PORT     ?= 8000
HOST     ?= 127.0.0.1
HOME_DIR ?= .home
VENV     := .venv
BIN      := $(VENV)/bin
EDITOR   := ogpgraph/web/static/editor
PACKAGES := web/package.json web/package-lock.json web/.npmrc
NPM_CI   := npm ci --ignore-scripts --no-audit --no-fund --no-progress --loglevel=error \
            --fetch-retry-mintimeout=1000 --fetch-retry-maxtimeout=5000

.PHONY: help serve web test check format soak bench eval-sdg train-sdg lock licenses wheel clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

serve: $(VENV)/.serve $(VENV)/.editor ## set up, fill an empty home with the shipped plans, and serve
	@$(BIN)/ogpgraph serve --host $(HOST) --port $(PORT) --home $(HOME_DIR)

web: $(EDITOR)/editor.js ## build the query editor of /sparql (needs Node.js 18+ and npm)

test: $(VENV)/.test $(VENV)/.editor ## set up and run every test, in two halves side by side
	$(BIN)/python $(if $(TESTS),-m pytest $(TESTS),tests/halves.py)

soak: $(VENV)/.test ## the long forms of what must hold under attack and faults, and an hour of load
	OGPGRAPH_SOAK=1 $(BIN)/python -m pytest -rP tests/hostile tests/faults tests/injection tests/backup tests/cli tests/fuzz tests/unit/test_gate.py

bench: $(VENV)/.test ## print what publishing, starting, killing and cached answers cost, beside peers
	$(BIN)/python bench/faults.py
	$(BIN)/python bench/cache.py
	$(BIN)/python bench/description.py
	$(BIN)/python bench/search.py
	$(BIN)/python bench/tables.py
	$(BIN)/python bench/facade.py
	$(BIN)/python bench/suggest.py

eval-sdg: $(VENV)/.test ## print how well goals are suggested: the public benchmark, the Spanish set, errors
	@$(BIN)/python bench/eval_sdg.py --errors $(ARGS)

train-sdg: $(VENV)/.test ## make lexicon/sdg/model.json anew from the rows and plans that are tuned on
	@$(BIN)/python bench/train_sdg.py $(ARGS)

check: $(VENV)/.test ## format, lint and types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

format: $(VENV)/.test ## mend formatting and what lint can mend
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock: ## renew the pinned, hashed requirements (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	    --no-emit-index-url --quiet pyproject.toml -o requirements/serve.txt \
	    --extra build
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	    --no-emit-index-url --quiet pyproject.toml -o requirements/test.txt \
	    --extra build --extra dev
	echo "sssom>=0.4.21" | uv pip compile --universal --python-version 3.11 --generate-hashes \
	    --no-header --no-annotate --no-emit-index-url --quiet - -o requirements/sssom.txt

licenses: $(VENV)/.serve ## list what is installed, with versions and licences
	@$(BIN)/python docs/licenses.py

wheel: $(VENV)/.test ## build the wheel into dist/, with the query editor where npm is there
	@if command -v npm >/dev/null; then $(MAKE) --no-print-directory web; \
	else echo "No npm here: the wheel gets the plain form of /sparql only." >&2; fi
	$(BIN)/python -m hatchling build -t wheel

clean: ## remove what the targets made (not the home)
	rm -rf $(VENV) dist build $(EDITOR) web/node_modules

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "ogpgraph needs Python 3.11 or newer; none was found." >&2; exit 1; }
	@echo "Setting up $(VENV) with $$($(PYTHON) --version) …"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.serve: requirements/serve.txt pyproject.toml | $(VENV)/bin/python
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/serve.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --no-index -e .
	@touch $@

$(VENV)/.test: requirements/test.txt pyproject.toml | $(VENV)/bin/python
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/test.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --no-index -e .
	@touch $@ $(VENV)/.serve

# Tried once for each state of the sources: without npm, or where it fails, the plain form does.
$(VENV)/.editor: $(PACKAGES) web/build.mjs web/notices.mjs $(wildcard web/editor/*) | $(VENV)/bin/python
	@if ! command -v npm >/dev/null; then \
	    echo "No npm here: /sparql gets its plain form. With Node.js 18+, make web builds the editor."; \
	elif echo "Building the query editor with npm, once …"; ! $(MAKE) --no-print-directory web; then \
	    echo "The editor could not be built: /sparql gets its plain form."; \
	fi
	@touch $@

$(EDITOR)/editor.js: web/node_modules/.package-lock.json web/build.mjs web/notices.mjs $(wildcard web/editor/*)
	@node web/build.mjs

web/node_modules/.package-lock.json: $(PACKAGES)
	@node -e 'process.exit(process.versions.node.split(".")[0] < 18 ? 1 : 0)' && command -v npm >/dev/null || \
	    { echo "The query editor needs Node.js 18 or newer, with npm." >&2; exit 1; }
	@cd web && $(NPM_CI) && touch node_modules/.package-lock.json
