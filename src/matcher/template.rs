//! Templates on folded lines: literals compared, slots recognised, with as much backtracking as open slots need.

use super::view::LineView;
use crate::dates;
use crate::fold::{fold, raw_span};
use crate::names;
use crate::rules::{Part, Slot, Template};
use crate::segment::is_url;
use std::ops::Range;

/// A line longer than this (in folded bytes) follows no template: templates are for labels.
const MAX_LINE: usize = 512;
/// A template of more parts never matches; loading refuses it before.
const MAX_PARTS: usize = 24;

/// Where each slot stands in the folded line, if `line` as a whole follows `template`.
pub(super) fn find(template: &Template, line: &LineView<'_>) -> Option<Vec<(Slot, Range<usize>)>> {
    if line.folded.len() > MAX_LINE || template.parts.len() > MAX_PARTS {
        return None;
    }
    let mut walk = Walk { line, failed: [[0; MAX_LINE / 64 + 1]; MAX_PARTS], slots: Vec::new() };
    walk.follow(&template.parts, 0, 0).then_some(walk.slots)
}

struct Walk<'a> {
    line: &'a LineView<'a>,
    /// Places where the rest of the template is known not to follow, a row for each part: without it, several open
    /// slots in a row would try every combination.
    failed: [[u64; MAX_LINE / 64 + 1]; MAX_PARTS],
    slots: Vec<(Slot, Range<usize>)>,
}

impl Walk<'_> {
    /// Whether the parts from `part` on follow from byte `at` to the end of the line. Fills `slots`.
    fn follow(&mut self, parts: &[Part], part: usize, at: usize) -> bool {
        let folded = self.line.folded;
        let Some(next) = parts.get(part) else { return at == folded.len() };
        if self.failed[part][at / 64] & (1 << (at % 64)) != 0 {
            return false;
        }
        let follows = match next {
            Part::Literal(literal) => {
                folded[at..].starts_with(literal.as_str()) && self.follow(parts, part + 1, at + literal.len())
            }
            Part::Slot(slot) => match open_length(*slot) {
                Some(longest) => self.follow_open(parts, part, at, *slot, longest),
                None => self
                    .lengths(*slot, at)
                    .into_iter()
                    .flatten()
                    .any(|length| self.take(parts, part, at, *slot, length)),
            },
        };
        if !follows {
            self.failed[part][at / 64] |= 1 << (at % 64);
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
        let fits = |value: &str| {
            !value.is_empty()
                && value.trim() == value
                && value.chars().count() <= longest
                && (slot != Slot::Site || value.split(' ').count() <= 5)
        };
        match parts.get(part + 1) {
            None => fits(rest) && self.take(parts, part, at, slot, rest.len()),
            Some(Part::Literal(literal)) => memchr::memmem::find_iter(rest.as_bytes(), literal.as_bytes())
                .take_while(|&end| end <= longest * 4)
                .any(|end| fits(&rest[..end]) && self.take(parts, part, at, slot, end)),
            // Two slots side by side are refused when rules are loaded.
            Some(Part::Slot(_)) => false,
        }
    }

    /// The lengths that a closed slot may have at `at`, the likeliest first.
    fn lengths(&self, slot: Slot, at: usize) -> [Option<usize>; 2] {
        let rest = &self.line.folded[at..];
        match slot {
            Slot::Number => [dates::number_at(rest), None],
            Slot::Date => {
                let longest = dates::date_at(rest).map(|(_, length)| length).or_else(|| dates::day_at(rest));
                // The recogniser takes a time along; a template may want it in a slot of its own.
                let bare = dates::bare_date_at(rest).map(|(_, length)| length);
                [longest, bare.filter(|&length| Some(length) != longest)]
            }
            Slot::Time => [dates::time_at(rest), None],
            Slot::Zone => [dates::zone_at(rest), None],
            Slot::Ago => [dates::ago_at(rest), None],
            Slot::Clock => [dates::clock_at(rest), None],
            Slot::Name => [self.name(at), None],
            Slot::Url => {
                [Some(rest.find(' ').unwrap_or(rest.len())).filter(|&end| is_url(&rest[..end])), None]
            }
            Slot::Title | Slot::Site | Slot::Any => [None, None],
        }
    }

    /// Folded length of the names at `at`: names are told by their capitals, which only the raw line has.
    fn name(&self, at: usize) -> Option<usize> {
        let rest = &self.line.folded[at..];
        let first = rest.chars().next()?;
        let raw_at = raw_span(self.line.raw, at..at + first.len_utf8()).start;
        let raw = &self.line.raw[raw_at..];
        let names = fold(&raw[..names::names_at(raw)?]);
        rest.starts_with(&names).then_some(names.len()).filter(|&length| length > 0)
    }
}

/// The most characters of a slot that takes anything; `None` for slots with a recogniser.
fn open_length(slot: Slot) -> Option<usize> {
    match slot {
        Slot::Any | Slot::Site => Some(80),
        Slot::Title => Some(200),
        _ => None,
    }
}
