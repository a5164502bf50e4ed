//! Context: rules that wait for other hits are settled, sweep by sweep, until nothing changes.
//!
//! A sweep goes down the page and another up, so that a chain of neighbours (a list of related stories below its
//! heading) is settled at once and not line by line. Every question is answered from the hits so far; guards that
//! ask for context are answered at the moment their rule is, which makes the order of sweeps part of the language:
//! down first, rules of one line in the order of their files.
//!
//! A sweep looks only where an answer may have changed: a hit wakes the rules that look for it, on the lines within
//! their reach that no earlier hit had reached. Rules whose hits nobody on the page looks for, or nobody but others like them,
//! are not even woken: they are asked in the end, one after the other.

use super::known::Known;
use super::rows::{Rows, wake_at_ends, wake_in_context};
use super::state::{Cuts, LineState, State};
use crate::bits;
use crate::fold::fold;
use crate::likeness::Likeness;
use crate::linewise::LineSorter;
use crate::matcher::{ContextPlan, ContextRule, Engine, Finds, PageView, Place, SightId, Target};
use crate::model::{CaptureField, Decision, Hit, RuleId, Score};
use crate::rules::RuleSet;

/// Sweeps each way, at most: a bound for rule sets whose guards chase each other.
const MAX_SWEEPS: usize = 8;

/// What settling a page needs, kept from page to page. Rows of bits: by line, or by the place of a context rule.
#[derive(Debug, Default)]
pub struct Scratch {
    lines: Vec<LineState>,
    hits: Vec<u64>,
    seen: Vec<u64>,
    heeded: Vec<u64>,
    /// For each rule the lines that it may hit.
    open: Vec<u64>,
    /// For each line the rules to ask at the next visit.
    awake: Vec<u64>,
    /// Lines with rules to ask.
    busy: Vec<u64>,
    /// Rules that take part on the page, those that do now, and those that begin to.
    present: Vec<u64>,
    enabled: Vec<u64>,
    starting: Vec<u64>,
    /// Rules that wait until all others are settled, and their places: those come last that are asked first.
    waiting: Vec<u64>,
    order: Vec<Place>,
    /// How many rules that do not wait look for each target.
    heeders: Vec<u32>,
    /// Hits of each rule, for those that take only so many.
    taken: Vec<u32>,
    found: Vec<Hit>,
    run: Vec<u32>,
    /// Sorts the hits in the end.
    pub(super) sorter: LineSorter<Hit>,
}

pub(super) struct Settler<'a> {
    engine: &'a Engine,
    pub(super) plan: &'a ContextPlan,
    pub(super) known: Known<'a>,
    pub(super) scratch: Rows<'a>,
    pub(super) found: &'a mut Vec<Hit>,
    run: &'a mut Vec<u32>,
}

fn zeroed<T: Clone + Default>(buffer: &mut Vec<T>, length: usize) -> &mut [T] {
    buffer.clear();
    buffer.resize(length, T::default());
    buffer
}

impl<'a> Settler<'a> {
    pub(super) fn new(
        engine: &'a Engine,
        set: &'a RuleSet,
        page: &'a PageView<'a>,
        title: &str,
        decision: &'a mut Decision,
        scratch: &'a mut Scratch,
    ) -> Self {
        let title = (!title.is_empty()).then(|| (Score::ONE, Likeness::of_title(&fold(title))));
        let plan = engine.context();
        let (count, width) = (page.lines.lines.len(), plan.width());
        let stride = bits::words(count);
        let Scratch { lines, hits, seen, heeded, open, awake, busy, .. } = scratch;
        let Scratch { present, enabled, starting, waiting, order, heeders, taken, found, run, .. } = scratch;
        let state = State { set, page, lines: zeroed(lines, count), decision, cuts: Cuts::default(), title };
        let (hits, seen) = (zeroed(hits, plan.targets() * stride), zeroed(seen, plan.sights() * stride));
        let heeded = zeroed(heeded, bits::words(plan.targets()));
        let known = Known::new(state, plan, hits, seen, heeded);
        let scratch = Rows {
            width,
            stride,
            open,
            awake: zeroed(awake, count * width),
            busy: zeroed(busy, stride),
            present: zeroed(present, width),
            enabled: zeroed(enabled, width),
            starting: zeroed(starting, width),
            waiting: zeroed(waiting, width),
            order,
            heeders: zeroed(heeders, plan.targets()),
            placed: false,
            taken: zeroed(taken, width * 64),
        };
        Self { engine, plan, known, scratch, found, run }
    }

    /// Settles everything and gives back what is known in the end.
    pub(super) fn settle(mut self, finds: &Finds) -> State<'a> {
        self.open_lines(finds);
        self.take_part(finds);
        self.let_wait();
        for &hit in &finds.hits {
            self.known.add(hit, |_, _, _, _| ());
        }
        for late in [false, true] {
            // In the second turn the rules of the first go on listening.
            let Rows { present, starting, waiting, .. } = &mut self.scratch;
            for (word, starting) in starting.iter_mut().enumerate() {
                let late = if late { self.plan.late[word] } else { !self.plan.late[word] };
                *starting = present[word] & late & !waiting[word];
            }
            self.enable_starting();
            self.wake_starting();
            self.sweep_until_stable(late);
            self.ask_waiting();
        }
        self.known.state
    }

    /// Notes which context rules may hit which lines: those that wait for their context alone, and those whose bounds
    /// the line keeps.
    fn open_lines(&mut self, finds: &Finds) {
        let Rows { open, stride, .. } = &mut self.scratch;
        open.clear();
        open.extend_from_slice(self.engine.admitted(finds));
        for pending in &finds.pending {
            if let Some(place) = self.plan.place(pending.rule) {
                bits::insert(&mut open[place * *stride..], pending.line as usize);
            }
        }
    }

    /// Notes which rules take part: those in scope that may hit a line of the page. What they look for is heeded.
    fn take_part(&mut self, finds: &Finds) {
        let Rows { open, stride, present, heeders, .. } = &mut self.scratch;
        for place in bits::members(&finds.in_scope) {
            if open[place * *stride..][..*stride].iter().any(|&lines| lines != 0) {
                bits::insert(present, place);
                for &target in &self.plan.rule(place).looks_for {
                    bits::insert(self.known.heeded, target as usize);
                    heeders[target as usize] += 1;
                }
            }
        }
    }

    /// Finds the rules that can wait: those for whose hits nobody looks but rules that can wait, and maybe themselves, above
    /// their lines. One walk down the page settles each when those are settled that it looks for, which wait longer than it.
    fn let_wait(&mut self) {
        let Rows { present, heeders, waiting, order, .. } = &mut self.scratch;
        order.clear();
        let mut settled = usize::MAX;
        while settled != order.len() {
            settled = order.len();
            for place in bits::members_of_both(present, &self.plan.patient) {
                let rule = self.plan.rule(place);
                let is_free = |target: &Target| {
                    heeders[*target as usize] == u32::from(rule.looks_up_for.contains(target))
                };
                if !bits::contains(waiting, place) && self.plan.hits_are(rule.rule).iter().all(is_free) {
                    bits::insert(waiting, place);
                    order.push(place);
                    rule.looks_for.iter().for_each(|&target| heeders[target as usize] -= 1);
                }
            }
        }
    }

    /// Enables the starting rules.
    fn enable_starting(&mut self) {
        let Rows { enabled, starting, placed, .. } = &mut self.scratch;
        enabled.iter_mut().zip(&**starting).for_each(|(enabled, starting)| *enabled |= starting);
        *placed = bits::members_of_both(enabled, &self.plan.placed).next().is_some();
    }

    /// Asks the rules that waited for the first turn to end. Hits of the second wake them like the others.
    fn ask_waiting(&mut self) {
        while let Some(place) = self.scratch.order.pop() {
            self.ask_everywhere(place);
            bits::insert(self.scratch.enabled, place);
        }
    }

    /// Lets a rule hit every line on which its context holds, down the page.
    fn ask_everywhere(&mut self, place: Place) {
        let rule = self.plan.rule(place);
        if let Some(unseen) = &rule.unseen {
            return self.hit_everywhere(place, unseen);
        }
        for word in 0..self.scratch.stride {
            let mut below = u64::MAX;
            loop {
                // Looked at anew each time: the rule may look for its own hits above.
                let open = self.scratch.open[place * self.scratch.stride + word] & below;
                let seeing = open & self.known.seen.by_all(&rule.sights, word);
                let Some(line) = bits::members_of_word(word, seeing).next() else { break };
                below = u64::MAX << (line % 64) << 1;
                if self.resolve(line, rule.rule) {
                    self.scratch.close(line, place);
                    self.found.iter().for_each(|&hit| self.known.add(hit, |_, _, _, _| ()));
                }
            }
        }
    }

    /// Lets a rule hit every line that it may hit and that sees what it asks for and nothing `unseen`.
    fn hit_everywhere(&mut self, place: Place, unseen: &[Vec<SightId>]) {
        let (rule, page) = (self.plan.rule(place), self.known.state.page);
        for word in 0..self.scratch.stride {
            let open = &mut self.scratch.open[place * self.scratch.stride + word];
            let hit =
                *open & self.known.seen.by_all(&rule.sights, word) & !self.known.seen.by_all(unseen, word);
            *open &= !hit;
            for line in bits::members_of_word(word, hit) {
                page.tried(rule.rule, true);
                self.known.add(Hit::of_line(line, &page.lines.lines[line], rule.rule), |_, _, _, _| ());
            }
        }
    }

    /// Wakes every starting rule wherever its context holds already.
    fn wake_starting(&mut self) {
        let Self { plan, known, scratch, .. } = self;
        let starting = std::mem::take(&mut scratch.starting);
        wake_in_context(plan, known, scratch, starting);
        scratch.starting = starting;
    }

    /// Sweeps down and up until nobody is left to ask.
    fn sweep_until_stable(&mut self, late: bool) {
        for sweep in 0..MAX_SWEEPS {
            let ran = self.settle_runs(sweep == 0 && !late);
            if !ran && self.scratch.busy.iter().all(|&lines| lines == 0) {
                return;
            }
            self.sweep_down();
            self.sweep_up();
        }
    }

    fn sweep_down(&mut self) {
        let mut from = 0;
        while let Some(line) = bits::next(self.scratch.busy, from) {
            let mut first = 0;
            while let Some(place) = bits::next(self.scratch.awake(line), first) {
                self.ask(line, place);
                first = place + 1;
            }
            self.scratch.rest(line);
            from = line + 1;
        }
    }

    fn sweep_up(&mut self) {
        let mut from = self.known.state.lines.len();
        while let Some(line) = from.checked_sub(1).and_then(|last| bits::previous(self.scratch.busy, last)) {
            let mut end = self.scratch.width * 64;
            while let Some(place) =
                end.checked_sub(1).and_then(|last| bits::previous(self.scratch.awake(line), last))
            {
                self.ask(line, place);
                end = place;
            }
            self.scratch.rest(line);
            from = line;
        }
    }

    /// Lets a rule hit a line if its context holds now.
    fn ask(&mut self, line: usize, place: Place) {
        let Rows { awake, width, .. } = &mut self.scratch;
        bits::remove(&mut awake[line * *width..], place);
        if self.resolve(line, self.plan.rule(place).rule) {
            self.take_found(line, place);
        }
    }

    /// Rules that want runs: their lines hit together or not at all. Whether any did.
    fn settle_runs(&mut self, first: bool) -> bool {
        let mut any = false;
        for place in bits::members(&self.plan.runs) {
            // What asks nothing of its context has the same answer every time.
            if !bits::contains(self.scratch.enabled, place) || (self.plan.rule(place).only_counts && !first) {
                continue;
            }
            let ContextRule { rule, run: least, .. } = *self.plan.rule(place);
            // All lines are asked before any is hit: hits of one run must not make the next one.
            let mut lines = std::mem::take(self.run);
            lines.clear();
            for word in 0..self.scratch.stride {
                let open = self.scratch.open[place * self.scratch.stride + word];
                let seeing = open & self.known.seen.by_all(&self.plan.rule(place).sights, word);
                for line in bits::members_of_word(word, seeing) {
                    if self.resolve(line, rule) {
                        lines.push(line as u32);
                    }
                }
            }
            for run in lines.chunk_by(|a, b| a + 1 == *b).filter(|run| run.len() >= least as usize) {
                any = true;
                // All of the run are resolved before any is taken: the first must not speak against the others.
                let mut found = Vec::with_capacity(run.len());
                for &line in run {
                    self.resolve(line as usize, rule);
                    found.push(std::mem::take(self.found));
                }
                for (&line, found) in run.iter().zip(found) {
                    *self.found = found;
                    self.take_found(line as usize, place);
                }
            }
            *self.run = lines;
        }
        any
    }

    pub(super) fn resolve(&mut self, line: usize, rule: RuleId) -> bool {
        self.found.clear();
        let hit = self.engine.resolve(rule, self.known.state.page, line, &self.known, self.found);
        self.known.state.page.tried(rule, hit);
        hit
    }

    /// Takes the hits that were found for a rule on a line, and wakes whom they concern.
    fn take_found(&mut self, line: usize, place: Place) {
        let Self { plan, known, scratch, found, .. } = self;
        let rule = plan.rule(place);
        if scratch.taken[place] >= rule.take {
            return;
        }
        scratch.taken[place] += 1;
        if scratch.taken[place] == rule.take {
            bits::remove(scratch.enabled, place);
        }
        scratch.close(line, place);
        for &hit in &**found {
            let title = rule.captures.and_then(|_| known.state.title_score());
            let ends = scratch.placed.then(|| known.ends());
            known.add(hit, |seen, rules, word, lines| {
                rules.iter().for_each(|&place| scratch.wake(plan.rule(place), place, seen, word, lines));
            });
            if let Some(field) = rule.captures
                && (field != CaptureField::Title || known.state.title_score() != title)
            {
                wake_in_context(plan, known, scratch, plan.comparing(field));
            }
            if let Some(ends) = ends {
                wake_at_ends(plan, known, scratch, ends);
            }
        }
    }
}
