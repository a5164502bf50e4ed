//! What a line looks like on its own: counts over its bytes, and how it begins and ends.
//!
//! One look-up and one addition a byte: a class's count is eight bits of a word that holds the counts of all classes, and
//! is emptied before it can overflow. Where words begin is seen for a block of bytes at once. Scripts beyond ASCII are told
//! apart only there.

use crate::segment::{BLOCK, Block};
use std::sync::LazyLock;

/// Bytes counted before the packed counters are emptied.
const FULL: usize = 255;

/// Counts over one raw line.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Own {
    pub(super) upper: u32,
    pub(super) digits: u32,
    /// ASCII punctuation and signs.
    pub(super) marks: u32,
    pub(super) commas: u32,
    pub(super) stops: u32,
    /// Signs that part labels: `|`, `/`, `>`.
    pub(super) partings: u32,
    /// Characters beyond ASCII.
    pub(super) beyond: u32,
    /// Runs without white space.
    pub(super) pieces: u32,
    /// Those that begin with an upper-case letter.
    pub(super) capitals: u32,
    pub(super) questions: u32,
    pub(super) start: u8,
    pub(super) end: u8,
}

const UPPER: u64 = 1;
const DIGIT: u64 = 1 << 8;
const MARK: u64 = 1 << 16;
const COMMA: u64 = 1 << 24;
const STOP: u64 = 1 << 32;
const PARTING: u64 = 1 << 40;
const BEYOND: u64 = 1 << 48;
const QUESTION: u64 = 1 << 56;

const CLASSES: [u64; 256] = {
    let mut classes = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        classes[byte] = match byte as u8 {
            b'A'..=b'Z' => UPPER,
            b'0'..=b'9' => DIGIT,
            b',' | b';' => MARK | COMMA,
            b'.' | b'!' => MARK | STOP,
            b'?' => MARK | STOP | QUESTION,
            b'|' | b'/' | b'>' => MARK | PARTING,
            b'!'..=b'~' if !(byte as u8).is_ascii_alphanumeric() => MARK,
            0xc0..=0xff => BEYOND,
            _ => 0,
        };
        byte += 1;
    }
    classes
};

impl Own {
    pub(super) fn of(line: &str) -> Self {
        let mut own = Self::default();
        let bytes = line.as_bytes();
        let mut packed = [0u64; 8];
        for chunk in bytes.chunks(FULL) {
            let sum = chunk.iter().fold(0u64, |sum, &byte| sum + CLASSES[usize::from(byte)]);
            for (count, field) in packed.iter_mut().zip(sum.to_le_bytes()) {
                *count += u64::from(field);
            }
        }
        [own.upper, own.digits, own.marks, own.commas, own.stops, own.partings, own.beyond, own.questions] =
            packed.map(|count| count as u32);
        own.count_pieces(line);
        own.start = match bytes.first() {
            Some(&byte) if byte.is_ascii() => STARTS[usize::from(byte)],
            _ => line.chars().next().map_or(0, start_class),
        };
        own.end = match bytes.last() {
            Some(&byte) if byte.is_ascii() => ENDS[usize::from(byte)],
            _ => line.chars().next_back().map_or(0, end_class),
        };
        own
    }

    /// Counts runs without white space, and those that begin with an upper-case letter.
    fn count_pieces(&mut self, line: &str) {
        // Whether the block before ended within a run; what stands before the line is white space.
        let mut before = 0;
        for (index, rest) in line.as_bytes().chunks(BLOCK).enumerate() {
            let block = Block::of(rest);
            let ink = !(block.spaces | block.controls);
            let begins = ink & !(ink << 1 | before);
            before = ink >> (BLOCK - 1);
            self.pieces += begins.count_ones();
            self.capitals += (begins & block.upper).count_ones();
            let mut beyond = begins & block.beyond;
            while beyond != 0 {
                let at = index * BLOCK + beyond.trailing_zeros() as usize;
                self.capitals += u32::from(line[at..].chars().next().is_some_and(char::is_uppercase));
                beyond &= beyond - 1;
            }
        }
    }
}

static STARTS: LazyLock<[u8; 128]> =
    LazyLock::new(|| std::array::from_fn(|byte| start_class(char::from(byte as u8))));
static ENDS: LazyLock<[u8; 128]> =
    LazyLock::new(|| std::array::from_fn(|byte| end_class(char::from(byte as u8))));

/// How a line begins: letters with case first, signs last, so that one comparison parts them.
fn start_class(c: char) -> u8 {
    match c {
        _ if c.is_uppercase() => 1,
        _ if c.is_lowercase() => 2,
        _ if c.is_alphabetic() => 3,
        _ if c.is_numeric() => 4,
        '"' | '\'' | '“' | '‘' | '«' | '„' | '「' | '『' | '《' => 5,
        '(' | '[' | '{' | '（' | '【' => 6,
        '@' | '#' | '$' | '€' | '£' | '¥' => 7,
        '-' | '*' | '•' | '–' | '—' | '·' | '●' | '▪' | '◦' | '■' => 8,
        _ => 9,
    }
}

/// How a line ends.
fn end_class(c: char) -> u8 {
    match c {
        '.' | '。' | '।' | '．' => 1,
        '!' | '！' => 2,
        '?' | '？' | '؟' => 3,
        '…' => 4,
        '"' | '\'' | '”' | '’' | '»' | '」' | '』' | '》' => 5,
        ')' | ']' | '）' | '】' => 6,
        ':' | '：' => 7,
        ',' | ';' | '，' | '、' | '；' => 8,
        _ if c.is_alphabetic() => 9,
        _ if c.is_numeric() => 10,
        _ => 11,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn counts_hold_beyond_the_packed_counters() {
        let line = "Aa, 1? ".repeat(300);
        let own = Own::of(&line);
        assert_eq!(
            (own.upper, own.digits, own.commas, own.questions, own.pieces, own.capitals),
            (300, 300, 300, 300, 600, 300)
        );
    }

    proptest! {
        #[test]
        fn pieces_are_those_of_a_plain_loop(line in "[aZÄß猫 \t0.\u{a0}]{0,40}") {
            let own = Own::of(&line);
            let (mut pieces, mut capitals, mut parted) = (0, 0, true);
            for c in line.chars() {
                let begins = parted && c > ' ';
                parted = c <= ' ';
                pieces += u32::from(begins);
                capitals += u32::from(begins && c.is_uppercase());
            }
            prop_assert_eq!((own.pieces, own.capitals), (pieces, capitals));
        }
    }

    #[test]
    fn sees_capitals_of_other_scripts_and_how_lines_begin_and_end() {
        let own = Own::of("Она сказала: Ладно");
        assert_eq!((own.capitals, own.start, own.end), (2, 1, 9));
        assert_eq!((Own::of("第一章。").start, Own::of("第一章。").end), (3, 1));
    }
}
