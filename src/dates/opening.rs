//! What a text may begin with, told by its first letters: the cheap question before a recogniser is asked.

use super::scan::Cursor;
use super::words::WORD_TABLES;

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

    /// Whether the thing may stand at the front of `text`; a no is certain.
    pub fn may_begin(self, text: &str) -> bool {
        let words = &*WORD_TABLES;
        let mut cursor = Cursor::new(text);
        if self == Self::Clock {
            cursor.eat("-");
        }
        cursor.is_at_digit()
            || match self {
                Self::Date => {
                    words.months.may_start_word(text)
                        || words.weekdays.may_start_word(text)
                        || words.halves.may_start_word(text)
                }
                Self::Ago => words.ago_words.may_start_word(text) || words.ago_leads.may_start_word(text),
                Self::Clock | Self::Digit => false,
            }
    }
}
