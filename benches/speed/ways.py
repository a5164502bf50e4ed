"""What rows.py runs and how it is measured: inputs made of the evaluation pages, processes with their seconds and their
memory, ways taken in turn, and counts that must be right.

Nothing large is kept in this process: a child that has not yet become another program counts its parent's memory as its own.
"""

import gzip
import itertools
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple, NoReturn

HERE = Path(__file__).resolve().parent
# What a folder of small files has at most in a file, in bytes of text.
PIECE = 10_000
# That many small files for a gigabyte, and fewer for less.
FILES = 100_000


class Input(NamedTuple):
    """JSON lines: how many pages, and their size in bytes."""

    path: Path
    pages: int
    size: int


class Measured(NamedTuple):
    """What a run cost: seconds of the processor (user and system), seconds by the clock, the peak of memory in MB; and what
    it said of itself, on which runs of a way must agree."""

    processor: float
    clock: float
    peak: float
    said: str


class Figure(NamedTuple):
    """A figure with the least and the most of the rounds, and the bound that it is held to."""

    what: str
    value: float
    least: float
    most: float
    bound: float
    unit: str = ""
    more_is_better: bool = False
    digits: int = 2

    def met(self) -> bool:
        return self.value >= self.bound if self.more_is_better else self.value <= self.bound


Way = Callable[[], Measured]


def fail(why: str) -> NoReturn:
    sys.exit(f"rows.py: {why}")


def told(progress: str) -> None:
    """In place of what was told before, to people alone."""
    if sys.stderr.isatty():
        print(f"\r{progress}\x1b[K", end="", flush=True, file=sys.stderr)


def run(command: list[str | Path], said: Callable[[str], str] = str.strip) -> Measured:
    """One process, its output thrown away alike for all ways: what a disk takes is no part of any row."""
    begin = time.perf_counter()
    with subprocess.Popen(
        [str(part) for part in command], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr
        errors = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        clock = time.perf_counter() - begin
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        fail(f"{' '.join(map(str, command))} ended with {process.returncode}\n{errors}")
    # Linux tells kilobytes, macOS bytes.
    peak = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024) / 1e6
    return Measured(usage.ru_utime + usage.ru_stime, clock, peak, said(errors))


def in_turn(ways: dict[str, Way], rounds: int) -> dict[str, list[Measured]]:
    """Every way once to warm up, and then so many rounds of all, so that a drifting machine slows all alike."""
    taken: dict[str, list[Measured]] = {name: [] for name in ways}
    for number in range(rounds + 1):
        for name, way in ways.items():
            told(f"{'warm-up' if number == 0 else f'round {number}'}: {name}")
            measured = way()
            if taken[name] and measured.said != taken[name][0].said:
                fail(f"{name} said `{measured.said}`, and before `{taken[name][0].said}`")
            taken[name].append(measured)
    told("")
    return {name: runs[1:] for name, runs in taken.items()}


def ratio(one: list[float], other: list[float]) -> tuple[float, float, float]:
    """Of medians; and the least and the most that a round gives for itself."""
    rounds = [a / b for a, b in zip(one, other, strict=True)]
    return statistics.median(one) / statistics.median(other), min(rounds), max(rounds)


def spread(values: list[float]) -> tuple[float, float, float]:
    return statistics.median(values), min(values), max(values)


def processor(runs: list[Measured]) -> list[float]:
    return [measured.processor for measured in runs]


def pages_of(evaluation: Path) -> Iterator[dict[str, str]]:
    """All renderings of the evaluation pages over and over, each time under another id."""
    paths = sorted(evaluation.glob("text-*.jsonl.gz"))
    if not paths:
        fail(f"no text-*.jsonl.gz in {evaluation}")
    for repeat in itertools.count():
        for path in paths:
            with gzip.open(path, "rt", encoding="utf-8") as lines:
                for page in map(json.loads, lines):
                    yield page | {"id": f"{page['id']}/{path.name[5:-9]}/{repeat}"}


def as_line(page: dict[str, str]) -> bytes:
    return json.dumps(page, ensure_ascii=False).encode() + b"\n"


def written(path: Path, pages: Iterator[dict[str, str]]) -> Input:
    """Pages as JSON lines under a name; of a run before, when they are there already."""
    counts = path.with_suffix(".count")
    if not counts.exists():
        count = size = 0
        with path.open("wb") as file:
            for count, page in enumerate(pages, 1):
                size += file.write(as_line(page))
        # Last, so that what was left unfinished is not taken for whole.
        counts.write_text(f"{count} {size}")
    count, size = map(int, counts.read_text().split())
    return Input(path, count, size)


def up_to(size: int, pages: Iterator[dict[str, str]]) -> Iterator[dict[str, str]]:
    for page in pages:
        yield page
        size -= len(as_line(page))
        if size <= 0:
            return


def pieces(evaluation: Path) -> Iterator[str]:
    """Pages cut at ends of lines into what a small file holds."""
    for page in pages_of(evaluation):
        text: list[str] = []
        length = 0
        for line in page["text"].split("\n"):
            if length and length + len(line.encode()) > PIECE:
                yield "\n".join(text)
                text, length = [], 0
            text.append(line)
            length += len(line.encode()) + 1
        yield "\n".join(text)


class Ways:
    """The program and the reference on inputs of one size, each a function that runs it once."""

    def __init__(self, evaluation: Path, binary: Path, folder: Path, size: int) -> None:
        self.evaluation, self.binary, self.folder, self.size = evaluation, binary.resolve(), folder, size
        self.shares: dict[str, float] = {}

    def input(self) -> Input:
        return written(self.folder / f"pages-{self.size}.jsonl", up_to(self.size, pages_of(self.evaluation)))

    def small_files(self) -> tuple[Path, Input]:
        """A folder of small files, a thousand in each of its own, and the same text as JSON lines."""
        count = max(FILES * self.size // 1_000_000_000, 1)
        files = self.folder / f"files-{count}"

        def texts() -> Iterator[dict[str, str]]:
            for number, text in enumerate(itertools.islice(filter(str.strip, pieces(self.evaluation)), count)):
                path = files / f"{number // 1000:03}" / f"{number % 1000:03}.txt"
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(text.encode())
                yield {"id": f"{path.parent.name}/{path.name}", "text": text}

        return files, written(self.folder / f"files-{count}.jsonl", texts())

    def rules(self, name: str) -> Path:
        """A file that ruleset.py writes, in a process of its own for what that takes of memory."""
        path = self.folder / name
        if not (self.folder / "loop.json").exists():
            subprocess.run([sys.executable, HERE / "ruleset.py", self.evaluation, self.folder], check=True)
        return path

    def reference(self, source: Input) -> Way:
        manifest = HERE / "Cargo.toml"
        subprocess.run(["cargo", "build", "--locked", "--release", "--quiet", "--manifest-path", manifest], check=True)
        program = Path(os.environ.get("CARGO_TARGET_DIR", HERE / "target")) / "release" / "dehusk-speed-reference"

        def once() -> Measured:
            measured = run([program, source.path])
            if measured.said != str(source.pages):
                fail(f"the reference passed {measured.said} pages of {source.pages}")
            return measured

        return once

    def clean(self, source: Input, *options: str | Path, name: str = "", threads: int = 1, path: Path | None = None) -> Way:
        """`dehusk clean` on the input or on another path with the same pages. Every page must be accounted for, and a way
        that is named tells what share of the lines it took."""
        summary = self.folder / "summary.json"
        command: list[str | Path] = [self.binary, "clean", path or source.path, "-o", "-", "--summary", summary]
        command += ["--progress", "never", "-q", "--threads", str(threads), *options]

        def once() -> Measured:
            measured = run(command)
            result = json.loads(summary.read_text())
            counts = {key: result[key] for key in ("pages", "articles", "empty", "lines_in")}
            removals = sum(result["kinds"].values())
            if result["end"] != "complete" or result["rejected"] or result["pages"] != source.pages:
                fail(f"{counts}, rejected {result['rejected']}, of {source.pages} pages")
            if result["articles"] + result["empty"] + sum(result["skipped"].values()) != source.pages:
                fail(f"{counts}: pages are lost between those that came and those that went")
            if name:
                self.shares[name] = removals / result["lines_in"]
                if not removals:
                    fail(f"{name} took no line")
            return measured._replace(said=f"{counts | {'removals': removals}}")

        return once
