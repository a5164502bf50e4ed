"""Archives and tables that independent tools wrote are read as those tools read them, whole and broken."""

import gzip
import io
import json

import duckdb
import polars
import pyarrow
import pyarrow.parquet
from fastwarc.warc import ArchiveIterator as FastIterator
from fastwarc.warc import WarcRecord, WarcRecordType
from support import clean, records, run
from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

HTML = (
    "<!doctype html><meta charset=utf-8><title>Bridge {0} closed</title><p>The committee met on day {0} to hear what the "
    "engineers had found under the old bridge — and it did not like the answer at all.</p>"
)
PAGES = 40


def by_warcio(path, packed, version="1.0"):
    """An archive of pages with everything that crawlers put between them."""
    with path.open("wb") as out:
        writer = WARCWriter(out, gzip=packed, warc_version=version)
        writer.write_record(writer.create_warcinfo_record(path.name, {"software": "test"}))
        for page in range(PAGES):
            uri = f"https://example.org/{page}"
            body = HTML.format(page).encode()
            fields = [("Content-Type", "text/html; charset=utf-8")]
            if page % 4 == 1:
                body = gzip.compress(body)
                fields.append(("Content-Encoding", "gzip"))
            if page % 4 == 2:
                body = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in [body[:50], body[50:]]) + b"0\r\n\r\n"
                fields.append(("Transfer-Encoding", "chunked"))
            head = StatusAndHeaders("200 OK", fields, protocol="HTTP/1.1")
            asked = StatusAndHeaders("GET / HTTP/1.1", [("Host", "example.org")], is_http_request=True)
            response = writer.create_warc_record(uri, "response", payload=io.BytesIO(body), http_headers=head)
            request = writer.create_warc_record(uri, "request", http_headers=asked)
            writer.write_request_response_pair(request, response)
        image = StatusAndHeaders("200 OK", [("Content-Type", "image/png")], protocol="HTTP/1.1")
        writer.write_record(
            writer.create_warc_record("https://example.org/i", "response", payload=io.BytesIO(b"\x89PNG"), http_headers=image)
        )
        writer.write_record(
            writer.create_revisit_record("https://example.org/0", "sha1:A", "https://example.org/0", "2020-01-03T00:00:00Z")
        )
        text = "Words of a page, told by a tool."
        writer.write_record(
            writer.create_warc_record(
                "https://example.org/t", "conversion", payload=io.BytesIO(text.encode()), warc_content_type="text/plain"
            )
        )
    return path


def pages_of(path):
    """Offset, id and address of every page, as warcio reads them."""
    found = []
    with path.open("rb") as raw:
        archive = ArchiveIterator(raw)
        for record in archive:
            kind = record.http_headers.get_header("Content-Type") if record.http_headers else record.content_type
            if record.rec_type in ("response", "conversion") and kind.startswith("text/"):
                head = record.rec_headers
                identity = head.get_header("WARC-Record-ID").removeprefix("<urn:uuid:").removesuffix(">")
                found.append([archive.get_record_offset(), identity, head.get_header("WARC-Target-URI")])
    return found


def articles_of(path, expected_rejects=()):
    output = path.with_suffix(".out")
    summary, rejects = clean([path], output)
    assert [reject["reason"] for reject in rejects] == list(expected_rejects), rejects
    return summary, records(output)


def an_archive_is_read_as_warcio_reads_it(folder):
    for name, packed, version in [("a.warc.gz", True, "1.0"), ("b.warc", False, "1.1"), ("c.warc.gz", True, "1.1")]:
        path = by_warcio(folder / name, packed, version)
        summary, articles = articles_of(path)
        expected = [[f"{path}#{offset}", *rest] for offset, *rest in pages_of(path)]
        assert [[article["source"], article["id"], article["url"]] for article in articles] == expected
        for page, article in enumerate(articles[:PAGES]):
            assert article["text"].startswith(f"The committee met on day {page} to hear"), article
            assert "bridge — and" in article["text"] and article["title"] == f"Bridge {page} closed", article
        assert articles[PAGES]["text"] == "Words of a page, told by a tool."
        assert summary["formats"] == {"warc": PAGES, "wet": 1}, summary
        assert summary["no_pages"] == {"not-html": 1, "request": PAGES, "revisit": 1, "warcinfo": 1}, summary


def an_archive_is_read_as_fastwarc_wrote_it(folder):
    for packed in (False, True):
        plain = by_warcio(folder / "a.warc", False)
        path = folder / ("b.warc.gz" if packed else "b.warc")
        written = 0
        with path.open("wb") as out:
            for record in FastIterator(plain.open("rb"), record_types=WarcRecordType.response, parse_http=False):
                buffer = io.BytesIO()
                record.write(buffer)
                out.write(gzip.compress(buffer.getvalue()) if packed else buffer.getvalue())
                written += 1
            made = WarcRecord()
            made.init_headers(WarcRecordType.resource, record_urn=b"uuid:11111111-2222-3333-4444-555555555555")
            made.headers["WARC-Target-URI"] = "https://example.org/made"
            made.headers["Content-Type"] = "text/html"
            made.set_bytes_content(HTML.format("made").encode())
            buffer = io.BytesIO()
            made.write(buffer)
            out.write(gzip.compress(buffer.getvalue()) if packed else buffer.getvalue())
        summary, articles = articles_of(path)
        assert (written, len(articles), summary["no_pages"]) == (PAGES + 1, PAGES + 1, {"not-html": 1}), summary
        assert articles[-1]["id"] == "11111111-2222-3333-4444-555555555555", articles[-1]
        assert articles[-1]["url"] == "https://example.org/made", articles[-1]


def what_is_broken_costs_no_more_than_itself(folder):
    whole = by_warcio(folder / "whole.warc.gz", True)
    pages = pages_of(whole)
    raw = whole.read_bytes()
    ids = [identity for _, identity, _ in pages]

    def broken(name, raw, gone, reasons):
        path = folder / name
        path.write_bytes(raw)
        _, articles = articles_of(path, reasons)
        assert [article["id"] for article in articles] == [identity for identity in ids if identity not in gone], name

    at, behind = pages[20][0], pages[21][0]
    broken("cut.warc.gz", raw[: at + 50], ids[20:], ["broken-compression"])
    bad = bytearray(raw)
    bad[at + 200 : at + 220] = bytes(20)
    broken("member.warc.gz", bytes(bad), [ids[20]], ["broken-compression"])
    # The record's request stands between the two pages.
    members = gzip.decompress(raw[at:behind]).replace(b"Content-Length: ", b"Content-Length: 9", 1)
    broken("length.warc.gz", raw[:at] + gzip.compress(members[: members.index(b"WARC/1.0", 9)]) + raw[behind:], [ids[20]], ["broken-record"])

    plain = by_warcio(folder / "plain.warc", False)
    pages = pages_of(plain)
    ids = [identity for _, identity, _ in pages]
    raw = plain.read_bytes()
    at = pages[20][0]
    broken("cut.warc", raw[: at + 500], ids[20:], ["broken-record"])
    for length in [b"Content-Length: 9", b"Content-Length: 99999", b"Content-Length: -"]:
        broken("length.warc", raw[:at] + raw[at:].replace(b"Content-Length: ", length, 1), [ids[20]], ["broken-record"])


def tables_of_other_tools_are_read(folder):
    rows = 3000
    texts = [f"The committee met on day {row} to hear what the engineers had found." for row in range(rows)]
    table = pyarrow.table(
        {
            "id": [f"row-{row}" for row in range(rows)],
            "text": texts,
            "n": pyarrow.array(range(rows), pyarrow.int16()),
            "share": [row / 8 for row in range(rows)],
            "seen": [None if row % 3 == 0 else row % 3 == 1 for row in range(rows)],
            "day": pyarrow.array([18000 + row for row in range(rows)], pyarrow.date32()),
            "at": pyarrow.array([row * 1000 for row in range(rows)], pyarrow.timestamp("ms", "Europe/Berlin")),
            "tags": [[f"t{row}", None] for row in range(rows)],
            "nested": [{"a": row, "b": {"c": str(row)}} for row in range(rows)],
            "site": pyarrow.array([f"site {row % 3}" for row in range(rows)]).dictionary_encode(),
        }
    )
    for codec in ["snappy", "zstd", "gzip", "lz4", "none"]:
        path = folder / f"{codec}.parquet"
        pyarrow.parquet.write_table(table, path, compression=codec, row_group_size=700)
        summary, articles = articles_of(path)
        assert (summary["formats"], len(articles)) == ({"parquet": rows}, rows), summary
        for row in (0, 1, 699, 700, rows - 1):
            article = articles[row]
            assert article["text"] == texts[row] and article["id"] == f"row-{row}", article
            assert article["source"] == f"{path}#{row + 1}", article
            assert (article["n"], article["share"], article["tags"]) == (row, row / 8, [f"t{row}", None]), article
            assert article["seen"] == (None if row % 3 == 0 else row % 3 == 1), article
            assert article["nested"] == {"a": row, "b": {"c": str(row)}}, article
            assert article["site"] == f"site {row % 3}", article
        assert (articles[1]["day"], articles[1]["at"]) == ("2019-04-15", "1970-01-01T01:00:01+01:00"), articles[1]

    path = folder / "brotli.parquet"
    pyarrow.parquet.write_table(table, path, compression="brotli", row_group_size=700)
    summary, rejects = clean([path], folder / "brotli.out")
    assert summary["articles"] == 0 and {reject["reason"] for reject in rejects} == {"broken-table"}, rejects

    html = [HTML.format(row) for row in range(rows)]
    frame = polars.DataFrame({"page": html, "n": range(rows)})
    frame.write_parquet(folder / "polars.parquet", row_group_size=500)
    duckdb.sql("SELECT * FROM frame").write_parquet(str(folder / "duckdb.parquet"))
    encoded = pyarrow.table({"page": [page.encode("utf-8") for page in html], "n": list(range(rows))})
    pyarrow.parquet.write_table(encoded, folder / "bytes.parquet")
    for name in ["polars", "duckdb", "bytes"]:
        path = folder / f"{name}.parquet"
        clean([path], folder / "out.jsonl", "--html-field", "page")
        articles = records(folder / "out.jsonl")
        assert [article["n"] for article in articles] == list(range(rows)), name
        assert all(article["title"] == f"Bridge {row} closed" for row, article in enumerate(articles)), name


def a_folder_of_all_forms_gives_one_output(folder):
    source = folder / "in"
    source.mkdir()
    by_warcio(source / "a.warc.gz", True)
    pyarrow.parquet.write_table(pyarrow.table({"text": ["Words of a row.", "More words of a row."]}), source / "b.parquet")
    (source / "c.jsonl").write_text(json.dumps({"text": "Words of a line."}) + "\n")
    (source / "d.txt").write_text("Words of a file.")
    (source / "e.html").write_text(HTML.format("e"))
    summary, rejects = clean([source], folder / "out.jsonl")
    assert not rejects, rejects
    assert summary["formats"] == {"html": 1, "jsonl": 1, "parquet": 2, "text": 1, "warc": PAGES, "wet": 1}, summary
    assert len(records(folder / "out.jsonl")) == PAGES + 6


run(
    [
        an_archive_is_read_as_warcio_reads_it,
        an_archive_is_read_as_fastwarc_wrote_it,
        what_is_broken_costs_no_more_than_itself,
        tables_of_other_tools_are_read,
        a_folder_of_all_forms_gives_one_output,
    ]
)
