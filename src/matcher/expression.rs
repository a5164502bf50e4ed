//! Regular expressions: compiled when the first line asks, into no more than lines need.
//!
//! Rule sets hold hundreds of expressions, and a run asks most of them a few times, so what counts is what they take to build and to
//! keep. At first the states of an expression are tried one after the other, which needs nothing else. When it was asked
//! often, an automaton is made of the same states that walks forwards and fills its table as it goes: most lines do not match,
//! and for that it is enough. Where a match ends it tells too, and most expressions begin with the line.
//! The automaton that walks backwards to where a match begins, which the crate `regex` builds beside it, is more than half of all:
//! here the few matches that do not begin with the line, and groups, are found by trying the states.

use super::check::{Found, Part};
use crate::rules::Pattern;
use regex_automata::hybrid::dfa::{self, DFA};
use regex_automata::nfa::thompson::NFA;
use regex_automata::nfa::thompson::backtrack::{self, BoundedBacktracker};
use regex_automata::nfa::thompson::pikevm::{self, PikeVM};
use regex_automata::util::iter::Searcher;
use regex_automata::util::pool::Pool;
use regex_automata::util::prefilter::Prefilter;
use regex_automata::util::primitives::NonMaxUsize;
use regex_automata::{Anchored, Input, Match, PatternID};
use std::ops::Range;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{LazyLock, OnceLock};

/// Searches that need no table: it takes memory, and time to fill.
const FEW: u32 = 200;

/// A regular expression.
#[derive(Debug)]
pub(super) struct Expression {
    pattern: Pattern,
    /// `None` when it does not compile, which loading has ruled out.
    engines: OnceLock<Option<Engines>>,
}

#[derive(Debug)]
struct Engines {
    /// Whether every match begins with the line.
    from_start: bool,
    /// How often it was asked.
    searches: AtomicU32,
    /// Tells of most lines that they do not match, and where the first match ends. Made when it was asked often.
    forwards: OnceLock<Option<DFA>>,
    /// Finds where matches and groups begin in lines that are not too long for it, and in others.
    backtracker: BoundedBacktracker,
    simulation: PikeVM,
    /// The automaton's tables, one for each thread that searches.
    tables: Pool<Option<dfa::Cache>, fn() -> Option<dfa::Cache>>,
}

/// What trying states needs, of which nothing is kept: all expressions of a thread share it.
#[derive(Debug, Default)]
struct Shared {
    backtracker: Option<backtrack::Cache>,
    simulation: Option<pikevm::Cache>,
}

static SHARED: LazyLock<Pool<Shared>> = LazyLock::new(|| Pool::new(Shared::default));

impl Engines {
    fn new((states, prefilter): (NFA, Option<Prefilter>)) -> Option<Self> {
        let backtracker = backtrack::Config::new().prefilter(prefilter.clone());
        let simulation = pikevm::Config::new().prefilter(prefilter);
        Some(Self {
            from_start: states.is_always_start_anchored(),
            searches: AtomicU32::new(0),
            forwards: OnceLock::new(),
            backtracker: BoundedBacktracker::builder()
                .configure(backtracker)
                .build_from_nfa(states.clone())
                .ok()?,
            simulation: PikeVM::builder().configure(simulation).build_from_nfa(states).ok()?,
            tables: Pool::new(|| None),
        })
    }

    /// The automaton that walks forwards, if it is worth its table.
    fn forwards(&self) -> Option<&DFA> {
        // A race counts a search too few, which changes no answer.
        let searches = self.searches.load(Ordering::Relaxed);
        if searches < FEW {
            self.searches.store(searches + 1, Ordering::Relaxed);
            return None;
        }
        // Word boundaries beyond ASCII are none of its business: where it meets one it gives up, and says so.
        // So it does when its table is filled again and again, and tells little for it.
        let config = DFA::config().unicode_word_boundary(true);
        let config = config.minimum_cache_clear_count(Some(3)).minimum_bytes_per_state(Some(10));
        let config = config.prefilter(self.simulation.get_config().get_prefilter().cloned());
        let states = self.simulation.get_nfa();
        self.forwards
            .get_or_init(|| DFA::builder().configure(config).build_from_nfa(states.clone()).ok())
            .as_ref()
    }

    /// Where the first match in `line` ends, if there is one; an error when only the simulation knows.
    fn end(&self, line: &str) -> Result<Option<usize>, ()> {
        let forwards = self.forwards().ok_or(())?;
        let mut table = self.tables.get();
        let table = table.get_or_insert_with(|| forwards.create_cache());
        let anchored = if self.from_start { Anchored::Yes } else { Anchored::No };
        let found = forwards.try_search_fwd(table, &Input::new(line).anchored(anchored));
        found.map(|end| end.map(|end| end.offset())).map_err(|_| ())
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
        Self { pattern: pattern.clone(), engines: OnceLock::new() }
    }

    fn engines(&self) -> Option<&Engines> {
        self.engines.get_or_init(|| self.pattern.states().and_then(Engines::new)).as_ref()
    }

    /// The first match in `line`; with `captures` its value is what the group `value` holds, or the first group. Groups are told
    /// apart only for rules that capture.
    pub(super) fn find(&self, line: &str, captures: bool) -> Option<Found> {
        let engines = self.engines()?;
        let end = engines.end(line);
        let value = if captures { engines.value() } else { None };
        if let Ok(Some(end)) = end
            && engines.from_start
            && value.is_none()
        {
            return Some(Found { span: Part::Raw(0..end), value: Part::Raw(0..end) });
        }
        // Known to end there, the match is found without a look at the rest.
        let end = end.map_or(Some(line.len()), |end| end)?;
        let input = Input::new(line).range(..end);
        let (whole, value) = match value {
            None => (engines.search(&input, &mut [None; 2])?, None),
            Some(value) => {
                let mut slots = vec![None; 2 * value + 2];
                (engines.search(&input, &mut slots)?, group(&slots, value).or_else(|| group(&slots, 1)))
            }
        };
        Some(Found { value: Part::Raw(value.unwrap_or_else(|| whole.clone())), span: Part::Raw(whole) })
    }

    /// Calls `found` with every match in `line`, one behind the other.
    pub(super) fn for_each(&self, line: &str, mut found: impl FnMut(Range<usize>)) {
        let Some(engines) = self.engines() else { return };
        if engines.end(line) == Ok(None) {
            return;
        }
        let mut search = |input: &Input<'_>| {
            Ok(engines.search(input, &mut [None; 2]).map(|range| Match::new(PatternID::ZERO, range)))
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
        ), searches in prop::sample::select(vec![0, FEW])) {
            let line = words.join(" ");
            for (expression, regex) in EXPRESSIONS.iter() {
                let Some(engines) = expression.engines() else { panic!("{regex}") };
                engines.searches.store(searches, Ordering::Relaxed);
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
