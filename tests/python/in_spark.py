"""Spark gives the program's answers, on a cluster that lives in one machine's processes: `local-cluster[2,1,1024]`, which Spark
starts and stops itself, and a standalone master with two workers on loopback, which are started here as processes of their
own and ended by their ids whatever happens. An executor that is killed in the middle loses nothing, and a page that cannot
be read is a row with its reason.

Needs Java; says loudly when there is none."""

import hashlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

if shutil.which("java") is None and not os.environ.get("JAVA_HOME"):
    print("\n!! SKIPPED: nothing was tested in Spark: there is no java; install Java 17 or newer\n", file=sys.stderr)
    sys.exit(0)

os.environ.update(PYSPARK_PYTHON=sys.executable, PYSPARK_DRIVER_PYTHON=sys.executable, SPARK_LOCAL_IP="127.0.0.1")
os.environ.pop("SPARK_HOME", None)

import dehusk
import dehusk.spark
import pyarrow
import pyarrow.parquet
import pyspark
from package import PAGE, RULES, pages
from pyspark.sql import SparkSession
from pyspark.sql import functions as F
from support import dehusk as program, run

SPARK_HOME = Path(pyspark.__file__).parent


def session(master, name):
    builder = SparkSession.builder.master(master).appName(name)
    for key, value in {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.sql.shuffle.partitions": "2",
        "spark.sql.files.maxPartitionBytes": "1m",
        "spark.sql.files.openCostInBytes": "1m",
        "spark.executor.memory": "768m",
        "spark.sql.session.timeZone": "UTC",
    }.items():
        builder = builder.config(key, value)
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("OFF")
    return spark


def table_of_pages(folder):
    """Real pages, and some that cannot be read or hold nothing, as a Parquet file; and what the program makes of it."""
    lines = [json.loads(line) for line in pages()]
    rows = [{"id": line["id"], "text": line.get("text"), "html": line.get("html"), "n": n} for n, line in enumerate(lines)]
    rows += [
        {"id": "null", "text": None, "html": None, "n": -1},
        {"id": "blank", "text": " \n", "html": None, "n": -2},
        {"id": "huge", "text": "The page is large. " * 1_000_000, "html": None, "n": -3},
    ]
    schema = pyarrow.schema([("id", pyarrow.string()), ("text", pyarrow.string()), ("html", pyarrow.string()), ("n", pyarrow.int32())])
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows, schema), folder / "pages.parquet", row_group_size=40)
    files = [folder / name for name in ("out.parquet", "removed", "rejects", "summary")]
    told = ["-o", files[0], "--removed", files[1], "--rejects", files[2], "--summary", files[3]]
    (folder / "mine.toml").write_text(RULES)
    program("clean", folder / "pages.parquet", *told, "--rules", folder / "mine.toml", "-q")
    articles = {row["id"]: row for row in pyarrow.parquet.read_table(files[0]).to_pylist()}
    by_id = lambda path: {json.loads(line)["id"]: line for line in path.read_text("utf-8").split("\n") if line}
    return rows, articles, by_id(files[1]), by_id(files[2]), json.loads(files[3].read_text())


def the_programs_answers_on_a_local_cluster(folder):
    rows, articles, removed, rejects, told = table_of_pages(folder)
    spark = session("local-cluster[2,1,1024]", "dehusk tests")
    try:
        frame = spark.read.parquet(str(folder / "pages.parquet")).repartition(4)
        summary = dehusk.spark.SparkSummary(spark)
        cleaned = dehusk.spark.clean(
            frame, rules=folder / "mine.toml", keep=["n"], removed=True, summary=summary, batch_bytes=1 << 20
        )
        assert spark.conf.get("spark.sql.execution.arrow.maxBytesPerBatch") == str(1 << 20)
        assert cleaned.schema == dehusk.spark.schema(removed=True, keep=[frame.schema["n"]])
        # Executors are handed what the rules say; the file is gone before they run.
        (folder / "mine.toml").unlink()
        collected = {row["id"]: row.asDict() for row in cleaned.collect()}
        assert len(collected) == len(rows)
        for row in rows:
            got = collected[row["id"]]
            assert got["n"] == row["n"]
            if got["rejects"]:
                # A row that is too large is known to the program by its place in the file, and here by its id.
                known = json.loads(rejects.get(row["id"], rejects["pages#" + str(len(rows))]))
                assert json.loads(got["rejects"]) == {**known, "id": row["id"], "source": ""}
                assert got["text"] == "" and got["removed"] == "" and row["id"] not in articles
                continue
            same = articles[row["id"]]
            for name in set(got) - {"n", "source", "removed", "rejects", "published_at"}:
                assert got[name] == same[name], (row["id"], name)
            instant = same["published_at"]
            assert (got["published_at"] is None) == (instant is None)
            assert got["removed"] == removed[row["id"]], row["id"]
        reasons = {identity: json.loads(collected[identity]["rejects"])["reason"] for identity in ("null", "blank", "huge")}
        assert reasons == {"null": "no-text-field", "blank": "blank", "huge": "too-large"}, reasons

        counted = summary.value
        assert {name: getattr(counted, name) for name in ("pages", "articles", "empty", "rejected", "lines_in", "bytes_out")} == {
            name: told[name] for name in ("pages", "articles", "empty", "rejected", "lines_in", "bytes_out")
        }
        assert counted.rules == {rule["id"]: rule["removals"] for rule in told["rules"]} and counted.kinds == told["kinds"]

        assert dehusk.spark.reject_of(collected["null"]["rejects"])["outcome"] == "rejected"
        for call, words in [
            (lambda: dehusk.spark.clean(frame, text="body"), None),
            (lambda: dehusk.spark.clean(frame.select("id", "n")), "there is no column `text`"),
            (lambda: dehusk.spark.clean(frame, keep=["x"]), "there is no column `x` to keep"),
            (lambda: dehusk.spark.clean(frame, keep=["html", "id"]), "`id` is a column of the answer"),
        ]:
            try:
                call()
                assert words is None, words
            except ValueError as error:
                assert words and words in str(error), error
        # HTML goes first when it is asked for.
        html = [row["id"] for row in rows if row["html"]]
        if html:
            page = dehusk.spark.clean(frame.where(F.col("id") == html[0]), html="html").collect()[0]
            assert page["text"] and page["rejects"] == ""
        print(f"        {len(articles)} articles of {len(rows)} pages, equal in every field")
    finally:
        spark.stop()


class Standalone:
    """A master and two workers on loopback, of one core each."""

    def __init__(self, folder):
        self.folder = folder
        self.processes = []

    def __enter__(self):
        try:
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                port = probe.getsockname()[1]
            self.master = f"spark://127.0.0.1:{port}"
            self.begin("master.Master", "--host", "127.0.0.1", "--port", port, "--webui-port", 0)
            self.wait_for(0, "I have been elected leader")
            for nth in range(2):
                work = self.folder / f"worker-{nth}"
                self.begin("worker.Worker", self.master, "--host", "127.0.0.1", "--webui-port", 0, "-c", 1, "-m", "1g", "-d", work)
            for nth in (1, 2):
                self.wait_for(nth, "Successfully registered with master")
            return self
        except BaseException:
            self.__exit__()
            raise

    def begin(self, kind, *arguments):
        log = (self.folder / f"log-{len(self.processes)}").open("wb")
        command = [SPARK_HOME / "bin" / "spark-class", f"org.apache.spark.deploy.{kind}", *arguments]
        begun = subprocess.Popen([*map(str, command)], stdout=log, stderr=log, env={**os.environ, "SPARK_DAEMON_MEMORY": "256m"})
        self.processes.append(begun)

    def wait_for(self, nth, words):
        log = self.folder / f"log-{nth}"
        for _ in range(600):
            if words in log.read_text("utf-8", "replace"):
                return
            assert self.processes[nth].poll() is None, log.read_text("utf-8", "replace")
            time.sleep(0.1)
        raise AssertionError(f"nothing of `{words}` in {log.read_text('utf-8', 'replace')}")

    def executors(self):
        """The processes that the workers have begun."""
        found = []
        for nth in (1, 2):
            children = Path(f"/proc/{self.processes[nth].pid}/task").glob("*/children")
            for child in " ".join(path.read_text() for path in children).split():
                if b"CoarseGrainedExecutorBackend" in Path(f"/proc/{child}/cmdline").read_bytes():
                    found.append(int(child))
        return found

    def __exit__(self, *_):
        # Workers end their executors when they are asked to end.
        for process in reversed(self.processes):
            process.terminate()
        for process in self.processes:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def a_killed_executor_loses_nothing(folder):
    texts = [path.read_text("utf-8") for path in sorted((Path(__file__).parents[2] / "seeds").iterdir())] + [PAGE]
    expected = dehusk.Cleaner().clean_batch(texts)
    (folder / "pages").mkdir()
    parts, rows = 24, 900
    for part in range(parts):
        ids = [f"{part}-{row}" for row in range(rows)]
        cells = [texts[row % len(texts)] if row else None for row in range(rows)]
        pyarrow.parquet.write_table(pyarrow.table({"id": ids, "text": cells}), folder / "pages" / f"{part:02}.parquet")
    with Standalone(folder) as cluster:
        spark = session(cluster.master, "dehusk tests")
        try:
            context = spark.sparkContext
            frame = spark.read.parquet(str(folder / "pages"))
            assert frame.rdd.getNumPartitions() >= parts
            cleaned = dehusk.spark.clean(frame).select("id", F.sha2("text", 256).alias("hash"), "rejects")
            killed, seen = [], []

            def kill_in_the_middle():
                tracker = context.statusTracker()
                for _ in range(2000):
                    time.sleep(0.02)
                    stages = [tracker.getStageInfo(stage) for stage in tracker.getActiveStageIds()]
                    done = [stage.numCompletedTasks for stage in stages if stage and stage.numTasks >= parts]
                    if done and 2 <= done[0] < parts - 6:
                        victim = cluster.executors()[0]
                        seen.append(done[0])
                        os.kill(victim, signal.SIGKILL)
                        killed.append(victim)
                        return

            killer = threading.Thread(target=kill_in_the_middle)
            killer.start()
            collected = cleaned.collect()
            killer.join()
            assert killed, "the job was over before an executor could be killed"
            assert len(collected) == parts * rows == len({row["id"] for row in collected})
            hashes = [hashlib.sha256(text.encode()).hexdigest() for text in expected]
            for row in collected:
                number = int(row["id"].partition("-")[2])
                if number == 0:
                    assert json.loads(row["rejects"])["reason"] == "no-text-field", row
                else:
                    assert row["rejects"] == "" and row["hash"] == hashes[number % len(texts)], row
            print(f"        killed after {seen[0]} of {parts} tasks; {len(collected)} rows, none lost")
        finally:
            spark.stop()
    assert all(process.poll() is not None for process in cluster.processes)


if __name__ == "__main__":
    # Class files and logs go where they are taken away again.
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["SPARK_LOCAL_DIRS"] = scratch
        os.chdir(scratch)
        run([the_programs_answers_on_a_local_cluster, a_killed_executor_loses_nothing])
