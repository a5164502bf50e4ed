//! How often rules are tried on lines, and how often in vain: what an author needs to know of an expensive rule.
//!
//! A try is one walk of a rule on a line, or one question about a line in context. A line that stood on its page before
//! takes its finds from there, and no rule is tried on it. Nobody counts but who asks for it: without counters a try
//! costs one look at an empty list.

use crate::model::RuleId;
use std::cell::Cell;

/// How often a rule was tried.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tried {
    /// Tries.
    pub times: u32,
    /// Those of them that hit.
    pub hits: u32,
}

/// A counter for each rule, or none at all.
#[derive(Debug, Default)]
pub(super) struct Tries(Vec<Cell<Tried>>);

impl Tries {
    /// Begins to count for so many rules.
    pub(super) fn begin(&mut self, rules: usize) {
        self.0.clear();
        self.0.resize_with(rules, Cell::default);
    }

    /// Ends counting, and gives back the rules that were tried.
    pub(super) fn end(&mut self) -> Vec<(RuleId, Tried)> {
        let counted = self.0.drain(..).enumerate();
        counted
            .map(|(index, tried)| (RuleId::new(index), tried.get()))
            .filter(|(_, tried)| tried.times > 0)
            .collect()
    }

    #[inline]
    pub(super) fn count(&self, rule: RuleId, hit: bool) {
        if let Some(counter) = self.0.get(rule.index()) {
            let Tried { times, hits } = counter.get();
            counter.set(Tried { times: times.saturating_add(1), hits: hits.saturating_add(u32::from(hit)) });
        }
    }
}
