//! Hits into verdicts: what each line's evidence adds up to, and what that does to the page.
//!
//! Rules whose context is other hits are settled first, then those that ask for kept lines and captured fields, so
//! that a phrase rule's verdict is known to the context rules around it. Then scores are added up, protection and
//! cuts applied, and the over-cut guard looks at the whole.

mod known;
mod line_model;
mod rows;
mod selection;
mod settle;
mod state;

#[cfg(test)]
mod tests;

pub(crate) use line_model::{Judging, LineModel};

use crate::matcher::{Engine, Finds, PageView};
use crate::model::{Action, Decision, Hit, RuleShare, Verdict};
use crate::rules::RuleSet;
pub use settle::Scratch;
use settle::Settler;

/// The share of a page's prose that rules may take together, in thousandths, before only decisive ones count.
pub const MAX_CUT: u32 = 500;

/// The flag of a page on which the over-cut guard stepped in.
pub const OVER_CUT: &str = "over-cut";

/// Decides about every line of `page`. Clears `decision`, then fills it.
///
/// `scratch` is the calling thread's own. `title` is the title that the input told, or empty: rules may compare lines with it.
pub(crate) fn decide_into(
    engine: &Engine,
    set: &RuleSet,
    page: &PageView<'_>,
    title: &str,
    finds: &Finds,
    scratch: &mut Scratch,
    decision: &mut Decision,
) {
    decision.clear();
    let mut verdicts = std::mem::take(&mut decision.verdicts);
    Settler::new(engine, set, page, title, decision, scratch).settle(finds).verdicts_onto(&mut verdicts);
    decision.verdicts = verdicts;
    scratch.sorter.sort(&mut decision.hits, page.lines.lines.len(), |hit| hit.line);
    guard(set, page, decision);
}

/// The over-cut guard: when too much prose would go, only lines with a decisive rule of their own do.
fn guard(set: &RuleSet, page: &PageView<'_>, decision: &mut Decision) {
    let (mut prose, mut gone) = (0u64, 0u64);
    for (line, verdict) in page.lines.lines.iter().zip(&decision.verdicts).filter(|(line, _)| line.prose) {
        prose += u64::from(line.words);
        gone += u64::from(line.words) * u64::from(verdict.kind.takes_line());
    }
    if gone * 1000 <= prose * u64::from(MAX_CUT) {
        return;
    }
    let mut decisive = vec![false; decision.verdicts.len()];
    for hit in &decision.hits {
        let rule = set.rule(hit.rule);
        decisive[hit.line as usize] |=
            rule.score().decides() && !matches!(rule.action(), Action::Protect | Action::CutSpan);
    }
    for (verdict, decisive) in decision.verdicts.iter_mut().zip(decisive) {
        if verdict.kind.takes_line() && !decisive {
            *verdict = Verdict { kind: verdict.kept(), by: None, given_back: true, ..*verdict };
        }
    }
    decision.flags.push(OVER_CUT.to_owned());
}

/// Appends the evidence of one line to `shares`: its rules with their scores, strongest first, each once. `hits` are in their
/// order, which is by rule.
pub(crate) fn evidence_onto(set: &RuleSet, hits: &[Hit], shares: &mut Vec<RuleShare>) {
    let own = shares.len();
    for hits in hits.chunk_by(|a, b| a.rule == b.rule) {
        let (rule, mut place) = (hits[0].rule, shares.len());
        let score = set.rule(rule).score();
        shares.push(RuleShare { rule, score });
        // Most lines have a rule or two, and most rules the same score.
        while place > own && shares[place - 1].score < score {
            shares.swap(place - 1, place);
            place -= 1;
        }
    }
}
