//! Which characters are letters: the standard library's answer, by one look into a table. Its own tables are searched, and
//! text that is not English asks for every second character. And how many characters there are.

use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};

/// Characters that a word of a table answers for: as many as leave room for a sign that it does.
const WORD: u32 = 32;
/// What a word holds that knows its characters.
const KNOWN: u64 = 1 << WORD;

/// A bit for each character of the Basic Multilingual Plane, asked for when a text first holds one of its neighbours: a program
/// that starts up has no time for scripts that never come.
///
/// A word says all that it says at once, and every thread would write the same, so no order between words matters.
struct Plane {
    is: fn(char) -> bool,
    words: [AtomicU64; 0x10000 / WORD as usize],
}

static ALPHABETIC: Plane = Plane::new(char::is_alphabetic);
static NUMERIC: Plane = Plane::new(char::is_numeric);

/// Han, Yi, Hangul and what is for private use, by whole words: of each one character answers for all. They are most of the
/// plane, and a text of theirs asks for many words.
const ALIKE: [Range<u32>; 5] =
    [0x3400..0x4dc0, 0x4e00..0xa000, 0xa000..0xa480, 0xac00..0xd780, 0xe000..0xf900];

impl Plane {
    const fn new(is: fn(char) -> bool) -> Self {
        Self { is, words: [const { AtomicU64::new(0) }; 0x10000 / WORD as usize] }
    }

    #[inline]
    fn holds(&self, c: char) -> bool {
        let c = c as u32;
        let Some(word) = self.words.get((c / WORD) as usize) else { return self.ask(c) };
        let mut bits = word.load(Ordering::Relaxed);
        if bits & KNOWN == 0 {
            bits = self.ask_all(c / WORD * WORD);
            word.store(bits, Ordering::Relaxed);
        }
        bits >> (c % WORD) & 1 != 0
    }

    /// A word: what the standard library says of the characters from `first` on.
    #[cold]
    fn ask_all(&self, first: u32) -> u64 {
        if ALIKE.iter().any(|alike| alike.contains(&first)) {
            return if self.ask(first) { KNOWN | (KNOWN - 1) } else { KNOWN };
        }
        (0..WORD).fold(KNOWN, |bits, bit| bits | u64::from(self.ask(first + bit)) << bit)
    }

    fn ask(&self, c: u32) -> bool {
        char::from_u32(c).is_some_and(self.is)
    }
}

/// Whether `c` is a letter, as [`char::is_alphabetic`] says.
#[inline]
pub(crate) fn is_alphabetic(c: char) -> bool {
    if c.is_ascii() { c.is_ascii_alphabetic() } else { ALPHABETIC.holds(c) }
}

/// Whether `c` is a numeral, as [`char::is_numeric`] says.
#[inline]
pub(crate) fn is_numeric(c: char) -> bool {
    if c.is_ascii() { c.is_ascii_digit() } else { NUMERIC.holds(c) }
}

/// Whether `c` is a letter or a numeral, as [`char::is_alphanumeric`] says.
#[inline]
pub(crate) fn is_alphanumeric(c: char) -> bool {
    is_alphabetic(c) || is_numeric(c)
}

/// Bytes whose sum of ones is a byte too, in whole registers.
const PIECE: usize = 224;

/// How many characters a text has: of each one byte continues no other. Sums of bytes are taken of many at once.
pub(crate) fn count(text: &str) -> usize {
    let begins = |byte: &u8| u8::from(byte & 0xc0 != 0x80);
    let (pieces, rest) = text.as_bytes().as_chunks::<PIECE>();
    let sums = pieces.iter().map(|bytes| usize::from(bytes.iter().map(begins).sum::<u8>()));
    sums.sum::<usize>() + usize::from(rest.iter().map(begins).sum::<u8>())
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_tables_say_what_the_standard_library_says() {
        for c in '\0'..=char::MAX {
            assert_eq!(super::is_alphabetic(c), c.is_alphabetic(), "{c:?}");
            assert_eq!(super::is_numeric(c), c.is_numeric(), "{c:?}");
            assert_eq!(super::is_alphanumeric(c), c.is_alphanumeric(), "{c:?}");
        }
    }

    #[test]
    fn characters_are_counted_as_the_standard_library_does() {
        for text in ["", "Straße", &"é".repeat(200), &"日本a".repeat(300)] {
            assert_eq!(super::count(text), text.chars().count());
        }
    }
}
