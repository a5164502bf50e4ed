//! What a server answered: status and fields, and the bytes behind them with the way they were sent undone. Crawlers keep
//! answers as they came or as they were understood, and often leave the fields standing that no longer hold: so what is not
//! chunked or packed as it says is taken as it is.

use super::Fault;
use super::head::{Fields, fields};
use crate::model::RejectReason;
use flate2::bufread::GzDecoder;
use flate2::read::{DeflateDecoder, ZlibDecoder};
use std::borrow::Cow;
use std::io::{self, Read};

/// What a gzip member begins with.
const GZIP: &[u8] = b"\x1f\x8b";
/// Codings that may be put one into the other.
const MOST_CODINGS: usize = 4;

/// An answer of a server.
pub(super) struct Http<'a> {
    pub(super) status: u16,
    fields: Fields,
    /// What stands behind the fields, as it was sent.
    sent: &'a [u8],
}

impl<'a> Http<'a> {
    /// Reads an answer; `None` when the bytes are none.
    pub(super) fn parse(bytes: &'a [u8]) -> Option<Result<Self, &'static str>> {
        if !bytes.starts_with(b"HTTP/") {
            return None;
        }
        let line = bytes[..bytes.len().min(256)].split(|&byte| byte == b'\n').next().unwrap_or_default();
        let status = line.split(|&byte| byte == b' ').nth(1).unwrap_or_default().trim_ascii();
        let status = std::str::from_utf8(status).ok().and_then(|status| status.parse().ok());
        let Some(status) = status else { return Some(Err("the answer has no status")) };
        Some(lenient_fields(bytes).map(|(fields, len)| Self { status, fields, sent: &bytes[len..] }))
    }

    /// The value of a field, `""` when there is none.
    pub(super) fn field(&self, name: &str) -> &str {
        let named = self.fields.iter().find(|(field, _)| field.eq_ignore_ascii_case(name));
        named.map(|(_, value)| value.as_str()).unwrap_or_default()
    }

    /// The bytes that were meant, `largest` at most. Of an answer that was `cut` what there is of it will do.
    pub(super) fn body(&self, largest: usize, cut: bool) -> Result<Cow<'a, [u8]>, Fault> {
        let mut body = Cow::Borrowed(self.sent);
        if self.field("transfer-encoding").to_ascii_lowercase().contains("chunked")
            && let Some(joined) = joined(&body)
        {
            let (bytes, is_whole) = joined;
            if !is_whole && !cut {
                return Err((RejectReason::BrokenRecord, "the answer's chunks break off".to_owned()));
            }
            body = Cow::Owned(bytes);
        }
        let codings = self.field("content-encoding").to_ascii_lowercase();
        for coding in
            codings.rsplit(',').map(str::trim).filter(|coding| !coding.is_empty()).take(MOST_CODINGS)
        {
            if let Some(bytes) = unpacked(&body, coding, largest, cut)? {
                body = Cow::Owned(bytes);
            }
        }
        Ok(body)
    }
}

/// Fields as servers send them: what is no field is left out.
fn lenient_fields(bytes: &[u8]) -> Result<(Fields, usize), &'static str> {
    if let Ok(read) = fields(bytes) {
        return Ok(read);
    }
    let mut found = Fields::new();
    let mut at = 0;
    while let Some(end) = memchr::memchr(b'\n', &bytes[at..]) {
        let line = bytes[at..at + end].trim_ascii_end();
        at += end + 1;
        if line.is_empty() {
            return Ok((found, at));
        }
        if let Some((name, value)) = String::from_utf8_lossy(line).split_once(':') {
            found.push((name.trim().to_owned(), value.trim().to_owned()));
        }
    }
    Err("the answer's head has no end")
}

/// Joins chunks, and tells whether all are there; `None` when these are no chunks.
fn joined(bytes: &[u8]) -> Option<(Vec<u8>, bool)> {
    let mut whole = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    loop {
        let Some((len, behind)) = chunk_head(rest) else {
            let is_first = rest.len() == bytes.len();
            // Some writers leave out the last, empty chunk.
            return (!is_first).then_some((whole, rest.is_empty()));
        };
        if len == 0 {
            return Some((whole, true));
        }
        if behind.len() < len {
            whole.extend_from_slice(behind);
            return Some((whole, false));
        }
        whole.extend_from_slice(&behind[..len]);
        rest = &behind[len..];
        rest = rest.strip_prefix(b"\r\n").or_else(|| rest.strip_prefix(b"\n")).unwrap_or(rest);
    }
}

/// A chunk's length, and what follows its line.
fn chunk_head(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let end = memchr::memchr(b'\n', &bytes[..bytes.len().min(1 << 10)])?;
    let size = bytes[..end].split(|&byte| byte == b';').next()?.trim_ascii();
    let is_hex = !size.is_empty() && size.iter().all(u8::is_ascii_hexdigit);
    let size = std::str::from_utf8(size).ok().filter(|_| is_hex)?;
    Some((usize::from_str_radix(size, 16).ok()?, &bytes[end + 1..]))
}

/// Undoes one coding; `None` when there is nothing to undo.
fn unpacked(bytes: &[u8], coding: &str, largest: usize, cut: bool) -> Result<Option<Vec<u8>>, Fault> {
    let is_gzip = bytes.starts_with(GZIP);
    let mut decoder: Box<dyn Read + '_> = match coding {
        "gzip" | "x-gzip" if is_gzip => Box::new(Members { member: GzDecoder::new(bytes) }),
        "zstd" if bytes.starts_with(b"\x28\xb5\x2f\xfd") => match zstd::Decoder::with_buffer(bytes) {
            Ok(decoder) => Box::new(decoder),
            Err(error) => return Err((RejectReason::BrokenCompression, error.to_string())),
        },
        // The standard means zlib's frame; some servers send none.
        "deflate" if matches!(bytes, [head, check, ..] if head & 0x0f == 8 && (u32::from(*head) << 8 | u32::from(*check)) % 31 == 0) => {
            Box::new(ZlibDecoder::new(bytes))
        }
        "deflate" => return Ok(raw_deflate(bytes, largest)),
        "gzip" | "x-gzip" | "zstd" | "identity" | "none" => return Ok(None),
        _ if is_text(bytes) => return Ok(None),
        _ => {
            let detail = format!("the answer is in the coding `{coding}`, which cannot be undone");
            return Err((RejectReason::UnknownCoding, detail));
        }
    };
    let mut plain = Vec::new();
    let read = decoder.by_ref().take(largest as u64 + 1).read_to_end(&mut plain);
    match read {
        Ok(_) => Ok(Some(plain)),
        Err(_) if cut && !plain.is_empty() => Ok(Some(plain)),
        Err(error) => Err((RejectReason::BrokenCompression, format!("the answer's `{coding}`: {error}"))),
    }
}

/// Gzip members one after the other. What stands behind the last, line ends or padding, is no part of the answer: browsers
/// do not look at it either.
struct Members<'a> {
    member: GzDecoder<&'a [u8]>,
}

impl Read for Members<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        loop {
            let len = self.member.read(out)?;
            let rest = *self.member.get_ref();
            if len > 0 || out.is_empty() || !rest.starts_with(GZIP) {
                return Ok(len);
            }
            self.member = GzDecoder::new(rest);
        }
    }
}

/// Nothing marks bare deflate, so what cannot be inflated is taken as it is.
fn raw_deflate(bytes: &[u8], largest: usize) -> Option<Vec<u8>> {
    let mut plain = Vec::new();
    DeflateDecoder::new(bytes).take(largest as u64 + 1).read_to_end(&mut plain).ok().map(|_| plain)
}

/// Whether bytes that should be packed look like text: packed ones have control characters soon.
fn is_text(bytes: &[u8]) -> bool {
    let begin = &bytes[..bytes.len().min(256)];
    begin.iter().all(|&byte| byte >= b' ' || byte.is_ascii_whitespace())
}
