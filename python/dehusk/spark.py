"""Cleaning in Spark: `clean` is a map over batches of rows, with answers equal to the program's.

One thread a task; the rules are broadcast once and compiled once in each worker process. A page that cannot be read is a row
with its reason in `rejects`, and fails nothing.
"""

from __future__ import annotations

import json
import pickle
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from pyspark.accumulators import AccumulatorParam
from pyspark.sql.types import LongType, StringType, StructField, StructType, TimestampType

from ._cleaner import Cleaner, cleaner_of
from ._rules import Path, Rules
from ._summary import Summary

if TYPE_CHECKING:
    import pyarrow
    from pyspark.sql import DataFrame, SparkSession

__all__ = ["SparkSummary", "clean", "reject_of", "schema"]

_BATCH_BYTES = "spark.sql.execution.arrow.maxBytesPerBatch"
_STRINGS = ("id", "text", "title", "authors", "published", "lang", "site", "url", "source", "flags")
_COUNTS = ("lines_in", "lines_out", "chars_in", "chars_out")


class _Adding(AccumulatorParam):
    def zero(self, value: Summary) -> Summary:
        return Summary()

    def addInPlace(self, value1: Summary, value2: Summary) -> Summary:
        return value1.add(value2)


class SparkSummary:
    """Counts over all tasks, as `dehusk.Summary`: ask `value` when an action is done.

    Spark adds a task's counts up when the task has ended well. What is computed twice, by two actions on a frame that is not
    cached or after an executor was lost, is counted twice.
    """

    def __init__(self, spark: SparkSession) -> None:
        self._accumulator = spark.sparkContext.accumulator(Summary(), _Adding())

    @property
    def value(self) -> Summary:
        """What was counted so far."""
        return self._accumulator.value


def schema(*, removed: bool = False, keep: Sequence[StructField] = ()) -> StructType:
    """The schema of what `clean` gives: always the same columns, strings and numbers never null."""
    fields = [StructField(name, StringType(), False) for name in _STRINGS]
    fields.insert(5, StructField("published_at", TimestampType(), True))
    fields += [StructField(name, LongType(), False) for name in _COUNTS]
    fields += keep
    if removed:
        fields.append(StructField("removed", StringType(), False))
    return StructType([*fields, StructField("rejects", StringType(), False)])


def clean(
    df: DataFrame,
    text: str = "text",
    html: str | None = None,
    rules: Cleaner | Rules | Path | Iterable[Rules | Path] | None = None,
    keep: Sequence[str] = (),
    *,
    id: str = "id",
    removed: bool = False,
    summary: SparkSummary | None = None,
    batch_bytes: int = 16 << 20,
    **settings: Any,
) -> DataFrame:
    """Cleans every row of a frame: one row out for each row in, with the columns of `schema`.

    The page's text is in the column `text`, its HTML in `html`, which goes first; without `html` a column of that name is
    taken where there is no text. Columns that a record has (`id`, `title`, `url`, `lang` and so on) are used as the program uses
    them, those to `keep` travel along as they are, all others are not read. `rules` and `settings` are those of
    `dehusk.Cleaner`; `rules` may also be a cleaner. `rejects` is empty for articles, and else says why there is none.

    Batches are bounded by `batch_bytes`, unless the session bounds them itself by `spark.sql.execution.arrow.maxBytesPerBatch`.
    """
    spark = df.sparkSession
    cleaner = cleaner_of(rules, settings)
    columns = _columns(df, text, html, id, keep)
    # The session's own bound stands; without one, a batch of large pages could be larger than a worker's memory.
    if spark.conf.get(_BATCH_BYTES, None) in (None, "-1", str(2**31 - 1)):
        spark.conf.set(_BATCH_BYTES, str(batch_bytes))
    kept = [df.schema[name] for name in keep]
    task = _Task(
        # Pickled here, so that executors that lack the package say so, and drivers never send compiled code.
        spark.sparkContext.broadcast(pickle.dumps(cleaner)),
        {"text": text, "html": html, "id": id, "keep": list(keep), "removed": removed},
        None if summary is None else summary._accumulator,
    )
    return df.select(*columns).mapInArrow(task, schema(removed=removed, keep=kept))


def _columns(df: DataFrame, text: str, html: str | None, id: str, keep: Sequence[str]) -> list[Any]:
    """The columns that are read, in their order; faults are told before a job begins."""
    there = df.columns
    wanted = text if html is None else html
    if wanted not in there and not (html is None and "html" in there):
        raise ValueError(f"there is no column `{wanted}` among `{'`, `'.join(there)}`; name the page's with text= or html=")
    ours = {*_STRINGS, *_COUNTS, "published_at", "removed", "rejects"}
    for name in keep:
        if name not in there:
            raise ValueError(f"there is no column `{name}` to keep")
        if name in ours:
            raise ValueError(f"`{name}` is a column of the answer, so no other can be kept under that name; rename it")
    read = {text, html, id, "language", *_STRINGS, *_COUNTS, *keep}
    if html is None:
        # Where a row has no text its HTML is taken, as by the program.
        read.add("html")
    return [df[f"`{name}`"] for name in there if name in read]


class _Task:
    """What a task does with its batches."""

    def __init__(self, cleaner: Any, options: dict[str, Any], counts: Any) -> None:
        self.cleaner = cleaner
        self.options = options
        self.counts = counts

    def __call__(self, batches: Iterator[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
        import pyarrow

        cleaner = pickle.loads(self.cleaner.value)
        summary = Summary()
        for batch in batches:
            answer = cleaner.clean_batch(pyarrow.Table.from_batches([batch]), **self.options, summary=summary)
            yield from answer.to_batches()
        if self.counts is not None:
            self.counts.add(summary)


def reject_of(rejects: str) -> dict[str, str]:
    """The fields of what `rejects` says of a page.

    >>> reject_of('{"id":"7","source":"","outcome":"empty","reason":"blank","detail":""}')["reason"]
    'blank'
    """
    return json.loads(rejects) if rejects else {}
