//! Ids, scores and spans: the small values that would be mixed up if they were bare numbers.

use std::fmt;
use std::ops::{Add, AddAssign, Range};

/// The place of a rule in its [`RuleSet`](crate::rules::RuleSet), dense from 0.
///
/// 32 bits, because hits are the most numerous values of a run and four thousand million rules will do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct RuleId(u32);

impl RuleId {
    /// The id of the rule at `index`.
    ///
    /// An index beyond 32 bits saturates; a rule set is refused long before that size.
    pub fn new(index: usize) -> Self {
        Self(u32::try_from(index).unwrap_or(u32::MAX))
    }

    /// The rule's place in its rule set.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// How strongly a hit speaks for dropping (above 0) or for keeping (below 0); 1.0 decides alone.
///
/// Held in thousandths: sums of binary fractions depend on their order (`0.1 * 10 != 1.0`), and a verdict must not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Score(i32);

impl Score {
    /// No evidence either way.
    pub const ZERO: Self = Self(0);
    /// Enough to drop a line alone.
    pub const ONE: Self = Self(1000);

    /// The score nearest to `value`, or `None` when it is not a number between -100 and 100.
    pub fn try_from_f64(value: f64) -> Option<Self> {
        // In range, the product fits 32 bits many times over.
        (-100.0..=100.0).contains(&value).then(|| Self((value * 1000.0).round() as i32))
    }

    /// The score as a number, for people and for JSON.
    pub fn as_f64(self) -> f64 {
        f64::from(self.0) / 1000.0
    }

    /// The score in whole thousandths.
    pub fn thousandths(self) -> i32 {
        self.0
    }

    /// Whether this score drops a line without help.
    pub fn decides(self) -> bool {
        self >= Self::ONE
    }
}

impl Add for Score {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl AddAssign for Score {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.as_f64())
    }
}

/// How likely a line is content, or a page an article, in thousandths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Chance(u16);

impl Chance {
    /// The chance nearest to `share`, which is from 0 to 1.
    pub fn new(share: f64) -> Self {
        Self((share.clamp(0.0, 1.0) * 1000.0).round() as u16)
    }

    /// The chance as a share of one.
    pub fn as_f64(self) -> f64 {
        f64::from(self.0) / 1000.0
    }
}

/// A half-open range of bytes of a page's original text.
///
/// 32 bits an end: a page is rejected long before four gigabytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The first byte.
    pub start: u32,
    /// The byte after the last.
    pub end: u32,
}

impl Span {
    /// The span from `start` to `end`; ends beyond 32 bits saturate.
    pub fn new(start: usize, end: usize) -> Self {
        Self { start: u32::try_from(start).unwrap_or(u32::MAX), end: u32::try_from(end).unwrap_or(u32::MAX) }
    }

    /// The span as a range for slicing.
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// Length in bytes.
    pub fn len(self) -> usize {
        self.range().len()
    }

    /// Whether the span holds no byte.
    pub fn is_empty(self) -> bool {
        self.start >= self.end
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_add_up_exactly_in_any_order() {
        let tenth = Score::try_from_f64(0.1).unwrap();
        let sum = (0..10).fold(Score::ZERO, |sum, _| sum + tenth);
        assert_eq!(sum, Score::ONE);
        assert!(sum.decides());
    }

    #[test]
    fn refuses_scores_that_are_no_numbers() {
        assert_eq!(Score::try_from_f64(f64::NAN), None);
        assert_eq!(Score::try_from_f64(1e9), None);
    }
}
