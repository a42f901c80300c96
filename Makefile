# The doors of the project. Everything behind them is Python in dev/; nothing but Python 3.11 is needed.

PYTHON ?= python3
BOOTSTRAP = @command -v $(PYTHON) >/dev/null 2>&1 || { echo "Quanzi needs Python 3.11 or newer, and there is no $(PYTHON) here."; exit 1; }; \
	exec $(PYTHON) dev/bootstrap.py

export PORT HOST

.DEFAULT_GOAL := help
.PHONY: help run test check bench faults fix seed shell messages clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: ## run the site with a demo community (PORT=8001 for another port); Ctrl-C stops it
	$(BOOTSTRAP) run

test: ## run all tests (ARGS="tests/circles -k join" for some)
	$(BOOTSTRAP) test $(ARGS)

check: ## lint, types, import contracts, migrations, deploy check, translations
	$(BOOTSTRAP) check $(ARGS)

fix: ## format code and templates, fix what can be fixed
	$(BOOTSTRAP) check --fix

bench: ## measure a community of a million on engines of its own (minutes; ARGS="--scale small" for a quick look)
	$(BOOTSTRAP) python -m tests.bench --scale full $(ARGS)

faults: ## kill workers, stop Postgres and broker under load, count what is lost (ARGS="--scale small" for a quick look)
	$(BOOTSTRAP) python -m tests.faults --scale full $(ARGS)

seed: ## put the demo community into the database (does nothing if it is there)
	$(BOOTSTRAP) seed $(ARGS)

shell: ## a Python shell with the models at hand
	$(BOOTSTRAP) shell

messages: ## collect texts to translate into locale/, and compile
	$(BOOTSTRAP) python -m dev.translations extract compile

clean: ## delete the demo data, uploads and engines' data of this checkout (asks first)
	$(BOOTSTRAP) python -m dev.clean $(ARGS)
