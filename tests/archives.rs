//! Archives of the web from files to records: every form in, every page accounted for, and whatever is broken costs no more
//! than itself.

#![expect(clippy::unwrap_used, reason = "a helper of a test may fail like the test itself")]

#[path = "support/warc.rs"]
mod warc;

use dehusk::pipeline::{Options, PassThrough, Progress, RunSummary, Sinks, run};
use dehusk::sink::Target;
use dehusk::source::Inputs;
use dehusk::source::warc::{NoPage, WarcItem, WarcReader};
use proptest::prelude::*;
use serde_json::Value;
use std::fs;
use std::io::{Read, Write};
use std::num::NonZeroUsize;
use std::path::Path;
use warc::{answer, gz, page, record, record_with};

const ANSWER: &str = "application/http; msgtype=response";

struct Ran {
    summary: RunSummary,
    articles: Vec<Value>,
    rejects: Vec<Value>,
}

impl Ran {
    fn texts(&self, key: &str) -> Vec<&str> {
        self.articles.iter().map(|article| article[key].as_str().unwrap()).collect()
    }

    /// Id and reason of every page that gave no article.
    fn missing(&self) -> Vec<(&str, &str)> {
        let word = |line: &'_ Value, key: &str| line[key].as_str().map(str::to_owned).unwrap();
        self.rejects
            .iter()
            .map(|line| (line["id"].as_str().unwrap(), line["reason"].as_str().unwrap()))
            .inspect(|_| assert!(self.rejects.iter().all(|line| !word(line, "source").is_empty())))
            .collect()
    }

    fn no_pages(&self) -> Vec<(&str, u64)> {
        self.summary.stats.no_pages.iter().map(|(why, count)| (why.as_str(), *count)).collect()
    }
}

fn ran_in(folder: &Path, max_page: usize, threads: usize, batch: usize) -> Ran {
    let inputs = Inputs::builder([folder]).max_page(max_page).build().unwrap();
    let beside = tempfile::tempdir().unwrap();
    let path = |name: &str| beside.path().join(name);
    let sinks = Sinks {
        articles: Target::from_path(path("a.jsonl")),
        removed: None,
        rejects: Some(Target::from_path(path("r.jsonl"))),
    };
    let mut options = Options::default();
    options.threads(NonZeroUsize::new(threads).unwrap()).batch_bytes(batch);
    let summary = run(&inputs, &PassThrough::default(), sinks, &options, &Progress::default()).unwrap();
    let lines = |name: &str| {
        let text = fs::read_to_string(path(name)).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    };
    Ran { summary, articles: lines("a.jsonl"), rejects: lines("r.jsonl") }
}

/// The same run with small and with large batches, which must agree.
fn ran(files: &[(&str, &[u8])]) -> Ran {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        fs::write(folder.path().join(name), bytes).unwrap();
    }
    let [one, other] =
        [(1, 1 << 20), (3, 1 << 10)].map(|(threads, batch)| ran_in(folder.path(), 1 << 20, threads, batch));
    assert_eq!(one.articles, other.articles);
    assert_eq!(one.rejects, other.rejects);
    assert_eq!(one.summary.stats, other.summary.stats);
    one
}

/// Every sort of record that archives hold, with the ids of those that are pages.
fn every_sort() -> (Vec<Vec<u8>>, Vec<&'static str>) {
    let html =
        |fields: &str, body: &[u8]| answer("200 OK", &format!("Content-Type: text/html\r\n{fields}"), body);
    let chunked = b"5;x=1\r\n<p>on\r\n9\r\ne chunk</\r\n2\r\np>\r\n0\r\n\r\n";
    let mut zlib = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::new(6));
    zlib.write_all(b"<p>deflated").unwrap();
    let deflated = zlib.finish().unwrap();
    let latin = answer("200 OK", "Content-Type: text/html; charset=iso-8859-2\r\n", b"<p>\xb9\xe8\xbe");
    let records = vec![
        record("warcinfo", "info", "application/warc-fields", b"software: x\r\n"),
        record("request", "request", "application/http; msgtype=request", b"GET / HTTP/1.1\r\n\r\n"),
        page("plain"),
        record("response", "chunked", ANSWER, &html("Transfer-Encoding: chunked\r\n", chunked)),
        record("response", "unchunked", ANSWER, &html("Transfer-Encoding: chunked\r\n", b"<p>as it is")),
        record("response", "gzip", ANSWER, &html("Content-Encoding: gzip\r\n", &gz(b"<p>packed"))),
        record("response", "ungzip", ANSWER, &html("Content-Encoding: gzip\r\n", b"<p>not packed")),
        record("response", "deflate", ANSWER, &html("Content-Encoding: deflate\r\n", &deflated)),
        record("response", "latin", ANSWER, &latin),
        record("response", "sniffed", ANSWER, &answer("200 OK", "", b"<!doctype html><p>sniffed")),
        record_with("response", "cut", ANSWER, &html("", b"<p>cut"), "52", "WARC-Truncated: length\r\n"),
        record("response", "brotli", ANSWER, &html("Content-Encoding: br\r\n", b"\x0b\x02\x80abc\x03")),
        record("response", "image", ANSWER, &answer("200 OK", "Content-Type: image/png\r\n", b"\x89PNG")),
        record(
            "response",
            "error",
            ANSWER,
            &answer("404 Not Found", "Content-Type: text/html\r\n", b"<p>no"),
        ),
        record("response", "dns", "text/dns", b"20200103\nexample.org. 1 IN A 1.2.3.4\n"),
        record("response", "mute", ANSWER, b"\0\0 no answer"),
        record("resource", "file", "text/html", b"<p>a file"),
        record("resource", "css", "text/css", b"p { }"),
        record("conversion", "text", "text/plain", b"Words of a page.\nMore of them."),
        record("revisit", "again", ANSWER, b"HTTP/1.1 304 Not Modified\r\n\r\n"),
        record("metadata", "meta", "application/warc-fields", b"a: b\r\n"),
        record("continuation", "more", "text/plain", b"rest"),
        record("strange", "strange", "text/plain", b"rest"),
    ];
    let pages = vec![
        "plain",
        "chunked",
        "unchunked",
        "gzip",
        "ungzip",
        "deflate",
        "latin",
        "sniffed",
        "cut",
        "file",
        "text",
    ];
    (records, pages)
}

#[test]
fn every_sort_of_record_is_a_page_or_counted_as_none() {
    let (records, pages) = every_sort();
    let members: Vec<u8> = records.iter().flat_map(|record| gz(record)).collect();
    let plain = records.concat();
    let newer = records.iter().flat_map(|record| [b"WARC/1.1", &record[8..]].concat()).collect();
    let mut offsets = Vec::new();
    for (name, bytes) in [
        ("a.warc", plain.clone()),
        ("a.warc.gz", members.clone()),
        ("a.warc.gz", gz(&plain)),
        ("a.warc.zst", zstd::encode_all(&plain[..], 1).unwrap()),
        ("a.txt", plain.clone()),
        ("a.txt.gz", members),
        ("a.warc", newer),
    ] {
        let ran = ran(&[(name, &bytes)]);
        assert_eq!(ran.texts("id"), pages, "{name}");
        assert_eq!(ran.missing(), [("brotli", "unknown-coding"), ("mute", "broken-record")]);
        let no_pages = [
            ("continuation", 1),
            ("http-status", 1),
            ("metadata", 1),
            ("not-html", 3),
            ("other", 1),
            ("request", 1),
            ("revisit", 1),
            ("warcinfo", 1),
        ];
        assert_eq!(ran.no_pages(), no_pages);
        let stats = &ran.summary.stats;
        assert_eq!((stats.pages, stats.formats["warc"], stats.formats["wet"]), (13, 12, 1));
        let texts = ran.texts("text");
        assert_eq!(
            texts[1..8],
            ["one chunk", "as it is", "packed", "not packed", "deflated", "ščž", "sniffed"]
        );
        assert_eq!(texts[10], "Words of a page.\nMore of them.");
        assert_eq!(ran.texts("url")[10], "https://example.org/text");
        assert_eq!((ran.texts("flags")[6], ran.texts("flags")[8]), ("decoded:iso-8859-2", "truncated"));
        let source = |source: &str| source.rsplit_once('#').unwrap().1.to_owned();
        offsets.push(ran.texts("source").into_iter().map(source).collect::<Vec<_>>());
    }
    let start = |nth: usize| records[..nth].concat().len();
    let member = |nth: usize| records[..nth].iter().map(|record| gz(record).len()).sum::<usize>();
    assert_eq!(offsets[0][..2], [start(2).to_string(), start(3).to_string()]);
    assert_eq!(offsets[1][..2], [member(2).to_string(), member(3).to_string()]);
    assert_eq!(offsets[2][..2], [format!("0+{}", start(2)), format!("0+{}", start(3))]);
}

/// Twelve pages, one of them broken by `harm`, plain and gzipped; the others must be there.
#[test]
fn what_stands_behind_a_gzipped_answer_costs_nothing() {
    let html = b"<!doctype html><title>Bridge</title><p>The committee met on Tuesday to hear it.</p>";
    let (one, two) = html.split_at(30);
    let [whole, members] = [gz(html), [gz(one), gz(two)].concat()];
    let sent = [whole.clone(), [&whole[..], b"\r\n"].concat(), [&members[..], &[0; 40]].concat(), members];
    let records = sent.iter().enumerate().flat_map(|(nth, body)| {
        let sent = answer("200 OK", "Content-Type: text/html\r\nContent-Encoding: gzip\r\n", body);
        record("response", &nth.to_string(), ANSWER, &sent)
    });
    let ran = ran(&[("a.warc", &records.collect::<Vec<u8>>())]);
    assert_eq!(ran.missing(), []);
    assert_eq!(ran.texts("title"), ["Bridge"; 4]);
}

#[test]
fn pages_in_utf_16_are_read_and_others_that_a_server_calls_so() {
    let html =
        "<!doctype html><title>Größe</title><p>The committee met on Tuesday, and the Größe was told.</p>";
    let marked = format!("\u{feff}{html}");
    let wide = |text: &str, unit: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(unit).collect::<Vec<_>>();
    let pages = [
        (wide(&marked, u16::to_le_bytes), "", "decoded:utf-16le"),
        (wide(&marked, u16::to_be_bytes), "; charset=utf-8", "decoded:utf-16be"),
        (wide(html, u16::to_be_bytes), "; charset=utf-16be", "decoded:utf-16be"),
        (html.as_bytes().to_vec(), "; charset=utf-16", ""),
    ];
    let records = pages.iter().enumerate().flat_map(|(nth, (body, charset, _))| {
        let sent = answer("200 OK", &format!("Content-Type: text/html{charset}\r\n"), body);
        record("response", &nth.to_string(), ANSWER, &sent)
    });
    let ran = ran(&[("a.warc", &records.collect::<Vec<u8>>())]);
    assert_eq!(ran.missing(), []);
    assert_eq!(ran.texts("title"), ["Größe"; 4]);
    assert_eq!(ran.texts("flags"), pages.map(|(_, _, flag)| flag));
}

fn eleven_survive(reasons: [&str; 2], harm: impl Fn(Vec<u8>) -> Vec<u8>) {
    let records: Vec<Vec<u8>> = (0..12).map(|nth| page(&format!("p{nth}"))).collect();
    for (reason, name, pack) in [
        (reasons[0], "a.warc", (|record| record) as fn(Vec<u8>) -> Vec<u8>),
        (reasons[1], "a.warc.gz", |record| gz(&record)),
    ] {
        let mut bytes = Vec::new();
        for (nth, record) in records.iter().enumerate() {
            let record = if nth == 5 { harm(record.clone()) } else { record.clone() };
            bytes.extend(pack(record));
        }
        let ran = ran(&[(name, &bytes)]);
        let whole: Vec<String> = (0..12).filter(|nth| *nth != 5).map(|nth| format!("p{nth}")).collect();
        assert_eq!(ran.texts("id"), whole, "{name}: {:?}", ran.rejects);
        let reasons: Vec<&str> = ran.missing().iter().map(|(_, reason)| *reason).collect();
        assert_eq!(reasons, [reason], "{name}: {:?}", ran.rejects);
    }
}

fn replaced(record: &[u8], from: &str, to: &str) -> Vec<u8> {
    let text = String::from_utf8(record.to_vec()).unwrap();
    let at = text.find(from).unwrap();
    let line = text[at..].find("\r\n").unwrap();
    [&text[..at], to, &text[at + line..]].concat().into_bytes()
}

#[test]
fn a_wrong_length_costs_its_record_alone() {
    for length in ["1", "100", "1300", "500000", "900000000", "99999999999999999", "x", "-1", ""] {
        let to = format!("Content-Length: {length}");
        eleven_survive(["broken-record"; 2], |record| replaced(&record, "Content-Length", &to));
    }
}

#[test]
fn a_wrong_head_costs_its_record_alone() {
    eleven_survive(["broken-record"; 2], |record| replaced(&record, "WARC/1.0", "WARC 1.0"));
    eleven_survive(["broken-record"; 2], |record| replaced(&record, "WARC-Type", "no field"));
    eleven_survive(["broken-record"; 2], |record| replaced(&record, "HTTP/1.1 200", "HTTP"));
    eleven_survive(["broken-record"; 2], |record| record[..record.len() / 2].to_vec());
    eleven_survive(["broken-record"; 2], |_| b"words that are no record at all\r\n".repeat(9));
}

#[test]
fn zeros_between_members_and_behind_the_last_are_padding() {
    let records: Vec<Vec<u8>> = (0..3).map(|nth| gz(&page(&format!("p{nth}")))).collect();
    for zeros in [1, 700, 600_000] {
        let zeros = vec![0; zeros];
        let bytes = [&records[0][..], &zeros, &records[1], &records[2], &zeros].concat();
        let ran = ran(&[("a.warc.gz", &bytes)]);
        assert_eq!(ran.texts("id"), ["p0", "p1", "p2"]);
        assert!(ran.missing().is_empty(), "{:?}", ran.rejects);
        let second = format!("#{}", records[0].len() + zeros.len());
        assert!(ran.texts("source")[1].ends_with(&second), "{:?}", ran.texts("source"));
    }
}

type Harm = Box<dyn Fn(&[u8]) -> Vec<u8>>;

#[test]
fn a_broken_member_costs_its_record_alone() {
    let records: Vec<Vec<u8>> = (0..12).map(|nth| gz(&page(&format!("p{nth}")))).collect();
    let harms: Vec<(&str, Harm)> = vec![
        ("its checksum", Box::new(|member| flipped(member, member.len() - 6))),
        ("its length", Box::new(|member| flipped(member, member.len() - 2))),
        ("its middle", Box::new(|member| flipped(member, member.len() / 2))),
        ("its begin", Box::new(|member| flipped(member, 12))),
        ("its magic", Box::new(|member| flipped(member, 0))),
        ("its method", Box::new(|member| flipped(member, 2))),
        ("cut", Box::new(|member| member[..member.len() / 3].to_vec())),
        ("cut to its head", Box::new(|member| member[..9].to_vec())),
        ("noise", Box::new(|member| member.iter().map(|byte| byte.wrapping_mul(37) ^ 0x55).collect())),
    ];
    for (what, harm) in harms {
        let mut bytes = records.clone();
        bytes[5] = harm(&records[5]);
        let ran = ran(&[("a.warc.gz", &bytes.concat())]);
        let whole: Vec<String> = (0..12).filter(|nth| *nth != 5).map(|nth| format!("p{nth}")).collect();
        assert_eq!(ran.texts("id"), whole, "{what}: {:?}", ran.rejects);
        let at = records[..5].concat().len();
        let place = ("a#".to_owned() + &at.to_string(), "broken-compression".to_owned());
        let missing: Vec<_> =
            ran.missing().iter().map(|(id, why)| ((*id).to_owned(), (*why).to_owned())).collect();
        assert_eq!(missing, [place], "{what}");
    }
}

fn flipped(member: &[u8], at: usize) -> Vec<u8> {
    let mut member = member.to_vec();
    member[at] ^= 0xff;
    member
}

#[test]
fn an_archive_cut_anywhere_gives_the_records_before_the_cut() {
    let records: Vec<Vec<u8>> = (0..4).map(|nth| page(&format!("p{nth}"))).collect();
    let members: Vec<Vec<u8>> = records.iter().map(|record| gz(record)).collect();
    for (name, parts, tail) in [("plain", &records, 4), ("gzipped", &members, 0)] {
        let whole = parts.concat();
        for end in (0..=whole.len()).step_by(7).chain([whole.len()]) {
            let items: Vec<WarcItem> = WarcReader::new(&whole[..end], 1 << 20).collect();
            // Of a plain record the line ends behind it may be missing.
            let full = (1..=4).filter(|count| parts[..*count].concat().len() <= end + tail).count();
            let good = items.iter().filter(|item| matches!(item, WarcItem::Record(_))).count();
            assert_eq!(good, full, "{name} cut at {end}: {items:?}");
            let is_border = (0..=4).any(|count| {
                let border = parts[..count].concat().len();
                (border.saturating_sub(tail)..=border).contains(&end)
            });
            assert_eq!(items.len() - good, usize::from(!is_border), "{name} cut at {end}");
        }
    }
}

#[test]
fn a_record_of_a_gigabyte_is_gone_past_without_being_held() {
    let length = 1u64 << 30;
    let head = record_with("response", "big", ANSWER, b"", &length.to_string(), "");
    let head = &head[..head.len() - 4];
    let begin = answer("200 OK", "Content-Type: text/html\r\n", b"<p>");
    let zeros = std::io::repeat(0).take(length - begin.len() as u64);
    let end = [b"\r\n\r\n".as_slice(), &page("next")].concat();
    let stream = head.chain(&begin[..]).chain(zeros).chain(&end[..]);
    let items: Vec<WarcItem> = WarcReader::new(stream, 1 << 20).collect();
    let [WarcItem::Broken { place, detail, .. }, WarcItem::Record(next)] = &items[..] else {
        unreachable!("{items:?}")
    };
    assert_eq!((place.offset, detail.as_str()), (0, "the record has more than 1048576 bytes"));
    assert_eq!(next.head.id, "next");

    // What is no page is none at any size.
    let begin = answer("200 OK", "Content-Type: video/mp4\r\n", b"");
    let zeros = std::io::repeat(0).take(length - begin.len() as u64);
    let stream = head.chain(&begin[..]).chain(zeros).chain(&end[..]);
    let items: Vec<WarcItem> = WarcReader::new(stream, 1 << 20).collect();
    assert!(matches!(items[..], [WarcItem::NoPage(NoPage::NotHtml), WarcItem::Record(_)]));
}

#[test]
fn an_archive_that_is_read_in_order_gives_what_a_small_one_gives() {
    let records: Vec<Vec<u8>> = (0..600).map(|nth| page(&format!("p{nth}"))).collect();
    let members: Vec<u8> = records.iter().flat_map(|record| gz(record)).collect();
    assert!(members.len() > 64 << 10, "{}", members.len());
    let ran = ran(&[("a.warc.gz", &members), ("b.warc", &records.concat())]);
    assert_eq!(ran.summary.stats.formats["warc"], 1200);
    assert_eq!(ran.texts("id")[..600], ran.texts("id")[600..]);
    assert_eq!(ran.texts("text")[..600], ran.texts("text")[600..]);
}

#[test]
fn a_folder_of_all_forms_gives_one_output_and_says_how_many_of_each() {
    let wet = record("conversion", "wet", "text/plain", b"Words of a page.");
    let ran = ran(&[
        ("a.txt", b"Words."),
        ("b.html", b"<p>Words."),
        ("c.jsonl", b"{\"text\":\"one\"}\n{\"html\":\"<p>two\"}\n"),
        ("d.jsonl.gz", &gz(b"{\"text\":\"three\"}\n")),
        ("e.warc.gz", &[gz(&page("warc")), gz(&record("request", "r", "x/y", b"GET"))].concat()),
        ("f.wet", &wet),
        ("g.png", b"\x89PNG"),
    ]);
    let formats = &ran.summary.stats.formats;
    let formats: Vec<(&str, u64)> = formats.iter().map(|(name, count)| (name.as_str(), *count)).collect();
    assert_eq!(formats, [("html", 1), ("jsonl", 3), ("text", 1), ("warc", 1), ("wet", 1)]);
    assert_eq!(ran.texts("id"), ["a", "b", "c:1", "c:2", "d:1", "warc", "wet"]);
    assert_eq!((ran.no_pages(), ran.summary.passed_by), (vec![("request", 1)], 1));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Sound records among which anything stands: none is lost that stands apart from it.
    #[test]
    fn any_bytes_between_members_cost_nothing(noise in proptest::collection::vec(any::<u8>(), 1..300)) {
        let bytes = [gz(&page("a")), noise, gz(&page("b"))].concat();
        let items: Vec<WarcItem> = WarcReader::new(&bytes[..], 1 << 20).collect();
        let good = items.iter().filter(|item| matches!(item, WarcItem::Record(_))).count();
        prop_assert_eq!(good, 2);
    }

    #[test]
    fn any_harm_is_survived(
        harms in proptest::collection::vec((0usize..6000, any::<u8>(), 0usize..40), 0..12),
        is_gzip in any::<bool>(),
    ) {
        let records = (0..8).map(|nth| page(&format!("p{nth}")));
        let mut bytes: Vec<u8> = records.flat_map(|record| if is_gzip { gz(&record) } else { record }).collect();
        for (at, byte, len) in harms {
            let at = at % bytes.len();
            let end = (at + len).min(bytes.len());
            match byte % 3 {
                0 => bytes[at] = byte,
                1 => drop(bytes.drain(at..end)),
                _ => drop(bytes.splice(at..at, vec![byte; len])),
            }
            if bytes.is_empty() {
                bytes.push(byte);
            }
        }
        let whole: Vec<WarcItem> = WarcReader::new(&bytes[..], 4 << 10).collect();
        prop_assert!(whole.len() <= bytes.len());
        // However the bytes come, the records are the same.
        let drops = Drops(&bytes);
        let dropwise: Vec<WarcItem> = WarcReader::new(drops, 4 << 10).collect();
        prop_assert_eq!(whole, dropwise);
    }
}

/// Gives a few bytes at a time.
struct Drops<'a>(&'a [u8]);

impl Read for Drops<'_> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let len = (self.0.len() % 7 + 1).min(out.len());
        self.0.read(&mut out[..len])
    }
}
