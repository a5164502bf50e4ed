//! The rules whose hits depend on more than their line, and what leads to each of them.
//!
//! Most such rules look for hits near by. Asking all of them about every line after every hit would cost more than all
//! other work on a page together; so what they look for is numbered here: the hits ([`Target`]), and how far off and on which
//! side they may stand ([`Sight`]). A new hit comes into the sight of the lines around it, and wakes the rules there that look
//! out for it, and nobody else.

use super::gates::Gate;
use super::{Checks, Needs};
use crate::bits;
use crate::model::{Action, CaptureField, RuleId};
use crate::rules::{Near, NearTarget, Position, RuleSet};
use std::ops::Range;

const NONE: u32 = u32::MAX;

/// The number of something that context tests look for: the hits of one rule, or of one kind.
pub(crate) type Target = u32;

/// The number of a [`Sight`].
pub(crate) type SightId = u32;

/// The number of a context rule, in the order of the rules.
pub(crate) type Place = usize;

/// What context tests look for, each once.
#[derive(Debug, Default)]
pub(super) struct Sought {
    targets: Vec<NearTarget>,
    sights: Vec<Sight>,
}

impl Sought {
    /// The compiled form of a test that looks below its line, or above it.
    pub(super) fn sight(&mut self, near: &Near, below: bool) -> SightId {
        let target = number(&mut self.targets, near.target.clone()) as Target;
        let sight = Sight { target, within: near.within, below, blank: near.blank };
        number(&mut self.sights, sight) as SightId
    }

    /// What a rule looks for, and its guard: below its lines, or above them.
    fn by(&self, candidate: &Candidate<'_>, below: bool) -> Vec<Target> {
        let mut targets = Vec::new();
        for checks in std::iter::once(candidate.checks).chain(candidate.guard) {
            checks.for_each_sight(&mut |sight| {
                let sight = &self.sights[sight as usize];
                targets.extend((sight.below == below).then_some(sight.target));
            });
        }
        targets
    }
}

/// Each of the targets once.
fn sorted(mut targets: Vec<Target>) -> Vec<Target> {
    targets.sort_unstable();
    targets.dedup();
    targets
}

/// The place of `thing` among `known`, to which it is added when it is new.
fn number<T: PartialEq>(known: &mut Vec<T>, thing: T) -> usize {
    known.iter().position(|known| *known == thing).unwrap_or_else(|| {
        known.push(thing);
        known.len() - 1
    })
}

/// A way to look for hits: at most so many lines away, below the line or above it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sight {
    target: Target,
    within: u32,
    pub(crate) below: bool,
    /// Whether a blank line must stand right beside the line on that side, or must not.
    pub(crate) blank: Option<bool>,
}

impl Sight {
    /// The lines, of `count`, that see a new hit on `line` and saw none of its target before; `above` and `below` are the
    /// nearest lines with hits on either side.
    pub(crate) fn first_seen(
        &self,
        line: usize,
        above: Option<usize>,
        below: Option<usize>,
        count: usize,
    ) -> Range<usize> {
        let reach = self.within as usize;
        if self.below {
            let from = line.saturating_sub(reach).max(above.unwrap_or(0));
            from..below.map_or(line, |below| line.min(below.saturating_sub(reach)))
        } else {
            let from = above.map_or(line + 1, |above| (line + 1).max(above.saturating_add(reach) + 1));
            from..line.saturating_add(reach).saturating_add(1).min(below.map_or(count, |below| below + 1))
        }
    }
}

/// A sight with the rules that it wakes.
#[derive(Debug)]
pub(crate) struct Lookout {
    pub(crate) sight: Sight,
    pub(crate) id: SightId,
    pub(crate) rules: Vec<Place>,
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
    /// What a line must see for the rule to be asked: of each group one.
    pub(crate) sights: Vec<Vec<SightId>>,
    /// What a line must not see, of each group one, when that and `sights` settle the rule wherever a line keeps its bounds, and
    /// its own hits change nothing in it.
    pub(crate) unseen: Option<Vec<Vec<SightId>>>,
    /// The place among the kept lines that it asks for in any case.
    pub(crate) position: Option<Position>,
    /// What its hits capture.
    pub(crate) captures: Option<CaptureField>,
    /// What it looks for, and its guard.
    pub(crate) looks_for: Vec<Target>,
    /// Of that, what it looks for above its lines alone.
    pub(crate) looks_up_for: Vec<Target>,
    scope: usize,
}

/// All context rules of an engine; rows of bits are by [`Place`].
#[derive(Debug)]
pub(crate) struct ContextPlan {
    rules: Vec<ContextRule>,
    /// For each rule of the set its place, or [`NONE`].
    places: Vec<u32>,
    sights: usize,
    /// For each rule of the set the targets that its hits are.
    hits_are: Vec<Vec<Target>>,
    /// For each target the ways in which it is looked for.
    lookouts: Vec<Vec<Lookout>>,
    /// For each target the lines from a hit to the farthest that sees it.
    reaches: Vec<usize>,
    /// Rules that wait until the others are settled.
    pub(crate) late: Vec<u64>,
    /// Rules that ask for places among the kept lines, which any hit may change; all of them are late.
    pub(crate) placed: Vec<u64>,
    /// Rules that compare with captured fields, by the field, and whether any does with one that is not the title.
    comparing: Vec<(CaptureField, Vec<u64>)>,
    pub(crate) compares_values: bool,
    /// Rules that hit in runs.
    pub(crate) runs: Vec<u64>,
    /// Rules that hit wherever their context ever holds, and do nothing but drop lines or parts of them: when they are asked
    /// matters to nobody but those who look for their hits.
    pub(crate) patient: Vec<u64>,
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

impl Candidate<'_> {
    /// What a line must not see, of each group one, when its sights settle the rule and its guard. Without a guard that is a group
    /// of nothing, of which no line sees one.
    fn unseen(&self) -> Option<Vec<Vec<SightId>>> {
        let guard = |guard: &Checks| guard.are_sights().then(|| guard.sights().collect());
        self.guard.map_or(Some(vec![Vec::new()]), guard).filter(|_| self.checks.are_sights_and_bounds())
    }
}

impl ContextPlan {
    /// Arranges `candidates`, which come in the order of the rules.
    pub(super) fn new(set: &RuleSet, sought: &Sought, candidates: &[Candidate<'_>]) -> Self {
        let mut places = vec![NONE; set.rules().len()];
        let mut wakes: Vec<Vec<Place>> = vec![Vec::new(); sought.sights.len()];
        for (place, candidate) in candidates.iter().enumerate() {
            places[candidate.rule.index()] = place as u32;
            // Rules that want runs are asked before every sweep, and not woken.
            if candidate.run <= 1 {
                candidate.checks.for_each_sight(&mut |sight| wakes[sight as usize].push(place));
            }
        }
        wakes.iter_mut().for_each(Vec::dedup);
        let mut lookouts: Vec<Vec<Lookout>> = sought.targets.iter().map(|_| Vec::new()).collect();
        for (id, (&sight, rules)) in sought.sights.iter().zip(wakes).enumerate() {
            lookouts[sight.target as usize].push(Lookout { sight, id: id as SightId, rules });
        }
        let row = |holds: &dyn Fn(&Candidate<'_>) -> bool| {
            let mut row = vec![0; bits::words(candidates.len())];
            let holding = candidates.iter().enumerate().filter(|(_, candidate)| holds(candidate));
            holding.for_each(|(place, _)| bits::insert(&mut row, place));
            row
        };
        let woken =
            |holds: &dyn Fn(&Candidate<'_>) -> bool| row(&|candidate| candidate.run <= 1 && holds(candidate));
        let hits_are = |(index, rule): (usize, &crate::rules::Rule)| {
            let is = |target: &NearTarget| match target {
                NearTarget::Kind(kind) => *kind == rule.kind(),
                NearTarget::Rule(id) => id.index() == index,
            };
            let mine = sought.targets.iter().enumerate().filter(|(_, target)| is(target));
            mine.map(|(number, _)| number as Target).collect()
        };
        let hits_are: Vec<Vec<Target>> = set.rules().iter().enumerate().map(hits_are).collect();
        // What no context rule hits is known before any is asked: a guard that looks for that alone has one answer.
        let mut unsettled = vec![false; sought.targets.len()];
        for target in candidates.iter().flat_map(|candidate| &hits_are[candidate.rule.index()]) {
            unsettled[*target as usize] = true;
        }
        let is_steady = |guard: &Checks| {
            let mut steady = true;
            guard.for_each_sight(&mut |sight| {
                steady &= !unsettled[sought.sights[sight as usize].target as usize];
            });
            steady
        };
        let rules = candidates
            .iter()
            .map(|candidate| (candidate, sought.by(candidate, false), sought.by(candidate, true)))
            .map(|(candidate, above, below)| ContextRule {
                rule: candidate.rule,
                take: candidate.take,
                run: candidate.run,
                only_counts: !candidate.checks.asks_context()
                    && !candidate.guard.is_some_and(Checks::asks_context),
                sights: candidate.checks.sights().collect(),
                unseen: candidate.unseen().filter(|_| {
                    let is_own = |target| above.contains(target) || below.contains(target);
                    !hits_are[candidate.rule.index()].iter().any(is_own)
                }),
                position: candidate.checks.position(),
                captures: match set.rule(candidate.rule).action() {
                    Action::Capture { field, .. } => Some(*field),
                    _ => None,
                },
                looks_up_for: above.iter().copied().filter(|target| !below.contains(target)).collect(),
                looks_for: sorted([above, below].concat()),
                scope: candidate.scope,
            })
            .collect();
        let has_ranges =
            set.rules().iter().any(|rule| matches!(rule.action(), Action::CutToEnd | Action::CutToStart));
        let comparing: Vec<(CaptureField, Vec<u64>)> = CaptureField::NAMES
            .iter()
            .map(|&(_, field)| {
                let compares = |checks: &Checks| checks.compares_with(field);
                (
                    field,
                    woken(&|candidate| compares(candidate.checks) || candidate.guard.is_some_and(compares)),
                )
            })
            .filter(|(_, row)| row.iter().any(|&rules| rules != 0))
            .collect();
        let farthest = |lookouts: &Vec<Lookout>| lookouts.iter().map(|lookout| lookout.sight.within).max();
        Self {
            places,
            sights: sought.sights.len(),
            reaches: lookouts.iter().map(|lookouts| farthest(lookouts).unwrap_or(0) as usize).collect(),
            lookouts,
            late: row(&|candidate| candidate.needs == Needs::Verdicts),
            placed: woken(&|candidate| {
                candidate.checks.asks_for_place() || candidate.guard.is_some_and(Checks::asks_for_place)
            }),
            compares_values: comparing.iter().any(|(field, _)| *field != CaptureField::Title),
            comparing,
            runs: row(&|candidate| candidate.run > 1),
            // Ranges go by the order in which lines are known to go.
            patient: row(&|candidate| {
                !has_ranges
                    && candidate.needs == Needs::Hits
                    && candidate.run <= 1
                    && candidate.take == u32::MAX
                    && candidate.guard.is_none_or(is_steady)
                    && matches!(set.rule(candidate.rule).action(), Action::DropLine | Action::CutSpan)
            }),
            rules,
            hits_are,
        }
    }

    /// Words of a row of rules.
    pub(crate) fn width(&self) -> usize {
        bits::words(self.rules.len())
    }

    /// How many targets there are.
    pub(crate) fn targets(&self) -> usize {
        self.lookouts.len()
    }

    /// How many sights there are.
    pub(crate) fn sights(&self) -> usize {
        self.sights
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

    /// The ways in which `target` is looked for.
    pub(crate) fn lookouts(&self, target: Target) -> &[Lookout] {
        &self.lookouts[target as usize]
    }

    /// Lines from a hit that is `target` to the farthest that sees it.
    pub(crate) fn reach(&self, target: Target) -> usize {
        self.reaches[target as usize]
    }

    /// Fills `row` with the rules whose scope is among `scopes`.
    pub(super) fn in_scope(&self, scopes: &[bool], row: &mut Vec<u64>) {
        row.clear();
        row.resize(self.width(), 0);
        let holding = self.rules.iter().enumerate().filter(|(_, rule)| scopes[rule.scope]);
        holding.for_each(|(place, _)| bits::insert(row, place));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_line_sees_its_first_hit_once(
            (count, lines) in (1usize..150).prop_flat_map(|count| (Just(count), prop::collection::vec(0..count, 0..30))),
            within in prop::sample::select(vec![1, 2, 5, 70, u32::MAX]),
            below: bool,
        ) {
            let sight = Sight { target: 0, within, below, blank: None };
            let (mut hits, mut seen) = (vec![false; count], vec![false; count]);
            for line in lines {
                if hits[line] {
                    continue;
                }
                let (above, under) = hits.split_at(line);
                let above = above.iter().rposition(|&hit| hit);
                let under = under.iter().position(|&hit| hit).map(|lines| line + lines);
                for first in sight.first_seen(line, above, under, count) {
                    prop_assert!(!std::mem::replace(&mut seen[first], true));
                }
                hits[line] = true;
            }
            for (line, seen) in seen.into_iter().enumerate() {
                let is_seen = |hit: usize| hits[hit] && (hit > line) == below && (1..=within as usize).contains(&hit.abs_diff(line));
                prop_assert_eq!(seen, (0..count).any(is_seen));
            }
        }
    }
}
