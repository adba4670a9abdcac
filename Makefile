# Hansa. `make run` starts the demo city, `make test` passes the tests; both set up what they need.

PYTHON ?= python3
CITY   ?= cities/ryazan-exercise
HOME_OF_CITY ?= var/$(notdir $(CITY))
PORT   ?= 8080
WORKERS ?= 2

BIN     := .venv/bin
CONSOLE := src/hansa/console/static/index.html
WEB     := $(shell find web -type f -not -path '*/node_modules/*' -not -path 'web/dist/*' -not -name '*.tsbuildinfo' 2>/dev/null)
AS_ROOT_WITH_APT := $(shell [ "$$(id -u)" = 0 ] && command -v apt-get)

.PHONY: help setup run test test-demo check format bench bench-page bench-day bench-day-page clean constraints cli-docs tools debian
.DEFAULT_GOAL := help

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-15s %s\n", $$1, $$2}' Makefile

# ---------------------------------------------------------------- setting up

setup: debian .venv/.stamp $(CONSOLE) ## .venv, dependencies, console: only what changed
	@echo "Hansa is set up."

tools:
	@command -v $(PYTHON) >/dev/null || { echo "Hansa needs Python 3.11 or newer; $(PYTHON) was not found."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Hansa needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) -V). Try: make PYTHON=python3.12 setup"; exit 1; }
	@command -v npm >/dev/null || { echo "Hansa needs Node 20.19 or newer with npm; npm was not found."; exit 1; }
	@node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' \
	  || { echo "Hansa needs Node 20.19 or newer; node is $$(node -v)."; exit 1; }

# Packages of the system: only as root with apt, only what is missing. Without Chromium the
# browser tests skip by name, so a failure here stops nothing.
debian: tools
ifneq ($(AS_ROOT_WITH_APT),)
	@missing=""; \
	$(PYTHON) -c 'import ensurepip' 2>/dev/null || missing="$$missing python3-venv"; \
	command -v chromium >/dev/null || missing="$$missing chromium fonts-liberation"; \
	[ -x /usr/sbin/mosquitto ] || missing="$$missing mosquitto"; \
	if [ -n "$$missing" ]; then \
	  echo "Installing Debian packages:$$missing"; \
	  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing; } \
	    || echo "Not installed:$$missing (without chromium the browser tests skip, without mosquitto those of MQTT)"; \
	fi
endif

.venv/.stamp: pyproject.toml constraints.txt | tools
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv \
	  || { rm -rf .venv; echo "Python's venv module is missing; on Debian: apt install python3-venv"; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

web/node_modules/.stamp: web/package.json web/package-lock.json | tools
	npm --prefix web ci --no-fund --no-audit
	@touch $@

$(CONSOLE): web/node_modules/.stamp $(WEB)
	npm --prefix web run build
	@touch $@

# ---------------------------------------------------------------- the two commands

run: setup ## the demo city on http://127.0.0.1:8080
	$(BIN)/hansa up --city $(CITY) --home $(HOME_OF_CITY) --port $(PORT)

test: setup ## all tests (with CI=true a skip is a failure)
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadscope
	npm --prefix web test

test-demo: setup ## play docs/demo.md in the browser (part of make test)
	$(BIN)/python -m pytest tests/demo

# ---------------------------------------------------------------- for those who build Hansa

check: setup ## format, lint, types, imports, docs
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/interrogate -q src
	$(BIN)/python -m pytest -q tests/house
	npm --prefix web run check

format: setup ## put every file in form
	$(BIN)/ruff check --fix
	$(BIN)/ruff format
	npm --prefix web run format

bench: setup ## the figures of docs/performance.md; JSON=FILE keeps them
	$(BIN)/python -m bench $(if $(JSON),--json $(JSON))

bench-page: setup ## write docs/performance.md from bench/last.json
	$(BIN)/python -m bench.document bench/last.json

bench-day: setup ## the figures of docs/bench-day.md: calls, outages, erasure; JSON=FILE keeps them
	$(BIN)/python -m bench.day $(if $(JSON),--json $(JSON))

bench-day-page: setup ## write docs/bench-day.md from bench/last-day.json
	$(BIN)/python -m bench.day.document bench/last-day.json

constraints: .venv/.stamp ## write constraints.txt from what is installed
	$(BIN)/python tests/house/installed.py > constraints.new && mv constraints.new constraints.txt
	@touch .venv/.stamp

cli-docs: .venv/.stamp ## write docs/cli.md from the commands' own help
	$(BIN)/python tests/house/commands.py > cli.new && mv cli.new docs/cli.md

clean: ## what setup and tests made; the homes of cities under var/ stay
	rm -rf .venv web/node_modules web/dist src/hansa/console/static build src/*.egg-info
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage*
	find src tests bench -name __pycache__ -type d -prune -exec rm -rf {} +
