"""Ray Data, datatrove, polars and DuckDB give the program's answers, each in the real package."""

import json
import logging
import os
import sys
import tempfile
import warnings
from pathlib import Path

import dehusk
import duckdb
import polars
import pyarrow
import pyarrow.parquet
from package import PAGE, RULES, pages
from support import dehusk as program, records, run


def samples(folder):
    """Pages of text, with some that give no article; and what the program makes of them, by id."""
    lines = [line for line in map(json.loads, pages()) if "text" in line]
    lines = [{"id": line["id"], "text": line["text"], "n": n} for n, line in enumerate(lines)]
    lines += [{"id": "blank", "text": " ", "n": -1}]
    (folder / "pages.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    program("clean", folder / "pages.jsonl", "-o", folder / "out.jsonl", "--removed", folder / "removed.jsonl", "-q")
    articles = {record["id"]: record for record in records(folder / "out.jsonl")}
    removed = {record["id"]: record["removed"] for record in records(folder / "removed.jsonl")}
    return lines, articles, removed


def same(row, articles):
    if row["rejects"]:
        return row["id"] not in articles and row["text"] == ""
    names = [name for name in articles[row["id"]] if name != "source"]
    return {name: row[name] for name in names} == {name: articles[row["id"]][name] for name in names}


def polars_frames_and_expressions(folder):
    lines, articles, _ = samples(folder)
    frame = polars.DataFrame(lines)
    cleaner = dehusk.Cleaner()
    rows = cleaner.clean_batch(frame).to_dicts()
    assert len(rows) == len(lines) and all(same(row, articles) for row in rows)
    lazy = frame.lazy().with_columns(
        polars.col("text").map_batches(cleaner.clean_batch, return_dtype=polars.String, is_elementwise=True)
    )
    assert lazy.collect()["text"].to_list() == [row["text"] for row in rows]


def duckdb_functions_and_tables(folder):
    lines, articles, _ = samples(folder)
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(lines), folder / "pages.parquet")
    cleaner = dehusk.Cleaner()
    database = duckdb.connect()
    database.create_function("dehusk", lambda texts: cleaner.clean_batch(texts), ["VARCHAR"], "VARCHAR", type="arrow")
    asked = database.sql(f"SELECT id, dehusk(text) AS text FROM '{folder / 'pages.parquet'}'").fetchall()
    assert len(asked) == len(lines)
    for identity, text in asked:
        assert text == (articles[identity]["text"] if identity in articles else ""), identity
    cleaned = cleaner.clean_batch(database.sql(f"FROM '{folder / 'pages.parquet'}'").to_arrow_table())
    rows = database.sql("SELECT * FROM cleaned WHERE rejects = ''").to_arrow_table().to_pylist()
    assert len(rows) == len(articles) and all(same(row, articles) for row in rows)


def a_datatrove_pipeline(folder):
    from datatrove.executor import LocalPipelineExecutor
    from datatrove.pipeline.readers import JsonlReader
    from datatrove.pipeline.writers import JsonlWriter
    from dehusk.datatrove import Clean

    lines, articles, removed = samples(folder)
    (folder / "in").mkdir()
    for shard in range(2):
        part = [{"id": line["id"], "text": line["text"], "n": line["n"]} for line in lines[shard::2]]
        (folder / "in" / f"{shard}.jsonl").write_text("".join(json.dumps(line) + "\n" for line in part), "utf-8")
    dropped = JsonlWriter(str(folder / "dropped"), compression=None)
    step = Clean(exclusion_writer=dropped)
    pipeline = [JsonlReader(str(folder / "in"), glob_pattern="*.jsonl"), step, JsonlWriter(str(folder / "clean"), compression=None)]
    LocalPipelineExecutor(pipeline, tasks=2, workers=2, logging_dir=str(folder / "logs")).run()
    documents = [document for path in sorted((folder / "clean").iterdir()) for document in records(path)]
    assert len(documents) == len(articles)
    for document in documents:
        article, metadata = articles[document["id"]], document["metadata"]
        assert document["text"] == article["text"], document["id"]
        for name in ("title", "authors", "published", "lang", "flags", "lines_in", "chars_out"):
            assert metadata.get(name, "") == article[name], (document["id"], name)
        told = [(part["text"], part["action"], part["rules"]) for part in metadata["removed"]]
        expected = removed[document["id"]]
        assert told == [(part["text"], part["action"], [rule["id"] for rule in part["rules"]]) for part in expected]
        assert metadata["n"] == lines[metadata["n"]]["n"]
    gone = [document for path in (folder / "dropped").iterdir() for document in records(path)]
    # Documents without any text are left out by datatrove's own readers.
    read = [line for line in lines if line["text"]]
    assert "blank" in {document["id"] for document in gone} and len(gone) + len(documents) == len(read)
    assert {document["metadata"]["filter_reason"] for document in gone} <= {"empty_blank", "empty_nothing-left"}


def datatrove_metadata_without_a_value(folder):
    from datatrove.data import Document
    from dehusk.datatrove import Clean

    lines, articles, _ = samples(folder)
    line = next(line for line in lines if articles.get(line["id"], {}).get("title"))
    metadata = {"title": float("nan"), "authors": ["Ann", float("nan")], "url": float("inf"), "site": None}
    document = Document(text=line["text"], id=line["id"], metadata=metadata)
    assert Clean().clean(document) is None
    assert document.metadata["title"] == articles[line["id"]]["title"] and "site" in document.metadata


def ray_data(folder):
    import ray
    from dehusk import ray as in_ray

    warnings.simplefilter("ignore")
    lines, articles, _ = samples(folder)
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, logging_level="ERROR", object_store_memory=200 << 20)
    ray.data.DataContext.get_current().enable_progress_bars = False
    logging.getLogger("ray").setLevel(logging.ERROR)
    try:
        given = pyarrow.Table.from_pylist([*lines, {"id": "null", "text": None, "n": -2}])
        (folder / "mine.toml").write_text(RULES)
        cleaned = in_ray.clean(ray.data.from_arrow(given).repartition(4), rules=folder / "mine.toml", keep=["n"])
        assert cleaned.context.retried_map_errors is True and cleaned.context.max_map_retries == 3
        (folder / "mine.toml").unlink()
        rows = cleaned.take_all()
        assert len(rows) == len(given) and {row["n"] for row in rows} == set(given["n"].to_pylist())
        program("clean", folder / "pages.jsonl", "-o", folder / "again.jsonl", "-q")
        plain = in_ray.clean(ray.data.from_arrow(given).repartition(4)).take_all()
        assert all(same(row, articles) for row in plain) and len(plain) == len(given)
        null = next(row for row in plain if row["id"] == "null")
        assert json.loads(null["rejects"])["reason"] == "no-text-field"

        # A worker that dies in the middle of a batch, once, loses nothing.
        marker = folder / "died"

        def die_once(batch):
            if not marker.exists():
                marker.write_text("")
                os._exit(1)
            return batch

        def fail_once(batch):
            if not marker.with_name("failed").exists():
                marker.with_name("failed").write_text("")
                raise RuntimeError("once")
            return batch

        dataset = in_ray.clean(ray.data.from_arrow(given).repartition(4).map_batches(die_once, batch_format="pyarrow").map_batches(fail_once, batch_format="pyarrow"))
        assert sorted(row["id"] for row in dataset.take_all()) == sorted(given["id"].to_pylist())
        assert marker.exists() and marker.with_name("failed").exists()
    finally:
        ray.shutdown()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        os.chdir(scratch)
        os.environ["RAY_TMPDIR"] = "/tmp"
        os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
        run([polars_frames_and_expressions, duckdb_functions_and_tables, a_datatrove_pipeline, datatrove_metadata_without_a_value, ray_data])
