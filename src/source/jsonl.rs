//! One line of JSONL becomes one page: the text field is decoded, the other fields are carried along as the JSON text
//! they were, so that numbers keep their digits and nested values their order. Lone surrogates, which JSON can spell
//! and UTF-8 cannot, become U+FFFD. A line that is no object, or has no text, is refused with its place.

use super::decode::{decode_foreign, normalise};
use super::record::{self, TextValue, kind_of, unescape_onto};
use super::surrogate::{MENDED_SURROGATES, mend_surrogates};
use crate::model::{ExtraField, Input, Page, RejectReason, Told};
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;

/// Which fields hold the page and its id.
#[derive(Clone, Debug)]
pub(super) struct Fields {
    pub(super) text: String,
    pub(super) html: String,
    /// Whether HTML is taken where a record has text too.
    pub(super) html_first: bool,
    pub(super) id: String,
}

impl Default for Fields {
    fn default() -> Self {
        Self { text: "text".to_owned(), html: "html".to_owned(), html_first: false, id: "id".to_owned() }
    }
}

impl Fields {
    /// Whether a field tells one of the record's own strings, the text aside.
    pub(super) fn knows(&self, name: &str) -> bool {
        name == self.id || KNOWN.contains(&name)
    }

    /// Whether the line is a JSON object with a field that holds a page.
    pub(super) fn has_page(&self, line: &str) -> bool {
        keys_of(line).iter().any(|key| *key == self.text || *key == self.html)
    }
}

/// Whether the line is a JSON object that holds anything.
pub(super) fn is_record(line: &str) -> bool {
    !keys_of(line).is_empty()
}

fn keys_of(line: &str) -> Vec<String> {
    serde_json::from_str(line)
        .map_or(Vec::new(), |Pairs(pairs)| pairs.into_iter().map(|(key, _)| key).collect())
}

/// What may tell the record's strings, beside text and id.
const KNOWN: [&str; 9] =
    ["title", "authors", "published", "lang", "language", "site", "url", "source", "flags"];

/// Why a line gave no page, with the particulars.
pub(super) type Fault = (RejectReason, String);

/// Reads a line into `page`, all but its source; HTML stands in its text as it came. The id stays empty when the record
/// has none; on a fault it holds what was found of it.
pub(super) fn parse_into(line: &[u8], fields: &Fields, page: &mut Page) -> Result<(), Fault> {
    clear(page);
    let line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line);
    let Page { text, extra, .. } = page;
    let found = record::read(line, &fields.text, text, |key, value| extra.push(extra_field(key, value)));
    let text = found.map_or_else(|| parse_odd(line, fields, page), Ok)?;
    last_of_each_key(&mut page.extra);
    take_known_fields(page, fields);
    if fields.html_first || !matches!(text, TextValue::String { .. }) {
        take_html(page, fields);
    }
    let known = page.input == Input::Text && matches!(text, TextValue::String { plain: true });
    if !known {
        normalise(&mut page.text, &mut page.flags);
    }
    match text {
        TextValue::String { .. } => Ok(()),
        _ if page.input == Input::Html => Ok(()),
        TextValue::Missing => {
            let words = format!("no field `{}` and no HTML in `{}`", fields.text, fields.html);
            Err((RejectReason::NoTextField, words))
        }
        TextValue::Other(kind) => {
            Err((RejectReason::NoTextField, format!("field `{}` is {kind}, not a string", fields.text)))
        }
    }
}

/// Reads a record that is odd: by the parser, which knows what is wrong with it.
fn parse_odd(line: &[u8], fields: &Fields, page: &mut Page) -> Result<TextValue, Fault> {
    let line = match simdutf8::basic::from_utf8(line) {
        Ok(line) => Cow::Borrowed(line),
        Err(_) => {
            let mut text = String::new();
            decode_foreign(line, &mut text, &mut page.flags);
            Cow::Owned(text)
        }
    };
    let mended = mend_surrogates(&line);
    if mended.is_some() {
        page.flags.push(MENDED_SURROGATES.to_owned());
    }
    let line = mended.as_deref().unwrap_or(&line);
    let mut json = serde_json::Deserializer::from_str(line);
    let Pairs(pairs) = Pairs::deserialize(&mut json)
        .and_then(|pairs| json.end().map(|()| pairs))
        .map_err(|error| (RejectReason::InvalidJson, fault(&error, line)))?;
    page.text.clear();
    page.extra.clear();
    let mut text = TextValue::Missing;
    for (key, value) in pairs {
        if key != fields.text {
            page.extra.push(extra_field(&key, value.get()));
            continue;
        }
        page.text.clear();
        text = match kind_of(value.get()) {
            Some("a string") if unescape_onto(value.get(), &mut page.text) => {
                TextValue::String { plain: false }
            }
            kind => TextValue::Other(kind.unwrap_or("an object")),
        };
    }
    Ok(text)
}

/// A field that is carried along.
fn extra_field(key: &str, value: &str) -> ExtraField {
    // White space between tokens may hold a carriage return, which some readers take for the line's end. Strings have none.
    let value = if value.starts_with('"') { value.to_owned() } else { value.replace('\r', " ") };
    ExtraField { key: key.to_owned(), value }
}

/// Takes HTML, if the record has some, for the page.
fn take_html(page: &mut Page, fields: &Fields) {
    let at = page.extra.iter().position(|field| field.key == fields.html && field.value.starts_with('"'));
    if let Some(at) = at {
        page.text.clear();
        unescape_onto(&page.extra.remove(at).value, &mut page.text);
        page.input = Input::Html;
    }
}

fn clear(page: &mut Page) {
    page.input = Input::Text;
    page.markup = None;
    page.told = Told::default();
    page.id.clear();
    page.text.clear();
    page.url.clear();
    page.lang.clear();
    page.title.clear();
    page.flags.clear();
    page.extra.clear();
}

/// What is wrong with `record`. The parser counts lines within the one line it sees; the file's own line is the caller's to tell.
fn fault(error: &serde_json::Error, record: &str) -> String {
    let (line, column) = (error.line(), error.column());
    if error.is_data()
        && let Some(kind) = kind_of(record)
    {
        return format!("the line is {kind}, not an object");
    }
    let words = error.to_string();
    let words = words.strip_suffix(&format!(" at line {line} column {column}")).unwrap_or(&words);
    if line > 1 {
        // Of what is no line of its own, the lines are those of the record.
        return format!("{words} on its line {line}, column {column}");
    }
    format!("{words} at column {column}")
}

/// What a whole JSON value is, if it is no object.
pub(super) fn other_kind(value: &[u8]) -> Option<&'static str> {
    let value = std::str::from_utf8(value).ok().filter(|value| !value.starts_with('{'))?;
    serde_json::from_str::<IgnoredAny>(value).ok().and_then(|_| kind_of(value))
}

/// Takes the white space out of values that stand over many lines, for a record is one line.
pub(super) fn put_on_one_line(extra: &mut [ExtraField]) {
    for field in extra.iter_mut().filter(|field| field.value.contains('\n')) {
        let (mut in_string, mut escaped) = (false, false);
        field.value.retain(|c| {
            let ends = c == '"' && !escaped;
            escaped = in_string && c == '\\' && !escaped;
            in_string ^= ends;
            in_string || !c.is_ascii_whitespace()
        });
    }
}

/// Where a key stands twice, its last value moves to its first place.
fn last_of_each_key(extra: &mut Vec<ExtraField>) {
    /// Up to here, comparing all pairs costs less than a hash table.
    const FEW: usize = 24;
    let repeats = if extra.len() <= FEW {
        (1..extra.len()).any(|at| extra[..at].iter().any(|earlier| earlier.key == extra[at].key))
    } else {
        true
    };
    if !repeats {
        return;
    }
    let mut places: HashMap<String, usize, foldhash::fast::RandomState> = HashMap::default();
    let mut kept: Vec<ExtraField> = Vec::with_capacity(extra.len());
    for field in extra.drain(..) {
        match places.get(&field.key) {
            Some(&place) => kept[place] = field,
            None => {
                places.insert(field.key.clone(), kept.len());
                kept.push(field);
            }
        }
    }
    *extra = kept;
}

fn take_known_fields(page: &mut Page, fields: &Fields) {
    for field in &page.extra {
        if field.key == fields.id {
            page.id = id_of(&field.value);
        }
        let place = match field.key.as_str() {
            "title" => &mut page.title,
            "url" => &mut page.url,
            "lang" => &mut page.lang,
            "language" if page.lang.is_empty() => &mut page.lang,
            _ => continue,
        };
        // What is empty tells nothing, and takes nothing back.
        if let Ok(value) = serde_json::from_str::<String>(&field.value)
            && !value.trim().is_empty()
        {
            value.trim().clone_into(place);
        }
    }
}

/// Strings and numbers are ids; anything else is none.
fn id_of(value: &str) -> String {
    match value.as_bytes().first() {
        Some(b'"') => serde_json::from_str(value).unwrap_or_default(),
        Some(b'-' | b'0'..=b'9') => value.to_owned(),
        _ => String::new(),
    }
}

/// The keys and values of an object, in order.
pub(super) struct Pairs<'de>(pub(super) Vec<(String, &'de RawValue)>);

impl<'de> Deserialize<'de> for Pairs<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct PairsVisitor;

        impl<'de> Visitor<'de> for PairsVisitor {
            type Value = Pairs<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs<'de>, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Pairs(pairs))
            }
        }

        deserializer.deserialize_map(PairsVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Page, Fault> {
        let mut page = Page::default();
        parse_into(line.as_bytes(), &Fields::default(), &mut page).map(|()| page)
    }

    fn extras(page: &Page) -> Vec<(&str, &str)> {
        page.extra.iter().map(|field| (field.key.as_str(), field.value.as_str())).collect()
    }

    #[test]
    fn carries_other_fields_along_untouched_and_in_order() {
        let page = parse(r#"{"z":1.50,"text":"a\r\nb","id":7,"n":{"b":[1, 2],"a":null},"k\u0041":"\u00e9"}"#)
            .unwrap();
        assert_eq!(page.text, "a\nb");
        assert_eq!(page.id, "7");
        let expected = [("z", "1.50"), ("id", "7"), ("n", r#"{"b":[1, 2],"a":null}"#), ("kA", r#""\u00e9""#)];
        assert_eq!(extras(&page), expected);
    }

    #[test]
    fn of_a_repeated_key_the_last_value_stands_at_the_first_place() {
        let page = parse(r#"{"a":1,"b":2,"a":3,"text":"x","text":"y"}"#).unwrap();
        assert_eq!(extras(&page), [("a", "3"), ("b", "2")]);
        assert_eq!(page.text, "y");
        let many: String = (0..100).map(|n| format!("\"k{}\":{n},", n % 40)).collect();
        let page = parse(&format!("{{{many}\"text\":\"\"}}")).unwrap();
        assert_eq!(page.extra.len(), 40);
        assert_eq!(extras(&page)[0], ("k0", "80"));
    }

    #[test]
    fn lone_surrogates_become_replacement_characters_everywhere() {
        let page = parse(r#"{"text":"a\ud800b\\ud800 \ud83d\ude00","x":"\udc00"}"#).unwrap();
        assert_eq!(page.text, "a\u{fffd}b\\ud800 😀");
        assert_eq!(extras(&page), [("x", r#""\ufffd""#)]);
        assert_eq!(page.flags, [MENDED_SURROGATES]);
        assert!(parse(r#"{"text":"\ud83d\ude00"}"#).unwrap().flags.is_empty());
    }

    #[test]
    fn says_why_a_line_gives_no_page() {
        let cases = [
            ("{\"text\":1}", RejectReason::NoTextField, "field `text` is a number, not a string"),
            ("{\"text\":null}", RejectReason::NoTextField, "field `text` is null, not a string"),
            ("{\"text\":[1,{}]}", RejectReason::NoTextField, "field `text` is an array, not a string"),
            ("{}", RejectReason::NoTextField, "no field `text` and no HTML in `html`"),
            ("{\"text\":}", RejectReason::InvalidJson, "expected value at column 9"),
            ("{\"text\":\"a\"} b", RejectReason::InvalidJson, "trailing characters at column 14"),
            (" [1]", RejectReason::InvalidJson, "the line is an array, not an object"),
            ("\"a\"", RejectReason::InvalidJson, "the line is a string, not an object"),
            ("null", RejectReason::InvalidJson, "the line is null, not an object"),
            ("true", RejectReason::InvalidJson, "the line is a boolean, not an object"),
            ("-1", RejectReason::InvalidJson, "the line is a number, not an object"),
        ];
        for (line, reason, detail) in cases {
            assert_eq!(parse(line).unwrap_err(), (reason, detail.to_owned()), "{line}");
        }
    }

    #[test]
    fn html_is_taken_where_there_is_no_text_or_where_it_was_asked_for() {
        let html = parse(r#"{"html":"<p>a","text":null,"n":1}"#).unwrap();
        assert_eq!((html.text.as_str(), html.input), ("<p>a", Input::Html));
        assert_eq!(extras(&html), [("n", "1")]);
        let both = r#"{"text":"a","html":"<p>b"}"#;
        let text = parse(both).unwrap();
        assert_eq!((text.text.as_str(), text.input, extras(&text).len()), ("a", Input::Text, 1));
        let fields = Fields { html_first: true, ..Fields::default() };
        let mut page = Page::default();
        parse_into(both.as_bytes(), &fields, &mut page).unwrap();
        assert_eq!((page.text.as_str(), page.input), ("<p>b", Input::Html));
        assert_eq!(parse(r#"{"html":5}"#).unwrap_err().1, "no field `text` and no HTML in `html`");
    }

    #[test]
    fn known_fields_reach_the_page_when_they_are_strings() {
        let page = parse(r#"{"text":"","title":" T ","url":5,"language":"de","id":true}"#).unwrap();
        assert_eq!(
            (page.title.as_str(), page.url.as_str(), page.lang.as_str(), page.id.as_str()),
            ("T", "", "de", "")
        );
    }

    #[test]
    fn values_over_many_lines_are_put_on_one() {
        let mut page = parse(
            "{\"text\":\"a\",\r\n \"n\": [\r\n  1.50,\r\n  {\"a \\\\\": \"b \\\" c\"}\r\n ],\"m\":[1, 2]}",
        )
        .unwrap();
        put_on_one_line(&mut page.extra);
        assert_eq!(extras(&page), [("n", r#"[1.50,{"a \\":"b \" c"}]"#), ("m", "[1, 2]")]);
    }

    #[test]
    fn a_line_in_a_legacy_encoding_is_decoded() {
        let mut page = Page::default();
        parse_into(b"{\"text\":\"caf\xe9 ferm\xe9\"}", &Fields::default(), &mut page).unwrap();
        assert_eq!(page.text, "café fermé");
        assert_eq!(page.flags, ["decoded:windows-1252"]);
    }
}
