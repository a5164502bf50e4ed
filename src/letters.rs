//! Which characters are letters: the standard library's answer, by one look into a table. Its own tables are searched, and
//! text that is not English asks for every second character. And how many characters there are.

use std::ops::Range;
use std::sync::LazyLock;

/// A bit for each character of the Basic Multilingual Plane.
type Plane = Box<[u64; 1 << 10]>;

static ALPHABETIC: LazyLock<Plane> = LazyLock::new(|| plane(char::is_alphabetic));
static NUMERIC: LazyLock<Plane> = LazyLock::new(|| plane(char::is_numeric));

/// Han, Yi, Hangul and what is for private use, by whole words: of each one character answers for all. They are most of the
/// plane, and a program that starts up has no time for them.
const ALIKE: [Range<u32>; 5] =
    [0x3400..0x4dc0, 0x4e00..0xa000, 0xa000..0xa480, 0xac00..0xd780, 0xe000..0xf900];

fn plane(is: fn(char) -> bool) -> Plane {
    let holds = |c: u32| u64::from(char::from_u32(c).is_some_and(is));
    let word = |word: usize| {
        let first = 64 * word as u32;
        if ALIKE.iter().any(|alike| alike.contains(&first)) {
            return holds(first) * u64::MAX;
        }
        (0..64).fold(0, |row, bit| row | holds(first + bit) << bit)
    };
    Box::new(std::array::from_fn(word))
}

fn holds(plane: &LazyLock<Plane>, c: char, otherwise: fn(char) -> bool) -> bool {
    match plane.get(c as usize / 64) {
        Some(word) => word >> (c as usize % 64) & 1 != 0,
        None => otherwise(c),
    }
}

/// Whether `c` is a letter, as [`char::is_alphabetic`] says.
#[inline]
pub(crate) fn is_alphabetic(c: char) -> bool {
    if c.is_ascii() { c.is_ascii_alphabetic() } else { holds(&ALPHABETIC, c, char::is_alphabetic) }
}

/// Whether `c` is a numeral, as [`char::is_numeric`] says.
#[inline]
pub(crate) fn is_numeric(c: char) -> bool {
    if c.is_ascii() { c.is_ascii_digit() } else { holds(&NUMERIC, c, char::is_numeric) }
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
