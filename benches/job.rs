//! The whole job against pass-through: the same JSONL read, decoded and written with and without cleaning, by the same
//! program, in turn, on the same machine.
//!
//! `cargo bench --bench job` prints medians of five interleaved runs and their ratios. Inputs: generated pages, and the
//! text of an evaluation set when `DEHUSK_EVAL` names its folder (`text-*.jsonl.gz` below it). With valgrind on the
//! machine it also counts instructions per byte of text, which do not depend on what else the machine is doing.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot run must not go on")]
#![expect(clippy::print_stdout, reason = "figures are what a benchmark is for")]

mod support;

use serde_json::Value;
use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
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
        println!("  clean, one thread / two threads: {:.2}", medians[1] / medians[3]);
    }
    count_instructions(folder.path());
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
    assert_eq!(told["rejected"].as_u64(), Some(0));
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

/// Instructions per byte: what twice the pages cost more, so that starting up does not count.
fn count_instructions(folder: &Path) {
    let found = Command::new("valgrind").arg("--version").stdout(Stdio::null()).status();
    if !found.is_ok_and(|status| status.success()) {
        println!("no valgrind on this machine: instructions were not counted");
        return;
    }
    for (name, arguments) in &WAYS[..2] {
        let few = generated(folder, 200);
        let once = instructions(&few, arguments, folder);
        let many = generated(folder, 400);
        let twice = instructions(&many, arguments, folder);
        let per_byte = (twice - once) as f64 / (many.bytes - few.bytes) as f64;
        println!("{name}: {per_byte:.2} instructions per byte");
    }
}

fn instructions(input: &Input, arguments: &[&str], folder: &Path) -> u64 {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null", BINARY, "clean"])
        .arg(&input.path)
        .arg("-o")
        .arg(folder.join("out.jsonl"))
        .args(arguments)
        .args(["--progress", "never", "-q"])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    let collected =
        said.lines().find_map(|line| line.split_once("Collected :")).map(|(_, count)| count.trim().parse());
    collected.unwrap().unwrap()
}
