# One list of commands for people and CI. `make help` explains them.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
SHELL := /bin/sh

VENV := .venv
BIN := $(VENV)/bin
RUNTIME := bot/web/mirror/runtime
# As the bot reads it: the environment first, then .env.
DOTENV_GRAPH := $(shell sed -n 's/^ *\(export  *\)\{0,1\}BOT_GRAPH_DIR *= *//p' .env 2>/dev/null | tail -1 \
	    | sed -e 's/  *\#.*//' -e "s/^\(['\"]\)\(.*\)\1 *$$/\2/")
GRAPH := $(or $(BOT_GRAPH_DIR),$(DOTENV_GRAPH),data/graph)
# MediaPipe's library asks for these two; Debian's and Ubuntu's names for them follow.
SYSTEM_LIBRARIES := libEGL.so.1 libGLESv2.so.2
SYSTEM_PACKAGES := libegl1 libgles2

# The first Python of a version that the pinned packages are for; a name may exist and not run.
FIND_PYTHON = for name in $(PYTHON) python3.12 python3.11 python3.13 python3 python; do \
	  if $$name -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; \
	  then echo $$name; break; fi; done
INSTALL = if command -v uv >/dev/null; \
	  then uv pip install --quiet --python $(BIN)/python --no-deps --require-hashes -r $(1); \
	  else $(BIN)/python -m pip install --quiet --no-deps --require-hashes -r $(1); fi

LOCK = uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	    --no-annotate --no-header

.PHONY: help
help: ## this list
	@sed -n 's/^\([a-z-]*\):[^#]*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 18

.PHONY: run
run: $(VENV)/run.stamp system mirror ## set up what is missing, then start the bot
	@exec $(BIN)/python -m bot start

.PHONY: test
test: $(VENV)/dev.stamp system $(GRAPH)/current mirror axe ## set up what is missing, then run the tests
	@$(BIN)/python -m pytest -m "not browser" --numprocesses auto --maxprocesses 4 --dist loadscope
	@$(BIN)/python -m pytest -m browser

.PHONY: check
check: $(VENV)/dev.stamp ## format, lint, types, floors, tests: what CI runs
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(MAKE) --no-print-directory test

.PHONY: bench
bench: $(VENV)/dev.stamp system $(GRAPH)/current ## measure speed and memory; writes build/bench.json
	@$(BIN)/python -m tests.bench

.PHONY: soak
soak: $(VENV)/dev.stamp system $(GRAPH)/current ## kills, bursts and crowds on loopback; writes build/soak.json
	@$(BIN)/python -m tests.soak

.PHONY: fuzz
fuzz: $(VENV)/dev.stamp system ## a minute of damaged files at each border; finds go to build/fuzz
	@$(BIN)/python -m tests.fuzz all

.PHONY: format
format: $(VENV)/dev.stamp ## put the code into its format
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

.PHONY: lock
lock: ## pin what pyproject.toml asks for, for Python 3.11 to 3.13 (needs uv)
	@$(LOCK) pyproject.toml --excludes requirements/excludes.txt -o requirements/run.txt
	@$(LOCK) --group dev --constraints requirements/run.txt -o requirements/dev.txt
	@$(LOCK) --group postgres --constraints requirements/run.txt -o requirements/postgres.txt
	@$(LOCK) --group node -o requirements/node.txt
	@$(LOCK) --group fast --constraints requirements/run.txt -o requirements/fast.txt
	@$(LOCK) --group youtube --constraints requirements/run.txt -o requirements/youtube.txt
	@$(LOCK) --group train --constraints requirements/run.txt -o requirements/train.txt

.PHONY: system
system: $(VENV)/run.stamp
	@missing() { $(BIN)/python -c 'import ctypes, sys; [ctypes.CDLL(n) for n in sys.argv[1:]]' \
	    $(SYSTEM_LIBRARIES) 2>/dev/null && return 1 || return 0; }; \
	if missing; then \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    echo "Installing $(SYSTEM_PACKAGES) for the face detector"; \
	    apt-get -qq update && DEBIAN_FRONTEND=noninteractive \
	      apt-get -qq install -y --no-install-recommends $(SYSTEM_PACKAGES) >/dev/null; \
	  fi; \
	  if missing; then \
	    echo "The face detector needs two system libraries. Please run:" >&2; \
	    echo "  sudo apt-get install $(SYSTEM_PACKAGES)" >&2; \
	    echo "(Fedora: sudo dnf install mesa-libEGL mesa-libGLES), then try again." >&2; \
	    exit 1; \
	  fi; \
	fi

# The bot serves without it, and the mirror's page then says what is missing.
.PHONY: mirror
mirror: $(VENV)/run.stamp ## fetch what the live mirror runs on, with npm, as far as it is missing
	@test -e $(RUNTIME)/fetched.stamp || $(MAKE) --no-print-directory $(RUNTIME)/fetched.stamp || \
	  echo "The live mirror stays away; the rest works. To try again: make mirror" >&2

.PHONY: axe
axe: $(VENV)/dev.stamp
	@test -e build/axe/axe.min.js || $(BIN)/python -m tests.bot.web.mirror.axe || \
	  echo "Without axe-core the tests look less closely at the mirror's page" >&2

$(RUNTIME)/fetched.stamp: requirements/node.txt
	@echo "Fetching what the live mirror runs on (8 MB, once)"
	@command -v npm >/dev/null || { $(call INSTALL,$<); }
	@$(BIN)/python -m bot.web.mirror
	@touch $@

$(VENV)/created.stamp:
	@python=$$($(FIND_PYTHON)); \
	if [ -z "$$python" ]; then \
	  echo "Python 3.11, 3.12 or 3.13 is needed and was not found; name one: make PYTHON=... run" >&2; \
	  exit 1; \
	fi; \
	echo "Creating $(VENV) with $$($$python --version)"; \
	if command -v uv >/dev/null; then uv venv --quiet --allow-existing --python $$python $(VENV); \
	else $$python -m venv $(VENV) || { \
	  echo "Python's venv module is missing. Please run: sudo apt-get install python3-venv" >&2; \
	  exit 1; }; fi
	@touch $@

$(VENV)/run.stamp: requirements/run.txt | $(VENV)/created.stamp
	@echo "Installing what the bot needs (about 750 MB on disk)"
	@$(call INSTALL,$<)
	@touch $@

$(VENV)/dev.stamp: requirements/dev.txt $(VENV)/run.stamp
	@echo "Installing what the tests need"
	@$(call INSTALL,$<)
	@touch $@

$(GRAPH)/current: | $(VENV)/run.stamp
	@echo "Building the starter graph"
	@$(BIN)/python -m graph import data/starter_catalogue.csv --to $(GRAPH) >/dev/null
	@$(BIN)/python -m graph build $(GRAPH) >/dev/null
