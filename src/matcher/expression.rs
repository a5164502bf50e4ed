//! Regular expressions: compiled when the first line asks, and once more when many have.
//!
//! Rule sets hold hundreds of expressions, and a run asks most of them a few times: building the engines that search fastest
//! would cost more than all their searches, and memory that nobody uses. So an expression begins with the small ones, and
//! gets the fast ones when it was asked often enough to pay for them. Both find the same.

use super::check::{Found, Part};
use crate::rules::Pattern;
use regex_automata::meta::Regex;
use std::ops::Range;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

/// Searches until the fast engines pay: they take a few hundred microseconds to build, and save one or less each time.
const FEW: u32 = 500;
/// Bytes of a line that small engines search, at most.
const SHORT: usize = 4096;

/// A regular expression.
#[derive(Debug)]
pub(super) struct Expression {
    pattern: Pattern,
    searches: AtomicU32,
    small: OnceLock<Option<Regex>>,
    swift: OnceLock<Option<Regex>>,
}

impl Expression {
    pub(super) fn new(pattern: &Pattern) -> Self {
        Self {
            pattern: pattern.clone(),
            searches: AtomicU32::new(0),
            small: OnceLock::new(),
            swift: OnceLock::new(),
        }
    }

    /// The engines for a line of so many bytes; `None` when the expression does not compile, which loading has ruled out.
    fn engines(&self, length: usize) -> Option<&Regex> {
        // A race counts a search too few, which changes no answer.
        let searches = self.searches.load(Ordering::Relaxed);
        let (engines, swift) = if searches < FEW && length <= SHORT {
            self.searches.store(searches + 1, Ordering::Relaxed);
            (&self.small, false)
        } else {
            (&self.swift, true)
        };
        engines.get_or_init(|| self.pattern.engines(swift).ok()).as_ref()
    }

    /// The first match in `line`; with `captures` its value is what the group `value` holds, or the first group. Groups are told
    /// apart only for rules that capture: that takes a search of its own, and memory.
    pub(super) fn find(&self, line: &str, captures: bool) -> Option<Found> {
        let regex = self.engines(line.len())?;
        let part = |range: Range<usize>| Part::Raw(range);
        if !captures || regex.captures_len() == 1 {
            let range = regex.find(line)?.range();
            return Some(Found { span: part(range.clone()), value: part(range) });
        }
        let mut groups = regex.create_captures();
        regex.captures(line, &mut groups);
        let whole = groups.get_match()?.range();
        let group = groups.get_group_by_name("value").or_else(|| groups.get_group(1));
        Some(Found { value: part(group.map_or(whole.clone(), |group| group.range())), span: part(whole) })
    }

    /// Every match in `line`, one behind the other.
    pub(super) fn find_each(&self, line: &str) -> impl Iterator<Item = Range<usize>> {
        self.engines(line.len())
            .into_iter()
            .flat_map(move |regex| regex.find_iter(line))
            .map(|found| found.range())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{Test, builtin, load};
    use proptest::prelude::*;
    use std::sync::LazyLock;

    /// Those of the built-in packs, small and swift.
    static BUILTIN: LazyLock<Vec<(Expression, Expression)>> = LazyLock::new(|| {
        let set = load(&builtin()).unwrap();
        let mut patterns = Vec::new();
        for rule in set.rules() {
            rule.matcher().tests.iter().for_each(|test| gather(test, &mut patterns));
        }
        patterns.iter().map(|pattern| (Expression::new(pattern), asked_often(pattern))).collect()
    });

    fn gather(test: &Test, patterns: &mut Vec<Pattern>) {
        match test {
            Test::Regex(own) => patterns.extend(own.iter().cloned()),
            Test::Any(tables) => {
                tables.iter().flat_map(|table| &table.tests).for_each(|test| gather(test, patterns))
            }
            _ => {}
        }
    }

    fn asked_often(pattern: &Pattern) -> Expression {
        let expression = Expression::new(pattern);
        expression.searches.store(FEW, Ordering::Relaxed);
        expression
    }

    #[test]
    fn an_expression_that_is_asked_often_gets_fast_engines() {
        let (expression, _) = &BUILTIN[0];
        let expression = Expression::new(&expression.pattern);
        (0..FEW).for_each(|_| drop(expression.find("no", false)));
        assert!(expression.small.get().is_some() && expression.swift.get().is_none());
        expression.find("no", false);
        assert!(expression.swift.get().is_some());
        let long = Expression::new(&expression.pattern);
        long.find(&"no ".repeat(SHORT), false);
        assert!(long.small.get().is_none() && long.swift.get().is_some());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn all_engines_find_the_same(words in prop::collection::vec(
            "\\PC{0,4}|[a-z]{1,6}|[0-9]{1,4}|share|photo|by|copyright|©|all rights reserved|subscribe|now|cookies|posted|on|(the |of )?comments?|[.,:!?|]",
            0..12,
        )) {
            let line = words.join(" ");
            for (small, swift) in BUILTIN.iter() {
                small.searches.store(0, Ordering::Relaxed);
                for captures in [false, true] {
                    prop_assert_eq!(small.find(&line, captures), swift.find(&line, captures), "{:?}", small.pattern);
                }
                prop_assert_eq!(small.find_each(&line).collect::<Vec<_>>(), swift.find_each(&line).collect::<Vec<_>>());
            }
        }
    }
}
