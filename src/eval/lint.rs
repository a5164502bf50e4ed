//! Faults that no example shows: rules that can never fire, that add nothing to others, or that read otherwise than
//! they match.

use super::Finding;
use crate::model::{Action, RuleId, Shapes};
use crate::rules::{Diagnostic, Match, Part, Rule, RuleSet, Scope, Severity, Status, Test};
use foldhash::{HashMap, HashMapExt};

/// Examples of each sort that a finished rule has, at least.
const EXAMPLES: usize = 2;

/// Looks at one rule by itself.
pub(super) fn lint_rule(rule: &Rule, id: RuleId, findings: &mut Vec<Finding>) {
    let mut warn = |part: &str, label: &str, message: String, help: &str| {
        let fault =
            Diagnostic::new(Severity::Warning, message).with_help(help).at_rule(rule.origin(), part, label);
        findings.push(Finding { rule: id, fault });
    };
    for (key, examples) in [("drop", &rule.examples().drop), ("keep", &rule.examples().keep)] {
        if examples.len() < EXAMPLES && rule.status() != Status::Draft {
            warn(
                key,
                "only one",
                format!("`{key}` has {} example, and a finished rule has {EXAMPLES} or more", examples.len()),
                "add one that a real page could hold, as close to the rule as you can think of",
            );
        }
    }
    if takes_any_such_line(rule) {
        warn(
            "match",
            "looks alone",
            "the rule takes lines for their looks alone, and lines of articles look like that too".to_owned(),
            "give it a `zone`, a phrase or a neighbour (`after`, `before`), or a `score` below 1.0, so that it decides only \
             with others",
        );
    }
    for (phrase, message) in unreachable(rule.matcher()) {
        warn(&phrase, "out of bounds", message, "no line can meet both: change the bounds or the phrase");
    }
    walk(rule.matcher(), &mut |test| {
        let Test::Regex(patterns) = test else { return };
        for pattern in patterns {
            if let Err(error) = pattern.compile() {
                warn(
                    &pattern.source,
                    "this regex",
                    format!("a regex does not compile: {error}"),
                    "make it smaller",
                );
            }
        }
    });
}

/// Whether a rule decides alone, anywhere on any page, about lines of which it asks only how long they are, what they end
/// with and what shape they have: among such lines are sub-headings, verses and items of lists.
fn takes_any_such_line(rule: &Rule) -> bool {
    let takes =
        matches!(rule.action(), Action::DropLine | Action::CutSpan | Action::CutToEnd | Action::CutToStart);
    let one_site = rule.scope().sites.iter().any(|site| !site.starts_with('!'));
    rule.status() != Status::Draft
        && takes
        && rule.score().decides()
        && rule.zone().is_none()
        && !one_site
        && asks_for_looks(rule.matcher())
}

/// Whether lines can meet the tests by their looks alone.
fn asks_for_looks(matcher: &Match) -> bool {
    // Shapes that say all that a line holds, and so as much as a phrase does.
    let whole = Shapes::CLOCK.with(Shapes::NUMBER).with(Shapes::URL).with(Shapes::EMAIL);
    matcher.tests.iter().all(|test| match test {
        Test::Closed(_) | Test::MinWords(_) | Test::MaxWords(_) | Test::MinChars(_) | Test::MaxChars(_) => {
            true
        }
        Test::Shape(shapes) => whole.with(*shapes) != whole,
        Test::Any(tables) => tables.iter().any(asks_for_looks),
        _ => false,
    })
}

/// Looks at the rules side by side: a rule whose every phrase another rule drops already adds nothing.
pub(super) fn lint_together(set: &RuleSet, is_asked: &impl Fn(RuleId) -> bool, findings: &mut Vec<Finding>) {
    let deciders = Deciders::of(set);
    for (index, rule) in set.rules().iter().enumerate() {
        let id = RuleId::new(index);
        if !is_asked(id) || rule.status() != Status::Stable || *rule.action() != Action::DropLine {
            continue;
        }
        let shadows = rule.matcher().tests.iter().find_map(|test| match test {
            Test::Line(phrases) => {
                Some(phrases.iter().map(|phrase| deciders.of_line(phrase, id)).collect::<Option<Vec<_>>>())
            }
            Test::Starts(phrases) => {
                Some(phrases.iter().map(|phrase| deciders.of_start(phrase, id)).collect())
            }
            _ => None,
        });
        if let Some(other) = shadows.flatten().and_then(|shadows| shadows.first().copied()) {
            let other = set.rule(other).name();
            let message =
                format!("every phrase of this rule is dropped by others already, first by `{other}`");
            let fault = Diagnostic::new(Severity::Warning, message)
                .with_help("remove the rule, or narrow the other one")
                .at_rule(rule.origin(), "match", "adds nothing");
            findings.push(Finding { rule: id, fault });
        }
    }
}

/// Phrases that drop a line with nothing else asked, and the first rule of each.
struct Deciders<'a> {
    lines: HashMap<&'a str, RuleId>,
    starts: HashMap<&'a str, RuleId>,
}

impl<'a> Deciders<'a> {
    fn of(set: &'a RuleSet) -> Self {
        let mut deciders = Self { lines: HashMap::new(), starts: HashMap::new() };
        let decides = |rule: &Rule| {
            rule.status() == Status::Stable
                && rule.zone().is_none()
                && rule.unless().is_none()
                && rule.score().decides()
                && *rule.action() == Action::DropLine
                && *rule.scope() == Scope::default()
        };
        for (index, rule) in set.rules().iter().enumerate().filter(|(_, rule)| decides(rule)) {
            match rule.matcher().tests.as_slice() {
                // Each table is enough, whatever the others ask.
                [Test::Any(tables)] => {
                    tables.iter().for_each(|table| deciders.add(RuleId::new(index), &table.tests));
                }
                tests => deciders.add(RuleId::new(index), tests),
            }
        }
        deciders
    }

    /// Adds the phrases of a table that asks for nothing else.
    fn add(&mut self, rule: RuleId, tests: &'a [Test]) {
        let (table, phrases) = match tests {
            [Test::Line(phrases)] => (&mut self.lines, phrases),
            [Test::Starts(phrases)] => (&mut self.starts, phrases),
            _ => return,
        };
        for phrase in phrases {
            table.entry(phrase).or_insert(rule);
        }
    }

    /// Another rule than `own` that drops every line which starts with `phrase`.
    fn of_start(&self, phrase: &str, own: RuleId) -> Option<RuleId> {
        let ends = (1..=phrase.len()).filter(|&end| phrase.is_char_boundary(end));
        ends.filter_map(|end| self.starts.get(&phrase[..end])).copied().find(|&by| by != own)
    }

    /// Another rule than `own` that drops the line `phrase`.
    fn of_line(&self, phrase: &str, own: RuleId) -> Option<RuleId> {
        self.lines.get(phrase).copied().filter(|&by| by != own).or_else(|| self.of_start(phrase, own))
    }
}

/// Phrases that the matcher's own bounds rule out, each with what is wrong.
fn unreachable(matcher: &Match) -> Vec<(String, String)> {
    let (mut least, mut most) = (0, u32::MAX);
    for test in &matcher.tests {
        match test {
            Test::MinWords(min) => least = *min,
            Test::MaxWords(max) => most = *max,
            _ => {}
        }
    }
    let mut messages = Vec::new();
    for test in &matcher.tests {
        let (key, phrases): (_, Vec<String>) = match test {
            Test::Line(phrases) => ("line", phrases.clone()),
            Test::Starts(phrases) => ("starts", phrases.clone()),
            Test::Ends(phrases) => ("ends", phrases.clone()),
            Test::Has { phrases, .. } => ("has", phrases.clone()),
            Test::Template(templates) => {
                ("template", templates.iter().map(|template| literal_words(&template.parts)).collect())
            }
            _ => continue,
        };
        for phrase in phrases {
            let words: u32 = crate::segment::segment(&phrase).lines.iter().map(|line| line.words).sum();
            if words > most {
                let message =
                    format!("the `{key}` phrase `{phrase}` has {words} words, but `max_words` is {most}");
                messages.push((phrase, message));
            } else if key == "line" && words < least {
                let message =
                    format!("the `{key}` phrase `{phrase}` has {words} words, but `min_words` is {least}");
                messages.push((phrase, message));
            }
        }
    }
    messages
}

fn literal_words(parts: &[Part]) -> String {
    let literals = parts.iter().filter_map(|part| match part {
        Part::Literal(literal) => Some(literal.as_str()),
        Part::Slot(_) => None,
    });
    literals.collect::<Vec<_>>().join(" ")
}

fn walk(matcher: &Match, visit: &mut impl FnMut(&Test)) {
    for test in &matcher.tests {
        visit(test);
        if let Test::Any(tables) = test {
            tables.iter().for_each(|table| walk(table, visit));
        }
    }
}
