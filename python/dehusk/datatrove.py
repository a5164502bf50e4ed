"""Cleaning in datatrove: a step of a pipeline that formats documents, with the reasons in their metadata."""

from __future__ import annotations

import contextlib
import json
import math
from collections.abc import Iterable
from typing import Any

from datatrove.data import Document, DocumentsPipeline
from datatrove.pipeline.base import PipelineStep
from datatrove.pipeline.writers.disk_base import DiskWriter
from datatrove.utils.typeshelper import StatHints

from ._cleaner import Cleaner, cleaner_of
from ._rules import Path, Rules

__all__ = ["Clean"]

_FIELDS = ("title", "authors", "published", "lang", "site", "url", "flags")
_READ = (*_FIELDS, "language", "source")
_COUNTS = ("lines_in", "lines_out", "chars_in", "chars_out")


class Clean(PipelineStep):
    """Makes articles of documents: each document's text becomes the article's.

    Its metadata gets what the record says (`title`, `authors`, `published`, `lang`, `site`, `url`, `flags` and the counts, but for
    empty strings), where a value that is there already wins, as everywhere; and `removed`, one entry for each part that
    went, with its text, its action and its rules.

    Documents that give no article are dropped, as filters drop them: `exclusion_writer` gets them with the reason as
    `filter_reason`. With `html` the document's text is HTML. `rules` and `settings` are those of `dehusk.Cleaner`; `rules` may also
    be a cleaner.
    """

    name = "🌽 dehusk"
    type = "✂️ - FORMAT"

    def __init__(
        self,
        rules: Cleaner | Rules | Path | Iterable[Rules | Path] | None = None,
        *,
        html: bool = False,
        removed: bool = True,
        exclusion_writer: DiskWriter | None = None,
        **settings: Any,
    ) -> None:
        super().__init__()
        self.cleaner = cleaner_of(rules, settings)
        self.html = html
        self.removed = removed
        self.exclusion_writer = exclusion_writer

    def run(self, data: DocumentsPipeline, rank: int = 0, world_size: int = 1) -> DocumentsPipeline:
        with self.exclusion_writer if self.exclusion_writer else contextlib.nullcontext() as writer:
            for document in data:
                self.stat_update(StatHints.total)
                with self.track_time():
                    reason = self.clean(document)
                if reason is None:
                    self.stat_update(StatHints.forwarded)
                    self.update_doc_stats(document)
                    yield document
                    continue
                self.stat_update(StatHints.dropped, f"dropped_{reason}")
                if writer is not None:
                    document.metadata["filter_reason"] = reason
                    writer.write(document, rank)

    def clean(self, document: Document) -> str | None:
        """Puts the article in the document's place; else tells why there is none, and leaves the document as it was."""
        page = {name: _told(document.metadata[name]) for name in _READ if name in document.metadata}
        page |= {"id": document.id, "html" if self.html else "text": document.text}
        line = json.dumps(page, default=str).encode("ascii")
        record, removed, reject, _ = self.cleaner._core.record(line, self.removed)
        if reject:
            told = json.loads(reject)
            return told["reason"] if told["outcome"] == "rejected" else f"{told['outcome']}_{told['reason']}"
        fields = json.loads(record)
        document.text = fields["text"]
        for name in (*_FIELDS, *_COUNTS):
            if fields[name] != "" and (name in _COUNTS or not _told(document.metadata.get(name))):
                document.metadata[name] = fields[name]
        if self.removed:
            document.metadata["removed"] = [
                {"text": part["text"], "action": part["action"], "rules": [rule["id"] for rule in part["rules"]]}
                for part in json.loads(removed)["removed"]
            ]
        return None


def _told(value: Any) -> Any:
    """What JSON can tell of a value: not a number that is none, which tables have where a string is missing."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {key: _told(part) for key, part in value.items()}
    return [_told(part) for part in value] if isinstance(value, (list, tuple)) else value
