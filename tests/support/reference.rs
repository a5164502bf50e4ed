//! What rules find, by the letter of the language and as slowly as one likes: every rule is tried on every line, every
//! phrase at every place. Shares no code with the matcher but the normal form of text. Random rules and pages come from
//! numbers, so that a test has them from a seed, and a fuzzer from its bytes.

use dehusk::fold::{fold, fold_start};
use dehusk::matcher::{Engine, PageScope, Scratch};
use dehusk::model::Lines;
use dehusk::rules::{RuleFile, load};
use dehusk::segment::{Twins, segment_twins_into};
use std::fmt::Write;

/// A source of numbers below a bound.
pub(crate) trait Numbers {
    fn below(&mut self, most: usize) -> usize;
}

/// Numbers from bytes; zeros when they are used up.
pub(crate) struct Bytes<'a>(pub(crate) &'a [u8]);

impl Numbers for Bytes<'_> {
    fn below(&mut self, most: usize) -> usize {
        let (first, rest) = self.0.split_first().unwrap_or((&0, &[]));
        self.0 = rest;
        usize::from(*first) % most.max(1)
    }
}

/// A test of the language, as written and as understood.
enum Test {
    Line(Vec<String>),
    Starts(Vec<String>),
    Ends(Vec<String>),
    Has(Vec<String>, bool),
    Regex(usize),
    MinChars(usize),
    MaxChars(usize),
    Any(Vec<Vec<Test>>),
}

/// A rule: what must hold, and what must not.
pub(crate) struct Rule {
    all: Vec<Test>,
    unless: Option<Vec<Test>>,
}

const WORDS: [&str; 22] = [
    "share", "this", "up", "read", "more", "a", "b", "on", "x", "é", "ca", "fé", "©", "<<", "-", "→", "12",
    "分享", "Read", "SHARE", "icon", "s",
];
const REGEXES: [&str; 5] =
    ["(?i)sha?re", "\\\\bthis (\\\\d+)", "(?:read|more)+$", "^(?:share|icon)", "up.{0,3}read"];

fn phrase(numbers: &mut impl Numbers) -> String {
    let words = 1 + numbers.below(3);
    let joint = [" ", " ", " ", ""][numbers.below(4)];
    (0..words).map(|_| WORDS[numbers.below(WORDS.len())]).collect::<Vec<_>>().join(joint)
}

fn phrases(numbers: &mut impl Numbers) -> Vec<String> {
    // Many phrases are looked for in other ways than few.
    let count = [1, 2, 5, 5, 90][numbers.below(5)];
    let mut phrases: Vec<String> = (0..count).map(|_| phrase(numbers)).collect();
    if count > 50 {
        phrases.extend((0..40).map(|n| format!("crowd {n} stands")));
    }
    phrases
}

fn test(numbers: &mut impl Numbers, depth: usize) -> Test {
    match numbers.below(if depth == 0 { 9 } else { 8 }) {
        0 => Test::Line(phrases(numbers)),
        1 => Test::Starts(phrases(numbers)),
        2 => Test::Ends(phrases(numbers)),
        3 | 4 => Test::Has(phrases(numbers), false),
        5 => Test::Has(phrases(numbers), true),
        6 => Test::Regex(numbers.below(REGEXES.len())),
        7 => [Test::MinChars(numbers.below(12)), Test::MaxChars(1 + numbers.below(20))]
            .into_iter()
            .nth(numbers.below(2))
            .unwrap(),
        _ => Test::Any((0..1 + numbers.below(3)).map(|_| table(numbers, 1)).collect()),
    }
}

/// Tests of a table, each sort once.
fn table(numbers: &mut impl Numbers, depth: usize) -> Vec<Test> {
    let mut tests: Vec<Test> = Vec::new();
    for _ in 0..1 + numbers.below(2) {
        let next = test(numbers, depth);
        if tests.iter().all(|test| key(test) != key(&next)) {
            tests.push(next);
        }
    }
    // Bounds alone would hit nearly everything, and the language wants more of a rule.
    if tests.iter().all(|test| matches!(test, Test::MinChars(_) | Test::MaxChars(_))) {
        tests.push(Test::Has(vec![phrase(numbers)], false));
    }
    tests
}

fn key(test: &Test) -> &'static str {
    match test {
        Test::Line(_) => "line",
        Test::Starts(_) => "starts",
        Test::Ends(_) => "ends",
        Test::Has(..) => "has",
        Test::Regex(_) => "regex",
        Test::MinChars(_) => "min_chars",
        Test::MaxChars(_) => "max_chars",
        Test::Any(_) => "any",
    }
}

pub(crate) fn rules(numbers: &mut impl Numbers) -> Vec<Rule> {
    (0..1 + numbers.below(6))
        .map(|_| Rule { all: table(numbers, 0), unless: (numbers.below(4) == 0).then(|| table(numbers, 1)) })
        .collect()
}

pub(crate) fn page(numbers: &mut impl Numbers) -> String {
    let line = |numbers: &mut dyn FnMut(usize) -> usize| {
        (0..numbers(7))
            .map(|_| {
                format!("{}{}", WORDS[numbers(WORDS.len())], [" ", " ", "", ": ", "\u{a0}", ". "][numbers(6)])
            })
            .collect::<String>()
    };
    let lines = 1 + numbers.below(10);
    (0..lines).map(|_| line(&mut |most| numbers.below(most)) + ["\n", "\n\n"][numbers.below(2)]).collect()
}

fn written(tests: &[Test]) -> String {
    let test = |test: &Test| match test {
        Test::Line(list) => format!("line = {list:?}"),
        Test::Starts(list) => format!("starts = {list:?}"),
        Test::Ends(list) => format!("ends = {list:?}"),
        Test::Has(list, false) => format!("has = {list:?}"),
        Test::Has(list, true) => format!("has = {list:?}, glued = true"),
        Test::Regex(which) => format!("regex = \"{}\"", REGEXES[*which]),
        Test::MinChars(least) => format!("min_chars = {least}"),
        Test::MaxChars(most) => format!("max_chars = {most}"),
        Test::Any(tables) => {
            format!("any = [{}]", tables.iter().map(|table| written(table)).collect::<Vec<_>>().join(", "))
        }
    };
    format!("{{ {} }}", tests.iter().map(test).collect::<Vec<_>>().join(", "))
}

/// The rule file of such rules.
pub(crate) fn file(rules: &[Rule]) -> String {
    let mut file =
        "schema = 1\n[pack]\nid = \"t\"\nversion = \"1\"\nabout = \"t\"\nlicense = \"CC0-1.0\"\n".to_owned();
    for (nth, rule) in rules.iter().enumerate() {
        writeln!(
            file,
            "[[rule]]\nid = \"r{nth}\"\nkind = \"menu\"\nabout = \"t\"\nmatch = {}",
            written(&rule.all)
        )
        .unwrap();
        if let Some(unless) = &rule.unless {
            writeln!(file, "unless = {}", written(unless)).unwrap();
        }
        writeln!(file, "drop = [\"x\"]\nkeep = [\"y\"]").unwrap();
    }
    file
}

/// A letter or digit of a script that parts words by spaces.
fn in_word(c: char) -> bool {
    c.is_alphanumeric() && !('\u{4e00}'..='\u{9fff}').contains(&c)
}

fn contains_between_words(line: &str, phrase: &str) -> bool {
    (0..=line.len()).filter(|&at| line.is_char_boundary(at) && line[at..].starts_with(phrase)).any(|at| {
        let (before, behind) = (line[..at].chars().next_back(), line[at + phrase.len()..].chars().next());
        let runs_on = |outer: Option<char>, inner: Option<char>| {
            outer.is_some_and(in_word) && inner.is_some_and(in_word)
        };
        !runs_on(before, phrase.chars().next()) && !runs_on(behind, phrase.chars().next_back())
    })
}

fn holds(test: &Test, raw: &str) -> bool {
    let line = fold(raw);
    match test {
        Test::Line(list) => list.iter().any(|phrase| line == fold(phrase)),
        Test::Starts(list) => list.iter().any(|phrase| line.starts_with(&fold_start(phrase))),
        Test::Ends(list) => list.iter().any(|phrase| line.ends_with(&fold(phrase))),
        Test::Has(list, glued) => list.iter().any(|phrase| {
            let phrase = fold(phrase);
            if *glued { line.contains(&phrase) } else { contains_between_words(&line, &phrase) }
        }),
        Test::Regex(which) => {
            regex::Regex::new(&REGEXES[*which].replace("\\\\", "\\")).unwrap().is_match(raw)
        }
        Test::MinChars(least) => raw.chars().count() >= *least,
        Test::MaxChars(most) => raw.chars().count() <= *most,
        Test::Any(tables) => tables.iter().any(|table| table.iter().all(|test| holds(test, raw))),
    }
}

/// Which rules hit which lines: pairs of line and rule, in this order.
fn by_the_letter(rules: &[Rule], lines: &[&str]) -> Vec<(usize, usize)> {
    let hits = |rule: &Rule, line: &str| {
        rule.all.iter().all(|test| holds(test, line))
            && !rule.unless.as_ref().is_some_and(|unless| unless.iter().all(|test| holds(test, line)))
    };
    let on = |(nth, line): (usize, &&str)| {
        rules
            .iter()
            .enumerate()
            .filter(|(_, rule)| hits(rule, line))
            .map(|(rule, _)| (nth, rule))
            .collect::<Vec<_>>()
    };
    lines.iter().enumerate().flat_map(on).collect()
}

/// Rules compiled once, for pages; `None` when the language refuses them.
pub(crate) struct Compared {
    rules: Vec<Rule>,
    file: String,
    engine: Engine,
    scratch: Scratch,
    twins: Twins,
    lines: Lines,
}

impl Compared {
    pub(crate) fn new(rules: Vec<Rule>) -> Option<Self> {
        let file = file(&rules);
        let set = load(&[RuleFile::new("t.toml", file.clone())]).ok()?;
        let engine = Engine::new(&set, false);
        let (scratch, twins, lines) = (Scratch::default(), Twins::default(), Lines::default());
        Some(Self { rules, file, engine, scratch, twins, lines })
    }

    /// Panics where the matcher and the letter of the language differ; gives the number of hits.
    pub(crate) fn on(&mut self, page: &str) -> usize {
        segment_twins_into(page, &mut self.lines, &mut self.twins);
        let lines = &self.lines;
        let raw: Vec<&str> = lines.lines.iter().map(|line| &page[line.span.range()]).collect();
        let (_, finds) = self.engine.find(page, lines, PageScope::default(), &mut self.scratch);
        let mut found: Vec<(usize, usize)> =
            finds.hits.iter().map(|hit| (hit.line as usize, hit.rule.index())).collect();
        found.sort_unstable();
        found.dedup();
        let expected = by_the_letter(&self.rules, &raw);
        assert!(found == expected, "found {found:?}\nexpected {expected:?}\npage {page:?}\n{}", self.file);
        found.len()
    }
}
