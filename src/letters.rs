//! Which characters are letters: the standard library's answer, by one look into a table. Its own tables are searched, and
//! text that is not English asks for every second character. And how many characters there are.

use std::sync::LazyLock;

/// A bit for each character of the Basic Multilingual Plane.
type Plane = Box<[u64; 1 << 10]>;

static ALPHABETIC: LazyLock<Plane> = LazyLock::new(|| plane(char::is_alphabetic));
static NUMERIC: LazyLock<Plane> = LazyLock::new(|| plane(char::is_numeric));

fn plane(is: fn(char) -> bool) -> Plane {
    let mut plane = Box::new([0; 1 << 10]);
    for c in ('\0'..='\u{ffff}').filter(|&c| is(c)) {
        plane[c as usize / 64] |= 1 << (c as usize % 64);
    }
    plane
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
