//! Numbers into bytes: lengths by logarithm, shares in 255ths, distances by logarithm. Whole numbers only, so that every
//! machine gets the same bytes.

/// Counts whose bytes are looked up; nearly all are so small.
const SMALL: usize = 1024;

/// The bytes of small counts. They are those of distances as well: none of them is greater than a distance may be.
static LOGS: [u8; SMALL] = {
    let mut logs = [0; SMALL];
    let mut count = 0;
    while count < SMALL {
        logs[count] = work_out(count as u32);
        count += 1;
    }
    logs
};

const fn work_out(count: u32) -> u8 {
    let count = if count < 65_000 { count + 1 } else { 65_001 };
    let floor = count.ilog2();
    let byte = 16 * floor + ((count << 4) >> floor) - 16;
    if byte < 255 { byte as u8 } else { 255 }
}

/// A count as a byte: sixteen steps for every doubling.
pub(super) fn log(count: u32) -> u8 {
    LOGS.get(count as usize).copied().unwrap_or_else(|| work_out(count))
}

/// 255 over every small whole, in 2^-32, rounded up: a multiplication is a tenth of a division. What is added by
/// rounding is less than any distance from a share to the next whole number above it.
static SHARES: [u64; SMALL] = {
    let mut shares = [0; SMALL];
    let mut whole = 1;
    while whole < SMALL {
        shares[whole] = (255 << 32) / whole as u64 + 1;
        whole += 1;
    }
    shares
};

/// `part` of `whole` in 255ths; 0 when there is no whole.
pub(super) fn share(part: u32, whole: u32) -> u8 {
    let part = u64::from(part.min(whole));
    match SHARES.get(whole as usize) {
        Some(one) => ((part * one) >> 32) as u8,
        None => (part * 255 / u64::from(whole)) as u8,
    }
}

/// A distance that may not exist.
pub(super) fn distance(lines: Option<u32>) -> u8 {
    lines.map_or(255, |lines| log(lines).min(254))
}

/// The distances 0, 1, 2 and so on.
pub(super) fn count_up(cells: &mut [u8]) {
    let small = cells.len().min(SMALL);
    cells[..small].copy_from_slice(&LOGS[..small]);
    for (cell, lines) in cells[small..].iter_mut().zip(SMALL as u32..) {
        *cell = distance(Some(lines));
    }
}

/// A signed score around 128.
pub(super) fn signed(value: i32) -> u8 {
    (128 + value).clamp(0, 255) as u8
}

/// The mean of a page's signed scores: these lie near the middle, so half of the range fills the byte.
pub(super) fn middling(mean: u32) -> u8 {
    (mean.clamp(64, 191) - 64) as u8 * 2
}

/// A fact.
pub(super) fn flag(holds: bool) -> u8 {
    u8::from(holds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logarithms_grow_by_sixteen_with_every_doubling_and_never_fall() {
        assert_eq!([0, 1, 3, 7, 1023, 2047, 65_000, u32::MAX].map(log), [0, 16, 32, 48, 160, 176, 255, 255]);
        assert!((0..70_000).all(|count| log(count) <= log(count + 1) && log(count) == work_out(count)));
    }

    #[test]
    fn shares_are_those_of_a_division() {
        assert_eq!(share(3, 0), 0);
        for whole in 1..SMALL as u32 + 3 {
            assert!(
                (0..whole + 2).all(|part| u32::from(share(part, whole)) == part.min(whole) * 255 / whole)
            );
        }
    }

    #[test]
    fn distances_in_a_row_are_the_distances() {
        let mut cells = vec![0; 70_000];
        count_up(&mut cells);
        assert!(cells.iter().zip(0..).all(|(&byte, lines)| byte == distance(Some(lines))));
    }
}
