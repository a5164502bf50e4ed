//! The encoding that a page of HTML declares in its first bytes, found as the HTML standard's prescan does: a `<meta>`
//! with `charset`, or one with `content="…; charset=…"`, or what an XML declaration says.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// How far the declaration may stand from the beginning.
const REACH: usize = 1024;

/// The encoding that the first 1024 bytes declare.
///
/// As the standard has it, UTF-16 means UTF-8, since the declaration could be read, and `x-user-defined` means
/// windows-1252. Names that stand for no encoding are passed over.
pub fn declared_encoding(html: &[u8]) -> Option<&'static Encoding> {
    let head = &html[..html.len().min(REACH)];
    let mut rest = head;
    while let Some(at) = memchr::memchr(b'<', rest) {
        rest = &rest[at + 1..];
        if let Some(comment) = rest.strip_prefix(b"!--") {
            // A comment may end where it begins: `<!-->`.
            let end = memchr::memmem::find(&rest[1..], b"-->").map(|end| end + 4);
            rest = end.and_then(|end| rest.get(end..)).unwrap_or(&comment[comment.len()..]);
            continue;
        }
        let tag = &rest[..memchr::memchr(b'>', rest).unwrap_or(rest.len())];
        let is_meta = tag.get(..4).is_some_and(|name| name.eq_ignore_ascii_case(b"meta"))
            && tag.get(4).is_some_and(|&byte| byte.is_ascii_whitespace() || byte == b'/');
        let word: &[u8] = match tag {
            _ if is_meta => b"charset",
            [b'?', b'x', b'm', b'l', ..] => b"encoding",
            _ => continue,
        };
        if let Some(encoding) = label_after(tag, word).and_then(Encoding::for_label) {
            return Some(match encoding {
                _ if encoding == UTF_16BE || encoding == UTF_16LE => UTF_8,
                _ if encoding.name() == "x-user-defined" => WINDOWS_1252,
                _ => encoding,
            });
        }
    }
    None
}

/// The value that is set behind `word` in a tag.
fn label_after<'a>(tag: &'a [u8], word: &[u8]) -> Option<&'a [u8]> {
    let mut starts = tag.windows(word.len()).enumerate();
    let (at, _) = starts.find(|(at, part)| {
        part.eq_ignore_ascii_case(word)
            && tag[at + word.len()..].trim_ascii_start().first().is_some_and(|&sign| sign == b'=')
    })?;
    let value = tag[at + word.len()..].trim_ascii_start().get(1..)?.trim_ascii_start();
    let value = match value.first()? {
        quote @ (b'"' | b'\'') => value[1..].split(|byte| byte == quote).next()?,
        _ => value,
    };
    let ends = |byte: &u8| byte.is_ascii_whitespace() || b";\"'/>?".contains(byte);
    let label = value.split(ends).find(|part| !part.is_empty())?;
    Some(label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declarations_are_found_where_the_standard_looks_for_them() {
        let far = format!("{}<meta charset=gbk>", " ".repeat(REACH));
        let cases: [(&str, Option<&str>); 11] = [
            ("<!doctype html><META CHARSET='Shift_JIS'>", Some("Shift_JIS")),
            (
                "<meta http-equiv=Content-Type content=\"text/html; charset=iso-8859-1\">",
                Some("windows-1252"),
            ),
            ("<meta content='text/html;charset = \"euc-kr\"' http-equiv=content-type>", Some("EUC-KR")),
            ("<?xml version='1.0' encoding='koi8-r'?><html>", Some("KOI8-R")),
            ("<!-- <meta charset=gbk> --><meta charset=utf-16>", Some("UTF-8")),
            ("<!--><meta charset=gbk>", Some("GBK")),
            ("<meta charset=martian><meta charset=big5>", Some("Big5")),
            ("<metal charset=gbk>", None),
            ("<meta name=charset content=gbk>", None),
            ("<meta charset=", None),
            (&far, None),
        ];
        for (html, name) in cases {
            assert_eq!(declared_encoding(html.as_bytes()).map(Encoding::name), name, "{html}");
        }
    }
}
