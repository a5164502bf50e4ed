//! The rules whose hits depend on more than their line, and what leads to each of them.
//!
//! Most such rules look for hits near by. Asking all of them about every line after every hit would cost more than all
//! other work on a page together; so what they look for is numbered here ([`Target`]), and for each target it is known
//! which rules listen to it and how far. A new hit then wakes those rules on those lines, and nobody else.

use super::gates::Gate;
use super::{Checks, Needs};
use crate::bits;
use crate::model::{CaptureField, RuleId};
use crate::rules::{Near, NearTarget, Position, RuleSet};

const NONE: u32 = u32::MAX;

/// The number of something that context tests look for: the hits of one rule, or of one kind.
pub(crate) type Target = u32;

/// The number of a context rule, in the order of the rules.
pub(crate) type Place = usize;

/// What context tests look for, each once.
#[derive(Debug, Default)]
pub(super) struct Targets(Vec<NearTarget>);

impl Targets {
    fn number(&mut self, target: &NearTarget) -> Target {
        let known = self.0.iter().position(|known| known == target);
        known.unwrap_or_else(|| {
            self.0.push(target.clone());
            self.0.len() - 1
        }) as Target
    }

    /// The compiled form of a test.
    pub(super) fn nearby(&mut self, near: &Near) -> Nearby {
        Nearby { target: self.number(&near.target), within: near.within, blank: near.blank }
    }
}

/// What a context test looks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Nearby {
    pub(crate) target: Target,
    /// Lines away, at most.
    pub(crate) within: u32,
    /// Whether a blank line must stand right beside the line on that side, or must not.
    pub(crate) blank: Option<bool>,
}

/// Rules that look for a target, below their lines or above them, equally far.
#[derive(Clone, Debug)]
pub(crate) struct Listeners {
    pub(crate) within: u32,
    pub(crate) below: bool,
    /// A row of places.
    pub(crate) rules: Vec<u64>,
}

/// A rule whose hits depend on more than its line.
#[derive(Debug)]
pub(crate) struct ContextRule {
    pub(crate) rule: RuleId,
    /// At most so many hits a page.
    pub(crate) take: u32,
    /// At least so many neighbouring hits.
    pub(crate) run: u32,
    /// Whether it counts its hits and asks nothing else of its context.
    pub(crate) only_counts: bool,
    /// Targets of which there must be hits somewhere: of each group one.
    pub(crate) groups: Vec<Vec<Target>>,
    scope: usize,
}

/// All context rules of an engine; rows of bits are by [`Place`].
#[derive(Debug)]
pub(crate) struct ContextPlan {
    rules: Vec<ContextRule>,
    /// For each rule of the set its place, or [`NONE`].
    places: Vec<u32>,
    targets: usize,
    /// For each rule of the set the targets that its hits are.
    hits_are: Vec<Vec<Target>>,
    listeners: Vec<Vec<Listeners>>,
    /// Rules that wait until the others are settled.
    pub(crate) late: Vec<u64>,
    /// Rules for the first kept line only, and for the last.
    pub(crate) first_kept: Vec<u64>,
    pub(crate) last_kept: Vec<u64>,
    /// Rules that compare with captured fields, by the field.
    comparing: Vec<(CaptureField, Vec<u64>)>,
    /// Rules that ask for places in ways that any hit may change.
    pub(crate) restless: Vec<u64>,
    /// Rules that hit in runs.
    pub(crate) runs: Vec<u64>,
}

/// What the engine's compiler knows of a rule that may depend on its context.
pub(super) struct Candidate<'a> {
    pub(super) rule: RuleId,
    pub(super) checks: &'a Checks,
    pub(super) guard: Option<&'a Checks>,
    pub(super) needs: Needs,
    pub(super) take: u32,
    pub(super) run: u32,
    pub(super) scope: usize,
    /// The bounds of the lines that the rule may hit; of none, when something else leads to it.
    pub(super) gate: Gate,
}

impl ContextPlan {
    /// Arranges `candidates`, which come in the order of the rules.
    pub(super) fn new(set: &RuleSet, targets: &Targets, candidates: &[Candidate<'_>]) -> Self {
        let mut places = vec![NONE; set.rules().len()];
        let mut listeners = vec![Vec::new(); targets.0.len()];
        let width = bits::words(candidates.len());
        for (place, candidate) in candidates.iter().enumerate() {
            places[candidate.rule.index()] = place as u32;
            candidate.checks.for_each_near(&mut |near, below| {
                let alike: &mut Vec<Listeners> = &mut listeners[near.target as usize];
                let known =
                    alike.iter().position(|known| (known.within, known.below) == (near.within, below));
                let known = known.unwrap_or_else(|| {
                    alike.push(Listeners { within: near.within, below, rules: vec![0; width] });
                    alike.len() - 1
                });
                bits::insert(&mut alike[known].rules, place);
            });
        }
        let row = |holds: &dyn Fn(&Candidate<'_>) -> bool| {
            let mut row = vec![0; bits::words(candidates.len())];
            let holding = candidates.iter().enumerate().filter(|(_, candidate)| holds(candidate));
            holding.for_each(|(place, _)| bits::insert(&mut row, place));
            row
        };
        let at = |candidate: &Candidate<'_>, position| candidate.checks.position() == Some(position);
        let hits_are = |(index, rule): (usize, &crate::rules::Rule)| {
            let is = |target: &NearTarget| match target {
                NearTarget::Kind(kind) => *kind == rule.kind(),
                NearTarget::Rule(id) => id.index() == index,
            };
            let mine = targets.0.iter().enumerate().filter(|(_, target)| is(target));
            mine.map(|(number, _)| number as Target).collect()
        };
        Self {
            places,
            targets: targets.0.len(),
            hits_are: set.rules().iter().enumerate().map(hits_are).collect(),
            listeners,
            late: row(&|candidate| candidate.needs == Needs::Verdicts),
            first_kept: row(&|candidate| at(candidate, Position::FirstKept)),
            last_kept: row(&|candidate| at(candidate, Position::LastKept)),
            comparing: CaptureField::NAMES
                .iter()
                .map(|&(_, field)| {
                    let compares = |checks: &Checks| checks.compares_with(field);
                    (
                        field,
                        row(&|candidate| compares(candidate.checks) || candidate.guard.is_some_and(compares)),
                    )
                })
                .filter(|(_, row)| row.iter().any(|&rules| rules != 0))
                .collect(),
            restless: row(&|candidate| {
                candidate.checks.places_within() || candidate.guard.is_some_and(Checks::asks_for_place)
            }),
            runs: row(&|candidate| candidate.run > 1),
            rules: candidates
                .iter()
                .map(|candidate| ContextRule {
                    rule: candidate.rule,
                    take: candidate.take,
                    run: candidate.run,
                    only_counts: !candidate.checks.asks_context()
                        && !candidate.guard.is_some_and(Checks::asks_context),
                    groups: candidate.checks.near_groups(),
                    scope: candidate.scope,
                })
                .collect(),
        }
    }

    /// How many context rules there are.
    pub(crate) fn len(&self) -> usize {
        self.rules.len()
    }

    /// Words of a row of rules.
    pub(crate) fn width(&self) -> usize {
        bits::words(self.rules.len())
    }

    /// How many targets there are.
    pub(crate) fn targets(&self) -> usize {
        self.targets
    }

    pub(crate) fn rule(&self, place: Place) -> &ContextRule {
        &self.rules[place]
    }

    /// The place of a context rule.
    pub(crate) fn place(&self, rule: RuleId) -> Option<Place> {
        let place = self.places[rule.index()];
        (place != NONE).then_some(place as usize)
    }

    /// The targets that hits of `rule` are.
    pub(crate) fn hits_are(&self, rule: RuleId) -> &[Target] {
        &self.hits_are[rule.index()]
    }

    /// The rules that compare lines with `field`.
    pub(crate) fn comparing(&self, field: CaptureField) -> &[u64] {
        self.comparing.iter().find(|(compared, _)| *compared == field).map_or(&[], |(_, rules)| rules)
    }

    /// The rules that look for `target`.
    pub(crate) fn listeners(&self, target: Target) -> &[Listeners] {
        &self.listeners[target as usize]
    }

    /// Fills `row` with the rules whose scope is among `scopes`.
    pub(super) fn in_scope(&self, scopes: &[bool], row: &mut Vec<u64>) {
        row.clear();
        row.resize(self.width(), 0);
        let holding = self.rules.iter().enumerate().filter(|(_, rule)| scopes[rule.scope]);
        holding.for_each(|(place, _)| bits::insert(row, place));
    }
}
