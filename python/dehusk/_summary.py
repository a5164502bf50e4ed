"""Counts over pages: what `--summary` tells of a run, added up over any number of calls and machines."""

from __future__ import annotations

import json
from typing import Any

_COUNTS = ("pages", "articles", "empty", "bytes_in", "bytes_out", "lines_in", "lines_out", "line_model")
_BY_NAME = ("skipped", "rejected", "flags", "formats", "kinds")


class Summary:
    """Counts of pages, of reasons and of rules.

    >>> from dehusk import Cleaner
    >>> summary = Summary()
    >>> _ = Cleaner().clean_batch(["The council met on Monday to vote.\\n\\nShare this article", ""], summary=summary)
    >>> summary.pages, summary.articles, summary.empty
    (2, 1, 1)
    >>> summary.kinds
    {'share': 1}
    """

    pages: int
    """Pages that were given: always the sum of articles, empty, skipped and rejected ones."""
    articles: int
    """Pages that gave an article."""
    empty: int
    """Pages with nothing in them, or nothing left of them."""
    bytes_in: int
    """Bytes of page text."""
    bytes_out: int
    """Bytes of article text."""
    lines_in: int
    """Non-blank lines of pages."""
    lines_out: int
    """Lines of articles."""
    line_model: int
    """Lines that the line model took: no rules were enough."""
    skipped: dict[str, int]
    """Pages left out on purpose, by reason."""
    rejected: dict[str, int]
    """Pages that could not be read, by reason."""
    flags: dict[str, int]
    """Pages by flag."""
    formats: dict[str, int]
    """Pages by the form that they came in: rows of tables count as `parquet`."""
    kinds: dict[str, int]
    """Removals by the kind of their strongest rule, but for those of the line model."""
    rules: dict[str, int]
    """Removals that each rule had a part in."""

    def __init__(self) -> None:
        for name in _COUNTS:
            setattr(self, name, 0)
        for name in (*_BY_NAME, "rules"):
            setattr(self, name, {})

    def add(self, other: Summary | str | dict[str, Any]) -> Summary:
        """Adds another's counts, or those of a summary in JSON; gives back the summary itself."""
        if isinstance(other, Summary):
            other = other.to_dict()
        elif isinstance(other, str):
            other = json.loads(other)
        for name in _COUNTS:
            setattr(self, name, getattr(self, name) + other.get(name, 0))
        rules = other["rules"]
        if isinstance(rules, list):
            rules = {rule["id"]: rule["removals"] for rule in rules}
        for name, counts in [*((name, other[name]) for name in _BY_NAME), ("rules", rules)]:
            sums = getattr(self, name)
            for key, count in counts.items():
                sums[key] = sums.get(key, 0) + count
        return self

    def to_dict(self) -> dict[str, Any]:
        """All counts as plain values."""
        return {name: getattr(self, name) for name in (*_COUNTS, *_BY_NAME, "rules")}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Summary) and self.to_dict() == other.to_dict()

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        gone = self.empty + sum(self.skipped.values()) + sum(self.rejected.values())
        return f"Summary(pages={self.pages}, articles={self.articles}, without={gone})"
