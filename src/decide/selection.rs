//! Which lines stay, so that the page as a whole is as right as can be expected.
//!
//! Lines are sorted by their chance, and the best beginning of that row stays: the one with the greatest expected F-measure.
//! Chances of one page are too high or too low together, since what misleads on one line misleads on its neighbours.
//! So the expectation is taken over the page's error as well: a shift of all its chances, normally distributed. On a murky
//! page that keeps more than the chances alone would, since words that were lost count against every line that was found.
//!
//! A page may hold nothing but its frame, as pages do that wait for a script. So keeping no line has its own expectation: the
//! chance that none is content. A short text is no frame, and never becomes nothing in this way.

use crate::model::Line;
use crate::weights::{CERTAIN, Chances, UNIT};

/// The standard deviation of a page's error, in leaves' units: one and a half logits is what makes the labels of the WCXB
/// development split likeliest, on articles as on other pages, judged by weights that had not seen their sites.
const DEVIATION: f64 = 1.5 * UNIT as f64;

/// The shifts at which the expectation is taken, with their weights: Gauss-Hermite quadrature of five points.
const SHIFTS: [(i32, f64); 5] = [
    ((-2.856_970 * DEVIATION) as i32, 0.011_257),
    ((-1.355_626 * DEVIATION) as i32, 0.222_076),
    (0, 0.533_334),
    ((1.355_626 * DEVIATION) as i32, 0.222_076),
    ((2.856_970 * DEVIATION) as i32, 0.011_257),
];

/// Words that a page has at least when it is a frame around nothing: menus and footers are longer than notes.
const FRAME: f64 = 100.0;

/// One value for each shift.
type ByShift = [f64; SHIFTS.len()];

/// The lines that are open, and the words that stay whatever becomes of them.
#[derive(Debug, Default)]
pub(super) struct Selection {
    /// The lines with the sums of their leaves.
    order: Vec<Offer>,
    /// Their chances at each shift, in that order.
    chances: Vec<ByShift>,
    kept: f64,
}

/// A line with its sum, as one number that sorts greater sums first and equal ones in the order of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Offer(u64);

impl Offer {
    fn new(sum: i32, at: u32) -> Self {
        // Of signed numbers that are to be compared as unsigned ones, the sign is the wrong way round.
        Self(u64::from(!(sum as u32) ^ 1 << 31) << 32 | u64::from(at))
    }

    fn sum(self) -> i32 {
        !((self.0 >> 32) as u32 ^ 1 << 31) as i32
    }

    fn at(self) -> usize {
        self.0 as u32 as usize
    }
}

impl Selection {
    pub(super) fn clear(&mut self) {
        self.order.clear();
        self.kept = 0.0;
    }

    /// Adds a line that stays: its words count as found.
    pub(super) fn keep(&mut self, line: &Line) {
        self.kept += f64::from(line.words);
    }

    /// Adds a line that may stay, with the sum of its leaves.
    pub(super) fn offer(&mut self, at: usize, sum: i32) {
        self.order.push(Offer::new(sum, at as u32));
    }

    /// Hands every offered line to `take`, with whether it stays; `recall` weighs recall against precision, squared as in
    /// F-measures.
    pub(super) fn choose(
        &mut self,
        lines: &[Line],
        chances: &Chances,
        recall: f64,
        mut take: impl FnMut(usize, bool),
    ) {
        self.order.sort_unstable();
        let words = |offer: Offer| f64::from(lines[offer.at()].words);
        let by_shift = |offer: &Offer| {
            SHIFTS.map(|(shift, _)| f64::from(chances.of(offer.sum() + shift)) / f64::from(CERTAIN))
        };
        self.chances.clear();
        self.chances.extend(self.order.iter().map(by_shift));
        let offers = || self.order.iter().copied().zip(&self.chances);
        let mut total = [self.kept; SHIFTS.len()];
        let may_be_frame =
            self.kept == 0.0 && lines.iter().map(|line| f64::from(line.words)).sum::<f64>() >= FRAME;
        let mut nothing = SHIFTS.map(|(_, weight)| if may_be_frame { weight } else { 0.0 });
        for (offer, chances) in offers().filter(|(offer, _)| words(*offer) > 0.0) {
            for ((total, nothing), chance) in total.iter_mut().zip(&mut nothing).zip(chances) {
                *total += chance * words(offer);
                *nothing *= 1.0 - chance;
            }
        }
        let measure = |expected: &ByShift, kept: f64| {
            let all = expected.iter().zip(total).zip(SHIFTS);
            all.map(|((expected, total), (_, weight))| {
                weight * (1.0 + recall) * expected / (kept + recall * total).max(1e-9)
            })
            .sum::<f64>()
        };
        let (mut expected, mut kept) = ([self.kept; SHIFTS.len()], self.kept);
        let mut best = (measure(&expected, kept).max(nothing.iter().sum()), 0);
        for (nth, (offer, chances)) in offers().enumerate() {
            for (expected, chance) in expected.iter_mut().zip(chances) {
                *expected += chance * words(offer);
            }
            kept += words(offer);
            // A line without words changes nothing and goes with its like.
            let now = measure(&expected, kept);
            if now > best.0 {
                best = (now, nth + 1);
            }
        }
        for (nth, offer) in self.order.iter().enumerate() {
            take(offer.at(), nth < best.1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::segment::segment;

    /// Which lines stay when each has so many logits, out of lines of ten words.
    fn kept(logits: &[f64], recall: f64) -> Vec<usize> {
        let text = "one two three four five six seven eight nine ten\n".repeat(logits.len());
        let lines = segment(&text).lines;
        let mut selection = Selection::default();
        for (at, logit) in logits.iter().enumerate() {
            selection.offer(at, (logit * f64::from(UNIT)) as i32);
        }
        let mut kept = Vec::new();
        selection.choose(&lines, &Chances::default(), recall, |at, stays| kept.extend(stays.then_some(at)));
        kept.sort_unstable();
        kept
    }

    #[test]
    fn offers_are_sorted_by_sum_and_place() {
        let sums = [i32::MIN, -7, -1, 0, 1, i32::MAX];
        let mut offers: Vec<Offer> =
            sums.iter().flat_map(|&sum| [Offer::new(sum, 9), Offer::new(sum, 2)]).collect();
        offers.sort_unstable();
        let sorted: Vec<(i32, usize)> = offers.iter().map(|offer| (offer.sum(), offer.at())).collect();
        let expected: Vec<(i32, usize)> = sums.iter().rev().flat_map(|&sum| [(sum, 2), (sum, 9)]).collect();
        assert_eq!(sorted, expected);
    }

    #[test]
    fn what_is_likely_stays_and_what_is_not_goes() {
        assert_eq!(kept(&[3.0, -4.0, 2.5, -5.0, 4.0], 1.0), [0, 2, 4]);
        assert!(kept(&[1.0, 0.2, -0.5], 0.25).len() < kept(&[1.0, 0.2, -0.5], 1.0).len(), "eager takes more");
    }

    #[test]
    fn a_murky_page_keeps_more_than_its_chances_say() {
        // The best of many doubtful lines are kept with most of their like: dropping what may be the article costs more.
        assert_eq!(kept(&[-0.4; 12], 1.0).len(), 12);
    }

    #[test]
    fn a_page_of_nothing_but_its_frame_becomes_nothing() {
        assert!(kept(&[-4.0; 10], 1.0).is_empty());
        assert_eq!(kept(&[-4.0; 3], 1.0).len(), 3, "a note is no frame");
        let mut logits = [-4.0; 12];
        logits[7] = 1.5;
        assert_eq!(kept(&logits, 1.0), [7], "one likely line is enough");
        let mut selection = Selection::default();
        let lines = segment("A line that a rule protects.\nAnother").lines;
        selection.keep(&lines[0]);
        selection.offer(1, -9 * UNIT);
        selection.choose(&lines, &Chances::default(), 1.0, |at, stays| assert!((at, stays) == (1, false)));
    }
}
