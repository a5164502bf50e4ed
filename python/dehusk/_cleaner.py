"""The cleaner: rules compiled once, then any number of pages."""

from __future__ import annotations

import functools
import json
import os
from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from . import _dehusk, _kinds
from ._article import Article, Explanation
from ._errors import PageError
from ._rules import Path, Rules
from ._summary import Summary

Batch = TypeVar("Batch")


class Cleaner:
    """Compiled rules and settings. It never changes, may be used by any number of threads at once, and travels to other
    processes by what its rules say.

    >>> cleaner = Cleaner(profile="careful")
    >>> cleaner.clean_batch(["The council met on Monday to vote.\\n\\nShare this article"])
    ['The council met on Monday to vote.']

    `rules` are rule files, folders of them, `Rules`, or a list of these; they add to the built-in packs unless
    `default_rules` is false. `profile` is `careful`, `normal` or `eager`; `pages`, what sort of pages these are, is
    `article`, `any` or `auto`. `weights` are files that `dehusk fit` wrote, or their bytes. The others are those of
    `dehusk clean`. Raises `RulesError` when rules have faults.
    """

    __slots__ = ("_core", "_state")

    def __init__(
        self,
        rules: Rules | Path | Iterable[Rules | Path] | None = None,
        *,
        profile: str = "normal",
        pages: str = "auto",
        default_rules: bool = True,
        preview: bool = False,
        min_words: int = 0,
        title_in_text: bool = False,
        max_page: int = 16 << 20,
        weights: Iterable[Path | bytes] = (),
    ) -> None:
        if isinstance(weights, (str, bytes, os.PathLike)):
            weights = (weights,)
        self._state = (
            Rules.of(rules)._state(),
            default_rules,
            profile,
            pages,
            preview,
            min_words,
            title_in_text,
            max_page,
            tuple(_bytes_of(part) for part in weights),
        )
        self._core = _core(self._state)

    def clean(self, text: str | None = None, *, html: str | None = None, **fields: Any) -> Article:
        """Cleans one page, given as text or as HTML.

        What is known of the page beside it goes along as fields, as in a line of JSON: `id`, `title`, `url`, `lang` and so on
        are used, all others are passed on. Raises `PageError` when the page cannot be read, as the program rejects it.

        >>> article = Cleaner().clean(html="<h1>Bridge closed</h1><p>The bridge was closed on Monday, they said.</p>", url="https://a.org")
        >>> article.title, article.text, article.url
        ('Bridge closed', 'The bridge was closed on Monday, they said.', 'https://a.org')
        """
        record, removed, reject, _ = self._core.record(_line(text, html, fields), True)
        if reject:
            told = json.loads(reject)
            if told["outcome"] == "rejected":
                raise PageError(told["reason"], told["detail"])
        return Article(record, removed, reject)

    def clean_batch(
        self,
        data: Batch,
        *,
        text: str = "text",
        html: str | None = None,
        id: str = "id",
        keep: Sequence[str] | None = None,
        removed: bool = False,
        threads: int = 1,
        summary: Summary | None = None,
    ) -> Batch:
        """Cleans many pages, and gives back the same kind, row by row.

        A list of strings, a pyarrow array or chunked array, or a series of polars or pandas gives the articles' texts: `""`
        where there is no article, and nothing where there was no page. Of a pyarrow record batch or table, or a frame of
        polars or pandas, each row is a page: its text in the column `text`, its HTML in `html`, its id in `id`. The answer has the
        record's columns as in a Parquet file of `dehusk clean`, then the columns to `keep`, by default all others, then with
        `removed` what was removed, and at last `rejects`: `""` for an article, else why there is none. Both are the lines of
        JSON that `--removed` and `--rejects` write.

        Pages are cleaned on so many `threads`; the answer does not depend on it. `summary` is added to.

        >>> import pyarrow
        >>> pages = pyarrow.table({"text": ["The council met on Monday.\\n\\nShare this article", None], "n": [1, 2]})
        >>> cleaned = Cleaner().clean_batch(pages)
        >>> cleaned.select(["text", "n"]).to_pylist()
        [{'text': 'The council met on Monday.', 'n': 1}, {'text': '', 'n': 2}]
        >>> cleaned["rejects"][1].as_py()
        '{"id":"","source":"","outcome":"rejected","reason":"no-text-field","detail":"field `text` is null, not a string"}'
        """
        kind = _kinds.of(data)
        cleaned, told = self._core.batch(
            kind.to_arrow(data), text, html, id, None if keep is None else list(keep), removed, threads
        )
        if summary is not None:
            summary.add(told)
        return kind.from_arrow(cleaned, data)

    def explain(
        self,
        text: str | None = None,
        *,
        html: str | None = None,
        only: str | None = None,
        full: bool = False,
        columns: int | None = None,
        **fields: Any,
    ) -> Explanation:
        """Explains one page line by line; `only` shows lines that were `kept` or have `gone`, `full` long lines whole."""
        told, shown = self._core.explain(_line(text, html, fields), only, full, columns)
        return Explanation(json.loads(told), shown)

    @property
    def rules(self) -> list[str]:
        """The full names of all rules."""
        return self._core.rule_names()

    def __reduce__(self) -> tuple:
        return _cleaner_from, (self._state,)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Cleaner) and self._state == other._state

    def __hash__(self) -> int:
        return hash(self._state)

    def __repr__(self) -> str:
        files, default_rules, profile, pages, *_ = self._state
        names = [name for name, _, _ in files]
        return f"Cleaner(rules={names!r}, default_rules={default_rules}, profile={profile!r}, pages={pages!r})"


def cleaner_of(rules: Any, settings: dict[str, Any]) -> Cleaner:
    """What engines are given: a cleaner, or rules and settings to make one of."""
    if not isinstance(rules, Cleaner):
        return Cleaner(rules, **settings)
    if settings:
        raise TypeError("a cleaner has its settings already; give them to `Cleaner`")
    return rules


@functools.lru_cache(maxsize=8)
def _core(state: tuple) -> _dehusk.Core:
    """Engines unpickle a cleaner for every task; its rules are compiled once in a process."""
    files, *settings, weights = state
    return _dehusk.Core([(name, text, list(lists)) for name, text, lists in files], *settings, list(weights))


def _cleaner_from(state: tuple) -> Cleaner:
    cleaner = Cleaner.__new__(Cleaner)
    cleaner._state = state
    cleaner._core = _core(state)
    return cleaner


def _bytes_of(weights: Path | bytes) -> bytes:
    if isinstance(weights, bytes):
        return weights
    with open(weights, "rb") as file:
        return file.read()


def _line(text: str | None, html: str | None, fields: dict[str, Any]) -> bytes:
    """The page as a line of JSON: what the program would read."""
    if (text is None) == (html is None):
        raise TypeError("a page is given as text or as html, one of them")
    page = {"text": text} if html is None else {"html": html}
    if not isinstance(text if html is None else html, str):
        raise TypeError("a page is a string; decode bytes first, or give them to `clean_batch` in an arrow array")
    return json.dumps({**page, **fields}, default=str, allow_nan=False).encode("ascii")
