# What to do with the project. `make test` needs cargo and a C compiler; with python3 and PyPI it loads real outputs too.

CARGO ?= cargo

.PHONY: test lint bench install clean

TARGET = $(or $(CARGO_TARGET_DIR),target)
# The optimised program, for the tests that watch it over gigabytes.
RELEASE = $(TARGET)/release/dehusk

# Every test: units, cases of the command line, samples against what they must become, and the built-in rules.
test:
	$(CARGO) build --locked --release
	DEHUSK_BIN="$(RELEASE)" $(CARGO) test --locked
	"$(RELEASE)" rules check --strict
	tests/python/run.sh "$(RELEASE)" "$(TARGET)"

# What a change is read for before a person reads it.
lint:
	$(CARGO) fmt --check
	$(CARGO) clippy --locked --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --locked --no-deps

bench:
	$(CARGO) bench --locked

install:
	$(CARGO) install --locked --path .

clean:
	$(CARGO) clean
