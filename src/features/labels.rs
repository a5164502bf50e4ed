//! Labels of sections in thirty-odd languages: what stands above comments, related stories, share buttons.
//!
//! Rules know English best. These labels tell only where a section begins, and only as a feature: no line goes because of
//! them alone. The phrases are single short facts of interface catalogs under MIT, Apache-2.0, BSD and the like, or ones
//! that several catalogs share; numbers in them are any number. A line is compared whole, by the hashes of its words.

use super::marks;
use super::words::{hash_words, key};
use crate::fold::fold;
use foldhash::fast::FixedState;
use std::collections::HashMap;
use std::sync::LazyLock;

/// One section and language a row: its name, the language, and the phrases.
const TABLE: &str = include_str!("labels.tsv");
/// Words of a label, at most; in scripts without spaces every character is one.
pub(super) const LONGEST: usize = 24;

static LABELS: LazyLock<HashMap<u64, u8, FixedState>> = LazyLock::new(|| {
    let mut labels = HashMap::default();
    let mut words = Vec::new();
    for (section, phrase) in phrases() {
        words.clear();
        hash_words(fold(phrase).as_bytes(), &mut words);
        *labels.entry(key(&words)).or_default() |= 1 << section;
    }
    labels
});

/// The sections that a line of so many words with this [`key`] labels, as bits.
pub(super) fn sections(words: usize, key: u64) -> u8 {
    match words {
        1..=LONGEST => LABELS.get(&key).copied().unwrap_or(0),
        _ => 0,
    }
}

fn phrases() -> impl Iterator<Item = (usize, &'static str)> {
    TABLE.lines().flat_map(|row| {
        let mut cells = row.split('\t');
        let section = section(cells.next().unwrap_or_default());
        let phrases = cells.nth(1).unwrap_or_default().split(" | ");
        section.into_iter().flat_map(move |section| phrases.clone().map(move |phrase| (section, phrase)))
    })
}

fn section(name: &str) -> Option<usize> {
    Some(match name {
        "comments" => marks::COMMENTS,
        "related" => marks::RELATED,
        "share" => marks::SHARE,
        "nav" => marks::NAV,
        "legal" => marks::LEGAL,
        "meta" => marks::META,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(line: &str) -> u8 {
        let mut words = Vec::new();
        hash_words(fold(line).as_bytes(), &mut words);
        sections(words.len(), key(&words))
    }

    #[test]
    fn every_row_is_a_section_with_phrases_that_find_themselves() {
        for row in TABLE.lines() {
            let cells: Vec<&str> = row.split('\t').collect();
            assert_eq!(cells.len(), 3, "{row}");
            let section = section(cells[0]).unwrap();
            for phrase in cells[2].split(" | ") {
                assert!(of(phrase) >> section & 1 != 0, "{phrase}");
            }
        }
    }

    #[test]
    fn knows_labels_of_many_languages_whatever_their_numbers() {
        for line in [
            "Keine Kommentare",
            "12 Kommentare",
            "Deja un comentario",
            "3 yorum",
            "Оставить комментарий",
            "发表评论",
        ] {
            assert_eq!(of(line) >> marks::COMMENTS & 1, 1, "{line}");
        }
        assert_eq!(of("Er gab keine Kommentare dazu ab."), 0);
    }
}
