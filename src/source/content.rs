//! What plain bytes hold, a text, JSON lines or a document of JSON, told by a file's name, or else by the first line or
//! object.

use super::decode::decode_foreign;
use super::jsonl::Fields;
use super::scanner::{Event, Scanner};
use super::{Format, jsonl, names, warc};

const UTF8_MARK: &[u8] = b"\xef\xbb\xbf";

/// What a whole file in memory holds.
pub(super) fn format_of_whole(bytes: &[u8], name: &str, fields: &Fields) -> Format {
    tell(bytes, true, name, fields).unwrap_or(Format::Text)
}

/// What holds such bytes, of which nothing more is looked at if it `ended`; nothing when they do not tell yet.
pub(super) fn tell(bytes: &[u8], ended: bool, name: &str, fields: &Fields) -> Option<Format> {
    let named = names::format_of(name);
    // A text may be anything, and a document may be lines.
    let is_sure = |&format: &Format| !matches!(format, Format::Text | Format::Json);
    if let Some(format) = named.filter(is_sure) {
        return Some(format);
    }
    let first = first_line(bytes);
    match first {
        FirstLine::Unfinished if !ended => None,
        FirstLine::NoObject if warc::begins(bytes) => Some(Format::Warc),
        FirstLine::Complete(line) if is_record(line, named, fields) => Some(Format::Jsonl),
        FirstLine::Unfinished if is_record(bytes, named, fields) => Some(Format::Jsonl),
        _ if named == Some(Format::Json) => Some(Format::Json),
        _ => document(bytes, ended, named, fields),
    }
}

enum FirstLine<'a> {
    /// The first byte that is not blank opens no object.
    NoObject,
    Complete(&'a [u8]),
    Unfinished,
}

fn first_line(bytes: &[u8]) -> FirstLine<'_> {
    let bytes = bytes.strip_prefix(UTF8_MARK).unwrap_or(bytes);
    let start = bytes.iter().position(|byte| !byte.is_ascii_whitespace());
    match start {
        None => FirstLine::Unfinished,
        Some(start) if bytes[start] != b'{' => {
            // The first bytes may be a mark that has not wholly arrived.
            if UTF8_MARK.starts_with(bytes) { FirstLine::Unfinished } else { FirstLine::NoObject }
        }
        Some(start) => memchr::memchr(b'\n', &bytes[start..])
            .map_or(FirstLine::Unfinished, |end| FirstLine::Complete(&bytes[start..start + end])),
    }
}

/// Whether the line is a record. A text may begin with an object of JSON that scraping left there, so only one with a page is
/// a record; where no name says that it is text, as on stdin, any is, and is told of when it lacks the field.
fn is_record(line: &[u8], named: Option<Format>, fields: &Fields) -> bool {
    let line = line.strip_prefix(UTF8_MARK).unwrap_or(line).trim_ascii();
    let is_record = |line: &str| match named {
        Some(Format::Text) => fields.has_page(line),
        _ => jsonl::is_record(line),
    };
    match std::str::from_utf8(line) {
        Ok(line) => is_record(line),
        Err(_) => {
            let mut text = String::new();
            decode_foreign(line, &mut text, &mut Vec::new());
            is_record(&text)
        }
    }
}

/// Whether a document begins so: an object with a key, or an array of such. A text's first object must be whole, and a page.
fn document(bytes: &[u8], ended: bool, named: Option<Format>, fields: &Fields) -> Option<Format> {
    let is_text = named == Some(Format::Text);
    let begin = bytes.strip_prefix(UTF8_MARK).unwrap_or(bytes).trim_ascii_start();
    let inside = begin.strip_prefix(b"[").unwrap_or(begin);
    let is_document = if inside.len() < begin.len() && inside.trim_ascii() == b"]" {
        ended.then_some(!is_text)
    } else {
        match begins_object(inside) {
            Some(true) if is_text => first_element(begin).map(|element| is_record(element, named, fields)),
            told => told,
        }
    };
    let is_document = is_document.or(ended.then_some(false))?;
    Some(if is_document { Format::Json } else { Format::Text })
}

/// Whether an object with a key begins there; nothing when more must be seen.
fn begins_object(bytes: &[u8]) -> Option<bool> {
    let mut rest = bytes;
    for sign in [b'{', b'"'] {
        let (first, behind) = rest.trim_ascii_start().split_first()?;
        if *first != sign {
            return Some(false);
        }
        rest = behind;
    }
    let mut escaped = false;
    let end = rest.iter().position(|&byte| {
        let ends = !escaped && byte == b'"' || byte == b'\n';
        escaped = !escaped && byte == b'\\';
        ends
    })?;
    let behind = rest[end + 1..].trim_ascii_start().first();
    if rest[end] == b'"' { behind.map(|&behind| behind == b':') } else { Some(false) }
}

/// The first element of a document, if all of it is there.
fn first_element(bytes: &[u8]) -> Option<&[u8]> {
    let mut scanner = Scanner::default();
    let (begin, _) = scanner.scan(bytes);
    let (len, event) = scanner.scan(&bytes[begin..]);
    (event == Some(Event::Ends)).then(|| &bytes[begin..begin + len])
}
