"""Rule files for rows.py, drawn from real text: `python3 ruleset.py EVAL FOLDER`.

Lines of 2 to 25 words are drawn at random from all renderings of the pages, each as often as it stands there, as they come to
somebody who reads pages and writes a rule for what is seen. Of seven rules three are whole lines, two parts of a line, one is
what a line starts with and one what it ends with; lines too short for the form that is due are passed over, and so are phrases that
were there before. In the files named `regexes` every tenth line gives a regex instead: digits made classes, the last word one of two, parts
that may be missing, words between. The draw has a seed, and a smaller file is the beginning of a larger one.

`loop.json` holds the first thousand rules of `regexes` as patterns for Python's `re`.
"""

import gzip
import itertools
import json
import random
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

SIZES = (100, 10_000, 50_000)
LOOP = 1_000
SEED = 20_261_129
# Seven, so that every tenth rule is of each form in its turn.
FORMS = ("line", "starts", "line", "has", "line", "ends", "has")
# Three letters in a row, or more: what the prefilter asks of a regex.
LITERAL = re.compile(r"[^\W\d_]{3}")
# Common letters of both rules and Python's `re` that stand for something else.
SPECIAL = re.compile(r"([\\.+*?()|\[\]{}^$#&\-~])")
HEAD = 'schema = 1\n[pack]\nid = "speed"\nversion = "1.0.0"\nabout = "drawn from real text"\nlicense = "CC0-1.0"\n'
KEEP = '["Nothing of this sentence stands in a rule that was drawn.", "Nor does any of this one."]'


class Rule(NamedTuple):
    """A way of matching with its text, and the line that it was drawn from."""

    form: str
    text: str
    line: str

    def written(self, number: int) -> str:
        text, line = (json.dumps(value, ensure_ascii=False) for value in (self.text, self.line))
        return (
            f'[[rule]]\nid = "drawn-{number}"\nkind = "menu"\nabout = "Drawn from a page"\nmatch = {{ {self.form} = [{text}] }}\n'
            f'do = "drop-line"\ndrop = [{line}]\nkeep = {KEEP}\nsince = "0.1.0"\nsource = "evaluation pages"\n'
        )

    def pattern(self) -> str:
        """The same for Python's `re`, upper and lower case alike."""
        part = escaped(self.text)
        shapes = {"line": f"(?i)^{part}$", "starts": f"(?i)^{part}", "ends": f"(?i){part}$", "has": rf"(?i)\b{part}\b"}
        return shapes.get(self.form, self.text)


def escaped(text: str) -> str:
    return SPECIAL.sub(r"\\\1", text)


def lines_of(evaluation: Path) -> list[str]:
    """Lines that a rule may be made of, over and over when they stand on many pages."""
    lines = []
    for path in sorted(evaluation.glob("text-*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as pages:
            for page in pages:
                for line in json.loads(page)["text"].split("\n"):
                    # A space is nearly a word: this spares most of the work on lines that cannot be.
                    if 8 <= len(line) <= 200 and 1 <= line.count(" ") <= 40:
                        lines.append(line)
    return lines


def phrase(form: str, line: str, chance: random.Random) -> Rule | None:
    """A rule of this form; none when the line is too short for it."""
    words = line.lower().split()
    # Two words say little in the middle of a line; rules of that sort have three or four.
    count = len(words) if form == "line" else chance.randint(3 if form == "has" else 2, 4)
    if len(words) < count + {"line": 0, "has": 2}.get(form, 1):
        return None
    begin = {"ends": len(words) - count, "has": chance.randint(0, len(words) - count)}.get(form, 0)
    return Rule(form, " ".join(words[begin : begin + count]), line)


def regex(line: str, other: str, chance: random.Random) -> Rule:
    words, others = line.split(), other.split()
    if any(letter.isdigit() for letter in line):
        text = re.sub("[0-9]+", r"\\d+", escaped(" ".join(words))) + r"\.?$"
        return Rule("regex", "(?i)^" + text, line)
    first, last = escaped(" ".join(words[:-1])), escaped(words[-1])
    shapes = [
        f"(?i)^{first} (?:{last}|{escaped(others[-1])})s?$",
        f"(?i)^(?:the |our |your )?{first} {last}(?: here| now)?[.:!]?$",
        rf"(?i)^{escaped(' '.join(words[:2]))}(?:\s.{{0,200}})?$",
    ]
    if 3 < len(words) < 6:
        shapes.append(rf"(?i)\b{escaped(words[0])} (?:\S+ ){{0,3}}{last}\b")
    return Rule("regex", chance.choice(shapes), line)


def sound(rule: Rule) -> bool:
    """Whether somebody would write it: letters enough, no control characters, nothing that folding takes off its ends."""
    text = rule.text
    if not text.isprintable() or len(LITERAL.findall(text)) < 2:
        return False
    return rule.form == "regex" or (text[0].isalnum() and (text[-1].isalnum() or text[-1] in ".!?"))


def drawn(lines: list[str], count: int, regexes: bool) -> Iterator[Rule]:
    chance, other = random.Random(SEED), lines[0]
    seen: set[tuple[str, str]] = set()
    chance.shuffle(lines := list(lines))
    forms = itertools.cycle(FORMS)
    form = next(forms)
    for line in (" ".join(line.split()) for line in lines):
        if not 2 <= len(line.split()) <= 25 or not line[0].isalnum() or not line[-1].isalnum():
            continue
        due = regexes and len(seen) % 10 == 9
        rule = regex(line, other, chance) if due else phrase(form, line, chance)
        other = line
        if rule and sound(rule) and (rule.form, rule.text) not in seen:
            form = next(forms)
            seen.add((rule.form, rule.text))
            yield rule
            if len(seen) == count:
                return
    sys.exit(f"the text gives {len(seen)} rules, not {count}")


def main() -> None:
    evaluation, folder = map(Path, sys.argv[1:])
    lines = lines_of(evaluation)
    for name in ("phrases", "regexes"):
        rules = list(drawn(lines, max(SIZES), name == "regexes"))
        for size in SIZES:
            text = HEAD + "".join(rule.written(number) for number, rule in enumerate(rules[:size]))
            (folder / f"{name}-{size}.toml").write_text(text, encoding="utf-8")
    patterns = [rule.pattern() for rule in rules[:LOOP]]
    (folder / "loop.json").write_text(json.dumps(patterns), encoding="utf-8")


if __name__ == "__main__":
    main()
