//! Means over the neighbours of every line, by running sums: a window costs one subtraction a line, however wide it is.

/// The widest window, in lines.
const WIDEST: usize = 64;

/// One over every number of lines, in 2^-16, rounded up so that the mean of equal bytes is that byte.
const RECIPROCALS: [u32; WIDEST] = {
    let mut reciprocals = [0; WIDEST];
    let mut lines = 1;
    while lines < WIDEST {
        reciprocals[lines] = 65_536u32.div_ceil(lines as u32);
        lines += 1;
    }
    reciprocals
};

/// Running sums over one column.
#[derive(Debug, Default)]
pub(super) struct Sums {
    sums: Vec<u32>,
}

impl Sums {
    pub(super) fn over(&mut self, column: &[u8]) {
        self.sums.clear();
        self.sums.push(0);
        let mut sum = 0;
        self.sums.extend(column.iter().map(|&value| {
            sum += u32::from(value);
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
            let (from, to) = ((at + first).clamp(0, lines), (at + last + 1).clamp(0, lines));
            let sum = self.sums[to as usize] - self.sums[from as usize];
            out[at as usize] = ((sum * RECIPROCALS[(to - from) as usize]) >> 16) as u8;
        }
        if inner_start < inner_end {
            let reciprocal = RECIPROCALS[(last - first + 1) as usize];
            let low = &self.sums[(inner_start + first) as usize..];
            let high = &self.sums[(inner_start + last + 1) as usize..];
            let inner = &mut out[inner_start as usize..inner_end as usize];
            for ((value, low), high) in inner.iter_mut().zip(low).zip(high) {
                *value = (((high - low) * reciprocal) >> 16) as u8;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn means_are_those_of_a_plain_loop() {
        let column: Vec<u8> = (0..97u32).map(|at| (at * 89 % 251) as u8).chain([255; 30]).collect();
        let mut sums = Sums::default();
        sums.over(&column);
        for (first, last) in [(-1, -1), (1, 1), (-8, -1), (1, 20), (-20, 20), (2, 2)] {
            let mut out = vec![0; column.len()];
            sums.mean(first, last, &mut out);
            for at in 0..column.len() as isize {
                let window: Vec<u32> = (at + first..=at + last)
                    .filter_map(|near| column.get(usize::try_from(near).ok()?))
                    .map(|&value| u32::from(value))
                    .collect();
                let mean = window.iter().sum::<u32>() as f64 / window.len().max(1) as f64;
                assert!((f64::from(out[at as usize]) - mean).abs() <= 1.0, "{first}..{last} at {at}");
            }
        }
    }
}
