//! Rules into strategies, and pages into hits.
//!
//! The naive way, every rule on every line, costs as much as there are rules. So the compiler asks of each rule which
//! *anchors* it cannot match without: a whole line, a beginning, an end, a literal somewhere. All anchors of a kind
//! share one table, and only the rules whose anchor a line shows are walked on it. Rules without anchors (shapes,
//! lengths, vocabularies) pass a gate of bounds first. The [`Engine`] never changes after it is built; what a thread
//! needs of its own is in its [`Scratch`].

mod anchors;
mod check;
mod contained;
mod phrases;
mod scope;
mod scratch;
mod template;
mod view;
mod words;

#[cfg(test)]
mod tests;

pub use scratch::{Finds, Pending, Scratch};
use view::Assume;
pub use view::PageView;
pub(crate) use view::{Context, LineView};

use crate::model::{Action, CaptureField, Hit, Input, Line, Lines, RuleId, Zone};
use crate::rules::{NearTarget, Rule, RuleSet, Status, Test};
use anchors::{Anchor, Anchors, Gate};
pub(crate) use check::Needs;
use check::{Checks, Found};
use contained::Contained;
use phrases::PhraseTable;
use scope::ScopeMatcher;

/// A rule that an anchor was found for on a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Candidate {
    line: u32,
    rule: RuleId,
}

/// The compiled rules: immutable, shared by all threads.
#[derive(Debug)]
pub struct Engine {
    rules: Vec<Compiled>,
    lines: PhraseTable<RuleId>,
    starts: PhraseTable<RuleId>,
    ends: PhraseTable<RuleId>,
    contained: Contained<RuleId>,
    /// Words that a line begins with when it holds nothing but words of a list.
    words: PhraseTable<RuleId>,
    /// Rules without anchors, by the zones that they may hit, with the bounds that most lines fail.
    gated: [Vec<(Gate, RuleId)>; 3],
    /// The same for rules that also wait for hits near by: they are looked at only on pages that have such hits.
    followers: Vec<Follower>,
    scopes: Vec<ScopeMatcher>,
    regexes: usize,
    shapes: usize,
}

/// A rule that only other rules' hits lead to.
#[derive(Debug)]
pub(crate) struct Follower {
    pub(crate) rule: RuleId,
    gate: Gate,
    /// Groups of rules and kinds, of each of which one must have a hit on the page.
    pub(crate) targets: Vec<Vec<NearTarget>>,
}

impl Follower {
    /// Whether the rule may hit a line at all.
    pub(crate) fn admits(&self, line: &Line) -> bool {
        self.gate.admits(line)
    }
}

/// The hits that may settle a waiting rule.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Watch {
    /// Kinds, as bits.
    pub(crate) kinds: u64,
    /// Whether any hit may, since the rule asks for kept lines or captured fields.
    pub(crate) all: bool,
}

/// One rule, ready to be walked on a line.
#[derive(Debug)]
struct Compiled {
    runs: bool,
    gate: Gate,
    checks: Checks,
    unless: Option<Checks>,
    needs: Needs,
    watch: Watch,
    /// At most so many hits a page.
    take: u32,
    /// At least so many neighbouring hits.
    run: u32,
    cuts_spans: bool,
    field: Option<CaptureField>,
    scope: usize,
}

/// What a page tells that scopes ask for.
#[derive(Clone, Copy, Debug, Default)]
pub struct PageScope<'a> {
    /// BCP 47 tag of the language, or empty.
    pub lang: &'a str,
    /// The address, or empty.
    pub url: &'a str,
    /// What the text was made from.
    pub input: Input,
}

impl Engine {
    /// Compiles `set`. Rules of status preview run only when `preview` is set.
    pub fn new(set: &RuleSet, preview: bool) -> Self {
        let lists = check::vocabularies(set);
        let mut scopes = Vec::new();
        let mut anchors = Anchors::default();
        let mut rules = Vec::with_capacity(set.rules().len());
        for (index, rule) in set.rules().iter().enumerate() {
            let runs = match rule.status() {
                Status::Stable => true,
                Status::Preview => preview,
                Status::Draft | Status::Retired | Status::Off => false,
            };
            if runs {
                anchors.add(rule, RuleId::new(index));
            }
            let checks = Checks::compile(rule.matcher(), &lists);
            let unless = rule.unless().map(|unless| Checks::compile(unless, &lists));
            rules.push(Compiled {
                runs,
                gate: Gate::of(rule),
                needs: needs(rule, &checks, unless.as_ref()),
                watch: watch(set, &checks),
                take: limit(rule, |test| if let Test::Take(most) = test { Some(*most) } else { None })
                    .unwrap_or(u32::MAX),
                run: limit(rule, |test| if let Test::Run(least) = test { Some(*least) } else { None })
                    .unwrap_or(1),
                checks,
                unless,
                cuts_spans: *rule.action() == Action::CutSpan,
                field: match rule.action() {
                    Action::Capture { field, .. } => Some(*field),
                    _ => None,
                },
                scope: scope::intern(&mut scopes, rule.scope()),
            });
        }
        let Anchors { lines, starts, ends, parts, glued, words, gated, followers, regexes } = anchors;
        let shapes = gated.len() + followers.len();
        let in_zone = |zone: Zone| {
            let mut entries = gated.clone();
            entries.retain(|(gate, _)| gate.zone.is_none_or(|bound| bound == zone));
            entries
        };
        let word_entries = words.iter().flat_map(|&(list, rule)| {
            set.lists()[list].words.iter().map(move |word| (word.as_bytes().into(), rule))
        });
        Self {
            rules,
            lines: PhraseTable::new(lines),
            starts: PhraseTable::new(starts),
            ends: PhraseTable::new(ends),
            contained: Contained::new(
                parts.iter().map(|(phrase, rule)| (phrase.as_str(), *rule)).collect(),
                glued.iter().map(|(literal, rule)| (literal.as_str(), *rule)).collect(),
            ),
            words: PhraseTable::new(word_entries.collect()),
            gated: [Zone::Head, Zone::Body, Zone::Tail].map(in_zone),
            followers,
            scopes,
            regexes,
            shapes,
        }
    }

    /// One line of counts: how many literals each strategy holds.
    pub fn strategies(&self) -> String {
        let (parts, glued) = self.contained.len();
        format!(
            "{} rules run: {} whole lines, {} starts, {} ends, {parts} phrases and {glued} literals within lines ({}), {} \
             regexes, {} rules by shape",
            self.rules.iter().filter(|rule| rule.runs).count(),
            self.lines.len(),
            self.starts.len(),
            self.ends.len(),
            self.contained.strategy(),
            self.regexes,
            self.shapes,
        )
    }

    /// What `rule` must know beyond its line.
    pub(crate) fn needs(&self, rule: RuleId) -> Needs {
        self.rules[rule.index()].needs
    }

    /// The hits that may settle `rule`.
    pub(crate) fn watch(&self, rule: RuleId) -> Watch {
        self.rules[rule.index()].watch
    }

    /// The rules that only other rules' hits lead to and that run on the page, by the scopes that [`Engine::find`]
    /// judged.
    pub(crate) fn followers(&self, finds: &Finds) -> impl Iterator<Item = &Follower> {
        let runs = |rule: RuleId| finds.scopes[self.rules[rule.index()].scope] && finds.off != Some(rule);
        self.followers.iter().filter(move |follower| runs(follower.rule))
    }

    /// Whether the context that `rule` itself asks for holds on a line; its other tests are not asked.
    pub(crate) fn context_holds(&self, rule: RuleId, line: usize, context: &impl Context) -> bool {
        self.rules[rule.index()].checks.context_holds(line, context)
    }

    /// How many hits of `rule` a page may have at most, and how many must stand side by side.
    pub(crate) fn counts(&self, rule: RuleId) -> (u32, u32) {
        (self.rules[rule.index()].take, self.rules[rule.index()].run)
    }

    /// Finds every hit on a page, and every rule that waits for its context.
    pub fn find<'a>(
        &self,
        text: &'a str,
        lines: &'a Lines,
        scope: PageScope<'_>,
        scratch: &'a mut Scratch,
    ) -> (PageView<'a>, &'a mut Finds) {
        scratch.fold(text, lines);
        scratch.finds.scopes.clear();
        scratch.finds.scopes.extend(self.scopes.iter().map(|matcher| matcher.holds(scope)));
        self.nominate(lines, scratch);
        let Scratch { folded, starts, candidates, finds, .. } = scratch;
        let page = PageView { text, lines, folded, starts };
        finds.hits.clear();
        finds.pending.clear();
        finds.off = None;
        for candidate in &*candidates {
            let rule = &self.rules[candidate.rule.index()];
            if finds.scopes[rule.scope] {
                rule.judge(*candidate, &page, finds);
            }
        }
        finds.hits.sort_unstable();
        (page, finds)
    }

    /// Collects the rules worth walking, by line and rule, each once.
    fn nominate(&self, lines: &Lines, scratch: &mut Scratch) {
        let Scratch { folded, starts, candidates, contained, reversed, .. } = scratch;
        contained.clear();
        self.contained.for_each(folded, |range, rule| {
            // The line whose folded form begins at or before the find.
            let line = starts.partition_point(|&start| start as usize <= range.start) - 1;
            contained.push(Candidate { line: line as u32, rule });
        });
        contained.sort_unstable();
        let mut contained = contained.iter().copied().peekable();
        candidates.clear();
        for (index, facts) in lines.lines.iter().enumerate() {
            let line = index as u32;
            let bounds = starts[index] as usize..starts[index + 1] as usize - 1;
            let form = &folded.as_bytes()[bounds.clone()];
            let first = candidates.len();
            let mut add =
                |rules: &[RuleId]| candidates.extend(rules.iter().map(|&rule| Candidate { line, rule }));
            if form.len() <= self.lines.longest() {
                self.lines.for_each_start(form, |length, rules| {
                    if length == form.len() {
                        add(rules);
                    }
                });
            }
            self.starts.for_each_start(form, |_, rules| add(rules));
            if self.ends.len() > 0 {
                reversed.clear();
                reversed.extend(form.iter().rev().take(self.ends.longest()));
                self.ends.for_each_start(reversed, |_, rules| add(rules));
            }
            if self.words.len() > 0
                && let Some(letter) = folded[bounds].find(char::is_alphabetic)
            {
                self.words.for_each_start(&form[letter..], |_, rules| add(rules));
            }
            for (gate, rule) in &self.gated[facts.zone as usize] {
                if gate.admits(facts) {
                    candidates.push(Candidate { line, rule: *rule });
                }
            }
            while let Some(candidate) = contained.next_if(|candidate| candidate.line == line) {
                candidates.push(candidate);
            }
            // The lines come in order: only the few rules of each are left to sort.
            candidates[first..].sort_unstable();
        }
        candidates.dedup();
    }

    /// Walks one rule on one line with its real context. A rule that cuts spans may hit a line more than once.
    pub(crate) fn resolve(
        &self,
        rule: RuleId,
        line: &LineView<'_>,
        context: &impl Context,
        hits: &mut Vec<Hit>,
    ) -> bool {
        self.rules[rule.index()].walk(rule, line, context, context, hits)
    }

    /// Whether `rule` would hit the line `text`, its zone and context taken as given.
    pub fn hits_line(&self, rule: RuleId, text: &str, lines: &Lines, scratch: &mut Scratch) -> bool {
        scratch.fold(text, lines);
        let page = PageView { text, lines, folded: &scratch.folded, starts: &scratch.starts };
        let mut hits = Vec::new();
        (0..lines.lines.len()).any(|index| {
            self.rules[rule.index()].walk(rule, &page.line(index), &Assume(true), &Assume(false), &mut hits)
        })
    }
}

fn needs(rule: &Rule, checks: &Checks, unless: Option<&Checks>) -> Needs {
    let counting = rule.matcher().tests.iter().any(|test| matches!(test, Test::Take(_) | Test::Run(_)));
    let own = if counting { Needs::Hits } else { Needs::Line };
    own.max(checks.needs).max(unless.map_or(Needs::Line, |unless| unless.needs))
}

fn watch(set: &RuleSet, checks: &Checks) -> Watch {
    let mut watch = Watch { kinds: 0, all: checks.needs == Needs::Verdicts };
    checks.for_each_near(&mut |near| {
        let kind = match near.target {
            NearTarget::Kind(kind) => kind,
            NearTarget::Rule(rule) => set.rule(rule).kind(),
        };
        watch.kinds |= 1 << kind as u32;
    });
    watch
}

fn limit(rule: &Rule, of: impl Fn(&Test) -> Option<u32>) -> Option<u32> {
    rule.matcher().tests.iter().find_map(of)
}

impl Compiled {
    fn judge(&self, candidate: Candidate, page: &PageView<'_>, finds: &mut Finds) {
        let facts = &page.lines.lines[candidate.line as usize];
        if !self.gate.admits(facts) {
            return;
        }
        let line = page.line(candidate.line as usize);
        if self.needs == Needs::Line {
            self.walk(candidate.rule, &line, &Assume(true), &Assume(false), &mut finds.hits);
        } else if self.checks.find(&line, &Assume(true), None).is_some() {
            finds.pending.push(Pending { line: candidate.line, rule: candidate.rule });
        }
    }

    /// Pushes the rule's hits on the line; whether there were any. The guard has a context of its own, since what
    /// is unknown must not speak against a rule.
    fn walk(
        &self,
        rule: RuleId,
        line: &LineView<'_>,
        context: &impl Context,
        guard: &impl Context,
        hits: &mut Vec<Hit>,
    ) -> bool {
        let before = hits.len();
        let mut push = |found: Found| {
            let (span, value) = (found.span.raw(line), found.value.raw(line));
            hits.push(Hit { line: line.index as u32, rule, span: line.span(span), value: line.span(value) });
        };
        // The guard is asked last: most rules fail before.
        let guarded = || self.unless.as_ref().is_some_and(|unless| unless.find(line, guard, None).is_some());
        if self.cuts_spans {
            if !guarded() {
                self.checks.find_all(line, context, &mut push);
            }
        } else if let Some(found) = self.checks.find(line, context, self.field)
            && !guarded()
        {
            push(found);
        }
        hits.len() > before
    }
}

impl Gate {
    /// Whether a line passes every bound.
    fn admits(&self, line: &Line) -> bool {
        !self.inert
            && self.zone.is_none_or(|zone: Zone| zone == line.zone)
            && self.words.contains(&line.words)
            && self.chars.contains(&line.chars)
            && self.closed.is_none_or(|closed| closed == line.closed)
            && (!self.digits || line.digits)
            && (!self.capital || line.capital)
            && self.shapes.is_none_or(|shapes| shapes.meets(line.shapes))
    }
}

impl Anchors {
    /// Registers what leads to `rule`.
    fn add(&mut self, rule: &Rule, id: RuleId) {
        let found = anchors::of(rule, &mut self.regexes);
        let targets = anchors::targets(rule.matcher());
        // Bounds and first words lead to many lines in vain; hits near by lead to few.
        let is_weak = |anchor: &Anchor| matches!(anchor, Anchor::Gate(_) | Anchor::Word(_));
        if !targets.is_empty() && found.iter().any(is_weak) {
            self.followers.push(Follower { rule: id, gate: Gate::of(rule), targets });
            return;
        }
        for anchor in found {
            match anchor {
                Anchor::Line(phrase) => self.lines.push((phrase.as_bytes().into(), id)),
                Anchor::Start(phrase) => self.starts.push((phrase.as_bytes().into(), id)),
                Anchor::End(phrase) => self.ends.push((phrase.bytes().rev().collect(), id)),
                Anchor::Part(phrase) => self.parts.push((phrase, id)),
                Anchor::Glued(literal) => self.glued.push((literal, id)),
                Anchor::Word(list) => self.words.push((list, id)),
                Anchor::Gate(gate) => {
                    let entry = (gate, id);
                    if self.gated.last() != Some(&entry) {
                        self.gated.push(entry);
                    }
                }
            }
        }
    }
}
