"""How much of the program's speed is left in Spark? The same Parquet file is cleaned by `dehusk clean` into Parquet, by
`Cleaner.clean_batch` in Python, and by `dehusk.spark.clean` into Parquet on `local[n]`, in turn, several rounds; medians.

    python benches/spark/compare.py BINARY EVAL [ROUNDS [CORES [MEGABYTES]]]

It needs the packages of tests/python/requirements.txt and the wheel in the same environment, and Java. Each answer is checked
for the program's number of articles and characters, so that a fast wrong one fails. Spark's time is of the job alone: its
session stands, and its Python workers have cleaned a page before, as on a cluster that is at work. What the engine alone
costs is told by the same job with rows that go through Python uncleaned. Seconds of the processor are those of all processes of
a way together: on a machine that others use they say more than the clock.
"""

import gzip
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

if len(sys.argv) < 3:
    print("usage:", __doc__.split("\n\n")[1].strip(), file=sys.stderr)
    sys.exit(2)
binary, evaluation = sys.argv[1:3]
rounds, cores, megabytes = (int(given) for given in [*sys.argv[3:6], *["5", "2", "256"][len(sys.argv) - 3 :]])
os.environ.update(PYSPARK_PYTHON=sys.executable, SPARK_LOCAL_IP="127.0.0.1")

import dehusk
import dehusk.spark
import pyarrow
import pyarrow.compute
import pyarrow.parquet
from pyspark.sql import SparkSession


def table(path):
    """Naive scrapes of the labelled pages, over and over, each time with another beginning."""
    texts = []
    for name in ["bs4", "resiliparse", "inscriptis"]:
        with gzip.open(Path(evaluation, f"text-{name}.jsonl.gz"), "rt", encoding="utf-8") as lines:
            texts += [json.loads(line)["text"] for line in lines]
    ids, rows, size = [], [], 0
    while size < megabytes * 1_000_000:
        text = texts[len(rows) % len(texts)]
        rows.append(f"Round {len(rows) // len(texts)}\n\n{text}")
        ids.append(f"{len(rows)}")
        size += len(text.encode())
    pyarrow.parquet.write_table(pyarrow.table({"id": ids, "text": rows}), path, compression="zstd", row_group_size=1000)
    return size, len(rows)


def processor_seconds():
    """What this process, all that it began and all that those began have used of the processor, ended ones among them."""
    processes = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        processes[int(stat.parent.name)] = (int(fields[1]), sum(map(int, fields[11:15])))
    ours, ticks = {os.getpid()}, 0
    while more := {pid for pid, (parent, _) in processes.items() if parent in ours} - ours:
        ours |= more
    for pid in ours:
        ticks += processes[pid][1] if pid in processes else 0
    return ticks / os.sysconf("SC_CLK_TCK")


def by_the_program(source, out):
    begin = time.monotonic()
    subprocess.run([binary, "clean", source, "-o", f"{out}/part.parquet", "--threads", str(cores), "-q"], check=True)
    return time.monotonic() - begin


def in_python(source, out):
    begin = time.monotonic()
    cleaner = dehusk.Cleaner()
    with pyarrow.parquet.ParquetFile(source) as file:
        writer = None
        for batch in file.iter_batches(1000):
            answer = cleaner.clean_batch(pyarrow.Table.from_batches([batch]), threads=cores)
            answer = answer.filter(pyarrow.compute.equal(answer["rejects"], ""))
            writer = writer or pyarrow.parquet.ParquetWriter(Path(out, "part.parquet"), answer.schema, compression="zstd")
            writer.write_table(answer)
        writer.close()
    return time.monotonic() - begin


def in_spark(spark, source, out):
    begin = time.monotonic()
    cleaned = dehusk.spark.clean(spark.read.parquet(source)).where("rejects = ''")
    cleaned.write.mode("overwrite").parquet(out)
    return time.monotonic() - begin


def through_spark(spark, source, out):
    begin = time.monotonic()
    frame = spark.read.parquet(source).select("id", "text")
    frame.mapInArrow(lambda batches: batches, frame.schema).write.mode("overwrite").parquet(out)
    return time.monotonic() - begin


def check(name, out, expected):
    told = pyarrow.parquet.read_table(out, columns=["chars_out"])
    found = (told.num_rows, sum(told["chars_out"].to_pylist()))
    assert expected in (None, found), f"{name}: {found} articles and characters, not {expected}"
    return found


with tempfile.TemporaryDirectory() as folder:
    source = f"{folder}/pages.parquet"
    size, rows = table(source)
    print(f"{rows} pages, {size / 1e6:.0f} MB of text, {Path(source).stat().st_size / 1e6:.0f} MB of Parquet, {cores} cores, {rounds} rounds")
    builder = SparkSession.builder.master(f"local[{cores}]").config("spark.ui.enabled", "false")
    builder = builder.config("spark.ui.showConsoleProgress", "false")
    builder = builder.config("spark.sql.files.maxPartitionBytes", str(Path(source).stat().st_size // (4 * cores)))
    builder = builder.config("spark.local.dir", folder).config("spark.sql.parquet.compression.codec", "zstd")
    spark = builder.config("spark.driver.memory", "4g").getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    dehusk.spark.clean(spark.createDataFrame([("Words.",)] * cores, ["text"])).repartition(cores).count()
    ways = {
        "program": lambda out: by_the_program(source, out),
        "python": lambda out: in_python(source, out),
        "spark": lambda out: in_spark(spark, source, out),
        "spark, not cleaning": lambda out: through_spark(spark, source, out),
    }
    seconds, processor, expected = {name: [] for name in ways}, {name: [] for name in ways}, None
    for _ in range(rounds):
        for name, way in ways.items():
            out = f"{folder}/{name}"
            os.makedirs(out, exist_ok=True)
            before = processor_seconds()
            seconds[name].append(way(out))
            processor[name].append(processor_seconds() - before)
            if name != "spark, not cleaning":
                expected = check(name, out, expected)
    spark.stop()
    for what, measured, unit in [("by the clock", seconds, cores), ("by the processor", processor, 1)]:
        print(f"\n{what}")
        program = statistics.median(measured["program"])
        for name, times in measured.items():
            middle, least, most = statistics.median(times), min(times), max(times)
            speed = size / 1e6 / middle / unit
            print(f"{name:20} {middle:6.2f} s ({least:.2f} to {most:.2f}) {speed:6.1f} MB/s per core {program / middle:5.2f} of the program's")
        ratios = [one / other for one, other in zip(measured["program"], measured["spark"])]
        print(f"spark against the program, round by round: {min(ratios):.2f} to {max(ratios):.2f}, median {statistics.median(ratios):.2f}")
    print(f"\n{expected[0]} articles, {expected[1]} characters, the same in all ways")
