//! Numbers into bytes: lengths by logarithm, shares in 255ths, distances by logarithm. Whole numbers only, so that every
//! machine gets the same bytes.

/// A count as a byte: sixteen steps for every doubling.
pub(super) fn log(count: u32) -> u8 {
    let count = count.min(65_000) + 1;
    let floor = count.ilog2();
    (16 * floor + ((count << 4) >> floor) - 16).min(255) as u8
}

/// `part` of `whole` in 255ths; 0 when there is no whole.
pub(super) fn share(part: u32, whole: u32) -> u8 {
    if whole == 0 { 0 } else { (u64::from(part.min(whole)) * 255 / u64::from(whole)) as u8 }
}

/// A distance that may not exist.
pub(super) fn distance(lines: Option<u32>) -> u8 {
    lines.map_or(255, |lines| log(lines).min(254))
}

/// A signed score around 128.
pub(super) fn signed(value: i32) -> u8 {
    (128 + value).clamp(0, 255) as u8
}

/// A fact.
pub(super) fn flag(holds: bool) -> u8 {
    u8::from(holds)
}
