//! The pipeline from files to files, with a work so simple that every outcome can be foreseen.

#![expect(clippy::unwrap_used, reason = "a helper of a test may fail like the test itself")]
#![expect(clippy::panic, reason = "the work under test has to meet a defect")]

use dehusk::clean::Cleaner;
use dehusk::model::{Article, Cleaned, Outcome, Page, Removal, SkipReason, Span};
use dehusk::pipeline::{
    Cancel, Options, PassThrough, Progress, RunEnd, RunError, RunSummary, Sinks, Work, run,
};
use dehusk::rules::{RuleSet, builtin, load};
use dehusk::sink::Target;
use dehusk::source::Inputs;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tempfile::TempDir;

/// Keeps the first line; a page of one word decides its own outcome.
#[derive(Default)]
struct FirstLine {
    rules: RuleSet,
    cancel: Option<Cancel>,
    delay: bool,
}

impl Work for FirstLine {
    type Scratch = ();

    fn rules(&self) -> &RuleSet {
        &self.rules
    }

    fn scratch(&self) {}

    fn work(&self, (): &mut (), page: &mut Page, done: &mut Cleaned) {
        *done = Cleaned::default();
        done.outcome = match page.text.trim() {
            "" => Outcome::Empty,
            "skip" => Outcome::Skipped(SkipReason::TooShort),
            "panic" => panic!("met `{}`", page.id),
            _ => Outcome::Article,
        };
        if let Some(cancel) = &self.cancel {
            cancel.cancel();
        }
        if self.delay {
            std::thread::sleep(Duration::from_micros(page.text.len() as u64 % 16 / 15 * 1000));
        }
        let end = page.text.find('\n').unwrap_or(page.text.len());
        done.article = Article { text: page.text[..end].to_owned(), ..Article::default() };
        if end < page.text.len() {
            done.removals.push(Removal {
                line: 1,
                span: Span::new(end, page.text.len()),
                at: end as u32,
                action: "drop-line",
                rules: Vec::new(),
            });
        }
    }
}

#[derive(Clone, Default)]
struct Shared(Arc<Mutex<Vec<u8>>>);

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Shared {
    fn target(&self) -> Target {
        Target::Writer { name: "memory".to_owned(), writer: Box::new(self.clone()) }
    }

    fn lines(&self) -> Vec<Value> {
        let bytes = self.0.lock().unwrap();
        std::str::from_utf8(&bytes).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

fn options(threads: usize, batch_bytes: usize) -> Options {
    let mut options = Options::default();
    options.threads(NonZeroUsize::new(threads).unwrap()).batch_bytes(batch_bytes);
    options
}

struct Ran {
    summary: RunSummary,
    articles: Shared,
    removed: Shared,
    rejects: Shared,
}

impl Ran {
    fn ids(&self) -> Vec<String> {
        self.articles.lines().iter().map(|line| line["id"].as_str().unwrap().to_owned()).collect()
    }

    /// Source and reason of every page that gave no article.
    fn missing(&self) -> Vec<(String, String)> {
        let word = |line: &Value, key: &str| line[key].as_str().unwrap().to_owned();
        self.rejects.lines().iter().map(|line| (word(line, "id"), word(line, "reason"))).collect()
    }
}

fn ran_with(inputs: &Inputs, work: &impl Work, options: &Options) -> Ran {
    let (articles, removed, rejects) = (Shared::default(), Shared::default(), Shared::default());
    let sinks = Sinks {
        articles: articles.target(),
        removed: Some(removed.target()),
        rejects: Some(rejects.target()),
    };
    let progress = Progress::default();
    let summary = run(inputs, work, sinks, options, &progress).unwrap();
    assert!(summary.stats.balances());
    assert_eq!(progress.pages(), summary.stats.pages);
    Ran { summary, articles, removed, rejects }
}

fn ran(folder: &Path) -> Ran {
    let inputs = Inputs::builder([folder]).build().unwrap();
    ran_with(&inputs, &FirstLine::default(), &options(2, 1 << 12))
}

fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    folder
}

fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::new(1));
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Lines that no compressor makes small, so that breaks fall where they are made.
fn noisy_records(count: usize) -> String {
    let mut seed = 0x9e37_79b9_7f4a_7c15_u64;
    let mut line = |number: usize| {
        let noise: String = (0..12)
            .map(|_| {
                seed = seed.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(0x1405_7b7e_f767_814f);
                format!("{seed:x}")
            })
            .collect();
        format!("{{\"id\":\"r{number}\",\"text\":\"{noise}\\nmore\"}}\n")
    };
    (0..count).map(&mut line).collect()
}

fn mixed_folder() -> TempDir {
    let records = noisy_records(2000);
    let big_text = "A sentence of a long page.\n".repeat(9000);
    let mut files: Vec<(String, Vec<u8>)> = (0..300)
        .map(|n| (format!("pages/{n:03}.txt"), format!("Page {n}\nnoise {}", "x".repeat(n * 7)).into_bytes()))
        .collect();
    files.extend([
        ("a.jsonl".to_owned(), records.clone().into_bytes()),
        ("b.jsonl.gz".to_owned(), gz(records.as_bytes())),
        ("c.ndjson.zst".to_owned(), zstd::encode_all(records.as_bytes(), 1).unwrap()),
        ("c.json".to_owned(), format!("[{}", records.trim_end().replace('\n', ",\n")).into_bytes()),
        ("d.txt".to_owned(), big_text.clone().into_bytes()),
        ("e.txt.gz".to_owned(), gz(big_text.as_bytes())),
        (
            "f.jsonl".to_owned(),
            b"{\"text\":\"panic\"}\n{]\n\n{\"text\":\"skip\"}\n{\"text\":\"ok\"}".to_vec(),
        ),
        ("g.jsonl.gz".to_owned(), {
            let whole = gz(records.as_bytes());
            whole[..whole.len() * 2 / 3].to_vec()
        }),
    ]);
    let files: Vec<(&str, &[u8])> =
        files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    folder(&files)
}

#[test]
fn output_is_the_same_for_any_threads_and_batch_size() {
    let folder = mixed_folder();
    let inputs = Inputs::builder([folder.path()]).build().unwrap();
    let work = FirstLine { delay: true, ..FirstLine::default() };
    let first = ran_with(&inputs, &work, &options(1, 1 << 20));
    assert!(first.summary.stats.articles > 6000, "{:?}", first.summary.stats);
    for (threads, batch) in [(1, 1 << 10), (2, 1 << 14), (8, 1 << 10), (8, 1 << 16), (2, 1 << 20)] {
        let again = ran_with(&inputs, &work, &options(threads, batch));
        for (one, other) in [
            (&first.articles, &again.articles),
            (&first.removed, &again.removed),
            (&first.rejects, &again.rejects),
        ] {
            assert!(
                *one.0.lock().unwrap() == *other.0.lock().unwrap(),
                "{threads} threads, batches of {batch}"
            );
        }
        assert_eq!(first.summary.stats, again.summary.stats);
        assert_eq!(first.summary.bytes_read, again.summary.bytes_read);
    }
}

#[test]
fn the_cleaner_gives_the_same_bytes_on_any_threads_and_names_its_rules() {
    let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds");
    let inputs = Inputs::builder(vec![seeds; 20]).build().unwrap();
    let set = load(&builtin()).unwrap_or_else(|faults| panic!("{}", faults.render(false, 100)));
    let cleaner = Cleaner::builder(Arc::new(set)).build();
    let one = ran_with(&inputs, &cleaner, &options(1, 1 << 20));
    let many = ran_with(&inputs, &cleaner, &options(8, 1 << 12));
    assert!(*one.articles.0.lock().unwrap() == *many.articles.0.lock().unwrap());
    assert!(*one.removed.0.lock().unwrap() == *many.removed.0.lock().unwrap());
    assert_eq!(one.summary.stats, many.summary.stats);
    assert_eq!(one.summary.stats.articles, 100);

    let by_rule: u64 = one.summary.stats.rules.iter().map(|(_, count)| count.removals).sum();
    let told: usize = one
        .removed
        .lines()
        .iter()
        .flat_map(|line| line["removed"].as_array().unwrap().clone())
        .map(|removal| removal["rules"].as_array().unwrap().len())
        .sum();
    assert_eq!(by_rule, told as u64);
}

#[test]
fn what_is_in_flight_is_bounded() {
    let folder = folder(&[("a.jsonl", noisy_records(4000).as_bytes())]);
    let inputs = Inputs::builder([folder.path()]).build().unwrap();
    let ran = ran_with(&inputs, &FirstLine { delay: true, ..FirstLine::default() }, &options(2, 1 << 10));
    assert!((2..=6).contains(&ran.summary.most_in_flight), "{}", ran.summary.most_in_flight);
}

#[test]
fn every_page_is_accounted_for_in_the_order_of_the_input() {
    let folder = folder(&[
        ("a.jsonl", b"{\"id\":1,\"text\":\"one\\ntwo\"}\n\n{\"text\":\"\"}\r\n{\"text\":\"skip\"}\n{\"id\":\"x\"}\n[]\n"),
        ("b/c.txt", b"\xef\xbb\xbfheld\r\nleft"),
        ("d.txt", b""),
        ("e.png", b"\x89PNG"),
        ("f.txt", b"\x89PNG\0"),
        ("g.txt", b"panic"),
        ("h.txt", b"last"),
    ]);
    let ran = ran(folder.path());
    assert_eq!(ran.ids(), ["1", "b/c", "h"]);
    let missing = [
        ("a:3", "blank"),
        ("a:4", "too-short"),
        ("x", "no-text-field"),
        ("a:6", "invalid-json"),
        ("d", "blank"),
        ("f", "binary"),
        ("g", "defect"),
    ];
    assert_eq!(ran.missing(), missing.map(|(id, reason)| (id.to_owned(), reason.to_owned())));
    let stats = &ran.summary.stats;
    assert_eq!((stats.pages, stats.articles, stats.empty, stats.skipped_total()), (10, 3, 2, 1));
    assert_eq!(ran.summary.passed_by, 1);
    let removed = ran.removed.lines();
    assert_eq!(removed.iter().map(|line| line["id"].as_str().unwrap()).collect::<Vec<_>>(), ran.ids());
    assert_eq!(removed[1]["removed"][0]["text"], "\nleft");
    assert_eq!(ran.articles.lines()[0]["source"], folder.path().join("a.jsonl:1").to_str().unwrap());
    assert_eq!(ran.rejects.lines()[6]["detail"], "met `g`");
}

#[test]
fn a_broken_compressed_file_gives_the_pages_before_its_break() {
    let records = noisy_records(3000);
    for (name, whole) in [
        ("r.jsonl.gz", gz(records.as_bytes())),
        ("r.jsonl.zst", zstd::encode_all(records.as_bytes(), 1).unwrap()),
    ] {
        let within_head = &gz(b"whole")[..5];
        let folder = folder(&[
            (name, &whole[..whole.len() / 2]),
            ("x.jsonl.gz", within_head),
            ("y.txt.gz", within_head),
            ("z.txt.gz", &gz(b"whole")[..12]),
        ]);
        let ran = ran(folder.path());
        let kept = ran.ids().len();
        assert!((500..2900).contains(&kept), "{name}: {kept} pages");
        let missing = [format!("r:{}", kept + 1), "x:1".to_owned(), "y".to_owned(), "z".to_owned()];
        assert_eq!(ran.missing(), missing.map(|id| (id, "broken-compression".to_owned())));
    }
}

#[test]
fn content_tells_what_a_wrong_name_hides() {
    let folder = folder(&[
        ("a.txt", b"{\"id\":\"record\",\"text\":\"words\"}\n"),
        ("b.txt", &gz(b"packed words")),
        (
            "c.txt",
            &[gz(b"{\"id\":\"r1\",\"text\":\"a\"}\n"), gz(b"{\"id\":\"r2\",\"text\":\"b\"}\n")].concat(),
        ),
    ]);
    assert_eq!(ran(folder.path()).ids(), ["record", "b", "r1", "r2"]);
}

#[test]
fn encodings_are_told_in_the_flags() {
    let utf16: Vec<u8> = "\u{feff}Größe".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let (cyrillic, _, _) = encoding_rs::WINDOWS_1251.encode("Президент подписал закон о новых правилах");
    let record = "\u{feff}{\"text\":\"a\"}\n{\"text\":\"Ω\"}\n";
    let recorded: Vec<u8> = record.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let folder = folder(&[
        ("a.txt", &utf16),
        ("b.txt", &cyrillic),
        ("c.jsonl", br#"{"text":"\ud800"}"#),
        ("d.jsonl", &recorded),
        ("e.txt.gz", &gz(&recorded)),
    ]);
    let articles = ran(folder.path()).articles.lines();
    assert_eq!(articles[0]["text"], "Größe");
    assert_eq!(articles[1]["text"], "Президент подписал закон о новых правилах");
    let flags: Vec<_> = articles.iter().map(|line| line["flags"].as_str().unwrap()).collect();
    let expected = ["decoded:utf-16le", "decoded:windows-1251", "mended-surrogates"];
    assert_eq!(flags[..3], expected);
    assert_eq!(flags[3..], ["decoded:utf-16be"; 4]);
    assert_eq!(articles[4]["text"], "Ω");
    assert_eq!(articles[6]["id"], "e:2");
}

#[test]
fn a_page_over_the_limit_is_rejected_and_its_neighbours_are_not() {
    let long = "x".repeat(300_000);
    let records = format!("{{\"text\":\"a\"}}\n{{\"text\":\"{long}\"}}\n{{\"text\":\"b\"}}\n");
    let folder = folder(&[
        ("a.jsonl", records.as_bytes()),
        ("b.jsonl.gz", &gz(records.as_bytes())),
        ("c.txt", long.as_bytes()),
        ("d.txt.gz", &gz(long.as_bytes())),
        ("e.txt", b"short"),
    ]);
    let mut builder = Inputs::builder([folder.path()]);
    let inputs = builder.max_page(100_000).build().unwrap();
    for batch in [1 << 10, 1 << 22] {
        let ran = ran_with(&inputs, &FirstLine::default(), &options(2, batch));
        assert_eq!(ran.ids(), ["a:1", "a:3", "b:1", "b:3", "e"]);
        let rejected = BTreeMap::from([("too-large".to_owned(), 4)]);
        assert_eq!(ran.summary.stats.rejected, rejected);
    }
}

#[cfg(unix)]
#[test]
fn a_line_over_the_limit_that_a_break_cuts_off_is_one_reject_whatever_the_batches() {
    let mut state = 1_u64;
    let noise: String = std::iter::repeat_with(|| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        char::from(b'a' + (state >> 60) as u8)
    })
    .take(400_000)
    .collect();
    let packed = gz(format!("{{\"text\":\"whole\"}}\n{{\"text\":\"{noise}").as_bytes());
    let folder = folder(&[("a.jsonl.gz", &packed[..packed.len() - 1000])]);
    let inputs = Inputs::builder([folder.path()]).max_page(20_000).build().unwrap();
    for batch in [1, 10_000, 100_000, 10_000_000] {
        let ran = ran_with(&inputs, &PassThrough::default(), &options(2, batch));
        assert_eq!(ran.ids(), ["a:1"], "{batch}");
        let [(source, reason)] = &ran.missing()[..] else { panic!("{:?} with {batch}", ran.missing()) };
        assert!(source == "a:2" && reason == "broken-compression", "{source}, {reason}");
    }
}

#[test]
fn an_unreadable_file_is_one_reject_and_special_files_are_passed_by() {
    let folder = folder(&[("a.txt", b"one"), ("z.txt", b"two")]);
    std::os::unix::fs::symlink("nowhere", folder.path().join("b.txt")).unwrap();
    std::os::unix::net::UnixListener::bind(folder.path().join("c.txt")).unwrap();
    let ran = ran(folder.path());
    assert_eq!(ran.ids(), ["a", "z"]);
    assert_eq!(ran.missing(), [("b".to_owned(), "unreadable".to_owned())]);
    assert_eq!(ran.summary.passed_by, 1);
}

#[cfg(unix)]
#[test]
fn a_pipe_that_the_user_named_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("pages");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status().unwrap();
    assert!(made.success());
    let inputs = Inputs::builder([&pipe]).build().unwrap();
    let writer =
        std::thread::spawn(move || fs::write(pipe, "{\"text\":\"one\"}\n{\"text\":\"two\"}\n").unwrap());
    let ran = ran_with(&inputs, &FirstLine::default(), &options(1, 1 << 10));
    writer.join().unwrap();
    assert_eq!(ran.ids(), ["pages:1", "pages:2"]);
}

#[test]
fn ids_come_from_the_record_or_else_from_the_place() {
    let input = folder(&[
        ("d/a.txt.gz", &gz(b"one")),
        ("d/e/b.txt", b"two"),
        ("r.jsonl", b"{\"id\":\"x\",\"key\":7,\"body\":\"three\"}\n"),
    ]);
    let ids = |paths: &[&str]| {
        let inputs = Inputs::builder(paths.iter().map(|path| input.path().join(path)))
            .id_field("key")
            .text_field("body")
            .build()
            .unwrap();
        ran_with(&inputs, &FirstLine::default(), &options(1, 1 << 10))
    };
    assert_eq!(ids(&["d", "r.jsonl"]).ids(), ["a", "e/b", "7"]);
    assert_eq!(ids(&["d/e/b.txt", "d/a.txt.gz"]).ids(), ["b", "a"]);
    assert_eq!(ids(&["d/**/*.txt*"]).ids(), ["a", "e/b"]);
    let record = &ids(&["r.jsonl"]).articles.lines()[0];
    assert_eq!((&record["text"], &record["key"], record.get("body")), (&"three".into(), &7.into(), None));
}

#[test]
fn an_empty_folder_gives_no_pages_and_an_empty_output() {
    let ran = ran(folder(&[("notes.pdf", b"%PDF")]).path());
    assert_eq!((ran.summary.stats.pages, ran.summary.passed_by), (0, 1));
    assert!(ran.articles.lines().is_empty());
}

#[test]
fn an_output_that_is_an_input_is_refused_before_anything_is_read() {
    let folder = folder(&[("a.txt", b"one"), ("out.jsonl", b"")]);
    let inputs = Inputs::builder([folder.path()]).build().unwrap();
    let refused = |name: &str, rejects: Option<&str>| {
        let target = |name: &str| Target::from_path(folder.path().join(name));
        let sinks = Sinks { articles: target(name), removed: None, rejects: rejects.map(target) };
        run(&inputs, &PassThrough::default(), sinks, &Options::default(), &Progress::default()).unwrap_err()
    };
    assert!(matches!(refused("out.jsonl", None), RunError::OutputIsInput { .. }));
    assert!(matches!(refused("new.jsonl", Some("./new.jsonl")), RunError::SameOutput { .. }));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
}

#[test]
fn an_output_is_refused_where_it_would_be_read_while_it_is_written() {
    let folder = folder(&[("a.txt", b"one")]);
    for (glob, name, is_refused) in [
        ("**", "out.jsonl", true),
        ("**", "new/shards/", true),
        ("*.jsonl*", "out.jsonl", true),
        ("*.txt", "out.jsonl", false),
    ] {
        let inputs = Inputs::builder([folder.path()]).include([glob]).build().unwrap();
        let sinks =
            Sinks { articles: Target::from_path(folder.path().join(name)), removed: None, rejects: None };
        let ran = run(&inputs, &PassThrough::default(), sinks, &Options::default(), &Progress::default());
        assert_eq!(matches!(ran, Err(RunError::OutputIsInput { .. })), is_refused, "{glob} {name}");
    }
}

/// Takes so many bytes, then fails.
struct Failing(usize, io::ErrorKind);

impl Write for Failing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 = self.0.checked_sub(bytes.len()).ok_or_else(|| io::Error::from(self.1))?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_full_disk_ends_the_run_and_a_closed_pipe_ends_it_quietly() {
    let input = folder(&[("a.jsonl", noisy_records(5000).as_bytes())]);
    let inputs = Inputs::builder([input.path()]).build().unwrap();
    let into = |kind| {
        let writer = Box::new(Failing(10_000, kind));
        let beside = tempfile::tempdir().unwrap();
        let sinks = Sinks {
            articles: Target::Writer { name: "small".to_owned(), writer },
            removed: Some(Target::from_path(beside.path().join("removed.jsonl"))),
            rejects: None,
        };
        let ended = run(&inputs, &FirstLine::default(), sinks, &options(4, 1 << 10), &Progress::default());
        assert_eq!(fs::read_dir(beside.path()).unwrap().count(), 0, "no half file stays");
        ended
    };
    let error = into(io::ErrorKind::StorageFull).unwrap_err().to_string();
    assert!(error.starts_with("cannot write `small`: "), "{error}");
    assert_eq!(into(io::ErrorKind::BrokenPipe).unwrap().end, RunEnd::ClosedPipe);
}

/// Meets a defect of its own.
struct Faulty;

impl Write for Faulty {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        panic!("met a defect")
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn nothing_more_is_read_when_the_writer_met_a_defect() {
    let input = folder(&[("a.jsonl", noisy_records(20_000).as_bytes())]);
    let inputs = Inputs::builder([input.path()]).build().unwrap();
    let articles = Target::Writer { name: "faulty".to_owned(), writer: Box::new(Faulty) };
    let sinks = Sinks { articles, removed: None, rejects: None };
    let progress = Progress::default();
    let ended = run(&inputs, &PassThrough::default(), sinks, &options(1, 1 << 10), &progress);
    assert!(matches!(&ended, Err(RunError::Defect { message }) if message == "met a defect"), "{ended:?}");
    let (read, all) = (progress.bytes(), fs::metadata(input.path().join("a.jsonl")).unwrap().len());
    assert!(read < all / 2, "{read} of {all} bytes were read");
}

#[test]
fn a_cancelled_run_tells_what_it_did_and_leaves_no_file() {
    let input = folder(&[("a.jsonl", noisy_records(5000).as_bytes())]);
    let inputs = Inputs::builder([input.path()]).build().unwrap();
    let output = tempfile::tempdir().unwrap();
    let cancel = Cancel::default();
    let work = FirstLine { cancel: Some(cancel.clone()), ..FirstLine::default() };
    let sinks = Sinks {
        articles: Target::from_path(output.path().join("out.jsonl.gz")),
        removed: None,
        rejects: None,
    };
    let mut options = options(2, 1 << 10);
    options.cancel(cancel);
    let summary = run(&inputs, &work, sinks, &options, &Progress::default()).unwrap();
    assert_eq!(summary.end, RunEnd::Cancelled);
    assert!((1..5000).contains(&summary.stats.pages), "{}", summary.stats.pages);
    assert_eq!(fs::read_dir(output.path()).unwrap().count(), 0);
}

#[test]
fn a_clean_output_passes_through_again_unchanged() {
    let first = folder(&[(
        "a.jsonl",
        "{\"id\":\"1\",\"text\":\"Words – “here”.\\u2028\",\"n\":1.0,\"title\":\"T\",\"flags\":\"paywall\"}\n".as_bytes(),
    )]);
    let pass = |folder: &Path| {
        let inputs = Inputs::builder([folder]).build().unwrap();
        let ran = ran_with(&inputs, &PassThrough::default(), &options(1, 1 << 20));
        let bytes = ran.articles.0.lock().unwrap().clone();
        String::from_utf8(bytes).unwrap()
    };
    let once = pass(first.path());
    assert!(once.contains(r#""flags":"paywall""#) && once.contains(r#","n":1.0}"#), "{once}");
    let second = folder(&[("a.jsonl", once.as_bytes())]);
    assert_eq!(pass(second.path()), once);
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]

    #[test]
    fn any_bytes_give_valid_lines_and_full_accounts(
        files in proptest::collection::vec(
            (proptest::sample::select(vec!["txt", "jsonl", "txt.gz", "jsonl.zst"]),
             proptest::collection::vec(proptest::prelude::any::<u8>(), 0..400), 0u8..4),
            1..6,
        ),
    ) {
        let files: Vec<(String, Vec<u8>)> = files
            .into_iter()
            .enumerate()
            .map(|(n, (ending, bytes, packing))| {
                let bytes = match packing {
                    1 => gz(&bytes),
                    2 => zstd::encode_all(&bytes[..], 1).unwrap(),
                    3 => [br#"{"text":""#.as_slice(), &bytes, b"\"}\n"].concat(),
                    _ => bytes,
                };
                (format!("{n}.{ending}"), bytes)
            })
            .collect();
        let files: Vec<(&str, &[u8])> = files.iter().map(|(name, bytes)| (name.as_str(), &bytes[..])).collect();
        let ran = ran(folder(&files).path());
        let stats = &ran.summary.stats;
        proptest::prop_assert_eq!(stats.articles as usize, ran.articles.lines().len());
        proptest::prop_assert_eq!((stats.pages - stats.articles) as usize, ran.rejects.lines().len());
        for article in ran.articles.lines() {
            proptest::prop_assert!(!article["text"].as_str().unwrap().contains('\r'));
        }
    }
}
