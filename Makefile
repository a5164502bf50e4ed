# What to do with the project. `make test` needs cargo and a C compiler; with python3 and PyPI it builds the Python package, and
# tests it and the outputs in the tools that people use; with Java in Spark too.

CARGO ?= cargo

.PHONY: test python lint bench instructions install clean

TARGET = $(or $(CARGO_TARGET_DIR),target)
# The optimised program, for the tests that watch it over gigabytes.
RELEASE = $(TARGET)/release/dehusk

# The Python package is a package of its own; what it is compiled from is shared.
IN_PYTHON = cd python && PYO3_NO_PYTHON=1 PYO3_BUILD_EXTENSION_MODULE=1 CARGO_TARGET_DIR="$(abspath $(TARGET))" $(CARGO)

# Every test: units, cases of the command line, samples against what they must become, and the built-in rules.
test:
	$(CARGO) build --locked --release
	DEHUSK_BIN="$(RELEASE)" $(CARGO) test --locked
	"$(RELEASE)" rules check --strict
	tests/python/run.sh "$(RELEASE)" "$(TARGET)"

# The Python package as a wheel in TARGET/wheels, and its tests alone.
python:
	$(CARGO) build --locked --release
	PYTHON_TESTS="package in_engines in_spark documents" tests/python/run.sh "$(RELEASE)" "$(TARGET)"

# What a change is read for before a person reads it.
lint:
	$(CARGO) fmt --check
	$(CARGO) clippy --locked --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --locked --no-deps
	$(IN_PYTHON) fmt --check
	$(IN_PYTHON) clippy --locked -- -D warnings
	export RUSTDOCFLAGS="-D warnings"; $(IN_PYTHON) doc --locked --no-deps

bench: instructions
	$(CARGO) bench --locked

# Instructions of the optimised program, held against those that are stored, as `make test` does too; RECORD=1 stores them.
instructions:
	$(CARGO) build --locked --release
	DEHUSK_BIN="$(RELEASE)" $(if $(RECORD),DEHUSK_RECORD=1) $(CARGO) test --locked --test instructions

install:
	$(CARGO) install --locked --path .

clean:
	$(CARGO) clean
