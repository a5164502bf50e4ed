"""What the tests share: the program, a folder that goes away, and a report of what was tested."""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

BINARY = Path(sys.argv[1]).resolve()

# Nothing is fetched, and nothing is kept outside of the folder.
HOME = tempfile.TemporaryDirectory()
os.environ.update(HF_HOME=HOME.name, HF_DATASETS_OFFLINE="1", HF_HUB_OFFLINE="1")


def dehusk(*arguments):
    """Runs the program, which must end well; what it printed."""
    ran = subprocess.run([BINARY, *map(str, arguments)], capture_output=True, text=True)
    assert ran.returncode == 0, f"{arguments}: {ran.stderr}"
    return ran.stdout


def clean(inputs, output, *options):
    """Cleans, and hands back the summary."""
    folder = Path(tempfile.mkdtemp(dir=HOME.name))
    dehusk("clean", *inputs, "-o", output, "--summary", folder / "summary.json", "--rejects", folder / "rejects.jsonl", *options)
    summary = json.loads((folder / "summary.json").read_text())
    rejects = [json.loads(line) for line in (folder / "rejects.jsonl").read_text().splitlines()]
    gone = summary["empty"] + sum(summary["skipped"].values()) + sum(summary["rejected"].values())
    assert summary["pages"] == summary["articles"] + gone == sum(summary["formats"].values()), summary
    return summary, rejects


def records(path):
    return [json.loads(line) for line in Path(path).read_text().splitlines()]


def run(tests):
    """Runs the tests, each in a folder of its own."""
    for test in tests:
        begin = time.monotonic()
        with tempfile.TemporaryDirectory() as folder:
            test(Path(folder))
        print(f"python: {test.__name__.replace('_', ' ')} ok, {time.monotonic() - begin:.1f} s")
