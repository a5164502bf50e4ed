//! What a rule cannot match without: the literals that lead to it, and the bounds for rules that have none.

use crate::model::{RuleId, Shapes, Zone};
use crate::rules::{Match, Part, Rule, Slot, Template, Test};
use std::ops::RangeInclusive;

/// A literal whose find on a line makes a rule worth walking there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Anchor {
    Line(String),
    Start(String),
    End(String),
    Part(String),
    Glued(String),
}

/// The anchors of all rules, by strategy.
#[derive(Debug, Default)]
pub(super) struct Anchors {
    pub(super) lines: Vec<(Box<[u8]>, RuleId)>,
    pub(super) starts: Vec<(Box<[u8]>, RuleId)>,
    pub(super) ends: Vec<(Box<[u8]>, RuleId)>,
    pub(super) parts: Vec<(String, RuleId)>,
    pub(super) glued: Vec<(String, RuleId)>,
    pub(super) gated: Vec<(Gate, RuleId)>,
    pub(super) regexes: usize,
}

/// Bounds read off a rule's top-level tests; a line outside them cannot be hit.
#[derive(Clone, Debug)]
pub(super) struct Gate {
    pub(super) zone: Option<Zone>,
    pub(super) words: RangeInclusive<u32>,
    pub(super) chars: RangeInclusive<u32>,
    pub(super) closed: Option<bool>,
    pub(super) digits: bool,
    pub(super) shapes: Option<Shapes>,
    /// Whether a test asks for data that no line has: the rule hits nothing.
    pub(super) inert: bool,
}

impl Gate {
    pub(super) fn of(rule: &Rule) -> Self {
        let mut gate = Self {
            zone: rule.zone(),
            words: 0..=u32::MAX,
            chars: 0..=u32::MAX,
            closed: None,
            digits: false,
            shapes: None,
            inert: false,
        };
        for test in &rule.matcher().tests {
            match test {
                Test::MinWords(min) => gate.words = *min..=*gate.words.end(),
                Test::MaxWords(max) => gate.words = *gate.words.start()..=*max,
                Test::MinChars(min) => gate.chars = *min..=*gate.chars.end(),
                Test::MaxChars(max) => gate.chars = *gate.chars.start()..=*max,
                Test::Closed(closed) => gate.closed = Some(*closed),
                Test::Shape(shapes) => gate.shapes = Some(*shapes),
                Test::Template(templates) => {
                    let longest = templates.iter().map(longest_chars).max().unwrap_or(0);
                    gate.chars = *gate.chars.start()..=longest.min(*gate.chars.end());
                    gate.digits |= templates.iter().all(needs_digit);
                }
                Test::Seen { .. } | Test::Tag(_) | Test::Class(_) | Test::Links(_) => gate.inert = true,
                _ => {}
            }
        }
        gate
    }
}

/// The anchors of a matcher table: the best of its tests. `None` when no test has any.
pub(super) fn of(matcher: &Match, regexes: &mut usize) -> Option<Vec<Anchor>> {
    let mut best: Option<(u8, Vec<Anchor>)> = None;
    for test in &matcher.tests {
        if let Some((cost, anchors)) = of_test(test, regexes)
            && best.as_ref().is_none_or(|(least, _)| cost < *least)
        {
            best = Some((cost, anchors));
        }
    }
    best.map(|(_, anchors)| anchors)
}

/// A test's anchors with what looking for them costs, as a rank.
fn of_test(test: &Test, regexes: &mut usize) -> Option<(u8, Vec<Anchor>)> {
    let all = |make: fn(String) -> Anchor, phrases: &[String]| phrases.iter().cloned().map(make).collect();
    match test {
        Test::Line(phrases) => Some((0, all(Anchor::Line, phrases))),
        Test::Starts(phrases) => Some((1, all(Anchor::Start, phrases))),
        Test::Ends(phrases) => Some((2, all(Anchor::End, phrases))),
        Test::Has { phrases, glued: false } => Some((4, all(Anchor::Part, phrases))),
        Test::Has { phrases, glued: true } => Some((6, all(Anchor::Glued, phrases))),
        Test::Template(templates) => {
            let anchors: Option<Vec<Anchor>> = templates.iter().map(of_template).collect();
            anchors.map(|anchors| (3, anchors))
        }
        Test::Regex(patterns) => {
            *regexes += patterns.len();
            let triggers = patterns.iter().all(|pattern| !pattern.triggers.is_empty());
            triggers.then(|| {
                (5, patterns.iter().flat_map(|p| p.triggers.iter().cloned().map(Anchor::Glued)).collect())
            })
        }
        Test::Any(tables) => {
            let anchors: Option<Vec<Vec<Anchor>>> = tables.iter().map(|table| of(table, regexes)).collect();
            anchors.map(|anchors| (7, anchors.concat()))
        }
        _ => None,
    }
}

/// The literal that tells most of a template: its beginning, else its end, else its longest part.
fn of_template(template: &Template) -> Option<Anchor> {
    let telling = |literal: &String| literal.chars().filter(|c| c.is_alphanumeric()).count() >= 2;
    match (template.parts.first(), template.parts.last()) {
        (Some(Part::Literal(literal)), None) => Some(Anchor::Line(literal.clone())),
        (Some(Part::Literal(literal)), _) if telling(literal) => Some(Anchor::Start(literal.clone())),
        (_, Some(Part::Literal(literal))) if telling(literal) => Some(Anchor::End(literal.clone())),
        _ => template
            .parts
            .iter()
            .filter_map(|part| match part {
                Part::Literal(literal) if telling(literal) => Some(literal),
                _ => None,
            })
            .max_by_key(|literal| literal.len())
            .map(|literal| Anchor::Glued(literal.clone())),
    }
}

/// Whether every line that follows the template holds a digit. Dates and relative times may do without
/// (`yesterday`, `двадцать`), numbers and clocks may not.
fn needs_digit(template: &Template) -> bool {
    template.parts.iter().any(|part| matches!(part, Part::Slot(Slot::Number | Slot::Clock | Slot::Time)))
}

/// The most characters that a line which follows the template can have.
fn longest_chars(template: &Template) -> u32 {
    let open = template
        .parts
        .iter()
        .any(|part| matches!(part, Part::Slot(Slot::Title | Slot::Any | Slot::Site | Slot::Url)));
    // Raw lines are longer than folded ones only by squeezed white space and ligatures; recognised values are short.
    if open { u32::MAX } else { 60 * template.parts.len() as u32 + 60 }
}
