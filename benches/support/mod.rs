//! Text and rules for the benchmarks: generated, the same on every machine, with a known number of hits.

use std::fmt::Write;

/// Words that pages are made of. Their lengths and first letters are those of everyday English.
const WORDS: &[&str] = &[
    "the",
    "of",
    "and",
    "to",
    "in",
    "a",
    "that",
    "was",
    "for",
    "on",
    "with",
    "as",
    "it",
    "at",
    "by",
    "from",
    "they",
    "which",
    "committee",
    "bridge",
    "engineers",
    "river",
    "report",
    "council",
    "morning",
    "through",
    "between",
    "government",
    "question",
    "however",
    "against",
    "thousand",
    "evening",
    "station",
    "people",
    "water",
    "country",
    "nothing",
    "several",
    "answer",
    "before",
    "little",
    "another",
    "children",
    "something",
    "company",
    "remember",
];

/// A small generator of random numbers (PCG's multiplier), seeded, so that every run sees the same text.
pub(crate) struct Numbers(u64);

impl Numbers {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end
    }

    fn word(&mut self) -> &'static str {
        WORDS[self.below(WORDS.len())]
    }

    fn sentence(&mut self, words: usize, out: &mut String) {
        for index in 0..words {
            let word = self.word();
            if index == 0 {
                out.extend(word.chars().next().map(|c| c.to_ascii_uppercase()));
                out.push_str(&word[1..]);
            } else {
                out.push(' ');
                out.push_str(word);
            }
        }
    }
}

/// The phrase of rule `index`: three to five everyday words and a number that makes it its own.
pub(crate) fn phrase(index: usize) -> String {
    let mut numbers = Numbers::new(index as u64 * 7 + 1);
    let mut phrase = String::new();
    let words = 3 + numbers.below(3);
    numbers.sentence(words, &mut phrase);
    write!(phrase, " w{index}").unwrap();
    phrase
}

/// Pages of about 5 kB, and how many of their lines are phrases of the first `rules` rules.
pub(crate) fn pages(count: usize, rules: usize) -> (Vec<String>, usize) {
    let mut numbers = Numbers::new(42);
    let mut planted = 0;
    let pages = (0..count)
        .map(|_| {
            let mut page = String::new();
            for _ in 0..12 {
                let words = 1 + numbers.below(4);
                numbers.sentence(words, &mut page);
                page.push('\n');
            }
            for _ in 0..14 {
                let words = 25 + numbers.below(50);
                numbers.sentence(words, &mut page);
                page.push_str(".\n");
                if numbers.below(4) == 0 {
                    page.push_str(&phrase(numbers.below(rules)));
                    page.push('\n');
                    planted += 1;
                }
            }
            page
        })
        .collect();
    (pages, planted)
}
