//! `--shard`: runs that share the work read everything once between them. Their outputs one after the other are the output of
//! one run, whatever the inputs are: many small files, one large file of lines or rows, compressed files, or all of it.

#![expect(clippy::unwrap_used, reason = "a helper of a test may fail like the test itself")]

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn dehusk(arguments: &[&str], paths: &[&Path]) -> Output {
    let mut program = Command::new(env!("CARGO_BIN_EXE_dehusk"));
    program.args(arguments).args(paths).output().unwrap()
}

/// What a run without cleaning writes; the pages are what counts here.
fn passed(inputs: &[&Path], shard: Option<&str>) -> Vec<u8> {
    let mut arguments = vec!["clean", "--pass-through", "-q", "--threads", "2", "--batch-size", "16k"];
    arguments.extend(shard.into_iter().flat_map(|shard| ["--shard", shard]));
    let ran = dehusk(&arguments, inputs);
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    ran.stdout
}

fn line(number: usize) -> String {
    // Lines of very different lengths, a longest one of two blocks, blank ones between.
    let words = "words ".repeat(1 + number * 7919 % 97 + if number == 700 { 200_000 } else { 0 });
    format!(
        "{{\"text\":\"Page {number} has {words}\"}}\n{}",
        if number.is_multiple_of(50) { "\n" } else { "" }
    )
}

fn lines(count: usize) -> String {
    (0..count).map(line).collect()
}

/// Runs all shards; their outputs one after the other must be that of one run. How many of them are empty.
fn check(inputs: &[&Path], of: usize) -> usize {
    let parts: Vec<Vec<u8>> = (1..=of).map(|nth| passed(inputs, Some(&format!("{nth}/{of}")))).collect();
    let whole = passed(inputs, None);
    assert!(!whole.is_empty());
    assert!(parts.concat() == whole, "{of} shards of {inputs:?} are not the whole");
    parts.iter().filter(|part| part.is_empty()).count()
}

/// The same as elements of an array.
fn document(count: usize) -> String {
    format!("[{}]", lines(count).trim_end().replace("\n{", ",\n{"))
}

fn parquet(folder: &Path, jsonl: &Path) -> PathBuf {
    let path = folder.join("table.parquet");
    let out = path.to_str().unwrap();
    let ran = dehusk(&["clean", "--pass-through", "-q", "-o", out], &[jsonl]);
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    path
}

#[test]
fn one_large_file_of_lines_is_shared_out_with_its_line_numbers() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("crawl.jsonl");
    fs::write(&path, lines(12_000)).unwrap();
    for of in [1, 2, 3, 16] {
        let empty = check(&[&path], of);
        // One line is larger than several of sixteen parts.
        assert!(of == 16 || empty == 0, "{empty} of {of} shards are empty");
    }
    let without_end = folder.path().join("other.jsonl");
    fs::write(&without_end, lines(600).trim_end()).unwrap();
    assert_eq!(check(&[&without_end], 7), 0);
}

#[test]
fn one_large_document_is_shared_out_with_the_numbers_of_its_elements() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("crawl.json");
    fs::write(&path, document(6000)).unwrap();
    for of in [1, 2, 3, 16] {
        let empty = check(&[&path], of);
        assert!(of == 16 || empty == 0, "{empty} of {of} shards are empty");
    }
}

#[test]
fn one_large_table_is_shared_out() {
    let folder = tempfile::tempdir().unwrap();
    let jsonl = folder.path().join("in.jsonl");
    let mut rows = String::new();
    for row in 0..40_000_u64 {
        // Hardly to be compressed, so that the table is several slices long.
        let noise = (0..24).fold(String::new(), |mut noise, part| {
            let seed = (row * 24 + part).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            write!(noise, "{:016x} ", seed ^ (seed >> 29)).unwrap();
            noise
        });
        writeln!(rows, "{{\"id\":\"{row}\",\"text\":\"{noise}\"}}").unwrap();
    }
    fs::write(&jsonl, rows).unwrap();
    let table = parquet(folder.path(), &jsonl);
    for of in [1, 2, 3] {
        assert_eq!(check(&[&table], of), 0, "{of}");
    }
    check(&[&table], 50);
}

#[test]
fn files_of_all_sorts_are_each_in_one_shard() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("in");
    fs::create_dir_all(root.join("b")).unwrap();
    for number in 0..60 {
        fs::write(root.join(format!("{number:02}.txt")), format!("Words of page {number}.\n").repeat(number))
            .unwrap();
    }
    fs::write(root.join("b/large.txt"), "Words of a large page.\n".repeat(20_000)).unwrap();
    fs::write(root.join("b/many.jsonl"), lines(400)).unwrap();
    fs::write(root.join("b/many.json"), document(400)).unwrap();
    fs::write(root.join("b/few.jsonl"), lines(3)).unwrap();
    fs::write(root.join("b/none.jsonl"), "").unwrap();
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::new(1));
    packed.write_all(lines(900).as_bytes()).unwrap();
    fs::write(root.join("b/packed.jsonl.gz"), packed.finish().unwrap()).unwrap();
    let wide: Vec<u8> =
        "\u{feff}".chars().chain(lines(300).chars()).flat_map(|c| (c as u16).to_le_bytes()).collect();
    fs::write(root.join("b/wide.jsonl"), wide).unwrap();
    let table = parquet(folder.path(), &root.join("b/many.jsonl"));
    for of in [1, 2, 5, 40] {
        check(&[&root, &table], of);
    }
}

#[test]
fn rejects_are_told_by_one_shard_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("broken.jsonl");
    let text: String =
        (0..3000).map(|n| if n % 10 == 3 { "{broken\n".to_owned() } else { line(n) }).collect();
    fs::write(&path, text).unwrap();
    let elements: String = (0..3000)
        .map(|n| if n % 10 == 3 { "[1},\n".to_owned() } else { line(n).trim_end().to_owned() + ",\n" })
        .collect();
    fs::write(folder.path().join("cut.json"), format!("[{elements}")).unwrap();
    fs::write(folder.path().join("no.parquet"), [b"PAR1".as_slice(), &[7; 100_000]].concat()).unwrap();
    let rejects = |shard: Option<&str>| {
        let out = folder.path().join("rejects");
        let mut arguments =
            vec!["clean", "--pass-through", "-q", "-o", "-", "--rejects", out.to_str().unwrap()];
        arguments.extend(shard.into_iter().flat_map(|shard| ["--shard", shard]));
        assert!(dehusk(&arguments, &[folder.path()]).status.success());
        fs::read_to_string(&out).unwrap()
    };
    let parts: String = (1..=4).map(|nth| rejects(Some(&format!("{nth}/4")))).collect();
    // The rejects file is no input: it has another ending.
    assert_eq!(parts, rejects(None));
    assert_eq!(parts.lines().count(), 602);
}

#[test]
fn what_cannot_be_shared_out_is_told_before_anything_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.txt");
    fs::write(&path, "Words.").unwrap();
    let told = |arguments: &[&str], paths: &[&Path]| {
        let ran = dehusk(arguments, paths);
        assert_eq!(ran.status.code(), Some(2));
        String::from_utf8(ran.stderr).unwrap()
    };
    assert!(
        told(&["clean", "--shard", "1/2"], &[Path::new("-")])
            .contains("`-` is a pipe, and only files can be shared out")
    );
    assert!(told(&["clean", "--shard", "0/2"], &[&path]).contains("shards of 2 are numbered from 1 to 2"));
    assert!(told(&["clean", "--shard", "2"], &[&path]).contains("write `3/8` for the third of eight"));
}

#[test]
fn more_shards_than_pages_leave_empty_outputs_and_lose_none() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["a.txt", "b.txt", "c.txt"] {
        fs::write(folder.path().join(name), format!("Words of {name}.")).unwrap();
    }
    assert_eq!(check(&[folder.path()], 9), 6);
}
