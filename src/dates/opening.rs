//! What a text may begin with, told by its first letters: nearly all texts begin with nothing of the kind.

use super::scan::{Cursor, Fronts};
use super::time::may_be_zone;
use super::words::WORD_TABLES;
use std::sync::LazyLock;

/// What a date begins with, and a relative time.
static FRONTS: LazyLock<[Fronts; 2]> =
    LazyLock::new(|| front_words().map(|words| Fronts::of(words.into_iter())));

/// The months, which stand behind a day's number too.
static MONTHS: LazyLock<Fronts> = LazyLock::new(|| Fronts::of(WORD_TABLES.months.phrases()));

/// The words that dates begin with, and relative times.
fn front_words() -> [Vec<&'static str>; 2] {
    let words = &*WORD_TABLES;
    let date = words.months.phrases().chain(words.weekdays.phrases()).chain(words.halves.phrases());
    [date.collect(), words.ago_words.phrases().chain(words.ago_leads.phrases()).collect()]
}

fn pair_of(phrase: &str) -> [u8; 2] {
    let mut bytes = phrase.bytes();
    [bytes.next().unwrap_or(b'\n'), bytes.next().unwrap_or(b'\n')]
}

/// A thing that a text may begin with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Opening {
    /// What [`date_at`](super::date_at), [`bare_date_at`](super::bare_date_at) and [`day_at`](super::day_at) recognise.
    Date,
    /// What [`ago_at`](super::ago_at) recognises.
    Ago,
    /// What [`clock_at`](super::clock_at) recognises.
    Clock,
    /// A digit, as [`number_at`](super::number_at) wants it.
    Digit,
}

impl Opening {
    /// Every opening.
    pub const ALL: [Self; 4] = [Self::Date, Self::Ago, Self::Clock, Self::Digit];

    /// Calls `visit` with all that a folded text which begins so may begin with: a byte, and the next one unless that may be
    /// any; a text of one byte counts as if a line break followed.
    pub fn for_each_front(self, mut visit: impl FnMut(u8, Option<u8>)) {
        // The digits that are read, as `digit_value` has them: of ASCII, and of two scripts with two bytes each.
        let digits = [0xd9, 0xdb].into_iter().chain(b'0'..=b'9');
        let mut begin = |phrase: &str| {
            let [first, second] = pair_of(phrase);
            visit(first, Some(second));
        };
        match self {
            Self::Clock => digits.clone().for_each(|digit| visit(b'-', Some(digit))),
            Self::Date => front_words()[0].iter().for_each(|phrase| begin(phrase)),
            Self::Ago => front_words()[1].iter().for_each(|phrase| begin(phrase)),
            Self::Digit => {}
        }
        digits.for_each(|digit| visit(digit, None));
    }

    /// Whether the thing may stand at the front of `text`, told by its first letters; a no is certain.
    pub(super) fn may_begin(self, text: &str) -> bool {
        let mut cursor = Cursor::new(text);
        if self == Self::Clock {
            cursor.eat("-");
        }
        if cursor.is_at_digit() {
            return self != Self::Date || may_go_on(text);
        }
        match self {
            Self::Date => FRONTS[0].may_start(text),
            Self::Ago => FRONTS[1].may_start(text),
            Self::Clock | Self::Digit => false,
        }
    }
}

/// Whether a text that begins with a digit may go on as dates do; most are counts, or numbers of a list.
fn may_go_on(text: &str) -> bool {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    // Days, months and hours have one digit or two, years have four, and eight are a whole date. Other scripts are read in full.
    if !matches!(digits, 0 | 1 | 2 | 4 | 8) {
        return text.as_bytes().get(digits).is_some_and(|next| !next.is_ascii());
    }
    let rest = &text[digits..];
    let (gap, word) = match rest.as_bytes() {
        [gap @ (b'.' | b','), b' ', ..] => (Some(gap), &rest[2..]),
        [gap @ (b' ' | b'.' | b'-' | b'/' | b','), ..] => (Some(gap), &rest[1..]),
        _ => (None, rest),
    };
    match word.as_bytes().first() {
        None => false,
        Some(next) if next.is_ascii_alphabetic() => may_be_of_date(word),
        // Thousands have commas before digits.
        Some(next) if next.is_ascii_digit() => gap != Some(&b','),
        Some(next) => *next == b':' && gap.is_none() || !next.is_ascii(),
    }
}

/// Whether a word behind a number may make it a day or an hour.
fn may_be_of_date(word: &str) -> bool {
    const SHORT: [&str; 15] =
        ["st", "nd", "rd", "th", "er", "re", "o", "of", "de", "del", "h", "t", "uhr", "klo", "hrs"];
    let words = &*WORD_TABLES;
    let stands = |short: &&str| {
        let mut cursor = Cursor::new(word);
        cursor.eat(short) && !cursor.rest().starts_with(|next: char| next.is_ascii_alphabetic())
    };
    MONTHS.may_start(word) || words.halves.may_start(word) || may_be_zone(word) || SHORT.iter().any(stands)
}
