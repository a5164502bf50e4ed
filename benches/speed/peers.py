"""One peer of rows.py over pages of text, on one thread: `peers.py c4 PAGES` or `peers.py loop PAGES PATTERNS`. Prints seconds of the
processor, decoding and importing aside, and what came out, on which every run must agree.

`c4` is datatrove's C4QualityFilter as it comes: it splits pages into lines, and the lines that it keeps into sentences. `loop`
tries patterns one after the other on every line with Python's `re`, and drops the line on the first that is found.
"""

import json
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path


def c4(texts: list[str]) -> Callable[[], str]:
    from datatrove.data import Document
    from datatrove.pipeline.filters import C4QualityFilter

    quality = C4QualityFilter()
    # The tokenizer is loaded with the first sentence, which is no work on pages.
    quality.filter(Document(text="The first sentence of a page. The second one.", id=""))

    def work() -> str:
        documents = [Document(text=text, id=str(number)) for number, text in enumerate(texts)]
        kept = [document for document in documents if quality.filter(document) is True]
        return f"{len(kept)} pages of {sum(len(document.text) for document in kept)} characters"

    return work


def loop(texts: list[str], patterns: list[str]) -> Callable[[], str]:
    # Compiled beforehand: `re.search` with a text would look for it among the 512 that it remembers, and compile it again.
    rules = [re.compile(pattern) for pattern in patterns]

    def work() -> str:
        kept = dropped = 0
        for text in texts:
            for line in filter(None, map(str.strip, text.split("\n"))):
                if any(rule.search(line) for rule in rules):
                    dropped += 1
                else:
                    kept += 1
        return f"{kept} lines kept, {dropped} dropped"

    return work


def main() -> None:
    tool, pages, *rest = sys.argv[1:]
    with Path(pages).open(encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for line in lines]
    work = c4(texts) if tool == "c4" else loop(texts, json.loads(Path(rest[0]).read_text(encoding="utf-8")))
    begin = time.process_time()
    said = work()
    print(time.process_time() - begin, said, file=sys.stderr)


if __name__ == "__main__":
    main()
