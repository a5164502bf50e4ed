//! The rule set of a run: every pack's rules, in one list, with the word lists they use.

use super::{Diagnostics, Match, Origin, Rule, Scope, Status};
use crate::model::RuleId;

/// What a pack says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pack {
    /// Dotted id: `web.en`.
    pub id: String,
    /// Its version.
    pub version: String,
    /// One sentence on what it is for.
    pub about: String,
    /// SPDX expression.
    pub license: String,
    /// Where its facts come from.
    pub sources: Vec<PackSource>,
}

/// A source of a pack's facts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PackSource {
    /// What it is called.
    pub name: String,
    /// Its licence.
    pub license: String,
    /// What was taken from it.
    pub used: String,
}

/// A vocabulary that `words` matchers segment lines into; folded, sorted, each word once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WordList {
    /// Full name: `web.any/icon-words`.
    pub name: String,
    /// The words.
    pub words: Vec<String>,
}

/// Every valid rule of a run. Rules keep the order of their packs and files.
#[derive(Clone, Debug, Default)]
pub struct RuleSet {
    pub(super) packs: Vec<Pack>,
    pub(super) rules: Vec<Rule>,
    pub(super) lists: Vec<WordList>,
    pub(super) warnings: Diagnostics,
}

impl RuleSet {
    /// The packs.
    pub fn packs(&self) -> &[Pack] {
        &self.packs
    }

    /// The rules; a [`RuleId`] is a place in this list.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The word lists.
    pub fn lists(&self) -> &[WordList] {
        &self.lists
    }

    /// What is odd about the files without being wrong.
    pub fn warnings(&self) -> &Diagnostics {
        &self.warnings
    }

    /// The rule of that id.
    ///
    /// # Panics
    ///
    /// If the id comes from another rule set and lies beyond this one's end.
    pub fn rule(&self, id: RuleId) -> &Rule {
        &self.rules[id.index()]
    }

    /// The same set with only those rules running: the others keep their place and name, since rules may look at each
    /// other's hits, but are off and ask for nothing.
    #[must_use]
    pub fn only(&self, runs: impl Fn(RuleId) -> bool) -> Self {
        let rule = |(index, rule): (usize, &Rule)| match runs(RuleId::new(index)) {
            true => rule.clone(),
            false => Rule {
                status: Status::Off,
                matcher: Match::default(),
                unless: None,
                origin: Origin::default(),
                ..rule.clone()
            },
        };
        Self {
            packs: self.packs.clone(),
            rules: self.rules.iter().enumerate().map(rule).collect(),
            lists: self.lists.clone(),
            warnings: Diagnostics::new(),
        }
    }

    /// The same set with every rule running on any page, whatever language, site and input it is bound to.
    #[must_use]
    pub fn everywhere(&self) -> Self {
        let rules = self.rules.iter().map(|rule| Rule { scope: Scope::default(), ..rule.clone() }).collect();
        Self { rules, ..self.clone() }
    }

    /// The id of the rule of that full name.
    pub fn find(&self, name: &str) -> Option<RuleId> {
        self.rules.iter().position(|rule| rule.name() == name).map(RuleId::new)
    }
}
