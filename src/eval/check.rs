//! `rules check`: every rule's own examples, and the faults that only show when all rules stand together.

use super::{examples, expense, lint};
use crate::clean::Cleaner;
use crate::model::{Profile, RuleId};
use crate::rules::{Diagnostic, RuleSet, Severity, Status};
use std::sync::Arc;

/// Something that a check found.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The rule it is about.
    pub rule: RuleId,
    /// What is wrong, where, and the way out.
    pub fault: Diagnostic,
}

/// The result of a check.
#[derive(Clone, Debug, Default)]
pub struct Checked {
    /// Rules looked at: all that are not retired or switched off.
    pub rules: usize,
    /// Drafts among them, of which no example is run.
    pub drafts: usize,
    /// Examples run.
    pub examples: usize,
    /// What was found, by rule.
    pub findings: Vec<Finding>,
}

impl Checked {
    /// Number of findings of that severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.fault.severity() == severity).count()
    }
}

/// Checks every rule of `set` that `is_asked` names; the others stand by, since rules may look at each other's hits.
pub fn check(set: &Arc<RuleSet>, is_asked: impl Fn(RuleId) -> bool) -> Checked {
    let cleaner = Cleaner::builder(Arc::clone(set)).profile(Profile::Careful).preview(true).build();
    let mut checked = Checked::default();
    for (index, rule) in set.rules().iter().enumerate() {
        let id = RuleId::new(index);
        if !is_asked(id) || matches!(rule.status(), Status::Retired | Status::Off) {
            continue;
        }
        checked.rules += 1;
        checked.drafts += usize::from(rule.status() == Status::Draft);
        lint::lint_rule(rule, id, &mut checked.findings);
        if matches!(rule.status(), Status::Preview | Status::Stable) {
            checked.examples += examples::run(&cleaner, id, &mut checked.findings);
        }
    }
    lint::lint_together(set, &is_asked, &mut checked.findings);
    expense::lint_expense(set, &is_asked, &mut checked.findings);
    checked.findings.sort_by_key(|finding| (finding.rule, std::cmp::Reverse(finding.fault.severity())));
    checked
}
