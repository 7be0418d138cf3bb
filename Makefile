# The front doors: `make demo` sets everything up and runs the main job, `make test` passes the tests.
PYTHON ?= python3
BIN    := .venv/bin
PIP    := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt

.PHONY: demo test lint bench build tools clean peer-tests
demo: build
	$(BIN)/backhaul demo

test: build .venv/.test
	cargo test --quiet --release
	$(BIN)/python -m pytest -q

lint: build .venv/.test .venv/.lint
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	cargo fmt --check
	cargo clippy --quiet --release --all-targets -- -D warnings
	cargo clippy --quiet --release -p backhaul-native -- -D warnings

# Benchmarks against peers. DATA is the folder with the instances; WHAT one of the folders of benchmarks/.
bench: build .venv/.test
	$(BIN)/python -m benchmarks $(if $(DATA),--data $(DATA)) $(WHAT)

# SimPy's own test suite, fetched from its source distribution and run unmodified on the compiled clock.
peer-tests: build .venv/.test
	$(BIN)/python tests/peer/run_simpy_suite.py

build: tools .venv/.done

# A missing tool is named, with how to get it.
tools:
	@command -v $(PYTHON) >/dev/null || { echo "make: $(PYTHON) is missing: install Python 3.11 or later (Debian: apt-get install python3 python3-venv)"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "make: $(PYTHON) is too old: Python 3.11 or later is needed; name one with make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "make: $(PYTHON) has no venv module (Debian: apt-get install python3-venv)"; exit 1; }
	@command -v cargo >/dev/null || { echo "make: cargo is missing: install Rust 1.88 or later with rustup, https://rustup.rs"; exit 1; }
	@command -v cc >/dev/null || { echo "make: cc is missing: install a C compiler (Debian: apt-get install gcc)"; exit 1; }

clean:
	rm -rf .venv build target out

# Anything that changes compiled code re-installs; plain .py edits do not.
COMPILED := $(shell find native bindings -name '*.rs' -o -name '*.toml' -o -name '*.pyx' -o -name '*.pxd' -o -name '*.pxi')
.venv/.done: pyproject.toml setup.py Cargo.toml constraints.txt $(COMPILED)
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(PIP) --upgrade pip "setuptools>=80" "cython>=3.1" "maturin>=1.9,<2"
	PATH="$(CURDIR)/$(BIN):$$PATH" $(PIP) --no-build-isolation -e ./bindings -e .
	touch $@

.venv/.test: .venv/.done
	$(PIP) $$($(BIN)/python tests/requirements.py test)
	touch $@

.venv/.lint: .venv/.done
	$(PIP) $$($(BIN)/python tests/requirements.py lint)
	touch $@
