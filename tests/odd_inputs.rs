//! Inputs that nobody would write and every crawl holds: bytes that are no text, lines and pages beyond all measure, names
//! that are no names, ids that are twice there, archives that explode. Each is read by the program itself, beside a page
//! that is sound; that page must come out, and of the other what is said here.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a helper of a test may fail like the test itself")]

#[path = "support/runs.rs"]
#[expect(dead_code, reason = "what a run leaves is looked at elsewhere")]
mod runs;

use runs::{clean, gz, pass_through, said, text};
use serde_json::Value;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// A folder of inputs beside a sound page.
struct Odd {
    home: tempfile::TempDir,
    input: PathBuf,
}

/// Records and rejects of a run.
struct Found {
    articles: Vec<Value>,
    rejects: Vec<Value>,
    said: String,
}

impl Odd {
    fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        let input = home.path().join("pages");
        fs::create_dir(&input).unwrap();
        fs::write(input.join("sound.txt"), text(1)).unwrap();
        Self { home, input }
    }

    fn with(self, name: &str, bytes: impl AsRef<[u8]>) -> Self {
        fs::write(self.input.join(name), bytes).unwrap();
        self
    }

    /// Runs over the folder; the sound page is taken out of what is found.
    fn run(&self, more: &[&str]) -> Found {
        let (out, rejects) = (self.home.path().join("out.jsonl"), self.home.path().join("rejects.jsonl"));
        self.found(clean(&self.input, &out).args(more), &out, &rejects)
    }

    /// Reads and writes without cleaning.
    fn pass(&self, more: &[&str]) -> Found {
        let (out, rejects) = (self.home.path().join("out.jsonl"), self.home.path().join("rejects.jsonl"));
        self.found(pass_through(&self.input, &out).args(more), &out, &rejects)
    }

    fn found(&self, command: &mut std::process::Command, out: &Path, rejects: &Path) -> Found {
        let output = command.arg("--rejects").arg(rejects).output().unwrap();
        assert!(output.status.success(), "{}", said(&output));
        let lines = |path: &Path| -> Vec<Value> {
            let text = fs::read_to_string(path).unwrap();
            text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
        };
        let mut articles = lines(out);
        let all = articles.len();
        articles.retain(|article| article["id"] != "sound");
        assert_eq!(all, articles.len() + 1, "the sound page came out");
        Found { articles, rejects: lines(rejects), said: said(&output) }
    }
}

impl Found {
    fn reasons(&self) -> Vec<&str> {
        self.rejects.iter().map(|reject| reject["reason"].as_str().unwrap()).collect()
    }

    fn flags(&self) -> Vec<&str> {
        self.articles.iter().map(|article| article["flags"].as_str().unwrap()).collect()
    }
}

#[test]
fn bytes_that_are_no_utf8_are_mended_and_flagged() {
    let mut damaged = text(2).into_bytes();
    damaged.extend_from_slice("Schöne Grüße, façade, naïve".as_bytes());
    damaged.insert(40, 0xff);
    let found = Odd::new().with("damaged.txt", damaged).pass(&[]);
    assert_eq!(found.flags(), ["mended-bytes"]);
    assert!(found.articles[0]["text"].as_str().unwrap().contains('\u{fffd}'));
}

#[test]
fn utf_16_is_read_with_either_end_first() {
    let units: Vec<u16> = format!("\u{feff}{}", text(2)).encode_utf16().collect();
    let little: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
    let big: Vec<u8> = units.iter().flat_map(|unit| unit.to_be_bytes()).collect();
    let found = Odd::new().with("a.txt", little).with("b.txt", big).pass(&[]);
    assert_eq!(found.flags(), ["decoded:utf-16le", "decoded:utf-16be"]);
    assert_eq!(found.articles[0]["text"], found.articles[1]["text"]);
    assert_eq!(found.articles[0]["text"], text(2));
}

#[test]
fn lone_surrogates_in_json_are_mended_and_flagged() {
    let found = Odd::new().with("a.jsonl", r#"{"id":"x","text":"half \ud83d a smile"}"#).pass(&[]);
    assert_eq!(found.flags(), ["mended-surrogates"]);
    assert_eq!(found.articles[0]["text"], "half \u{fffd} a smile");
}

#[test]
fn nul_bytes_make_a_page_binary_and_nothing_else() {
    let records = b"{\"id\":\"2\",\"text\":\"c\0d\"}\n{\"id\":\"3\",\"text\":\"e\"}\n";
    let odd = Odd::new().with("a.txt", b"words\0words").with("b.jsonl", records);
    let found = odd.with("c.html", b"<p>words\0words").pass(&[]);
    assert_eq!(found.reasons(), ["binary", "invalid-json", "binary"]);
    assert_eq!(found.articles.len(), 1);
}

#[test]
fn what_is_no_page_says_what_it_is_and_where_the_page_may_be() {
    use std::os::unix::fs::symlink;
    let utf16: Vec<u8> = text(2).encode_utf16().flat_map(u16::to_le_bytes).collect();
    let odd = Odd::new().with("a.txt", utf16).with("b.txt.gz", gz(&gz(text(2).as_bytes())));
    let odd =
        odd.with("c.txt", b"BZh91AY&SY\0\0").with("d.jsonl", "{\"id\":\"d\",\"n\":1,\"body\":\"Words.\"}");
    symlink("gone", odd.input.join("e.txt")).unwrap();
    let found = odd.pass(&[]);
    let details: Vec<&str> = found.rejects.iter().map(|reject| reject["detail"].as_str().unwrap()).collect();
    let expected = [
        "it holds NUL bytes, as UTF-16 does; save it with its byte order mark, or as UTF-8",
        "it is compressed more than once; expand it first",
        "it is compressed with bzip2, which is not read; expand it first",
        "no field `text` and no HTML in `html`; its longest string is `body`, which `--text-field` can name",
        "No such file or directory (os error 2)",
    ];
    assert_eq!(details, expected);
}

#[test]
fn nuls_and_marks_that_json_spells_are_left_out_of_text_and_html() {
    let records = r#"{"id":"1","text":"\ufeffa\u0000b\r\u0000\nc","n":"\u0000"}
{"id":"2","html":"\ufeff<title>T\u0000</title><p>a\u0000b"}
{"id":"3","text":"\ufeffd"}
{"id":"4","html":"<p>e","text":null}"#;
    let found = Odd::new().with("a.jsonl", records).pass(&[]);
    let told = |key: &str| found.articles.iter().map(|article| article[key].clone()).collect::<Vec<_>>();
    assert_eq!(told("text"), ["ab\nc", "ab", "d", "e"]);
    assert_eq!(found.flags(), ["mended-nuls", "mended-nuls", "", ""]);
    assert_eq!(found.articles[0]["n"], "\0", "other fields are as they were");
    assert_eq!(found.articles[1]["title"], "T");
}

#[test]
fn a_line_of_100_mb_is_a_reject_or_a_page_as_the_limit_says() {
    let long = format!("{{\"id\":\"long\",\"text\":\"{}\"}}\n", "long words ".repeat(9_500_000));
    let lines = format!("{{\"id\":\"a\",\"text\":\"before\"}}\n{long}{{\"id\":\"b\",\"text\":\"behind\"}}\n");
    assert!(lines.len() > 100 << 20 >> 1 && long.len() > 100_000_000);
    let odd = Odd::new().with("a.jsonl", &lines).with("b.jsonl.gz", gz(lines.as_bytes()));
    let found = odd.run(&[]);
    assert_eq!(found.reasons(), ["too-large", "too-large"]);
    assert_eq!(found.articles.len(), 4);
    let found = odd.pass(&["--max-page", "200M"]);
    assert_eq!((found.articles.len(), found.rejects.len()), (6, 0));
    assert_eq!(found.articles[1]["chars_in"], 104_500_000);
}

#[test]
fn a_page_of_four_million_lines_is_a_reject_and_blank_ones_do_not_count() {
    let found = Odd::new()
        .with("blank.txt", format!("words\n{}words", "\n".repeat(4_000_000)))
        .with("lines.txt", "a\n".repeat(4_000_000))
        .run(&[]);
    assert_eq!((found.reasons(), found.articles.len()), (vec!["too-large"], 1));
}

#[test]
fn a_page_of_a_million_lines_is_a_page() {
    let page: String = (0..1_000_000).map(|line| format!("line {line}\n")).collect();
    assert!(page.len() < 16 << 20);
    let found = Odd::new().with("lines.txt", page).run(&[]);
    assert!(found.rejects.is_empty(), "{:?}", found.reasons());
    assert_eq!(found.articles[0]["lines_in"], 1_000_000);
    // Where every line is hit, and others look for the hits, a walk from each to the next would never end.
    let found = Odd::new().with("lines.txt", "Home\n".repeat(1_000_000)).run(&[]);
    assert!(found.rejects.iter().all(|reject| reject["outcome"] != "rejected"), "{:?}", found.reasons());
}

#[test]
fn json_nested_a_million_deep_stops_nobody() {
    let deep = format!(
        "{{\"id\":\"deep\",\"text\":\"words\",\"x\":{}{}}}",
        "[".repeat(1_000_000),
        "]".repeat(1_000_000)
    );
    let open = format!("{{\"id\":\"open\",\"text\":\"words\",\"x\":{}", "{\"y\":".repeat(500_000));
    let inside = format!("{{\"id\":\"inside\",\"text\":{}", "[".repeat(1_000_000));
    let lines = format!("{deep}\n{open}\n{inside}\n{{\"id\":\"last\",\"text\":\"words\"}}\n");
    let odd = Odd::new().with("a.jsonl", lines);
    let out = odd.home.path().join("out.jsonl");
    let output = pass_through(&odd.input, &out).output().unwrap();
    assert!(output.status.success(), "{}", said(&output));
    assert!(said(&output).contains("rejected           2  invalid-json 2"), "{}", said(&output));
    // Few parsers look so deep, so the records are looked at as text: what the input had is in them as it was.
    let records = fs::read_to_string(&out).unwrap();
    let records: Vec<&str> = records.lines().collect();
    assert_eq!(records.len(), 3);
    assert!(records[0].starts_with("{\"id\":\"deep\"") && records[0].ends_with("]]]}"));
    assert!(records[1].starts_with("{\"id\":\"last\""));
}

#[test]
fn ids_that_are_twice_there_are_two_articles() {
    let found = Odd::new()
        .with("a.jsonl", "{\"id\":\"x\",\"text\":\"one\"}\n{\"id\":\"x\",\"text\":\"two\"}\n")
        .pass(&[]);
    let told = |key: &str| found.articles.iter().map(|article| article[key].clone()).collect::<Vec<_>>();
    assert_eq!(told("id"), ["x", "x"]);
    assert_eq!(told("text"), ["one", "two"]);
    assert_ne!(found.articles[0]["source"], found.articles[1]["source"], "their places tell them apart");
}

#[test]
fn what_explodes_is_given_up_at_the_limit() {
    let megabyte = vec![b'a'; 1 << 20];
    let mut bomb = zstd::Encoder::new(Vec::new(), 1).unwrap();
    for _ in 0..300 {
        std::io::Write::write_all(&mut bomb, &megabyte).unwrap();
    }
    let bomb = bomb.finish().unwrap();
    let lines = "{\"text\":\"words\"}\n".repeat(200_000);
    let odd = Odd::new()
        .with("bomb.txt.zst", &bomb)
        .with("bomb.jsonl.zst", &bomb)
        .with("nested.jsonl.zst", zstd::encode_all(&gz(&bomb)[..], 1).unwrap())
        .with("lines.jsonl.gz", gz(lines.as_bytes()));
    let found = odd.pass(&[]);
    assert_eq!(found.articles.len(), 200_000, "{}", found.said);
    let explosive =
        |found: &Found| found.reasons().iter().filter(|&&reason| reason == "expansion-limit").count();
    // What is packed twice is unpacked once, and then it is no record.
    assert_eq!((explosive(&found), found.rejects.len()), (2, 3), "{:?}", found.reasons());
    let found = odd.pass(&["--max-expanded", "1M"]);
    // Up to the limit all is read, to the byte.
    assert_eq!(found.articles.len(), (1 << 20) / "{\"text\":\"words\"}\n".len(), "{}", found.said);
    assert!(found.reasons().contains(&"expansion-limit"));
    let found = odd.pass(&["--max-ratio", "10"]);
    assert_eq!(explosive(&found), 2, "{:?}", found.reasons());
    let told = found.rejects.iter().filter(|reject| reject["reason"] == "expansion-limit");
    assert!(
        told.clone().all(|reject| reject["detail"].as_str().unwrap().contains("over 10 times")),
        "{:?}",
        found.rejects
    );
}

#[test]
fn zeros_behind_a_gzip_file_are_padding_and_nothing_else_is() {
    let page = text(2);
    let (first, last) = page.split_at(40);
    let record = format!("{{\"text\":{page:?}}}\n");
    for zeros in [1, 511, 200_000] {
        let zeros = vec![0; zeros];
        let found = Odd::new()
            .with("page.txt.gz", [gz(page.as_bytes()), zeros.clone()].concat())
            .with("parts.txt.gz", [gz(first.as_bytes()), zeros.clone(), gz(last.as_bytes())].concat())
            .with("record.jsonl.gz", [gz(record.as_bytes()), zeros.clone()].concat())
            .with("nothing.txt.gz", [gz(page.as_bytes()), zeros.clone(), b"x".to_vec()].concat())
            .with("cut.txt.gz", [gz(page.as_bytes()), zeros, gz(page.as_bytes())[..20].to_vec()].concat())
            .run(&[]);
        let texts: Vec<&str> = found.articles.iter().map(|page| page["text"].as_str().unwrap()).collect();
        assert!(texts.len() == 3 && texts[0].len() > 100, "{:?}", found.rejects);
        assert!(texts.iter().all(|text| *text == texts[0]));
        assert_eq!(found.reasons(), ["broken-compression"; 2]);
    }
}

#[test]
fn a_window_of_zstandard_that_is_too_large_says_the_way_out() {
    let page = text(2);
    // One raw block; the byte before it says how large the window is.
    let frame = |window: u8| {
        let block = (page.len() as u32) << 3 | 1;
        let head = [0x28, 0xb5, 0x2f, 0xfd, 0, (window - 10) << 3];
        [&head[..], &block.to_le_bytes()[..3], page.as_bytes()].concat()
    };
    let found = Odd::new()
        .with("a.txt.zst", frame(27))
        .with("b.txt.zst", frame(28))
        .with("c.jsonl.zst", frame(31))
        .run(&[]);
    assert_eq!((found.articles.len(), found.reasons()), (1, vec!["expansion-limit"; 2]));
    for reject in &found.rejects {
        let detail = reject["detail"].as_str().unwrap();
        assert!(detail.contains("more than 128 MiB") && detail.contains("--long=31"), "{detail}");
    }
}

#[test]
fn names_with_line_ends_escapes_and_bytes_that_are_no_text_are_names() {
    let odd = Odd::new();
    let names: [&[u8]; 3] = [b"two\nlines.txt", b"\x1b[31mred.txt", b"no\xfftext.txt"];
    for name in names {
        fs::write(odd.input.join(OsStr::from_bytes(name)), text(3)).unwrap();
    }
    fs::write(odd.input.join(OsStr::from_bytes(b"bad\n\x1b]0;title\x07.jsonl")), "{broken\n").unwrap();
    let found = odd.pass(&[]);
    let mut ids: Vec<&str> = found.articles.iter().map(|article| article["id"].as_str().unwrap()).collect();
    ids.sort_unstable();
    assert_eq!(ids, ["\u{1b}[31mred", "no\u{fffd}text", "two\nlines"]);
    assert_eq!(
        found.rejects[0]["source"].as_str().unwrap().matches('\u{1b}').count(),
        1,
        "JSON holds it escaped"
    );
    let raw = fs::read(odd.home.path().join("rejects.jsonl")).unwrap();
    assert!(!raw.contains(&0x1b) && !found.said.contains('\u{1b}'));
    // What is refused is named in words that a terminal does not obey.
    let missing = odd.input.join("\u{1b}[2Jgone\u{202e}.txt");
    let output = clean(&missing, &odd.home.path().join("x.jsonl")).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("\\u{1b}[2Jgone\\u{202e}.txt"), "{}", said(&output));
    assert!(!output.stderr.contains(&0x1b));
}
