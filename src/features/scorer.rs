//! Fitted words, laid out to be asked: three weights a place in one number, so that two additions add all of them, and
//! in four bytes, since what costs is the way to the table and not the sums.

use super::lexicon::{COMMON, HEADS, Lexicon, PLACES, ROOTS, for_each_place};
use super::scale::share;
use super::words::{MOST, NUMBER, class};

/// Bits of a sum. Every other byte of a place leaves room for one beside it.
const FIELD: u32 = 16;
const EVERY_OTHER: u32 = 0x00ff_00ff;
/// What weights are raised by, so that none is below zero.
const RAISE: u32 = 128;
// A field holds the sum of all places of a line: its words, its pairs and its end.
const _: () = assert!((2 * MOST as u32 + 1) * (RAISE + 127) < 1 << FIELD);

/// Places of the table of common words: sixteen for each, so that searches are short.
const COMMON_PLACES: usize = 16 * COMMON;

/// A lexicon, ready to score lines. It never changes, and all threads share it.
#[derive(Clone, Debug)]
pub struct Scorer {
    weights: Vec<u32>,
    steps: [i32; HEADS],
    biases: [i32; HEADS],
    common: Common,
    least_common: u8,
}

impl Scorer {
    /// Lays out `lexicon`.
    pub fn of(lexicon: &Lexicon) -> Self {
        let weigh = |weights: &[i8; HEADS]| {
            let raised = |weight: i8| (i32::from(weight) + RAISE as i32) as u32;
            weights.iter().rev().fold(0, |all, &weight| all << 8 | raised(weight))
        };
        Self {
            weights: lexicon.weights.iter().map(weigh).collect(),
            steps: lexicon.steps,
            biases: lexicon.biases,
            common: Common::of(&lexicon.common),
            least_common: lexicon.least_common,
        }
    }

    /// What the words of a line say, around 0, in a byte's steps.
    pub(super) fn score(&self, words: &[u32]) -> [i32; HEADS] {
        self.score_places(|said| for_each_place(words, |place| said.add(place)))
    }

    /// What the places say that `add_all` adds.
    pub(super) fn score_places(&self, add_all: impl FnOnce(&mut Said<'_>)) -> [i32; HEADS] {
        let Ok(weights) = <&[u32; PLACES]>::try_from(&*self.weights) else { return self.biases };
        let mut said = Said { weights, outer: 0, inner: 0, count: 0 };
        add_all(&mut said);
        let Said { outer, inner, count, .. } = said;
        let root = ROOTS[(count as usize).min(ROOTS.len() - 1)];
        let mut scores = self.biases;
        let raised = [outer, inner, outer >> FIELD].map(|sum| sum & ((1 << FIELD) - 1));
        for ((score, raised), step) in scores.iter_mut().zip(raised).zip(self.steps) {
            let sum = i64::from(raised) - i64::from(RAISE * count);
            *score += ((sum * i64::from(root) * i64::from(step)) >> 24) as i32;
        }
        scores
    }

    /// Whether a page with these words is in a language that the words were fitted on.
    pub(super) fn knows(&self, words: &[u32]) -> bool {
        self.common.reaches(words, self.least_common)
    }
}

/// What places say, as they are added.
pub(super) struct Said<'a> {
    weights: &'a [u32; PLACES],
    outer: u32,
    inner: u32,
    count: u32,
}

impl Said<'_> {
    #[inline]
    pub(super) fn add(&mut self, place: usize) {
        self.count += 1;
        self.outer += self.weights[place % PLACES] & EVERY_OTHER;
        self.inner += self.weights[place % PLACES] >> 8 & EVERY_OTHER;
    }
}

/// A few common words, to be found with one look.
#[derive(Clone, Debug)]
pub(super) struct Common {
    /// Each word stands where its hash says, or behind those that do.
    places: [u32; COMMON_PLACES + COMMON],
    /// Places from where its hash says within which every word stands.
    reach: usize,
}

/// Words that are counted between two looks whether the others matter.
const TOGETHER: usize = 64;
/// No word: numbers have another hash.
const EMPTY: u32 = u32::MAX;

impl Common {
    pub(super) fn of(words: &[u32]) -> Self {
        let (mut places, mut reach) = ([EMPTY; COMMON_PLACES + COMMON], 0);
        for &word in words.iter().take(COMMON) {
            let first = Self::place(word);
            let mut place = first;
            while places[place] != EMPTY {
                place += 1;
            }
            places[place] = word;
            reach = reach.max(place + 1 - first);
        }
        Self { places, reach }
    }

    fn place(word: u32) -> usize {
        word.wrapping_mul(0x9e37_79b1) as usize >> 16 & (COMMON_PLACES - 1)
    }

    /// Whether the word is common. Half of all words are, so a search that ends where it may would be guessed wrong at
    /// every other word.
    fn holds(&self, word: u32) -> bool {
        let near = &self.places[Self::place(word)..][..self.reach];
        near.iter().fold(false, |found, &other| found | (other == word))
    }

    /// The share of the words that are common ones, in 255ths.
    pub(super) fn share(&self, words: &[u32]) -> u8 {
        let (common, all) = self.count(words);
        share(common, all)
    }

    /// Whether that share is `least` or more, told as soon as the words that are left cannot change it: on most pages half of
    /// them need no look.
    fn reaches(&self, words: &[u32], least: u8) -> bool {
        let (mut common, mut all, mut left) = (0, 0, words.len() as u32);
        for part in words.chunks(TOGETHER) {
            let counts = self.count(part);
            (common, all, left) = (common + counts.0, all + counts.1, left - part.len() as u32);
            // None of them common, or all of them.
            if share(common, all + left) >= least {
                return true;
            } else if share(common + left, all + left) < least {
                return false;
            }
        }
        share(common, all) >= least
    }

    /// How many of the words are common ones, and how many are no numbers.
    fn count(&self, words: &[u32]) -> (u32, u32) {
        words.iter().fold((0, 0), |(common, all), &word| {
            (common + u32::from(self.holds(word)), all + u32::from(class(word) != NUMBER))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn scores_are_those_of_the_plain_sum(
            words in prop::collection::vec(any::<u32>(), 0..MOST),
            seed in any::<u64>(),
            steps in prop::array::uniform3(-9000i32..9000),
        ) {
            let mut lexicon = Lexicon { steps, biases: [1, -2, 30], ..Lexicon::default() };
            for (at, weights) in lexicon.weights.iter_mut().enumerate() {
                let mixed = (seed ^ at as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15).to_le_bytes();
                *weights = [mixed[5] as i8, mixed[6] as i8, if seed % 2 == 0 { -128 } else { 127 }];
            }
            prop_assert_eq!(Scorer::of(&lexicon).score(&words), lexicon.score(&words));
        }

        #[test]
        fn common_words_are_those_of_the_list(
            words in prop::collection::vec(0u32..500, 0..200),
            common in prop::collection::btree_set(0u32..500, 0..COMMON),
        ) {
            let common: Vec<u32> = common.into_iter().collect();
            let table = Common::of(&common);
            for &word in &words {
                prop_assert_eq!(table.holds(word), common.contains(&word));
            }
        }

        #[test]
        fn a_share_is_reached_as_if_all_words_were_counted(
            words in prop::collection::vec((0u32..40, any::<bool>()), 0..400),
            common in prop::collection::btree_set(0u32..40, 0..COMMON),
            least in any::<u8>(),
        ) {
            let words: Vec<u32> = words.into_iter().map(|(word, number)| word | (u32::from(number) * NUMBER) << 30).collect();
            let table = Common::of(&common.into_iter().collect::<Vec<_>>());
            for least in [least, table.share(&words), table.share(&words).saturating_add(1)] {
                prop_assert_eq!(table.reaches(&words, least), table.share(&words) >= least);
            }
        }
    }
}
