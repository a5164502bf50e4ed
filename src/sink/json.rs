//! The few pieces of JSON that records are made of, appended to a buffer that is used again and again. Strings are what
//! `serde_json` writes, byte for byte, found sixteen bytes at a time: most of a run's output is one string after another.

use wide::u8x16;

/// Bytes that are looked at together.
const LANES: usize = 16;

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
    let (whole, part) = bytes.as_chunks::<LANES>();
    for (index, lanes) in whole.iter().enumerate() {
        let mut escaped = escaped_of(u8x16::new(*lanes));
        while escaped != 0 {
            let at = index * LANES + escaped.trailing_zeros() as usize;
            escaped &= escaped - 1;
            out.extend_from_slice(&bytes[kept..at]);
            escape(out, bytes[at]);
            kept = at + 1;
        }
    }
    for (index, &byte) in part.iter().enumerate().filter(|(_, byte)| is_escaped(**byte)) {
        let at = whole.len() * LANES + index;
        out.extend_from_slice(&bytes[kept..at]);
        escape(out, byte);
        kept = at + 1;
    }
    out.extend_from_slice(&bytes[kept..]);
    out.push(b'"');
}

fn is_escaped(byte: u8) -> bool {
    byte < b' ' || byte == b'"' || byte == b'\\'
}

/// Which of the bytes cannot stand in a string as they are.
fn escaped_of(bytes: u8x16) -> u32 {
    let control = bytes.min(u8x16::splat(b' ' - 1)).simd_eq(bytes);
    (control | bytes.simd_eq(u8x16::splat(b'"')) | bytes.simd_eq(u8x16::splat(b'\\'))).to_bitmask()
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
