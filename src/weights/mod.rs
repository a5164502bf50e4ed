//! Fitted weights: what a line model has learned, as data that is read once and shared by all threads.
//!
//! Weights are two forests over the features of a line, one fitted on articles and one on pages of any kind, a third over
//! the features of a page that says which of the two should judge it, and the fitted words. The default weights are part
//! of the program.

mod chance;
mod forest;
mod format;
mod grove;

pub use chance::CERTAIN;
pub(crate) use chance::{Chances, UNIT};
pub(crate) use forest::{DEPTH, Forest, LEAVES, Node, Tree};
pub use format::WeightsError;
pub(crate) use grove::{Descent, Grove};

use crate::features::{Column, Group, Lexicon, Table};
use crate::model::{Input, RuleId, Score};
use crate::rules::RuleSet;
use std::sync::{Arc, OnceLock};

/// The weights that are part of the program: for text, and for HTML.
static TEXT: &[u8] = include_bytes!("text.weights");
static HTML: &[u8] = include_bytes!("html.weights");

/// What the weights were fitted on, and how good they are: for people.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Card {
    /// The data and their licence, in words.
    pub data: String,
    /// The day of the fit.
    pub date: String,
    /// Labelled pages, with each of their texts.
    pub samples: usize,
    /// Sites that they are from.
    pub sites: usize,
    /// Cross-validated figures, each with its name.
    pub figures: Vec<(String, f64)>,
}

/// How far a rule may be believed on articles, where that is not what its author wrote.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct RuleScore {
    /// The rule's full name.
    pub rule: String,
    /// The score as written when it was fitted; a rule that says something else by now keeps its own.
    pub written: f64,
    /// The score that its hits justify, nearest to the one that is written.
    pub score: f64,
    /// The share of noise among its hits, as a mean over sites.
    pub purity: f64,
    /// Sites with hits.
    pub sites: usize,
}

/// Which of the two forests judges a page, or both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// The one for articles.
    Article,
    /// The one for pages of any kind.
    Any,
    /// Both, of a page that may be either: the mean of what they say.
    Both,
}

/// What a line model has learned.
#[derive(Clone, Debug, Default)]
pub struct Weights {
    pub(crate) card: Card,
    pub(crate) scores: Vec<RuleScore>,
    /// What the pages were that they were fitted on, and the only ones that they can judge.
    pub(crate) input: Input,
    pub(crate) lexicon: Lexicon,
    /// Fitted class and id words.
    pub(crate) names: Lexicon,
    pub(crate) gate: Forest,
    pub(crate) article: Forest,
    pub(crate) any: Forest,
    /// The middle byte of each column over the fitted lines: what is usual says nothing.
    pub(crate) typical: Vec<u8>,
    pub(crate) chances: Chances,
}

impl Weights {
    /// The weights that are part of the program, for pages of an input.
    pub fn builtin(input: Input) -> Arc<Self> {
        // A test reads the embedded files; weights that are none would leave every line where it is.
        let read = |bytes| Arc::new(Self::read(bytes).unwrap_or_default());
        static WEIGHTS: [OnceLock<Arc<Weights>>; 2] = [OnceLock::new(), OnceLock::new()];
        let [text, html] = &WEIGHTS;
        Arc::clone(match input {
            Input::Text => text.get_or_init(|| read(TEXT)),
            Input::Html => html.get_or_init(|| read(HTML)),
        })
    }

    /// What the pages are that they can judge.
    pub fn input(&self) -> Input {
        self.input
    }

    /// What the weights were fitted on.
    pub fn card(&self) -> &Card {
        &self.card
    }

    /// The scores of rules that were fitted; all others are as written.
    pub fn scores(&self) -> &[RuleScore] {
        &self.scores
    }

    /// What each rule's score gains, in thousandths, in the order of `rules`; nothing when none was fitted.
    pub(crate) fn gains(&self, rules: &RuleSet) -> Vec<i32> {
        let mut gains = Vec::new();
        for fitted in &self.scores {
            let as_written =
                |&id: &RuleId| Some(rules.rule(id).score()) == Score::try_from_f64(fitted.written);
            let id = rules.find(&fitted.rule).filter(as_written);
            if let (Some(id), Some(score)) = (id, Score::try_from_f64(fitted.score)) {
                gains.resize(rules.rules().len(), 0);
                gains[id.index()] = score.thousandths() - rules.rule(id).score().thousandths();
            }
        }
        gains
    }

    /// The fitted words.
    pub fn lexicon(&self) -> &Lexicon {
        &self.lexicon
    }

    /// The fitted class and id words.
    pub fn names(&self) -> &Lexicon {
        &self.names
    }

    /// The chance that a page is an article, in [`CERTAIN`]ths; `table` holds its lines.
    pub(crate) fn article_chance(&self, table: &Table, row: &mut Vec<u8>) -> u16 {
        row.clear();
        row.extend(table.columns().map(|column| column[0]));
        self.chances.of(self.gate.sum(row))
    }

    /// How much each group of features says of a line, in logits; above 0 it speaks for content. What a group says is what
    /// the sum loses when the group's features are the usual ones.
    pub(crate) fn reasons(&self, table: &Table, line: usize, sort: Sort) -> Vec<(Group, f64)> {
        let columns = Column::of(table.input());
        let row: Vec<u8> = columns.iter().map(|&column| table.column(column)[line]).collect();
        let whole = self.sum(&row, sort);
        let say = |&group: &Group| {
            let mut without = row.clone();
            for (&column, (cell, usual)) in columns.iter().zip(without.iter_mut().zip(&self.typical)) {
                if column.group() == group {
                    *cell = *usual;
                }
            }
            (group, f64::from(whole - self.sum(&without, sort)) / f64::from(UNIT))
        };
        let mut reasons: Vec<(Group, f64)> = Group::ALL.iter().map(say).collect();
        reasons.sort_by(|(a, x), (b, y)| y.abs().total_cmp(&x.abs()).then(a.cmp(b)));
        reasons
    }

    /// The forests that judge pages of a sort: the first, and perhaps a second.
    fn forests(&self, sort: Sort) -> (&Forest, Option<&Forest>) {
        match sort {
            Sort::Article => (&self.article, None),
            Sort::Any => (&self.any, None),
            Sort::Both => (&self.article, Some(&self.any)),
        }
    }

    fn sum(&self, row: &[u8], sort: Sort) -> i32 {
        let (first, second) = self.forests(sort);
        second.map_or(first.sum(row), |second| i32::midpoint(first.sum(row), second.sum(row)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clean::Cleaner;
    use crate::model::{Page, PageSort, Profile};
    use crate::rules::{RuleFile, load};

    const RULES: &str = r#"
schema = 1
[pack]
id = "t"
[[rule]]
id = "market"
kind = "related"
about = "a"
match = { starts = ["market day"] }
drop = ["Market day", "Market day moves"]
keep = ["a", "b"]
[[rule]]
id = "baker"
kind = "related"
about = "a"
match = { starts = ["a new baker"] }
drop = ["A new baker", "A new baker came"]
keep = ["a", "b"]
"#;

    fn fitted(rule: &str, written: f64, score: f64) -> RuleScore {
        RuleScore { rule: rule.to_owned(), written, score, purity: 0.6, sites: 40 }
    }

    #[test]
    fn scores_are_for_rules_that_say_what_they_said() {
        let set = load(&[RuleFile::new("t.toml", RULES)]).unwrap();
        let scores =
            vec![fitted("t/market", 1.0, 0.25), fitted("t/baker", 0.5, 0.25), fitted("t/gone", 1.0, 0.0)];
        assert_eq!(Weights { scores, ..Weights::default() }.gains(&set), [-750, 0]);
        assert!(Weights::default().gains(&set).is_empty());
    }

    #[test]
    fn the_model_judges_what_fitted_scores_do_not_settle_on_articles() {
        let set = Arc::new(load(&[RuleFile::new("t.toml", RULES)]).unwrap());
        let text = "The harbour was quiet that morning, and nobody on the quay had heard the news that would change the town.\n\n\
                    Market day moves to Friday\n\nA new baker in the square";
        let page = Page { text: text.to_owned(), ..Page::default() };
        let scores = vec![fitted("t/market", 1.0, 0.25)];
        let weights = Arc::new(Weights { scores, ..Weights::clone(&Weights::builtin(Input::Text)) });
        let judged = |profile, sort| {
            let cleaner = Cleaner::builder(Arc::clone(&set))
                .profile(profile)
                .page_sort(sort)
                .weights(Arc::clone(&weights))
                .build();
            let verdicts = cleaner.judge(&page).decision.verdicts;
            [1, 2].map(|at: usize| (verdicts[at].kind.takes_line(), verdicts[at].chance.is_some()))
        };
        let [market, baker] = judged(Profile::Normal, PageSort::Article);
        assert!(market.1, "open");
        assert_eq!(baker, (true, false), "settled by its rule");
        assert_eq!(judged(Profile::Careful, PageSort::Article), [(true, false); 2], "as written");
    }

    #[test]
    fn the_builtin_weights_can_be_read_and_are_small() {
        for (bytes, input) in [(TEXT, Input::Text), (HTML, Input::Html)] {
            let weights = Weights::read(bytes).unwrap();
            assert!(bytes.len() <= 1 << 20, "{} bytes", bytes.len());
            assert_eq!(weights.input, input);
            assert!(!weights.article.trees.is_empty() && !weights.any.trees.is_empty());
            assert!(weights.card.data.contains("CC-BY-4.0"), "the data's licence is told");
        }
    }
}
