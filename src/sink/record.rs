//! The record of an article: one JSON object a line, always the same keys in the same order, no value ever null. Tables
//! that are read from such lines keep one schema from the first row to the last. What the input already knew stands:
//! its fields follow ours, and where a key is both, its value wins in our place.

use super::json;
use crate::fold::fold;
use crate::model::{Article, Page};
use serde_json::value::RawValue;
use std::borrow::Cow;

/// The keys that are always there, in their order.
pub const KEYS: [&str; 14] = [
    "id",
    "text",
    "title",
    "authors",
    "published",
    "lang",
    "site",
    "url",
    "source",
    "flags",
    "lines_in",
    "lines_out",
    "chars_in",
    "chars_out",
];

/// How many of the keys hold strings; the others hold whole numbers.
pub const STRINGS: usize = 10;

/// Arrays within an array whose values are joined.
const NESTED: usize = 4;

/// Parts paragraphs, and the title from the text when it is put back.
const BLANK_LINE: &str = "\n\n";

/// Appends the record and its newline.
///
/// `id`, `text` and the counts are always ours, `flags` are united, and of the other keys the input's value wins unless
/// it is empty; numbers become their text, arrays of strings are joined by `; `, objects stay as JSON text, and booleans are
/// empty. With `title_in_text` the title stands before a text that does not begin with it, as one line, parted by a blank one,
/// and counts in `lines_out` and `chars_out`. How many bytes of the record's text then stand before the article's own is
/// given back.
pub fn write_record(out: &mut Vec<u8>, page: &Page, article: &Article, title_in_text: bool) -> usize {
    let title = wins(page, "title", &article.title);
    let heading = if title_in_text { heading(&title, &article.text) } else { String::new() };
    let text = match heading.as_str() {
        "" => Cow::Borrowed(&article.text),
        heading => Cow::Owned([heading, &article.text].concat()),
    };
    out.extend_from_slice(b"{\"id\":");
    json::string(out, &page.id);
    json::key(out, "text");
    json::string(out, &text);
    json::key(out, "title");
    json::string(out, &title);
    json::key(out, "authors");
    json::string(out, &wins(page, "authors", &article.authors.join("; ")));
    for (key, ours) in [
        ("published", &article.published),
        ("lang", &article.lang),
        ("site", &article.site),
        ("url", &page.url),
        ("source", &page.source),
    ] {
        json::key(out, key);
        json::string(out, &wins(page, key, ours));
    }
    json::key(out, "flags");
    json::string(out, &flags(page, article).join(" "));
    let heading_lines = u32::from(!heading.is_empty());
    let heading_chars = heading.chars().count();
    for (key, count) in [
        ("lines_in", u64::from(article.lines_in)),
        ("lines_out", u64::from(article.lines_out + heading_lines)),
        ("chars_in", u64::from(article.chars_in)),
        ("chars_out", u64::from(article.chars_out) + heading_chars as u64),
    ] {
        json::key(out, key);
        json::number(out, count);
    }
    for field in page.extra.iter().filter(|field| !KEYS.contains(&field.key.as_str())) {
        json::key(out, &field.key);
        out.extend_from_slice(field.value.as_bytes());
    }
    out.extend_from_slice(b"}\n");
    heading.len()
}

/// The title on a line of its own with the blank line behind it, unless the text has it as its first line.
fn heading(title: &str, text: &str) -> String {
    // An input may say it with line ends, and with what no text holds.
    let words = title.split(|c: char| c.is_whitespace() || matches!(c, '\0' | '\u{feff}'));
    let mut heading = words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    if text.lines().next().is_some_and(|first| fold(first) == fold(&heading)) {
        heading.clear();
    }
    if !heading.is_empty() && !text.is_empty() {
        heading.push_str(BLANK_LINE);
    }
    heading
}

/// The flags of decoding, of cleaning and of the input, sorted, each once.
pub fn flags(page: &Page, article: &Article) -> Vec<String> {
    let mut flags: Vec<String> = page.flags.iter().chain(&article.flags).cloned().collect();
    if let Some(theirs) = from_input(page, "flags") {
        // Of a list the flags are parted by more than spaces.
        let words = theirs.split(|c: char| c == ';' || c.is_whitespace());
        flags.extend(words.filter(|word| !word.is_empty()).map(str::to_owned));
    }
    flags.sort_unstable();
    flags.dedup();
    flags
}

/// The input's value of a key of ours, or ours when the input has none: what the record says.
pub(crate) fn wins<'a>(page: &'a Page, key: &str, ours: &'a str) -> Cow<'a, str> {
    from_input(page, key).unwrap_or(Cow::Borrowed(ours))
}

fn from_input<'a>(page: &'a Page, key: &str) -> Option<Cow<'a, str>> {
    let field = page.extra.iter().find(|field| field.key == key)?;
    Some(as_text(&field.value, NESTED)).filter(|value| !value.trim().is_empty())
}

/// A JSON value as one string; null, booleans, empty arrays and empty objects are empty. Arrays lie within each other `nested`
/// times at most: what lies deeper stays as JSON text.
fn as_text(value: &str, nested: usize) -> Cow<'_, str> {
    match value.as_bytes().first() {
        Some(b'"') if !value.contains('\\') => Cow::Borrowed(&value[1..value.len() - 1]),
        Some(b'"') => Cow::Owned(serde_json::from_str(value).unwrap_or_default()),
        Some(b'n' | b't' | b'f') => Cow::Borrowed(""),
        Some(b'[') if nested > 0 => {
            let values: Vec<&RawValue> = serde_json::from_str(value).unwrap_or_default();
            let values: Vec<_> = values.iter().map(|value| as_text(value.get(), nested - 1)).collect();
            let filled: Vec<&str> =
                values.iter().map(AsRef::as_ref).filter(|value| !value.trim().is_empty()).collect();
            Cow::Owned(filled.join("; "))
        }
        Some(b'{') if value[1..].trim_start().starts_with('}') => Cow::Borrowed(""),
        _ => Cow::Borrowed(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ExtraField;

    fn page(extra: &[(&str, &str)]) -> Page {
        Page {
            id: "7".to_owned(),
            source: "in.jsonl:3".to_owned(),
            extra: extra
                .iter()
                .map(|(key, value)| ExtraField { key: (*key).to_owned(), value: (*value).to_owned() })
                .collect(),
            ..Page::default()
        }
    }

    fn record(page: &Page, article: &Article, title_in_text: bool) -> String {
        let mut out = Vec::new();
        write_record(&mut out, page, article, title_in_text);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn every_key_is_there_in_order_even_for_an_empty_article() {
        let line = record(&page(&[]), &Article::default(), false);
        let expected = concat!(
            r#"{"id":"7","text":"","title":"","authors":"","published":"","lang":"","site":"","url":"","#,
            r#""source":"in.jsonl:3","flags":"","lines_in":0,"lines_out":0,"chars_in":0,"chars_out":0}"#,
            "\n"
        );
        assert_eq!(line, expected);
    }

    #[test]
    fn the_inputs_value_wins_in_our_place_unless_it_is_empty() {
        let page = page(&[
            ("title", r#""Their \"title\"""#),
            ("authors", r#"["Ann", "Bo", "", null]"#),
            ("published", "1577836800"),
            ("site", "{}"),
            ("lang", "false"),
            ("source", r#""rt.com""#),
            ("text", r#""old""#),
            ("id", "7"),
            ("chars_in", "99"),
            ("score", "1.50"),
        ]);
        let article = Article {
            title: "Ours".to_owned(),
            site: "Site".to_owned(),
            lang: "en".to_owned(),
            ..Article::default()
        };
        let line = record(&page, &article, false);
        let expected = concat!(
            r#"{"id":"7","text":"","title":"Their \"title\"","authors":"Ann; Bo","published":"1577836800","#,
            r#""lang":"en","site":"Site","url":"","source":"rt.com","flags":"","lines_in":0,"lines_out":0,"#,
            r#""chars_in":0,"chars_out":0,"score":1.50}"#,
            "\n"
        );
        assert_eq!(line, expected);
    }

    #[test]
    fn deep_arrays_stay_as_they_are_written() {
        assert_eq!(as_text(r#"[["Ann"], [["Bo"]]]"#, NESTED), "Ann; Bo");
        let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
        assert_eq!(as_text(&deep, NESTED), &deep[NESTED..deep.len() - NESTED]);
    }

    #[test]
    fn flags_of_all_sides_are_united() {
        let mut page = page(&[("flags", r#""paywall over-cut""#)]);
        page.flags = vec!["decoded:windows-1252".to_owned()];
        let article = Article { flags: vec!["over-cut".to_owned()], ..Article::default() };
        assert_eq!(flags(&page, &article), ["decoded:windows-1252", "over-cut", "paywall"]);
        page.extra[0].value = r#"["paywall", "over-cut"]"#.to_owned();
        assert_eq!(flags(&page, &article), ["decoded:windows-1252", "over-cut", "paywall"]);
    }

    #[test]
    fn the_title_is_put_back_once_and_counted() {
        let article = Article {
            title: "Füße".to_owned(),
            text: "One.\n\nTwo.".to_owned(),
            lines_out: 2,
            chars_out: 10,
            ..Article::default()
        };
        let before = |article: &Article| write_record(&mut Vec::new(), &page(&[]), article, true);
        let line = record(&page(&[]), &article, true);
        assert!(line.contains(r#""text":"Füße\n\nOne.\n\nTwo.","title":"Füße""#), "{line}");
        assert!(line.contains(r#""lines_out":3,"chars_in":0,"chars_out":16"#), "{line}");
        assert_eq!(before(&article), "Füße\n\n".len());
        let begun = Article { text: "FÜSSE:\n\nOne.".replace("SS", "ß"), ..article };
        assert!(record(&page(&[]), &begun, true).contains(r#""text":"FÜßE:\n\nOne.","title":"Füße""#));
        assert_eq!(before(&begun), 0);
    }

    #[test]
    fn a_title_of_several_lines_is_put_back_as_one() {
        let written = r#"" One\r\ntwo\u0000  three""#;
        let article = Article { text: "Text.".to_owned(), lines_out: 1, chars_out: 5, ..Article::default() };
        let line = record(&page(&[("title", written)]), &article, true);
        assert!(
            line.contains(r#""text":"One two three\n\nText.","title":" One\r\ntwo\u0000  three""#),
            "{line}"
        );
        assert!(line.contains(r#""lines_out":2,"chars_in":0,"chars_out":20"#), "{line}");
        let begun = Article { text: "One two three\n\nText.".to_owned(), ..article };
        assert!(
            record(&page(&[("title", written)]), &begun, true).contains(r#""text":"One two three\n\nText.""#)
        );
    }
}
