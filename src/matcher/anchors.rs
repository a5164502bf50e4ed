//! What a rule cannot match without: the literals that lead to it, and the bounds for rules that have none.

use super::Follower;
use crate::model::{RuleId, Shapes, Zone};
use crate::rules::{Match, NearTarget, Part, Rule, Slot, Template, Test};
use std::ops::RangeInclusive;

/// What makes a rule worth walking on a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Anchor {
    /// The find of a literal.
    Line(String),
    Start(String),
    End(String),
    Part(String),
    Glued(String),
    /// A word of that list at the line's first letter.
    Word(usize),
    /// Bounds, where there is no literal to look for.
    Gate(Gate),
}

/// The anchors of all rules, by strategy.
#[derive(Debug, Default)]
pub(super) struct Anchors {
    pub(super) lines: Vec<(Box<[u8]>, RuleId)>,
    pub(super) starts: Vec<(Box<[u8]>, RuleId)>,
    pub(super) ends: Vec<(Box<[u8]>, RuleId)>,
    pub(super) parts: Vec<(String, RuleId)>,
    pub(super) glued: Vec<(String, RuleId)>,
    pub(super) words: Vec<(usize, RuleId)>,
    pub(super) gated: Vec<(Gate, RuleId)>,
    pub(super) followers: Vec<Follower>,
    pub(super) regexes: usize,
}

/// Bounds that a line must keep to be hit; most lines do not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Gate {
    pub(super) zone: Option<Zone>,
    pub(super) words: RangeInclusive<u32>,
    pub(super) chars: RangeInclusive<u32>,
    pub(super) closed: Option<bool>,
    /// Whether the line must hold a digit.
    pub(super) digits: bool,
    /// Whether the line must begin as a name does.
    pub(super) capital: bool,
    pub(super) shapes: Option<Shapes>,
    /// Whether a test asks for data that no line has: the rule hits nothing.
    pub(super) inert: bool,
}

impl Gate {
    /// The bounds of a whole rule.
    pub(super) fn of(rule: &Rule) -> Self {
        let mut gate = Self::open(rule.zone());
        gate.narrow(rule.matcher());
        gate
    }

    fn open(zone: Option<Zone>) -> Self {
        Self {
            zone,
            words: 0..=u32::MAX,
            chars: 0..=u32::MAX,
            closed: None,
            digits: false,
            capital: false,
            shapes: None,
            inert: false,
        }
    }

    /// Narrows the bounds to those of a matcher table.
    fn narrow(&mut self, matcher: &Match) {
        for test in &matcher.tests {
            match test {
                Test::MinWords(min) => self.words = *min..=*self.words.end(),
                Test::MaxWords(max) => self.words = *self.words.start()..=*max,
                Test::MinChars(min) => self.chars = *min..=*self.chars.end(),
                Test::MaxChars(max) => self.chars = *self.chars.start()..=*max,
                Test::Closed(closed) => self.closed = Some(*closed),
                Test::Shape(shapes) => self.shapes = Some(*shapes),
                // Without its data an inert test holds nowhere.
                Test::Seen { .. } | Test::Tag(_) | Test::Class(_) | Test::Links(_) => self.inert = true,
                _ => {}
            }
        }
    }

    /// The same bounds, narrowed to lines that may follow `template`.
    fn for_template(&self, template: &Template) -> Self {
        let capital = matches!(template.parts.first(), Some(Part::Slot(Slot::Name)));
        Self {
            digits: self.digits || needs_digit(template),
            capital: self.capital || capital,
            ..self.clone()
        }
    }
}

/// What leads to `rule`, literals where it has them.
pub(super) fn of(rule: &Rule, regexes: &mut usize) -> Vec<Anchor> {
    of_table(rule.matcher(), &Gate::open(rule.zone()), regexes)
}

/// The rules and kinds that a table asks to be near by: of every group one.
pub(super) fn targets(matcher: &Match) -> Vec<Vec<NearTarget>> {
    let group = |test: &Test| match test {
        Test::Before(near) | Test::After(near) => Some(vec![near.target.clone()]),
        // Alternatives make a group when each of them asks for something.
        Test::Any(tables) => {
            let firsts: Option<Vec<Vec<NearTarget>>> =
                tables.iter().map(|table| targets(table).into_iter().next()).collect();
            firsts.map(|firsts| firsts.concat())
        }
        _ => None,
    };
    matcher.tests.iter().filter_map(group).collect()
}

/// The anchors of a matcher table: the best of its tests, else its bounds.
fn of_table(matcher: &Match, around: &Gate, regexes: &mut usize) -> Vec<Anchor> {
    let mut gate = around.clone();
    gate.narrow(matcher);
    let mut best: Option<(u8, Vec<Anchor>)> = None;
    for test in &matcher.tests {
        if let Some((cost, anchors)) = of_test(test, &gate, regexes)
            && best.as_ref().is_none_or(|(least, _)| cost < *least)
        {
            best = Some((cost, anchors));
        }
    }
    best.map_or_else(|| vec![Anchor::Gate(gate)], |(_, anchors)| anchors)
}

/// A test's anchors with what looking for them costs, as a rank.
fn of_test(test: &Test, gate: &Gate, regexes: &mut usize) -> Option<(u8, Vec<Anchor>)> {
    let all = |make: fn(String) -> Anchor, phrases: &[String]| phrases.iter().cloned().map(make).collect();
    match test {
        Test::Line(phrases) => Some((0, all(Anchor::Line, phrases))),
        Test::Starts(phrases) => Some((1, all(Anchor::Start, phrases))),
        Test::Ends(phrases) => Some((2, all(Anchor::End, phrases))),
        Test::Has { phrases, glued: false } => Some((4, all(Anchor::Part, phrases))),
        Test::Has { phrases, glued: true } => Some((6, all(Anchor::Glued, phrases))),
        Test::Template(templates) => {
            let anchor =
                |template| of_template(template).unwrap_or_else(|| Anchor::Gate(gate.for_template(template)));
            let anchors: Vec<Anchor> = templates.iter().map(anchor).collect();
            let loose = anchors.iter().any(|anchor| matches!(anchor, Anchor::Gate(_)));
            Some((if loose { 8 } else { 3 }, anchors))
        }
        // Nothing may be missed: the first word of the line is one of the list.
        Test::Words { list, cover: 1000, .. } => Some((6, vec![Anchor::Word(*list)])),
        Test::Regex(patterns) => {
            *regexes += patterns.len();
            let triggers = patterns.iter().all(|pattern| !pattern.triggers.is_empty());
            triggers.then(|| {
                (5, patterns.iter().flat_map(|p| p.triggers.iter().cloned().map(Anchor::Glued)).collect())
            })
        }
        Test::Any(tables) => {
            let anchors: Vec<Anchor> =
                tables.iter().flat_map(|table| of_table(table, gate, regexes)).collect();
            // Alternatives that all go by bounds lead no better than the table around them.
            anchors.iter().any(|anchor| !matches!(anchor, Anchor::Gate(_))).then_some((9, anchors))
        }
        _ => None,
    }
}

/// The literal that tells most of a template: its beginning, else its end, else its longest part.
fn of_template(template: &Template) -> Option<Anchor> {
    // Two letters, or a sign that hardly any line holds.
    let telling = |literal: &String| {
        literal.chars().filter(|c| c.is_alphanumeric()).count() >= 2
            || literal.chars().any(|c| !c.is_ascii() && !c.is_alphanumeric() && !c.is_whitespace())
    };
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

/// Whether every line that follows the template holds a digit. Relative times may do without (`yesterday`).
pub(super) fn needs_digit(template: &Template) -> bool {
    let has_digit = |slot: &Slot| matches!(slot, Slot::Number | Slot::Clock | Slot::Time | Slot::Date);
    template.parts.iter().any(|part| matches!(part, Part::Slot(slot) if has_digit(slot)))
}
