//! What file names tell: which files of a folder are pages, and what a page is called. Names only propose: what a
//! file *is* its first bytes decide, in [`stream`](super::stream).

use super::Format;
use std::path::{Component, Path};

/// Endings of text files.
const TEXT: &[&str] = &["txt", "text"];
/// Endings of HTML files.
const HTML: &[&str] = &["html", "htm", "xhtml"];
/// Endings of files with one JSON object a line.
const LINES: &[&str] = &["jsonl", "ndjson", "jsonlines", "json-lines"];
/// Endings of JSON documents.
const JSON: &[&str] = &["json"];
/// Endings of archives: of what was crawled, and of its text.
const WARC: &[&str] = &["warc"];
const WET: &[&str] = &["wet"];
/// Endings of tables.
const PARQUET: &[&str] = &["parquet"];
/// Endings that hold text too, but often stand beside the pages (a `README.md`): taken when named or included.
const TEXT_ON_REQUEST: &[&str] = &["md", "markdown"];
/// Endings that compression puts behind another ending.
const PACKED: &[&str] = &["gz", "zst"];

/// Whether a file of that name, met in a folder, is taken for pages.
pub(super) fn is_page_file(name: &str) -> bool {
    format_of(name).is_some()
}

/// The format that the name says.
pub(super) fn format_of(name: &str) -> Option<Format> {
    let ending = ending(strip(name, &[PACKED]))?;
    let lists = [
        (TEXT, Format::Text),
        (HTML, Format::Html),
        (LINES, Format::Jsonl),
        (JSON, Format::Json),
        (WARC, Format::Warc),
        (WET, Format::Wet),
        (PARQUET, Format::Parquet),
    ];
    lists.iter().find(|(list, _)| known(ending, &[list])).map(|(_, format)| *format)
}

/// The id of a file's page: the path in its folder, parted by `/`, without its known endings.
///
/// Unknown endings stay: `page.1` and `page.2` are two pages, and `www.example.com` ends in no file type.
pub(super) fn page_id(path: &str) -> &str {
    strip(strip(path, &[PACKED]), &[TEXT, HTML, LINES, JSON, WARC, WET, PARQUET, TEXT_ON_REQUEST])
}

/// The path parted by `/` on every system; bytes that are no UTF-8 become U+FFFD.
pub(super) fn slashed(path: &Path) -> String {
    if cfg!(windows) {
        let parts: Vec<_> = path.components().map(Component::as_os_str).collect();
        parts.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/")
    } else {
        path.to_string_lossy().into_owned()
    }
}

fn known(ending: &str, lists: &[&[&str]]) -> bool {
    lists.iter().any(|list| list.iter().any(|known| ending.eq_ignore_ascii_case(known)))
}

fn strip<'a>(path: &'a str, lists: &[&[&str]]) -> &'a str {
    match ending(path) {
        Some(ending) if known(ending, lists) => &path[..path.len() - ending.len() - 1],
        _ => path,
    }
}

/// What stands after the last dot of the file's name, if something stands before it.
fn ending(path: &str) -> Option<&str> {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.').filter(|(stem, _)| !stem.is_empty()).map(|(_, ending)| ending)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_known_endings_only_packed_or_not() {
        for name in [
            "a.txt",
            "a.TXT",
            "a.text.gz",
            "a.jsonl",
            "x/a.ndjson.zst",
            "b.c.txt",
            "i.HTM",
            "i.html.gz",
            "c.warc.gz",
            "c.WET",
            "d.json",
            "d.json.zst",
            "t.parquet",
        ] {
            assert!(is_page_file(name), "{name}");
        }
        for name in ["a", "a.gz", ".txt", "README.md", "a.png", "txt", "a.txt/b"] {
            assert!(!is_page_file(name), "{name}");
        }
    }

    #[test]
    fn an_id_loses_known_endings_and_keeps_all_others() {
        let cases = [
            ("a/b.txt.gz", "a/b"),
            ("b.md", "b"),
            ("a/index.html.zst", "a/index"),
            ("page.1", "page.1"),
            ("www.example.com.txt", "www.example.com"),
            ("a.b/c", "a.b/c"),
            (".txt", ".txt"),
            ("p.txt.txt", "p.txt"),
        ];
        for (path, id) in cases {
            assert_eq!(page_id(path), id, "{path}");
        }
    }
}
