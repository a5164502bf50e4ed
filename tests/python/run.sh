#!/bin/sh
# Builds the Python package and tests it, in Python and in the engines that people run; loads real outputs with the readers that
# people use, and reads what independent tools wrote.
# run.sh BINARY TARGET: the packages are kept in TARGET/python-env, a folder for each requirements file, and the wheel in
# TARGET/wheels; what the wheel is compiled from is shared with the program.
set -eu

binary=$1
here=$(cd "$(dirname "$0")" && pwd)
needs="$here/requirements.txt"

skip() {
    printf '\n!! SKIPPED: the Python package was not tested, nor outputs loaded by other tools: %s\n\n' "$*" >&2
    exit 0
}

command -v python3 >/dev/null || skip "there is no python3"
mkdir -p "$2/python-env"
target=$(cd "$2" && pwd)
env="$target/python-env/$(cksum <"$needs" | cut -d ' ' -f 1)"
if [ ! -e "$env/ready" ]; then
    rm -rf "$env"
    python3 -m venv "$env" || skip "python3 makes no environments"
    "$env/bin/pip" install --quiet --disable-pip-version-check -r "$needs" || skip "the packages of $needs cannot be had"
    : >"$env/ready"
fi

rm -rf "$target/wheels"
CARGO_TARGET_DIR="$target" "$env/bin/maturin" build --quiet --profile dev --locked -m "$here/../../python/Cargo.toml" -i "$env/bin/python" -o "$target/wheels"
"$env/bin/pip" install --quiet --disable-pip-version-check --no-index --no-deps --force-reinstall "$target"/wheels/dehusk-*.whl

for test in ${PYTHON_TESTS:-loading reading package in_engines in_spark documents}; do
    "$env/bin/python" "$here/$test.py" "$binary"
done
