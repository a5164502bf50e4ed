//! Scripts, as far as they tell languages: most scripts are written by one language, or hardly by another.

use crate::bits::ascii_run;
use crate::letters::is_alphabetic;

/// The script of a letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Script {
    /// Written by many languages: words must tell.
    Shared,
    /// Han characters: Chinese, unless there are kana.
    Han,
    /// Written by one language, and by hardly any other.
    Of(&'static str),
}

/// Blocks of letters, in their order.
const BLOCKS: &[(u32, u32, Script)] = &[
    (0x41, 0x2af, Script::Shared),
    (0x370, 0x3ff, Script::Of("el")),
    (0x400, 0x52f, Script::Shared),
    (0x531, 0x58f, Script::Of("hy")),
    (0x590, 0x5ff, Script::Of("he")),
    (0x600, 0x77f, Script::Shared),
    (0x900, 0x97f, Script::Shared),
    (0x980, 0x9ff, Script::Of("bn")),
    (0xa00, 0xa7f, Script::Of("pa")),
    (0xa80, 0xaff, Script::Of("gu")),
    (0xb80, 0xbff, Script::Of("ta")),
    (0xc00, 0xc7f, Script::Of("te")),
    (0xc80, 0xcff, Script::Of("kn")),
    (0xd00, 0xd7f, Script::Of("ml")),
    (0xd80, 0xdff, Script::Of("si")),
    (0xe00, 0xe7f, Script::Of("th")),
    (0xe80, 0xeff, Script::Of("lo")),
    (0x1000, 0x109f, Script::Of("my")),
    (0x10a0, 0x10ff, Script::Of("ka")),
    (0x1100, 0x11ff, Script::Of("ko")),
    (0x1200, 0x137f, Script::Of("am")),
    (0x1780, 0x17ff, Script::Of("km")),
    (0x1e00, 0x1eff, Script::Shared),
    (0x1f00, 0x1fff, Script::Of("el")),
    (0x3040, 0x30ff, Script::Of("ja")),
    (0x3400, 0x9fff, Script::Han),
    (0xac00, 0xd7af, Script::Of("ko")),
    (0xf900, 0xfaff, Script::Han),
];

/// Of so many Han characters and kana one kana is enough for Japanese; Chinese quotes a word of it at most.
const KANA_SHARE: usize = 8;

impl Script {
    /// The script of most of `text` by the bytes of its letters (a character of Han says as much as three letters), Han with kana being Japanese; nothing when there are no letters.
    pub(super) fn of(text: &str) -> Option<Self> {
        if text.is_ascii() {
            return text.bytes().any(|byte| byte.is_ascii_alphabetic()).then_some(Self::Shared);
        }
        let mut counts = [0usize; BLOCKS.len()];
        // The letters of ASCII are the first block's, and most.
        counts[0] = text.bytes().filter(u8::is_ascii_alphabetic).count();
        let mut rest = beyond_ascii(text);
        while let Some(c) = rest.chars().next() {
            rest = beyond_ascii(&rest[c.len_utf8()..]);
            if let Some(at) = block(c).filter(|_| is_alphabetic(c)) {
                counts[at] += c.len_utf8();
            }
        }
        if counts[1..].iter().all(|count| *count == 0) {
            return (counts[0] > 0).then_some(Self::Shared);
        }
        let of = |script| {
            let of_it = BLOCKS.iter().zip(&counts).filter(|((_, _, own), _)| *own == script);
            of_it.map(|(_, count)| count).sum::<usize>()
        };
        let (han, kana) = (of(Self::Han), of(Self::Of("ja")));
        if han > 0 && kana * KANA_SHARE >= han + kana {
            counts
                .iter_mut()
                .zip(BLOCKS)
                .filter(|(_, (.., own))| *own == Self::Of("ja"))
                .for_each(|(count, _)| *count += han);
        }
        let (most, (.., script)) = counts.iter().zip(BLOCKS).max_by_key(|(count, _)| **count)?;
        (*most > 0).then_some(*script)
    }
}

/// What stands from the first character beyond ASCII on.
fn beyond_ascii(text: &str) -> &str {
    &text[ascii_run(text.as_bytes())..]
}

fn block(c: char) -> Option<usize> {
    let code = c as u32;
    let at = BLOCKS.partition_point(|(first, ..)| *first <= code).checked_sub(1)?;
    (code <= BLOCKS[at].1).then_some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn most_letters_tell() {
        assert_eq!(Script::of("Η επιτροπή (the committee of the town)"), Some(Script::Shared));
        assert_eq!(Script::of("Η επιτροπή άκουσε (EU)"), Some(Script::Of("el")));
        assert_eq!(Script::of("委員会は火曜日に開かれた"), Some(Script::Of("ja")));
        assert_eq!(Script::of("委员会星期二开会"), Some(Script::Han));
        assert_eq!(Script::of("위원회는 화요일에 열렸다"), Some(Script::Of("ko")));
        assert_eq!(Script::of("12 + 3 → …"), None);
    }

    #[test]
    fn blocks_stand_in_order() {
        assert!(BLOCKS.windows(2).all(|pair| pair[0].1 < pair[1].0));
        assert!(BLOCKS.iter().all(|(first, last, _)| first <= last));
    }
}
