//! What a rule cannot match without: the literals that lead to it, and the bounds for rules that have none.

use super::contained::Literal;
use super::gates::Gate;
use super::markup;
use crate::dates::Opening;
use crate::model::{RuleId, Signs, Tags};
use crate::rules::{Match, Part, Rule, Slot, Stand, Template, Test, Trigger};
use std::collections::BTreeMap;

/// Where a folded line ends, this follows.
pub(super) const LINE_END: &str = "\n";

/// What makes a rule worth walking on a line.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Anchor<'r> {
    /// The find of a literal; after a beginning it may be known what comes next.
    Line(&'r str),
    Start(&'r str, Option<Opening>),
    /// The first word or number, perhaps behind signs.
    First(&'r str),
    End(&'r str),
    Part(&'r str),
    /// Where a word begins, or anywhere; and whether no word goes on behind it.
    WordStart(&'r str, bool),
    Glued(&'r str, bool),
    /// What the line begins with, and the literal right behind it.
    Behind(Opening, &'r str),
    /// A word of that list at the line's first letter.
    Word(usize),
    /// A class or id word around the line, an element around it, or a share of links.
    Class(String),
    Tags(Tags),
    Links(u16),
    /// Bounds, where there is no literal to look for.
    Gate(Gate),
}

/// What leads to a rule, as its author can see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Lead {
    /// Folded literals: a line must hold one of them.
    Literals(Vec<String>),
    /// The words of a list.
    List,
    /// Nothing but its bounds, on some of its branches at least.
    Bounds,
}

impl Lead {
    /// What leads to `rule`.
    pub(crate) fn of(rule: &Rule) -> Self {
        let mut literals = Vec::new();
        let mut listed = false;
        for anchor in of(rule, &mut 0) {
            match anchor {
                Anchor::Line(literal)
                | Anchor::Start(literal, _)
                | Anchor::End(literal)
                | Anchor::Part(literal)
                | Anchor::First(literal)
                | Anchor::WordStart(literal, _)
                | Anchor::Glued(literal, _)
                | Anchor::Behind(_, literal) => literals.push(literal.to_owned()),
                Anchor::Word(_) => listed = true,
                // Text has none of these.
                Anchor::Class(_) | Anchor::Tags(_) | Anchor::Links(_) => {}
                Anchor::Gate(_) => return Self::Bounds,
            }
        }
        if listed { Self::List } else { Self::Literals(literals) }
    }
}

/// The anchors of all rules, by strategy.
#[derive(Debug, Default)]
pub(super) struct Anchors<'r> {
    pub(super) lines: Vec<(&'r str, RuleId)>,
    pub(super) starts: Vec<(Box<[u8]>, Option<Opening>, RuleId)>,
    pub(super) firsts: Vec<(Box<[u8]>, RuleId)>,
    pub(super) ends: Vec<(Box<[u8]>, RuleId)>,
    pub(super) parts: Vec<(String, RuleId)>,
    pub(super) word_starts: Vec<(Literal, RuleId)>,
    pub(super) glued: Vec<(Literal, RuleId)>,
    pub(super) behind: Vec<(Opening, Box<[u8]>, RuleId)>,
    /// Rules by the word list that a line must be made of.
    pub(super) words: BTreeMap<usize, Vec<RuleId>>,
    pub(super) classes: Vec<(String, RuleId)>,
    pub(super) tags: Vec<(Tags, RuleId)>,
    pub(super) links: Vec<(u16, RuleId)>,
    pub(super) gated: Vec<(Gate, RuleId)>,
    pub(super) regexes: usize,
}

impl<'r> Anchors<'r> {
    /// Registers what leads to `rule`, which `follows` other lines or does not; false when nothing but its bounds and its
    /// context does.
    pub(super) fn add(&mut self, rule: &'r Rule, follows: bool, id: RuleId) -> bool {
        let found = of(rule, &mut self.regexes);
        // Bounds and first words lead to many lines in vain; hits near by lead to few.
        let is_weak = |anchor: &Anchor<'_>| match anchor {
            Anchor::Gate(gate) => gate.opening.is_none(),
            anchor => matches!(anchor, Anchor::Word(_)),
        };
        if follows && found.iter().any(is_weak) {
            return false;
        }
        for anchor in found {
            match anchor {
                Anchor::Line(phrase) => self.lines.push((phrase, id)),
                Anchor::Start(phrase, next) => self.starts.push((phrase.as_bytes().into(), next, id)),
                Anchor::First(literal) => self.firsts.push((literal.as_bytes().into(), id)),
                Anchor::End(phrase) => self.ends.push((phrase.bytes().rev().collect(), id)),
                Anchor::Part(phrase) => self.parts.push((phrase.to_owned(), id)),
                Anchor::WordStart(text, closed) => {
                    self.word_starts.push((Literal { text: text.to_owned(), closed }, id));
                }
                Anchor::Glued(text, closed) => {
                    self.glued.push((Literal { text: text.to_owned(), closed }, id));
                }
                Anchor::Behind(opening, literal) => {
                    self.behind.push((opening, literal.as_bytes().into(), id));
                }
                Anchor::Class(word) => self.classes.extend((!word.is_empty()).then_some((word, id))),
                Anchor::Tags(tags) => self.tags.push((tags, id)),
                Anchor::Links(least) => self.links.push((least, id)),
                Anchor::Word(list) => self.words.entry(list).or_default().push(id),
                Anchor::Gate(gate) => {
                    let entry = (gate, id);
                    if self.gated.last() != Some(&entry) {
                        self.gated.push(entry);
                    }
                }
            }
        }
        true
    }
}

impl Gate {
    /// The bounds of a whole rule.
    pub(super) fn of(rule: &Rule) -> Self {
        let mut gate = Self::open(rule.zone());
        gate.narrow(rule.matcher());
        gate
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
                Test::Template(templates) => self.narrow_to_any(templates),
                Test::Regex(patterns) => {
                    let signs: Option<Vec<Signs>> = patterns.iter().map(|pattern| pattern.signs).collect();
                    self.signs = self.signs.or(signs.and_then(|signs| signs.into_iter().reduce(Signs::with)));
                }
                // Without its data an inert test holds nowhere.
                Test::Seen { .. } => self.inert = true,
                _ => {}
            }
        }
    }

    /// Narrows the bounds to lines that may follow one of `templates`.
    fn narrow_to_any(&mut self, templates: &[Template]) {
        self.digits |= templates.iter().all(needs_digit);
        self.capital |= templates.iter().all(needs_capital);
        let mut openings = templates.iter().map(opening);
        let first = openings.next().flatten();
        self.opening = self.opening.or(first.filter(|_| openings.all(|opening| opening == first)));
        let signs: Option<Vec<Signs>> = templates.iter().map(sign).collect();
        self.signs = self.signs.or(signs.and_then(|signs| signs.into_iter().reduce(Signs::with)));
    }

    /// The same bounds, narrowed to lines that may follow `template`.
    fn for_template(&self, template: &Template) -> Self {
        let mut gate = self.clone();
        gate.narrow_to_any(std::slice::from_ref(template));
        gate
    }
}

/// What leads to `rule`, literals where it has them.
fn of<'r>(rule: &'r Rule, regexes: &mut usize) -> Vec<Anchor<'r>> {
    of_table(rule.matcher(), &Gate::open(rule.zone()), regexes)
}

/// The anchors of a matcher table: the best of its tests, else its bounds.
fn of_table<'r>(matcher: &'r Match, around: &Gate, regexes: &mut usize) -> Vec<Anchor<'r>> {
    let mut gate = around.clone();
    gate.narrow(matcher);
    let mut best: Option<(u8, Vec<Anchor<'_>>)> = None;
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
fn of_test<'r>(test: &'r Test, gate: &Gate, regexes: &mut usize) -> Option<(u8, Vec<Anchor<'r>>)> {
    let all = |make: fn(&'r str) -> Anchor<'r>, phrases: &'r [String]| {
        phrases.iter().map(|phrase| make(phrase)).collect()
    };
    match test {
        Test::Line(phrases) => Some((0, all(Anchor::Line, phrases))),
        Test::Starts(phrases) => Some((1, all(|phrase| Anchor::Start(phrase, None), phrases))),
        Test::Ends(phrases) => Some((2, all(Anchor::End, phrases))),
        Test::Has { phrases, glued: false } => Some((4, all(Anchor::Part, phrases))),
        Test::Has { phrases, glued: true } => Some((6, all(|phrase| Anchor::Glued(phrase, false), phrases))),
        Test::Template(templates) => {
            let anchor =
                |template| of_template(template).unwrap_or_else(|| Anchor::Gate(gate.for_template(template)));
            let anchors: Vec<Anchor<'_>> = templates.iter().map(anchor).collect();
            let loose = anchors.iter().any(|anchor| matches!(anchor, Anchor::Gate(_)));
            Some((if loose { 8 } else { 3 }, anchors))
        }
        // Nothing may be missed: the first word of the line is one of the list.
        Test::Words { list, cover: 1000, .. } => Some((6, vec![Anchor::Word(*list)])),
        Test::Regex(patterns) => {
            *regexes += patterns.len();
            let triggers = patterns.iter().all(|pattern| !pattern.triggers.is_empty());
            let anchor = |trigger: &'r Trigger| {
                let literal = trigger.literal.as_str();
                match trigger.stand {
                    Stand::First => Anchor::First(literal),
                    Stand::AtWord => Anchor::WordStart(literal, trigger.closed),
                    Stand::Anywhere => Anchor::Glued(literal, trigger.closed),
                }
            };
            triggers.then(|| (5, patterns.iter().flat_map(|p| p.triggers.iter().map(anchor)).collect()))
        }
        // Text has none of these, and so costs nothing.
        Test::Class(words) => {
            Some((7, words.iter().map(|word| Anchor::Class(markup::class(word))).collect()))
        }
        Test::Tag(names) => Some((7, vec![Anchor::Tags(markup::tags(names))])),
        Test::Links(least) => Some((8, vec![Anchor::Links(thousandths(*least))])),
        Test::Any(tables) => {
            let anchors: Vec<Anchor<'_>> =
                tables.iter().flat_map(|table| of_table(table, gate, regexes)).collect();
            // Alternatives that all go by bounds lead no better than the table around them.
            anchors.iter().any(|anchor| !matches!(anchor, Anchor::Gate(_))).then_some((9, anchors))
        }
        _ => None,
    }
}

/// What stands behind the slot that a template begins with: a literal, or the end of the line.
fn behind_opening(template: &Template) -> Option<Anchor<'_>> {
    let opening = opening(template)?;
    match template.parts.get(1) {
        Some(Part::Literal(literal)) => Some(Anchor::Behind(opening, literal)),
        Some(Part::Slot(_)) => None,
        None => Some(Anchor::Behind(opening, LINE_END)),
    }
}

/// A share of links as blocks have it.
pub(super) fn thousandths(share: u32) -> u16 {
    u16::try_from(share).unwrap_or(u16::MAX)
}

/// The literal that tells most of a template: its beginning, else its end, else its longest part. A template that
/// begins with something of which the first letters are known is better led to by those.
fn of_template(template: &Template) -> Option<Anchor<'_>> {
    // Two letters, or a sign that hardly any line holds.
    let telling = |literal: &String| {
        literal.chars().filter(|c| c.is_alphanumeric()).count() >= 2
            || literal.chars().any(|c| !c.is_ascii() && !c.is_alphanumeric() && !c.is_whitespace())
    };
    match (template.parts.first(), template.parts.last()) {
        (Some(Part::Literal(literal)), None) => Some(Anchor::Line(literal)),
        (Some(Part::Literal(literal)), _) => Some(Anchor::Start(literal, opening_of(template.parts.get(1)))),
        (_, Some(Part::Literal(literal))) if telling(literal) => Some(Anchor::End(literal)),
        _ if opening(template).is_some() => behind_opening(template),
        _ => template
            .parts
            .iter()
            .filter_map(|part| match part {
                Part::Literal(literal) if telling(literal) => Some(literal),
                _ => None,
            })
            .max_by_key(|literal| literal.len())
            .map(|literal| Anchor::Glued(literal, false)),
    }
}

/// Whether every line that follows the template holds a digit. Relative times may do without (`yesterday`).
pub(super) fn needs_digit(template: &Template) -> bool {
    let has_digit = |slot: &Slot| matches!(slot, Slot::Number | Slot::Clock | Slot::Time | Slot::Date);
    template.parts.iter().any(|part| matches!(part, Part::Slot(slot) if has_digit(slot)))
}

/// Whether every line that follows the template begins as a name does.
pub(super) fn needs_capital(template: &Template) -> bool {
    matches!(template.parts.first(), Some(Part::Slot(Slot::Name)))
}

/// What every line that follows the template begins with.
fn opening(template: &Template) -> Option<Opening> {
    opening_of(template.parts.first())
}

/// What a part of a template begins with.
fn opening_of(part: Option<&Part>) -> Option<Opening> {
    match part {
        Some(Part::Slot(Slot::Date)) => Some(Opening::Date),
        Some(Part::Slot(Slot::Ago)) => Some(Opening::Ago),
        Some(Part::Slot(Slot::Clock)) => Some(Opening::Clock),
        Some(Part::Slot(Slot::Number)) => Some(Opening::Digit),
        _ => None,
    }
}

/// The slot that recognises an opening.
pub(super) fn slot_of(opening: Opening) -> Slot {
    match opening {
        Opening::Date => Slot::Date,
        Opening::Ago => Slot::Ago,
        Opening::Clock => Slot::Clock,
        Opening::Digit => Slot::Number,
    }
}

/// A sign that every line which follows the template holds.
fn sign(template: &Template) -> Option<Signs> {
    let literals = template.parts.iter().filter_map(|part| match part {
        Part::Literal(literal) => Some(literal),
        Part::Slot(_) => None,
    });
    literals.flat_map(|literal| literal.chars()).find_map(Signs::of_folded)
}
