//! Rules into an engine: each rule's checks, what leads to it, and the tables that all share.

use super::anchors::Anchors;
use super::check::{self, Checks, Needs};
use super::contained::Contained;
use super::context::{self, ContextPlan, Sought};
use super::gates::{Door, Gate, GateSet};
use super::markup::{ClassWords, MarkupRules};
use super::phrases::PhraseTable;
use super::scope::{self, ScopeMatcher};
use super::words::Vocabulary;
use super::{Compiled, Engine, Front, ListRules};
use crate::bits::{Bitmap, first_eight, mark};
use crate::dates::Opening;
use crate::model::{Action, RuleId};
use crate::rules::{Rule, RuleSet, Status, Test};
use foldhash::{HashMap, HashMapExt, HashSet};
use std::sync::Arc;

/// What rules ask for by number, gathered as they are compiled.
#[derive(Debug, Default)]
pub(super) struct Interned {
    pub(super) sought: Sought,
    pub(super) classes: ClassWords,
}

impl Engine {
    /// Compiles `set`. Rules of status preview run only when `preview` is set.
    pub fn new(set: &RuleSet, preview: bool) -> Self {
        let lists = check::vocabularies(set);
        let mut scopes = Vec::new();
        let mut interned = Interned::default();
        let mut anchors = Anchors::default();
        let compile = |rule| Compiled::of(rule, preview, &lists, &mut interned, &mut scopes);
        let rules: Vec<Compiled> = set.rules().iter().map(compile).collect();
        let own_gates: Vec<Gate> = set.rules().iter().map(Gate::of).collect();
        let running = || rules.iter().enumerate().filter(|(_, rule)| rule.runs);
        let follows: Vec<bool> = rules
            .iter()
            .zip(set.rules())
            .enumerate()
            .map(|(index, (compiled, rule))| {
                compiled.runs && !anchors.add(rule, compiled.checks.follows(), RuleId::new(index))
            })
            .collect();
        let candidates: Vec<context::Candidate<'_>> = running()
            .filter(|(_, compiled)| compiled.needs != Needs::Line)
            .map(|(index, compiled)| {
                let (rule, own) = (&set.rules()[index], &own_gates[index]);
                let gate = Gate { inert: own.inert || !follows[index], opening: None, ..own.clone() };
                compiled.waiting(RuleId::new(index), rule, gate)
            })
            .collect();
        let Anchors { lines, starts, firsts, ends, parts, word_starts, glued, words, gated, regexes, .. } =
            anchors;
        let Anchors { classes, tags, links, behind, .. } = anchors;
        let behind_each = |opening: Opening| {
            let own = behind.iter().filter(|(of, ..)| *of == opening);
            PhraseTable::new(own.map(|(_, literal, rule)| (literal.clone(), *rule)).collect())
        };
        let words: Vec<(usize, Vec<RuleId>)> = words.into_iter().collect();
        let list_words = words.iter().enumerate().flat_map(|(place, (list, _))| {
            set.lists()[*list].words.iter().map(move |word| (word.as_bytes().into(), Front::List(place)))
        });
        let different: HashSet<&[u8]> = starts
            .iter()
            .map(|(phrase, ..)| &**phrase)
            .chain(firsts.iter().map(|(phrase, _)| &**phrase))
            .collect();
        let different_starts = different.len();
        let starts = starts.into_iter().map(|(phrase, next, rule)| (phrase, Front::Rule(rule, next)));
        let firsts = firsts.into_iter().map(|(literal, rule)| (literal, Front::First(rule)));
        let fronts: Vec<(Box<[u8]>, Front)> = starts.chain(firsts).chain(list_words).collect();
        let mut by_line: HashMap<Box<str>, Vec<RuleId>> = HashMap::new();
        lines.into_iter().for_each(|(phrase, rule)| by_line.entry(phrase.into()).or_default().push(rule));
        let lists: Vec<ListRules> = words
            .iter()
            .map(|(list, users)| ListRules {
                list: Arc::clone(&lists[*list]),
                longest: users.iter().map(|rule| *own_gates[rule.index()].words.end()).max().unwrap_or(0),
                rules: users.clone(),
            })
            .collect();
        let (mut gates, gated): (Vec<Gate>, Vec<RuleId>) = gated.into_iter().unzip();
        gates.extend(candidates.iter().map(|candidate| candidate.gate.clone()));
        let context = ContextPlan::new(set, &interned.sought, &candidates);
        drop(candidates);
        let mut line_marks = Bitmap::new(by_line.len(), 16, 1 << 20);
        by_line.keys().for_each(|line| line_marks.insert(mark(first_eight(line.as_bytes()), line.len())));
        Self {
            lines: by_line,
            line_marks,
            different_starts,
            starts: PhraseTable::new(fronts),
            ends: PhraseTable::new(ends),
            behind: Opening::ALL.map(behind_each),
            contained: Contained::new(&parts, &word_starts, &glued),
            markup: MarkupRules::new(interned.classes, classes, tags, links),
            longest_of_lists: lists.iter().map(|list| list.longest).max().unwrap_or(0),
            lists,
            gates: GateSet::new(&gates),
            gated,
            context,
            doors: own_gates.iter().map(Door::new).collect(),
            rules,
            scopes,
            regexes,
        }
    }
}

impl Compiled {
    fn of(
        rule: &Rule,
        preview: bool,
        lists: &[Arc<Vocabulary>],
        interned: &mut Interned,
        scopes: &mut Vec<ScopeMatcher>,
    ) -> Self {
        let checks = Checks::compile(rule.matcher(), lists, interned);
        let unless = rule.unless().map(|unless| Checks::compile(unless, lists, interned));
        Self {
            runs: match rule.status() {
                Status::Stable => true,
                Status::Preview => preview,
                Status::Draft | Status::Retired | Status::Off => false,
            },
            needs: needs(rule, &checks, unless.as_ref()),
            checks,
            unless,
            cuts_spans: *rule.action() == Action::CutSpan,
            field: match rule.action() {
                Action::Capture { field, .. } => Some(*field),
                _ => None,
            },
            scope: scope::intern(scopes, rule.scope()),
        }
    }

    /// The rule as one that waits for its context, on lines that keep the bounds of `gate`.
    fn waiting(&self, id: RuleId, rule: &Rule, gate: Gate) -> context::Candidate<'_> {
        let limit = |of: fn(&Test) -> Option<u32>| rule.matcher().tests.iter().find_map(of);
        context::Candidate {
            rule: id,
            checks: &self.checks,
            guard: self.unless.as_ref(),
            needs: self.needs,
            take: limit(|test| if let Test::Take(most) = test { Some(*most) } else { None })
                .unwrap_or(u32::MAX),
            run: limit(|test| if let Test::Run(least) = test { Some(*least) } else { None }).unwrap_or(1),
            scope: self.scope,
            gate,
        }
    }
}

fn needs(rule: &Rule, checks: &Checks, unless: Option<&Checks>) -> Needs {
    let counting = rule.matcher().tests.iter().any(|test| matches!(test, Test::Take(_) | Test::Run(_)));
    let own = if counting { Needs::Hits } else { Needs::Line };
    own.max(checks.needs).max(unless.map_or(Needs::Line, |unless| unless.needs))
}
