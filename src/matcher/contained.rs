//! Literals anywhere in a page: phrases that stand between word ends, and literals that may stand inside words.
//!
//! Few literals of both sorts go to packed searchers (Teddy), which find where any of them may begin faster than
//! the text can be folded. Beyond that, what holds words is looked up where the first of them begins that tells anything, and
//! only the rest has a searcher to itself: one automaton for all would cost forty times as much at ten
//! thousand.

use super::phrases::{Looks, PhraseTable};
use super::wanted::{is_word_char, runs_over};
use super::word_starts::{KeyWords, TOLD, for_each_word};
use crate::bits::first_eight;
use crate::language::is_common;
use aho_corasick::packed;
use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use std::cmp::Reverse;
use std::ops::{Range, RangeInclusive};

/// Literals that packed searchers take: the limit of one is 128.
const PACKED_MOST: usize = 64;
/// Words that are noted before they are looked up.
const NOTED: usize = 64;

/// A literal of an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Literal {
    pub(super) text: String,
    /// Whether no word goes on behind it.
    pub(super) closed: bool,
}

/// What is searched for, by strategy; payloads are given back with each find.
#[derive(Debug)]
pub(super) struct Contained<T> {
    /// What is found at word starts, and the words there.
    words: PhraseTable<AtWord<T>>,
    key_words: KeyWords,
    /// What stands in literals before those words, one after the other.
    leads: Vec<u8>,
    /// Literals that may begin inside a word.
    inside: PhraseTable<T>,
    /// Find where literals may begin: all of them when they are few, else those inside words.
    packed: Vec<packed::Searcher>,
    /// Whether the packed searchers find what begins with a word too.
    all_packed: bool,
    /// Finds the literals inside words when they are many.
    automaton: Option<AhoCorasick>,
    /// Whether there are literals with an end that stands elsewhere in lines in which folding moves the ends of words.
    moved: bool,
}

/// A literal that is looked up from one of its words on.
#[derive(Clone, Copy, Debug)]
struct AtWord<T> {
    payload: T,
    /// Where the leads hold what stands before that word.
    lead: (u32, u32),
    /// Whether no word may run over its start, and over its end.
    begins: bool,
    closed: bool,
}

impl<T: Copy> Contained<T> {
    /// Searches for `phrases` between word ends, for `word_starts` wherever a word begins, and for `glued` anywhere.
    pub(super) fn new(phrases: &[(String, T)], word_starts: &[(Literal, T)], glued: &[(Literal, T)]) -> Self {
        let (mut words, mut inside, mut leads) = (Vec::new(), Vec::new(), Vec::new());
        let mut sort_in = |text: &str, at: Option<usize>, payload: T, begins: bool, closed: bool| match at {
            Some(at) => {
                let (lead, rest) = text.as_bytes().split_at(at);
                let begin = leads.len() as u32;
                leads.extend_from_slice(lead);
                words.push((
                    rest.into(),
                    AtWord { payload, lead: (begin, leads.len() as u32), begins, closed },
                ));
            }
            // Without a word (`<<`, or a script without word ends) it may stand anywhere; the test checks its edges.
            None => inside.push((text.as_bytes().into(), payload)),
        };
        for (phrase, payload) in phrases {
            sort_in(phrase, key_word(phrase, 0), *payload, true, true);
        }
        for (Literal { text, closed }, payload) in word_starts {
            sort_in(text, key_word(text, 0), *payload, false, *closed);
        }
        for (Literal { text, closed }, payload) in glued {
            // What it begins with may stand inside a word; a word behind that begins where words do.
            sort_in(text, key_word(text, 1), *payload, false, *closed);
        }
        let texts = words.iter().map(|(text, literal): &(Box<[u8]>, AtWord<T>)| {
            (std::str::from_utf8(text).unwrap_or_default(), !literal.closed)
        });
        let key_words = KeyWords::new(texts);
        let moved = words.iter().any(|(_, literal)| !literal.begins);
        let words = PhraseTable::new(words);
        let inside = PhraseTable::new(inside);
        let all_packed = words.len() + inside.len() <= PACKED_MOST;
        let literals =
            || words.phrases().take(if all_packed { usize::MAX } else { 0 }).chain(inside.phrases());
        // A searcher looks at as many bytes as its shortest literal has, up to three, and two find much in vain.
        let searcher = |lengths: RangeInclusive<usize>| {
            let fit: Vec<&[u8]> = literals().filter(|literal| lengths.contains(&literal.len())).collect();
            let config = packed::Config::new().match_kind(packed::MatchKind::LeftmostLongest).clone();
            (!fit.is_empty()).then(|| config.builder().extend(fit).build())
        };
        let is_few = (1..=PACKED_MOST).contains(&literals().count());
        let searchers = [1..=2, 3..=usize::MAX].into_iter().filter(|_| is_few).filter_map(searcher);
        let packed: Vec<packed::Searcher> = searchers.collect::<Option<_>>().unwrap_or_default();
        let all_packed = all_packed && !packed.is_empty();
        let automaton = || {
            let kind = Some(AhoCorasickKind::ContiguousNFA);
            AhoCorasick::builder().match_kind(MatchKind::Standard).kind(kind).build(inside.phrases()).ok()
        };
        Self {
            automaton: (packed.is_empty() && inside.len() > 0).then(automaton).flatten(),
            moved,
            words,
            key_words,
            leads,
            inside,
            packed,
            all_packed,
        }
    }

    /// How many different literals there are: at word starts, and anywhere.
    pub(super) fn len(&self) -> (usize, usize) {
        (self.words.len(), self.inside.len())
    }

    /// The strategy's name, for the line of counts.
    pub(super) fn strategy(&self) -> &'static str {
        match (self.packed.as_slice(), self.all_packed, &self.automaton) {
            ([_, ..], true, _) => "packed",
            ([_, ..], false, _) => "word starts, packed",
            ([], _, Some(_)) => "word starts, automaton",
            ([], _, None) => "word starts",
        }
    }

    /// Calls `found` for every literal in `text`, in no special order; one may be found twice. `odd` are the parts of
    /// the text in which folding moved the starts of words.
    ///
    /// Phrases are found between word ends only; all else is the caller's to check.
    pub(super) fn for_each(
        &self,
        text: &str,
        odd: impl Iterator<Item = Range<usize>>,
        looks: &mut Looks,
        mut found: impl FnMut(Range<usize>, T),
    ) {
        let bytes = text.as_bytes();
        let inside_at = |start: usize, found: &mut dyn FnMut(Range<usize>, T)| {
            self.inside.for_each_start(&bytes[start..], |length, payloads| {
                payloads.iter().for_each(|&payload| found(start..start + length, payload));
            });
        };
        if !self.all_packed && self.words.len() > 0 {
            // Whether a word is of those nobody can guess: it is noted in either case, and noted over if it is not.
            let (mut noted, mut count) = ([0; NOTED], 0);
            let mut look_up = |noted: &[usize]| {
                // The same once more: most of the words begin as a literal does and go on otherwise.
                let (mut fronted, mut count) = ([(0, 0); NOTED], 0);
                for &start in noted {
                    let keys = self.words.fronted(first_eight(&bytes[start..]));
                    fronted[count % NOTED] = (start as u32, keys);
                    count += usize::from(keys != 0);
                }
                let rest = |start: u32| &bytes[start as usize..];
                self.words.find_all_starts(&fronted[..count], rest, looks, |start, length, literals| {
                    self.tell_words(text, start as usize, length, literals, false, &mut found);
                });
            };
            for_each_word(text, |start, length| {
                noted[count] = start;
                count += usize::from(self.key_words.may_be(&bytes[start..], length));
                if count == NOTED {
                    look_up(&noted);
                    count = 0;
                }
            });
            look_up(&noted[..count]);
        }
        for start in odd.filter(|_| self.moved).flatten().filter(|&start| text.is_char_boundary(start)) {
            self.words.for_each_start(&bytes[start..], |length, literals| {
                self.tell_words(text, start, length, literals, true, &mut found);
            });
        }
        for packed in &self.packed {
            let mut at = 0;
            while let Some(hit) = packed.find_in(bytes, aho_corasick::Span::from(at..bytes.len())) {
                if self.all_packed {
                    self.words.for_each_start(&bytes[hit.start()..], |length, literals| {
                        self.tell_words(text, hit.start(), length, literals, false, &mut found);
                    });
                }
                inside_at(hit.start(), &mut found);
                at = hit.start() + 1;
            }
        }
        if let Some(automaton) = &self.automaton {
            for hit in automaton.find_overlapping_iter(text) {
                inside_at(hit.start(), &mut found);
            }
        }
    }

    /// Tells of the literals whose part from their key word on stands at `start` with so many bytes, and whose lead stands before,
    /// unless a word runs over an end that none may run over. Where ends are `moved` nobody looks at those of expressions.
    fn tell_words(
        &self,
        text: &str,
        start: usize,
        length: usize,
        literals: &[AtWord<T>],
        moved: bool,
        found: &mut impl FnMut(Range<usize>, T),
    ) {
        let before = &text.as_bytes()[..start];
        for literal in literals {
            let lead = &self.leads[literal.lead.0 as usize..literal.lead.1 as usize];
            let range = start - lead.len().min(start)..start + length;
            let cut = |at: usize, free: bool| free && runs_over(text, at);
            let is_free = || !cut(range.start, literal.begins) && !cut(range.end, literal.closed);
            if before.ends_with(lead) && if moved { !literal.begins } else { is_free() } {
                found(range, literal.payload);
            }
        }
    }
}

/// Where the word begins by which `literal` is looked up, at the byte `from` or behind it: the first that is not common and from which
/// enough bytes are left to tell the literal from others. A short literal is told by its longest word that is not common, if it
/// has one.
fn key_word(literal: &str, from: usize) -> Option<usize> {
    let is_common = |word: &Range<usize>| is_common(&literal[word.clone()]);
    let words = || words_of(literal).filter(|word| word.start >= from);
    let told = || words().filter(|word| literal.len() - word.start >= TOLD);
    let short = || words().min_by_key(|word| (is_common(word), Reverse(word.len())));
    let word = told().find(|word| !is_common(word)).or_else(|| told().next()).or_else(short);
    word.map(|word| word.start)
}

/// The words of a literal whose script parts them by spaces.
fn words_of(literal: &str) -> impl Iterator<Item = Range<usize>> {
    let is_end = |c: char| !is_word_char(c);
    let pieces = literal.split_inclusive(is_end).scan(0, move |end, piece| {
        let start = *end;
        *end += piece.len();
        Some(start..start + piece.trim_end_matches(is_end).len())
    });
    pieces.filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::super::wanted::stands_free;
    use super::*;
    use proptest::prelude::*;

    const WORDS: [&str; 12] = [
        "the",
        "of",
        "your",
        "privacy",
        "policy",
        "settings",
        "é",
        "über",
        "a",
        "分享",
        "x1",
        "communications",
    ];

    fn finds(phrases: &[&str], glued: &[&str], text: &str) -> Vec<(usize, usize)> {
        let number = |list: &[&str], from: usize| -> Vec<(String, usize)> {
            list.iter().enumerate().map(|(i, p)| ((*p).to_owned(), from + i)).collect()
        };
        let glued: Vec<(Literal, usize)> = number(glued, 100)
            .into_iter()
            .map(|(text, payload)| (Literal { text, closed: false }, payload))
            .collect();
        let contained = Contained::new(&number(phrases, 0), &[], &glued);
        let mut found = Vec::new();
        contained.for_each(text, std::iter::empty(), &mut Looks::default(), |range, payload| {
            found.push((range.start, payload));
        });
        found.sort_unstable();
        found.dedup();
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
        fn long_literals_are_found_where_they_stand_whatever_word_tells_them(
            words in prop::collection::vec(prop::sample::select(WORDS.to_vec()), 0..24),
            parts in prop::collection::vec(prop::sample::select(vec![" ", " ", " ", "-", ", ", "\n", ""]), 24),
            cuts in prop::collection::vec((0..24usize, 1..5usize), 1..8),
        ) {
            let text: String = words.iter().zip(&parts).flat_map(|(word, part)| [*word, *part]).collect();
            // Most literals are pieces of the text, so that most are found.
            let piece = |&(from, count): &(usize, usize)| {
                let of = words.iter().zip(&parts).skip(from).take(count);
                let piece: String = of.flat_map(|(word, part)| [*word, *part]).collect();
                if piece.trim().is_empty() { "privacy policy".to_owned() } else { piece.trim().to_owned() }
            };
            let literals: Vec<String> = cuts.iter().map(piece).collect();
            let padding: Vec<String> = (0..PACKED_MOST).map(|i| format!("z{i}z")).collect();
            let all: Vec<&str> = literals.iter().chain(&padding).map(String::as_str).collect();
            let mut expected = Vec::new();
            for (i, literal) in literals.iter().enumerate() {
                let starts = (0..text.len()).filter(|&at| text.is_char_boundary(at) && text[at..].starts_with(literal.as_str()));
                let free = starts.filter(|&at| stands_free(&text, &(at..at + literal.len())));
                expected.extend(free.map(|at| (at, i)));
            }
            expected.sort_unstable();
            expected.dedup();
            prop_assert_eq!(finds(&all, &[], &text), expected);
        }

        #[test]
        fn literals_are_found_where_words_begin_and_end(
            text in "[ab1é]{0,3}([ -][ab1é]{1,3}){0,8}",
            literals in prop::collection::vec(("[ab1é]{1,3}([ -][ab1é]{1,3}){0,2}", any::<bool>(), any::<bool>()), 1..6),
            crowd in any::<bool>(),
        ) {
            let of_sort = |at_word: bool| -> Vec<(Literal, usize)> {
                let sort = literals.iter().enumerate().filter(|(_, (_, own, _))| *own == at_word);
                sort.map(|(i, (text, _, closed))| (Literal { text: text.clone(), closed: *closed }, i)).collect()
            };
            let padding = (0..if crowd { PACKED_MOST } else { 0 }).map(|i| (format!("z{i}z"), usize::MAX));
            let contained = Contained::new(&padding.collect::<Vec<_>>(), &of_sort(true), &of_sort(false));
            let find = |odd: Option<Range<usize>>| {
                let mut found = Vec::new();
                contained.for_each(&text, odd.into_iter(), &mut Looks::default(), |range, i| {
                    found.push((range.start, i));
                });
                found
            };
            // Where folding moved the ends of words, what stands there is found whatever stands around it.
            let (found, found_odd) = (find(None), find(Some(0..text.len())));
            for (i, (literal, at_word, closed)) in literals.iter().enumerate() {
                let starts = (0..text.len()).filter(|&at| text.is_char_boundary(at) && text[at..].starts_with(literal));
                for at in starts.clone() {
                    prop_assert!(found_odd.contains(&(at, i)), "{} at {} of an odd line", literal, at);
                }
                let ends = starts.filter(|at| !closed || !runs_over(&text, at + literal.len()));
                let ends: Vec<usize> = ends.collect();
                for &at in ends.iter().filter(|&&at| !at_word || !runs_over(&text, at)) {
                    prop_assert!(found.contains(&(at, i)), "{} at {}", literal, at);
                }
                // What may begin inside a word is found wherever it stands.
                let is_exact = found.iter().all(|(at, own)| *own != i || ends.contains(at));
                prop_assert!(is_exact || !at_word, "{}", literal);
            }
        }

        #[test]
        fn all_searches_find_the_same(text in "[ab \n]{0,40}", crowd in 0..3usize) {
            let phrases = ["a", "ab", "b a", "aab", "ba b"];
            let glued = ["bb", "b b", "abab"];
            // Padding the set past a searcher's size switches strategies; the padding never occurs.
            let padding: Vec<String> = (0..PACKED_MOST).map(|i| format!("z{i}z")).collect();
            let padded = |list: &[&'static str], crowded: bool| -> Vec<&str> {
                let padding = padding.iter().filter(|_| crowded).map(String::as_str);
                list.iter().copied().chain(padding).collect()
            };
            let (many, many_glued) = (padded(&phrases, crowd > 0), padded(&glued, crowd > 1));
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
            prop_assert_eq!(finds(&many, &many_glued, &text), expected);
        }
    }
}
