"""60,000 articles whose last five alone have authors, dates with a zone, flags and values of other fields: every reader loads
them all with one type a column, and loses nothing."""

import datetime
import json

import datasets
import duckdb
import pandas
import polars
from support import clean, dehusk, run

datasets.disable_progress_bars()

ROWS = 60_000
RARE = 5
STRINGS = ["id", "text", "title", "authors", "published", "lang", "site", "url", "source", "flags"]
COUNTS = ["lines_in", "lines_out", "chars_in", "chars_out"]
PUBLISHED = "2020-01-03T02:55:07+01:00"
INSTANT = datetime.datetime(2020, 1, 3, 1, 55, 7, tzinfo=datetime.timezone.utc)


def pages(path, late_keys):
    """Articles as JSON lines; with `late_keys` the last ones have a field more."""
    with path.open("w") as out:
        for row in range(ROWS):
            text = f"The committee met on day {row} to hear what the engineers had found under the old bridge."
            page = {"id": f"page-{row:05}", "text": text, "note": ""}
            if row >= ROWS - RARE:
                page |= {"authors": "Ann Lee; Bo Ek", "published": PUBLISHED, "flags": "paywall", "note": f"“{row}”"}
                page |= {"late": [row, None]} if late_keys else {}
            out.write(json.dumps(page) + "\n")
    return path


def check(rows, columns, *, extra=False):
    """`rows` are the last ones as dictionaries, `columns` all values by column."""
    assert len(columns["id"]) == ROWS
    assert list(columns["id"][:2]) == ["page-00000", "page-00001"]
    assert list(columns["authors"][ROWS - RARE - 1 : ROWS - RARE + 1]) == ["", "Ann Lee; Bo Ek"]
    for nth, row in enumerate(rows):
        number = ROWS - RARE + nth
        assert row["id"] == f"page-{number:05}", row
        assert row["text"].startswith(f"The committee met on day {number} to"), row
        assert (row["authors"], row["published"], row["flags"]) == ("Ann Lee; Bo Ek", PUBLISHED, "paywall"), row
        assert (row["lines_in"], row["lines_out"], row["chars_out"]) == (1, 1, len(row["text"])), row
        if extra:
            assert row["published_at"] == INSTANT, row
            assert json.loads(row["extra"]) == {"note": f"“{number}”", "late": [number, None]}, row
        elif "note" in row:
            assert row["note"] == f"“{number}”", row


def in_duckdb(query, *, extra=False):
    table = duckdb.sql(query) if isinstance(query, str) else query
    kinds = {name: str(kind) for name, kind in zip(table.columns, table.types)}
    for name in STRINGS:
        assert kinds[name] == "VARCHAR", kinds
    for name in COUNTS:
        assert kinds[name] == "BIGINT", kinds
    if extra:
        assert kinds["published_at"] == "TIMESTAMP WITH TIME ZONE", kinds
        table = table.project("* REPLACE (epoch_us(published_at) AS published_at)")
    table = table.order("id")
    columns = {name: [row[0] for row in table.project(name).fetchall()] for name in ["id", "authors"]}
    rows = [dict(zip(table.columns, row)) for row in table.limit(RARE, offset=ROWS - RARE).fetchall()]
    for row in rows:
        if extra:
            row["published_at"] = datetime.datetime.fromtimestamp(row["published_at"] / 1e6, datetime.timezone.utc)
    check(rows, columns, extra=extra)


def in_polars(table, *, extra=False):
    for name in STRINGS:
        assert table.schema[name] == polars.String, table.schema
    for name in COUNTS:
        assert table.schema[name] == polars.Int64, table.schema
    if extra:
        assert table.schema["published_at"] == polars.Datetime("us", "UTC"), table.schema
    check(table.tail(RARE).to_dicts(), {name: table[name].to_list() for name in table.columns}, extra=extra)


def in_pandas(table, *, extra=False):
    for name in STRINGS:
        assert pandas.api.types.is_string_dtype(table[name]), table.dtypes
    for name in COUNTS:
        assert table[name].dtype == "int64", table.dtypes
    if extra:
        assert str(table["published_at"].dtype) == "datetime64[us, UTC]", table.dtypes
    check(table.tail(RARE).to_dict("records"), {name: table[name].tolist() for name in ["id", "authors"]}, extra=extra)


def in_datasets(table, *, extra=False):
    for name in STRINGS:
        assert table.features[name].dtype == "string", table.features
    for name in COUNTS:
        assert table.features[name].dtype == "int64", table.features
    if extra:
        assert table.features["published_at"].dtype == "timestamp[us, tz=UTC]", table.features
    rows = list(table.select(range(ROWS - RARE, ROWS)))
    check(rows, {name: list(table[name]) for name in ["id", "authors"]}, extra=extra)


def load(kind, files, **more):
    return datasets.load_dataset(kind, data_files=str(files), split="train", **more)


def lines_load_everywhere(folder):
    path = folder / "articles.jsonl"
    clean([pages(folder / "in.jsonl", late_keys=False)], path)
    in_duckdb(f"SELECT * FROM '{path}'")
    in_polars(polars.read_ndjson(path))
    in_pandas(pandas.read_json(path, lines=True))
    in_datasets(load("json", path))


def tables_load_everywhere(folder):
    path = folder / "articles.parquet"
    clean([pages(folder / "in.jsonl", late_keys=True)], path)
    in_duckdb(f"SELECT * FROM '{path}'", extra=True)
    in_polars(polars.read_parquet(path), extra=True)
    in_pandas(pandas.read_parquet(path), extra=True)
    in_datasets(load("parquet", path), extra=True)


def shards_load_everywhere(folder):
    source = pages(folder / "in.jsonl", late_keys=False)
    for form in ["jsonl", "jsonl.gz", "jsonl.zst"]:
        clean([source], f"{folder}/{form}/", "--shard-size", "3MB", "--format", form, "--pass-through")
        shards = folder / form / f"*.{form}"
        assert len(list(shards.parent.glob("part-*"))) > 3 and (folder / form / "_SUCCESS").exists()
        in_duckdb(f"SELECT * FROM '{shards}'")
        in_datasets(load("json", shards))
    in_polars(polars.scan_ndjson(folder / "jsonl" / "*.jsonl").collect())
    parts = sorted((folder / "jsonl.gz").glob("part-*"))
    in_pandas(pandas.concat([pandas.read_json(part, lines=True) for part in parts]))

    source = pages(folder / "late.jsonl", late_keys=True)
    tables = folder / "tables"
    clean([source], tables, "--shard-size", "3MB", "--format", "parquet", "--pass-through")
    assert len(list(tables.glob("part-*.parquet"))) > 3
    in_duckdb(f"SELECT * FROM '{tables}/*.parquet'", extra=True)
    in_polars(polars.read_parquet(f"{tables}/*.parquet"), extra=True)
    in_pandas(pandas.read_parquet(tables), extra=True)
    in_datasets(load("parquet", tables / "*.parquet"), extra=True)


def printed_schemas_run_as_they_are(folder):
    plain = folder / "plain.jsonl"
    with pages(folder / "in.jsonl", late_keys=False).open() as rows, plain.open("w") as out:
        for row in map(json.loads, rows):
            del row["note"]
            out.write(json.dumps(row) + "\n")
    path = folder / "articles.jsonl"
    clean([plain], path, "--pass-through")

    def printed(reader):
        text = dehusk("schema", reader)
        assert text.count("articles.jsonl") == 1, text
        return text.replace("articles.jsonl", str(path))

    connection = duckdb.connect()
    connection.execute(printed("duckdb"))
    in_duckdb(connection.table("articles"))
    names = {}
    exec(printed("polars"), names)
    in_polars(names["articles"])
    names = {}
    exec(printed("hf"), names)
    in_datasets(names["articles"])
    # Spark itself would need a Java machine: its types are built, and the call is recorded.
    names = {"spark": Recorder()}
    exec(printed("spark"), names)
    kinds = {field.name: (field.dataType.simpleString(), field.nullable) for field in names["schema"].fields}
    assert kinds == {name: ("string", False) for name in STRINGS} | {name: ("bigint", False) for name in COUNTS}, kinds
    assert names["articles"].calls == ["read", "schema", "json", str(path)]


class Recorder:
    """Takes every call and remembers it."""

    def __init__(self):
        self.calls = []

    def __getattr__(self, name):
        self.calls.append(name)
        return self

    def __call__(self, value):
        self.calls += [value] if isinstance(value, str) else []
        return self


run([lines_load_everywhere, tables_load_everywhere, shards_load_everywhere, printed_schemas_run_as_they_are])
