//! Rule files as written: TOML values that know their place, and the readers that turn them into plain values.
//!
//! The tables are walked by hand and not by serde: a derived reader stops at its first fault, and cannot point into
//! the value it dislikes. Every reader here notes what is wrong and goes on. What a key means is not known here.

use super::diagnostic::{Diagnostic, Diagnostics, Severity, Snippet};
use super::excerpt::{LineTable, Source};
use super::suggest::nearest;
use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A place in one of the files of a load.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) file: usize,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// The faults of a load, before they are given their sources.
#[derive(Debug, Default)]
pub(super) struct Faults {
    list: Vec<Fault>,
}

/// One fault; built up by its `label` and `help`.
#[derive(Debug)]
pub(super) struct Fault {
    place: Place,
    severity: Severity,
    message: String,
    label: String,
    help: Option<String>,
}

impl Faults {
    /// Notes an error.
    pub(super) fn error(&mut self, place: Place, message: impl Into<String>) -> &mut Fault {
        self.add(place, Severity::Error, message.into())
    }

    /// Notes a warning.
    pub(super) fn warn(&mut self, place: Place, message: impl Into<String>) -> &mut Fault {
        self.add(place, Severity::Warning, message.into())
    }

    fn add(&mut self, place: Place, severity: Severity, message: String) -> &mut Fault {
        let at = self.list.len();
        self.list.push(Fault { place, severity, message, label: "here".to_owned(), help: None });
        &mut self.list[at]
    }

    /// The faults with their excerpts, in the order of the files and the places; `files` are names and texts.
    pub(super) fn into_diagnostics(mut self, files: &[(&str, &str)]) -> Diagnostics {
        self.list.sort_by_key(|fault| fault.place);
        let mut sources: Vec<Option<Arc<Source>>> = vec![None; files.len()];
        let mut diagnostics = Diagnostics::new();
        for fault in self.list {
            let (name, text) = files[fault.place.file];
            let source =
                sources[fault.place.file].get_or_insert_with(|| Arc::new(Source::new(name, text, 0)));
            diagnostics.push(Diagnostic {
                severity: fault.severity,
                message: fault.message,
                help: fault.help,
                snippet: Some(Snippet {
                    source: Arc::clone(source),
                    span: fault.place.start..fault.place.end,
                    label: fault.label,
                }),
            });
        }
        diagnostics
    }
}

impl Fault {
    /// What stands at the place.
    pub(super) fn label(&mut self, label: impl Into<String>) -> &mut Self {
        self.label = label.into();
        self
    }

    /// The way out.
    pub(super) fn help(&mut self, help: impl Into<String>) -> &mut Self {
        self.help = Some(help.into());
        self
    }
}

/// A value and where it stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Value<'a> {
    /// The key that it is under, for messages.
    pub(super) key: &'a str,
    pub(super) place: Place,
    value: &'a DeValue<'a>,
}

/// The entries of one table.
#[derive(Clone, Debug)]
pub(super) struct Fields<'a> {
    /// The table's header, or the whole inline table.
    pub(super) place: Place,
    entries: Vec<(Place, Value<'a>)>,
}

/// What may stand in a table, for the message about what may not.
pub(super) struct Known {
    /// What the table is called in messages: `a rule`.
    pub(super) table: &'static str,
    pub(super) keys: &'static [&'static str],
    /// Keys of other tables that are often set here by mistake, with where they belong.
    pub(super) elsewhere: &'static [(&'static [&'static str], &'static str)],
}

impl<'a> Fields<'a> {
    /// The entries of a table whose header (or braces) stand at `place`.
    pub(super) fn new(table: &'a DeTable<'a>, place: Place) -> Self {
        let entries = table.iter().map(|(key, value)| {
            let at = |span: Range<usize>| Place { file: place.file, start: span.start, end: span.end };
            let value_at = at(value.span());
            (at(key.span()), Value { key: key.get_ref(), place: value_at, value: value.get_ref() })
        });
        Self { place, entries: entries.collect() }
    }

    /// The value of that key.
    pub(super) fn get(&self, key: &str) -> Option<Value<'a>> {
        self.entries.iter().find(|(_, value)| value.key == key).map(|&(_, value)| value)
    }

    /// Every entry: the place of the key, and the value.
    pub(super) fn iter(&self) -> impl Iterator<Item = (Place, Value<'a>)> {
        self.entries.iter().copied()
    }

    /// Puts another table's entries over these.
    pub(super) fn overlay(&mut self, over: &Self) {
        for &(place, value) in &over.entries {
            match self.entries.iter_mut().find(|(_, mine)| mine.key == value.key) {
                Some(mine) => *mine = (place, value),
                None => self.entries.push((place, value)),
            }
        }
    }

    /// Notes every key that the table does not have; `false` when there is one.
    pub(super) fn check_keys(&self, known: &Known, faults: &mut Faults) -> bool {
        let mut all_known = true;
        for &(place, value) in &self.entries {
            let key = value.key;
            if known.keys.contains(&key) {
                continue;
            }
            all_known = false;
            let fault = faults.error(place, format!("unknown key `{key}` in {}", known.table));
            let elsewhere = known.elsewhere.iter().find(|(keys, _)| keys.contains(&key));
            let all = known.keys.join(", ");
            if let Some((_, belongs)) = elsewhere {
                fault.label(*belongs).help(format!("{} has the keys: {all}", known.table));
            } else if let Some(near) = nearest(key, known.keys.iter().copied()) {
                fault.label(format!("did you mean `{near}`?")).help(format!(
                    "rename it to `{near}`, or take it out; {} has the keys: {all}",
                    known.table
                ));
            } else {
                fault.label("no such key").help(format!("take it out; {} has the keys: {all}", known.table));
            }
        }
        all_known
    }
}

impl<'a> Value<'a> {
    /// Text.
    pub(super) fn string(self, faults: &mut Faults) -> Option<&'a str> {
        let text = self.value.as_str();
        if text.is_none() {
            self.wrong_type("a string", &format!("{} = \"…\"", self.key), faults);
        }
        text
    }

    /// Text that says something.
    pub(super) fn filled_string(self, faults: &mut Faults) -> Option<&'a str> {
        let text = self.string(faults)?;
        if text.trim().is_empty() {
            faults
                .error(self.place, format!("`{}` is empty", self.key))
                .help("fill it in, or take the key out");
            return None;
        }
        Some(text)
    }

    /// Text, or a list of texts; each with its own place. An empty list is a fault unless `may_be_empty`.
    pub(super) fn strings(self, may_be_empty: bool, faults: &mut Faults) -> Vec<(Value<'a>, &'a str)> {
        let Some(items) = self.value.as_array() else {
            if self.value.is_str() {
                return self.string(faults).map(|text| vec![(self, text)]).unwrap_or_default();
            }
            self.wrong_type("a string or a list of strings", &format!("{} = [\"…\"]", self.key), faults);
            return Vec::new();
        };
        if items.is_empty() && !may_be_empty {
            faults
                .error(self.place, format!("`{}` is an empty list", self.key))
                .label("nothing in it")
                .help("put something in, or take the key out");
        }
        let mut texts = Vec::with_capacity(items.len());
        for item in items {
            let value = self.item(item);
            match value.value.as_str() {
                Some(text) => texts.push((value, text)),
                None => {
                    value.wrong_type("a list of strings", &format!("{} = [\"…\"]", self.key), faults);
                }
            }
        }
        texts
    }

    /// A whole number from `least` on.
    pub(super) fn number(self, least: u32, faults: &mut Faults) -> Option<u32> {
        let DeValue::Integer(digits) = self.value else {
            self.wrong_type("a whole number", &format!("{} = {}", self.key, least), faults);
            return None;
        };
        let number = i64::from_str_radix(digits.as_str(), digits.radix()).unwrap_or(i64::MAX);
        let label = match u32::try_from(number) {
            Ok(number) if number >= least => return Some(number),
            Err(_) if number > 0 => "far too large".to_owned(),
            _ => format!("less than {least}"),
        };
        faults
            .error(self.place, format!("`{} = {digits}` is out of range", self.key))
            .label(label)
            .help(format!("write a whole number from {least} on"));
        None
    }

    /// A number.
    pub(super) fn float(self, faults: &mut Faults) -> Option<f64> {
        let text = match self.value {
            DeValue::Float(float) => float.as_str(),
            DeValue::Integer(digits) if digits.radix() == 10 => digits.as_str(),
            _ => {
                self.wrong_type("a number", &format!("{} = 0.5", self.key), faults);
                return None;
            }
        };
        text.parse().ok()
    }

    /// A share from 0 to 1, in thousandths.
    pub(super) fn share(self, faults: &mut Faults) -> Option<u32> {
        let share = self.float(faults)?;
        if !(0.0..=1.0).contains(&share) {
            faults
                .error(self.place, format!("`{} = {share}` is no share", self.key))
                .label("not between 0 and 1")
                .help(format!("write a share of the whole, such as `{} = 0.9` for nine tenths", self.key));
            return None;
        }
        Some((share * 1000.0).round() as u32)
    }

    /// `true` or `false`.
    pub(super) fn boolean(self, faults: &mut Faults) -> Option<bool> {
        let truth = self.value.as_bool();
        if truth.is_none() {
            self.wrong_type("true or false", &format!("{} = true", self.key), faults);
        }
        truth
    }

    /// Whether it is text.
    pub(super) fn is_string(self) -> bool {
        self.value.is_str()
    }

    /// A table.
    pub(super) fn table(self, example: &str, faults: &mut Faults) -> Option<Fields<'a>> {
        self.table_like(|| example.to_owned(), faults)
    }

    /// The same, where the example has to be made first.
    pub(super) fn table_like(
        self,
        example: impl FnOnce() -> String,
        faults: &mut Faults,
    ) -> Option<Fields<'a>> {
        let fields = self.as_table();
        if fields.is_none() {
            self.wrong_type("a table", &example(), faults);
        }
        fields
    }

    /// The table, when it is one.
    pub(super) fn as_table(self) -> Option<Fields<'a>> {
        self.value.as_table().map(|table| Fields::new(table, self.place))
    }

    /// The items of a list, when it is one.
    pub(super) fn items(self) -> Option<impl Iterator<Item = Value<'a>>> {
        Some(self.value.as_array()?.iter().map(move |item| self.item(item)))
    }

    /// A name of a closed list.
    pub(super) fn choice<T: Clone>(self, text: &str, names: &[(&str, T)], faults: &mut Faults) -> Option<T> {
        let found = names.iter().find(|(name, _)| *name == text).map(|(_, choice)| choice.clone());
        if found.is_none() {
            let all: Vec<&str> = names.iter().map(|(name, _)| *name).collect();
            let fault = faults.error(self.place, format!("unknown `{}`: `{text}`", self.key));
            fault.help(format!("`{}` is one of: {}", self.key, all.join(", ")));
            match nearest(text, all.iter().copied()) {
                Some(near) => fault.label(format!("did you mean `{near}`?")),
                None => fault.label("not one of the known names"),
            };
        }
        found
    }

    /// Notes that the value has the wrong type.
    pub(super) fn wrong_type(self, wanted: &str, example: &str, faults: &mut Faults) {
        let is = match self.value {
            DeValue::String(_) => "a string",
            DeValue::Integer(_) => "a whole number",
            DeValue::Float(_) => "a number",
            DeValue::Boolean(_) => "a boolean",
            DeValue::Datetime(_) => "a date",
            DeValue::Array(_) => "a list",
            DeValue::Table(_) => "a table",
        };
        faults
            .error(self.place, format!("`{}` must be {wanted}", self.key))
            .label(format!("this is {is}"))
            .help(format!("write it as `{example}`"));
    }

    /// The place of a part of a string value, given by bytes of the decoded string.
    ///
    /// Escapes make the file longer than the value; then the whole value is the place.
    pub(super) fn part(self, range: Range<usize>, text: &str) -> Place {
        let written = &text[self.place.start..self.place.end];
        let quotes = if written.starts_with("'''") || written.starts_with("\"\"\"") { 3 } else { 1 };
        let DeValue::String(decoded) = self.value else { return self.place };
        if !matches!(decoded, Cow::Borrowed(_)) || written.len() < 2 * quotes + decoded.len() {
            return self.place;
        }
        // A line break right after the opening quotes is not part of the value.
        let start = self.place.end - quotes - decoded.len() + range.start;
        Place { file: self.place.file, start, end: (start + range.len()).min(self.place.end) }
    }

    /// The value, blamed at another place: that of its key.
    pub(super) fn at(self, place: Place) -> Self {
        Self { place, ..self }
    }

    fn item(self, item: &'a Spanned<DeValue<'a>>) -> Self {
        let span = item.span();
        let place = Place { file: self.place.file, start: span.start, end: span.end };
        Self { key: self.key, place, value: item.get_ref() }
    }
}

/// Line numbers of the files of a load.
pub(super) fn line_tables(texts: &[&str]) -> Vec<LineTable> {
    texts.iter().map(|text| LineTable::new(text)).collect()
}
