"""What holds pages, told by its type: how it becomes Arrow data, and how answers become the same kind. Nothing is imported
that the caller has not imported before."""

from __future__ import annotations

from typing import Any


class Kind:
    """Whatever speaks Arrow's C interface: it gets back what it gave, as an object that speaks it too."""

    def to_arrow(self, data: Any) -> Any:
        return data

    def from_arrow(self, answer: Any, data: Any) -> Any:
        return answer


class List(Kind):
    def to_arrow(self, data: Any) -> Any:
        return list(data)


class PyarrowArray(Kind):
    def from_arrow(self, answer: Any, data: Any) -> Any:
        import pyarrow

        if pyarrow.types.is_struct(data.type):
            return pyarrow.table(answer).combine_chunks().to_struct_array().combine_chunks()
        chunks = pyarrow.chunked_array(answer)
        return _cast(chunks, data.type).combine_chunks() if chunks.num_chunks else pyarrow.array([], chunks.type)


class PyarrowChunks(Kind):
    def from_arrow(self, answer: Any, data: Any) -> Any:
        import pyarrow

        return _cast(pyarrow.chunked_array(answer), data.type)


class PyarrowTable(Kind):
    def from_arrow(self, answer: Any, data: Any) -> Any:
        import pyarrow

        return pyarrow.table(answer)


class PyarrowBatch(Kind):
    def from_arrow(self, answer: Any, data: Any) -> Any:
        import pyarrow

        table = pyarrow.table(answer)
        batches = table.combine_chunks().to_batches()
        if len(batches) > 1:
            raise ValueError("the articles are too large for one record batch; give a table, or fewer rows")
        return batches[0] if batches else pyarrow.RecordBatch.from_pylist([], schema=table.schema)


class PolarsFrame(Kind):
    def to_arrow(self, data: Any) -> Any:
        return data.cast(_untyped(data.schema)) if _untyped(data.schema) else data

    def from_arrow(self, answer: Any, data: Any) -> Any:
        import polars

        frame = polars.DataFrame(answer)
        kept = frame.columns[frame.columns.index("chars_out") + 1 :]
        back = {name: data.schema[name] for name in _untyped(data.schema) if name in kept and name not in ("removed", "rejects")}
        return frame.cast(back) if back else frame


class PolarsSeries(Kind):
    def to_arrow(self, data: Any) -> Any:
        return data.cast(_typed(data.dtype)) if _typed(data.dtype) != data.dtype else data

    def from_arrow(self, answer: Any, data: Any) -> Any:
        import polars

        # An answer has a name of its own, which goes before the one that is given with it.
        return polars.Series(data.name, answer, dtype=polars.String).alias(data.name)


class PandasFrame(Kind):
    def to_arrow(self, data: Any) -> Any:
        import pyarrow

        return pyarrow.Table.from_pandas(data, preserve_index=False)

    def from_arrow(self, answer: Any, data: Any) -> Any:
        import pyarrow

        frame = pyarrow.table(answer).to_pandas()
        frame.index = data.index
        return frame


class PandasSeries(Kind):
    def to_arrow(self, data: Any) -> Any:
        import pyarrow

        return pyarrow.Array.from_pandas(data)

    def from_arrow(self, answer: Any, data: Any) -> Any:
        import pandas
        import pyarrow

        texts = pyarrow.chunked_array(answer).to_pandas()
        return pandas.Series(texts.array, index=data.index, name=data.name)


_KINDS = {
    ("pyarrow", "RecordBatch"): PyarrowBatch(),
    ("pyarrow", "Table"): PyarrowTable(),
    ("pyarrow", "ChunkedArray"): PyarrowChunks(),
    ("polars", "DataFrame"): PolarsFrame(),
    ("polars", "Series"): PolarsSeries(),
    ("pandas", "DataFrame"): PandasFrame(),
    ("pandas", "Series"): PandasSeries(),
}


def of(data: Any) -> Kind:
    """The kind that something is of; `TypeError` when it holds no pages."""
    if isinstance(data, (list, tuple)):
        return List()
    for of in type(data).__mro__:
        package = of.__module__.partition(".")[0]
        if (package, of.__name__) == ("polars", "LazyFrame"):
            raise TypeError("a lazy frame holds no pages yet; collect it first, or map over its batches (docs/polars.md)")
        if (package, of.__name__) in _KINDS:
            return _KINDS[package, of.__name__]
        if (package, of.__name__) == ("pyarrow", "Array"):
            return PyarrowArray()
    if hasattr(data, "__arrow_c_array__") or hasattr(data, "__arrow_c_stream__"):
        return Kind()
    raise TypeError(
        f"`{type(data).__qualname__}` holds no pages; give a list of strings, an arrow array, a record batch, a table, or a frame or"
        " series of polars or pandas"
    )


def _untyped(schema: Any) -> dict[str, Any]:
    """Columns of polars in which there is nothing but nulls, or lists of them, each with a kind that they can leave it in."""
    return {name: _typed(kind) for name, kind in schema.items() if _typed(kind) != kind}


def _typed(kind: Any) -> Any:
    """The kind, with strings where polars knows none: what it hands over of such a column is not Arrow's form of nulls."""
    import polars

    if kind == polars.Null:
        return polars.String
    if isinstance(kind, polars.List):
        return polars.List(_typed(kind.inner))
    if isinstance(kind, polars.Array):
        return polars.Array(_typed(kind.inner), kind.size)
    if isinstance(kind, polars.Struct):
        return polars.Struct({field.name: _typed(field.dtype) for field in kind.fields})
    return kind


def _cast(chunks: Any, kind: Any) -> Any:
    """Large strings and views stay what they were; anything else that held text is strings now."""
    import pyarrow

    text = (pyarrow.large_string(), pyarrow.string_view())
    return chunks.cast(kind) if kind in text else chunks
