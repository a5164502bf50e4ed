//! Where words begin in a folded text, and whether any literal is looked up by such a word: nearly all are turned away here,
//! by one or two looks.

use super::marks::spread;
use super::wanted::is_word_char;
use crate::bits::{BLOCK, Block, first_eight, first_of};

/// Bytes by which literals are told apart, if they have so many from their key word on: less is often a word alone.
pub(super) const TOLD: usize = 12;
/// Bytes of a whole word that tell it from others.
const MARKED: usize = 8;
/// The largest set: 128 KiB.
const MOST_ROWS: usize = 1 << 14;
/// The bit of a row for words that may go on behind the literal.
const OPEN: u64 = 1;

/// The words by which literals are looked up, with what comes next: a set that may hold a few more than were put in. All that a
/// word is asked for stands in one row, which its first bytes tell.
#[derive(Debug)]
pub(super) struct KeyWords {
    /// A bit for the first bytes of literals, for the key words of shorter ones as a whole, and for words that may go on.
    rows: Box<[u64]>,
    shift: u32,
    /// Bytes that tell the row: no more than any word has that may go on.
    front: usize,
}

impl KeyWords {
    /// The key words of `literals`, each the part from its key word on; the second tells whether a word that the literal ends with
    /// may go on.
    pub(super) fn new<'l>(literals: impl Iterator<Item = (&'l str, bool)> + Clone) -> Self {
        let words = literals.clone().map(|(literal, open)| {
            let end = literal.find(|c| !is_word_char(c)).unwrap_or(literal.len());
            let told = literal.as_bytes().first_chunk();
            (&literal.as_bytes()[..end], told, open && told.is_none() && end == literal.len())
        });
        let shortest = words.clone().filter(|word| word.2).map(|(word, ..)| word.len()).min();
        let rows = literals.count().next_power_of_two().clamp(2, MOST_ROWS);
        let mut words_known = Self {
            rows: vec![0; rows].into_boxed_slice(),
            shift: 64 - rows.trailing_zeros(),
            front: shortest.unwrap_or(MARKED).clamp(1, MARKED),
        };
        for (word, told, open) in words {
            let eight = first_eight(word);
            let bit = match told {
                Some(told) => told_bit(told),
                None if open => OPEN,
                None => word_bit(eight, word.len()),
            };
            let row = words_known.row(eight, word.len());
            words_known.rows[row] |= bit;
        }
        words_known
    }

    /// Whether a literal may be looked up by the word of `length` bytes at the front of `rest`; a no is certain.
    #[inline(always)]
    pub(super) fn may_be(&self, rest: &[u8], length: usize) -> bool {
        let (eight, told) = match rest.first_chunk() {
            Some(told) => (first_eight(told), told_bit(told)),
            None => (first_eight(rest), 0),
        };
        let row = self.rows.get(self.row(eight, length)).copied().unwrap_or(0);
        row & (OPEN | word_bit(eight, length) | told) != 0
    }

    /// The row of a word of `length` bytes, one or more, of which `eight` are the first.
    #[inline]
    fn row(&self, eight: u64, length: usize) -> usize {
        (spread(first_of(eight, length.min(self.front))) >> self.shift) as usize
    }
}

/// The bit of a whole word of `length` bytes, one or more, of which `eight` are the first.
#[inline]
fn word_bit(eight: u64, length: usize) -> u64 {
    let length = length.min(MARKED);
    bit(spread(first_of(eight, length) ^ (length as u64) << 56))
}

/// The bit of what a literal begins with. All of the bytes go into it.
#[inline]
fn told_bit(told: &[u8; TOLD]) -> u64 {
    let last = told.last_chunk().map_or(0, |last| u32::from_le_bytes(*last));
    bit((spread(first_eight(told)).rotate_left(29) ^ u64::from(last)).wrapping_mul(0xd6e8_feb8_6659_fd93))
}

#[inline]
fn bit(hash: u64) -> u64 {
    1 << (hash >> 58)
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
