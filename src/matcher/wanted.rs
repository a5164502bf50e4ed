//! The phrases of one test, and where in a line they must stand.
//!
//! The tables of all rules lead to a rule; here its own phrases are looked up once more, to say which of them stood where.

use super::found::{Found, Part};
use super::phrases::PhraseTable;
use super::word_starts::for_each_word;
use crate::letters::is_alphanumeric;
use foldhash::HashSet;
use memchr::memmem::Finder;
use std::ops::{ControlFlow, Range};

/// Where in the folded line a phrase must stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Line,
    Start,
    End,
    /// Anywhere between word ends.
    Part,
    /// Anywhere.
    Glued,
}

/// The phrases of one test; lists of more than a few are looked up, not walked.
#[derive(Debug)]
pub(super) enum Phrases {
    /// Held against the line, or against its beginning or end.
    Few(Vec<Box<str>>),
    /// Looked for within lines.
    FewWithin(Vec<Finder<'static>>),
    /// Whole lines.
    Lines(HashSet<Box<str>>),
    Many(Box<PhraseTable<()>>),
    /// The same where each begins with a word, and may stand nowhere but between word ends.
    Words(Box<PhraseTable<()>>),
}

impl Phrases {
    /// Lists up to this length are walked: a look-up costs about as much as eight comparisons.
    const FEW: usize = 8;

    pub(super) fn new(place: Place, phrases: &[String]) -> Self {
        if phrases.len() <= Self::FEW {
            return match place {
                Place::Line | Place::Start | Place::End => {
                    Self::Few(phrases.iter().map(|phrase| phrase.as_str().into()).collect())
                }
                Place::Part | Place::Glued => {
                    Self::FewWithin(phrases.iter().map(|phrase| Finder::new(phrase).into_owned()).collect())
                }
            };
        }
        if place == Place::Line {
            return Self::Lines(phrases.iter().map(|phrase| phrase.as_str().into()).collect());
        }
        let entries = phrases.iter().map(|phrase| (table_form(place, phrase), ())).collect();
        let table = Box::new(PhraseTable::new(entries));
        let are_words = place == Place::Part && phrases.iter().all(|phrase| phrase.starts_with(is_word_char));
        if are_words { Self::Words(table) } else { Self::Many(table) }
    }

    pub(super) fn find(&self, place: Place, folded: &str) -> Option<Found> {
        let range = match place {
            Place::Line => self.is_line(folded).then_some(0..folded.len()),
            Place::Start => self.longest_start(folded.as_bytes()).map(|length| 0..length),
            Place::End => self.longest_end(folded).map(|length| folded.len() - length..folded.len()),
            Place::Part | Place::Glued => {
                let mut first: Option<Range<usize>> = None;
                self.for_each_part(place, folded, &mut |range| {
                    if first.as_ref().is_none_or(|first| range.start < first.start) {
                        first = Some(range);
                    }
                    // A few are looked for one after the other, many as they stand in the line.
                    if matches!(self, Self::FewWithin(_)) {
                        ControlFlow::Continue(())
                    } else {
                        ControlFlow::Break(())
                    }
                });
                first
            }
        }?;
        let value = match place {
            Place::Start => Part::Folded(range.end + leading_spaces(&folded[range.end..])..folded.len()),
            Place::End => Part::Folded(0..folded[..range.start].trim_end().len()),
            _ => Part::Whole,
        };
        Some(Found { span: Part::Folded(range), value })
    }

    /// Whether the whole line is a phrase.
    fn is_line(&self, folded: &str) -> bool {
        match self {
            Self::Few(phrases) => phrases.iter().any(|phrase| **phrase == *folded),
            Self::Lines(phrases) => phrases.contains(folded),
            Self::FewWithin(_) | Self::Many(_) | Self::Words(_) => false,
        }
    }

    fn longest_start(&self, text: &[u8]) -> Option<usize> {
        let mut longest = None;
        match self {
            Self::Few(phrases) => {
                let starting = phrases.iter().filter(|phrase| text.starts_with(phrase.as_bytes()));
                longest = starting.map(|phrase| phrase.len()).max();
            }
            Self::Many(table) => {
                table.for_each_start(text, |length, _| longest = longest.max(Some(length)));
            }
            Self::FewWithin(_) | Self::Lines(_) | Self::Words(_) => {}
        }
        longest
    }

    fn longest_end(&self, folded: &str) -> Option<usize> {
        match self {
            Self::Few(phrases) => {
                let ending = phrases.iter().filter(|phrase| folded.ends_with(&***phrase));
                ending.map(|phrase| phrase.len()).max()
            }
            Self::Many(table) => {
                let reversed: Vec<u8> = folded.bytes().rev().take(table.longest()).collect();
                self.longest_start(&reversed)
            }
            Self::FewWithin(_) | Self::Lines(_) | Self::Words(_) => None,
        }
    }

    /// Calls `found` with the places of the phrases, until it breaks off.
    pub(super) fn for_each_part(
        &self,
        place: Place,
        folded: &str,
        found: &mut impl FnMut(Range<usize>) -> ControlFlow<()>,
    ) {
        let fits = |range: &Range<usize>| place == Place::Glued || stands_free(folded, range);
        match self {
            Self::FewWithin(phrases) => {
                for phrase in phrases {
                    let mut at = 0;
                    while let Some(next) = phrase.find(&folded.as_bytes()[at..]) {
                        let range = at + next..at + next + phrase.needle().len();
                        // It may begin again within itself: `share s` in `share share s`.
                        at = range.start + 1;
                        if fits(&range) && found(range).is_break() {
                            return;
                        }
                    }
                }
            }
            Self::Many(table) => {
                for (start, _) in folded.char_indices() {
                    if for_each_at(table, folded, start, &fits, found).is_break() {
                        return;
                    }
                }
            }
            Self::Words(table) => {
                let mut flow = ControlFlow::Continue(());
                for_each_word(folded, |start, _| {
                    if flow.is_continue() {
                        flow = for_each_at(table, folded, start, &fits, found);
                    }
                });
            }
            Self::Few(_) | Self::Lines(_) => {}
        }
    }
}

/// Calls `found` with the places of the phrases that begin at `start` and fit, until it breaks off.
fn for_each_at(
    table: &PhraseTable<()>,
    folded: &str,
    start: usize,
    fits: &impl Fn(&Range<usize>) -> bool,
    found: &mut impl FnMut(Range<usize>) -> ControlFlow<()>,
) -> ControlFlow<()> {
    let mut flow = ControlFlow::Continue(());
    table.for_each_start(&folded.as_bytes()[start..], |length, _| {
        let range = start..start + length;
        if flow.is_continue() && fits(&range) {
            flow = found(range);
        }
    });
    flow
}

/// The bytes that a phrase is stored under in a table that looks it up at `place`.
pub(super) fn table_form(place: Place, phrase: &str) -> Box<[u8]> {
    if place == Place::End { phrase.bytes().rev().collect() } else { phrase.as_bytes().into() }
}

fn leading_spaces(text: &str) -> usize {
    text.len() - text.trim_start().len()
}

/// Whether no word runs over either end of `range`. Scripts that do not part words by spaces have no such ends.
pub(super) fn stands_free(folded: &str, range: &Range<usize>) -> bool {
    !runs_over(folded, range.start) && !runs_over(folded, range.end)
}

/// Whether a word goes on over the place `at`.
pub(super) fn runs_over(folded: &str, at: usize) -> bool {
    let (before, after) = folded.split_at(at);
    let sides = before.chars().next_back().zip(after.chars().next());
    sides.is_some_and(|(before, after)| is_word_char(before) && is_word_char(after))
}

/// Letters and digits of scripts that part words by spaces.
pub(super) fn is_word_char(c: char) -> bool {
    match c {
        // What texts are mostly made of needs no table: accented Latin, Cyrillic; quotes, dashes and bullets.
        '\u{c0}'..='\u{d6}' | '\u{d8}'..='\u{f6}' | '\u{f8}'..='\u{24f}' | '\u{400}'..='\u{481}' => true,
        '\u{a1}'..='\u{a9}' | '\u{ab}'..='\u{b1}' | '\u{b6}'..='\u{b8}' | '\u{bb}' => false,
        '\u{2010}'..='\u{205e}'
        | '\u{20a0}'..='\u{20c0}'
        | '\u{2190}'..='\u{245f}'
        | '\u{2500}'..='\u{2775}' => false,
        '\u{e00}'..='\u{eff}'
        | '\u{1000}'..='\u{109f}'
        | '\u{1780}'..='\u{17ff}'
        | '\u{3040}'..='\u{30ff}'
        | '\u{3400}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3ffff}' => false,
        _ => is_alphanumeric(c),
    }
}
