//! Regular expressions: as programs, and as states where programs do not do.
//!
//! Rule sets hold hundreds of expressions, and a run asks most of them a few times, so what counts is what they take to build and to
//! keep: their programs are short. Groups are told apart by the states of an expression, which are built when the first line asks
//! and tried one after the other; so are the few expressions that are no programs, and searches that programs give up.

use super::found::{Found, Part};
use crate::rules::Pattern;
use regex_automata::nfa::thompson::NFA;
use regex_automata::nfa::thompson::backtrack::{self, BoundedBacktracker};
use regex_automata::nfa::thompson::pikevm::{self, PikeVM};
use regex_automata::util::iter::Searcher;
use regex_automata::util::pool::Pool;
use regex_automata::util::primitives::NonMaxUsize;
use regex_automata::{Anchored, Input, Match, PatternID};
use std::ops::Range;
use std::sync::{LazyLock, OnceLock};

/// A regular expression.
#[derive(Debug)]
pub(super) struct Expression {
    pattern: Pattern,
    /// `None` when it does not compile, which loading has ruled out.
    states: OnceLock<Option<States>>,
}

/// What tries the states of an expression.
#[derive(Debug)]
struct States {
    /// Where lines are not too long for it, and where they are.
    backtracker: BoundedBacktracker,
    simulation: PikeVM,
}

/// What trying states needs, of which nothing is kept: all expressions of a thread share it.
#[derive(Debug, Default)]
struct Shared {
    backtracker: Option<backtrack::Cache>,
    simulation: Option<pikevm::Cache>,
}

static SHARED: LazyLock<Pool<Shared>> = LazyLock::new(|| Pool::new(Shared::default));

impl States {
    fn new(states: NFA) -> Option<Self> {
        let backtracker = BoundedBacktracker::new_from_nfa(states.clone()).ok()?;
        Some(Self { backtracker, simulation: PikeVM::new_from_nfa(states).ok()? })
    }

    /// Finds the first match of `input`. `slots` take where it begins and ends, and behind that the same of its groups, as many as
    /// there is room for.
    fn search(&self, input: &Input<'_>, slots: &mut [Option<NonMaxUsize>]) -> Option<Range<usize>> {
        let mut shared = SHARED.get();
        let Shared { backtracker, simulation } = &mut *shared;
        let cache = backtracker.get_or_insert_with(|| self.backtracker.create_cache());
        cache.reset(&self.backtracker);
        // It fails where lines are too long for it, and nowhere else.
        let found = self.backtracker.try_search_slots(cache, input, slots).unwrap_or_else(|_| {
            let cache = simulation.get_or_insert_with(|| self.simulation.create_cache());
            cache.reset(&self.simulation);
            self.simulation.search_slots(cache, input, slots)
        });
        found.and_then(|_| group(slots, 0))
    }

    /// The group whose value rules capture: the one of that name, or the first.
    fn value(&self) -> Option<usize> {
        let groups = self.simulation.get_nfa().group_info();
        let first = (groups.all_group_len() > 1).then_some(1);
        groups.to_index(PatternID::ZERO, "value").or(first)
    }
}

/// What a group holds.
fn group(slots: &[Option<NonMaxUsize>], number: usize) -> Option<Range<usize>> {
    Some(slots.get(2 * number)?.as_ref()?.get()..slots.get(2 * number + 1)?.as_ref()?.get())
}

impl Expression {
    pub(super) fn new(pattern: &Pattern) -> Self {
        Self { pattern: pattern.clone(), states: OnceLock::new() }
    }

    fn states(&self) -> Option<&States> {
        self.states.get_or_init(|| self.pattern.states().and_then(States::new)).as_ref()
    }

    /// The first match in `line` that begins at the byte `from` or behind it.
    fn find_at(&self, line: &str, from: usize) -> Option<Range<usize>> {
        self.pattern
            .find_at(line, from)
            .unwrap_or_else(|_| self.states()?.search(&Input::new(line).range(from..), &mut [None; 2]))
    }

    /// The first match in `line`; with `captures` its value is what the group `value` holds, or the first group. Groups are told
    /// apart only for rules that capture.
    pub(super) fn find(&self, line: &str, captures: bool) -> Option<Found> {
        let whole = self.find_at(line, 0)?;
        let value = if captures { self.value(line, whole.clone()) } else { None };
        Some(Found { value: Part::Raw(value.unwrap_or_else(|| whole.clone())), span: Part::Raw(whole) })
    }

    /// What the group that rules capture holds of a match that is known to be there.
    fn value(&self, line: &str, whole: Range<usize>) -> Option<Range<usize>> {
        let states = self.states()?;
        let value = states.value()?;
        let mut slots = vec![None; 2 * value + 2];
        states.search(&Input::new(line).range(whole).anchored(Anchored::Yes), &mut slots)?;
        group(&slots, value).or_else(|| group(&slots, 1))
    }

    /// Calls `found` with every match in `line`, one behind the other.
    pub(super) fn for_each(&self, line: &str, mut found: impl FnMut(Range<usize>)) {
        let mut search = |input: &Input<'_>| {
            Ok(self.find_at(line, input.start()).map(|range| Match::new(PatternID::ZERO, range)))
        };
        let mut searcher = Searcher::new(Input::new(line));
        while let Some(matched) = searcher.advance(&mut search) {
            found(matched.range());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{Test, builtin, load};
    use proptest::prelude::*;
    use regex::Regex;
    use std::sync::LazyLock;

    /// The expressions of the built-in packs, and some of other kinds, beside those of the crate `regex`.
    static EXPRESSIONS: LazyLock<Vec<(Expression, Regex)>> = LazyLock::new(|| {
        let set = load(&builtin()).unwrap();
        let mut patterns = Vec::new();
        for rule in set.rules() {
            rule.matcher().tests.iter().for_each(|test| gather(test, &mut patterns));
        }
        let others = [
            r"\bshare\b",
            "(?:now|by) (?<value>[a-z]+)",
            "(now)|(?<value>by)",
            "",
            "a*",
            r"^(\d+) comments?$",
            r"on\b|(©)",
        ];
        patterns.extend(others.map(|source| Pattern::parse(source).unwrap()));
        patterns.iter().map(|pattern| (Expression::new(pattern), pattern.compile().unwrap())).collect()
    });

    fn gather(test: &Test, patterns: &mut Vec<Pattern>) {
        match test {
            Test::Regex(own) => patterns.extend(own.iter().cloned()),
            Test::Any(tables) => {
                tables.iter().flat_map(|table| &table.tests).for_each(|test| gather(test, patterns));
            }
            _ => {}
        }
    }

    #[test]
    fn matches_are_found_in_lines_of_any_length() {
        let line = format!("{} share this by anna", "é \u{2003}x".repeat(200_000));
        for (expression, regex) in EXPRESSIONS.iter() {
            let whole = regex.find(&line).map(|found| Part::Raw(found.range()));
            for captures in [false, true] {
                assert_eq!(expression.find(&line, captures).map(|found| found.span), whole, "{regex}");
            }
        }
    }

    proptest! {
        #[test]
        fn what_is_found_is_what_the_crate_finds(words in prop::collection::vec(
            "\\PC{0,4}|[a-z]{1,6}|[0-9]{1,4}|share|photo|by|copyright|©|all rights reserved|subscribe|now|cookies|posted|on|(the |of )?comments?|[.,:!?|]",
            0..12,
        )) {
            let line = words.join(" ");
            for (expression, regex) in EXPRESSIONS.iter() {
                let whole = regex.find(&line).map(|found| Part::Raw(found.range()));
                let found = expression.find(&line, false);
                prop_assert_eq!(found.as_ref().map(|found| &found.span), whole.as_ref(), "{}", regex);
                prop_assert_eq!(found.map(|found| found.value), whole.clone(), "{}", regex);
                let groups = regex.captures(&line);
                let value = groups.as_ref().and_then(|groups| groups.name("value").or(groups.get(1)).or(groups.get(0)));
                let found = expression.find(&line, true);
                prop_assert_eq!(found.as_ref().map(|found| &found.span), whole.as_ref(), "{}", regex);
                prop_assert_eq!(found.map(|found| found.value), value.map(|value| Part::Raw(value.range())), "{}", regex);
                let mut each = Vec::new();
                expression.for_each(&line, |range| each.push(range));
                prop_assert_eq!(each, regex.find_iter(&line).map(|found| found.range()).collect::<Vec<_>>(), "{}", regex);
            }
        }
    }
}
