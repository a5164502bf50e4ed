//! Gold: pages that people labelled, read from JSON lines. What a page must become is its text (`main_content`, or
//! `paragraphs` with the lines under `either`), or a label for each of its lines (`lines`), or both.
//!
//! Keys that are not known are left alone, since gold comes from many benches; keys that are known and hold something
//! else than they must are faults. All faults of a file are told at once.

use super::score::Target;
use crate::source::each_record;
use serde_json::{Map, Value};
use std::io;
use std::path::{Path, PathBuf};

/// What people say of one line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Label {
    /// It is part of the article.
    Keep,
    /// It is noise.
    Drop,
    /// It may stay or go.
    Either,
}

impl Label {
    fn from_name(name: &str) -> Option<Self> {
        match name {
            "keep" => Some(Self::Keep),
            "drop" => Some(Self::Drop),
            "either" => Some(Self::Either),
            _ => None,
        }
    }
}

/// Where the text of a labelled page is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GoldText {
    /// In the row itself.
    Here(String),
    /// In a file; relative paths begin at the gold file's folder.
    File(PathBuf),
    /// In files of pages that have the same ids.
    Apart,
}

/// One labelled page.
#[derive(Clone, Debug)]
pub struct Gold {
    /// The page's id.
    pub id: String,
    /// Its address, or empty.
    pub url: String,
    /// Its language, or empty.
    pub lang: String,
    /// What sort of page it is: `article`, `forum`, …, or empty.
    pub page_type: String,
    /// Its text as scraped.
    pub page: GoldText,
    /// What it must become. The text is empty as long as it must first be made of `labels`.
    pub target: Target,
    /// Whether the row has a gold text of its own.
    pub has_text: bool,
    /// One label for each non-blank line.
    pub labels: Option<Vec<Label>>,
}

/// Why gold could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GoldError {
    /// The file cannot be read.
    #[error("cannot read the gold `{path}`: {error}; name a file of JSON lines, or `-` for stdin")]
    Unreadable {
        /// The file.
        path: String,
        /// What the system said.
        #[source]
        error: io::Error,
    },
    /// Rows that are no gold.
    #[error("{}", some_of(faults))]
    Faults {
        /// Each with its place and a way out.
        faults: Vec<String>,
    },
    /// There is no row at all.
    #[error(
        "`{path}` has no labelled page; write one JSON object a line with `id` and `main_content` or `lines`"
    )]
    Empty {
        /// The file.
        path: String,
    },
}

/// Faults of one sort that are told, at most: thousands of them say no more than a few.
const TOLD: usize = 10;

/// The first of many faults, one a line.
pub(super) fn some_of(faults: &[String]) -> String {
    let mut told: Vec<String> = faults.iter().take(TOLD).cloned().collect();
    if faults.len() > TOLD {
        told.push(format!("and {} more of the kind", faults.len() - TOLD));
    }
    told.join("\n")
}

/// Reads a file of labelled pages, plain, gzip or zstandard; `-` is stdin.
pub fn read_gold(path: &Path) -> Result<Vec<Gold>, GoldError> {
    let name = || path.display().to_string();
    let folder = path.parent().unwrap_or(Path::new(""));
    let mut gold: Vec<Gold> = Vec::new();
    let mut faults = Vec::new();
    let mut places = std::collections::HashMap::new();
    let read = each_record(path, |number, line| match row(line, folder) {
        Ok(row) => {
            if let Some(earlier) = places.insert(row.id.clone(), number) {
                faults.push(format!(
                    "{}:{number}: the id `{}` stands on line {earlier} already; ids are told once",
                    name(),
                    row.id
                ));
            }
            gold.push(row);
        }
        Err(fault) => faults.push(format!("{}:{number}: {fault}", name())),
    });
    read.map_err(|error| GoldError::Unreadable { path: name(), error })?;
    match (faults.is_empty(), gold.is_empty()) {
        (false, _) => Err(GoldError::Faults { faults }),
        (true, true) => Err(GoldError::Empty { path: name() }),
        (true, false) => Ok(gold),
    }
}

fn row(line: &str, folder: &Path) -> Result<Gold, String> {
    let row: Map<String, Value> = serde_json::from_str(line).map_err(|error| {
        // Its own line is always the first, which is not the file's.
        let place = format!(" at line {} column {}", error.line(), error.column());
        let fault = match error.is_data() {
            true => "but another value".to_owned(),
            false => error.to_string().replace(&place, &format!(" at column {}", error.column())),
        };
        format!("no JSON object, {fault}; write one object a line")
    })?;
    let row = Row(&row);
    let id = row.string("id")?.filter(|id| !id.is_empty()).ok_or("no `id`; every labelled page needs one")?;
    let labels = row.labels()?;
    let either = row.strings("either")?.unwrap_or_default();
    let firm = |paragraphs: Vec<String>| {
        paragraphs
            .into_iter()
            .filter(|paragraph| !either.contains(paragraph))
            .collect::<Vec<_>>()
            .join("\n\n")
    };
    let text = match row.string("main_content")? {
        Some(text) => Some(text),
        None => row.strings("paragraphs")?.map(firm),
    };
    if text.is_none() && labels.is_none() {
        // A row that knows of its text and says null is a page that must become nothing.
        let nothing = row.0.contains_key("main_content");
        if !nothing {
            return Err(
                "neither `main_content` nor `paragraphs` nor `lines`; say what the page must become".into()
            );
        }
    }
    let page = match (row.string("text")?, row.string("path")?) {
        (Some(text), _) => GoldText::Here(text),
        (None, Some(path)) => GoldText::File(folder.join(path)),
        (None, None) => GoldText::Apart,
    };
    let authors = ["author", "authors", "byline"].into_iter().find(|key| row.0.contains_key(*key));
    Ok(Gold {
        id,
        url: row.string("url")?.unwrap_or_default(),
        lang: row.string("lang")?.unwrap_or_default(),
        page_type: row.string("page_type")?.unwrap_or_default(),
        page,
        has_text: text.is_some() || labels.is_none(),
        labels,
        target: Target {
            text: text.unwrap_or_default(),
            with: row.strings("with")?.unwrap_or_default(),
            without: row.strings("without")?.unwrap_or_default(),
            title: row.string("title")?.unwrap_or_default(),
            authors: authors.map_or(Ok(None), |key| row.strings(key))?.unwrap_or_default().join("; "),
            published: row.string("published")?.unwrap_or_default(),
            either,
        },
    })
}

/// A row whose values are asked for by what they must be; null is as good as nothing.
struct Row<'a>(&'a Map<String, Value>);

impl Row<'_> {
    fn string(&self, key: &str) -> Result<Option<String>, String> {
        match self.0.get(key) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(Value::Number(number)) if key == "id" => Ok(Some(number.to_string())),
            Some(other) => Err(format!("`{key}` is {}, not a string", kind(other))),
        }
    }

    /// A list of strings; one string is a list of one.
    fn strings(&self, key: &str) -> Result<Option<Vec<String>>, String> {
        match self.0.get(key) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) if text.is_empty() => Ok(Some(Vec::new())),
            Some(Value::String(text)) => Ok(Some(vec![text.clone()])),
            Some(Value::Array(list)) => {
                let strings = list.iter().map(|item| {
                    let wrong = || format!("`{key}` holds {}, not only strings", kind(item));
                    item.as_str().map(str::to_owned).ok_or_else(wrong)
                });
                strings.collect::<Result<_, _>>().map(Some)
            }
            Some(other) => Err(format!("`{key}` is {}, not a list of strings", kind(other))),
        }
    }

    fn labels(&self) -> Result<Option<Vec<Label>>, String> {
        let Some(names) = self.strings("lines")? else { return Ok(None) };
        let label = |name: &String| {
            let wrong = || format!("`lines` holds `{name}`; labels are `keep`, `drop` and `either`");
            Label::from_name(name).ok_or_else(wrong)
        };
        names.iter().map(label).collect::<Result<_, _>>().map(Some)
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<Gold>, GoldError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("gold.jsonl");
        std::fs::write(&path, text).unwrap();
        read_gold(&path)
    }

    #[test]
    fn every_form_of_gold_is_read() {
        let gold = read(concat!(
            r#"{"id":"a","main_content":"T","title":null,"author":"Jane","with":["x"],"more":{}}"#,
            "\n\n",
            r#"{"id":2,"text":"a\nb","lines":["keep","either"]}"#,
            "\n",
            r#"{"id":"c","path":"c.txt","paragraphs":["One.","A note.","Two."],"either":["A note."],"byline":["J","R"]}"#,
            "\n",
            r#"{"id":"d","main_content":null}"#,
        ))
        .unwrap();
        assert_eq!(gold.iter().map(|gold| gold.id.as_str()).collect::<Vec<_>>(), ["a", "2", "c", "d"]);
        assert_eq!((gold[0].target.title.as_str(), gold[0].target.authors.as_str()), ("", "Jane"));
        assert_eq!(gold[1].labels, Some(vec![Label::Keep, Label::Either]));
        assert!(!gold[1].has_text);
        assert_eq!(gold[2].target.text, "One.\n\nTwo.");
        assert_eq!(gold[2].target.authors, "J; R");
        assert!(matches!(&gold[2].page, GoldText::File(path) if path.ends_with("c.txt")));
        assert!(gold[3].has_text && gold[3].target.text.is_empty());
    }

    #[test]
    fn all_faults_are_told_with_their_lines() {
        let error = read(concat!(
            "{\"id\":\"a\"}\n[]\n{\"main_content\":\"x\"}\n",
            "{\"id\":\"b\",\"lines\":[\"keep\",\"maybe\"]}\n{\"id\":\"c\",\"main_content\":1}\n",
            "{\"id\":\"d\",\"main_content\":\"\"}\n{\"id\":\"d\",\"main_content\":\"\"}\nwords",
        ))
        .unwrap_err()
        .to_string();
        let told = [
            ":1: neither `main_content`",
            ":2: no JSON object, but another value; write",
            ":3: no `id`",
            ":4: `lines` holds `maybe`",
            ":5: `main_content` is a number, not a string",
            ":7: the id `d` stands on line 6 already",
            ":8: no JSON object, expected value at column 1; write",
        ];
        for part in told {
            assert!(error.contains(part), "{part} is not in {error}");
        }
        assert_eq!(error.lines().count(), told.len());
        assert!(matches!(read("\n"), Err(GoldError::Empty { .. })));
        let many = read(&"[]\n".repeat(12)).unwrap_err().to_string();
        assert!(many.lines().count() == TOLD + 1 && many.ends_with("and 2 more of the kind"), "{many}");
    }
}
