//! Context: rules that wait for other hits are settled, sweep by sweep, until nothing changes.
//!
//! A sweep goes down the page and another up, so that a chain of neighbours (a list of related stories below its
//! heading) is settled at once and not line by line. Every question is answered from the hits so far; guards that
//! ask for context are answered at the moment their rule is, which makes the order of sweeps part of the language:
//! down first, rules of one line in the order of their files.

use super::Decision;
use super::state::{LineState, State};
use crate::likeness;
use crate::matcher::{Context, Engine, Finds, LineView, Needs, PageView, Pending};
use crate::model::{CaptureField, Hit, Kind, RuleId, Score};
use crate::rules::{Near, NearTarget, Position, RuleSet};
use foldhash::{HashMap, HashMapExt};
use std::cell::OnceCell;

/// Sweeps each way, at most: a bound for rule sets whose guards chase each other.
const MAX_SWEEPS: usize = 8;

pub(super) struct Settler<'a> {
    engine: &'a Engine,
    known: Known<'a>,
    /// Hits per rule, for rules that take only so many.
    taken: HashMap<RuleId, u32>,
    found: Vec<Hit>,
}

/// What context tests are answered from.
struct Known<'a> {
    state: State<'a>,
    /// Lines with hits of each kind, sorted.
    kinds: Vec<Vec<u32>>,
    /// Lines with hits of each rule, sorted.
    rules: HashMap<RuleId, Vec<u32>>,
    /// The first and the last kept line, worked out when asked for.
    ends: OnceCell<(Option<usize>, Option<usize>)>,
}

impl<'a> Settler<'a> {
    pub(super) fn new(
        engine: &'a Engine,
        set: &'a RuleSet,
        page: &'a PageView<'a>,
        title: &str,
        decision: &'a mut Decision,
    ) -> Self {
        let title = (!title.is_empty()).then(|| (Score::ONE, crate::fold::fold(title)));
        let lines = vec![LineState::default(); page.lines.lines.len()];
        let known = Known {
            state: State { set, page, lines, decision, title },
            kinds: vec![Vec::new(); Kind::ALL.len()],
            rules: HashMap::new(),
            ends: OnceCell::new(),
        };
        Self { engine, known, taken: HashMap::new(), found: Vec::new() }
    }

    pub(super) fn into_state(self) -> State<'a> {
        self.known.state
    }

    pub(super) fn settle(&mut self, finds: &mut Finds) {
        for &hit in &finds.hits {
            self.known.add(hit);
        }
        let engine = self.engine;
        let (mut waiting, late): (Vec<Pending>, Vec<Pending>) =
            finds.pending.drain(..).partition(|pending| engine.needs(pending.rule) < Needs::Verdicts);
        self.sweep_until_stable(&mut waiting);
        if !late.is_empty() {
            waiting.extend(late);
            waiting.sort_unstable();
            self.sweep_until_stable(&mut waiting);
        }
    }

    fn sweep_until_stable(&mut self, waiting: &mut Vec<Pending>) {
        for _ in 0..MAX_SWEEPS {
            let before = waiting.len();
            self.settle_runs(waiting);
            waiting.retain(|pending| !self.try_hit(*pending));
            waiting.reverse();
            waiting.retain(|pending| !self.try_hit(*pending));
            waiting.reverse();
            if waiting.len() == before {
                return;
            }
        }
    }

    /// Rules that want runs: their lines hit together or not at all.
    fn settle_runs(&mut self, waiting: &mut Vec<Pending>) {
        let mut wanting: Vec<Pending> =
            waiting.iter().copied().filter(|pending| self.engine.counts(pending.rule).1 > 1).collect();
        if wanting.is_empty() {
            return;
        }
        wanting.retain(|pending| self.resolve(*pending));
        wanting.sort_unstable_by_key(|pending| (pending.rule, pending.line));
        for run in wanting.chunk_by(|a, b| a.rule == b.rule && a.line + 1 == b.line) {
            if run.len() >= self.engine.counts(run[0].rule).1 as usize {
                for pending in run {
                    self.resolve(*pending);
                    self.take_found(pending.rule);
                }
            }
        }
        waiting.retain(|pending| self.engine.counts(pending.rule).1 <= 1 || !self.known.has(*pending));
    }

    /// Lets a waiting rule hit its line if its context holds now.
    fn try_hit(&mut self, pending: Pending) -> bool {
        self.engine.counts(pending.rule).1 <= 1 && self.resolve(pending) && self.take_found(pending.rule)
    }

    fn resolve(&mut self, pending: Pending) -> bool {
        self.found.clear();
        let line = self.known.state.page.line(pending.line as usize);
        self.engine.resolve(pending.rule, &line, &self.known, &mut self.found)
    }

    fn take_found(&mut self, rule: RuleId) -> bool {
        let taken = self.taken.entry(rule).or_default();
        if *taken >= self.engine.counts(rule).0 {
            return false;
        }
        *taken += 1;
        for hit in self.found.drain(..) {
            self.known.add(hit);
        }
        true
    }
}

impl Known<'_> {
    fn add(&mut self, hit: Hit) {
        insert_sorted(&mut self.kinds[self.state.set.rule(hit.rule).kind() as usize], hit.line);
        insert_sorted(self.rules.entry(hit.rule).or_default(), hit.line);
        self.ends.take();
        self.state.add(hit);
    }

    fn has(&self, pending: Pending) -> bool {
        self.rules.get(&pending.rule).is_some_and(|lines| lines.binary_search(&pending.line).is_ok())
    }
}

/// Hits mostly come in the order of lines, so this is mostly a push.
fn insert_sorted(lines: &mut Vec<u32>, line: u32) {
    match lines.last() {
        Some(&last) if last >= line => {
            if let Err(at) = lines.binary_search(&line) {
                lines.insert(at, line);
            }
        }
        _ => lines.push(line),
    }
}

impl Context for Known<'_> {
    fn near(&self, line: usize, near: &Near, below: bool) -> bool {
        let lines = match &near.target {
            NearTarget::Kind(kind) => Some(&self.kinds[*kind as usize]),
            NearTarget::Rule(rule) => self.rules.get(rule),
        };
        let Some(lines) = lines else { return false };
        if let Some(blank) = near.blank {
            let beside = if below {
                self.state.page.lines.lines.get(line + 1)
            } else {
                self.state.page.lines.lines.get(line)
            };
            if beside.is_none_or(|beside| beside.after_blank) != blank {
                return false;
            }
        }
        let line = line as u32;
        if below {
            let next = lines.partition_point(|&at| at <= line);
            lines.get(next).is_some_and(|&at| at - line <= near.within)
        } else {
            let before = lines.partition_point(|&at| at < line);
            before > 0 && line - lines[before - 1] <= near.within
        }
    }

    fn position(&self, line: usize, position: Position) -> bool {
        let (first, last) = self.ends.get_or_init(|| {
            let kept = |state: &LineState| !state.is_gone();
            (self.state.lines.iter().position(kept), self.state.lines.iter().rposition(kept))
        });
        match position {
            Position::FirstKept => *first == Some(line),
            Position::LastKept => *last == Some(line),
        }
    }

    fn same_as(&self, line: &LineView<'_>, field: CaptureField, least: u32) -> bool {
        match (field, &self.state.title) {
            (CaptureField::Title, Some((_, title))) => likeness::of_title(title, line.folded) >= least,
            _ => self.state.decision.hits.iter().any(|hit| {
                hit.line as usize != line.index
                    && captures(self.state.set, hit.rule, field)
                    && likeness::of(&crate::fold::fold(&self.state.page.text[hit.value.range()]), line.folded)
                        >= least
            }),
        }
    }
}

fn captures(set: &RuleSet, rule: RuleId, field: CaptureField) -> bool {
    matches!(set.rule(rule).action(), crate::model::Action::Capture { field: captured, .. } if *captured == field)
}
