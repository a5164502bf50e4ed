# What to do with the project. `make test` needs cargo and a C compiler, and nothing else.

CARGO ?= cargo

.PHONY: test lint bench install clean

# The optimised program, for the tests that watch it over gigabytes.
RELEASE = $(or $(CARGO_TARGET_DIR),target)/release/dehusk

# Every test: units, cases of the command line, samples against what they must become, and the built-in rules.
test:
	$(CARGO) build --locked --release
	DEHUSK_BIN="$(RELEASE)" $(CARGO) test --locked
	"$(RELEASE)" rules check --strict

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
