//! What a line looks like on its own: counts over its bytes, and how it begins and ends.
//!
//! A block of bytes is looked at at once: letters and digits are counted as bits. What is left, signs mostly, takes one look-up
//! and one addition a byte: a class's count is eight bits of a word that holds the counts of all classes, and is emptied before
//! it can overflow. Scripts beyond ASCII are told apart only where words begin.

use super::Table;
use super::columns::Column as C;
use super::scale::{flag, log, share};
use crate::bits::{BLOCK, Block};
use crate::model::{Line, Shapes};
use std::sync::LazyLock;

/// Bytes counted before the packed counters are emptied: whole blocks, and fewer than one of them can count.
const FULL: usize = 3 * BLOCK;
const _: () = assert!(FULL <= 255);

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

const MARK: u64 = 1;
const COMMA: u64 = 1 << 8;
const STOP: u64 = 1 << 16;
const PARTING: u64 = 1 << 24;
const BEYOND: u64 = 1 << 32;
const QUESTION: u64 = 1 << 40;

const CLASSES: [u64; 256] = {
    let mut classes = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        classes[byte] = match byte as u8 {
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
        let mut packed = [0; 8];
        // Whether the block before ended within a run; what stands before the line is white space.
        let mut before = 0;
        for (part, bytes) in bytes.chunks(FULL).enumerate() {
            let mut sum = 0u64;
            for (index, rest) in bytes.chunks(BLOCK).enumerate() {
                let block = Block::of(rest);
                own.upper += block.upper.count_ones();
                own.digits += block.digits.count_ones();
                let ink = !(block.spaces | block.controls);
                let mut others = ink & !(block.letters | block.digits);
                while others != 0 {
                    sum += CLASSES[usize::from(rest[others.trailing_zeros() as usize])];
                    others &= others - 1;
                }
                let begins = ink & !(ink << 1 | before);
                before = ink >> (BLOCK - 1);
                own.count_pieces(line, part * FULL + index * BLOCK, begins, &block);
            }
            packed.iter_mut().zip(sum.to_le_bytes()).for_each(|(count, field)| *count += u32::from(field));
        }
        [own.marks, own.commas, own.stops, own.partings, own.beyond, own.questions, ..] = packed;
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

    /// Counts the runs without white space that begin in the block at byte `base` of the line, and those that begin with an
    /// upper-case letter.
    #[inline]
    fn count_pieces(&mut self, line: &str, base: usize, begins: u64, block: &Block) {
        self.pieces += begins.count_ones();
        self.capitals += (begins & block.upper).count_ones();
        let mut beyond = begins & block.beyond;
        while beyond != 0 {
            let at = base + beyond.trailing_zeros() as usize;
            self.capitals += u32::from(line[at..].chars().next().is_some_and(char::is_uppercase));
            beyond &= beyond - 1;
        }
    }
}

/// What lines are by themselves.
pub(super) fn fill(table: &mut Table, lines: &[Line], own: &[Own]) {
    table.fill(C::Words, lines.iter().map(|line| log(line.words)));
    table.fill(C::Chars, lines.iter().map(|line| log(line.chars)));
    table.fill(C::WordLength, lines.iter().map(|line| (8 * line.chars / line.words.max(1)).min(255) as u8));
    table.fill(C::Closed, lines.iter().map(|line| flag(line.closed)));
    table.fill(C::AfterBlank, lines.iter().map(|line| flag(line.after_blank)));
    table.fill(C::BeforeBlank, lines.iter().skip(1).map(|line| flag(line.after_blank)).chain([1]));
    table.fill(C::ZonePart, lines.iter().map(|line| line.zone as u8));
    table.fill(C::IsProse, lines.iter().map(|line| flag(line.prose)));
    table.fill(C::EndClass, own.iter().map(|own| own.end));
    table.fill(C::StartClass, own.iter().map(|own| own.start));
    let chars =
        |part: fn(&Own) -> u32| own.iter().zip(lines).map(move |(own, line)| share(part(own), line.chars));
    table.fill(C::DigitShare, chars(|own| own.digits));
    table.fill(C::UpperShare, chars(|own| own.upper));
    table.fill(C::MarkShare, chars(|own| own.marks));
    table.fill(C::NonAscii, chars(|own| own.beyond));
    table.fill(C::CapitalShare, own.iter().map(|own| share(own.capitals, own.pieces)));
    table.fill(C::Commas, own.iter().map(|own| log(own.commas)));
    table.fill(C::Stops, own.iter().map(|own| log(own.stops)));
    table.fill(C::Partings, own.iter().map(|own| log(own.partings)));
    let address = Shapes::URL.with(Shapes::EMAIL);
    let wordless = Shapes::CLOCK.with(Shapes::NUMBER);
    for (column, shapes) in [
        (C::ListItem, Shapes::LIST_ITEM),
        (C::QuoteMark, Shapes::QUOTE),
        (C::Code, Shapes::CODE),
        (C::TableRow, Shapes::TABLE_ROW),
        (C::TitleCase, Shapes::TITLE_CASE),
        (C::AllCaps, Shapes::ALL_CAPS),
        (C::Wordless, wordless),
        (C::Menu, Shapes::MENU),
        (C::Address, address),
    ] {
        // Most pages lack most shapes, and the table is 0 from the start.
        if lines.iter().any(|line| line.shapes.meets(shapes)) {
            table.fill(column, lines.iter().map(|line| flag(line.shapes.meets(shapes))));
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
        fn counts_are_those_of_a_plain_loop(line in "[aZÄß猫 \t0.,;!?|/>%~\u{a0}\u{7f}]{0,40}|[Aa猫.? ]{0,300}") {
            let own = Own::of(&line);
            let count = |is: fn(char) -> bool| line.chars().filter(|c| is(*c)).count() as u32;
            prop_assert_eq!(own.upper, count(|c| c.is_ascii_uppercase()));
            prop_assert_eq!(own.digits, count(|c| c.is_ascii_digit()));
            prop_assert_eq!(own.marks, count(|c| c.is_ascii_punctuation()));
            prop_assert_eq!(own.commas, count(|c| matches!(c, ',' | ';')));
            prop_assert_eq!(own.stops, count(|c| matches!(c, '.' | '!' | '?')));
            prop_assert_eq!(own.partings, count(|c| matches!(c, '|' | '/' | '>')));
            prop_assert_eq!(own.questions, count(|c| c == '?'));
            prop_assert_eq!(own.beyond, count(|c| !c.is_ascii()));
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
