//! Texts of which each character folds by itself, as those of nearly all phrases do: a program that starts up folds thousands.

use super::quick;
use crate::bits::{first_bits, first_eight};

/// Whether folding changes nothing of `text` but its case, as long as its ends are not trimmed: it is ASCII without control
/// characters or double spaces.
pub(crate) fn is_plain(text: &str) -> bool {
    matches!(Look::of(text), Look { is_ascii: true, is_even: true })
}

/// What the bytes of a text tell of its fold.
struct Look {
    is_ascii: bool,
    /// There are no double spaces, and none of the control characters of ASCII.
    is_even: bool,
}

impl Look {
    /// Eight bytes are looked at at once, without a branch: phrases are short.
    fn of(text: &str) -> Self {
        const EACH: u64 = 0x0101_0101_0101_0101;
        const HIGH: u64 = 0x80 * EACH;
        let (mut beyond, mut odd, mut after_space) = (0, 0, 0);
        let mut look = |eight: u64| {
            // Seven bits of each byte are added, so that no byte reaches the next one.
            let is_not = |byte: u64| {
                let other = eight ^ (byte * EACH);
                ((other & !HIGH) + !HIGH) | other
            };
            let is_shown = ((eight & !HIGH) + (0x80 - 0x20) * EACH) | eight;
            let spaces = !is_not(0x20) & HIGH;
            odd |= ((!is_shown | !is_not(0x7f)) & HIGH) | (spaces & (spaces << 8 | after_space));
            after_space = spaces >> 56;
            beyond |= eight & HIGH;
        };
        let (eights, rest) = text.as_bytes().as_chunks::<8>();
        eights.iter().for_each(|eight| look(u64::from_le_bytes(*eight)));
        if !rest.is_empty() {
            // What is missing is as good as a letter.
            let missing = !first_bits(8 * rest.len());
            look(first_eight(rest) | (missing & (u64::from(b'x') * EACH)));
        }
        Self { is_ascii: beyond == 0, is_even: odd == 0 }
    }
}

/// The normal form of a trimmed text but for its ends, where each of its characters folds alone, to one character that is
/// no space beside another.
pub(super) fn fold_alone(text: &str) -> Option<String> {
    let look = Look::of(text);
    if !look.is_even {
        return None;
    }
    // What folds quickly and ASCII alike neither compose with what stands before them nor with each other. Most phrases are
    // written in lower case.
    if look.is_ascii || text.chars().all(|c| c.is_ascii() || quick(c) == Some(c)) {
        return Some(text.to_ascii_lowercase());
    }
    let alone = |c: char| match c {
        '\0'..='\x7f' => Some(c.to_ascii_lowercase()),
        _ => quick(c).filter(|&folded| folded != ' '),
    };
    text.chars().map(alone).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_look_tells_what_the_bytes_say_wherever_they_stand() {
        for (odd, is_ascii, is_even) in [
            ("", true, true),
            (" ", true, true),
            ("  ", true, false),
            ("\t", true, false),
            ("\u{1f}", true, false),
            ("~", true, true),
            ("\u{7f}", true, false),
            ("é", false, true),
            ("\u{a0}", false, true),
            ("ﺠ", false, true),
            (" é \0", false, false),
        ] {
            for at in 0..20 {
                let text = format!("{}{odd}{}", "s".repeat(at), "s".repeat(19 - at));
                let look = Look::of(&text);
                assert_eq!((look.is_ascii, look.is_even), (is_ascii, is_even), "{text:?}");
                assert_eq!(is_plain(&text), is_ascii && is_even, "{text:?}");
            }
        }
    }
}
