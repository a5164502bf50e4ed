#!/usr/bin/env python3
"""dehusk, dom_smoothie and trafilatura on the same pages of HTML, in the same run: python3 compare.py EVAL [options]

EVAL is the folder of an evaluation set: `html/ID.html.gz` and `gold.jsonl.gz` (id, main_content, page_type, title,
author, published). Needs cargo, python3 with venv, and PyPI for the first run.

Speed is bytes of HTML by CPU seconds (user and system) of a whole process on one core, less those of a process that
only reads the same pages. The tools take turns, so that a busy machine slows all alike; medians of the rounds count,
and each round gives a ratio of its own.

Figures, each the mean over pages: word F1 as the WCXB benchmark defines it, over all pages and over articles; title,
authors and published: the share of pages whose gold tells them and whose prediction says the same, folded, dates by
the day. `joined` is the share of authors when names may stand in any order.
"""
import argparse, gzip, json, os, re, statistics, subprocess, sys, unicodedata
from collections import Counter
from pathlib import Path

HERE = Path(__file__).resolve().parent
PYTHON = HERE / "python" / "bin" / "python"
WORD = re.compile(r"\w+")


def build():
    """The tools by name: how each is called."""
    subprocess.run(["cargo", "build", "--locked", "--release", "--quiet"], cwd=HERE, check=True)
    if not PYTHON.exists():
        subprocess.run([sys.executable, "-m", "venv", HERE / "python"], check=True)
    subprocess.run([PYTHON, "-m", "pip", "install", "-q", "-r", HERE / "requirements.txt"], check=True)
    rust = Path(os.environ.get("CARGO_TARGET_DIR", HERE / "target")) / "release" / "dehusk-html-comparison"
    return {"dehusk": [rust, "dehusk"], "dom_smoothie": [rust, "dom_smoothie"],
            "trafilatura": [PYTHON, HERE / "peer.py", "trafilatura"]}


def cpu_seconds(command, out):
    with subprocess.Popen(list(map(str, command)), stdout=out, stderr=subprocess.DEVNULL) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"failed: {command}")
    return usage.ru_utime + usage.ru_stime


def compare_speed(tools, folder, every, rounds):
    files = sorted(folder.iterdir())[::every]
    size = sum(len(gzip.open(file).read()) for file in files) / 1e6
    print(f"{len(files)} pages, {size:.1f} MB of HTML, {rounds} rounds")
    seconds = {name: [] for name in tools}
    for _ in range(rounds):
        for name, call in tools.items():
            whole, reading = (cpu_seconds([*call, task, folder, every], subprocess.DEVNULL)
                              for task in ("extract", "read"))
            seconds[name].append(whole - reading)
    for name, times in seconds.items():
        ratios = sorted(time / own for time, own in zip(times, seconds["dehusk"]))
        print(f"{name:<14}{size / statistics.median(times):>8.1f} MB/s   times dehusk's time: "
              f"least {ratios[0]:.1f}, median {statistics.median(ratios):.1f}, most {ratios[-1]:.1f}")


def fold(text):
    return WORD.findall(unicodedata.normalize("NFKC", text or "").lower())


def f1(got, want):
    got, want = (WORD.findall((text or "").lower()) for text in (got, want))
    if not got or not want:
        return float(not got and not want)
    shared = sum((Counter(got) & Counter(want)).values())
    return 2 * shared / (len(got) + len(want))


def score(gold, got):
    row = {"F1": f1(got.get("text"), gold["main_content"])}
    if gold.get("page_type") == "article":
        row["articles"] = row["F1"]
    if gold.get("title"):
        row["title"] = fold(gold["title"]) == fold(got.get("title"))
    if gold.get("author"):
        want, said = fold(gold["author"]), fold(got.get("authors"))
        row["authors"], row["joined"] = want == said, sorted(want) == sorted(said)
    if re.match(r"\d{4}-\d\d-\d\d", gold.get("published") or ""):
        row["published"] = gold["published"][:10] == (got.get("published") or "")[:10]
    return row


def compare_quality(tools, folder, gold):
    gold = [json.loads(line) for line in gzip.open(gold, "rt", encoding="utf-8")]
    names = ["F1", "articles", "title", "authors", "joined", "published"]
    print(f"{len(gold)} pages\n{'':<14}" + "".join(f"{name:>11}" for name in names))
    for tool, call in tools.items():
        lines = subprocess.run(list(map(str, [*call, "extract", folder, 1])), stdout=subprocess.PIPE,
                               stderr=subprocess.DEVNULL, check=True).stdout.decode("utf-8").split("\n")
        got = {row["id"]: row for row in map(json.loads, filter(None, lines))}
        rows = [score(page, got.get(page["id"], {})) for page in gold]
        means = ([row[name] for row in rows if name in row] for name in names)
        print(f"{tool:<14}" + "".join(f"{sum(values) / len(values):>11.3f}" for values in means))
    told = ", ".join(f"{name} {sum(name in row for row in rows)}" for name in names[1:])
    print(f"of pages: {told}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("eval", type=Path)
    parser.add_argument("--only", choices=["speed", "quality"])
    parser.add_argument("--every", type=int, default=12, help="time every so many-th page (12)")
    parser.add_argument("--rounds", type=int, default=5, help="how often (5)")
    args = parser.parse_args()
    tools = build()
    if args.only != "quality":
        compare_speed(tools, args.eval / "html", args.every, args.rounds)
    if args.only != "speed":
        compare_quality(tools, args.eval / "html", args.eval / "gold.jsonl.gz")


if __name__ == "__main__":
    main()
