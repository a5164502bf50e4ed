//! What one thread reuses from page to page: after the first pages, matching allocates nothing.

use super::Candidate;
use crate::fold::fold_onto;
use crate::model::{Hit, Lines, RuleId};

/// The buffers of one thread.
#[derive(Debug, Default)]
pub struct Scratch {
    pub(super) folded: String,
    pub(super) starts: Vec<u32>,
    pub(super) candidates: Vec<Candidate>,
    pub(super) contained: Vec<Candidate>,
    pub(super) reversed: Vec<u8>,
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
    /// A rule that stays silent, to see what it is good for.
    pub(super) off: Option<RuleId>,
}

impl Finds {
    /// Becomes what `all` is when `rule` does not run.
    pub(crate) fn copy_without(&mut self, all: &Self, rule: RuleId) {
        self.hits.clear();
        self.hits.extend(all.hits.iter().filter(|hit| hit.rule != rule));
        self.pending.clear();
        self.pending.extend(all.pending.iter().filter(|pending| pending.rule != rule));
        self.scopes.clone_from(&all.scopes);
        self.off = Some(rule);
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
        self.folded.clear();
        self.starts.clear();
        for line in &lines.lines {
            self.starts.push(self.folded.len() as u32);
            fold_onto(&text[line.span.range()], &mut self.folded);
            self.folded.push('\n');
        }
        self.starts.push(self.folded.len() as u32);
    }
}
