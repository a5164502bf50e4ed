//! Means over the neighbours of every line, by running sums: a window costs one subtraction a line, however wide it is.
//!
//! Sums run over in sixteen bits, and their differences are right all the same: no window holds more than sixteen bits.

/// The widest window, in lines.
const WIDEST: usize = 64;

// The sum of the greatest bytes of the widest window.
const _: () = assert!(WIDEST * 255 < 1 << 16);

/// One over every number of lines from two on, in 2^-16, rounded up so that the mean of equal bytes is that byte.
const RECIPROCALS: [u16; WIDEST] = {
    let mut reciprocals = [0; WIDEST];
    let mut lines = 2;
    while lines < WIDEST {
        reciprocals[lines] = 65_536usize.div_ceil(lines) as u16;
        lines += 1;
    }
    reciprocals
};

/// Running sums over one column.
#[derive(Debug, Default)]
pub(super) struct Sums {
    column: Vec<u8>,
    sums: Vec<u16>,
}

impl Sums {
    /// Takes a column, each byte of it times `by`, at most 255.
    pub(super) fn over(&mut self, column: &[u8], by: u8) {
        self.column.clear();
        self.column.extend(column.iter().map(|&value| value.saturating_mul(by)));
        self.sums.clear();
        self.sums.push(0);
        let mut sum = 0u16;
        self.sums.extend(self.column.iter().map(|&value| {
            sum = sum.wrapping_add(u16::from(value));
            sum
        }));
    }

    /// The mean from `first` to `last` lines away from each line, as far as there are lines; 0 where there are none.
    pub(super) fn mean(&self, first: isize, last: isize, out: &mut [u8]) {
        let lines = out.len() as isize;
        // Windows at the ends are cut short, all others are alike.
        let inner_start = (-first).clamp(0, lines);
        let inner_end = (lines - 1 - last).clamp(inner_start, lines);
        for at in (0..inner_start).chain(inner_end..lines) {
            let (from, to) =
                ((at + first).clamp(0, lines) as usize, (at + last + 1).clamp(0, lines) as usize);
            out[at as usize] = match to - from {
                0 => 0,
                1 => self.column[from],
                lines => mean(self.sums[from], self.sums[to], RECIPROCALS[lines]),
            };
        }
        let inner = &mut out[inner_start as usize..inner_end as usize];
        let start = (inner_start + first).clamp(0, lines) as usize;
        if first == last {
            let length = inner.len();
            inner.copy_from_slice(&self.column[start..][..length]);
            return;
        }
        let window = (last - first + 1) as usize;
        let (low, high) = (&self.sums[start..], &self.sums[(start + window).min(self.sums.len())..]);
        let reciprocal = RECIPROCALS[window];
        for ((value, &low), &high) in inner.iter_mut().zip(low).zip(high) {
            *value = mean(low, high, reciprocal);
        }
    }
}

fn mean(low: u16, high: u16, reciprocal: u16) -> u8 {
    ((u32::from(high.wrapping_sub(low)) * u32::from(reciprocal)) >> 16) as u8
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The plain way: each window added up for itself.
    fn plain(column: &[u8], at: usize, first: isize, last: isize) -> u8 {
        let window: Vec<u32> = (at as isize + first..=at as isize + last)
            .filter_map(|near| column.get(usize::try_from(near).ok()?))
            .map(|&value| u32::from(value))
            .collect();
        let lines = window.len() as u32;
        if lines == 0 { 0 } else { ((window.iter().sum::<u32>() * 65_536u32.div_ceil(lines)) >> 16) as u8 }
    }

    proptest! {
        #[test]
        fn means_are_those_of_a_plain_loop(
            column in prop::collection::vec(prop_oneof![any::<u8>(), Just(255)], 1..400),
        ) {
            let mut sums = Sums::default();
            sums.over(&column, 1);
            for (first, last) in [(-1, -1), (1, 1), (-2, -2), (-8, -1), (1, 8), (-3, 3), (-20, 20), (2, 2)] {
                let mut out = vec![0; column.len()];
                sums.mean(first, last, &mut out);
                for (at, &mean) in out.iter().enumerate() {
                    prop_assert_eq!(mean, plain(&column, at, first, last), "{}..{} at {}", first, last, at);
                }
            }
        }
    }

    #[test]
    fn the_mean_of_equal_bytes_is_that_byte() {
        let mut sums = Sums::default();
        sums.over(&[1; 50], 255);
        let mut out = [0; 50];
        sums.mean(-20, 20, &mut out);
        assert_eq!(out, [255; 50]);
    }
}
