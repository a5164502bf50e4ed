"""Every snippet of the pages in `docs/` about the package and the engines, of the package's own page and of the README's part on Python
runs as it is printed, page by page and in order, in a folder that holds what the pages speak of: `pages/`, `pages.jsonl`, `pages.parquet` and `mine.toml`.

Blocks of `python` and `sh` are run; one with a file's name behind its language is written to that file. Each page is one
program, so that later snippets know what earlier ones have made."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pyarrow
import pyarrow.parquet
from package import PAGE
from support import BINARY, run

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"^```(python|sh)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# The pages for users of the package and of engines; the others are about the program, and of its own tests.
PAGES = ("python", "spark", "ray", "datatrove", "polars", "duckdb", "scale")
HAS_JAVA = shutil.which("java") is not None or "JAVA_HOME" in os.environ


def prepare(folder):
    shutil.copytree(ROOT / "seeds", folder / "pages")
    rows = [{"id": path.stem, "text": path.read_text("utf-8")} for path in sorted((ROOT / "seeds").iterdir())]
    rows = [{**row, "n": n} for n, row in enumerate([*rows, {"id": "bridge", "text": PAGE}, {"id": "blank", "text": " "}])]
    (folder / "pages.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), folder / "pages.parquet")
    readme = (ROOT / "README.md").read_text("utf-8")
    rule = re.search(r"^```toml\n(\[\[rule\]\].*?)^```$", readme, re.MULTILINE | re.DOTALL).group(1)
    (folder / "mine.toml").write_text(f'schema = 1\n[pack]\nid = "my.pack"\nversion = "1.0.0"\n\n{rule}')


def program_of(path, folder):
    """The page as one program, and how many snippets it runs. Of the project's first page those that speak of Python and of
    shards; its others build the program, and stand among the cases of the command line."""
    parts, tried = ["import subprocess"], 0
    for language, name, body in BLOCK.findall(path.read_text("utf-8")):
        if path == ROOT / "README.md" and language == "sh" and "--shard " not in body:
            continue
        tried += 1
        if name:
            (folder / name).write_text(body)
        elif language == "sh":
            parts.append(f"subprocess.run(['sh', '-euc', {body!r}], check=True)")
        else:
            parts.append(body)
    return "\n".join(parts), tried


def try_page(path, folder):
    prepare(folder)
    program, tried = program_of(path, folder)
    assert tried, f"{path} has no snippet"
    (folder / "page.py").write_text(program, "utf-8")
    paths = [str(Path(sys.executable).parent), str(BINARY.parent), os.environ["PATH"]]
    environment = {**os.environ, "PATH": ":".join(paths), "PYSPARK_PYTHON": sys.executable, "SPARK_LOCAL_IP": "127.0.0.1"}
    environment |= {"RAY_USAGE_STATS_ENABLED": "0", "SPARK_LOCAL_DIRS": str(folder)}
    ran = subprocess.run([sys.executable, "page.py"], cwd=folder, env=environment, capture_output=True, text=True)
    assert ran.returncode == 0, f"{path}:\n{ran.stdout[-2000:]}{ran.stderr[-4000:]}"
    # What a snippet prints as rows of a table is the table that stands in the page.
    text = path.read_text("utf-8")
    for row in ran.stdout.splitlines():
        assert not row.startswith("| ") or row in text, f"{path} has no `{row}`"
    return tried


def test_of(path):
    def test(folder):
        if path.name == "spark.md" and not HAS_JAVA:
            print(f"\n!! SKIPPED: the snippets of {path.name} were not run: there is no java\n", file=sys.stderr)
            return
        print(f"        {path.name}: {try_page(path, folder)} snippets")

    test.__name__ = f"snippets_of_{path.relative_to(ROOT).as_posix()}"
    return test


def every_engine_has_a_page(folder):
    pages = {path.stem for path in (ROOT / "docs").glob("*.md")}
    assert pages >= set(PAGES), pages
    for path in [*(ROOT / "docs").glob("*.md"), ROOT / "python" / "README.md"]:
        for target in re.findall(r"\]\(([^)#]+)\)", path.read_text("utf-8")):
            assert target.startswith("http") or (path.parent / target).exists(), f"{path} links to {target}"


if __name__ == "__main__":
    pages = [ROOT / "README.md", ROOT / "python" / "README.md", *(ROOT / "docs" / f"{page}.md" for page in PAGES)]
    run([every_engine_has_a_page, *map(test_of, pages)])
