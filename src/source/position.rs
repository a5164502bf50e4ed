//! Where in the inputs a run is, so that another one can go on there; and what the inputs looked like when it began, so that
//! it can tell whether they are still the same.

use super::inputs::Inputs;
use super::walk::{self, Found};
use std::fs;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

/// A place between two pages of the inputs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Position {
    /// Files that are done with, in the order of the walk.
    pub files: u64,
    /// Bytes that whoever reads had read of them, as stored.
    pub read: u64,
    /// How far the next file is, where it was begun.
    pub within: Option<Place>,
}

/// A place in a file of many pages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Place {
    /// Bytes of lines after decompression, elements of a document, records of an archive, or slices of a table.
    pub at: u64,
    /// The number of the next line, where there are lines.
    pub line: u64,
}

/// What one input looked like.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Look {
    /// Its path as the run names it.
    pub path: String,
    /// Its size in bytes; `None` when it could not be looked at.
    pub size: Option<u64>,
    /// When it was changed last, in nanoseconds from the beginning of 1970, before which it is negative.
    pub changed: i64,
}

/// An input that cannot be read twice.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` cannot be read again from where it was; write it to a file first")]
pub struct Once(pub String);

impl Inputs {
    /// What all inputs look like, in the order in which they are read; a pipe or standard input cannot be looked at.
    pub fn looks(&self) -> impl Iterator<Item = Result<Look, Once>> + '_ {
        walk::files(&self.roots, &self.filter).filter_map(|found| match found {
            Found::Other => None,
            Found::Stdin => Some(Err(Once("-".to_owned()))),
            Found::Reject(reject) => Some(Ok(Look { path: reject.source, size: None, changed: 0 })),
            Found::File(file) if file.size.is_none() => Some(Err(Once(file.origin.source))),
            Found::File(file) => {
                Some(Ok(Look { changed: changed(&file.path), size: file.size, path: file.origin.source }))
            }
        })
    }
}

fn changed(path: &Path) -> i64 {
    fs::metadata(path).and_then(|found| found.modified()).map_or(0, nanoseconds)
}

/// Files may be older than 1970.
fn nanoseconds(time: SystemTime) -> i64 {
    match time.duration_since(UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_nanos()).unwrap_or(i64::MAX),
        Err(before) => i64::try_from(before.duration().as_nanos()).map_or(i64::MIN, |nanos| -nanos),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Meter, Shard};
    use super::*;
    use std::io::Write;
    use std::time::Duration;

    #[test]
    fn a_time_before_1970_is_a_time_like_any_other() {
        assert_eq!(nanoseconds(UNIX_EPOCH - Duration::from_secs(2)), -2_000_000_000);
        assert_eq!(nanoseconds(UNIX_EPOCH + Duration::from_nanos(5)), 5);
    }

    fn gz(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::new(1));
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    /// Files of every sort, small and long, with a line that no page may be as long as.
    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let mut lines = String::new();
        for number in 0..3000 {
            lines += &format!("{{\"text\":\"line {number} {}\"}}\n", "word ".repeat(number % 23));
        }
        lines += &format!("{{\"text\":\"{}\"}}\n", "x".repeat(90_000));
        lines += "{\"text\":\"after\"}\n\n{\"text\":\"the last\"}";
        fs::write(folder.path().join("a.jsonl"), &lines).unwrap();
        fs::write(folder.path().join("c.jsonl.zst"), zstd::encode_all(lines.as_bytes(), 1).unwrap()).unwrap();
        let objects = lines.trim_end().replace("}\n", "},\n  ").replace("\n  \n", "\n");
        let document =
            format!("[\n  {objects},\n  {{\"text\": 1]\n  {{\"text\":\"behind\"}}, {{\"text\":\"cut");
        fs::write(folder.path().join("a.json"), &document).unwrap();
        fs::write(folder.path().join("c.json.gz"), gz(document.as_bytes())).unwrap();
        fs::write(folder.path().join("d.png"), "passed by").unwrap();
        fs::write(folder.path().join("e.txt"), "x".repeat(80_000)).unwrap();
        for number in 0..40 {
            fs::write(folder.path().join(format!("b{number}.txt")), format!("page {number}")).unwrap();
        }
        folder
    }

    /// Texts or faults of all pages from a position on, the ends of sections, and what was passed by.
    fn read(
        inputs: &Inputs,
        chunk: usize,
        from: Option<Position>,
    ) -> (Vec<String>, Vec<(usize, Position)>, u64) {
        let mut feed = inputs.feed(chunk, Meter::default());
        feed.section(20_000);
        if let Some(from) = from {
            feed.skip_to(from).unwrap();
        }
        let mut pages = inputs.pages(Meter::default());
        let (mut texts, mut ends) = (Vec::new(), Vec::new());
        for chunk in feed.by_ref() {
            let (end, ends_section) = (chunk.end(), chunk.ends_section());
            pages.each(chunk, |page| {
                texts.push(match page {
                    Ok(page) => format!("{} {}", page.source, page.text),
                    Err(reject) => format!("{} {:?}", reject.source, reject.reason),
                });
            });
            if ends_section {
                ends.push((texts.len(), end));
            }
        }
        (texts, ends, feed.passed_by())
    }

    #[test]
    fn sections_end_where_the_inputs_say_and_every_end_is_a_place_to_go_on() {
        let folder = folder();
        for (shard, least) in [(None, 10), (Shard::new(1, 2), 5), (Shard::new(2, 2), 1)] {
            every_end_is_a_place_to_go_on(
                &Inputs::builder([folder.path()]).max_page(70_000).shard(shard).build().unwrap(),
                least,
            );
        }
    }

    fn every_end_is_a_place_to_go_on(inputs: &Inputs, least: usize) {
        let (texts, ends, passed_by) = read(inputs, 1 << 10, None);
        assert!(ends.len() > least, "{}", ends.len());
        for chunk in [1, 4_000, 50_000, 1 << 22] {
            let (again, others, passed) = read(inputs, chunk, None);
            assert_eq!(passed, passed_by);
            assert!(again == texts, "other pages at {chunk}");
            assert_eq!(others, ends, "other sections at {chunk}");
        }
        for (done, end) in &ends {
            let (rest, _, passed) = read(inputs, 7_000, Some(*end));
            assert!(rest == texts[*done..], "not the same behind {end:?}");
            assert_eq!(passed, passed_by);
        }
    }

    #[test]
    fn standard_input_cannot_be_taken_up_again() {
        let inputs = Inputs::builder(["-"]).build().unwrap();
        assert!(inputs.looks().next().unwrap().unwrap_err().to_string().contains("write it to a file"));
    }
}
