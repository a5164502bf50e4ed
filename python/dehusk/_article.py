"""What a page gives: the article, what was removed to get it, and why."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any


@dataclass(frozen=True)
class Removal:
    """A part of the page that is not in the article's text."""

    line: int
    """The line, counted over the page's non-blank lines from 0."""
    start: int
    """Its first byte in the page's text, as UTF-8."""
    end: int
    """The byte after its last."""
    at: int
    """The byte of the article's text where it would go back in."""
    action: str
    """What took it: `drop-line`, `cut-span`, `capture`, `line-model` and so on."""
    field: str
    """The field that it went into, or empty."""
    rules: list[dict[str, Any]] = field(repr=False)
    """The rules behind it, strongest first: `{"id": …, "score": …}`."""
    text: str = ""
    """What it says."""


class Article:
    """The clean record of one page: the fields that the program writes, as attributes. Unknown strings are empty.

    An article is true when there is one, and false when nothing was left of the page or it was skipped.

    >>> from dehusk import Cleaner
    >>> article = Cleaner().clean("The council met on Monday to vote.\\n\\nShare this article", id="7", n=1)
    >>> article.id, article.text, article.extra
    ('7', 'The council met on Monday to vote.', {'n': 1})
    >>> [(removal.text, removal.action) for removal in article.removed]
    [('Share this article', 'drop-line')]
    >>> article.record[:50]
    '{"id":"7","text":"The council met on Monday to vot'
    """

    __slots__ = ("__dict__", "record", "removed_record", "reject_record")

    record: str
    """The record, byte for byte the line that the program writes."""
    removed_record: str
    """What was removed, byte for byte the line of `--removed`; empty when there is no article."""
    reject_record: str
    """Why there is no article, byte for byte the line of `--rejects`; empty when there is one."""

    def __init__(self, record: str, removed: str = "", reject: str = "") -> None:
        self.record = record
        self.removed_record = removed
        self.reject_record = reject

    @cached_property
    def fields(self) -> dict[str, Any]:
        """All fields of the record, in their order."""
        return json.loads(self.record)

    @property
    def id(self) -> str:
        """The id that was given, or empty."""
        return self.fields["id"]

    @property
    def text(self) -> str:
        """The article's text: paragraphs parted by one blank line."""
        return self.fields["text"]

    @property
    def title(self) -> str:
        """The title."""
        return self.fields["title"]

    @property
    def authors(self) -> str:
        """Names of the authors, parted by `; `."""
        return self.fields["authors"]

    @property
    def published(self) -> str:
        """When it was published: ISO 8601 with just the precision that the page gives."""
        return self.fields["published"]

    @property
    def lang(self) -> str:
        """The language."""
        return self.fields["lang"]

    @property
    def site(self) -> str:
        """The site's name."""
        return self.fields["site"]

    @property
    def url(self) -> str:
        """The page's address."""
        return self.fields["url"]

    @property
    def source(self) -> str:
        """Where the page came from, if that was given."""
        return self.fields["source"]

    @property
    def flags(self) -> list[str]:
        """Words about the page: `over-cut`, `mended-surrogates`, what rules set."""
        return self.fields["flags"].split()

    @property
    def lines_in(self) -> int:
        """Non-blank lines of the page."""
        return self.fields["lines_in"]

    @property
    def lines_out(self) -> int:
        """Lines of the text."""
        return self.fields["lines_out"]

    @property
    def chars_in(self) -> int:
        """Characters of the page."""
        return self.fields["chars_in"]

    @property
    def chars_out(self) -> int:
        """Characters of the text."""
        return self.fields["chars_out"]

    @property
    def extra(self) -> dict[str, Any]:
        """What else was given with the page."""
        return dict(list(self.fields.items())[14:])

    @cached_property
    def removed(self) -> list[Removal]:
        """What was removed, in the order of the page."""
        return [Removal(**part) for part in json.loads(self.removed_record or '{"removed":[]}')["removed"]]

    @property
    def outcome(self) -> str:
        """`article`, `empty` or `skipped`."""
        return json.loads(self.reject_record)["outcome"] if self.reject_record else "article"

    @property
    def reason(self) -> str:
        """Why there is no article: `blank`, `nothing-left`, `too-short`, `skip-page`; else empty."""
        return json.loads(self.reject_record)["reason"] if self.reject_record else ""

    def __bool__(self) -> bool:
        return not self.reject_record

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Article) and self._state() == other._state()

    def __hash__(self) -> int:
        return hash(self._state())

    def _state(self) -> tuple[str, str, str]:
        return self.record, self.removed_record, self.reject_record

    def __reduce__(self) -> tuple:
        return Article, self._state()

    def __repr__(self) -> str:
        return f"Article(id={self.id!r}, title={self.title!r}, text={self.text[:40]!r}…, outcome={self.outcome!r})"


class Explanation(dict):
    """A page line by line: what stays, what goes, and which rule says so. The mapping is what `explain --json` prints, its
    text what `explain` prints.

    >>> from dehusk import Cleaner
    >>> page = Cleaner().explain("The council met on Monday to vote.\\n\\nShare this article")
    >>> [(line["text"], line["verdict"]) for line in page["lines"]]
    [('The council met on Monday to vote.', 'keep'), ('Share this article', 'drop')]
    """

    def __init__(self, fields: dict[str, Any], text: str) -> None:
        super().__init__(fields)
        self.text = text

    def __str__(self) -> str:
        return self.text

    def __reduce__(self) -> tuple:
        return Explanation, (dict(self), self.text)
