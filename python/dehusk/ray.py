"""Cleaning in Ray Data: `clean` is a map over batches, with answers equal to the program's.

Ray ends a job at the first exception of a task by default. Here pages that cannot be read are rows with their reason, and
tasks that fail for other reasons are tried again.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from ._cleaner import Cleaner, cleaner_of
from ._rules import Path, Rules

if TYPE_CHECKING:
    import pyarrow
    from ray.data import Dataset

__all__ = ["clean"]


def clean(
    ds: Dataset,
    text: str = "text",
    html: str | None = None,
    rules: Cleaner | Rules | Path | Iterable[Rules | Path] | None = None,
    keep: Sequence[str] | None = None,
    *,
    id: str = "id",
    removed: bool = False,
    retries: int = 3,
    batch_size: int | None = 1024,
    ray_remote_args: dict[str, Any] | None = None,
    **settings: Any,
) -> Dataset:
    """Cleans every row of a data set: one row out for each row in, with the columns that `Cleaner.clean_batch` gives.

    `rules` and `settings` are those of `dehusk.Cleaner`; `rules` may also be a cleaner. Of other columns those to `keep` travel
    along, by default all. A task whose worker or code fails is tried again `retries` times before the job gives up; that is set in
    the data set's own context, and only where the context does not retry yet. `batch_size` is rows that are cleaned at a
    time, `ray_remote_args` goes to each task. One task uses one CPU.
    """
    cleaner = cleaner_of(rules, settings)
    context = ds.context
    if not context.retried_map_errors and retries > 0:
        context.retried_map_errors = True
        context.max_map_retries = retries
    options = {"text": text, "html": html, "id": id, "keep": keep, "removed": removed}
    remote = {"num_cpus": 1, "max_retries": retries, **(ray_remote_args or {})}
    return ds.map_batches(
        _clean,
        batch_format="pyarrow",
        batch_size=batch_size,
        zero_copy_batch=True,
        fn_kwargs={"cleaner": pickle.dumps(cleaner), "options": options},
        **remote,
    )


def _clean(batch: pyarrow.Table, cleaner: bytes, options: dict[str, Any]) -> pyarrow.Table:
    # Compiled once in a process: what a pickled cleaner becomes is kept.
    return pickle.loads(cleaner).clean_batch(batch, **options)
