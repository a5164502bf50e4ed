//! What a line looks like: figures counted block by block, and the shapes that follow from them.
//!
//! Shapes are hints that rules combine with more; each is conservative, since a rule author reads its name and not
//! this file.

use crate::bits::{self, BLOCK, Block, first_bits};
use crate::letters::{is_alphabetic, is_alphanumeric, is_numeric};
use crate::model::{Shapes, Signs};
use memchr::memmem;
use std::ops::Range;

/// Counts over the characters of a line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Figures {
    pub(super) chars: u32,
    /// Words between white space that hold a letter or digit of a script with spaces.
    pub(super) spaced_words: u32,
    /// Characters of scripts without spaces.
    pub(super) unspaced_chars: u32,
    pub(super) digits: bool,
    pub(super) signs: Signs,
    /// Whether all white space within is single spaces.
    pub(super) single_spaced: bool,
    /// Whether there are letters, and lower-case ones.
    letters: bool,
    lower: bool,
    /// Whether there are control characters: tabs, mostly.
    controls: bool,
    title_case: bool,
}

impl Figures {
    /// The figures of the line that the bytes `span` of `text` are.
    pub(super) fn of(text: &str, span: Range<usize>) -> Self {
        let (line, length) = (&text[span.clone()], span.len());
        // What is counted of characters beyond ASCII is kept by itself, so that all else stays in registers.
        let mut beyond = Beyond::default();
        let (mut any, mut small) = (Block::default(), 0);
        let (mut signs, mut spaced_words, mut open) = (Signs::default(), 0, false);
        // Spaces behind spaces, and whether the block before ended with one.
        let (mut double, mut after_space) = (0, 0);
        // Whether there is a word behind a space that no title has.
        let mut untitled = 0;
        for base in (0..length).step_by(BLOCK) {
            let block = Block::within(text.as_bytes(), span.start + base..span.end);
            any = any.with(&block);
            let Block { letters, digits, .. } = block;
            let within = first_bits(length - base);
            let spaces = block.spaces & within;
            let own_small = letters & !block.upper;
            small |= own_small;
            untitled |= own_small & spaces << 1 & letters >> 1 & letters >> 2 & letters >> 3;
            double |= spaces & (spaces << 1 | after_space);
            after_space = spaces >> (BLOCK - 1);
            let mut left = within & !(letters | digits | spaces | block.beyond);
            let byte = |at: u32| line.as_bytes()[base + at as usize];
            while left != 0 {
                // Two at a time, be there one more or not, for most lines have one or two.
                let (first, last) = (left.trailing_zeros(), 63 - left.leading_zeros());
                signs = signs.with(Signs::of_ascii(byte(first))).with(Signs::of_ascii(byte(last)));
                left &= left - 1;
                left &= !(1 << last);
            }
            let mut word = Words { parts: block.spaces, letters: letters | digits };
            let controls = block.controls;
            if controls != 0 {
                word.parts |= bits::members(&[controls])
                    .filter(|&at| matches!(byte(at as u32), b'\t'..=b'\r'))
                    .fold(0, |breaks, at| breaks | 1 << at);
                double |= word.parts & controls;
            }
            if block.beyond != 0 || beyond.overhang > 0 {
                word = beyond.count(line, base, block.beyond, word);
            }
            spaced_words += word.count(&mut open);
        }
        spaced_words += u32::from(open);
        let plain = any.beyond == 0;
        if !plain {
            signs = signs.with(Signs::BEYOND_ASCII);
        }
        let lower = small != 0 || beyond.lower;
        let is_title = || match length {
            // All that was seen is the one block.
            ..=BLOCK if plain && any.controls == 0 => is_title_block(&any),
            _ => is_title_case(line),
        };
        let title_case = spaced_words >= 2 && lower && untitled == 0 && is_title();
        Self {
            chars: length as u32 - beyond.longer,
            spaced_words,
            unspaced_chars: beyond.unspaced,
            digits: any.digits != 0 || beyond.digits,
            signs,
            single_spaced: double == 0 && !beyond.spaces,
            letters: any.letters != 0 || beyond.letters,
            lower,
            controls: any.controls != 0,
            title_case,
        }
    }
}

/// What the characters beyond ASCII of a line are.
#[derive(Default)]
struct Beyond {
    /// Bytes that they have more than one each.
    longer: u32,
    /// Those of scripts without spaces.
    unspaced: u32,
    letters: bool,
    lower: bool,
    digits: bool,
    spaces: bool,
    /// Bytes of the next block that belong to the last character of this one, and whether that parts words.
    overhang: usize,
    parting: bool,
}

impl Beyond {
    /// Counts those that begin in the block at byte `base` of the line, and adds them to the block's words.
    #[inline(never)]
    fn count(&mut self, line: &str, base: usize, beyond: u64, mut word: Words) -> Words {
        // What the last block's last character left over.
        let over = (1 << self.overhang) - 1;
        if self.parting {
            word.parts |= over;
        }
        (self.overhang, self.parting) = (0, false);
        let mut left = beyond & !over;
        while left != 0 {
            let at = left.trailing_zeros() as usize;
            let Some(c) = line[base + at..].chars().next() else { return word };
            let length = c.len_utf8();
            let place = u64::MAX >> (BLOCK - length) << at;
            left &= !place;
            self.longer += length as u32 - 1;
            let unspaced = is_unspaced(c);
            let parting = unspaced || c.is_whitespace();
            if unspaced {
                self.letters = true;
                self.unspaced += 1;
            } else if parting {
                self.spaces = true;
            } else if matches!(c, '\u{2010}'..='\u{205e}' | '\u{2190}'..='\u{245f}') {
                // Quotes, dashes, bullets, arrows: no table need be asked.
            } else if is_small_latin(c) || is_alphabetic(c) {
                self.letters = true;
                self.lower |= is_small_latin(c) || c.is_lowercase();
                word.letters |= 1 << at;
            } else if is_numeric(c) {
                self.digits = true;
                word.letters |= 1 << at;
            }
            if parting {
                word.parts |= place;
            }
            if at + length > BLOCK {
                (self.overhang, self.parting) = (at + length - BLOCK, parting);
            }
        }
        word
    }
}

/// The words of a block: what parts them, and the letters and digits that make one of what is between.
#[derive(Clone, Copy)]
struct Words {
    parts: u64,
    letters: u64,
}

impl Words {
    /// How many words end in the block. `open` is whether the block before, and then this one, ends within a word that has a
    /// letter or digit.
    #[inline]
    fn count(self, open: &mut bool) -> u32 {
        let runs = !self.parts;
        // Adding a letter's bit to its run of ones carries over the run's end; so does a word that goes on from before.
        let (sum, over) = runs.overflowing_add(self.letters & runs);
        let (sum, over_too) = sum.overflowing_add(u64::from(*open));
        *open = over || over_too;
        let ends = sum & self.parts;
        // Many lines are one word, and counting bits takes a dozen instructions.
        if ends == 0 { 0 } else { ends.count_ones() }
    }
}

/// The accented small letters that texts in Latin script are full of: no table need be asked.
fn is_small_latin(c: char) -> bool {
    matches!(c, 'ß'..='ö' | 'ø'..='ÿ')
}

/// Letters of scripts that do not part words by spaces: Han, kana, Thai, Lao, Khmer, Myanmar.
fn is_unspaced(c: char) -> bool {
    c >= '\u{e00}'
        && matches!(c, '\u{e01}'..='\u{e30}' | '\u{e32}'..='\u{e33}' | '\u{e40}'..='\u{e46}'
            | '\u{e81}'..='\u{eb0}' | '\u{ec0}'..='\u{ec4}' | '\u{1000}'..='\u{102a}' | '\u{1780}'..='\u{17b3}'
            | '\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30fa}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
            | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// The shapes of a trimmed line; [`Shapes::MENU`] is for its neighbours to give.
pub(super) fn shapes(line: &str, figures: &Figures) -> Shapes {
    let mut shapes = Shapes::default();
    let mut set = |holds: bool, shape: Shapes| {
        if holds {
            shapes = shapes.with(shape);
        }
    };
    let has = |signs: Signs| figures.signs.meets(signs);
    let wordless = !figures.letters;
    set(wordless && is_clock(line), Shapes::CLOCK);
    set(wordless && is_number(line, figures), Shapes::NUMBER);
    let (first, second) = (line.as_bytes().first(), line.as_bytes().get(1));
    set(matches!(first, Some(b'h' | b'w')) && line.split_whitespace().all(is_url), Shapes::URL);
    set(has(const { Signs::of_all(b"@") }) && line.split_whitespace().all(is_email), Shapes::EMAIL);
    let is_shouted = || line.chars().filter(|c| c.is_uppercase()).nth(1).is_some();
    set(!wordless && !figures.lower && is_shouted(), Shapes::ALL_CAPS);
    set(figures.title_case, Shapes::TITLE_CASE);
    // A line that begins with a letter is neither, but for `a) first`.
    let worded = first.is_some_and(u8::is_ascii_alphabetic);
    set((!worded || second == Some(&b')')) && is_list_item(line), Shapes::LIST_ITEM);
    set(!worded && line.starts_with(['"', '“', '„', '«', '‘', '\'', '>', '「', '『']), Shapes::QUOTE);
    set(has(const { Signs::of_all(b";{}=<>|$#") }) && is_code(line, figures.signs), Shapes::CODE);
    set((has(const { Signs::of_all(b"|") }) || figures.controls) && is_table_row(line), Shapes::TABLE_ROW);
    shapes
}

/// The same as [`is_title_case`] of a line that is one block.
fn is_title_block(block: &Block) -> bool {
    let (mut words, mut capital) = (0u32, 0u32);
    let mut left = !block.spaces;
    while left != 0 {
        let start = left.trailing_zeros();
        let length = (!(left >> start)).trailing_zeros().max(1);
        let part = u64::MAX >> (64 - length) << start;
        left &= !part;
        let own = (block.letters | block.digits) & part;
        if own == 0 {
            continue;
        }
        words += 1;
        let (first, letters) = (own & own.wrapping_neg(), block.letters & part);
        if block.letters & !block.upper & first == 0 {
            capital += 1;
        } else if (0..3).fold(letters, |letters, _| letters & letters.wrapping_sub(1)) != 0 {
            return false;
        }
    }
    2 * capital > words
}

/// Whether most words begin with an upper-case letter or a digit, and those that do not are short: in a title, words
/// of four letters or more would be capitalised.
fn is_title_case(line: &str) -> bool {
    let (mut words, mut capital) = (0u32, 0u32);
    if line.is_ascii() {
        // The same, read by bytes.
        for part in line.as_bytes().split(u8::is_ascii_whitespace) {
            let Some(first) = part.iter().find(|byte| byte.is_ascii_alphanumeric()) else { continue };
            words += 1;
            if !first.is_ascii_lowercase() {
                capital += 1;
            } else if part.iter().filter(|byte| byte.is_ascii_alphabetic()).nth(3).is_some() {
                return false;
            }
        }
        return 2 * capital > words;
    }
    for part in line.split(|c: char| c.is_whitespace() || is_unspaced(c)) {
        let is_letter = |c: &char| is_alphanumeric(*c);
        let Some(first) = part.chars().find(is_letter) else { continue };
        words += 1;
        if !first.is_lowercase() {
            capital += 1;
        } else if part.chars().filter(|&c| is_alphabetic(c)).nth(3).is_some() {
            return false;
        }
    }
    2 * capital > words
}

/// `0:00`, `1:02:03`, `0:00 / 27:38`, `-3:12`; a clock that the scrape cut off (`29:4`) is one too.
fn is_clock(line: &str) -> bool {
    line.split([' ', '/', '|', '-', '–']).filter(|part| !part.is_empty()).all(|part| {
        let mut fields = part.split(':');
        let lead = fields.next().is_some_and(|field| matches!(field.len(), 1..=3) && all_digits(field));
        let rest = fields.clone().count();
        lead && matches!(rest, 1 | 2) && fields.all(|field| matches!(field.len(), 1 | 2) && all_digits(field))
    }) && line.contains(':')
}

fn all_digits(field: &str) -> bool {
    field.bytes().all(|b| b.is_ascii_digit())
}

fn is_number(line: &str, figures: &Figures) -> bool {
    figures.digits
        && line.chars().all(|c| {
            c.is_numeric()
                || matches!(
                    c,
                    '.' | ',' | ' ' | '\u{a0}' | '\u{202f}' | '\'' | '%' | '#' | '+' | '-' | '−' | '(' | ')'
                )
        })
}

/// Whether `word` is a web address.
pub(crate) fn is_url(word: &str) -> bool {
    let rest = word.strip_prefix("https://").or_else(|| word.strip_prefix("http://"));
    rest.or_else(|| word.strip_prefix("www.")).is_some_and(|rest| rest.contains('.') && rest.len() >= 4)
}

fn is_email(word: &str) -> bool {
    let word = word.strip_prefix("mailto:").unwrap_or(word);
    word.split_once('@').is_some_and(|(user, host)| {
        !user.is_empty()
            && host.contains('.')
            && !host.starts_with('.')
            && !host.ends_with('.')
            && word.bytes().all(|b| b.is_ascii_alphanumeric() || b"@.-_+%".contains(&b))
            && !host.contains('@')
    })
}

fn is_list_item(line: &str) -> bool {
    if let Some(rest) =
        line.strip_prefix(['•', '‣', '▪', '◦', '·', '–', '—', '-', '*', '●', '○', '■', '✓', '✔', '➤'])
    {
        return rest.starts_with(char::is_whitespace);
    }
    let after_number = line.trim_start_matches(|c: char| c.is_ascii_digit());
    let digits = line.len() - after_number.len();
    let item =
        |rest: &str| rest.strip_prefix(['.', ')']).is_some_and(|rest| rest.starts_with(char::is_whitespace));
    if matches!(digits, 1..=3) {
        return item(after_number);
    }
    let mut chars = line.chars();
    chars.next().is_some_and(|c| c.is_ascii_alphabetic())
        && chars.as_str().starts_with(')')
        && item(chars.as_str())
}

/// Endings and marks that prose hardly has, two of them or one that decides.
fn is_code(line: &str, signs: Signs) -> bool {
    const MARKS: [&str; 13] =
        ["();", "=>", "->", "::", "!=", "==", "&&", "||", "</", "/>", "${", "#include", "){"];
    const SIGNS: [Signs; 13] = {
        let (mut signs, mut mark) = ([Signs::of_all(b""); 13], 0);
        while mark < 13 {
            signs[mark] = Signs::of_all(MARKS[mark].as_bytes());
            mark += 1;
        }
        signs
    };
    line.ends_with([';', '{', '}']) && line.bytes().any(|b| b"(){}=<>".contains(&b))
        || MARKS
            .iter()
            .zip(SIGNS)
            .filter(|(mark, needed)| {
                signs.covers(*needed) && memmem::find(line.as_bytes(), mark.as_bytes()).is_some()
            })
            .count()
            >= 2
}

fn is_table_row(line: &str) -> bool {
    let cells = |mark: char| line.matches(mark).count();
    cells('\t') >= 1 || (line.starts_with('|') && line.ends_with('|') && cells('|') >= 3)
}

#[cfg(test)]
mod tests;
