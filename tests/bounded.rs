//! Memory is bounded by threads and batches, whatever the size of the input: a long stream of pages is cleaned while
//! the process is watched.
//!
//! With `DEHUSK_BIN` set to an optimised build (as `make test` does) the stream is 2 GB long, or so many gigabytes as
//! `DEHUSK_STREAM_GB` says; the unoptimised binary gets 64 MB of it, which would show unbounded growth just the same. 10 GB
//! are read and written without cleaning in every run, which is as much input and takes a tenth of the time.

#![expect(clippy::unwrap_used, reason = "a helper of a test may fail like the test itself")]
#![expect(clippy::print_stdout, reason = "what was measured is worth reading")]
#![cfg(target_os = "linux")]

#[path = "support/warc.rs"]
mod warc;

use std::io::Write;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// The most resident memory, in bytes.
const MOST: u64 = 300 << 20;

/// A page of some 6 kB as a JSON line: a menu, prose, a tail of noise. The number makes every page another.
fn page(number: usize) -> String {
    let mut text = format!(
        "Bridge {number} closed for good\\nHome\\nNews\\nSport\\nContact us\\nBy Jane Doe\\n3 January 2020\\n"
    );
    for paragraph in 0..24 {
        text += &format!(
            "Paragraph {paragraph} of page {number}: the committee met on Tuesday to hear what the engineers had found \
             under the old bridge, and it did not like the answer at all, so the meeting went on until the evening.\\n"
        );
    }
    text += "Leave a Reply\\nYour email address will not be published.\\n© 2020 Example Times";
    format!("{{\"id\":\"p{number}\",\"text\":\"{text}\"}}\n")
}

/// The peak of the resident memory of a running process, in bytes; `None` once it is gone.
fn peak(pid: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok().map(|kib| kib * 1024)
}

fn spawn(input: &str) -> (Child, u64) {
    let gigabytes = std::env::var("DEHUSK_STREAM_GB").map_or(2, |gb| gb.parse::<u64>().unwrap());
    spawn_with(input, gigabytes, &[])
}

/// A run on two threads, and how many bytes it should get.
fn spawn_with(input: &str, gigabytes: u64, more: &[&str]) -> (Child, u64) {
    let (binary, bytes) = match std::env::var_os("DEHUSK_BIN") {
        Some(binary) => (binary, gigabytes * 1_000_000_000),
        None => (env!("CARGO_BIN_EXE_dehusk").into(), gigabytes * 32_000_000),
    };
    let child = Command::new(binary)
        .args(["clean", input, "-o", "-", "--threads", "2", "--progress", "never"])
        .args(more)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    (child, bytes)
}

/// A process whose memory is watched.
struct Watched {
    stop: mpsc::Sender<()>,
    watcher: thread::JoinHandle<u64>,
}

impl Watched {
    fn new(pid: u32) -> Self {
        let (stop, stopped) = mpsc::channel::<()>();
        let watcher = thread::spawn(move || {
            let mut most = 0;
            while stopped.recv_timeout(Duration::from_millis(5)) == Err(mpsc::RecvTimeoutError::Timeout) {
                most = peak(pid).unwrap_or(0).max(most);
            }
            most
        });
        Self { stop, watcher }
    }

    /// Waits for the process; how it ended, what it said, and the most memory that it had.
    fn end(self, child: Child) -> (ExitStatus, String, u64) {
        let output = child.wait_with_output().unwrap();
        self.stop.send(()).unwrap();
        let most = self.watcher.join().unwrap();
        (output.status, String::from_utf8_lossy(&output.stderr).into_owned(), most)
    }
}

#[test]
fn memory_stays_bounded_beside_a_record_of_a_gigabyte() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("big.warc.gz");
    let page = warc::page("small");
    let begin = warc::answer("200 OK", "Content-Type: text/html\r\n", b"<p>");
    let length = begin.len() + (1 << 30);
    let head = warc::record_with("response", "big", "application/http", b"", &length.to_string(), "");
    let mut out = std::fs::File::create(&path).unwrap();
    out.write_all(&warc::gz(&page)).unwrap();
    let mut big = flate2::write::GzEncoder::new(&mut out, flate2::Compression::new(1));
    big.write_all(&head[..head.len() - 4]).unwrap();
    big.write_all(&begin).unwrap();
    for _ in 0..1024 {
        big.write_all(&[b' '; 1 << 20]).unwrap();
    }
    big.write_all(b"\r\n\r\n").unwrap();
    big.finish().unwrap();
    out.write_all(&warc::gz(&page)).unwrap();
    drop(out);

    let (child, _) = spawn(path.to_str().unwrap());
    let watched = Watched::new(child.id());
    let (status, said, most) = watched.end(child);
    assert!(status.success() && said.contains("too-large 1"), "{said}");
    assert!((1 << 20..MOST).contains(&most), "peak of {} MiB: {said}", most >> 20);
    println!("peak {} MiB beside a record of 1 GiB", most >> 20);
}

#[test]
fn memory_stays_bounded_beside_small_files_that_may_grow_beyond_measure() {
    let folder = tempfile::tempdir().unwrap();
    let line = format!("{{\"text\":\"{}\"}}\n", "word ".repeat(200_000));
    let mut packed = zstd::Encoder::new(Vec::new(), 1).unwrap();
    for _ in 0..400 {
        packed.write_all(line.as_bytes()).unwrap();
    }
    let packed = packed.finish().unwrap();
    assert!(packed.len() < 64 << 10, "{} bytes are looked at anyway", packed.len());
    for name in ["a.jsonl.zst", "b.jsonl.zst"] {
        std::fs::write(folder.path().join(name), &packed).unwrap();
    }
    let more = ["--pass-through", "--max-ratio", "1000000"];
    let (child, _) = spawn_with(folder.path().to_str().unwrap(), 0, &more);
    let watched = Watched::new(child.id());
    let (status, said, most) = watched.end(child);
    assert!(status.success() && said.contains("articles         800"), "{said}");
    assert!((1 << 20..MOST).contains(&most), "peak of {} MiB: {said}", most >> 20);
}

#[test]
fn memory_stays_bounded_over_a_long_stream() {
    stays_bounded(page);
}

/// One array, that is; nothing says before its end how long it is.
#[test]
fn memory_stays_bounded_over_a_long_document() {
    stays_bounded(|number| {
        let sign = if number == 0 { '[' } else { ',' };
        format!("{sign} {}", page(number))
    });
}

fn stays_bounded(page: impl Fn(usize) -> String) {
    let (mut child, bytes) = spawn("-");
    let watched = Watched::new(child.id());
    let mut stdin = child.stdin.take().unwrap();
    let mut written = 0;
    let mut pages = 0;
    while written < bytes {
        let batch: String = (pages..pages + 200).map(&page).collect();
        stdin.write_all(batch.as_bytes()).unwrap();
        written += batch.len() as u64;
        pages += 200;
    }
    drop(stdin);
    let (status, said, most) = watched.end(child);
    assert!(status.success(), "{said}");
    assert!(
        said.contains(&dehusk::report::thousands(pages as u64)),
        "{pages} pages went in, but the summary says: {said}"
    );
    assert!(most > 1 << 20, "the process was not seen");
    assert!(most < MOST, "peak of {} MiB over {} MB of input", most >> 20, written / 1_000_000);
    println!("peak {} MiB over {} MB of input", most >> 20, written / 1_000_000);
}

/// The most resident memory beside ten gigabytes.
const MOST_OF_TEN: u64 = 512 << 20;

#[test]
fn ten_gigabytes_pass_under_half_a_gigabyte_of_memory() {
    let (mut child, bytes) = spawn_with("-", 10, &["--pass-through"]);
    let watched = Watched::new(child.id());
    let mut stdin = child.stdin.take().unwrap();
    // The same pages again and again: no cleaning remembers them, and making new ones would take longer than reading them.
    let (batch, in_batch) = ((0..2000).map(page).collect::<String>(), 2000);
    let (mut written, mut pages) = (0, 0u64);
    while written < bytes {
        stdin.write_all(batch.as_bytes()).unwrap();
        written += batch.len() as u64;
        pages += in_batch;
    }
    drop(stdin);
    let (status, said, most) = watched.end(child);
    assert!(status.success(), "{said}");
    assert!(said.contains(&dehusk::report::thousands(pages)), "{pages} pages went in: {said}");
    assert!((1 << 20..MOST_OF_TEN).contains(&most), "peak of {} MiB: {said}", most >> 20);
    println!("peak {} MiB over {} MB passed through", most >> 20, written / 1_000_000);
}
