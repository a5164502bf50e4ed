//! The line model's verdicts: what fitted weights think of each line, and which lines to keep so that the page as a
//! whole is as right as can be expected.
//!
//! A line has a chance of being content, not a verdict: the page's verdict is a [`Selection`] of its lines. So the threshold
//! is each page's own: on a clear page it lies elsewhere than on a murky one, and no constant has to be tuned.
//!
//! Rules come first: what they captured, cut away with a range, or dropped with scores that leave no doubt stays gone,
//! and what they protected stays. Weaker drops may be taken back on pages that are no articles, where rules that were
//! written for articles know less.

use super::selection::Selection;
use crate::features::{Features, Group, Scorer, Table};
use crate::model::{Chance, Decision, Input, Line, PageSort, Profile, Score, Verdict, VerdictKind};
use crate::rules::RuleSet;
use crate::weights::{CERTAIN, Descent, Grove, Sort, Weights};
use std::sync::Arc;

/// Scores that leave no doubt, in thousandths: two rules that decide alone, or three.
const FIRM: i32 = 3000;

/// Chances of being an article between which a page may be either.
const UNSURE: u16 = CERTAIN / 10 * 2;
const UNSURE_END: u16 = CERTAIN / 10 * 8;

/// Fitted weights with what is wanted of them.
#[derive(Clone, Debug)]
pub(crate) struct LineModel {
    weights: Arc<Weights>,
    words: Scorer,
    /// Class and id words, of pages that have them.
    names: Option<Scorer>,
    article: Grove,
    any: Grove,
    profile: Profile,
    sort: PageSort,
    /// What the weights add to each rule's score; empty when they add nothing.
    gains: Vec<i32>,
}

/// What one thread reuses from page to page.
#[derive(Debug, Default)]
pub(crate) struct Judging {
    descent: Descent,
    sums: Vec<i32>,
    second: Vec<i32>,
    row: Vec<u8>,
    selection: Selection,
    settled: Vec<i32>,
}

impl LineModel {
    pub(crate) fn new(weights: Arc<Weights>, rules: &RuleSet, profile: Profile, sort: PageSort) -> Self {
        let (article, any) = (Grove::of(&weights.article), Grove::of(&weights.any));
        let gains = weights.gains(rules);
        let names = (weights.input() == Input::Html).then(|| Scorer::of(weights.names()));
        Self { words: Scorer::of(weights.lexicon()), names, weights, article, any, profile, sort, gains }
    }

    /// Judges every line that rules leave open. `features` are the page's, its words not yet added.
    pub(crate) fn judge(
        &self,
        lines: &[Line],
        features: &mut Features,
        decision: &mut Decision,
        judging: &mut Judging,
    ) {
        if lines.is_empty() {
            return;
        }
        features.add_words(Some(&self.words), self.names.as_ref());
        let table = features.table();
        let (sort, article) = self.sort(table, &mut judging.row);
        decision.article_chance = Some(chance(article));
        let firm = match sort {
            Sort::Article | Sort::Both => Score::ONE.thousandths(),
            Sort::Any => FIRM,
        };
        let Judging { descent, sums, second, selection, settled, .. } = judging;
        self.believe(decision, sort, settled);
        let open = |at: usize| is_open(decision.verdicts[at], settled[at], firm);
        let (grove, other) = match sort {
            Sort::Article => (&self.article, None),
            Sort::Any => (&self.any, None),
            Sort::Both => (&self.article, Some(&self.any)),
        };
        grove.sums_into(table, open, descent, sums);
        if let Some(other) = other {
            other.sums_into(table, open, descent, second);
            sums.iter_mut().zip(&*second).for_each(|(sum, second)| *sum = i32::midpoint(*sum, *second));
        }
        selection.clear();
        for (at, (line, verdict)) in lines.iter().zip(&mut decision.verdicts).enumerate() {
            if is_open(*verdict, settled[at], firm) {
                verdict.chance = Some(chance(self.weights.chances.of(sums[at])));
                selection.offer(at, sums[at]);
            } else if !verdict.kind.takes_line() {
                selection.keep(line);
            }
        }
        let verdicts = &mut decision.verdicts;
        selection.choose(lines, &self.weights.chances, self.recall_weight(), |at, stays| {
            let verdict = &mut verdicts[at];
            verdict.kind = match (stays, verdict.kind) {
                (true, _) => verdict.kept(),
                (false, _) => VerdictKind::Drop,
            };
        });
    }

    /// How far each line is settled by rules, in thousandths: the scores as written, and on articles as the weights' fit
    /// justified them.
    fn believe(&self, decision: &Decision, sort: Sort, settled: &mut Vec<i32>) {
        settled.clear();
        settled.extend(decision.verdicts.iter().map(|verdict| verdict.score.thousandths()));
        if self.gains.is_empty() || sort == Sort::Any {
            return;
        }
        let mut before = None;
        for hit in &decision.hits {
            // A rule counts once a line, however often it hits.
            if before != Some((hit.line, hit.rule)) {
                settled[hit.line as usize] += self.gains[hit.rule.index()];
            }
            before = Some((hit.line, hit.rule));
        }
    }

    /// What each group of features says of each line that was judged.
    pub(crate) fn reasons(&self, table: &Table, decision: &Decision) -> Vec<Vec<(Group, f64)>> {
        if table.lines() == 0 {
            return Vec::new();
        }
        let (sort, _) = self.sort(table, &mut Vec::new());
        let of_line = |(at, verdict): (usize, &Verdict)| match verdict.chance {
            Some(_) => self.weights.reasons(table, at, sort),
            None => Vec::new(),
        };
        decision.verdicts.iter().enumerate().map(of_line).collect()
    }

    fn sort(&self, table: &Table, row: &mut Vec<u8>) -> (Sort, u16) {
        match self.sort {
            PageSort::Article => (Sort::Article, CERTAIN),
            PageSort::Any => (Sort::Any, 0),
            PageSort::Auto => {
                let article = self.weights.article_chance(table, row);
                let sort = match article {
                    UNSURE_END.. => Sort::Article,
                    UNSURE.. => Sort::Both,
                    _ => Sort::Any,
                };
                (sort, article)
            }
        }
    }

    /// How much recall weighs against precision, squared as in F-measures.
    fn recall_weight(&self) -> f64 {
        match self.profile {
            Profile::Eager => 0.25,
            Profile::Careful | Profile::Normal => 1.0,
        }
    }
}

/// Whether rules leave a line to the model, which they settled so far.
fn is_open(verdict: Verdict, settled: i32, firm: i32) -> bool {
    match verdict.kind {
        VerdictKind::Keep | VerdictKind::Cut => verdict.by.is_none(),
        VerdictKind::Drop => verdict.by.is_none() && settled < firm,
        VerdictKind::Capture => false,
    }
}

fn chance(likely: u16) -> Chance {
    Chance::new(f64::from(likely) / f64::from(CERTAIN))
}
