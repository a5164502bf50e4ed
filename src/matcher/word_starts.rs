//! Where words begin in a folded text, and whether any literal is looked up by such a word: nearly all are turned away here,
//! by one or two looks.

use super::wanted::is_word_char;
use crate::bits::{BLOCK, Bitmap, Block, first_eight, first_of, spread};

/// Bytes by which literals are told apart, if they have so many from their key word on: less is often a word alone.
pub(super) const TOLD: usize = 12;
/// Bytes of a whole word that its mark tells apart.
const MARKED: usize = 8;
/// Bytes of the words that shorter literals end within, at most.
const MOST_CUT: usize = 3;
/// Bits of the set of marks for each literal, and of the largest set.
const BITS_EACH: usize = 64;
const MOST_BITS: usize = 1 << 20;

/// The words by which literals are looked up, with what comes next.
#[derive(Debug)]
pub(super) struct KeyWords {
    /// The first bytes of literals, the key words of shorter ones as a whole, and the first `cut` bytes of words that may go on.
    marks: Bitmap,
    /// None where no short literal ends within a word.
    cut: Option<usize>,
}

impl KeyWords {
    /// The key words of `literals`, each the part from its key word on; the second tells whether a word that the literal ends with
    /// may go on.
    pub(super) fn new<'l>(literals: impl Iterator<Item = (&'l str, bool)> + Clone) -> Self {
        let short = literals.clone().filter(|(literal, _)| literal.len() < TOLD).map(|(literal, open)| {
            let end = literal.find(|c| !is_word_char(c)).unwrap_or(literal.len());
            (&literal.as_bytes()[..end], open && end == literal.len())
        });
        let shortest = short.clone().filter(|word| word.1).map(|(word, _)| word.len()).min();
        let cut = shortest.map(|shortest| shortest.clamp(1, MOST_CUT));
        let mut marks = Bitmap::new(literals.clone().count(), BITS_EACH, MOST_BITS);
        for (word, open) in short {
            let eight = first_eight(word);
            let cut = cut.filter(|_| open);
            marks.insert(cut.map_or_else(|| word_mark(eight, word.len()), |cut| cut_mark(eight, cut)));
        }
        for told in literals.filter_map(|(literal, _)| literal.as_bytes().first_chunk()) {
            marks.insert(long_mark(told));
        }
        Self { marks, cut }
    }

    /// Whether a literal may be looked up by the word of `length` bytes at the front of `rest`; a no is certain.
    #[inline(always)]
    pub(super) fn may_be(&self, rest: &[u8], length: usize) -> bool {
        let (eight, is_long) = match rest.first_chunk() {
            Some(told) => (first_eight(told), self.marks.contains(long_mark(told))),
            None => (first_eight(rest), false),
        };
        let is_word = self.marks.contains(word_mark(eight, length));
        is_long | is_word | self.cut.is_some_and(|cut| self.marks.contains(cut_mark(eight, cut)))
    }
}

/// The mark of a whole word of `length` bytes, one or more, of which `eight` are the first: as [`mark`](crate::bits::mark) has
/// it, but for the look whether there are none, which shows in the time where every word of a page is marked.
#[inline]
fn word_mark(eight: u64, length: usize) -> u64 {
    let length = length.min(MARKED);
    spread(first_of(eight, length) ^ (length as u64) << 56)
}

/// The mark of the first `cut` bytes of a word.
#[inline]
fn cut_mark(eight: u64, cut: usize) -> u64 {
    spread(first_of(eight, cut))
}

/// The mark of what a literal begins with. All of the bytes go into the bits that are kept.
#[inline]
fn long_mark(told: &[u8; TOLD]) -> u64 {
    let last = told.last_chunk().map_or(0, |last| u32::from_le_bytes(*last));
    (spread(first_eight(told)).rotate_left(29) ^ u64::from(last)).wrapping_mul(0xd6e8_feb8_6659_fd93)
}

/// Calls `visit` with the byte offset of every word of a folded text and how many bytes it has; of longer words as many as
/// make a block.
#[inline(always)]
pub(super) fn for_each_word(text: &str, mut visit: impl FnMut(usize, usize)) {
    let bytes = text.as_bytes();
    // Whether the block before is all of one word, and the bits of a character that it cuts.
    let (mut inside, mut carried) = (false, (0, false));
    let mut at = 0;
    while at < bytes.len() {
        let block = Block::of(&bytes[at..]);
        let mut word = block.letters | block.digits;
        if block.beyond != 0 {
            word |= words_beyond(text, at, block.beyond, &mut carried);
        }
        let mut starts = word & !(word << 1 | u64::from(inside));
        let open = word.leading_ones() as usize;
        inside = open == BLOCK;
        let mut step = BLOCK;
        if open > 0 && !inside {
            // The next block begins with the word that goes on in it.
            step -= open;
            starts &= !(1 << step);
            carried = (0, false);
        }
        while starts != 0 {
            let start = starts.trailing_zeros() as usize;
            starts &= starts - 1;
            visit(at + start, (!(word >> start)).trailing_zeros() as usize);
        }
        at += step;
    }
}

/// Which bytes of a block belong to characters beyond ASCII that words are made of. `carried` are the bits of the next block
/// that belong to a character of this one, and whether words are made of it.
fn words_beyond(text: &str, at: usize, beyond: u64, carried: &mut (u64, bool)) -> u64 {
    let (bits, is_word) = std::mem::take(carried);
    let mut word = if is_word { bits } else { 0 };
    let mut left = beyond & !bits;
    while left != 0 {
        let place = left.trailing_zeros() as usize;
        let Some(c) = text[at + place..].chars().next() else { break };
        let all = ((1u128 << c.len_utf8()) - 1) << place;
        let is_word = is_word_char(c);
        if is_word {
            word |= all as u64;
        }
        *carried = ((all >> BLOCK) as u64, is_word);
        left &= !(all as u64);
    }
    word
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn words_are_those_that_a_walk_over_the_characters_finds(text in "([a-c0 .é—中😀\n]{0,60}|[a-c]{60,70}|[a-c]{180}){0,5}") {
            let mut expected = Vec::new();
            let mut inside = false;
            for (at, c) in text.char_indices() {
                if is_word_char(c) && !inside {
                    let rest = &text[at..];
                    expected.push((at, rest.find(|c| !is_word_char(c)).unwrap_or(rest.len())));
                }
                inside = is_word_char(c);
            }
            let mut found = Vec::new();
            for_each_word(&text, |at, length| found.push((at, length)));
            prop_assert_eq!(found.len(), expected.len());
            for (found, expected) in found.into_iter().zip(expected) {
                let is_cut = expected.1 > BLOCK && found == (expected.0, BLOCK);
                prop_assert!(found == expected || is_cut, "{found:?} {expected:?}");
            }
        }

        #[test]
        fn no_literal_is_turned_away_where_it_stands(
            literals in prop::collection::vec(("[ab]{1,10}( [ab])?", any::<bool>()), 0..20),
            after in "[ab ]{0,3}",
        ) {
            let first = KeyWords::new(literals.iter().map(|(literal, open)| (literal.as_str(), *open)));
            for (literal, open) in &literals {
                let text = if *open { format!("{literal}{after}") } else { format!("{literal} {after}") };
                let length = text.find(' ').unwrap_or(text.len());
                prop_assert!(first.may_be(text.as_bytes(), length), "{text:?}");
            }
        }
    }
}
