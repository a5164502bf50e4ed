//! Going through a program: what was not tried yet is kept on a stack, as in every search that goes back, and a search that
//! takes too many steps is given up, for it might take any number.

use super::program::{Begins, Opening, Program, Set, Step, other_case};
use memchr::memchr3;
use regex_automata::util::look::LookMatcher;
use std::cell::RefCell;
use std::ops::Range;

/// Steps that a search may take for each byte of its line, and for so many bytes more.
const STEPS_A_BYTE: usize = 8;
const MORE_BYTES: usize = 64;
/// Things that may be left to try: a line may have any number of bytes, and the stack of each thread stays.
const MOST_LEFT: usize = 1 << 14;

thread_local! {
    /// The stack of one search at a time.
    static LEFT: RefCell<Vec<Try>> = const { RefCell::new(Vec::new()) };
}

/// A search that a program does not finish.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct GaveUp;

/// What is left to try where all else has failed.
#[derive(Clone, Copy, Debug)]
enum Try {
    /// To go on there.
    Step { step: usize, at: usize },
    /// To go on behind a run that ends a character earlier, at `least` at the earliest.
    Fewer { step: usize, at: usize, least: usize },
    /// To have the run `step` go on by one more of at most so many.
    More { step: usize, at: usize, most: u32 },
}

impl Program {
    /// Where the first match in `line` is that begins at the byte `from` or behind it.
    pub(super) fn find_at(&self, line: &str, from: usize) -> Result<Option<Range<usize>>, GaveUp> {
        LEFT.with_borrow_mut(|left| {
            let mut search =
                Search { program: self, line, left, steps: STEPS_A_BYTE * (line.len() + MORE_BYTES) };
            let mut next = from;
            while let Some(start) = self.begin(line, next) {
                if let Some(end) = search.end(start)? {
                    return Ok(Some(start..end));
                }
                next = start + 1;
            }
            Ok(None)
        })
    }

    /// The first place at the byte `at` or behind it where a match may begin.
    fn begin(&self, line: &str, at: usize) -> Option<usize> {
        let bytes = line.as_bytes();
        let behind = |place: usize| at + place;
        match &self.begins {
            Begins::Line => (at == 0).then_some(0),
            Begins::Anywhere => (at..=line.len()).find(|&place| line.is_char_boundary(place)),
            Begins::Text(opening) => self.open(line, at, opening),
            Begins::Few([one, other, third]) => memchr3(*one, *other, *third, bytes.get(at..)?).map(behind),
            Begins::Bytes(firsts) => {
                bytes.get(at..)?.iter().position(|&byte| firsts.contains(byte)).map(behind)
            }
        }
    }

    /// The first place at the byte `at` or behind it where the text stands that all matches begin with.
    fn open(&self, line: &str, mut at: usize, opening: &Opening) -> Option<usize> {
        let [one, other, third] = opening.bytes;
        loop {
            let rest = line.as_bytes().get(at + opening.told as usize..)?;
            let start = at + memchr3(one, other, third, rest)?;
            if self.behind_text(line, start, &self.steps[opening.step as usize]).is_some() {
                return Some(start);
            }
            at = start + 1;
        }
    }

    /// Where the text of `step` ends, if it stands at the byte `at` of `line`.
    #[inline]
    fn behind_text(&self, line: &str, at: usize, step: &Step) -> Option<usize> {
        let text = |from: &u32, to: &u32| &self.texts.as_bytes()[*from as usize..*to as usize];
        match step {
            Step::Text(from, to) => {
                let text = text(from, to);
                line.as_bytes()[at..].starts_with(text).then_some(at + text.len())
            }
            Step::AnyCase(from, to) => behind_any_case(line, at, text(from, to)),
            _ => None,
        }
    }
}

/// A search in a line.
struct Search<'a> {
    program: &'a Program,
    line: &'a str,
    left: &'a mut Vec<Try>,
    /// How many it may still take.
    steps: usize,
}

impl Search<'_> {
    /// Where the match that begins at `start` ends, if there is one.
    fn end(&mut self, start: usize) -> Result<Option<usize>, GaveUp> {
        self.left.clear();
        let (mut step, mut at) = (0, start);
        loop {
            self.take(1)?;
            let next = match &self.program.steps[step] {
                text @ (Step::Text(..) | Step::AnyCase(..)) => {
                    self.program.behind_text(self.line, at, text).map(|end| (step + 1, end))
                }
                Step::One(set) => self.program.set(*set).behind(self.line, at).map(|end| (step + 1, end)),
                Step::Run { set, lazy, min, max } => {
                    let most = if *lazy { *min } else { *max };
                    let (count, least, end) = self.program.set(*set).run(self.line, at, *min, most);
                    self.take(count as usize)?;
                    if count >= *min {
                        let more = Try::More { step, at: end, most: max - min };
                        let fewer = Try::Fewer { step: step + 1, at: end, least };
                        self.leave(if *lazy { more } else { fewer })?;
                    }
                    (count >= *min).then_some((step + 1, end))
                }
                Step::Either(one, other) => {
                    self.leave(Try::Step { step: *other as usize, at })?;
                    Some((*one as usize, at))
                }
                Step::Goto(next) => Some((*next as usize, at)),
                Step::Look(look) => {
                    LookMatcher::new().matches(*look, self.line.as_bytes(), at).then_some((step + 1, at))
                }
                Step::Match => return Ok(Some(at)),
            };
            match next.or_else(|| self.back()) {
                Some(next) => (step, at) = next,
                None => return Ok(None),
            }
        }
    }

    fn take(&mut self, steps: usize) -> Result<(), GaveUp> {
        self.steps = self.steps.checked_sub(steps).ok_or(GaveUp)?;
        Ok(())
    }

    fn leave(&mut self, what: Try) -> Result<(), GaveUp> {
        self.left.push(what);
        if self.left.len() > MOST_LEFT { Err(GaveUp) } else { Ok(()) }
    }

    /// The step and the place of what is to be tried next.
    fn back(&mut self) -> Option<(usize, usize)> {
        loop {
            match self.left.pop()? {
                Try::Step { step, at } => return Some((step, at)),
                Try::Fewer { step, at, least } if at > least => {
                    let at = self.line.floor_char_boundary(at - 1);
                    self.left.push(Try::Fewer { step, at, least });
                    return Some((step, at));
                }
                Try::More { step, at, most: most @ 1.. } => {
                    let Step::Run { set, .. } = self.program.steps[step] else { continue };
                    if let Some(at) = self.program.set(set).behind(self.line, at) {
                        self.left.push(Try::More { step, at, most: most - 1 });
                        return Some((step + 1, at));
                    }
                }
                Try::Fewer { .. } | Try::More { .. } => {}
            }
        }
    }
}

/// Where `text` ends that stands in any case at the byte `at` of `line`, be that the start of a character or not.
fn behind_any_case(line: &str, at: usize, text: &[u8]) -> Option<usize> {
    let same = line.as_bytes().get(at..at + text.len()).is_some_and(|part| part.eq_ignore_ascii_case(text));
    if same {
        return Some(at + text.len());
    }
    let mut chars = line.get(at..)?.chars();
    let is_same = |&byte: &u8| {
        chars
            .next()
            .is_some_and(|c| c.to_ascii_lowercase() == char::from(byte) || other_case(byte) == Some(c))
    };
    text.iter().all(is_same).then(|| line.len() - chars.as_str().len())
}

impl Set {
    fn contains(&self, c: char) -> bool {
        let place = self.beyond.partition_point(|&(_, end)| end < c);
        self.beyond.get(place).is_some_and(|&(start, _)| start <= c)
    }

    /// Where the character at the byte `at` of `line` ends, if it is one of these.
    fn behind(&self, line: &str, at: usize) -> Option<usize> {
        let byte = *line.as_bytes().get(at)?;
        if byte.is_ascii() {
            return (self.ascii >> byte & 1 != 0).then_some(at + 1);
        }
        let c = line[at..].chars().next()?;
        self.contains(c).then(|| at + c.len_utf8())
    }

    /// How many of these stand from the byte `at` of `line` on, up to `most`, where the first `min` of them end, and where all do.
    fn run(&self, line: &str, at: usize, min: u32, most: u32) -> (u32, usize, usize) {
        let (mut count, mut least, mut end) = (0, at, at);
        while count < most
            && let Some(next) = self.behind(line, end)
        {
            count += 1;
            end = next;
            if count == min {
                least = end;
            }
        }
        (count, least, end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::pattern::parse;
    use proptest::prelude::*;
    use regex::Regex;
    use regex_syntax::hir;

    fn program(source: &str) -> Option<Program> {
        Program::of(&parse(source).unwrap().1)
    }

    /// Expressions with all that programs know of, deep and odd.
    fn sources() -> impl Strategy<Value = String> {
        let parts = [
            "a",
            "k",
            "ks",
            "S",
            "é",
            " ",
            "1",
            r"a1 \.",
            "[ab]",
            "[^a]",
            r"\w",
            r"\d",
            r"\s",
            ".",
            "[a-cé-ü]",
            "^",
            "$",
            r"\b",
            r"\B",
            r"\b{start}",
            r"(?-u:\b)",
            "(?m:^)",
            "",
        ];
        let times = ["?", "*", "+", "??", "*?", "+?", "{2}", "{1,3}", "{0,2}?", "{2,}"];
        prop::sample::select(parts.to_vec()).prop_map(str::to_owned).prop_recursive(5, 24, 4, move |part| {
            let times = prop::sample::select(times.to_vec());
            prop_oneof![
                3 => prop::collection::vec(part.clone(), 1..4).prop_map(|parts| parts.concat()),
                1 => prop::collection::vec(part.clone(), 2..4).prop_map(|parts| format!("(?:{})", parts.join("|"))),
                2 => (part.clone(), times).prop_map(|(part, times)| format!("(?:{part}){times}")),
                1 => part.clone().prop_map(|part| format!("(?i:{part})")),
                1 => part.prop_map(|part| format!("({part})")),
            ]
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]
        #[test]
        fn programs_find_what_the_crate_finds(source in sources(), line in "[abcksKSſ\u{212a}éÉ 1._\n]{0,14}") {
            let Some(program) = program(&source) else { return Ok(()) };
            let regex = Regex::new(&source).unwrap();
            for from in (0..=line.len()).filter(|&from| line.is_char_boundary(from)) {
                let expected = regex.find_at(&line, from).map(|found| found.range());
                if let Ok(found) = program.find_at(&line, from) {
                    prop_assert_eq!(found, expected, "{:?} from {}", program.steps, from);
                }
            }
        }
    }

    #[test]
    fn what_people_write_takes_few_steps() {
        let steps = |source| program(source).map(|program| program.steps.len());
        assert_eq!(steps("(?i)^mobile menu 1.{0,200}$"), Some(5));
        assert_eq!(steps("(?i)^(?:the |our |your )?support and services(?: here| now)?[.:!]?$"), Some(19));
        assert_eq!(steps(r"^\d+ of \d+$"), Some(6));
    }

    #[test]
    fn what_is_better_off_as_states_is_no_program() {
        for source in ["(?:a?|b)*", "(?:a?){2,3}", "(?:(?:ab|c){1,50} ){1,50}"] {
            assert_eq!(program(source), None, "{source}");
        }
    }

    #[test]
    fn a_search_that_takes_too_long_is_given_up() {
        let line = "a".repeat(200);
        assert_eq!(program("(?:a+)+b").unwrap().find_at(&line, 0), Err(GaveUp));
        assert_eq!(program("(?:a+)+").unwrap().find_at(&line, 0), Ok(Some(0..200)));
        let line = "ab".repeat(2 * MOST_LEFT);
        assert_eq!(program("(?:ab)+").unwrap().find_at(&line, 0), Err(GaveUp));
    }

    /// The two crates number them alike, which neither promises of the other.
    #[test]
    fn looks_are_those_of_the_syntax() {
        for look in hir::LookSet::full().iter() {
            let own = regex_automata::util::look::Look::from_repr(look.as_repr()).unwrap();
            assert_eq!(own.as_char(), look.as_char());
        }
    }
}
