//! How good one cleaned page is: the measures of the WCXB benchmark, page by page.
//!
//! Words are compared as bags, so that nothing depends on how paragraphs are parted. Means over pages are the
//! caller's: a page without a snippet or a known author has no such figure, and counts in no mean of it.

use super::words::{fold_words, squeeze_case, words};
use foldhash::{HashMap, HashMapExt};
use std::borrow::Cow;

/// Words of the shingles that exactness is told by.
const SHINGLE: usize = 4;

/// One figure of a page, from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Metric {
    /// Share of the article's words that are gold.
    Precision,
    /// Share of gold's words that are in the article.
    Recall,
    /// Their harmonic mean.
    F1,
    /// Whether the article is gold, word for word: the same multiset of shingles of four words.
    Exact,
    /// Share of the snippets found that must be.
    With,
    /// Share of the snippets found that must not be: lower is better.
    Without,
    /// Whether the title is gold's.
    Title,
    /// Whether the authors are gold's.
    Authors,
    /// Whether the day of publication is gold's.
    Published,
}

impl Metric {
    /// Every metric, in the order of reports.
    pub const ALL: [Self; 9] = [
        Self::Precision,
        Self::Recall,
        Self::F1,
        Self::Exact,
        Self::With,
        Self::Without,
        Self::Title,
        Self::Authors,
        Self::Published,
    ];

    /// The name that reports and gates use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Precision => "P",
            Self::Recall => "R",
            Self::F1 => "F1",
            Self::Exact => "exact",
            Self::With => "with",
            Self::Without => "without",
            Self::Title => "title",
            Self::Authors => "authors",
            Self::Published => "published",
        }
    }

    /// The metric of that name; case does not matter.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|metric| metric.name().eq_ignore_ascii_case(name))
    }

    /// Whether less of it is better.
    pub fn lower_is_better(self) -> bool {
        self == Self::Without
    }
}

/// What a page must become, as far as people said it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Target {
    /// The article's text.
    pub text: String,
    /// Lines that may stay or go.
    pub either: Vec<String>,
    /// Snippets that must be in the article.
    pub with: Vec<String>,
    /// Snippets that must not.
    pub without: Vec<String>,
    /// The title, or empty when it is not known.
    pub title: String,
    /// The authors, or empty.
    pub authors: String,
    /// The date of publication, or empty.
    pub published: String,
}

/// What cleaning made of it; a page that gave no article is empty in everything.
#[derive(Clone, Copy, Debug, Default)]
pub struct Got<'a> {
    /// The text.
    pub text: &'a str,
    /// The title.
    pub title: &'a str,
    /// The authors, parted by `; `.
    pub authors: &'a str,
    /// The date of publication.
    pub published: &'a str,
}

/// The figures of one page.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PageScore([Option<f64>; Metric::ALL.len()]);

impl PageScore {
    /// One figure, if the page has it.
    pub fn get(&self, metric: Metric) -> Option<f64> {
        self.0[metric as usize]
    }

    /// The same with one figure set.
    #[must_use]
    pub fn with(mut self, metric: Metric, value: Option<f64>) -> Self {
        self.0[metric as usize] = value;
        self
    }
}

/// Scores one page.
pub fn score_page(target: &Target, got: Got<'_>) -> PageScore {
    let text = without_either(got.text, &target.either);
    let (have, want) = (words(&text), words(&target.text));
    let (precision, recall, f1) = bag_scores(&have, &want);
    let mut score = PageScore::default()
        .with(Metric::Precision, Some(precision))
        .with(Metric::Recall, Some(recall))
        .with(Metric::F1, Some(f1))
        .with(Metric::Exact, Some(truth(same_shingles(&have, &want))))
        .with(Metric::With, found(&text, &target.with))
        .with(Metric::Without, found(&text, &target.without));
    if !target.title.is_empty() {
        let met = fold_words(&target.title) == fold_words(got.title);
        score = score.with(Metric::Title, Some(truth(met)));
    }
    if !target.authors.is_empty() {
        let met = fold_words(&target.authors) == fold_words(got.authors);
        score = score.with(Metric::Authors, Some(truth(met)));
    }
    if let Some(day) = day(&target.published) {
        let met = got.published.get(..day.len()) == Some(day);
        score = score.with(Metric::Published, Some(truth(met)));
    }
    score
}

/// Precision, recall and F1 of words as multisets; two empty ones are a perfect match.
fn bag_scores<W: Eq + std::hash::Hash>(got: &[W], want: &[W]) -> (f64, f64, f64) {
    let mut left: HashMap<&W, u32> = HashMap::with_capacity(want.len());
    for word in want {
        *left.entry(word).or_default() += 1;
    }
    let mut shared = 0;
    for word in got {
        if let Some(count) = left.get_mut(word).filter(|count| **count > 0) {
            *count -= 1;
            shared += 1;
        }
    }
    counted_scores(shared, got.len(), want.len())
}

/// Precision, recall and F1 of counts: words shared, words there, words wanted.
pub fn counted_scores(shared: usize, got: usize, want: usize) -> (f64, f64, f64) {
    if got == 0 || want == 0 {
        let met = truth(got == want);
        return (met, met, met);
    }
    let (precision, recall) = (shared as f64 / got as f64, shared as f64 / want as f64);
    let f1 = if shared == 0 { 0.0 } else { 2.0 * precision * recall / (precision + recall) };
    (precision, recall, f1)
}

fn truth(yes: bool) -> f64 {
    f64::from(u8::from(yes))
}

/// The text without its lines that may stay or go: those that stay are neither right nor wrong.
fn without_either<'a>(text: &'a str, either: &[String]) -> Cow<'a, str> {
    if either.is_empty() {
        return Cow::Borrowed(text);
    }
    let either: Vec<Vec<String>> = either.iter().map(|line| words(line)).collect();
    let firm = text.split('\n').filter(|line| !either.contains(&words(line)) || words(line).is_empty());
    Cow::Owned(firm.collect::<Vec<_>>().join("\n"))
}

/// Whether both have the same shingles, each as often; a text of fewer words is one shingle.
fn same_shingles(got: &[String], want: &[String]) -> bool {
    if got.len() != want.len() {
        return false;
    }
    let shingles = |words: &[String]| {
        let mut shingles: Vec<Vec<String>> =
            words.windows(SHINGLE.min(words.len()).max(1)).map(<[String]>::to_vec).collect();
        shingles.sort_unstable();
        shingles
    };
    got == want || shingles(got) == shingles(want)
}

/// Share of the snippets that the text holds, white space and case aside.
fn found(text: &str, snippets: &[String]) -> Option<f64> {
    if snippets.is_empty() {
        return None;
    }
    let text = squeeze_case(text);
    let found = snippets.iter().filter(|snippet| text.contains(&squeeze_case(snippet))).count();
    Some(found as f64 / snippets.len() as f64)
}

/// The day that a date begins with: `2020-01-03`.
fn day(date: &str) -> Option<&str> {
    let day = date.get(..10)?;
    let is_day = day.bytes().enumerate().all(|(at, byte)| match at {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    });
    is_day.then_some(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Target {
        Target { text: text.to_owned(), ..Target::default() }
    }

    fn score(target: &Target, got: &str) -> PageScore {
        score_page(target, Got { text: got, ..Got::default() })
    }

    #[test]
    fn bags_count_every_word_as_often_as_it_stands() {
        let score = score(&text("the cat the hat"), "The the THE dog");
        assert_eq!(score.get(Metric::Precision), Some(0.5));
        assert_eq!(score.get(Metric::Recall), Some(0.5));
        assert_eq!(score.get(Metric::F1), Some(0.5));
    }

    #[test]
    fn nothing_for_nothing_is_perfect_and_nothing_for_something_is_not() {
        for (want, got, f1) in [("", "", 1.0), ("a", "", 0.0), ("", "a", 0.0), ("a", "b", 0.0)] {
            assert_eq!(score(&text(want), got).get(Metric::F1), Some(f1), "{want:?} {got:?}");
        }
        assert_eq!(score(&text(""), "").get(Metric::Exact), Some(1.0));
    }

    #[test]
    fn exact_asks_for_the_order_of_neighbours_but_not_of_the_whole() {
        let exact = |want: &str, got: &str| score(&text(want), got).get(Metric::Exact);
        assert_eq!(exact("a b c d e", "A, b: c d\n\ne"), Some(1.0));
        assert_eq!(exact("a b c d e", "e d c b a"), Some(0.0));
        assert_eq!(exact("a b", "b a"), Some(0.0));
        assert_eq!(exact("a b c d e", "a b c d"), Some(0.0));
    }

    #[test]
    fn what_is_not_known_has_no_figure() {
        let score = score(&text("a"), "a");
        for metric in [Metric::With, Metric::Without, Metric::Title, Metric::Authors, Metric::Published] {
            assert_eq!(score.get(metric), None, "{}", metric.name());
        }
        let vague = Target { published: "2020-01".to_owned(), ..text("a") };
        assert_eq!(score_page(&vague, Got::default()).get(Metric::Published), None);
    }

    #[test]
    fn fields_and_snippets_are_met_or_not() {
        let target = Target {
            with: vec!["Two  words".to_owned(), "not there".to_owned()],
            without: vec!["Share".to_owned()],
            title: "“A” title".to_owned(),
            authors: "Jane Doe, John Roe".to_owned(),
            published: "2020-01-03T10:00".to_owned(),
            ..text("x")
        };
        let got = Got {
            text: "here are two\nwords; share",
            title: "A Title",
            authors: "Jane Doe; John Roe",
            published: "2020-01-03",
        };
        let score = score_page(&target, got);
        let figures = Metric::ALL[4..].iter().map(|metric| score.get(*metric));
        assert_eq!(figures.collect::<Vec<_>>(), [Some(0.5), Some(1.0), Some(1.0), Some(1.0), Some(1.0)]);
    }

    #[test]
    fn lines_that_may_stay_or_go_count_neither_way() {
        let target = Target { either: vec!["A note, perhaps".to_owned()], ..text("The text.") };
        for got in ["The text.", "The text.\n\nA note – perhaps"] {
            let score = score(&target, got);
            assert_eq!((score.get(Metric::F1), score.get(Metric::Exact)), (Some(1.0), Some(1.0)), "{got}");
        }
        assert!(score(&target, "The text. More").get(Metric::F1) < Some(1.0));
    }

    #[test]
    fn every_name_leads_back() {
        for metric in Metric::ALL {
            assert_eq!(Metric::from_name(&metric.name().to_uppercase()), Some(metric));
        }
        assert_eq!(Metric::from_name("G1"), None);
    }
}
