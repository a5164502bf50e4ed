#!/usr/bin/env python3
"""Every row of "As fast as copying", each with a command that prints its figure:

    python3 benches/speed/rows.py EVAL BINARY [--row NAME] [--size 1G] [--rounds 5]

EVAL is the folder of an evaluation set (`text-*.jsonl.gz`, with id, url and text), BINARY the program as released. Rows and
their names: `--list`. Without `--row` all are taken, which is an hour or two for a gigabyte. Needs cargo for the reference, Python
3.10, and for `peers` the packages of requirements.txt, in the same environment; without them C4 is left out, loudly.

Input: all renderings of the pages over and over up to the size, every page with an id of its own. The reference: the package beside
this file, which decodes the same lines with serde_json into a borrowed struct and writes them back, on one thread.
Output goes to /dev/null for all alike. Rules: drawn from the same text, see ruleset.py; built-in packs are left out where
drawn rules are measured.

Seconds are those of the processor, user and system, of whole processes, starting up included; where a row says wall,
those of the clock. All ways of a row run in turn, once to warm up and then so many rounds. A figure is the ratio of the
medians, least and most are ratios of single rounds. A run that loses pages, or counts other than the run before, ends it all:
a fast wrong answer is no answer. A row that is not met is a figure like others, and no fault.
"""

import argparse
import importlib.util
import itertools
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from ways import HERE, Figure, Measured, Ways, fail, in_turn, pages_of, processor, ratio, run, spread, up_to, written

CAREFUL = ("--profile", "careful")
DRAWN = (*CAREFUL, "--no-default-rules", "--rules")
# How much text the peers get, which take minutes for a few megabytes; and the program, so that its start counts as in a run.
PEERS_TEXT, PEERS_AGAIN = 2_000_000, 100_000_000
STARTS = 20


def against_reference(ways: Ways, rounds: int, what: str, bound: float, *options: str | Path, name: str = "") -> list[Figure]:
    source = ways.input()
    taken = in_turn({"reference": ways.reference(source), what: ways.clean(source, *options, name=name)}, rounds)
    return [Figure(f"{what} / reference", *ratio(processor(taken[what]), processor(taken["reference"])), bound)]


def phrases(ways: Ways, rounds: int) -> list[Figure]:
    rules = ways.rules("phrases-10000.toml")
    return against_reference(ways, rounds, "10,000 phrase rules, careful", 2.5, *DRAWN, rules, name="10,000 phrases")


def regexes(ways: Ways, rounds: int) -> list[Figure]:
    rules = ways.rules("regexes-10000.toml")
    what = "10,000 rules with a tenth regexes, careful"
    return against_reference(ways, rounds, what, 4.0, *DRAWN, rules, name="10,000, a tenth regexes")


def packs(ways: Ways, rounds: int) -> list[Figure]:
    return against_reference(ways, rounds, "all packs, default profile with the line model", 5.0, name="all packs")


def model(ways: Ways, rounds: int) -> list[Figure]:
    """`careful` is the same run without the model: no line has features taken."""
    source = ways.input()
    taken = in_turn({"default": ways.clean(source), "careful": ways.clean(source, *CAREFUL)}, rounds)
    middle, least, most = ratio(processor(taken["careful"]), processor(taken["default"]))
    share, least, most = (100 * (1 - rest) for rest in (middle, most, least))
    return [Figure("the line model's share, (default - careful) / default", share, least, most, 40, " %", digits=1)]


def growth(ways: Ways, rounds: int, kind: str, what: str, bounds: tuple[float, float]) -> list[Figure]:
    source = ways.input()
    sizes = {100: "100", 10_000: "10,000", 50_000: "50,000"}
    rules = {size: ways.rules(f"{kind}-{size}.toml") for size in sizes}
    each = {name: ways.clean(source, *DRAWN, rules[size], name=f"{name} {what}") for size, name in sizes.items()}
    taken = {name: processor(runs) for name, runs in in_turn(each, rounds).items()}
    # Reading the rule files is in the figures, as in every run; on small inputs it is most of them.
    page = written(ways.folder / "page.jsonl", itertools.islice(pages_of(ways.evaluation), 1))
    for size, name in sizes.items():
        seconds = ways.clean(page, *DRAWN, rules[size])().processor
        print(f"{name} {what}: {spread(taken[name])[0]:.2f} s, {seconds:.2f} s on one page", file=sys.stderr)
    larger = zip(("10,000", "50,000"), bounds, strict=True)
    return [Figure(f"{name} / 100 {what}", *ratio(taken[name], taken["100"]), bound) for name, bound in larger]


def phrase_growth(ways: Ways, rounds: int) -> list[Figure]:
    return growth(ways, rounds, "phrases", "phrase rules", (1.15, 1.3))


def regex_growth(ways: Ways, rounds: int) -> list[Figure]:
    return growth(ways, rounds, "regexes", "rules with a tenth regexes", (1.5, 2.5))


def threads(ways: Ways, rounds: int) -> list[Figure]:
    source = ways.input()
    taken = in_turn({"one": ways.clean(source), "two": ways.clean(source, threads=2)}, rounds)
    if taken["one"][0].said != taken["two"][0].said:
        fail("two threads count otherwise than one")
    one, two = ([measured.clock for measured in taken[name]] for name in ("one", "two"))
    return [Figure("two threads against one, wall", *ratio(one, two), 1.9, more_is_better=True)]


def small_files(ways: Ways, rounds: int) -> list[Figure]:
    folder, lines = ways.small_files()
    print(f"{lines.pages:,} files of {lines.size / lines.pages:,.0f} bytes in the mean", file=sys.stderr)
    taken = in_turn({"lines": ways.clean(lines), "files": ways.clean(lines, path=folder)}, rounds)
    # Each way's pages are held against the source. Lines may differ: a text that begins as HTML does is HTML as a file.
    what = f"folder of {lines.pages:,} small files / the same text as JSONL"
    return [Figure(what, *ratio(processor(taken["files"]), processor(taken["lines"])), 1.5)]


def lines_of(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def peers(ways: Ways, rounds: int) -> list[Figure]:
    # Pages from all over the set, where the first ones would be of few sites.
    spaced = itertools.islice(pages_of(ways.evaluation), 0, None, 41)
    sample = written(ways.folder / "sample.jsonl", up_to(PEERS_TEXT, spaced))
    again = min(PEERS_AGAIN, ways.size) // sample.size + 1
    repeated = (page | {"id": f"{n}/{page['id']}"} for n in range(again) for page in lines_of(sample.path))
    longer = written(ways.folder / f"sample-{again}.jsonl", repeated)

    def peer(*arguments: str | Path) -> Callable[[], Measured]:
        def once() -> Measured:
            measured = run([sys.executable, HERE / "peers.py", *arguments])
            seconds, _, said = measured.said.splitlines()[-1].partition(" ")
            return measured._replace(processor=float(seconds), said=said)

        return once

    each = {"dehusk": ways.clean(longer), "loop": peer("loop", sample.path, ways.rules("loop.json"))}
    if importlib.util.find_spec("datatrove") and importlib.util.find_spec("spacy"):
        each["c4"] = peer("c4", sample.path)
    else:
        print("SKIPPED: C4 needs the packages of benches/speed/requirements.txt", file=sys.stderr)
    taken = {name: processor(runs) for name, runs in in_turn(each, rounds).items()}
    own = [seconds / again for seconds in taken["dehusk"]]
    for name, seconds in (taken | {"dehusk": own}).items():
        print(f"{name}: {sample.size / 1e6 / spread(seconds)[0]:.2f} MB/s per core", file=sys.stderr)
    wanted = [("c4", "datatrove's C4 filter", 20), ("loop", "a loop of Python's re over 1,000 rules", 300)]
    return [
        Figure(f"default profile against {what}, times as fast", *ratio(taken[name], own), bound, more_is_better=True, digits=1)
        for name, what, bound in wanted
        if name in taken
    ]


def memory(ways: Ways, rounds: int) -> list[Figure]:
    """With the drawn rules alone, and on top of all packs with the line model."""
    source = ways.input()
    each = {
        "10,000 phrase rules, careful": (*DRAWN, ways.rules("phrases-10000.toml")),
        "10,000 rules with a tenth regexes, careful": (*DRAWN, ways.rules("regexes-10000.toml")),
        "those and all packs, default profile": ("--rules", ways.rules("regexes-10000.toml")),
    }
    taken = in_turn({what: ways.clean(source, *options, threads=2) for what, options in each.items()}, rounds)
    return [
        Figure(f"peak memory, two threads, {what}", *spread([measured.peak for measured in runs]), 150, " MB", digits=0)
        for what, runs in taken.items()
    ]


def start(ways: Ways, rounds: int) -> list[Figure]:
    """From before the process is made until its first record has been read, on the first page alone."""
    page = written(ways.folder / "page.jsonl", itertools.islice(pages_of(ways.evaluation), 1))
    command = [str(ways.binary), "clean", str(page.path), "--threads", "1", "--progress", "never", "-q"]
    taken = []
    for _ in range(max(STARTS, rounds) + 1):
        begin = time.perf_counter()
        with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
            assert process.stdout
            record = process.stdout.readline()
            taken.append((time.perf_counter() - begin) * 1000)
        if process.returncode or json.loads(record)["id"] != next(lines_of(page.path))["id"]:
            fail(f"the first record is {record[:80]!r}")
    return [Figure("start-up to first page with all packs, wall", *spread(taken[1:]), 50, " ms", digits=1)]


def pass_through(ways: Ways, rounds: int) -> list[Figure]:
    return against_reference(ways, rounds, "own --pass-through", 0.55, "--pass-through")


ROWS: dict[str, tuple[Callable[[Ways, int], list[Figure]], str]] = {
    "phrases": (phrases, "10,000 phrase rules, careful, against the reference"),
    "regexes": (regexes, "10,000 rules with a tenth regexes, careful, against the reference"),
    "packs": (packs, "all built-in packs, default profile with the line model, against the reference"),
    "model": (model, "the line model's share of that"),
    "phrase-growth": (phrase_growth, "10,000 and 50,000 phrase rules against 100"),
    "regex-growth": (regex_growth, "the same with a tenth regexes"),
    "threads": (threads, "two threads against one, wall; for a quiet machine"),
    "small-files": (small_files, "a folder of small files against the same text as JSONL"),
    "peers": (peers, "datatrove's C4 filter and a loop of Python's re over 1,000 rules against the default profile"),
    "memory": (memory, "the peak with 10,000 rules on two threads"),
    "start": (start, "start-up to first page with all packs, wall"),
    "pass-through": (pass_through, "own --pass-through against the reference"),
}


def bytes_of(text: str) -> int:
    units = {"k": 1_000, "M": 1_000_000, "G": 1_000_000_000}
    return int(float(text.rstrip("kMG")) * units.get(text[-1], 1))


def line(name: str, figure: Figure, markdown: bool) -> str:
    value, least, most = (f"{number:.{figure.digits}f}{figure.unit}" for number in figure[1:4])
    bound = f"{'>=' if figure.more_is_better else '<='} {figure.bound:g}{figure.unit}"
    met = "met" if figure.met() else "NOT MET"
    if markdown:
        return f"| `{name}` | {figure.what} | {value} | {least} to {most} | {bound} | {met.lower()} |"
    return f"{name:<14}{value:>9}  ({least} to {most}), must be {bound}: {met}; {figure.what}"


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("eval", type=Path, nargs="?")
    parser.add_argument("binary", type=Path, nargs="?")
    parser.add_argument("--row", action="append", choices=ROWS, help="this row; may be given several times")
    parser.add_argument("--size", type=bytes_of, default="1G", help="of the input, in bytes; `170M` is understood (1G)")
    parser.add_argument("--rounds", type=int, default=5, help="how often (5)")
    parser.add_argument("--work", type=Path, help="keep inputs and rule files in this folder, and use those that are there")
    parser.add_argument("--markdown", action="store_true", help="print a table for a record")
    parser.add_argument("--list", action="store_true", help="print the rows and their names")
    given = parser.parse_args()
    if not given.list and not (given.binary and given.binary.is_file()):
        parser.error("EVAL is a folder, and BINARY the program")
    return given


def main() -> None:
    given = arguments()
    if given.list:
        print("\n".join(f"{name:<14}{what}" for name, (_, what) in ROWS.items()))
        return
    print(f"{given.size / 1e6:,.0f} MB, {given.rounds} rounds, load {os.getloadavg()[0]:.1f}, {platform.platform()}", file=sys.stderr)
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.work or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        ways = Ways(given.eval, given.binary, folder, given.size)
        if given.markdown:
            print("| row | | figure | of single rounds | must be | |\n|---|---|---|---|---|---|")
        for name in given.row or ROWS:
            for figure in ROWS[name][0](ways, given.rounds):
                print(line(name, figure, given.markdown), flush=True)
        for name, share in ways.shares.items():
            print(f"{name}: {100 * share:.2f} % of the lines were taken", file=sys.stderr)


if __name__ == "__main__":
    main()
