//! What a text may begin with, told by its first letters: nearly all texts begin with nothing of the kind.

use super::scan::{Cursor, Fronts};
use super::words::WORD_TABLES;
use std::sync::LazyLock;

/// What a date begins with, and a relative time.
static FRONTS: LazyLock<[Fronts; 2]> = LazyLock::new(|| {
    let words = &*WORD_TABLES;
    let date = words.months.phrases().chain(words.weekdays.phrases()).chain(words.halves.phrases());
    [Fronts::of(date), Fronts::of(words.ago_words.phrases().chain(words.ago_leads.phrases()))]
});

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

    /// The bytes that a text which begins so may begin with: a table by byte.
    pub fn first_bytes(self) -> [bool; 256] {
        let words = &*WORD_TABLES;
        let begins = |first: u8| match self {
            Self::Date => {
                words.months.may_begin(first)
                    || words.weekdays.may_begin(first)
                    || words.halves.may_begin(first)
            }
            Self::Ago => words.ago_words.may_begin(first) || words.ago_leads.may_begin(first),
            Self::Clock => first == b'-',
            Self::Digit => false,
        };
        // The digits of other scripts lie beyond ASCII.
        std::array::from_fn(|byte| {
            let byte = byte as u8;
            !byte.is_ascii() || byte.is_ascii_digit() || begins(byte)
        })
    }

    /// Whether the thing may stand at the front of `text`, told by its first letters; a no is certain.
    pub(super) fn may_begin(self, text: &str) -> bool {
        let mut cursor = Cursor::new(text);
        if self == Self::Clock {
            cursor.eat("-");
        }
        cursor.is_at_digit()
            || match self {
                Self::Date => FRONTS[0].may_start(text),
                Self::Ago => FRONTS[1].may_start(text),
                Self::Clock | Self::Digit => false,
            }
    }
}
