//! Reading from the front of a text: a cursor that eats words and digits, and tables of phrases to eat by.
//!
//! A cursor is two words and `Copy`, so trying a form and falling back is an assignment, and nothing is allocated on
//! any path. ASCII letters are eaten whatever their case, which makes folded and raw Latin text read alike; other
//! scripts are expected in folded form.

use std::cmp::Ordering;

/// A place in a text. Methods that eat nothing leave it where it was.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cursor<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Cursor<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, at: 0 }
    }

    /// Bytes eaten so far.
    pub(super) fn at(self) -> usize {
        self.at
    }

    pub(super) fn rest(self) -> &'t str {
        &self.text[self.at..]
    }

    /// What stands between here and `end`, further on in the same text.
    pub(super) fn shown(self, end: Self) -> &'t str {
        &self.text[self.at..end.at]
    }

    fn peek(self) -> Option<char> {
        self.rest().chars().next()
    }

    /// Eats `word`, letters of any case for ASCII.
    pub(super) fn eat(&mut self, word: &str) -> bool {
        let found = self.rest().as_bytes().get(..word.len());
        let eaten = found.is_some_and(|found| found.eq_ignore_ascii_case(word.as_bytes()));
        self.at += if eaten { word.len() } else { 0 };
        eaten
    }

    /// Eats the first of `words` that stands here. Inlined, so that words known where it is compiled cost one comparison
    /// each where they do not begin as the text does.
    #[inline(always)]
    pub(super) fn eat_any(&mut self, words: &[&str]) -> bool {
        let first = self.rest().as_bytes().first().map(u8::to_ascii_lowercase);
        let begins = |word: &str| word.as_bytes().first().map(u8::to_ascii_lowercase) == first;
        words.iter().any(|word| begins(word) && self.eat(word))
    }

    pub(super) fn eat_space(&mut self) -> bool {
        self.eat(" ")
    }

    /// Whether a decimal digit stands here.
    pub(super) fn is_at_digit(self) -> bool {
        self.peek().is_some_and(|c| digit_value(c).is_some())
    }

    /// Eats one to `most` digits that no further digit follows, and gives their value and count.
    pub(super) fn number(&mut self, most: usize) -> Option<(u32, usize)> {
        let (mut value, mut count, mut end) = (0u32, 0, self.at);
        for c in self.rest().chars() {
            let Some(digit) = digit_value(c) else { break };
            if count == most {
                return None;
            }
            value = value.checked_mul(10)?.checked_add(digit)?;
            count += 1;
            end += c.len_utf8();
        }
        self.at = end;
        (count > 0).then_some((value, count))
    }

    /// Eats digits, however many, and gives their count.
    pub(super) fn skip_digits(&mut self) -> usize {
        let digits = self.rest().chars().take_while(|&c| digit_value(c).is_some());
        let (count, bytes) = digits.fold((0, 0), |(count, bytes), c| (count + 1, bytes + c.len_utf8()));
        self.at += bytes;
        count
    }

    /// Eats the longest phrase of the table that ends with a word.
    pub(super) fn phrase<V: Copy>(&mut self, phrases: &Phrases<V>) -> Option<V> {
        let (len, value) = phrases
            .all_at(self.rest())
            .find(|&(len, _)| Self { at: self.at + len, ..*self }.is_word_end())?;
        self.at += len;
        Some(value)
    }

    /// Like [`Self::phrase`], with the full stop of an abbreviation.
    pub(super) fn phrase_or_abbreviation<V: Copy>(&mut self, phrases: &Phrases<V>) -> Option<V> {
        let value = self.phrase(phrases)?;
        // `jan.3` has its stop too, and the digit after it is no decimal place.
        self.eat(".");
        Some(value)
    }

    /// Eats the longest phrase of the table, whatever goes on after it: `午後3時`.
    pub(super) fn phrase_glued<V: Copy>(&mut self, phrases: &Phrases<V>) -> Option<V> {
        let (len, value) = phrases.all_at(self.rest()).next()?;
        self.at += len;
        Some(value)
    }

    /// Whether the last letter eaten is of a script that sets no spaces, so that none is due here.
    pub(super) fn follows_unspaced(self) -> bool {
        self.text[..self.at].chars().next_back().is_some_and(is_unspaced)
    }

    /// Whether a full stop was eaten last.
    pub(super) fn follows_stop(self) -> bool {
        self.text[..self.at].ends_with('.')
    }

    /// Whether one of `words` was eaten last, letters of any case for ASCII.
    pub(super) fn follows_any(self, words: &[&str]) -> bool {
        let before = &self.text.as_bytes()[..self.at];
        let ends = |word: &[u8]| {
            before.len().checked_sub(word.len()).is_some_and(|at| before[at..].eq_ignore_ascii_case(word))
        };
        words.iter().any(|word| ends(word.as_bytes()))
    }

    /// Whether what was eaten ends here: no letter or digit goes on, and after a digit no `.5`, `:30`, `-1`, `/7`.
    pub(super) fn is_word_end(self) -> bool {
        let before = self.text[..self.at].chars().next_back();
        let (Some(before), Some(next)) = (before, self.peek()) else { return true };
        if !next.is_alphanumeric() {
            let goes_on = before.is_numeric() && matches!(next, '.' | ',' | ':' | '-' | '/' | '\'');
            return !goes_on || !self.rest()[1..].starts_with(|c| digit_value(c).is_some());
        }
        let both_digits = digit_value(before).is_some() && digit_value(next).is_some();
        !before.is_alphanumeric() || (!both_digits && (is_unspaced(before) || is_unspaced(next)))
    }
}

/// The value of a decimal digit: ASCII, Arabic or Persian, the ones that folding leaves apart.
pub(super) fn digit_value(c: char) -> Option<u32> {
    match c {
        '0'..='9' => Some(c as u32 - '0' as u32),
        '٠'..='٩' => Some(c as u32 - '٠' as u32),
        '۰'..='۹' => Some(c as u32 - '۰' as u32),
        _ => None,
    }
}

/// Whether a character belongs to a script that sets no spaces between words, or glues endings on as Korean does.
pub(super) fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{3005}'..='\u{30ff}'
        | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3134f}')
}

/// Phrases of two bytes or more in a sorted table, each with a value. One phrase may begin with another.
pub(super) struct Phrases<V> {
    rows: Vec<(&'static str, V)>,
    /// The first two bytes that any phrase begins with, as 65,536 bits: most texts fail on these.
    starts: Box<[u64; 1024]>,
    /// For each byte how many rows begin with a lesser one.
    before: Box<[u16; 257]>,
}

impl<V: Copy> Phrases<V> {
    /// Builds the table. Of two equal phrases the later wins, so callers keep phrases apart.
    pub(super) fn new(mut rows: Vec<(&'static str, V)>) -> Self {
        rows.sort_by(|a, b| a.0.cmp(b.0));
        let mut starts = Box::new([0; 1024]);
        for (phrase, _) in &rows {
            if let [first, second, ..] = *phrase.as_bytes() {
                let (slot, bit) = start_bit(first, second);
                starts[slot] |= bit;
            }
        }
        let less = |byte: usize| {
            rows.partition_point(|(phrase, _)| phrase.bytes().next().map(usize::from) < Some(byte))
        };
        let before = Box::new(std::array::from_fn(|byte| less(byte) as u16));
        Self { rows, starts, before }
    }

    /// Whether a phrase may stand at the front of `text`; a no is certain, and cheap.
    pub(super) fn may_start(&self, text: &str) -> bool {
        let [first, second, ..] = *text.as_bytes() else { return false };
        let (slot, bit) = start_bit(first, second);
        self.starts[slot] & bit != 0
    }

    /// The phrases.
    pub(super) fn phrases(&self) -> impl Iterator<Item = &'static str> {
        self.rows.iter().map(|&(phrase, _)| phrase)
    }

    /// The phrases at the front of `text`, longest first: their bytes and values.
    pub(super) fn all_at<'a>(&'a self, text: &'a str) -> impl Iterator<Item = (usize, V)> + 'a {
        // All phrases still to find are prefixes of `text[..limit]`, which shrinks to what the nearest row shares.
        let mut limit = if self.may_start(text) { text.len() } else { 0 };
        let text = text.as_bytes();
        let first = text.first().map_or(0, |first| usize::from(first.to_ascii_lowercase()));
        let rows = &self.rows[usize::from(self.before[first])..usize::from(self.before[first + 1])];
        std::iter::from_fn(move || {
            while limit > 0 {
                let window = &text[..limit];
                let after = rows.partition_point(|(phrase, _)| compare(phrase, window) != Ordering::Greater);
                let &(phrase, value) = rows.get(after.checked_sub(1)?)?;
                let shared =
                    phrase.bytes().zip(window).take_while(|(a, b)| *a == b.to_ascii_lowercase()).count();
                if shared == phrase.len() {
                    limit = shared - 1;
                    return Some((shared, value));
                }
                limit = shared;
            }
            None
        })
    }
}

fn compare(phrase: &str, text: &[u8]) -> Ordering {
    phrase.bytes().cmp(text.iter().map(u8::to_ascii_lowercase))
}

fn start_bit(first: u8, second: u8) -> (usize, u64) {
    let pair = u16::from_be_bytes([first.to_ascii_lowercase(), second.to_ascii_lowercase()]);
    (usize::from(pair >> 6), 1 << (pair & 63))
}

/// The first bytes of phrases, for the question that most texts fail: may one of them stand at the front as a word?
pub(super) struct Fronts {
    /// Hashes of two bytes, of three and of four.
    bits: Box<[u64; 1024]>,
}

/// The first four bytes of a text; missing ones are 0.
fn first_four(bytes: &[u8]) -> u32 {
    match bytes.first_chunk() {
        Some(four) => u32::from_le_bytes(*four),
        None => bytes.iter().rev().fold(0, |four, &byte| four << 8 | u32::from(byte)),
    }
}

/// What makes letters of either case one; other bytes it may confuse.
const ANY_CASE: u32 = 0x2020_2020;

impl Fronts {
    pub(super) fn of(phrases: impl Iterator<Item = &'static str>) -> Self {
        let mut fronts = Self { bits: Box::new([0; 1024]) };
        for phrase in phrases {
            let (slot, bit) = Self::place(first_four(phrase.as_bytes()), phrase.len().min(4));
            fronts.bits[slot] |= bit;
        }
        fronts
    }

    fn place(four: u32, length: usize) -> (usize, u64) {
        let kept = (four | ANY_CASE) & (u32::MAX >> (32 - 8 * length));
        let hash = kept.wrapping_mul(0x9e37_79b1) >> 16;
        ((hash >> 6) as usize, 1 << (hash & 63))
    }

    fn holds(&self, four: u32, length: usize) -> bool {
        let (slot, bit) = Self::place(four, length);
        self.bits[slot] & bit != 0
    }

    /// Whether one of the phrases may stand at the front of `text`; a no is certain.
    pub(super) fn may_start(&self, text: &str) -> bool {
        let four = first_four(text.as_bytes());
        // After a letter another one would go on with the word.
        let ends = |length: usize| {
            !(four >> (8 * length - 8)).to_le_bytes()[0].is_ascii_alphabetic()
                || !(four >> (8 * length)).to_le_bytes()[0].is_ascii_alphabetic()
        };
        self.holds(four, 4) || (ends(3) && self.holds(four, 3)) || (ends(2) && self.holds(four, 2))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_longest_phrase_that_ends_with_a_word_wins() {
        let months = Phrases::new(vec![("march", 1), ("mar", 2), ("mars", 3), ("march madness", 4)]);
        for (text, value) in
            [("mar 3", 2), ("March 3", 1), ("mars", 3), ("march mad", 1), ("march madness!", 4)]
        {
            assert_eq!(Cursor::new(text).phrase(&months), Some(value), "{text}");
        }
        for text in ["marching", "ma", "", "april", "marchés"] {
            assert_eq!(Cursor::new(text).phrase(&months), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn the_table_finds_what_a_plain_loop_finds(text in "[a-cA-C]{0,8}") {
            let rows = vec![("ab", 0), ("abc", 1), ("abcb", 2), ("ba", 3), ("bac", 4), ("ca", 5), ("caaa", 6)];
            let lower = text.to_ascii_lowercase();
            let mut plain: Vec<_> = rows.iter().filter(|(phrase, _)| lower.starts_with(phrase)).collect();
            plain.sort_by_key(|(phrase, _)| std::cmp::Reverse(phrase.len()));
            let plain: Vec<_> = plain.iter().map(|(phrase, value)| (phrase.len(), *value)).collect();
            let table = Phrases::new(rows);
            prop_assert_eq!(table.all_at(&text).collect::<Vec<_>>(), plain);
        }
    }
}
