//! The whole job against pass-through: the same JSONL read, decoded and written with and without cleaning, by the same
//! program, in turn, on the same machine.
//!
//! `cargo bench --bench job` prints medians of five interleaved runs and their ratios. Inputs: generated pages, and the
//! text of an evaluation set when `DEHUSK_EVAL` names its folder (`text-*.jsonl.gz` below it). With valgrind on the
//! machine it also counts instructions per byte of text, which do not depend on what else the machine is doing, and
//! tells what the line model (features and inference) costs a line and against the job without it.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot run must not go on")]
#![expect(clippy::print_stdout, reason = "figures are what a benchmark is for")]

mod support;
#[path = "support/valgrind.rs"]
mod valgrind;

use serde_json::Value;
use std::ffi::OsStr;
use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

const RUNS: usize = 5;
const BINARY: &str = env!("CARGO_BIN_EXE_dehusk");

/// An input with the number of pages that every run must account for.
struct Input {
    name: &'static str,
    path: PathBuf,
    pages: u64,
    bytes: u64,
}

/// One way to run: a name and the arguments that make it.
type Way = (&'static str, &'static [&'static str]);

const WAYS: [Way; 5] = [
    ("pass-through, 1 thread", &["--pass-through", "--threads", "1"]),
    ("clean careful, 1 thread", &["--threads", "1", "--profile", "careful"]),
    ("clean normal, 1 thread", &["--threads", "1", "--profile", "normal"]),
    ("pass-through, 2 threads", &["--pass-through", "--threads", "2"]),
    ("clean careful, 2 threads", &["--threads", "2", "--profile", "careful"]),
];

fn main() {
    // `cargo test --benches` runs this too; a benchmark is asked for with `--bench`.
    if !std::env::args().any(|arg| arg == "--bench") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let mut inputs = vec![generated(folder.path(), 8_000)];
    inputs.extend(evaluation(folder.path()));
    for input in &inputs {
        println!("{}: {} pages, {:.1} MB", input.name, input.pages, input.bytes as f64 / 1e6);
        let medians = time_in_turn(input, folder.path());
        for ((name, _), seconds) in WAYS.iter().zip(&medians) {
            println!("  {name:<26}{seconds:>8.3} s {:>8.1} MB/s", input.bytes as f64 / 1e6 / seconds);
        }
        println!("  clean / pass-through, one thread each: {:.2}", medians[1] / medians[0]);
        println!("  clean normal / careful, one thread each: {:.2}", medians[2] / medians[1]);
        println!("  pass-through, one thread / two threads: {:.2}", medians[0] / medians[3]);
        println!("  clean careful, one thread / two threads: {:.2}", medians[1] / medians[4]);
    }
    count_instructions(&inputs, folder.path());
}

/// The median wall time of each way, the ways taken in turn so that a drifting machine slows all alike.
fn time_in_turn(input: &Input, folder: &Path) -> Vec<f64> {
    let mut times = vec![Vec::new(); WAYS.len()];
    for round in 0..=RUNS {
        for (way, times) in WAYS.iter().zip(&mut times) {
            let seconds = run(input, way.1, folder);
            // The first round warms the caches.
            if round > 0 {
                times.push(seconds);
            }
        }
    }
    let median = |mut times: Vec<f64>| {
        times.sort_by(f64::total_cmp);
        times[times.len() / 2]
    };
    times.into_iter().map(median).collect()
}

fn run(input: &Input, arguments: &[&str], folder: &Path) -> f64 {
    let summary = folder.join("summary.json");
    let mut command = Command::new(BINARY);
    command.arg("clean").arg(&input.path).arg("-o").arg(folder.join("out.jsonl")).args(arguments);
    command.args(["--progress", "never", "-q", "--summary"]).arg(&summary);
    let started = Instant::now();
    assert!(command.status().unwrap().success());
    let seconds = started.elapsed().as_secs_f64();
    let told: Value = serde_json::from_slice(&fs::read(&summary).unwrap()).unwrap();
    assert_eq!(told["pages"].as_u64(), Some(input.pages), "a fast run that loses pages is no run");
    assert_eq!(told["rejected"], serde_json::json!({}), "no page has a reason to be rejected");
    seconds
}

fn generated(folder: &Path, count: usize) -> Input {
    let path = folder.join("generated.jsonl");
    let (pages, _) = support::pages(count, 1_000);
    let mut file = std::io::BufWriter::new(fs::File::create(&path).unwrap());
    for (number, text) in pages.iter().enumerate() {
        writeln!(file, "{}", serde_json::json!({ "id": format!("page-{number}"), "text": text })).unwrap();
    }
    file.flush().unwrap();
    drop(file);
    let bytes = fs::metadata(&path).unwrap().len();
    Input { name: "generated pages", path, pages: count as u64, bytes }
}

/// All renderings of the evaluation pages in one file.
fn evaluation(folder: &Path) -> Option<Input> {
    let source = std::env::var_os("DEHUSK_EVAL")?;
    let mut text = String::new();
    let mut names: Vec<PathBuf> = fs::read_dir(source).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.sort();
    for path in names {
        let name = path.file_name()?.to_string_lossy().into_owned();
        if name.starts_with("text-") && name.ends_with(".jsonl.gz") {
            flate2::read::MultiGzDecoder::new(fs::File::open(&path).unwrap())
                .read_to_string(&mut text)
                .unwrap();
        }
    }
    let path = folder.join("evaluation.jsonl");
    fs::write(&path, &text).unwrap();
    Some(Input {
        name: "evaluation pages",
        path,
        pages: text.lines().count() as u64,
        bytes: text.len() as u64,
    })
}

/// Instructions: what twice the pages cost more, so that starting up does not count.
fn count_instructions(inputs: &[Input], folder: &Path) {
    if !valgrind::is_here() {
        println!("no valgrind on this machine: instructions were not counted");
        return;
    }
    for input in inputs {
        let (once, lines) = sample(input, 1, folder);
        let (twice, _) = sample(input, 2, folder);
        println!("{}, instructions over {lines} lines:", input.name);
        let count = |way: &Way| {
            let more = instructions(&twice, way.1, folder) - instructions(&once, way.1, folder);
            let (per_byte, per_line) = (more as f64 / once.bytes as f64, more as f64 / lines as f64);
            println!("  {:<26}{per_byte:>8.2} a byte {per_line:>10.0} a line", way.0);
            per_line
        };
        let [_, careful, normal] = [&WAYS[0], &WAYS[1], &WAYS[2]].map(count);
        let model = normal - careful;
        println!("  the line model: {model:.0} a line, {:.2} of clean careful", model / careful);
    }
}

/// Every so many-th page of an input, `times` over, and how many lines that are not blank those pages have.
fn sample(input: &Input, times: usize, folder: &Path) -> (Input, usize) {
    let pages = fs::read_to_string(&input.path).unwrap();
    let step = (input.pages as usize / 200).max(1);
    let pages: Vec<&str> = pages.lines().skip(step / 2).step_by(step).collect();
    let lines = |page: &&str| {
        let page: Value = serde_json::from_str(page).unwrap();
        page["text"].as_str().unwrap().lines().filter(|line| !line.trim().is_empty()).count()
    };
    let text: String =
        pages.iter().cycle().take(times * pages.len()).flat_map(|&page| [page, "\n"]).collect();
    let path = folder.join(format!("sample-{times}.jsonl"));
    fs::write(&path, &text).unwrap();
    let count = (times * pages.len()) as u64;
    (Input { name: input.name, path, pages: count, bytes: text.len() as u64 }, pages.iter().map(lines).sum())
}

fn instructions(input: &Input, arguments: &[&str], folder: &Path) -> u64 {
    let out = folder.join("out.jsonl");
    let mut all: Vec<&OsStr> = ["clean", "--progress", "never", "-q", "-o"].map(OsStr::new).to_vec();
    all.extend([out.as_os_str(), input.path.as_os_str()]);
    all.extend(arguments.iter().map(OsStr::new));
    valgrind::instructions(BINARY, &all)
}
