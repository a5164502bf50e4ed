//! `rules check`: every rule's own examples, and the faults that only show when all rules stand together.

use super::{examples, lint};
use crate::clean::Cleaner;
use crate::model::RuleId;
use crate::rules::{RuleSet, Status};
use std::sync::Arc;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The rules run, but something should be mended.
    Warning,
    /// A rule does not do what it says.
    Error,
}

/// Something that a check found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// The rule it is about.
    pub rule: RuleId,
    /// What is wrong, with the value.
    pub message: String,
    /// The way out.
    pub help: String,
}

/// The result of a check.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// Rules looked at: all that are not retired.
    pub rules: usize,
    /// Examples run.
    pub examples: usize,
    /// What was found, by rule.
    pub findings: Vec<Finding>,
}

impl Checked {
    /// Number of findings of that severity or worse.
    pub fn count(&self, least: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.severity >= least).count()
    }
}

/// Checks every rule of `set` that `is_asked` names; the others stand by, since rules may look at each other's hits.
pub fn check(set: &Arc<RuleSet>, is_asked: impl Fn(RuleId) -> bool) -> Checked {
    let cleaner = Cleaner::builder(Arc::clone(set)).preview(true).build();
    let mut checked = Checked::default();
    for (index, rule) in set.rules().iter().enumerate() {
        let id = RuleId::new(index);
        if !is_asked(id) || rule.status() == Status::Retired {
            continue;
        }
        checked.rules += 1;
        lint::lint_rule(rule, id, &mut checked.findings);
        if rule.status() != Status::Draft {
            checked.examples += examples::run(&cleaner, id, &mut checked.findings);
        }
    }
    lint::lint_together(set, &is_asked, &mut checked.findings);
    checked.findings.sort_by_key(|finding| (finding.rule, std::cmp::Reverse(finding.severity)));
    checked
}
