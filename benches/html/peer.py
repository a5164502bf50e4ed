"""trafilatura over pages of HTML, as src/main.rs does it for the tools in Rust: trafilatura read|extract FOLDER EVERY."""
import gzip, json, sys
from pathlib import Path

import trafilatura


def main():
    _, task, folder, every = sys.argv[1:]
    paths = sorted(Path(folder).iterdir())[::int(every)]
    pages = [(path.name.removesuffix(".html.gz"), gzip.open(path).read().decode("utf-8", "replace")) for path in paths]
    if task == "read":
        return
    for id, html in pages:
        found = trafilatura.bare_extraction(html, with_metadata=True)
        found = found.as_dict() if found else {}
        row = {"id": id, "title": found.get("title"), "authors": found.get("author"), "published": found.get("date"),
               "text": found.get("text")}
        print(json.dumps({key: value or "" for key, value in row.items()}, ensure_ascii=False))


main()
