# What to do with the project. `make test` needs cargo and a C compiler, and nothing else.

CARGO ?= cargo

.PHONY: test lint bench install clean

# Every test: units, cases of the command line, samples against what they must become, and the built-in rules.
test:
	$(CARGO) test --locked
	$(CARGO) run --locked --quiet -- rules check --strict

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
