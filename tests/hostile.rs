//! Inputs that are hard to read, and those that once broke something: each is survived. The fuzz targets begin with the
//! same files and ask the same of what they make of them; what they find is kept here.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::expect_used,
    reason = "a helper of a test may fail like the test itself"
)]

#[path = "support/hostile.rs"]
mod hostile;
mod support;

use std::fs;
use std::path::Path;

/// A folder of inputs, and the name that its files are read under.
fn survive_all(folder: &str, name: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/hostile").join(folder);
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    assert!(!paths.is_empty());
    for path in paths {
        assert!(hostile::survives(name, &fs::read(&path).unwrap()) > 0, "{} gave no page", path.display());
    }
}

#[test]
fn pages_of_html() {
    survive_all("html", "page.html");
}

#[test]
fn files_of_any_encoding() {
    survive_all("decode", "page.txt");
}

#[test]
fn json_lines() {
    survive_all("jsonl", "pages.jsonl");
}

#[test]
fn json_documents() {
    survive_all("json", "pages.json");
}

#[test]
fn archives() {
    survive_all("warc", "crawl.warc");
}
