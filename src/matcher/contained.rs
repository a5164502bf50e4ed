//! Literals anywhere in a page: phrases that stand between word ends, and literals that may stand inside words.
//!
//! Few literals of both sorts go to one packed searcher (Teddy), which finds where any of them may begin faster than
//! the text can be folded; some hundreds to one Aho-Corasick automaton in its full form. Beyond that, phrases are looked
//! up at word starts only, and the others have an automaton to themselves: one for all would cost forty times as much
//! at ten thousand.

use super::check::{is_word_char, stands_free};
use super::phrases::PhraseTable;
use aho_corasick::packed;
use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use std::ops::Range;

/// Literals that one packed searcher takes: its own limit is 128.
const PACKED_MOST: usize = 64;

/// Literals that a full automaton takes: it reads text three times as fast as a compact one, until it outgrows the
/// caches.
const FULL_MOST: usize = 1_500;

/// What is searched for, by strategy; payloads are given back with each find.
#[derive(Debug)]
pub(super) struct Contained<T> {
    packed: Option<packed::Searcher>,
    /// Phrases between word ends, found at word starts (or wherever the packed searcher stops).
    phrases: PhraseTable<(T, usize)>,
    /// Literals that may begin inside a word.
    glued: PhraseTable<T>,
    automaton: Option<AhoCorasick>,
    /// Whether the automaton finds the phrases too, before the glued literals in its order.
    whole: bool,
}

impl<T: Copy> Contained<T> {
    /// Searches for `phrases` between word ends and `glued` anywhere.
    pub(super) fn new<'a>(phrases: Vec<(&'a str, T)>, mut glued: Vec<(&'a str, T)>) -> Self {
        // A phrase is looked up at its first word start. One that has none (`<<`, or a script without word ends)
        // is a literal that may stand anywhere; its edges are checked all the same.
        let mut anchored = Vec::new();
        for (phrase, payload) in phrases {
            match first_word(phrase) {
                Some(lead) => anchored.push((phrase.as_bytes()[lead..].into(), (payload, lead))),
                None => glued.push((phrase, payload)),
            }
        }
        let phrases = PhraseTable::new(anchored);
        let glued = PhraseTable::new(
            glued.into_iter().map(|(literal, payload)| (literal.as_bytes().into(), payload)).collect(),
        );
        let literals = || phrases.phrases().chain(glued.phrases());
        let packed = (1..=PACKED_MOST).contains(&literals().count()).then(|| {
            packed::Config::new()
                .match_kind(packed::MatchKind::LeftmostLongest)
                .builder()
                .extend(literals())
                .build()
        });
        let packed = packed.flatten();
        let whole = packed.is_none() && literals().count() <= FULL_MOST;
        let automaton = |patterns: &mut dyn Iterator<Item = &[u8]>| {
            let kind = if whole { AhoCorasickKind::DFA } else { AhoCorasickKind::ContiguousNFA };
            AhoCorasick::builder().match_kind(MatchKind::Standard).kind(Some(kind)).build(patterns).ok()
        };
        let automaton = match (&packed, whole) {
            (Some(_), _) => None,
            (None, true) => automaton(&mut literals()),
            (None, false) => automaton(&mut glued.phrases()),
        };
        Self { whole: whole && automaton.is_some(), packed, phrases, glued, automaton }
    }

    /// How many different literals there are: between word ends, and anywhere.
    pub(super) fn len(&self) -> (usize, usize) {
        (self.phrases.len(), self.glued.len())
    }

    /// The strategy's name, for the line of counts.
    pub(super) fn strategy(&self) -> &'static str {
        match (&self.packed, self.whole) {
            (Some(_), _) => "packed",
            (None, true) => "one automaton",
            (None, false) => "word starts, automaton",
        }
    }

    /// Calls `found` for every literal in `text`, in no special order.
    ///
    /// Phrases are found between word ends only; literals of the glued sort are the caller's to check.
    pub(super) fn for_each(&self, text: &str, mut found: impl FnMut(Range<usize>, T)) {
        let bytes = text.as_bytes();
        if let Some(packed) = &self.packed {
            let mut at = 0;
            while let Some(hit) = packed.find_in(bytes, aho_corasick::Span::from(at..bytes.len())) {
                self.phrases_at(text, hit.start(), &mut found);
                self.glued.for_each_start(&bytes[hit.start()..], |length, payloads| {
                    payloads.iter().for_each(|&payload| found(hit.start()..hit.start() + length, payload));
                });
                at = hit.start() + 1;
            }
            return;
        }
        if !self.whole && self.phrases.len() > 0 {
            for_each_word(text, |start| self.phrases_at(text, start, &mut found));
        }
        let Some(automaton) = &self.automaton else { return };
        let before = if self.whole { self.phrases.len() } else { 0 };
        for hit in automaton.find_overlapping_iter(text) {
            let place = hit.pattern().as_usize();
            if place < before {
                self.phrase_found(text, hit.range(), self.phrases.payloads(place), &mut found);
            } else {
                self.glued.payloads(place - before).iter().for_each(|&payload| found(hit.range(), payload));
            }
        }
    }

    fn phrases_at(&self, text: &str, start: usize, found: &mut impl FnMut(Range<usize>, T)) {
        self.phrases.for_each_start(&text.as_bytes()[start..], |length, payloads| {
            self.phrase_found(text, start..start + length, payloads, found);
        });
    }

    /// Tells of the phrases whose part from the first word on stands at `word`, unless a word runs over their ends.
    fn phrase_found(
        &self,
        text: &str,
        word: Range<usize>,
        payloads: &[(T, usize)],
        found: &mut impl FnMut(Range<usize>, T),
    ) {
        for &(payload, lead) in payloads {
            // A phrase that begins before its first word (`* a note`) is checked backwards by the test itself.
            let begin = word.start.checked_sub(lead).filter(|&begin| text.is_char_boundary(begin));
            let Some(begin) = begin else { continue };
            if lead > 0 || stands_free(text, &(begin..word.end)) {
                found(begin..word.end, payload);
            }
        }
    }
}

/// Byte offset of the first word of `phrase`, when its script parts words by spaces.
fn first_word(phrase: &str) -> Option<usize> {
    phrase.char_indices().find(|&(_, c)| is_word_char(c)).map(|(at, _)| at)
}

/// Calls `visit` with the byte offset of every word.
fn for_each_word(text: &str, mut visit: impl FnMut(usize)) {
    let bytes = text.as_bytes();
    let mut inside = false;
    let mut at = 0;
    while at < bytes.len() {
        let byte = bytes[at];
        let (word, length) = if byte < 0x80 {
            (byte.is_ascii_alphanumeric(), 1)
        } else {
            // `at` is on a character border: it moves by whole characters.
            text[at..].chars().next().map_or((false, 1), |c| (is_word_char(c), c.len_utf8()))
        };
        if word && !inside {
            visit(at);
        }
        inside = word;
        at += length;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn finds(phrases: &[&str], glued: &[&str], text: &str) -> Vec<(usize, usize)> {
        let number = |list: &[&'static str], from: usize| -> Vec<(&'static str, usize)> {
            list.iter().enumerate().map(|(i, p)| (*p, from + i)).collect()
        };
        let leak =
            |list: &[&str]| -> Vec<&'static str> { list.iter().map(|p| &*p.to_string().leak()).collect() };
        let (phrases, glued) = (leak(phrases), leak(glued));
        let contained = Contained::new(number(&phrases, 0), number(&glued, 100));
        let mut found = Vec::new();
        contained.for_each(text, |range, payload| found.push((range.start, payload)));
        found.sort_unstable();
        found
    }

    #[test]
    fn phrases_stand_between_word_ends_and_glued_literals_anywhere() {
        assert_eq!(
            finds(&["share", "share this"], &["hare"], "reshare share this"),
            [(3, 100), (8, 0), (8, 1), (9, 100)]
        );
        assert_eq!(finds(&["<< home", "分享"], &[], "a << home 请分享到"), [(2, 0), (13, 1)]);
    }

    proptest! {
        #[test]
        fn all_searches_find_the_same(text in "[ab \n]{0,40}", crowd in prop::sample::select(vec![0, PACKED_MOST, FULL_MOST])) {
            let phrases = ["a", "ab", "b a", "aab", "ba b"];
            let glued = ["bb", "b b", "abab"];
            // Padding the set past a searcher's size switches strategies; the padding never occurs.
            let padding: Vec<String> = (0..crowd).map(|i| format!("z{i}z")).collect();
            let padded: Vec<&str> = phrases.iter().copied().chain(padding.iter().map(String::as_str)).collect();
            let mut expected = Vec::new();
            for (i, phrase) in phrases.iter().enumerate() {
                for at in 0..text.len() {
                    if text[at..].starts_with(phrase) && stands_free(&text, &(at..at + phrase.len())) {
                        expected.push((at, i));
                    }
                }
            }
            for (i, literal) in glued.iter().enumerate() {
                expected.extend((0..text.len()).filter(|&at| text[at..].starts_with(literal)).map(|at| (at, 100 + i)));
            }
            expected.sort_unstable();
            prop_assert_eq!(finds(&padded, &glued, &text), expected);
        }
    }
}
