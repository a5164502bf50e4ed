//! Runs of the program for tests of what it survives: inputs of every sort, and what a run left.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// Few rules: what is tested is what becomes of runs, and they should begin fast.
const DEMO: [&str; 5] = ["--no-default-rules", "--rules", "tests/cli/rules.toml", "--profile", "careful"];

/// The program: an optimised one where `DEHUSK_BIN` names it.
pub(crate) fn program() -> OsString {
    std::env::var_os("DEHUSK_BIN").unwrap_or_else(|| env!("CARGO_BIN_EXE_dehusk").into())
}

/// `clean` with few rules.
pub(crate) fn clean(input: &Path, output: &Path) -> Command {
    let mut command = Command::new(program());
    command.arg("clean").arg(input).arg("-o").arg(output).args(DEMO);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// The same without cleaning.
pub(crate) fn pass_through(input: &Path, output: &Path) -> Command {
    let mut command = Command::new(program());
    command.args(["clean", "--pass-through"]).arg(input).arg("-o").arg(output);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

pub(crate) fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A page of some noise and some prose; the number makes every page another.
pub(crate) fn text(number: usize) -> String {
    let mut text = format!("Bridge {number} closed for good\nHome\nNews\n3 January 2020\n");
    for paragraph in 0..3 + number % 5 {
        text += &format!(
            "Paragraph {paragraph} of page {number}: the committee met to hear what the engineers had found under the old \
             bridge, and it did not like the answer at all.\n"
        );
    }
    text + "Comments:\nLeave a Reply\n"
}

/// Such pages as JSON lines, with some that fail and some that are empty.
pub(crate) fn lines(pages: std::ops::Range<usize>) -> String {
    pages
        .map(|number| match number % 37 {
            5 => "{\"text\": broken\n".to_owned(),
            11 => format!("{{\"id\":\"e{number}\",\"text\":\" \"}}\n"),
            _ => format!(
                "{}\n",
                serde_json::json!({ "id": format!("p{number}"), "text": text(number), "n": number })
            ),
        })
        .collect()
}

pub(crate) fn gz(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::new(1));
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// What stands in a folder and below, hidden files too: names and bytes.
pub(crate) fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let bytes = fs::read(&path).unwrap();
                found.insert(path.strip_prefix(folder).unwrap().to_owned(), bytes);
            }
        }
    }
    found
}

/// The same without what a run keeps for itself.
pub(crate) fn outputs(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = files(folder);
    found.retain(|path, _| !path.file_name().unwrap().to_string_lossy().starts_with('.'));
    found
}
