//! The encoding that a page of HTML declares in its first bytes, found as the HTML standard's prescan does: a `<meta>`
//! with the attribute `charset`, or one with `http-equiv="content-type"` and `content="…; charset=…"`, or what an XML
//! declaration says. Labels are read more kindly than there: a stray quote, slash or semicolon is no part of one.

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
        let name_len = rest.iter().position(|&byte| ends_name(byte)).unwrap_or(rest.len());
        let name = &rest[..name_len];
        let label = if name.eq_ignore_ascii_case(b"meta") {
            rest = &rest[name_len..];
            label_of_meta(&mut rest)
        } else if name == b"?xml" {
            rest = &rest[name_len..];
            label_of_xml(&mut rest)
        } else {
            continue;
        };
        if let Some(encoding) = label.and_then(plain_label).and_then(Encoding::for_label) {
            return Some(match encoding {
                _ if encoding == UTF_16BE || encoding == UTF_16LE => UTF_8,
                _ if encoding.name() == "x-user-defined" => WINDOWS_1252,
                _ => encoding,
            });
        }
    }
    None
}

/// What the attributes of a `<meta>` say, which `rest` begins with; it is moved on to their end.
fn label_of_meta<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (mut charset, mut content, mut pragma) = (None, None, None);
    while let Some((name, value)) = next_attribute(rest) {
        let place = match name {
            _ if name.eq_ignore_ascii_case(b"charset") => &mut charset,
            _ if name.eq_ignore_ascii_case(b"content") => &mut content,
            _ if name.eq_ignore_ascii_case(b"http-equiv") => &mut pragma,
            _ => continue,
        };
        // Of two the first counts.
        place.get_or_insert(value);
    }
    let is_type = pragma.is_some_and(|value| value.trim_ascii().eq_ignore_ascii_case(b"content-type"));
    charset.or_else(|| content.filter(|_| is_type).and_then(label_in))
}

fn label_of_xml<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let mut attributes = std::iter::from_fn(|| next_attribute(rest));
    attributes.find(|(name, _)| *name == b"encoding").map(|(_, value)| value)
}

/// The name and value of the attribute that comes next in `rest`, which is moved on behind it; `None` at the end of the
/// tag, and where a quote does not end.
fn next_attribute<'a>(rest: &mut &'a [u8]) -> Option<(&'a [u8], &'a [u8])> {
    let start = rest.iter().position(|&byte| !byte.is_ascii_whitespace() && byte != b'/')?;
    *rest = &rest[start..];
    if rest.first()? == &b'>' {
        return None;
    }
    // A name may begin with an equals sign.
    let len = rest
        .iter()
        .skip(1)
        .position(|&byte| ends_name(byte) || byte == b'=')
        .map_or(rest.len(), |len| len + 1);
    let (name, behind) = rest.split_at(len);
    let Some(value) = behind.trim_ascii_start().strip_prefix(b"=") else {
        *rest = behind;
        return Some((name, b""));
    };
    let value = value.trim_ascii_start();
    let (value, behind) = match value.split_first() {
        Some((&quote @ (b'"' | b'\''), value)) => {
            let end = memchr::memchr(quote, value)?;
            (&value[..end], &value[end + 1..])
        }
        _ => {
            let ends = |byte: &u8| byte.is_ascii_whitespace() || *byte == b'>';
            value.split_at(value.iter().position(ends).unwrap_or(value.len()))
        }
    };
    *rest = behind;
    Some((name, value))
}

fn ends_name(byte: u8) -> bool {
    byte.is_ascii_whitespace() || byte == b'/' || byte == b'>'
}

/// What stands behind `charset=` in a `content`.
fn label_in(content: &[u8]) -> Option<&[u8]> {
    const WORD: &[u8] = b"charset";
    let is_word =
        |at: &usize| content[*at..].get(..WORD.len()).is_some_and(|part| part.eq_ignore_ascii_case(WORD));
    let mut words = (0..content.len()).filter(is_word);
    words.find_map(|at| content[at + WORD.len()..].trim_ascii_start().strip_prefix(b"="))
}

/// The first word of a value.
fn plain_label(value: &[u8]) -> Option<&[u8]> {
    let parts = |byte: &u8| byte.is_ascii_whitespace() || b";\"'/>?".contains(byte);
    value.split(parts).find(|part| !part.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declarations_are_found_where_the_standard_looks_for_them() {
        let far = format!("{}<meta charset=gbk>", " ".repeat(REACH));
        let cases: [(&str, Option<&str>); 21] = [
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
            ("<meta name=a content='set charset=gbk please'><meta charset=koi8-r>", Some("KOI8-R")),
            ("<meta name=a content='text/html; charset=gbk'>", None),
            ("<meta data-charset=gbk charset=koi8-r>", Some("KOI8-R")),
            ("<meta data-charset=gbk>", None),
            ("<meta content='<b> charset; charset=gbk' x HTTP-EQUIV='Content-Type '>", Some("GBK")),
            ("<meta name='it''s' content='a > b' charset=gbk>", Some("GBK")),
            ("<meta charset=koi8-r charset=gbk>", Some("KOI8-R")),
            ("<meta/charset=gbk/>", Some("GBK")),
            ("<meta charset=\"gbk;\" />", Some("GBK")),
            ("<meta name='a><meta charset=gbk>", Some("GBK")),
            (&far, None),
        ];
        for (html, name) in cases {
            assert_eq!(declared_encoding(html.as_bytes()).map(Encoding::name), name, "{html}");
        }
    }
}
