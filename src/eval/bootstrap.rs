//! How sure a mean is: bootstrap intervals over groups of pages that belong together.
//!
//! Pages of one site share a template, and renderings of one page share everything, so whole sites are drawn, never
//! single pages: intervals that take such pages for independent are far too narrow. Draws come from a generator of
//! its own with a fixed seed, so that the same figures give the same interval on any machine.

/// Draws for one interval.
const DRAWS: usize = 1000;
/// What the generator begins with.
const SEED: u64 = 0x5eed_0fde_4045_c001;
/// The share of draws that an interval leaves out on either side: what is between is 95 %.
const TAIL: f64 = 0.025;

/// A mean and how far it may be from the truth.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Interval {
    /// The mean over all values.
    pub mean: f64,
    /// 95 % of the draws lie between this …
    pub low: f64,
    /// … and this.
    pub high: f64,
    /// How many values there are.
    pub values: usize,
}

impl Interval {
    /// Whether the whole interval lies above zero, or below: then the difference that it is of is no accident.
    pub fn excludes_zero(&self) -> bool {
        self.low > 0.0 || self.high < 0.0
    }
}

/// The mean of values with its interval; `None` without values. Values of the same cluster are drawn together.
pub fn interval(values: impl IntoIterator<Item = (usize, f64)>) -> Option<Interval> {
    let mut clusters: Vec<(usize, f64, usize)> = Vec::new();
    let mut all: Vec<(usize, f64)> = values.into_iter().collect();
    // Sums of floats depend on their order: a stable sort keeps that of the pages.
    all.sort_by_key(|&(cluster, _)| cluster);
    for &(cluster, value) in &all {
        match clusters.last_mut() {
            Some((last, sum, count)) if *last == cluster => {
                *sum += value;
                *count += 1;
            }
            _ => clusters.push((cluster, value, 1)),
        }
    }
    let mean_of = |sum: f64, count: usize| sum / count as f64;
    let sum: f64 = clusters.iter().map(|(_, sum, _)| sum).sum();
    let mean = (!all.is_empty()).then(|| mean_of(sum, all.len()))?;
    let mut random = SplitMix(SEED);
    let mut means: Vec<f64> = (0..DRAWS)
        .map(|_| {
            let (mut sum, mut count) = (0.0, 0);
            for _ in 0..clusters.len() {
                let (_, part, values) = clusters[random.below(clusters.len())];
                sum += part;
                count += values;
            }
            mean_of(sum, count)
        })
        .collect();
    means.sort_unstable_by(f64::total_cmp);
    let at = |share: f64| means[((DRAWS - 1) as f64 * share).round() as usize];
    Some(Interval { mean, low: at(TAIL), high: at(1.0 - TAIL), values: all.len() })
}

/// SplitMix64 (Steele, Lea and Flood, 2014): small, fast, and good enough to draw with.
struct SplitMix(u64);

impl SplitMix {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `end`: the high half of a product, whose bias is beyond all measure here.
    fn below(&mut self, end: usize) -> usize {
        ((u128::from(self.next()) * end as u128) >> 64) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_holds_its_mean_and_narrows_with_more_values() {
        let of = |n: usize| interval((0..n).map(|at| (at, (at % 10) as f64))).unwrap();
        let (few, many) = (of(50), of(5000));
        for interval in [few, many] {
            assert!(interval.low < 4.5 && 4.5 < interval.high, "{interval:?}");
            assert!((interval.mean - 4.5).abs() < 1e-9);
        }
        // The error of a mean of n values is their spread by the root of n: 2.87 / 7.07 * 3.92 and a tenth of it.
        assert!((few.high - few.low - 1.59).abs() < 0.25, "{few:?}");
        assert!((many.high - many.low - 0.159).abs() < 0.025, "{many:?}");
    }

    #[test]
    fn values_of_one_cluster_count_as_one() {
        let alone = interval((0..100).map(|at| (at, (at % 2) as f64))).unwrap();
        let together = interval((0..100).map(|at| (at % 10, (at % 2) as f64))).unwrap();
        assert!(together.high - together.low > 2.0 * (alone.high - alone.low), "{alone:?} {together:?}");
    }

    #[test]
    fn the_same_values_give_the_same_interval() {
        let of = || interval([(0, 0.25), (1, 0.5), (2, 0.125)]);
        assert_eq!(of(), of());
        assert_eq!(interval([]), None);
        assert_eq!(interval([(7, 0.5)]), Some(Interval { mean: 0.5, low: 0.5, high: 0.5, values: 1 }));
    }

    #[test]
    fn a_difference_of_nothing_is_no_finding() {
        let none = interval((0..40).map(|at| (at, 0.0))).unwrap();
        assert!(!none.excludes_zero());
        let some = interval((0..40).map(|at| (at, 0.01 + (at % 3) as f64 * 0.001))).unwrap();
        assert!(some.excludes_zero());
    }
}
