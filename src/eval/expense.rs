//! Rules that are tried on too many lines in vain. What leads to a rule (a literal, the beginning of a line, its bounds) is
//! found when rules are compiled; how often it leads there only text can tell. So all rules run over a few ordinary pages, and
//! their tries are counted as `bench` counts them.
//!
//! The pages are in English. What is common in other languages alone is not seen here, but in a bench on such pages.

use super::Finding;
use crate::clean::{Cleaner, Workspace};
use crate::fold::fold;
use crate::matcher::{Lead, Tried};
use crate::model::{Cleaned, Page, Profile, RuleId};
use crate::rules::{Diagnostic, Match, Rule, RuleSet, Severity, Test};
use std::sync::Arc;

macro_rules! seeds {
    ($($name:literal),+) => {
        [$(include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/seeds/", $name))),+]
    };
}

/// Ordinary pages, as they were scraped.
const PAGES: [&str; 5] = seeds![
    "000_aec889cb5033fe60.txt",
    "001_aa92f3a28928f2e3.txt",
    "002_7ad6a651d57beef3.txt",
    "003_352512476b0fd6ab.txt",
    "004_1cecfd29210c58d2.txt"
];

/// A rule may be tried in vain on one line in so many.
const ONE_IN: u32 = 10;

/// How often rules were tried on the lines of ordinary pages.
struct Tries {
    rules: Vec<Tried>,
    lines: u32,
}

impl Tries {
    /// Lets all rules of `set` run, whatever sites, languages and inputs they are for: on those they cost the same.
    fn of(set: &RuleSet) -> Self {
        let mut tries = Self { rules: vec![Tried::default(); set.rules().len()], lines: 0 };
        let set = Arc::new(set.everywhere());
        let cleaner = Cleaner::builder(set).profile(Profile::Careful).preview(true).build();
        let (mut workspace, mut cleaned) = (Workspace::default(), Cleaned::default());
        for text in PAGES {
            let page = Page { text: text.to_owned(), lang: "en".to_owned(), ..Page::default() };
            for (rule, tried) in cleaner.clean_counting(&mut workspace, &page, &mut cleaned) {
                let sum = &mut tries.rules[rule.index()];
                sum.times += tried.times;
                sum.hits += tried.hits;
            }
            tries.lines += cleaned.article.lines_in;
        }
        tries
    }
}

/// Warns of each rule that is tried in vain too often.
pub(super) fn lint_expense(set: &RuleSet, is_asked: &impl Fn(RuleId) -> bool, findings: &mut Vec<Finding>) {
    let tries = Tries::of(set);
    for (index, tried) in tries.rules.iter().enumerate() {
        let (id, vain) = (RuleId::new(index), tried.times - tried.hits);
        if vain * ONE_IN <= tries.lines || !is_asked(id) {
            continue;
        }
        let rule = set.rule(id);
        if let Some(Cause { part, label, help }) = cause(rule) {
            let message =
                format!("the rule is tried in vain on {vain} of {} lines of ordinary pages", tries.lines);
            let fault = Diagnostic::new(Severity::Warning, message).with_help(help);
            findings.push(Finding { rule: id, fault: fault.at_rule(rule.origin(), &part, label) });
        }
    }
}

/// What leads to a rule so often, as it is written, and the way out.
struct Cause {
    part: String,
    label: String,
    help: &'static str,
}

/// `None` for a rule that nothing but bounds lead to and that has no expression: bounds are asked of many lines at once, and
/// cost next to nothing.
fn cause(rule: &Rule) -> Option<Cause> {
    if let Lead::Literals(literals) = Lead::of(rule)
        && let Some(literal) = commonest(&literals)
    {
        return Some(Cause {
            part: written(rule, &literal),
            label: format!("`{literal}` leads to it"),
            help: "give it a literal that is rarer, or keep it off most lines by `max_words`, `zone`, `ending` or a neighbour \
                   (`after`, `before`)",
        });
    }
    let (source, _) = regexes(rule.matcher()).into_iter().find(|(_, literals)| literals.is_empty())?;
    Some(Cause {
        part: source.to_owned(),
        label: "without a literal it is tried on every line within the rule's bounds".to_owned(),
        help: "give it a literal of three letters or more that every match holds, or keep it off most lines by `max_words`, \
               `zone`, `ending` or a neighbour (`after`, `before`)",
    })
}

/// The literal that stands on most lines of the pages.
fn commonest(literals: &[String]) -> Option<String> {
    let folded: Vec<String> = PAGES.iter().flat_map(|page| page.lines()).map(fold).collect();
    let lines = |literal: &&str| folded.iter().filter(|line| line.contains(*literal)).count();
    // What is nothing but a line's end is no literal that an author wrote.
    let told = literals.iter().map(|literal| literal.trim()).filter(|literal| !literal.is_empty());
    told.max_by_key(lines).map(str::to_owned)
}

/// What an author wrote to have `literal` looked for: a phrase with its quotes, or the expression that holds it.
fn written(rule: &Rule, literal: &str) -> String {
    let toml = rule.origin().toml.to_lowercase();
    let quoted = ['"', '\''].map(|quote| format!("{quote}{literal}{quote}"));
    let phrase = quoted.into_iter().find(|phrase| toml.contains(phrase.as_str()));
    let regex = || {
        let expressions = regexes(rule.matcher()).into_iter();
        let mut own = expressions.filter(|(_, literals)| literals.contains(&literal));
        own.next().map(|(source, _)| source.to_owned())
    };
    phrase.or_else(regex).unwrap_or_else(|| "match".to_owned())
}

/// The expressions of a table, each with the literals that lead to it.
fn regexes(matcher: &Match) -> Vec<(&str, Vec<&str>)> {
    let mut found = Vec::new();
    for test in &matcher.tests {
        match test {
            Test::Regex(patterns) => found.extend(patterns.iter().map(|pattern| {
                let literals = pattern.triggers.iter().map(|trigger| trigger.literal.as_str());
                (pattern.source.as_str(), literals.collect())
            })),
            Test::Any(tables) => found.extend(tables.iter().flat_map(regexes)),
            _ => {}
        }
    }
    found
}
