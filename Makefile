# make demo | test | test-long | check | bench | office | clean
# Everything lives in .venv; nothing outside this folder is touched, except that a
# missing system package is installed if we may (.ci/needs).

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
DEMO ?= policies/benefit-sanctions/scenarios/three-years.yaml

.PHONY: demo test test-long check lint bench office clean

demo: .venv/installed
	$(BIN)/demerit run $(DEMO)

test: .venv/installed
	@.ci/needs tmux
	@.ci/needs chromium
	$(BIN)/pytest -q -n auto --dist worksteal

test-long: .venv/installed
	@.ci/needs tmux
	@.ci/needs chromium
	DEMERIT_LONG=1 $(BIN)/pytest -q -n auto --dist worksteal

lint: .venv/installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

check: lint test

bench: .venv/installed
	@for bench in $$(grep -l __main__ benchmarks/*.py) $$(dirname benchmarks/*/__main__.py); do \
		$(BIN)/python -m benchmarks.$$(basename $$bench .py) || exit 1; done

# LibreOffice takes 264 MB, so it is fetched only where somebody asks for it: with it, the
# tests print Word documents and read their pages.
office:
	@.ci/needs office

# The stamp is newer than what it was installed from: reinstall only when that changes.
.venv/installed: pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || { echo "demerit needs Python 3.11 or later as python3"; exit 2; }
	@.ci/needs compiler "$(PYTHON)"
	test -x $(BIN)/python || "$(PYTHON)" -m venv .venv
	$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

clean:
	rm -rf .venv .venvs build dist *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
