//! Waking only whom a hit concerns against asking everybody about every line: the hits must be the same.

use super::settle::{Scratch, Settler};
use crate::matcher::{self, ContextRule, Engine, Lookout, PageScope, PageView};
use crate::model::{Decision, Hit, RuleId};
use crate::rules::{RuleFile, RuleSet, load};
use crate::segment::segment;
use proptest::prelude::*;

fn rule_set(rules: &[String]) -> RuleSet {
    let head = "schema = 1\n[pack]\nid = \"t\"\nversion = \"1\"\nabout = \"t\"\nlicense = \"CC0-1.0\"\n";
    let mut text = head.to_owned();
    for (index, rule) in rules.iter().enumerate() {
        let kind = ["menu", "share-prompt"][index % 2];
        text.push_str(&format!(
            "[[rule]]\nid = \"r{index}\"\nkind = \"{kind}\"\nabout = \"t\"\n{rule}\ndrop = [\"x\"]\nkeep = [\"y\"]\n"
        ));
    }
    match load(&[RuleFile::new("t.toml", text)]) {
        Ok(set) => set,
        Err(faults) => panic!("{}", faults.render(false, 100)),
    }
}

/// Settling without waking anybody.
impl Settler<'_> {
    fn begin(&mut self, hits: &[Hit]) {
        self.known.heeded.fill(u64::MAX);
        hits.iter().for_each(|&hit| self.known.add(hit, |_, _, _, _| ()));
    }

    /// Asks about every waiting rule in turn; whether any hit. Those that did wait no more.
    fn ask_all(&mut self, waiting: &mut Vec<(usize, RuleId)>) -> bool {
        let before = waiting.len();
        waiting.retain(|&(line, rule)| {
            let wants_run = self.rule(rule).is_none_or(|known| known.run > 1);
            wants_run || !(self.hits(line, rule) && self.count(rule))
        });
        waiting.len() < before
    }

    /// Lets rules hit that want runs.
    fn ask_runs(&mut self, waiting: &mut Vec<(usize, RuleId)>) -> bool {
        let before = waiting.len();
        for rule in (0..self.known.state.set.rules().len()).map(RuleId::new) {
            let Some(least) = self.rule(rule).map(|known| known.run as usize).filter(|&least| least > 1)
            else {
                continue;
            };
            let lines = waiting.iter().filter(|(_, of)| *of == rule).map(|(line, _)| *line);
            let lines: Vec<usize> =
                lines.collect::<Vec<_>>().into_iter().filter(|&line| self.hits(line, rule)).collect();
            for run in lines.chunk_by(|a, b| a + 1 == *b).filter(|run| run.len() >= least) {
                // All of a run hit, whatever the hits of some say of the others.
                let mut found = Vec::new();
                for &line in run {
                    self.resolve(line, rule);
                    found.push(std::mem::take(self.found));
                }
                for (&line, found) in run.iter().zip(found) {
                    *self.found = found;
                    if self.count(rule) {
                        waiting.retain(|&entry| entry != (line, rule));
                    }
                }
            }
        }
        waiting.len() < before
    }

    /// Whether a rule hits a line that keeps its bounds.
    fn hits(&mut self, line: usize, rule: RuleId) -> bool {
        let sights = self.rule(rule).map_or(&[][..], |known| &known.sights);
        self.known.seen.by_all(sights, line / 64) >> (line % 64) & 1 != 0 && self.resolve(line, rule)
    }

    /// Whether every line sees what it should by the hits so far.
    fn sees_what_it_should(&self) -> bool {
        let (plan, state) = (self.plan, &self.known.state);
        let lines = &state.page.lines.lines;
        (0..plan.targets() as u32)
            .flat_map(|target| plan.lookouts(target).iter().map(move |lookout| (target, lookout)))
            .all(|(target, Lookout { sight, id, .. })| {
                let is_seen = |line: usize, hit: &Hit| {
                    plan.hits_are(hit.rule).contains(&target)
                        && sight.first_seen(hit.line as usize, None, None, lines.len()).contains(&line)
                };
                (0..lines.len()).all(|line| {
                    let blank =
                        lines.get(line + usize::from(sight.below)).is_none_or(|beside| beside.after_blank);
                    let keeps = sight.blank.is_none_or(|wanted| wanted == blank);
                    let seen = keeps && state.decision.hits.iter().any(|hit| is_seen(line, hit));
                    seen == (self.known.seen.by_all(&[vec![*id]], line / 64) >> (line % 64) & 1 != 0)
                })
            })
    }

    fn rule(&self, rule: RuleId) -> Option<&ContextRule> {
        self.plan.place(rule).map(|place| self.plan.rule(place))
    }

    /// Takes what was found for a rule, unless it had enough.
    fn count(&mut self, rule: RuleId) -> bool {
        let Some(place) = self.plan.place(rule) else { return false };
        if self.scratch.taken[place] >= self.plan.rule(place).take {
            return false;
        }
        self.scratch.taken[place] += 1;
        self.found.drain(..).for_each(|hit| self.known.add(hit, |_, _, _, _| ()));
        true
    }
}

/// Asks every context rule about every line, sweep after sweep.
fn settle_naively<'a>(
    engine: &'a Engine,
    set: &'a RuleSet,
    page: &'a PageView<'a>,
    finds: &matcher::Finds,
    decision: &'a mut Decision,
    scratch: &'a mut Scratch,
) {
    let mut settler = Settler::new(engine, set, page, "", decision, scratch);
    settler.begin(&finds.hits);
    let mut waiting: Vec<(usize, RuleId)> = Vec::new();
    for late in [false, true] {
        for (index, line) in page.lines.lines.iter().enumerate() {
            let rules = (0..set.rules().len()).map(RuleId::new);
            let of_turn =
                rules.filter(|&rule| engine.is_late(rule) == Some(late) && engine.may_hit(rule, line));
            waiting.extend(of_turn.map(|rule| (index, rule)));
        }
        waiting.sort_unstable();
        for _ in 0..8 {
            let runs = settler.ask_runs(&mut waiting);
            let down = settler.ask_all(&mut waiting);
            if !runs && !down {
                break;
            }
            waiting.reverse();
            settler.ask_all(&mut waiting);
            waiting.reverse();
        }
    }
    assert!(settler.sees_what_it_should());
}

fn context() -> impl Strategy<Value = String> {
    let target = prop_oneof![
        Just("kind = \"menu\"".to_owned()),
        Just("kind = \"share-prompt\"".to_owned()),
        (0..4usize).prop_map(|rule| format!("rule = \"r{rule}\"")),
    ];
    let side = prop::sample::select(vec!["before", "after"]);
    let blank = prop::sample::select(vec!["", "", ", blank = true", ", blank = false"]);
    (side, target, prop::sample::select(vec![1, 2, 3, 200]), blank).prop_map(
        |(side, target, within, blank)| format!("{side} = {{ {target}, within = {within}{blank} }}"),
    )
}

fn place() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["position = \"first-kept\"", "position = \"last-kept\""])
}

fn rule() -> impl Strategy<Value = String> {
    let line = prop::sample::select(vec![
        "line = [\"a\", \"b\"]",
        "has = [\"c\"]",
        "max_words = 2",
        "min_words = 1",
    ]);
    let more = prop_oneof![
        4 => context().prop_map(|context| format!(", {context}")),
        2 => (context(), context()).prop_map(|(a, b)| format!(", any = [{{ {a} }}, {{ {b} }}, {{ line = [\"d\"] }}]")),
        1 => Just(", position = \"first-kept\", take = 1".to_owned()),
        1 => Just(", position = \"last-kept\"".to_owned()),
        1 => (place(), context()).prop_map(|(place, context)| format!(", any = [{{ {place} }}, {{ {context} }}]")),
        1 => Just(", run = 2".to_owned()),
        1 => Just(", take = 2".to_owned()),
        1 => context().prop_map(|context| format!(", run = 2, {context}")),
        1 => Just(", same_as = \"title\", likeness = 0.9".to_owned()),
    ];
    let guard = prop_oneof![
        3 => Just(String::new()),
        1 => context().prop_map(|context| format!("unless = {{ {context} }}\n")),
        1 => place().prop_map(|place| format!("unless = {{ {place} }}\n")),
    ];
    let action = prop_oneof![
        5 => Just("do = \"drop-line\""),
        1 => Just("do = \"protect\""),
        1 => Just("do = { capture = \"title\", leave = true }"),
        1 => Just("do = { capture = \"title\" }"),
    ];
    (line, more, guard, action)
        .prop_map(|(line, more, guard, action)| format!("match = {{ {line}{more} }}\n{guard}{action}"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn waking_whom_a_hit_concerns_settles_what_asking_everybody_does(
        first in prop::sample::select(vec!["line = [\"a\"]", "has = [\"b\"]"]),
        rules in prop::collection::vec(rule(), 3..7),
        lines in prop::collection::vec(prop::sample::select(vec!["a", "b", "c", "d", "a b", "b c d", ""]), 0..80),
    ) {
        let seed = format!("match = {{ {first} }}\ndo = \"drop-line\"");
        let set = rule_set(&std::iter::once(seed).chain(rules).collect::<Vec<_>>());
        let engine = Engine::new(&set, false);
        let text = lines.join("\n");
        let lines = segment(&text);
        let mut scratch = matcher::Scratch::default();
        let (page, finds) = engine.find(&text, &lines, PageScope::default(), &mut scratch);
        let hits = |settle: &dyn Fn(&mut Decision, &mut Scratch)| -> Vec<Hit> {
            let mut decision = Decision::default();
            settle(&mut decision, &mut Scratch::default());
            decision.hits.sort_unstable();
            decision.hits
        };
        let woken = hits(&|decision, scratch| {
            Settler::new(&engine, &set, &page, "", decision, scratch).settle(finds);
        });
        let asked = hits(&|decision, scratch| settle_naively(&engine, &set, &page, finds, decision, scratch));
        prop_assert_eq!(woken, asked);
    }
}
