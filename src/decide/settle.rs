//! Context: rules that wait for other hits are settled, sweep by sweep, until nothing changes.
//!
//! A sweep goes down the page and another up, so that a chain of neighbours (a list of related stories below its
//! heading) is settled at once and not line by line. Every question is answered from the hits so far; guards that
//! ask for context are answered at the moment their rule is, which makes the order of sweeps part of the language:
//! down first, rules of one line in the order of their files.

use super::state::{LineState, State};
use crate::fold::fold;
use crate::likeness::Likeness;
use crate::matcher::{Context, Engine, Finds, Follower, LineView, Needs, PageView, Pending, Watch};
use crate::model::{Action, CaptureField, Decision, Hit, Kind, RuleId, Score};
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
    waiting: Vec<Waiting>,
}

/// A rule on a line, and how much was known when it was last tried.
#[derive(Clone, Copy)]
struct Waiting {
    pending: Pending,
    seen: u32,
}

/// What context tests are answered from.
struct Known<'a> {
    state: State<'a>,
    /// Lines with hits of each kind, sorted.
    kinds: Vec<Vec<u32>>,
    /// Lines with hits of each rule, sorted.
    rules: HashMap<RuleId, Vec<u32>>,
    /// Hits so far and one: what was tried before a hit of its kind is worth another try.
    stamp: u32,
    /// The stamp of the latest hit of each kind; 0 for none.
    stamps: Vec<u32>,
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
        let title = (!title.is_empty()).then(|| (Score::ONE, Likeness::of_title(&fold(title))));
        let lines = vec![LineState::default(); page.lines.lines.len()];
        let known = Known {
            state: State { set, page, lines, decision, title },
            kinds: vec![Vec::new(); Kind::ALL.len()],
            rules: HashMap::new(),
            stamp: 1,
            stamps: vec![0; Kind::ALL.len()],
            ends: OnceCell::new(),
        };
        Self { engine, known, taken: HashMap::new(), found: Vec::new(), waiting: Vec::new() }
    }

    pub(super) fn into_state(self) -> State<'a> {
        self.known.state
    }

    pub(super) fn settle(&mut self, finds: &mut Finds) {
        for &hit in &finds.hits {
            self.known.add(hit);
        }
        let engine = self.engine;
        let followers: Vec<&Follower> = engine.followers(finds).collect();
        let mut asleep: Vec<&Follower> = Vec::new();
        for late in [false, true] {
            let in_turn = |rule: RuleId| (engine.needs(rule) == Needs::Verdicts) == late;
            let pending = finds.pending.iter().filter(|pending| in_turn(pending.rule));
            self.waiting.extend(pending.map(|&pending| Waiting { pending, seen: 0 }));
            self.waiting.sort_unstable_by_key(|waiting| waiting.pending);
            asleep.extend(followers.iter().filter(|follower| in_turn(follower.rule)));
            self.sweep_until_stable(&mut asleep);
        }
    }

    /// Sweeps down and up until nothing is added. `asleep` are the rules whose targets have no hit yet.
    fn sweep_until_stable(&mut self, asleep: &mut Vec<&Follower>) {
        for _ in 0..MAX_SWEEPS {
            self.wake(asleep);
            let before = self.known.stamp;
            self.settle_runs();
            self.sweep();
            if self.known.stamp == before {
                return;
            }
            self.waiting.reverse();
            self.sweep();
            self.waiting.reverse();
        }
    }

    /// Puts every line that a rule may hit on the list, once all that the rule looks for is somewhere on the page.
    fn wake(&mut self, asleep: &mut Vec<&Follower>) {
        let Self { known, waiting, .. } = self;
        let (awake, rest): (Vec<&Follower>, Vec<&Follower>) = asleep.iter().partition(|follower| {
            follower.targets.iter().all(|group| group.iter().any(|target| known.has_hits(target)))
        });
        if awake.is_empty() {
            return;
        }
        *asleep = rest;
        for (index, line) in known.state.page.lines.lines.iter().enumerate() {
            for follower in awake.iter().filter(|follower| follower.admits(line)) {
                waiting
                    .push(Waiting { pending: Pending { line: index as u32, rule: follower.rule }, seen: 0 });
            }
        }
        // Two sorted runs: a stable sort merges them in one pass.
        waiting.sort_by_key(|waiting| waiting.pending);
    }

    /// Lets every waiting rule hit its line if its context holds now, in the order of the list.
    fn sweep(&mut self) {
        let mut list = std::mem::take(&mut self.waiting);
        list.retain_mut(|waiting| {
            let Pending { line, rule } = waiting.pending;
            if self.known.latest(self.engine.watch(rule)) <= waiting.seen {
                return true;
            }
            waiting.seen = self.known.stamp;
            let hits = self.engine.counts(rule).1 <= 1
                && self.engine.context_holds(rule, line as usize, &self.known)
                && self.resolve(waiting.pending)
                && self.take_found(rule);
            !hits
        });
        self.waiting = list;
    }

    /// Rules that want runs: their lines hit together or not at all.
    fn settle_runs(&mut self) {
        let wants = |engine: &Engine, rule: RuleId| engine.counts(rule).1 > 1;
        let listed = self.waiting.iter().map(|waiting| waiting.pending);
        let mut wanting: Vec<Pending> = listed.filter(|pending| wants(self.engine, pending.rule)).collect();
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
        let Self { engine, known, waiting, .. } = self;
        waiting.retain(|waiting| !wants(engine, waiting.pending.rule) || !known.has(waiting.pending));
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
        let kind = self.state.set.rule(hit.rule).kind() as usize;
        self.stamp += 1;
        self.stamps[kind] = self.stamp;
        insert_sorted(&mut self.kinds[kind], hit.line);
        insert_sorted(self.rules.entry(hit.rule).or_default(), hit.line);
        self.ends.take();
        self.state.add(hit);
    }

    /// The stamp of the latest hit that `watch` names.
    fn latest(&self, watch: Watch) -> u32 {
        if watch.all {
            return self.stamp;
        }
        let mut kinds = watch.kinds;
        // A rule that only counts its own hits waits for nothing.
        let mut latest = u32::from(kinds == 0);
        while kinds != 0 {
            latest = latest.max(self.stamps[kinds.trailing_zeros() as usize]);
            kinds &= kinds - 1;
        }
        latest
    }

    fn has_hits(&self, target: &NearTarget) -> bool {
        match target {
            NearTarget::Kind(kind) => !self.kinds[*kind as usize].is_empty(),
            NearTarget::Rule(rule) => self.rules.contains_key(rule),
        }
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
            (CaptureField::Title, Some((_, title))) => title.reaches(line.folded, least),
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
