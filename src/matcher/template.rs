//! Templates on folded lines: literals compared, slots recognised, with as much backtracking as open slots need.
//!
//! Most templates fail on most lines, so each is asked first what costs little: its literals, a digit, a capital. What
//! a recogniser found at a place is kept for the other templates of the rule, which often ask the same, and what it found at
//! the line's front for the other rules.

use super::anchors::needs_digit;
use super::asked::Lengths;
use super::view::LineView;
use crate::dates;
use crate::fold::fold;
use crate::names;
use crate::rules::{Part, Slot, Template};
use crate::segment::is_url;
use memchr::memmem::{self, Finder};
use std::ops::Range;

/// A line longer than this (in folded bytes) follows no template: templates are for labels.
pub(super) const MAX_LINE: usize = 512;

/// Answers of recognisers that are kept while one line is tried.
const KNOWN: usize = 6;

/// Where the slots of a template stand in a folded line.
pub(super) type Slots = Vec<(Slot, Range<usize>)>;

/// A template with what its lines must show at the least.
#[derive(Debug)]
pub(super) struct Compiled {
    parts: Vec<Part>,
    /// Searches for the literals between the first part and the last.
    inner: Vec<Finder<'static>>,
    digits: bool,
    capital: bool,
    /// The slot that it begins with, if that has a recogniser.
    lead: Option<Slot>,
    /// Whether more than one slot takes anything, so that places must be remembered that lead nowhere.
    branches: bool,
}

impl Compiled {
    pub(super) fn new(template: &Template) -> Self {
        let parts = template.parts.clone();
        let open = |part: &&Part| matches!(part, Part::Slot(slot) if open_length(*slot).is_some());
        let inner = template.parts.iter().take(parts.len().saturating_sub(1)).skip(1);
        let literals = inner.filter_map(|part| match part {
            Part::Literal(literal) => Some(literal.as_bytes()),
            Part::Slot(_) => None,
        });
        Self {
            digits: needs_digit(template),
            capital: matches!(parts.first(), Some(Part::Slot(Slot::Name))),
            lead: match parts.first() {
                Some(Part::Slot(slot)) if open_length(*slot).is_none() => Some(*slot),
                _ => None,
            },
            branches: parts.iter().filter(open).count() > 1,
            inner: literals.map(|literal| Finder::new(literal).into_owned()).collect(),
            parts,
        }
    }

    /// Whether the line's front and figures are those of the template.
    fn may_lead(&self, line: &LineView<'_>) -> bool {
        (!self.digits || line.facts.digits)
            && (!self.capital || line.facts.capital)
            && literal(self.parts.first(), |literal| begins(line.folded, 0, literal))
    }

    /// Whether the line holds the template's literals.
    fn may_follow(&self, line: &LineView<'_>) -> bool {
        let ends = |literal: &str| {
            line.folded.as_bytes().last() == literal.as_bytes().last() && line.folded.ends_with(literal)
        };
        literal(self.parts.last(), ends)
            && self.inner.iter().all(|literal| literal.find(line.folded.as_bytes()).is_some())
    }
}

/// Whether a part `holds`, if it is a literal.
fn literal(part: Option<&Part>, holds: impl Fn(&str) -> bool) -> bool {
    match part {
        Some(Part::Literal(literal)) => holds(literal),
        _ => true,
    }
}

/// Whether `literal` stands at byte `at` of a folded line. Nearly always its first byte tells, which takes no call.
#[inline]
fn begins(folded: &str, at: usize, literal: &str) -> bool {
    folded.as_bytes().get(at) == literal.as_bytes().first() && folded[at..].starts_with(literal)
}

/// Where each slot stands, for the first of `templates` that `line` as a whole follows.
pub(super) fn find(templates: &[Compiled], line: &LineView<'_>) -> Option<Slots> {
    if line.folded.len() > MAX_LINE {
        return None;
    }
    let mut walk = Walk { line, dead: Vec::new(), known: [None; KNOWN], slots: Vec::new() };
    for template in templates {
        if !template.may_lead(line) {
            continue;
        }
        // Many templates of a rule begin with the same slot, and most lines fail there or right behind it. Names are dear
        // to recognise, so they are asked for last.
        let (named, follows) = (template.capital, || template.may_follow(line));
        if (named && !follows()) || !walk.may_go_on(template) || (!named && !follows()) {
            continue;
        }
        walk.dead.clear();
        if template.branches {
            walk.dead.resize(template.parts.len() * (line.folded.len() + 1), false);
        }
        if walk.follow(&template.parts, 0, 0) {
            return Some(walk.slots);
        }
    }
    None
}

struct Walk<'a> {
    line: &'a LineView<'a>,
    /// Parts and places from where the rest of the template is known not to follow.
    dead: Vec<bool>,
    /// What was recognised last, by slot and place.
    known: [Option<(Slot, usize, Lengths)>; KNOWN],
    slots: Slots,
}

impl Walk<'_> {
    /// Whether the parts from `part` on follow from byte `at` to the end of the line. Fills `slots`.
    fn follow(&mut self, parts: &[Part], part: usize, at: usize) -> bool {
        let folded = self.line.folded;
        let Some(next) = parts.get(part) else { return at == folded.len() };
        let place = part * (folded.len() + 1) + at;
        if self.dead.get(place).is_some_and(|dead| *dead) {
            return false;
        }
        let follows = match next {
            Part::Literal(literal) => {
                folded[at..].starts_with(literal.as_str()) && self.follow(parts, part + 1, at + literal.len())
            }
            Part::Slot(slot) => match open_length(*slot) {
                Some(longest) => self.follow_open(parts, part, at, *slot, longest),
                None => {
                    let lengths = self.lengths(*slot, at);
                    each(lengths).any(|length| self.take(parts, part, at, *slot, length))
                }
            },
        };
        if !follows && let Some(dead) = self.dead.get_mut(place) {
            *dead = true;
        }
        follows
    }

    fn take(&mut self, parts: &[Part], part: usize, at: usize, slot: Slot, length: usize) -> bool {
        let depth = self.slots.len();
        self.slots.push((slot, at..at + length));
        let follows = self.follow(parts, part + 1, at + length);
        if !follows {
            self.slots.truncate(depth);
        }
        follows
    }

    fn follow_open(&mut self, parts: &[Part], part: usize, at: usize, slot: Slot, longest: usize) -> bool {
        let rest = &self.line.folded[at..];
        // Where the longest value would end.
        let most = rest.char_indices().nth(longest).map_or(rest.len(), |(end, _)| end);
        let fits = |value: &str| {
            !value.is_empty()
                && value.len() <= most
                && value.trim() == value
                && (slot != Slot::Site || value.split(' ').count() <= 5)
        };
        match parts.get(part + 1) {
            None => fits(rest) && self.take(parts, part, at, slot, rest.len()),
            Some(Part::Literal(literal)) => memmem::find_iter(rest.as_bytes(), literal.as_bytes())
                .take_while(|&end| end <= most)
                .any(|end| fits(&rest[..end]) && self.take(parts, part, at, slot, end)),
            // Two slots side by side are refused when rules are loaded.
            Some(Part::Slot(_)) => false,
        }
    }

    /// Whether a value of the slot that `template` begins with stands at the line's front, and what comes next behind it.
    fn may_go_on(&mut self, template: &Compiled) -> bool {
        let Some(slot) = template.lead else { return true };
        let folded = self.line.folded;
        each(self.lengths(slot, 0)).any(|length| match template.parts.get(1) {
            Some(Part::Literal(literal)) => begins(folded, length, literal),
            Some(Part::Slot(_)) => true,
            None => length == folded.len(),
        })
    }

    fn known(&self, slot: Slot, at: usize) -> Option<Lengths> {
        let known = self.known.iter().flatten().find(|(known, place, _)| (*known, *place) == (slot, at));
        known.map(|(_, _, lengths)| *lengths)
    }

    #[inline]
    fn lengths(&mut self, slot: Slot, at: usize) -> Lengths {
        if at == 0 {
            return self.line.asked.front(self.line.index, slot, || self.recognise(slot, 0));
        }
        if let Some(lengths) = self.known(slot, at) {
            return lengths;
        }
        let lengths = self.recognise(slot, at);
        self.known.rotate_right(1);
        self.known[0] = Some((slot, at, lengths));
        lengths
    }

    fn recognise(&self, slot: Slot, at: usize) -> Lengths {
        if slot == Slot::Name { [short(self.name(at)), 0] } else { recognise(slot, &self.line.folded[at..]) }
    }

    /// Folded length of the names at `at`: names are told by their capitals, which only the raw line has.
    fn name(&self, at: usize) -> Option<usize> {
        let rest = &self.line.folded[at..];
        // A weekday is capitalised as a name is.
        if dates::date_at(rest).is_some() {
            return None;
        }
        let first = rest.chars().next()?;
        let raw_at = self.line.raw_range(at..at + first.len_utf8()).start;
        let raw = &self.line.raw[raw_at..];
        let names = fold(&raw[..names::names_at(raw)?]);
        rest.starts_with(&names).then_some(names.len()).filter(|&length| length > 0)
    }
}

/// The lengths that a slot may have at the front of a folded text; what tells names is not in it.
pub(super) fn recognise(slot: Slot, text: &str) -> Lengths {
    let only = |length| [short(length), 0];
    match slot {
        Slot::Number => only(dates::number_at(text)),
        Slot::Date => {
            // The recogniser takes a time along; a template may want it in a slot of its own.
            let [whole, bare] = dates::dates_at(text);
            let longest = whole.or_else(|| dates::day_at(text));
            [short(longest), short(bare.filter(|&length| Some(length) != longest))]
        }
        Slot::Time => only(dates::time_at(text)),
        Slot::Zone => only(dates::zone_at(text)),
        Slot::Ago => only(dates::ago_at(text)),
        Slot::Clock => only(dates::clock_at(text)),
        Slot::Url => only(Some(text.find(' ').unwrap_or(text.len())).filter(|&end| is_url(&text[..end]))),
        Slot::Name | Slot::Title | Slot::Site | Slot::Any => only(None),
    }
}

/// A length as lines that follow templates have it: they are short.
fn short(length: Option<usize>) -> u16 {
    length.map_or(0, |length| u16::try_from(length).unwrap_or(u16::MAX))
}

/// The lengths that there are.
pub(super) fn each(lengths: Lengths) -> impl Iterator<Item = usize> {
    lengths.into_iter().filter(|&length| length > 0).map(usize::from)
}

/// The most characters of a slot that takes anything; `None` for slots with a recogniser.
fn open_length(slot: Slot) -> Option<usize> {
    match slot {
        Slot::Any | Slot::Site => Some(80),
        Slot::Title => Some(200),
        _ => None,
    }
}
