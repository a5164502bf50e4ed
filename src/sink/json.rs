//! The few pieces of JSON that records are made of, appended to a buffer that is used again and again. Strings are what
//! `serde_json` writes, byte for byte, found block by block: most of a run's output is one string after another.

use crate::bits::{AHEAD, BLOCK, ESCAPES, ahead_in, escaped_in_json};

/// Appends `,"key":`.
pub(super) fn key(out: &mut Vec<u8>, key: &str) {
    out.push(b',');
    string(out, key);
    out.push(b':');
}

/// Appends a quoted string.
pub(super) fn string(out: &mut Vec<u8>, value: &str) {
    let bytes = value.as_bytes();
    out.push(b'"');
    // Names and numbers are short and have no escapes.
    if bytes.len() <= BLOCK && escaped_in_json(bytes) == 0 {
        out.extend_from_slice(bytes);
        return out.push(b'"');
    }
    out.reserve(bytes.len() + bytes.len() / 16 + ROOM);
    let mut end = out.len();
    let (mut at, mut padded) = (0, [0; AHEAD]);
    while at < bytes.len() {
        if out.len() < end + ROOM {
            // What is filled with zeros is written over: once for all blocks that follow.
            let left = bytes.len() - at;
            out.resize(end + left + left / 16 + ROOM, 0);
        }
        let Some(room) = out[end..].first_chunk_mut() else { break };
        let left = &bytes[at..];
        end += escape_block(ahead_in(left, &mut padded), left.len().min(BLOCK), room);
        at += BLOCK;
    }
    out.truncate(end);
    out.push(b'"');
}

/// What a block may become, with what is copied behind its end.
const ROOM: usize = r"\u0000".len() * BLOCK + BLOCK;

/// Writes the first `length` bytes, up to a block, and answers how many they became. Whole blocks are copied, whatever lies between
/// two escapes: how much that is nobody can guess.
#[inline]
fn escape_block(bytes: &[u8; AHEAD], length: usize, out: &mut [u8; ROOM]) -> usize {
    let mut escaped = escaped_in_json(&bytes[..BLOCK]);
    let (mut read, mut written) = (0, 0);
    loop {
        out[written..written + BLOCK].copy_from_slice(&bytes[read..read + BLOCK]);
        if escaped == 0 {
            return written + length - read;
        }
        let at = escaped.trailing_zeros() as usize;
        escaped &= escaped - 1;
        written += at - read;
        let byte = bytes[at];
        let letter = LETTERS[usize::from(byte & 0x7f)];
        out[written..written + 2].copy_from_slice(&[b'\\', letter]);
        written += 2;
        if letter == b'u' {
            out[written..written + 4].copy_from_slice(&digits(byte));
            written += 4;
        }
        read = at + 1;
    }
}

/// What stands behind the backslash, for the bytes that get one; most control characters have only their number.
const LETTERS: [u8; 0x80] = {
    let (mut letters, mut nth) = ([b'u'; 0x80], 0);
    while nth < ESCAPES.len() {
        letters[ESCAPES[nth].0 as usize] = ESCAPES[nth].1;
        nth += 1;
    }
    letters
};

#[cold]
fn digits(byte: u8) -> [u8; 4] {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    [b'0', b'0', DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]
}

/// Appends a whole number.
pub(super) fn number(out: &mut Vec<u8>, value: u64) {
    serde_json::to_writer(out, &value).unwrap_or_default();
}

/// Appends a finite number with as many digits as it needs.
pub(super) fn decimal(out: &mut Vec<u8>, value: f64) {
    serde_json::to_writer(out, &value).unwrap_or_default();
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn written(value: &str) -> Vec<u8> {
        let mut out = Vec::new();
        string(&mut out, value);
        out
    }

    #[test]
    fn every_character_of_one_byte_is_written_as_serde_json_writes_it() {
        for byte in 0..0x80u8 {
            for before in [0, 3, 15, 16, 17] {
                let value = format!("{}{}é", "a".repeat(before), char::from(byte));
                assert_eq!(written(&value), serde_json::to_vec(&value).unwrap(), "{byte:#x} behind {before}");
            }
        }
    }

    proptest! {
        #[test]
        fn strings_are_those_of_serde_json(value in "([a-z]{0,9}|[\\x00-\\x1f\"\\\\]|\\PC){0,40}") {
            prop_assert_eq!(written(&value), serde_json::to_vec(&value).unwrap());
        }
    }
}
