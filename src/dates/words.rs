//! The words that dates are written with, read once from `words.tsv` (Unicode CLDR, see its head).
//!
//! One table a kind, all languages together: a page does not say its language, and the same month word never means
//! two months. Words that everyday language uses too (`mars`, `set`, `out`) are marked, not left out.

use super::scan::Phrases;
use std::sync::LazyLock;

const WORDS: &str = include_str!("words.tsv");

/// The tables, by kind.
pub(super) static WORD_TABLES: LazyLock<WordTables> = LazyLock::new(|| WordTables::read(WORDS));

/// Month words.
#[derive(Clone, Copy, Debug)]
pub(super) struct Month {
    /// 1 to 12.
    pub(super) number: u8,
    /// Whether the word is an everyday word too, so that it needs a day and a year beside it.
    pub(super) clashes: bool,
}

pub(super) struct WordTables {
    pub(super) months: Phrases<Month>,
    pub(super) weekdays: Phrases<()>,
    /// Words for a half of the day: whether it is the second.
    pub(super) halves: Phrases<bool>,
    /// Relative times without a number: `yesterday`.
    pub(super) ago_words: Phrases<()>,
    /// What stands before the number of a relative time, `vor` or nothing, as bits that [`Self::ago_units`] tell.
    pub(super) ago_leads: Phrases<u64>,
    /// What follows the number, with the bits of the leads that go with it; the lowest bit is for no lead.
    pub(super) ago_units: Phrases<u64>,
}

impl WordTables {
    fn read(tsv: &'static str) -> Self {
        let (mut months, mut weekdays, mut halves, mut ago_words) = (vec![], vec![], vec![], vec![]);
        let mut leads = vec![""];
        let mut units: Vec<(&'static str, u64)> = vec![];
        for (word, kind, number) in rows(tsv) {
            match kind {
                "month" | "clash" => {
                    let number = number.parse().unwrap_or_default();
                    months.push((word, Month { number, clashes: kind == "clash" }));
                }
                "weekday" => weekdays.push((word, ())),
                "am" | "pm" => halves.push((word, kind == "pm")),
                _ => match word.split_once("{n}") {
                    None => ago_words.push((word, ())),
                    Some((lead, unit)) => {
                        let known = leads.iter().position(|&known| known == lead);
                        let bit = known.unwrap_or_else(|| {
                            leads.push(lead);
                            leads.len() - 1
                        });
                        match units.iter_mut().find(|(known, _)| *known == unit) {
                            Some((_, bits)) => *bits |= 1 << bit,
                            None => units.push((unit, 1 << bit)),
                        }
                    }
                },
            }
        }
        let leads = leads.into_iter().enumerate().skip(1).map(|(bit, lead)| (lead, 1 << bit)).collect();
        Self {
            months: Phrases::new(months),
            weekdays: Phrases::new(weekdays),
            halves: Phrases::new(halves),
            ago_words: Phrases::new(ago_words),
            ago_leads: Phrases::new(leads),
            ago_units: Phrases::new(units),
        }
    }
}

/// The rows of the data file: word, kind, number or nothing.
fn rows(tsv: &'static str) -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    tsv.lines().filter(|line| !line.starts_with('#')).filter_map(|line| {
        let (word, rest) = line.split_once('\t')?;
        let (kind, number) = rest.split_once('\t').unwrap_or((rest, ""));
        Some((word, kind, number))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fold::fold;
    use std::collections::HashSet;

    #[test]
    fn the_data_file_is_in_normal_form() {
        let lines: Vec<_> = WORDS.lines().skip_while(|line| line.starts_with('#')).collect();
        assert!(lines.is_sorted_by(|a, b| a < b), "rows are sorted by bytes, each once");
        assert_eq!(rows(WORDS).count(), lines.len(), "every row has a word and a kind");
        for (word, kind, number) in rows(WORDS) {
            // The slot's braces stand where a number will; a word at its side shows the folded pattern.
            let shown = word.replace("{n}", "2");
            assert_eq!(fold(&shown), shown, "{word}");
            assert!(word.len() > 1, "{word}: a table holds phrases of two bytes or more");
            match kind {
                "month" | "clash" => assert!((1..=12).contains(&number.parse().unwrap_or(0)), "{word}"),
                "weekday" | "am" | "pm" | "ago" => assert_eq!(number, "", "{word}"),
                _ => panic!("{word}: no kind `{kind}`"),
            }
        }
    }

    #[test]
    fn a_month_word_means_one_month() {
        let months = || rows(WORDS).filter(|(_, kind, _)| matches!(*kind, "month" | "clash"));
        let words: HashSet<_> = months().map(|(word, ..)| word).collect();
        assert_eq!(words.len(), months().count());
    }

    #[test]
    fn the_leads_of_relative_times_fit_their_bits() {
        let with_number = rows(WORDS).filter_map(|(word, ..)| Some(word.split_once("{n}")?.0));
        assert!(with_number.collect::<HashSet<_>>().len() <= 64);
    }
}
