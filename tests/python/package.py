"""The Python package says what the program says, byte for byte, of pages in every form; and it is a good citizen of Python: its
errors carry what there is to know, it lets other threads run, it travels and it forks."""

import asyncio
import doctest
import gzip
import importlib
import json
import multiprocessing
import os
import pickle
import subprocess
import sys
import threading
import time
from pathlib import Path

import dehusk
import pandas
import polars
import pyarrow
import pyarrow.parquet
from support import BINARY, clean, dehusk as program, records, run

ROOT = Path(__file__).parents[2]
SEEDS = ROOT / "seeds"
EVAL = os.environ.get("DEHUSK_EVAL")
RULES = """
schema = 1
[pack]
id = "my.pack"
version = "1.0.0"
[[rule]]
id    = "council"
kind  = "source-note"
about = "What is said of the council"
match = { starts = ["the council said"] }
score = 1.0
drop  = ["The council said no.", "The council said yes."]
keep  = ["So the council said.", "Nobody knows what the council said."]
"""
PAGE = "Bridge closed\n\nThe bridge over the river was closed on Monday for repairs.\n\nThe council said no.\n\nShare this article"


def pages():
    """Real pages as lines of JSON: the samples, and of the labelled ones a few of each sort where the machine has them."""
    lines = [json.dumps({"id": path.stem, "text": path.read_text("utf-8")}) for path in sorted(SEEDS.iterdir())]
    if EVAL:
        for name in ["bs4", "resiliparse", "inscriptis"]:
            with gzip.open(Path(EVAL, f"text-{name}.jsonl.gz"), "rt", encoding="utf-8") as texts:
                chosen = [json.loads(line) for nth, line in enumerate(texts) if nth % 25 == 0]
                lines += [json.dumps({**page, "id": f"{name}-{page['id']}"}) for page in chosen]
        for path in sorted(Path(EVAL, "html").iterdir())[::30]:
            html = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
            lines.append(json.dumps({"id": path.name, "html": html.decode("utf-8", "replace"), "n": len(lines)}))
    return lines


def of_the_program(folder, lines, *options):
    """What the program writes of these lines: the bytes of articles, of removals and of rejects, by id."""
    (folder / "pages.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    files = [folder / name for name in ("out.jsonl", "removed.jsonl", "rejects.jsonl")]
    program("clean", folder / "pages.jsonl", "-o", files[0], "--removed", files[1], "--rejects", files[2], "-q", *options)
    by_id = lambda path: {json.loads(line)["id"]: line for line in path.read_text("utf-8").split("\n") if line}
    return [by_id(path) for path in files]


def without_source(record):
    fields = json.loads(record)
    fields["source"] = ""
    return fields


def single_pages_are_cleaned_as_by_the_program_to_the_byte(folder):
    lines = pages()
    for options, settings in [((), {}), (("--profile", "careful", "--title-in-text"), {"profile": "careful", "title_in_text": True})]:
        # The program knows where a page came from; so that it says the same, the page says so itself.
        lines = [json.dumps({**json.loads(line), "source": "here"}) for line in lines]
        articles, removed, rejects = of_the_program(folder, lines, *options)
        cleaner = dehusk.Cleaner(**settings)
        told = 0
        for line in lines:
            page = json.loads(line)
            article = cleaner.clean(page.pop("text", None), html=page.pop("html", None), **page)
            if article:
                assert article.record == articles[page["id"]], page["id"]
                assert article.removed_record == removed[page["id"]], page["id"]
                assert article.text == json.loads(articles[page["id"]])["text"]
                told += 1
            else:
                reject = json.loads(rejects[page["id"]])
                assert (article.outcome, article.reason) == (reject["outcome"], reject["reason"])
        assert told == len(articles) >= 5, (told, len(articles))
        print(f"        {told} articles of {len(lines)} pages, equal to the byte")


def every_kind_of_batch_has_the_programs_answers_and_comes_back_as_that_kind(folder):
    lines = [line for line in pages() if '"html":' not in line[:400]]
    table = pyarrow.table({name: [json.loads(line)[name] for line in lines] for name in ("id", "text")})
    table = table.append_column("n", pyarrow.array(range(len(lines)), pyarrow.int32()))
    pyarrow.parquet.write_table(table, folder / "pages.parquet")
    program("clean", folder / "pages.parquet", "-o", folder / "out.parquet", "--removed", folder / "removed", "--rejects", folder / "rejects")
    expected = {row["id"]: row for row in pyarrow.parquet.read_table(folder / "out.parquet").to_pylist()}
    removed = {json.loads(line)["id"]: line for line in (folder / "removed").read_text("utf-8").split("\n") if line}
    rejects = {json.loads(line)["id"]: json.loads(line) for line in (folder / "rejects").read_text("utf-8").split("\n") if line}
    cleaner = dehusk.Cleaner()

    def check(rows):
        assert [row["n"] for row in rows] == list(range(len(lines)))
        articles = 0
        for row in rows:
            if row["rejects"]:
                told = json.loads(row["rejects"])
                assert {**rejects[row["id"]], "source": ""} == told and row["text"] == "" and row["removed"] == ""
                continue
            same = expected[row["id"]]
            for name, value in row.items():
                if name not in ("n", "source", "removed", "rejects"):
                    assert value == same[name], (row["id"], name)
            assert row["removed"] == removed[row["id"]], row["id"]
            articles += 1
        assert articles == len(expected) >= 5

    of_table = cleaner.clean_batch(table, removed=True)
    assert type(of_table) is pyarrow.Table
    written = pyarrow.parquet.read_schema(folder / "out.parquet")
    assert [(field.name, field.type) for field in of_table.schema][:15] == [(field.name, field.type) for field in written][:15]
    assert of_table.schema.names[15:] == ["n", "removed", "rejects"] and of_table.schema.field("n").type == pyarrow.int32()
    check(of_table.to_pylist())
    assert cleaner.clean_batch(table, removed=True, threads=3).to_pylist() == of_table.to_pylist()

    of_batch = cleaner.clean_batch(table.to_batches()[0], removed=True)
    assert type(of_batch) is pyarrow.RecordBatch and of_batch.to_pylist() == of_table.to_pylist()
    of_polars = cleaner.clean_batch(polars.from_arrow(table), removed=True)
    assert type(of_polars) is polars.DataFrame and of_polars.schema["text"] == polars.String
    check(of_polars.to_dicts())
    frame = table.to_pandas()
    frame.index = [f"row {n}" for n in range(len(lines))]
    of_pandas = cleaner.clean_batch(frame, removed=True)
    assert type(of_pandas) is pandas.DataFrame and list(of_pandas.index) == list(frame.index)
    assert list(of_pandas["text"]) == of_table["text"].to_pylist()

    texts = of_table["text"].to_pylist()
    assert cleaner.clean_batch(table["text"].to_pylist()) == texts
    assert cleaner.clean_batch(tuple(table["text"].to_pylist())) == texts
    for kind in [pyarrow.string(), pyarrow.large_string(), pyarrow.string_view()]:
        array = pyarrow.array(table["text"].to_pylist(), kind)
        cleaned = cleaner.clean_batch(array)
        assert isinstance(cleaned, pyarrow.Array) and cleaned.type == kind and cleaned.to_pylist() == texts, kind
    chunks = pyarrow.chunked_array([table["text"].combine_chunks()[:2], table["text"].combine_chunks()[2:]])
    cleaned = cleaner.clean_batch(chunks)
    assert type(cleaned) is pyarrow.ChunkedArray and cleaned.to_pylist() == texts
    assert cleaner.clean_batch(chunks.combine_chunks().dictionary_encode()).to_pylist() == texts
    assert cleaner.clean_batch(pyarrow.array([text.encode() for text in table["text"].to_pylist()])).to_pylist() == texts
    named = pyarrow.array([text.encode() for text in table["text"].to_pylist()]).dictionary_encode()
    assert cleaner.clean_batch(named).to_pylist() == texts
    series = polars.from_arrow(table)["text"]
    cleaned = cleaner.clean_batch(series)
    assert type(cleaned) is polars.Series and cleaned.name == "text" and cleaned.to_list() == texts
    assert cleaner.clean_batch(series.alias("page")).name == "page"
    cleaned = cleaner.clean_batch(frame["text"])
    assert type(cleaned) is pandas.Series and list(cleaned) == texts and list(cleaned.index) == list(frame.index)


def what_holds_no_page_keeps_its_place(folder):
    cleaner = dehusk.Cleaner()
    given = [PAGE, None, "", " \n", PAGE]
    first = cleaner.clean_batch([PAGE])[0]
    assert first and cleaner.clean_batch(given) == [first, None, "", "", first]
    assert cleaner.clean_batch(pyarrow.array(given)).to_pylist() == [first, None, "", "", first]
    assert cleaner.clean_batch([]) == [] and cleaner.clean_batch(pyarrow.array([], pyarrow.string())).to_pylist() == []
    assert cleaner.clean_batch(pyarrow.array([None, None])).to_pylist() == [None, None]
    assert cleaner.clean_batch(pyarrow.array(["x", PAGE, None])[1:]).to_pylist() == [first, None]
    # Of columns without a type polars hands over what is not Arrow's.
    untyped = polars.DataFrame({"text": [PAGE, None], "n": [None, None], "s": [{"a": None}, None], "l": [[], None], "title": [None, None]})
    cleaned = cleaner.clean_batch(untyped)
    assert cleaned["text"].to_list() == [first, ""] and cleaned["n"].to_list() == [None, None]
    assert [cleaned.schema[name] for name in ("n", "s", "title")] == [polars.Null, untyped.schema["s"], polars.String]
    assert cleaner.clean_batch(polars.Series("page", [None, None])).to_list() == [None, None]
    empty = pyarrow.table({"text": pyarrow.array([], pyarrow.string())})
    for none in [empty, empty.schema.empty_table().to_batches() and empty, polars.from_arrow(empty)]:
        cleaned = cleaner.clean_batch(none)
        assert type(cleaned) is type(none) and len(cleaned) == 0
    summary = dehusk.Summary()
    cleaned = cleaner.clean_batch(pyarrow.table({"text": given}), summary=summary)
    assert [json.loads(told or "{}").get("reason") for told in cleaned["rejects"].to_pylist()] == [
        None, "no-text-field", "blank", "blank", None
    ]
    assert (summary.pages, summary.articles, summary.empty, summary.rejected) == (5, 2, 2, {"no-text-field": 1})
    half = cleaner.clean_batch(["The council met on Monday \ud83c to talk about the bridge over the river."])[0]
    assert half == "The council met on Monday \ufffd to talk about the bridge over the river.", half
    article = cleaner.clean("The council met on Monday \ud83c to talk about the bridge over the river.")
    assert article.text == half and article.flags == ["mended-surrogates"]
    binary = pyarrow.table({"text": [PAGE.encode(), b"\x00\x01\x02\x00", "Füße am Fluß, sagte der Rat.".encode("latin-1")]})
    cleaned = cleaner.clean_batch(binary).to_pylist()
    assert json.loads(cleaned[1]["rejects"])["reason"] == "binary" and cleaned[0]["text"] == first
    assert cleaned[2]["text"] == "Füße am Fluß, sagte der Rat." and cleaned[2]["flags"].startswith("decoded:")


def columns_are_chosen_and_faults_are_told(folder):
    cleaner = dehusk.Cleaner()
    html = "<html><body><h1>Bridge closed</h1><p>The bridge over the river was closed on Monday.</p></body></html>"
    table = pyarrow.table({"body": [PAGE], "page": [html], "key": [7], "n": [1], "title": ["Given"]})
    cleaned = cleaner.clean_batch(table, text="body", id="key").to_pylist()[0]
    assert (cleaned["id"], cleaned["title"], cleaned["n"], cleaned["page"]) == ("7", "Given", 1, html)
    cleaned = cleaner.clean_batch(table, html="page", keep=["n"])
    assert cleaned.schema.names[-2:] == ["n", "rejects"] and "river was closed" in cleaned["text"][0].as_py()
    both = pyarrow.table({"text": [PAGE, None], "html": [html, html]})
    cleaned = cleaner.clean_batch(both)["text"].to_pylist()
    assert cleaned[1] == "The bridge over the river was closed on Monday." and cleaned[0] != cleaned[1]

    def raises(kind, words, call):
        try:
            call()
        except kind as error:
            assert words in str(error), error
            return error
        raise AssertionError(f"no {kind.__name__}")

    raises(ValueError, "there is no column `text` among `body`", lambda: cleaner.clean_batch(table.select(["body"])))
    raises(ValueError, "there is no column `x` to keep", lambda: cleaner.clean_batch(table, text="body", keep=["x"]))
    raises(ValueError, "`title` is a column of the answer", lambda: cleaner.clean_batch(table, text="body", keep=["title"]))
    raises(TypeError, "holds no pages", lambda: cleaner.clean_batch(5))
    raises(TypeError, "the one at 1 is of type `int`", lambda: cleaner.clean_batch(["a", 1]))
    raises(TypeError, "pages are strings", lambda: cleaner.clean_batch(pyarrow.array([1])))
    raises(TypeError, "collect it first", lambda: cleaner.clean_batch(polars.LazyFrame({"text": ["a"]})))
    raises(TypeError, "one of them", lambda: cleaner.clean())
    raises(TypeError, "one of them", lambda: cleaner.clean("a", html="b"))
    raises(ValueError, "`wild` is no profile; write `careful`", lambda: dehusk.Cleaner(profile="wild"))
    raises(ValueError, "`all` is no pages; write `article`", lambda: dehusk.Cleaner(pages="all"))
    raises(ValueError, "weights", lambda: dehusk.Cleaner(weights=[b"no weights"]))
    fault = raises(dehusk.PageError, "too-large", lambda: dehusk.Cleaner(max_page=100).clean(PAGE * 10))
    assert fault.reason == "too-large" and isinstance(fault, dehusk.DehuskError)
    assert pickle.loads(pickle.dumps(fault)).detail == fault.detail
    assert not cleaner.clean("") and cleaner.clean("").outcome == "empty" and cleaner.clean("").reason == "blank"
    assert dehusk.Cleaner(min_words=500).clean(PAGE).reason == "too-short"


def rules_travel_by_what_they_say_and_their_faults_are_all_told(folder):
    path = folder / "mine.toml"
    path.write_text(RULES)
    cleaner = dehusk.Cleaner(path, profile="careful")
    assert "my.pack/council" in cleaner.rules and "The council said no." not in cleaner.clean(PAGE).text
    assert "The council said no." in dehusk.Cleaner(profile="careful").clean(PAGE).text
    (folder / "pages.jsonl").write_text(json.dumps({"text": PAGE, "id": "a", "source": "x"}) + "\n")
    program("clean", folder / "pages.jsonl", "-o", folder / "out.jsonl", "--rules", path, "--profile", "careful", "-q")
    assert cleaner.clean(PAGE, id="a", source="x").record == (folder / "out.jsonl").read_text("utf-8").rstrip("\n")
    travelled = pickle.dumps(cleaner)
    path.unlink()
    assert pickle.loads(travelled) == cleaner and pickle.loads(travelled).clean(PAGE) == cleaner.clean(PAGE)
    same = dehusk.Cleaner(dehusk.Rules.from_text(RULES, name=str(path)), profile="careful")
    assert same == cleaner and hash(same) == hash(cleaner) and same != dehusk.Cleaner()
    assert pickle.loads(pickle.dumps(cleaner.clean(PAGE))).removed[-1] == cleaner.clean(PAGE).removed[-1]

    broken = "schema = 1\n[pack]\nid = \"a b\"\nversion = \"1\"\n[[rule]]\nid = \"x\"\nkind = \"nothing\"\n"
    try:
        dehusk.Cleaner(dehusk.Rules.from_text(broken, name="broken.toml"))
        raise AssertionError("broken rules were taken")
    except dehusk.RulesError as error:
        assert len(error.diagnostics) >= 3 and "broken.toml" in str(error)
        assert all(fault.severity == "error" and fault.message for fault in error.diagnostics)
        assert any(fault.file == "broken.toml" and fault.line == 7 for fault in error.diagnostics), error.diagnostics
        assert pickle.loads(pickle.dumps(error)).diagnostics == error.diagnostics
        (folder / "broken.toml").write_text(broken)
        ran = subprocess.run([BINARY, "rules", "check", folder / "broken.toml"], capture_output=True, text=True)
        assert ran.returncode == 2 and all(fault.message.split("`")[0] in ran.stderr for fault in error.diagnostics)
    try:
        dehusk.Rules(folder / "none.toml")
        raise AssertionError("a missing file was read")
    except dehusk.RulesError as error:
        assert "there is no such file" in error.diagnostics[0].message

    odd = RULES.replace("Nobody knows what the council said.", "The council said no more than that.")
    found = dehusk.Rules.from_text(odd, name="odd.toml").check()
    (folder / "odd.toml").write_text(odd)
    told = subprocess.run([BINARY, "rules", "check", "--json", "odd.toml"], capture_output=True, text=True, cwd=folder)
    assert told.returncode == 1 and found
    for fault, same in zip(found, json.loads(told.stdout)["findings"], strict=True):
        assert {name: getattr(fault, name) for name in same} == same
    assert not [fault for fault in dehusk.Rules().check() if fault.severity == "error"]


def explanations_are_those_of_the_program(folder):
    page = SEEDS / "002_7ad6a651d57beef3.txt"
    told = dehusk.Cleaner().explain(page.read_text("utf-8"), id=page.stem)
    same = json.loads(program("explain", page, "--json"))
    assert {**told, "source": ""} == {**same, "source": ""}
    text = program("explain", page, "--color", "never", "--only", "gone").splitlines()
    assert dehusk.Cleaner().explain(page.read_text("utf-8"), only="gone").text.splitlines()[1:] == text[1:]
    assert str(told).count("\n") > 20 and pickle.loads(pickle.dumps(told)) == told


def the_module_is_the_command_line(folder):
    def ran(*command):
        done = subprocess.run([*map(str, command)], capture_output=True, cwd=folder)
        return done.returncode, done.stdout, done.stderr

    script = Path(sys.executable).with_name("dehusk")
    for name, arguments in {
        "help": ["--help"],
        "version": ["--version"],
        "verb": ["clean", "--help"],
        "articles": ["clean", SEEDS, "-q"],
        "no verb": [],
        "no such input": ["clean", "none.txt"],
        "wrong option": ["clean", "--nothing"],
        "rules": ["rules", "list", "--color", "never"],
        "explained": ["explain", next(iter(SEEDS.iterdir())), "--color", "never"],
    }.items():
        expected = ran(BINARY, *arguments)
        assert ran(sys.executable, "-m", "dehusk", *arguments) == expected, name
    assert ran(script, "clean", SEEDS, "-q") == ran(BINARY, "clean", SEEDS, "-q")
    begun = subprocess.Popen([sys.executable, "-m", "dehusk", "clean", "-", "-o", folder / "out.jsonl"], stdin=subprocess.PIPE, stderr=subprocess.PIPE)
    # It takes signals before it begins to write, however long that takes.
    until = time.monotonic() + 60
    while not (folder / ".out.jsonl.part").exists() and time.monotonic() < until:
        time.sleep(0.05)
    begun.send_signal(2)
    begun.stdin.close()
    assert begun.wait(20) == 130 and not (folder / "out.jsonl").exists()


def other_threads_run_while_pages_are_cleaned(folder):
    cleaner = dehusk.Cleaner()
    texts = [path.read_text("utf-8") for path in SEEDS.iterdir()] * 300
    array = pyarrow.array(texts)
    ticks, done = [], threading.Event()

    def tick():
        while not done.is_set():
            ticks.append(time.monotonic())
            time.sleep(0.001)

    thread = threading.Thread(target=tick)
    thread.start()
    begin = time.monotonic()
    cleaner.clean_batch(array)
    end = time.monotonic()
    done.set()
    thread.join()
    within = [tick for tick in ticks if begin < tick < end]
    # A call that kept the lock would let nobody in between.
    assert end - begin > 0.05 and len(within) > 10 * (end - begin), (len(within), end - begin)

    expected = cleaner.clean_batch(texts[:50])
    answers = [None] * 4
    threads = [threading.Thread(target=lambda n=n: answers.__setitem__(n, cleaner.clean_batch(texts[:50]))) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [expected] * 4

    async def all_at_once():
        return await asyncio.gather(*(asyncio.to_thread(cleaner.clean, PAGE) for _ in range(20)))

    assert len(set(article.record for article in asyncio.run(all_at_once()))) == 1


def _in_a_child(cleaner, texts):
    return cleaner.clean_batch(texts)


def processes_may_fork_and_spawn(folder):
    cleaner = dehusk.Cleaner(dehusk.Rules.from_text(RULES))
    texts = [path.read_text("utf-8") for path in SEEDS.iterdir()]
    expected = cleaner.clean_batch(texts)
    busy = threading.Event()

    def work():
        while not busy.is_set():
            cleaner.clean_batch(texts * 5, threads=2)

    # The children are made while another thread is in the middle of a page.
    thread = threading.Thread(target=work)
    thread.start()
    try:
        for _ in range(10):
            with multiprocessing.get_context("fork").Pool(2) as pool:
                assert pool.starmap_async(_in_a_child, [(cleaner, texts)] * 2).get(60) == [expected] * 2
    finally:
        busy.set()
        thread.join()
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writer, json.dumps(cleaner.clean_batch(texts) == expected).encode())
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0 and os.read(reader, 10) == b"true"
    code = "import pickle, sys; print(pickle.load(sys.stdin.buffer).clean('The council said no. Well, that is that.').record)"
    spawned = subprocess.run([sys.executable, "-c", code], input=pickle.dumps(cleaner), capture_output=True)
    assert spawned.stdout.decode().rstrip("\n") == cleaner.clean("The council said no. Well, that is that.").record, spawned.stderr


def examples_in_the_package_hold(folder):
    tried = 0
    for name in ["", "._article", "._cleaner", "._errors", "._rules", "._summary"]:
        module = importlib.import_module(f"dehusk{name}")
        result = doctest.testmod(module)
        assert result.failed == 0, name
        tried += result.attempted
    assert tried > 25, tried


def stubs_and_marker_are_in_the_wheel_and_name_what_is_there(folder):
    import ast

    import dehusk._dehusk as compiled

    package = Path(dehusk.__file__).parent
    assert (package / "py.typed").exists()
    stub = ast.parse((package / "_dehusk.pyi").read_text())
    names = {node.name for node in stub.body if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
    assert names == {name for name in dir(compiled) if not name.startswith("_")}, names
    core = next(node for node in stub.body if isinstance(node, ast.ClassDef))
    methods = {node.name for node in core.body if isinstance(node, ast.FunctionDef)} - {"__new__"}
    assert methods == {name for name in dir(compiled.Core) if not name.startswith("_")}, methods
    for name in dehusk.__all__:
        if not name.startswith("_"):
            assert getattr(dehusk, name).__doc__, name


if __name__ == "__main__":
    run(
        [
            single_pages_are_cleaned_as_by_the_program_to_the_byte,
            every_kind_of_batch_has_the_programs_answers_and_comes_back_as_that_kind,
            what_holds_no_page_keeps_its_place,
            columns_are_chosen_and_faults_are_told,
            rules_travel_by_what_they_say_and_their_faults_are_all_told,
            explanations_are_those_of_the_program,
            the_module_is_the_command_line,
            other_threads_run_while_pages_are_cleaned,
            processes_may_fork_and_spawn,
            examples_in_the_package_hold,
            stubs_and_marker_are_in_the_wheel_and_name_what_is_there,
        ]
    )
