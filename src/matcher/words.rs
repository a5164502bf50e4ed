//! Vocabulary segmentation: which share of a line's letters are words of a list, written apart or run together.
//!
//! A scraped sprite sheet reads `icon bookmark-bicon bookmarkicon camera`: no word of it is a phrase, but every
//! letter belongs to a small vocabulary.

use crate::bits::{BLOCK, Bitmap, Block, first_bits, first_eight, first_of, mark, spread};
use crate::letters::is_alphabetic;
use foldhash::HashSet;
use std::ops::Range;

/// A token longer than this is no run of interface words; it counts as not segmented.
const MAX_TOKEN: usize = 64;
/// Pairs of first bytes that are told apart: 4 KiB a list.
const PAIRS: usize = 1 << 9;

/// A vocabulary, ready to segment with.
#[derive(Debug)]
pub(super) struct Vocabulary {
    /// Those of up to eight bytes, as numbers, and the others.
    short: HashSet<u64>,
    long: HashSet<Box<[u8]>>,
    /// Marks of the words: most of what is asked is turned away here.
    marks: Bitmap,
    /// By a hash of two bytes the lengths of the words that begin with them, as bits.
    lengths: Box<[u64; PAIRS]>,
}

impl Vocabulary {
    /// The vocabulary of folded `words`; words longer than 63 bytes are left out.
    pub(super) fn new(words: &[String]) -> Self {
        let mut lengths = Box::new([0; PAIRS]);
        let words: Vec<&[u8]> = words
            .iter()
            .map(|word| word.as_bytes())
            .filter(|word| (1..MAX_TOKEN).contains(&word.len()))
            .collect();
        let mut marks = Bitmap::new(words.len(), 32, 1 << 20);
        for word in &words {
            // What follows a word of one byte may be anything.
            for second in word.get(1).map_or(0..=u8::MAX, |&second| second..=second) {
                lengths[pair(u64::from(word[0]) | u64::from(second) << 8)] |= 1 << word.len();
            }
            marks.insert(mark(first_eight(word), word.len()));
        }
        let (short, long): (Vec<&[u8]>, Vec<&[u8]>) =
            words.iter().partition(|word| word.len() <= size_of::<u64>());
        Self {
            short: short.into_iter().map(first_eight).collect(),
            long: long.into_iter().map(Into::into).collect(),
            marks,
            lengths,
        }
    }

    /// Whether the first `length` bytes of `text` are a word; `eight` are its first eight.
    fn begins(&self, text: &[u8], eight: u64, length: usize) -> bool {
        self.marks.contains(mark(eight, length))
            && if length <= size_of::<u64>() {
                self.short.contains(&first_of(eight, length))
            } else {
                self.long.contains(&text[..length])
            }
    }

    /// How many words at least `cover` thousandths of the letters of `folded` segment into, if they do.
    pub(super) fn words_covering(&self, folded: &str, cover: u32) -> Option<u32> {
        let allowed = |letters: usize| letters * (1000 - cover.min(1000)) as usize / 1000;
        // A line has no more letters than bytes: prose is told by its first words.
        let most = allowed(folded.len());
        let (mut letters, mut missed, mut found) = (0, 0, 0);
        let mut add = |token: &[u8], length: usize| {
            letters += length;
            match self.segment(token) {
                Some(words) => found += words,
                None => missed += length,
            }
            missed <= most
        };
        // The last word first: that the first is of the list, who asks knows mostly.
        let block = Block::of(folded.as_bytes());
        let go_on = if folded.len() <= BLOCK && block.beyond == 0 {
            let mut tokens = Runs(block.letters);
            let mut tokens = tokens.next_back().into_iter().chain(tokens);
            tokens.all(|token| add(&folded.as_bytes()[token.clone()], token.len()))
        } else {
            let mut tokens = folded.split(|c: char| !is_alphabetic(c)).filter(|token| !token.is_empty());
            let mut tokens = tokens.next_back().into_iter().chain(tokens);
            tokens.all(|token| add(token.as_bytes(), token.chars().count()))
        };
        (go_on && letters > 0 && missed <= allowed(letters)).then_some(found)
    }

    /// The least number of words that `token` is made of, or `None` when it is not.
    fn segment(&self, token: &[u8]) -> Option<u32> {
        // Labels are made of whole words.
        if token.len() < MAX_TOKEN && self.begins(token, first_eight(token), token.len()) {
            return Some(1);
        }
        // Most words of prose fail at their first letters.
        if token.len() > MAX_TOKEN || !self.lengths_at(token).any(|_| true) {
            return None;
        }
        let mut fewest = [u32::MAX; MAX_TOKEN + 1];
        fewest[0] = 0;
        for at in 0..token.len() {
            if fewest[at] == u32::MAX {
                continue;
            }
            for length in self.lengths_at(&token[at..]) {
                let end = at + length;
                fewest[end] = fewest[end].min(fewest[at] + 1);
            }
        }
        Some(fewest[token.len()]).filter(|&words| words != u32::MAX)
    }

    /// The lengths of the words that `rest` begins with.
    fn lengths_at<'a>(&'a self, rest: &'a [u8]) -> impl Iterator<Item = usize> + 'a {
        let eight = first_eight(rest);
        let mut lengths = self.lengths[pair(eight)];
        std::iter::from_fn(move || {
            while lengths != 0 {
                let length = lengths.trailing_zeros() as usize;
                lengths &= lengths - 1;
                if length <= rest.len() && self.begins(rest, eight, length) {
                    return Some(length);
                }
            }
            None
        })
    }
}

/// The place of the first two of `eight` bytes among the pairs.
fn pair(eight: u64) -> usize {
    (spread(first_of(eight, 2)) >> (64 - PAIRS.trailing_zeros())) as usize
}

/// The runs of ones of a number, as ranges of its bits; the last one is to be had too.
struct Runs(u64);

impl Runs {
    fn next_back(&mut self) -> Option<Range<usize>> {
        let end = BLOCK - self.0.leading_zeros() as usize;
        (end > 0).then(|| {
            let length = (self.0 << (BLOCK - end)).leading_ones() as usize;
            self.0 &= first_bits(end - length);
            end - length..end
        })
    }
}

impl Iterator for Runs {
    type Item = Range<usize>;

    fn next(&mut self) -> Option<Range<usize>> {
        (self.0 != 0).then(|| {
            let start = self.0.trailing_zeros() as usize;
            let end = start + (self.0 >> start).trailing_ones() as usize;
            self.0 &= !first_bits(end);
            start..end
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn runs_are_found_from_both_ends(bits: u64, more: u64) {
            for bits in [bits, bits & more, bits | more, 0, u64::MAX] {
                let is_one = |at: &usize| bits >> at & 1 != 0;
                let mut expected = Vec::new();
                for at in (0..BLOCK).filter(is_one) {
                    match expected.last_mut() {
                        Some(Range { end, .. }) if *end == at => *end += 1,
                        _ => expected.push(at..at + 1),
                    }
                }
                prop_assert_eq!(Runs(bits).collect::<Vec<_>>(), expected.clone());
                let mut runs = Runs(bits);
                let last = runs.next_back();
                prop_assert_eq!(&last, &expected.pop());
                prop_assert_eq!(runs.collect::<Vec<_>>(), expected);
            }
        }
    }

    fn covers(words: &Vocabulary, folded: &str, cover: u32, min: u32) -> bool {
        words.words_covering(folded, cover).is_some_and(|found| found >= min)
    }

    fn icons() -> Vocabulary {
        Vocabulary::new(&["icon", "bookmark", "b", "camera", "up", "fb", "close"].map(String::from))
    }

    #[test]
    fn covers_words_that_a_scraper_ran_together() {
        let icons = icons();
        assert!(covers(&icons, "icon bookmark-bicon bookmarkicon cameraicon upicon closefb", 1000, 8));
        assert!(covers(&icons, "icon camera upicon rocket", 700, 4));
    }

    #[test]
    fn prose_with_some_of_the_words_is_not_covered() {
        let icons = icons();
        assert!(!covers(&icons, "close the camera before you pick up the icon", 900, 2));
        assert!(!covers(&icons, "icon", 900, 2));
        assert!(!covers(&icons, "0:00 ---", 900, 0));
    }
}
