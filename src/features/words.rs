//! The words of every line, hashed once: topics, repetitions and fitted n-grams all work on the same numbers.
//!
//! A word is a run of letters of the folded line; digits are one digit, whatever they were, so that dates and counters
//! look alike. In scripts without spaces every character is a word. The two high bits of a hash tell a word's weight.

use crate::bits::{BLOCK, Block, first_eight, first_of};
use crate::matcher::PageView;
use foldhash::fast::FixedState;
use std::hash::BuildHasher;

/// Words of a line that are looked at, at most: a long line is prose whatever stands in its middle.
pub(super) const MOST: usize = 96;
/// How a word counts, in the two high bits of its hash.
const CLASS_SHIFT: u32 = 30;
/// Three letters or fewer, mostly function words.
pub(super) const SHORT: u32 = 0;
/// Four or five letters.
pub(super) const MIDDLE: u32 = 1;
/// Six letters or more, or one character of a script without spaces.
pub(super) const LONG: u32 = 2;
/// A number.
pub(super) const NUMBER: u32 = 3;

/// The hashed words of a page's lines.
#[derive(Debug, Default)]
pub(super) struct Words {
    hashes: Vec<u32>,
    starts: Vec<u32>,
    /// A hash of all words of each line.
    keys: Vec<u64>,
    /// For each line the one above with the same text, if there is one.
    twins: Vec<Option<u32>>,
}

impl Words {
    pub(super) fn read(&mut self, view: &PageView<'_>) {
        let lines = view.lines.lines.iter().enumerate();
        self.read_lines(lines.map(|(at, line)| (view.folded(at), line.twin)));
    }

    /// Reads folded lines, with their twins above.
    pub(super) fn read_lines<'a>(&mut self, lines: impl Iterator<Item = (&'a str, Option<u32>)>) {
        self.hashes.clear();
        self.starts.clear();
        self.keys.clear();
        self.twins.clear();
        for (line, twin) in lines {
            let start = self.hashes.len();
            self.starts.push(start as u32);
            match twin.map(|twin| twin as usize) {
                Some(twin) => {
                    self.hashes
                        .extend_from_within(self.starts[twin] as usize..self.starts[twin + 1] as usize);
                    self.keys.push(self.keys[twin]);
                }
                None => {
                    hash_words(line.as_bytes(), &mut self.hashes);
                    self.keys.push(key(&self.hashes[start..]));
                }
            }
            self.twins.push(twin);
        }
        self.starts.push(self.hashes.len() as u32);
    }

    /// For each line the one above with the same words, if it is known.
    pub(super) fn twins(&self) -> &[Option<u32>] {
        &self.twins
    }

    /// For each line the [`key`] of its words.
    pub(super) fn keys(&self) -> &[u64] {
        &self.keys
    }

    /// The words of one line.
    pub(super) fn of(&self, line: usize) -> &[u32] {
        &self.hashes[self.starts[line] as usize..self.starts[line + 1] as usize]
    }

    /// The words of all lines.
    pub(super) fn all(&self) -> &[u32] {
        &self.hashes
    }
}

/// What the same words in the same order share.
pub(super) fn key(words: &[u32]) -> u64 {
    FixedState::default().hash_one(words)
}

/// The class of a hashed word.
pub(super) fn class(word: u32) -> u32 {
    word >> CLASS_SHIFT
}

/// Whether a word tells of a topic.
pub(super) fn tells(word: u32) -> bool {
    matches!(class(word), MIDDLE | LONG)
}

const LETTER: u8 = 1;
const DIGIT: u8 = 2;
/// The first byte of a character of three bytes in a script without spaces.
const ALONE: u8 = 3;
/// The first byte of general punctuation.
const SIGN: u8 = 4;

const CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        classes[byte] = match byte as u8 {
            b'a'..=b'z' | b'A'..=b'Z' => LETTER,
            b'0'..=b'9' => DIGIT,
            0xe2 => SIGN,
            0xe3..=0xe9 => ALONE,
            0x80..=0xff => LETTER,
            _ => 0,
        };
        byte += 1;
    }
    classes
};

/// Adds the hashes of the words of a folded line.
pub(super) fn hash_words(bytes: &[u8], hashes: &mut Vec<u32>) {
    if bytes.is_ascii() { hash_ascii_words(bytes, hashes) } else { hash_any_words(bytes, hashes) }
}

/// The hashes of words of ASCII, whose ends are seen before they are read: a loop that ends with a word is guessed wrong at
/// every word.
fn hash_ascii_words(bytes: &[u8], hashes: &mut Vec<u32>) {
    let full = hashes.len() + MOST;
    let mut at = 0;
    while at < bytes.len() && hashes.len() < full {
        let rest = &bytes[at..];
        let Block { letters, digits, .. } = Block::of(rest);
        let firsts = |row: u64| row & !(row << 1);
        let mut starts = firsts(letters) | firsts(digits);
        let mut next = BLOCK;
        while starts != 0 {
            let start = starts.trailing_zeros() as usize;
            starts &= starts - 1;
            let is_number = digits >> start & 1 != 0;
            let row = if is_number { digits } else { letters };
            let mut length = (!(row >> start)).trailing_zeros() as usize;
            if start + length == BLOCK && rest.len() > BLOCK {
                // It may go on in the next block.
                if start > 0 {
                    next = start;
                    break;
                }
                let class = CLASSES[usize::from(rest[0])];
                length = rest.iter().take_while(|&&byte| CLASSES[usize::from(byte)] == class).count();
                next = length;
            }
            hashes.push(if is_number {
                stamp(HASH_OF_NUMBERS, NUMBER)
            } else {
                stamp(hash_front(&rest[start..], length), class_of(length))
            });
        }
        at += next;
    }
    hashes.truncate(full);
}

/// The hash of the first `length` bytes, one or more. Of up to eight all have the same steps, and those that were too many are
/// undone: zeros only multiply, and an odd number has an inverse.
#[inline]
fn hash_front(rest: &[u8], length: usize) -> u32 {
    let Some(undo) = UNDO.get(length) else { return hash(&rest[..length]) };
    let own = first_of(first_eight(rest), length);
    hash(&own.to_le_bytes()).wrapping_mul(*undo)
}

/// For each length up to eight what a hash of so many bytes and zeros behind them is multiplied by to get that of the bytes.
const UNDO: [u32; 9] = {
    // Each round doubles the bits of the inverse that are right.
    let (mut inverse, mut round) = (PRIME, 0);
    while round < 4 {
        inverse = inverse.wrapping_mul(2u32.wrapping_sub(PRIME.wrapping_mul(inverse)));
        round += 1;
    }
    let (mut undo, mut length) = ([1u32; 9], 8);
    while length > 0 {
        length -= 1;
        undo[length] = undo[length + 1].wrapping_mul(inverse);
    }
    undo
};

/// The class of a word of so many bytes, without a branch.
fn class_of(letters: usize) -> u32 {
    const { assert!(SHORT == 0 && MIDDLE == 1 && LONG == 2) };
    u32::from(letters > 3) + u32::from(letters > 5)
}

/// The same of bytes of any script, byte by byte.
fn hash_any_words(bytes: &[u8], hashes: &mut Vec<u32>) {
    let full = hashes.len() + MOST;
    let mut at = 0;
    while at < bytes.len() && hashes.len() < full {
        match CLASSES[usize::from(bytes[at])] {
            LETTER => {
                let start = at;
                let mut hash = HASH_OF_NOTHING;
                // Slices walk without asking at every byte whether it is in bounds.
                for &byte in &bytes[start..] {
                    if CLASSES[usize::from(byte)] != LETTER {
                        break;
                    }
                    hash = hash_on(hash, byte);
                    at += 1;
                }
                hashes.push(stamp(hash, class_of(at - start)));
            }
            DIGIT => {
                while at < bytes.len() && CLASSES[usize::from(bytes[at])] == DIGIT {
                    at += 1;
                }
                hashes.push(stamp(HASH_OF_NUMBERS, NUMBER));
            }
            ALONE => {
                // Three bytes a character; ideographic punctuation parts words and is none.
                let end = (at + 3).min(bytes.len());
                if bytes[at..end] < [0xe3, 0x81][..] {
                    at = end;
                    continue;
                }
                hashes.push(stamp(hash(&bytes[at..end]), LONG));
                at = end;
            }
            SIGN => at = (at + 3).min(bytes.len()),
            _ => at += 1,
        }
    }
}

/// What stands for all numbers.
const HASH_OF_NUMBERS: u32 = 0x2545_f491;
/// The hash of no bytes.
pub(super) const HASH_OF_NOTHING: u32 = 0x811c_9dc5;

const PRIME: u32 = 0x0100_0193;

/// FNV-1a, a byte further: hashes that stand in weights must not change with a library.
pub(super) fn hash_on(hash: u32, byte: u8) -> u32 {
    (hash ^ u32::from(byte)).wrapping_mul(PRIME)
}

/// The hash of a word as it stands.
pub(super) fn hash(word: &[u8]) -> u32 {
    word.iter().fold(HASH_OF_NOTHING, |hash, &byte| hash_on(hash, byte))
}

fn stamp(hash: u32, class: u32) -> u32 {
    // The low bits of the last multiplication are its best; the high ones make room for the class.
    ((hash ^ (hash >> 15)) & ((1 << CLASS_SHIFT) - 1)) | (class << CLASS_SHIFT)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn words(text: &str) -> Vec<u32> {
        let mut hashes = Vec::new();
        hash_words(text.as_bytes(), &mut hashes);
        hashes
    }

    #[test]
    fn numbers_are_alike_and_words_are_told_by_length() {
        assert_eq!(words("3 comments"), words("417 comments"));
        assert_eq!(
            words("it said yesterday 9").iter().map(|&word| class(word)).collect::<Vec<_>>(),
            [0, 1, 2, 3]
        );
    }

    #[test]
    fn characters_without_spaces_are_words_and_their_punctuation_is_not() {
        assert_eq!(words("他走了。").len(), 3);
        assert_eq!(words("“она” — да").len(), 2);
    }

    proptest! {
        #[test]
        fn words_of_ascii_are_those_that_a_walk_over_the_bytes_finds(
            line in "([a-c]{0,9}|[0-9]{1,3}|[ .-]|[a-c]{60,70}|[0-9]{130}){0,40}",
        ) {
            let (mut by_blocks, mut by_bytes) = (Vec::new(), Vec::new());
            hash_ascii_words(line.as_bytes(), &mut by_blocks);
            hash_any_words(line.as_bytes(), &mut by_bytes);
            prop_assert_eq!(by_blocks, by_bytes);
        }
    }
}
