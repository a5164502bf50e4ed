//! What one thread reuses from page to page: after the first pages, matching allocates nothing.

use super::gates::Rows;
use super::view::Covered;
use super::{Candidate, ContextPlan};
use crate::bits;
use crate::fold::{fold_onto, fold_plain_onto};
use crate::model::{Hit, Lines, RuleId, Signs};

/// The buffers of one thread.
#[derive(Debug, Default)]
pub struct Scratch {
    pub(super) folded: String,
    pub(super) starts: Vec<u32>,
    /// Lines whose words may not begin where they did before folding.
    pub(super) odd: Vec<u32>,
    pub(super) candidates: Vec<Candidate>,
    pub(super) reversed: Vec<u8>,
    ordered: Vec<Candidate>,
    pub(super) covered: Covered,
    places: Vec<u32>,
    pub(super) finds: Finds,
}

/// What matching found on a page.
#[derive(Clone, Debug, Default)]
pub struct Finds {
    /// Hits that nothing can change any more, by line and rule.
    pub hits: Vec<Hit>,
    /// Rules that would hit a line if their context held, by line and rule.
    pub pending: Vec<Pending>,
    /// Which scopes the page is in.
    pub(super) scopes: Vec<bool>,
    /// The context rules that run on the page, as bits.
    pub(crate) in_scope: Vec<u64>,
    pub(super) rows: Rows,
}

impl Finds {
    /// Becomes what `all`, found on the same page, is when `rule` does not run.
    pub(crate) fn copy_without(&mut self, all: &Self, rule: RuleId, plan: &ContextPlan) {
        self.hits.clear();
        self.hits.extend(all.hits.iter().filter(|hit| hit.rule != rule));
        self.pending.clear();
        self.pending.extend(all.pending.iter().filter(|pending| pending.rule != rule));
        self.in_scope.clone_from(&all.in_scope);
        if let Some(place) = plan.place(rule) {
            bits::remove(&mut self.in_scope, place);
        }
    }
}

/// A rule that waits for its context on a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pending {
    /// The line.
    pub line: u32,
    /// The rule.
    pub rule: RuleId,
}

impl Scratch {
    /// Folds every line of a page.
    pub(super) fn fold(&mut self, text: &str, lines: &Lines) {
        self.covered.set(None);
        self.folded.clear();
        self.starts.clear();
        self.odd.clear();
        for (index, line) in lines.lines.iter().enumerate() {
            self.starts.push(self.folded.len() as u32);
            let raw = &text[line.span.range()];
            if line.single_spaced && !line.signs.meets(Signs::BEYOND_ASCII) {
                fold_plain_onto(raw, &mut self.folded);
            } else if !fold_onto(raw, &mut self.folded) {
                self.odd.push(index as u32);
            }
            self.folded.push('\n');
        }
        self.starts.push(self.folded.len() as u32);
    }

    /// Sorts the candidates of a page of `lines` lines by line and rule, and leaves each in once.
    pub(super) fn order_candidates(&mut self, lines: usize) {
        let Self { candidates, ordered, places, .. } = self;
        // They are sorted into their lines by counting; of one line there are few.
        places.clear();
        places.resize(lines + 1, 0);
        for candidate in &*candidates {
            places[candidate.line as usize + 1] += 1;
        }
        for line in 0..lines {
            places[line + 1] += places[line];
        }
        ordered.clear();
        ordered.extend_from_slice(candidates);
        for candidate in &*candidates {
            let place = &mut places[candidate.line as usize];
            ordered[*place as usize] = *candidate;
            *place += 1;
        }
        for of_line in ordered.chunk_by_mut(|a, b| a.line == b.line) {
            of_line.sort_unstable();
        }
        ordered.dedup();
        std::mem::swap(candidates, ordered);
    }
}
