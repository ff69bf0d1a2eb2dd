# The targets for working on llmentary; `make` alone lists them. Works with GNU make 3.81 and newer.
# Needs Python >= 3.10 (make PYTHON=/path/to/python3 chooses one); the VS Code extension also needs Node >= 20.

.DEFAULT_GOAL := help
.SUFFIXES:
export PYTHON

ifeq ($(OS),Windows_NT)
BIN := .venv/Scripts
else
BIN := .venv/bin
endif

setup_python = python=$$(scripts/find-python) && "$$python" scripts/setup_python.py
setup_node   = $(BIN)/python scripts/setup_node.py
check        = $(BIN)/python scripts/run_checks.py $(if $(DATE),--date $(DATE)) $(if $(SEED),--seed $(SEED))

.PHONY: help setup setup-demo setup-dev setup-node setup-vscode demo test tests test-hard lint types fix code package screenshots locks locks-keep changelog clean

help: ## list these targets
	@sed -n 's/^\([a-z][a-z-]*\):.*## \(.*\)/  make \1|\2/p' $(firstword $(MAKEFILE_LIST)) | \
	    while IFS='|' read -r word text; do printf '%-20s %s\n' "$$word" "$$text"; done

demo: setup-demo ## see it work: a support bot with a real local model is approved, broken and caught
	@$(BIN)/python scripts/demo.py

test: setup setup-vscode ## run every check: lint, types, tests, the extension, a real VS Code
	@$(check)

tests: setup ## run everything quick: lint, types, and the tests that start no whole programs
	@$(check) lint types quick

test-hard: setup-dev ## run the quick Python tests on awkward days, in other orders, on a busy machine
	@$(BIN)/python scripts/run_hard.py $(PARTS)

setup: setup-dev setup-node ## install everything that the checks need (the other targets do this themselves)

setup-demo:
	@$(setup_python) demo

setup-dev:
	@$(setup_python) dev

setup-node: setup-dev
	@$(setup_node) packages

setup-vscode: setup-dev
	@$(setup_node) vscode

lint: setup ## check the code for mistakes and formatting
	@$(check) lint

types: setup ## check the types of Python and TypeScript
	@$(check) types

fix: setup-dev ## fix formatting, imports and whatever else ruff can fix
	@$(BIN)/ruff check --fix . ; $(BIN)/ruff format .

package: setup ## build llmentary.vsix
	@npm run --silent package

screenshots: setup setup-vscode package ## retake the screenshots of the documentation, in a real VS Code
	@npm run --silent test:journey -- --docs

code: setup-demo ## open the demo's project in VS Code
	@$(BIN)/python scripts/open_code.py

locks: setup-dev ## write requirements/*.txt with the newest versions that fit (needs uv)
	@$(BIN)/python scripts/lock.py

locks-keep: setup-dev ## update requirements/*.txt after pyproject.toml was edited, keeping all other versions
	@$(BIN)/python scripts/lock.py --keep

changelog: setup-dev ## print what the next release's changelog would say
	@$(BIN)/towncrier build --draft --version Unreleased

clean: ## delete build output and the scratch projects; .venv and node_modules stay
	rm -rf build dist client/out .cache/checks .pytest_cache .mypy_cache .ruff_cache .hypothesis llmentary.vsix
