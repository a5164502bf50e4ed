//! The words around and inside people's names, from `words.tsv`: small closed lists, since names are an open set.
//!
//! Words are looked up whole and whatever their case, never by prefix: `by` must not bite into `Byrne`.

use foldhash::HashMap;
use std::sync::LazyLock;

/// Bytes of the longest word that is looked up; a test holds the list to it.
const LONGEST: usize = 64;

const WORDS: &str = include_str!("words.tsv");

static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::read(WORDS));

/// What a word is; a word may be several.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Particle,
    Dotted,
    Stop,
    Section,
    Ending,
    Place,
    Role,
    Nobody,
    Label,
    Ambiguous,
    Part,
    Joiner,
}

impl Kind {
    const NAMES: &[(&str, Self)] = &[
        ("particle", Self::Particle),
        ("dotted", Self::Dotted),
        ("stop", Self::Stop),
        ("section", Self::Section),
        ("ending", Self::Ending),
        ("place", Self::Place),
        ("role", Self::Role),
        ("nobody", Self::Nobody),
        ("label", Self::Label),
        ("ambiguous", Self::Ambiguous),
        ("part", Self::Part),
        ("joiner", Self::Joiner),
    ];

    const fn bit(self) -> u16 {
        1 << self as u16
    }
}

struct Lexicon {
    /// The bits of every word's kinds.
    kinds: HashMap<&'static [u8], u16>,
    /// Longest first, so that `written by` comes before `by`.
    labels: Vec<&'static str>,
    endings: Vec<&'static str>,
}

impl Lexicon {
    fn read(tsv: &'static str) -> Self {
        let rows: Vec<_> = rows(tsv)
            .map(|(word, kinds)| {
                let named = |name: &str| Kind::NAMES.iter().find(|(known, _)| *known == name);
                (word, kinds.split(' ').filter_map(named).fold(0, |bits, (_, kind)| bits | kind.bit()))
            })
            .collect();
        let of_kind =
            |kind: Kind| rows.iter().filter(move |(_, bits)| bits & kind.bit() != 0).map(|&(word, _)| word);
        let mut labels: Vec<_> = of_kind(Kind::Label).collect();
        labels.sort_by_key(|label| std::cmp::Reverse(label.len()));
        let endings = of_kind(Kind::Ending).collect();
        let kinds = rows.iter().map(|&(word, kinds)| (word.as_bytes(), kinds)).collect();
        Self { kinds, labels, endings }
    }
}

fn rows(tsv: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    tsv.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once('\t'))
}

/// Whether `word` is of that kind, whatever its case.
pub(super) fn is(word: &str, kind: Kind) -> bool {
    let lexicon = &*LEXICON;
    let kinds = if word.is_ascii() {
        // Nearly every word: lowered in place, and longer ones than the list has are none of it.
        let mut lowered = [0; LONGEST];
        let Some(lowered) = lowered.get_mut(..word.len()) else { return false };
        lowered.copy_from_slice(word.as_bytes());
        lowered.make_ascii_lowercase();
        lexicon.kinds.get(&*lowered)
    } else {
        lexicon.kinds.get(word.to_lowercase().as_bytes())
    };
    kinds.is_some_and(|kinds| kinds & kind.bit() != 0)
}

/// The labels before an author, longest first.
pub(super) fn labels() -> &'static [&'static str] {
    &LEXICON.labels
}

/// Whether a word joins two names: `and`, `AND`, `y`, but not the initial `Y`.
pub(super) fn is_joiner(word: &str) -> bool {
    is(word, Kind::Joiner) && (word.len() > 1 || !word.starts_with(char::is_uppercase))
}

/// Whether a word is made like an English noun or adjective of headings.
pub(super) fn is_heading_word(word: &str) -> bool {
    let word = word.as_bytes();
    let ends_in = |ending: &&str| {
        let tail = word.len().checked_sub(ending.len()).map(|at| &word[at..]);
        tail.is_some_and(|tail| tail.eq_ignore_ascii_case(ending.as_bytes()))
    };
    LEXICON.endings.iter().any(ends_in)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_data_file_is_in_normal_form() {
        let lines: Vec<_> = WORDS.lines().skip_while(|line| line.starts_with('#')).collect();
        assert_eq!(rows(WORDS).count(), lines.len(), "every row has a word and its kinds");
        let words: Vec<_> = rows(WORDS).map(|(word, _)| word).collect();
        assert!(words.is_sorted_by(|a, b| a < b), "rows are sorted by bytes, each word once");
        for (word, kinds) in rows(WORDS) {
            assert_eq!(word.to_lowercase().trim(), word);
            assert!(word.len() <= LONGEST, "{word}");
            let kinds: Vec<_> = kinds.split(' ').collect();
            assert!(kinds.is_sorted_by(|a, b| a < b), "{word}: {kinds:?}");
            for kind in kinds {
                assert!(Kind::NAMES.iter().any(|(known, _)| *known == kind), "{word}: no kind `{kind}`");
            }
        }
    }

    #[test]
    fn words_are_found_in_any_case_and_never_by_prefix() {
        assert!(is("By", Kind::Label) && is("АВТОР", Kind::Label) && is("von", Kind::Ambiguous));
        assert!(!is("Byrne", Kind::Label) && !is("B", Kind::Label) && !is("by", Kind::Role));
    }
}
