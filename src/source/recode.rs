//! UTF-16 into UTF-8 as it streams by: in UTF-16 a line's end is no single byte, so records could not be cut. Only
//! marked UTF-16 is told; all other encodings keep ASCII and its newlines, and are decoded page by page.

use encoding_rs::{CoderResult, Decoder, Encoding, UTF_16BE, UTF_16LE};
use std::io::{self, BufRead};
use std::ops::Range;

const BUFFER: usize = 64 << 10;

/// Whether the bytes begin with a mark of UTF-16, and of which.
pub(super) fn utf16_of(bytes: &[u8]) -> Option<&'static Encoding> {
    match bytes {
        // The mark of UTF-32LE begins alike.
        [0xff, 0xfe, 0, 0, ..] => None,
        [0xff, 0xfe, ..] => Some(UTF_16LE),
        [0xfe, 0xff, ..] => Some(UTF_16BE),
        _ => None,
    }
}

/// The state of a stream that is turned into UTF-8; the stream itself stays with its owner.
pub(super) struct Recoder {
    decoder: Decoder,
    out: Vec<u8>,
    /// What of `out` was not handed on yet.
    left: Range<usize>,
    ended: bool,
    /// The encoding's name in lower case.
    pub(super) name: &'static str,
}

impl Recoder {
    /// A recoder when the stream's first bytes ask for one.
    pub(super) fn for_mark(bytes: &[u8]) -> Option<Self> {
        let encoding = utf16_of(bytes)?;
        let name = if encoding == UTF_16LE { "utf-16le" } else { "utf-16be" };
        let decoder = encoding.new_decoder_with_bom_removal();
        Some(Self { decoder, out: vec![0; BUFFER], left: 0..0, ended: false, name })
    }

    /// The next bytes of UTF-8, none at the end.
    pub(super) fn fill(&mut self, stream: &mut impl BufRead) -> io::Result<&[u8]> {
        while self.left.is_empty() && !self.ended {
            let part = match stream.fill_buf() {
                Ok(part) => part,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            let last = part.is_empty();
            let (result, read, written, _) = self.decoder.decode_to_utf8(part, &mut self.out, last);
            stream.consume(read);
            self.left = 0..written;
            self.ended = last && result == CoderResult::InputEmpty;
        }
        Ok(&self.out[self.left.clone()])
    }

    /// Marks bytes as read.
    pub(super) fn consume(&mut self, len: usize) {
        self.left.start += len;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recodes_whatever_falls_between_two_reads() {
        let text = "{\"text\":\"Größe 😀\"}\n".repeat(4000);
        for (name, unit) in
            [("utf-16le", u16::to_le_bytes as fn(u16) -> [u8; 2]), ("utf-16be", u16::to_be_bytes)]
        {
            let bytes: Vec<u8> = format!("\u{feff}{text}").encode_utf16().flat_map(unit).collect();
            let mut recoder = Recoder::for_mark(&bytes).unwrap();
            assert_eq!(recoder.name, name);
            let mut stream = io::BufReader::with_capacity(7, &bytes[..]);
            let mut recoded = Vec::new();
            loop {
                let part = recoder.fill(&mut stream).unwrap();
                if part.is_empty() {
                    break;
                }
                recoded.extend_from_slice(part);
                let len = part.len();
                recoder.consume(len);
            }
            assert_eq!(String::from_utf8(recoded).unwrap(), text);
        }
        assert!(Recoder::for_mark(b"\xff\xfe\0\0").is_none());
    }
}
