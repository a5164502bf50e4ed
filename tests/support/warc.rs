//! Archives for tests: records as crawlers write them, plain and gzipped, to be broken at will.

use std::io::Write;

/// One record with its head.
pub(crate) fn record(kind: &str, id: &str, content_type: &str, body: &[u8]) -> Vec<u8> {
    record_with(kind, id, content_type, body, &body.len().to_string(), "")
}

/// One record that says `length` of itself, with more lines of head.
pub(crate) fn record_with(
    kind: &str,
    id: &str,
    content_type: &str,
    body: &[u8],
    length: &str,
    more: &str,
) -> Vec<u8> {
    let head = format!(
        "WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:uuid:{id}>\r\nWARC-Date: 2020-01-03T10:00:00Z\r\n\
         WARC-Target-URI: https://example.org/{id}\r\nContent-Type: {content_type}\r\nContent-Length: {length}\r\n{more}\r\n"
    );
    [head.as_bytes(), body, b"\r\n\r\n"].concat()
}

/// An answer of a server.
pub(crate) fn answer(status: &str, fields: &str, body: &[u8]) -> Vec<u8> {
    [format!("HTTP/1.1 {status}\r\n{fields}\r\n").as_bytes(), body].concat()
}

/// A page of HTML that a server answered.
pub(crate) fn page(id: &str) -> Vec<u8> {
    let html = format!(
        "<!doctype html><title>Page {id}</title><p>The committee of {id} met on Tuesday to hear what the engineers had \
         found under the old bridge, and it did not like the answer at all.</p>"
    );
    let body = answer("200 OK", "Content-Type: text/html; charset=utf-8\r\n", html.as_bytes());
    record("response", id, "application/http; msgtype=response", &body)
}

/// One gzip member.
pub(crate) fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::new(6));
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}
