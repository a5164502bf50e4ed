//! What context tests are answered from: the page as judged so far, where hits stand that somebody looks for, and from which
//! lines they are seen.
//!
//! Hits come and never go. So what a line sees is noted when a hit comes into its sight, and is a look at one bit ever after.

use super::state::{LineState, State};
use crate::bits;
use crate::fold::fold;
use crate::likeness::Likeness;
use crate::matcher::{Context, ContextPlan, LineView, Nearby, Place, SightId};
use crate::model::{Action, CaptureField, Hit, RuleId};
use crate::rules::{Position, RuleSet};
use std::cell::Cell;
use std::ops::Range;

/// What context tests are answered from.
pub(super) struct Known<'a> {
    pub(super) state: State<'a>,
    plan: &'a ContextPlan,
    /// For each target the lines with its hits.
    hits: &'a mut [u64],
    /// For each sight the lines from which a hit is seen.
    seen: &'a mut [u64],
    /// Words of a row of lines.
    stride: usize,
    /// Before the one no line is kept, from the other on none.
    bounds: Cell<(usize, usize)>,
}

impl<'a> Known<'a> {
    /// What is known at first. `hits` holds a row of lines for each target and `seen` one for each sight, without any.
    pub(super) fn new(
        state: State<'a>,
        plan: &'a ContextPlan,
        hits: &'a mut [u64],
        seen: &'a mut [u64],
    ) -> Self {
        let count = state.lines.len();
        Self { state, plan, hits, seen, stride: bits::words(count), bounds: Cell::new((0, count)) }
    }

    /// Takes a hit into account. Calls `wake` with the rules that look out for it and the lines that see it and saw none of
    /// its like before.
    pub(super) fn add(&mut self, hit: Hit, mut wake: impl FnMut(&[Place], Range<usize>)) {
        let (line, count) = (hit.line as usize, self.state.lines.len());
        for &target in self.plan.hits_are(hit.rule) {
            let row = &mut self.hits[target as usize * self.stride..][..self.stride];
            if bits::contains(row, line) {
                continue;
            }
            let above = line.checked_sub(1).and_then(|last| bits::previous(row, last));
            let below = bits::next(row, line + 1);
            bits::insert(row, line);
            for lookout in self.plan.lookouts(target) {
                let lines = lookout.sight.first_seen(line, above, below, count);
                if !lines.is_empty() {
                    bits::fill(&mut self.seen[lookout.id as usize * self.stride..], lines.clone());
                    wake(&lookout.rules, lines);
                }
            }
        }
        if self.state.add(hit) {
            self.bounds.set((0, count));
        }
    }

    /// The lines from which a hit is seen.
    fn seen(&self, sight: SightId) -> &[u64] {
        &self.seen[sight as usize * self.stride..][..self.stride]
    }

    /// Whether the line beside another, below it or above it, keeps what a test asks of blank lines there.
    fn keeps_blank(&self, line: usize, near: Nearby) -> bool {
        near.blank.is_none_or(|blank| {
            let beside = self.state.page.lines.lines.get(line + usize::from(near.below));
            beside.is_none_or(|beside| beside.after_blank) == blank
        })
    }

    /// The first kept line, or the last.
    pub(super) fn end(&self, position: Position) -> Option<usize> {
        let (from, end) = self.bounds.get();
        let within = &self.state.lines[from..end];
        let kept = |state: &LineState| !state.is_gone();
        match position {
            Position::FirstKept => {
                let first = from + within.iter().position(kept).unwrap_or(within.len());
                self.bounds.set((first, end));
                (first < end).then_some(first)
            }
            Position::LastKept => {
                let last = within.iter().rposition(kept);
                self.bounds.set((from, last.map_or(from, |last| from + last + 1)));
                last.map(|last| from + last)
            }
        }
    }
}

impl Context for Known<'_> {
    fn near(&self, line: usize, near: Nearby) -> bool {
        bits::contains(self.seen(near.sight), line) && self.keeps_blank(line, near)
    }

    fn near_lines(&self, near: Nearby, lines: &mut [u64]) {
        lines.iter_mut().zip(self.seen(near.sight)).for_each(|(lines, seen)| *lines &= seen);
        if near.blank.is_some() {
            for line in 0..self.state.lines.len() {
                if !self.keeps_blank(line, near) {
                    bits::remove(lines, line);
                }
            }
        }
    }

    fn position_lines(&self, position: Position, lines: &mut [u64]) {
        let kept = self.end(position).filter(|&line| bits::contains(lines, line));
        lines.fill(0);
        if let Some(line) = kept {
            bits::insert(lines, line);
        }
    }

    fn position(&self, line: usize, position: Position) -> bool {
        self.end(position) == Some(line)
    }

    fn same_as(&self, line: &LineView<'_>, field: CaptureField, least: u32) -> bool {
        match (field, &self.state.title) {
            // Asking every hit on every line would make a page of a million lines take hours.
            (CaptureField::Title, title) => {
                title.as_ref().is_some_and(|(_, title)| title.reaches(line.folded, least))
            }
            _ => self.state.decision.hits.iter().any(|hit| {
                let value = || fold(&self.state.page.text[hit.value.range()]);
                hit.line as usize != line.index
                    && captures(self.state.set, hit.rule, field)
                    && Likeness::of(&value()).reaches(line.folded, least)
            }),
        }
    }
}

fn captures(set: &RuleSet, rule: RuleId, field: CaptureField) -> bool {
    matches!(set.rule(rule).action(), Action::Capture { field: captured, .. } if *captured == field)
}
