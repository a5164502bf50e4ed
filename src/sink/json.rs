//! The few pieces of JSON that records are made of, appended to a buffer that is used again and again. Strings are what
//! `serde_json` writes, byte for byte, found block by block: most of a run's output is one string after another.

use crate::bits::{BLOCK, escaped_in_json, extend_within};

/// Appends `,"key":`.
pub(super) fn key(out: &mut Vec<u8>, key: &str) {
    out.push(b',');
    string(out, key);
    out.push(b':');
}

/// Appends a quoted string.
pub(super) fn string(out: &mut Vec<u8>, value: &str) {
    let bytes = value.as_bytes();
    out.reserve(bytes.len() + bytes.len() / 16 + 2);
    out.push(b'"');
    // What was looked at and is not yet written begins here.
    let mut kept = 0;
    for (index, block) in bytes.chunks(BLOCK).enumerate() {
        let mut escaped = escaped_in_json(block);
        while escaped != 0 {
            let at = index * BLOCK + escaped.trailing_zeros() as usize;
            escaped &= escaped - 1;
            extend_within(out, bytes, kept..at);
            escape(out, bytes[at]);
            kept = at + 1;
        }
    }
    out.extend_from_slice(&bytes[kept..]);
    out.push(b'"');
}

#[cold]
fn escape_rare(out: &mut Vec<u8>, byte: u8) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let [high, low] = [byte >> 4, byte & 15].map(|digit| DIGITS[usize::from(digit)]);
    out.extend_from_slice(&[b'\\', b'u', b'0', b'0', high, low]);
}

fn escape(out: &mut Vec<u8>, byte: u8) {
    let letter = match byte {
        b'\n' => b'n',
        b'"' | b'\\' => byte,
        b'\t' => b't',
        b'\r' => b'r',
        0x08 => b'b',
        0x0c => b'f',
        _ => return escape_rare(out, byte),
    };
    out.extend_from_slice(&[b'\\', letter]);
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
