#!/bin/sh
# Loads real outputs with the readers that people use, and reads what independent tools wrote.
# run.sh BINARY TARGET: the packages are kept in TARGET/python-env, a folder for each requirements file.
set -eu

binary=$1
here=$(cd "$(dirname "$0")" && pwd)
needs="$here/requirements.txt"

skip() {
    printf '\n!! SKIPPED: outputs were not loaded in DuckDB, polars, pandas and datasets: %s\n\n' "$*" >&2
    exit 0
}

command -v python3 >/dev/null || skip "there is no python3"
mkdir -p "$2/python-env"
env="$(cd "$2/python-env" && pwd)/$(cksum <"$needs" | cut -d ' ' -f 1)"
if [ ! -e "$env/ready" ]; then
    rm -rf "$env"
    python3 -m venv "$env" || skip "python3 makes no environments"
    "$env/bin/pip" install --quiet --disable-pip-version-check -r "$needs" || skip "the packages of $needs cannot be had"
    : >"$env/ready"
fi
for test in loading reading; do
    "$env/bin/python" "$here/$test.py" "$binary"
done
