//! What context tests are answered from: the page as judged so far, and where hits stand that somebody looks for.

use super::state::{LineState, State};
use crate::bits;
use crate::fold::fold;
use crate::likeness::Likeness;
use crate::matcher::{Context, ContextPlan, LineView, Nearby, Target};
use crate::model::{Action, CaptureField, Hit, RuleId};
use crate::rules::{Position, RuleSet};
use std::cell::Cell;

/// What context tests are answered from.
pub(super) struct Known<'a> {
    pub(super) state: State<'a>,
    plan: &'a ContextPlan,
    /// For each target the lines with its hits.
    hits: &'a mut [u64],
    /// Words of a row of lines.
    stride: usize,
    /// Before the one no line is kept, from the other on none.
    bounds: Cell<(usize, usize)>,
}

impl<'a> Known<'a> {
    /// What is known at first. `hits` holds a row of lines for each target, without any.
    pub(super) fn new(state: State<'a>, plan: &'a ContextPlan, hits: &'a mut [u64]) -> Self {
        let count = state.lines.len();
        Self { state, plan, hits, stride: bits::words(count), bounds: Cell::new((0, count)) }
    }

    pub(super) fn add(&mut self, hit: Hit) {
        for &target in self.plan.hits_are(hit.rule) {
            bits::insert(&mut self.hits[target as usize * self.stride..], hit.line as usize);
        }
        let was_gone = self.state.lines[hit.line as usize].is_gone();
        self.state.add(hit);
        if was_gone && !self.state.lines[hit.line as usize].is_gone() {
            self.bounds.set((0, self.state.lines.len()));
        }
    }

    /// The lines with hits of a target.
    pub(super) fn row(&self, target: Target) -> &[u64] {
        &self.hits[target as usize * self.stride..(target as usize + 1) * self.stride]
    }

    pub(super) fn has_hits(&self, target: Target) -> bool {
        self.row(target).iter().any(|&lines| lines != 0)
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
    fn near(&self, line: usize, near: Nearby, below: bool) -> bool {
        if let Some(blank) = near.blank {
            let beside = self.state.page.lines.lines.get(line + usize::from(below));
            if beside.is_none_or(|beside| beside.after_blank) != blank {
                return false;
            }
        }
        let row = self.row(near.target);
        let distance = if below {
            bits::next(row, line + 1).map(|at| at - line)
        } else {
            line.checked_sub(1).and_then(|last| bits::previous(row, last)).map(|at| line - at)
        };
        distance.is_some_and(|lines| lines <= near.within as usize)
    }

    fn near_lines(&self, near: Nearby, below: bool, lines: &mut [u64]) {
        // Where no hit reaches: from the reach of one to the reach of the next.
        let row = self.row(near.target);
        let (count, reach) = (self.state.lines.len(), near.within as usize);
        let mut from = 0;
        for hit in bits::members(row) {
            if below {
                bits::clear(lines, from, hit.saturating_sub(reach));
                from = from.max(hit);
            } else {
                bits::clear(lines, from, hit + 1);
                from = from.max(hit.saturating_add(reach).saturating_add(1).min(count));
            }
        }
        bits::clear(lines, from, count);
        if let Some(blank) = near.blank {
            for line in 0..count {
                let beside = self.state.page.lines.lines.get(line + usize::from(below));
                if beside.is_none_or(|beside| beside.after_blank) != blank {
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
