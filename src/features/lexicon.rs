//! Fitted words: what each word and each pair of neighbouring words says about its line, and whether a page speaks the
//! language that they were fitted on.
//!
//! Words are hashed into a table of small whole numbers, three for each place: whether the line is content on any page,
//! whether it is on an article, and whether the page is an article. A word that was never seen shares its place with
//! others, and mostly holds nothing. On a page that lacks the commonest words of the fitted pages every score is none
//! at all: weights of one language must not judge another.

use super::scorer::Common;
use super::words::{NUMBER, class};

/// Bits of a place in the table.
const BITS: u32 = 16;
/// Places in the table.
pub const PLACES: usize = 1 << BITS;
/// What a word is asked for.
pub const HEADS: usize = 3;
/// Words that a language is known by.
pub const COMMON: usize = 64;
/// Stands before the first word of a line.
const OPENING: u32 = 1;
/// Stands after the last.
const CLOSING: u32 = 2;

/// One over the square root of every count, in 2^-12: long lines must not shout.
pub(super) const ROOTS: [i32; 256] = {
    let mut roots = [0; 256];
    let mut count = 1;
    while count < 256 {
        roots[count] = ((1u64 << 24) / count as u64).isqrt() as i32;
        count += 1;
    }
    roots
};

/// The fitted words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lexicon {
    /// A weight for each place and head.
    pub(crate) weights: Vec<[i8; HEADS]>,
    /// What one unit of a weight is worth, by head, in 2^-12 of a byte's step.
    pub(crate) steps: [i32; HEADS],
    /// The score of a line without words, by head, in a byte's steps.
    pub(crate) biases: [i32; HEADS],
    /// The commonest words of the fitted pages, sorted.
    pub(crate) common: Vec<u32>,
    /// The share of a page's words that must be common ones, in 255ths.
    pub(crate) least_common: u8,
}

impl Default for Lexicon {
    fn default() -> Self {
        Self {
            weights: vec![[0; HEADS]; PLACES],
            steps: [0; HEADS],
            biases: [0; HEADS],
            common: Vec::new(),
            least_common: 0,
        }
    }
}

impl Lexicon {
    /// The share of the words that are among the commonest, in 255ths.
    pub(crate) fn common_share(&self, words: &[u32]) -> u8 {
        Common::of(&self.common).share(words)
    }

    /// Whether a hashed word is one, and no number.
    pub(crate) fn is_word(word: u32) -> bool {
        class(word) != NUMBER
    }
}

/// Calls `visit` with the places of a line's words and of its pairs of neighbouring words.
pub(crate) fn for_each_place(words: &[u32], mut visit: impl FnMut(usize)) {
    let mut before = OPENING;
    for &word in words {
        visit(place(word));
        visit(place(before.wrapping_mul(31) ^ word));
        before = word;
    }
    if !words.is_empty() {
        visit(place(before.wrapping_mul(31) ^ CLOSING));
    }
}

/// The place of a hash.
pub(super) fn place(hash: u32) -> usize {
    (hash.wrapping_mul(0x9e37_79b1) >> (32 - BITS)) as usize
}

/// One over the square root of a number of places: the value of each of a line's features, as fitting sees it.
pub(crate) fn root_of(places: usize) -> f32 {
    ROOTS[places.min(255)] as f32 / 4096.0
}

#[cfg(test)]
mod tests {
    use super::super::Scorer;
    use super::*;

    impl Lexicon {
        /// The plain sum that a [`Scorer`] gives as well.
        pub(in crate::features) fn score(&self, words: &[u32]) -> [i32; HEADS] {
            let mut places = Vec::new();
            for_each_place(words, |place| places.push(place));
            let root = ROOTS[places.len().min(255)];
            std::array::from_fn(|head| {
                let sum: i32 = places.iter().map(|&place| i32::from(self.weights[place][head])).sum();
                let product = i64::from(sum) * i64::from(root) * i64::from(self.steps[head]);
                self.biases[head] + (product >> 24) as i32
            })
        }
    }

    #[test]
    fn a_page_without_the_common_words_is_not_judged_by_words() {
        let lexicon = Lexicon { common: vec![3, 5, 900], least_common: 64, ..Lexicon::default() };
        let scorer = Scorer::of(&lexicon);
        assert!(scorer.knows(&[3, 7, 900, 11]), "half of them are common");
        assert!(!scorer.knows(&[7, 11, 12, 13, 14, 3]), "one in six is not a quarter");
    }

    #[test]
    fn scores_grow_with_the_root_of_the_words() {
        let mut lexicon = Lexicon { steps: [4096, 0, 0], biases: [1, 2, 3], ..Lexicon::default() };
        lexicon.weights.fill([10, 10, 10]);
        let scorer = Scorer::of(&lexicon);
        assert_eq!(scorer.score(&[]), [1, 2, 3]);
        // Two words are two words, two pairs and the end: five places of ten over the root of five.
        assert_eq!(scorer.score(&[7, 8]), [1 + 22, 2, 3]);
    }
}
