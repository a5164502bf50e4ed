//! What stands before a record's bytes: the version, then a name and a value a line, as `WARC/1.0` and `WARC/1.1` have it.
//! Lines may end by `\n` alone and be folded. Of the fields only those are read that say what the record is.

use memchr::{memchr, memchr_iter};

/// What a record begins with.
pub(super) const BEGIN: [u8; 5] = *b"WARC/";
/// A head is no longer than this: 64 KiB.
pub(super) const LONGEST: usize = 64 << 10;
/// Nor has it more lines. What looks like the begin of a head may stand in every line of a file, and each is looked at.
const MOST_LINES: usize = 128;

/// What a record is, by its type. Types that the standard does not know are `Other`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WarcKind {
    /// What a server answered.
    Response,
    /// What was fetched, without how it was answered.
    Resource,
    /// What something was turned into, such as the text of a page.
    Conversion,
    /// An answer that was the same as an earlier one, whose bytes stand there.
    Revisit,
    /// What was asked of a server.
    Request,
    /// What is told of another record.
    Metadata,
    /// What is told of the archive.
    Warcinfo,
    /// A further part of a record that was cut to pieces.
    Continuation,
    /// A type that the standard does not know.
    Other,
}

impl WarcKind {
    fn of(name: &str) -> Self {
        match name.to_ascii_lowercase().as_str() {
            "response" => Self::Response,
            "resource" => Self::Resource,
            "conversion" => Self::Conversion,
            "revisit" => Self::Revisit,
            "request" => Self::Request,
            "metadata" => Self::Metadata,
            "warcinfo" => Self::Warcinfo,
            "continuation" => Self::Continuation,
            _ => Self::Other,
        }
    }

    /// The type's name, `other` for those that the standard does not know.
    pub fn name(self) -> &'static str {
        match self {
            Self::Response => "response",
            Self::Resource => "resource",
            Self::Conversion => "conversion",
            Self::Revisit => "revisit",
            Self::Request => "request",
            Self::Metadata => "metadata",
            Self::Warcinfo => "warcinfo",
            Self::Continuation => "continuation",
            Self::Other => "other",
        }
    }

    /// Whether such records may hold a page.
    pub fn may_be_page(self) -> bool {
        matches!(self, Self::Response | Self::Resource | Self::Conversion)
    }
}

/// The head of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WarcHead {
    /// What the record is.
    pub kind: WarcKind,
    /// `WARC-Record-ID` without `<`, `>` and `urn:uuid:`; empty when there is none.
    pub id: String,
    /// `WARC-Target-URI`; empty when there is none.
    pub uri: String,
    /// `Content-Type`; empty when there is none.
    pub content_type: String,
    /// `Content-Length`: the bytes that follow.
    pub length: u64,
    /// Whether the crawler kept only the beginning, as `WARC-Truncated` tells.
    pub truncated: bool,
}

impl WarcHead {
    /// Reads the head that `bytes` begin with, and its length with the empty line behind it.
    pub(super) fn parse(bytes: &[u8]) -> Result<(Self, usize), &'static str> {
        if version_len(bytes).is_none() {
            return Err("no record begins where one should");
        }
        let bytes = &bytes[..bytes.len().min(LONGEST)];
        if !has_end(bytes) {
            return Err("the head has no end");
        }
        let (fields, len) = fields(bytes)?;
        let get = |name: &str| {
            let named = fields.iter().find(|(field, _)| field.eq_ignore_ascii_case(name));
            named.map(|(_, value)| value.as_str()).unwrap_or_default()
        };
        if get("warc-type").is_empty() {
            return Err("the record has no `WARC-Type`");
        }
        let length = get("content-length");
        let digits = !length.is_empty() && length.bytes().all(|byte| byte.is_ascii_digit());
        let length = length.parse().ok().filter(|_| digits);
        let id = bare(get("warc-record-id"));
        let head = Self {
            kind: WarcKind::of(get("warc-type")),
            id: id.strip_prefix("urn:uuid:").unwrap_or(id).to_owned(),
            uri: bare(get("warc-target-uri")).to_owned(),
            content_type: get("content-type").to_owned(),
            length: length.ok_or("the record has no valid `Content-Length`")?,
            truncated: !get("warc-truncated").is_empty(),
        };
        Ok((head, len))
    }
}

/// Whether a head's last line, which is empty, stands where it may.
fn has_end(bytes: &[u8]) -> bool {
    let mut start = 0;
    memchr_iter(b'\n', bytes).take(MOST_LINES).any(|end| {
        let line = &bytes[std::mem::replace(&mut start, end + 1)..end];
        matches!(line, b"" | b"\r")
    })
}

/// Some writers put addresses between `<` and `>` too.
fn bare(value: &str) -> &str {
    value.strip_prefix('<').and_then(|value| value.strip_suffix('>')).unwrap_or(value)
}

/// The length of the line `WARC/1.0`, without its end.
pub(super) fn version_len(bytes: &[u8]) -> Option<usize> {
    let end = memchr(b'\n', &bytes[..bytes.len().min(16)])?;
    let line = bytes[..end].strip_suffix(b"\r").unwrap_or(&bytes[..end]);
    let number = line.strip_prefix(&BEGIN)?;
    let is_number = |part: &[u8]| !part.is_empty() && part.iter().all(u8::is_ascii_digit);
    let mut parts = number.split(|&byte| byte == b'.');
    let (major, minor) = (parts.next()?, parts.next()?);
    (is_number(major) && is_number(minor) && parts.next().is_none()).then_some(line.len())
}

/// Names and values, in their order.
pub(super) type Fields = Vec<(String, String)>;

/// The fields behind the first line, up to and with the empty line.
pub(super) fn fields(bytes: &[u8]) -> Result<(Fields, usize), &'static str> {
    let mut fields = Fields::new();
    let mut at = memchr(b'\n', bytes).map_or(bytes.len(), |end| end + 1);
    loop {
        let rest = &bytes[at..];
        let Some(end) = memchr(b'\n', rest) else { return Err("the head has no end") };
        at += end + 1;
        let line = rest[..end].strip_suffix(b"\r").unwrap_or(&rest[..end]);
        if line.is_empty() {
            return Ok((fields, at));
        }
        let text = String::from_utf8_lossy(line);
        if line[0] == b' ' || line[0] == b'\t' {
            let Some((_, value)) = fields.last_mut() else {
                return Err("the head begins with a folded line");
            };
            if !value.is_empty() {
                value.push(' ');
            }
            value.push_str(text.trim());
        } else if let Some((name, value)) = text.split_once(':') {
            fields.push((name.trim().to_owned(), value.trim().to_owned()));
        } else {
            return Err("a line of the head has no name");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_read_in_every_form_that_writers_give_it() {
        let written = "WARC/1.1\r\nwarc-type: Response\r\nWARC-Record-ID: <urn:uuid:ab-1>\r\nWARC-Target-URI:\r\n \
                       <https://a.org/x>\r\nContent-Type: application/http\r\nContent-Length: 12\r\n\r\nHTTP/1.1";
        for (written, rest) in [(written.to_owned(), "HTTP/1.1"), (written.replace('\r', ""), "HTTP/1.1")] {
            let (head, len) = WarcHead::parse(written.as_bytes()).unwrap();
            assert_eq!(&written[len..], rest);
            assert_eq!((head.kind, head.id.as_str(), head.length), (WarcKind::Response, "ab-1", 12));
            assert_eq!((head.uri.as_str(), head.truncated), ("https://a.org/x", false));
        }
    }

    #[test]
    fn a_wrong_head_is_told_by_what_is_wrong() {
        for (written, fault) in [
            ("", "no record begins where one should"),
            ("WARC/x\n\n", "no record begins where one should"),
            ("WARC/1.0 \n\n", "no record begins where one should"),
            ("WARC/1.0\nWARC-Type: response\n", "the head has no end"),
            (&format!("WARC/1.0\n{}\n", "WARC-Type: response\n".repeat(MOST_LINES)), "the head has no end"),
            ("WARC/1.0\n x\n\n", "the head begins with a folded line"),
            ("WARC/1.0\nwords\n\n", "a line of the head has no name"),
            ("WARC/1.0\nContent-Length: 1\n\n", "the record has no `WARC-Type`"),
            ("WARC/1.0\nWARC-Type: a\nContent-Length: +1\n\n", "the record has no valid `Content-Length`"),
            (
                "WARC/1.0\nWARC-Type: a\nContent-Length: 99999999999999999999\n\n",
                "the record has no valid `Content-Length`",
            ),
        ] {
            assert_eq!(WarcHead::parse(written.as_bytes()).unwrap_err(), fault, "{written}");
        }
    }
}
