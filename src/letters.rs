//! Which characters are letters: the standard library's answer, by one look into a table. Its own tables are searched, and
//! text that is not English asks for every second character.

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
}
