//! The few pieces of JSON that records are made of, appended to a buffer that is used again and again.

/// Appends `,"key":`.
pub(super) fn key(out: &mut Vec<u8>, key: &str) {
    out.push(b',');
    string(out, key);
    out.push(b':');
}

/// Appends a quoted string.
pub(super) fn string(out: &mut Vec<u8>, value: &str) {
    // A vector takes every byte, so writing to it has no way to fail.
    serde_json::to_writer(out, value).unwrap_or_default();
}

/// Appends a whole number.
pub(super) fn number(out: &mut Vec<u8>, value: u64) {
    serde_json::to_writer(out, &value).unwrap_or_default();
}

/// Appends a finite number with as many digits as it needs.
pub(super) fn decimal(out: &mut Vec<u8>, value: f64) {
    serde_json::to_writer(out, &value).unwrap_or_default();
}
