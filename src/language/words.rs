//! The commonest words of languages that share a script, and the letters that not all of them have: a few of them stand in
//! every sentence, and hardly any in a sentence of another language. Related languages share some, so what counts is which
//! language has most.

use crate::bits::{BLOCK, Bitmap, Block, first_eight, first_of, spread};
use crate::letters::is_alphabetic;
use foldhash::fast::FixedState;
use std::collections::HashMap;
use std::sync::LazyLock;

/// A language a row: its code, its letters beyond those that its script's other languages have, and its words.
const TABLE: &str = include_str!("words.tsv");

/// How many words of a text are a language's own by themselves or by their letters, for each language of the table.
#[derive(Clone, Debug)]
pub(super) struct Tally {
    hits: [u16; LANGUAGES],
}

/// Languages that the table has room for: a bit of a number each.
const LANGUAGES: usize = u64::BITS as usize;
/// Letters of the longest common word of ASCII.
const LONGEST: usize = size_of::<u64>();
/// Bits of the set of marks for each word, and of the largest set: few words pass in vain, and it stays in the nearest cache.
const MARKS_EACH: usize = 16;
const MOST_MARKS: usize = 1 << 15;
/// Words that a language must have in a text, and more than any other language.
pub(super) const CLEAR: usize = 2;

/// The best language of a [`Tally`], and the best of the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Lead {
    pub(super) code: &'static str,
    pub(super) hits: usize,
    pub(super) second: usize,
}

struct Words {
    codes: Vec<&'static str>,
    /// The languages of a word, as bits.
    languages: HashMap<&'static str, u64, FixedState>,
    /// The same of words of ASCII, which have eight letters at most, by these; and marks of them, which turn most others away.
    short: HashMap<u64, u64, FixedState>,
    marks: Bitmap,
    /// The languages of a letter.
    letters: HashMap<char, u64, FixedState>,
}

impl Words {
    /// The languages of a word of ASCII letters of either case, the first `length` bytes of `rest`: those that it is common in.
    fn languages_of_ascii(&self, rest: &[u8], length: usize) -> u64 {
        if length > LONGEST {
            return 0;
        }
        self.short.get(&key_of(rest, length)).copied().unwrap_or(0)
    }

    /// The languages of a lower-case word: those that it is common in, else those that have all its letters. A word
    /// without a telling letter has none.
    fn languages_of(&self, word: &str) -> u64 {
        if let Some(&languages) = self.languages.get(word) {
            return languages;
        }
        if word.is_ascii() {
            return 0;
        }
        let telling = word.chars().filter_map(|letter| self.letters.get(&letter));
        telling.copied().reduce(|all, languages| all & languages).unwrap_or(0)
    }
}

/// Whether a folded word is one of the commonest of some language.
pub(crate) fn is_common(word: &str) -> bool {
    WORDS.languages.contains_key(word)
}

/// The first one to eight bytes of `rest`, letters of a short word, in lower case as one number.
fn key_of(rest: &[u8], length: usize) -> u64 {
    let lower = u64::from_le_bytes([0x20; 8]);
    first_of(first_eight(rest) | lower, length)
}

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    let mut words = Words {
        codes: Vec::new(),
        languages: HashMap::default(),
        short: HashMap::default(),
        marks: Bitmap::default(),
        letters: HashMap::default(),
    };
    for (code, letters, list) in rows() {
        let language = 1 << words.codes.len();
        letters.chars().for_each(|letter| *words.letters.entry(letter).or_default() |= language);
        list.split(' ').for_each(|word| *words.languages.entry(word).or_default() |= language);
        words.codes.push(code);
    }
    let keyed = words.languages.iter().filter(|(word, _)| word.is_ascii());
    words.short = keyed.map(|(word, languages)| (key_of(word.as_bytes(), word.len()), *languages)).collect();
    words.marks = Bitmap::new(words.short.len(), MARKS_EACH, MOST_MARKS);
    words.short.keys().for_each(|&key| words.marks.insert(spread(key)));
    words
});

fn rows() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    TABLE.lines().filter_map(|row| {
        let (code, rest) = row.split_once('\t')?;
        let (letters, words) = rest.split_once('\t')?;
        Some((code, letters, words))
    })
}

impl Default for Tally {
    fn default() -> Self {
        Self { hits: [0; LANGUAGES] }
    }
}

impl Tally {
    /// Counts the words of `text`; `word` is scratch.
    pub(super) fn of(text: &str, word: &mut String) -> Self {
        let (mut tally, words, bytes) = (Self::default(), &*WORDS, text.as_bytes());
        let mut at = 0;
        while at < bytes.len() {
            let Block { letters, beyond, .. } = Block::of(&bytes[at..]);
            let mut left = letters | beyond;
            // Half of all words are common, but which ones nobody can guess: those that may be are noted without a branch.
            let (mut noted, mut count) = ([0; BLOCK / 2], 0);
            at = loop {
                if left == 0 {
                    break at + BLOCK;
                }
                let start = left.trailing_zeros() as usize;
                let length = (!(letters >> start)).trailing_zeros() as usize;
                let end = start + length;
                if end < BLOCK && beyond >> end & 1 == 0 {
                    // Nearly all words are of ASCII letters alone.
                    let key = key_of(&bytes[at + start..], length.min(LONGEST));
                    noted[count % noted.len()] = key;
                    count += usize::from((length <= LONGEST) & words.marks.contains(spread(key)));
                    left &= u64::MAX << end;
                } else if end == BLOCK && start > 0 {
                    // Read again from where it begins.
                    break at + start;
                } else {
                    break at + start + tally.count_first(&text[at + start..], length, word);
                }
            };
            for key in &noted[..count] {
                tally.count(words.short.get(key).copied().unwrap_or(0));
            }
        }
        tally
    }

    /// Counts the word at the front of `rest`, if there is one, after whose first `plain` letters, all ASCII, something else
    /// stands; and tells how many bytes are done with.
    fn count_first(&mut self, rest: &str, plain: usize, word: &mut String) -> usize {
        let length = rest.find(|c: char| !is_of_a_word(c)).unwrap_or(rest.len());
        if length > plain {
            word.clear();
            word.extend(rest[..length].chars().flat_map(char::to_lowercase));
            self.count(WORDS.languages_of(word));
        } else if plain > 0 {
            self.count(WORDS.languages_of_ascii(rest.as_bytes(), plain));
        }
        length + rest[length..].chars().next().map_or(0, char::len_utf8)
    }

    /// Counts one word of these languages.
    fn count(&mut self, mut languages: u64) {
        while languages != 0 {
            let hits = &mut self.hits[languages.trailing_zeros() as usize];
            *hits = hits.saturating_add(1);
            languages &= languages - 1;
        }
    }

    /// Adds the words of another text.
    pub(super) fn add(&mut self, other: &Self) {
        self.hits.iter_mut().zip(other.hits).for_each(|(sum, hits)| *sum = sum.saturating_add(hits));
    }

    /// Whether it has no word of any language.
    pub(super) fn is_empty(&self) -> bool {
        self.hits.iter().fold(0, |any, hits| any | hits) == 0
    }

    /// The languages that no other has clearly more words than.
    pub(super) fn contenders(&self) -> impl Iterator<Item = &'static str> {
        let most = self.hits.iter().max().copied().unwrap_or(0);
        let named = WORDS.codes.iter().zip(self.hits);
        named
            .filter(move |(_, hits)| *hits > 0 && usize::from(*hits) + CLEAR > usize::from(most))
            .map(|(code, _)| *code)
    }

    /// Which language has most of its words in the text.
    pub(super) fn lead(&self) -> Lead {
        let mut lead = Lead { code: "", hits: 0, second: 0 };
        for (&code, hits) in WORDS.codes.iter().zip(self.hits.map(usize::from)) {
            if hits > lead.hits {
                lead = Lead { code, hits, second: lead.hits };
            } else {
                lead.second = lead.second.max(hits);
            }
        }
        lead
    }
}

/// Whether the table has the language.
pub(super) fn is_known(code: &str) -> bool {
    WORDS.codes.contains(&code)
}

/// Letters, and the signs of Indic scripts that stand within words and are no letters.
fn is_of_a_word(c: char) -> bool {
    is_alphabetic(c) || matches!(c, '\u{93c}' | '\u{94d}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_tidy() {
        let mut codes: Vec<&str> = Vec::new();
        for (code, letters, list) in rows() {
            let words: Vec<&str> = list.split(' ').collect();
            let mut each = words.clone();
            each.sort_unstable();
            each.dedup();
            assert_eq!(each.len(), words.len(), "{code} has a word twice");
            assert!((2..=3).contains(&code.len()) && words.len() >= 10, "{code}");
            assert!(
                words.iter().all(|word| word.chars().all(is_of_a_word) && *word == word.to_lowercase()),
                "{code}"
            );
            assert!(words.iter().all(|word| !word.is_ascii() || word.len() <= LONGEST), "{code}");
            assert!(letters.chars().all(|c| !c.is_ascii() && c.is_alphabetic()), "{code}");
            codes.push(code);
        }
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), TABLE.lines().count());
        assert!(codes.len() <= LANGUAGES);
    }

    #[test]
    fn words_end_where_letters_do() {
        for (text, hits) in
            [("the", 1), ("THE and", 2), ("thé", 0), ("the’s and", 2), ("ethe", 0), ("éthe", 0)]
        {
            let tally = Tally::of(text, &mut String::new());
            let english = WORDS.codes.iter().position(|code| *code == "en").unwrap();
            assert_eq!(tally.hits[english], hits, "{text}");
        }
    }

    #[test]
    fn words_are_read_across_blocks() {
        let english = WORDS.codes.iter().position(|code| *code == "en").unwrap();
        for lead in 0..2 * BLOCK {
            for (word, hits) in
                [("the", 1), ("thé", 0), ("the’s", 1), ("éthe", 0), ("thexthexthexthexthe", 0)]
            {
                let text = format!("{}{word} the", ".".repeat(lead));
                assert_eq!(Tally::of(&text, &mut String::new()).hits[english], hits + 1, "{text}");
            }
        }
        assert_eq!(Tally::of(&"the".repeat(100), &mut String::new()).hits[english], 0);
    }

    #[test]
    fn the_language_with_most_words_leads() {
        let tally = Tally::of("Nicht nur der Hund, auch die Katze.", &mut String::new());
        assert_eq!(tally.lead(), Lead { code: "de", hits: 5, second: 1 });
        assert_eq!(tally.contenders().collect::<Vec<_>>(), ["de"]);
        assert_eq!(Tally::default().contenders().count(), 0);
    }
}
