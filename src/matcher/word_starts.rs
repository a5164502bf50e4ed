//! Where words begin in a folded text, and whether any literal begins with such a word: nearly all are turned away here, by
//! one or two looks.

use super::marks::{Bitmap, mark, spread};
use super::wanted::is_word_char;
use crate::bits::{BLOCK, Block, first_eight, first_of};

/// Bytes of a word that its mark tells apart.
const MARKED: usize = 8;
/// Bytes of the first words that literals end within, at most.
const MOST_CUT: usize = 3;

/// The first words of literals.
#[derive(Debug)]
pub(super) struct FirstWords {
    whole: Bitmap,
    /// The first `cut` bytes of those that may be longer in the text.
    begun: Bitmap,
    cut: usize,
}

impl FirstWords {
    /// The first words of `literals`, which begin with one; of those that are nothing but that word, the second tells whether
    /// the word may go on.
    pub(super) fn new<'l>(literals: impl Iterator<Item = (&'l str, bool)> + Clone) -> Self {
        let words = literals.map(|(literal, open)| {
            let end = literal.find(|c| !is_word_char(c)).unwrap_or(literal.len());
            (&literal.as_bytes()[..end], open && end == literal.len())
        });
        let count = |open: bool| words.clone().filter(|word| word.1 == open).count();
        let bitmap = |count: usize| match count {
            0 => Bitmap::default(),
            count => Bitmap::new(count, 32, 1 << 16),
        };
        let shortest = words.clone().filter(|word| word.1).map(|(word, _)| word.len()).min();
        let mut first = Self {
            whole: bitmap(count(false)),
            begun: bitmap(count(true)),
            cut: shortest.unwrap_or(MOST_CUT).clamp(1, MOST_CUT),
        };
        for (word, open) in words {
            if open {
                first.begun.insert(first.cut_mark(first_eight(word)));
            } else {
                first.whole.insert(mark(first_eight(word), word.len().min(MARKED)));
            }
        }
        first
    }

    fn cut_mark(&self, eight: u64) -> u64 {
        spread(first_of(eight, self.cut))
    }

    /// Whether a literal may begin with the word at the front of `rest`, of `length` bytes if that is known; a no is certain.
    #[inline]
    pub(super) fn may_be(&self, rest: &[u8], length: Option<usize>) -> bool {
        let eight = first_eight(rest);
        let whole = self.whole.contains(mark(eight, length.unwrap_or(MARKED).min(MARKED)));
        length.is_none() | whole | self.begun.contains(self.cut_mark(eight))
    }
}

/// Calls `visit` with the byte offset of every word of a folded text, and how many bytes it has; `None` where that is not seen
/// at once.
#[inline(always)]
pub(super) fn for_each_word(text: &str, mut visit: impl FnMut(usize, Option<usize>)) {
    let bytes = text.as_bytes();
    // Whether a word goes on from the block before, and the bits of a character that does.
    let (mut inside, mut carried) = (0u64, (0u64, false));
    for at in (0..bytes.len()).step_by(BLOCK) {
        let block = Block::of(&bytes[at..]);
        let mut word = block.letters | block.digits;
        if block.beyond != 0 {
            word |= words_beyond(text, at, block.beyond, &mut carried);
        }
        let mut starts = word & !(word << 1 | inside);
        while starts != 0 {
            let start = starts.trailing_zeros() as usize;
            starts &= starts - 1;
            let length = (!(word >> start)).trailing_zeros() as usize;
            visit(at + start, (start + length < BLOCK).then_some(length));
        }
        inside = word >> (BLOCK - 1);
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
        fn words_are_those_that_a_walk_over_the_characters_finds(text in "[a-c0 .é—中😀\n]{0,200}") {
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
            for ((at, length), expected) in found.into_iter().zip(expected) {
                prop_assert_eq!((at, length.unwrap_or(expected.1)), expected);
            }
        }

        #[test]
        fn no_literal_is_turned_away_where_it_stands(
            literals in prop::collection::vec(("[ab]{1,10}( [ab])?", any::<bool>()), 0..20),
            after in "[ab ]{0,3}",
        ) {
            let first = FirstWords::new(literals.iter().map(|(literal, open)| (literal.as_str(), *open)));
            for (literal, open) in &literals {
                let text = if *open { format!("{literal}{after}") } else { format!("{literal} {after}") };
                let length = text.find(' ').unwrap_or(text.len());
                prop_assert!(first.may_be(text.as_bytes(), Some(length)), "{text:?}");
            }
        }
    }
}
