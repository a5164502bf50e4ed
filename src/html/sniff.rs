//! Whether bytes are HTML, told by how they begin, as the MIME sniffing standard tells it.

/// What HTML begins with, behind white space, comments and an XML declaration; a sign that ends the name must follow.
const BEGINNINGS: [&[u8]; 16] = [
    b"<!doctype html",
    b"<html",
    b"<head",
    b"<script",
    b"<iframe",
    b"<h1",
    b"<div",
    b"<font",
    b"<table",
    b"<a",
    b"<style",
    b"<title",
    b"<b",
    b"<body",
    b"<br",
    b"<p",
];

/// Whether `bytes` begin as HTML does.
pub fn is_html(bytes: &[u8]) -> bool {
    let mut rest = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    loop {
        rest = rest.trim_ascii_start();
        let (end, skip): (&[u8], usize) = match rest {
            [b'<', b'!', b'-', b'-', ..] => (b"-->", 3),
            [b'<', b'?', ..] => (b"?>", 2),
            _ => break,
        };
        let Some(at) = memchr::memmem::find(rest, end) else { return false };
        rest = &rest[at + skip..];
    }
    BEGINNINGS.iter().any(|beginning| {
        let ends = |byte: &u8| byte.is_ascii_whitespace() || *byte == b'>';
        rest.get(..beginning.len()).is_some_and(|start| start.eq_ignore_ascii_case(beginning))
            && rest.get(beginning.len()).is_some_and(ends)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_is_told_by_its_first_tag() {
        for html in
            ["<!DOCTYPE html>", " \n<HTML lang=de>", "\u{feff}<!-- x --><?xml version='1'?>\n<html >", "<p>x"]
        {
            assert!(is_html(html.as_bytes()), "{html}");
        }
        for text in
            ["", "plain", "<", "<!doctype xml>", "<article-id>", "<!-- <html>", "<bold>", "< p>", "a <p>b"]
        {
            assert!(!is_html(text.as_bytes()), "{text}");
        }
    }
}
