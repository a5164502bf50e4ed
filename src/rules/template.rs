//! Templates: phrases with slots, `posted on {date} by {name}`. Parsed once, matched on folded lines.
//!
//! `{{` and `}}` stand for braces of the text. Two slots in a row are refused: where one ends and the next begins
//! would be a guess.

use super::suggest::nearest;
use crate::fold::{fold, is_plain};
use std::ops::Range;

/// A template, as literals and slots in turn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    /// The text as written in the rule file.
    pub source: String,
    /// The parts, at least one; no two literals stand side by side.
    pub parts: Vec<Part>,
}

/// A part of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Folded text. Inner and outer spaces are kept, since they part it from a slot.
    Literal(String),
    /// A slot.
    Slot(Slot),
}

/// What a slot stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Slot {
    /// A number, with separators: `1,204`, `3.5`, `12k`.
    Number,
    /// A date in any of the known languages, weekday or not.
    Date,
    /// A time of day.
    Time,
    /// A time zone: `GMT`, `UTC+3`, `EST`.
    Zone,
    /// A relative time: `3 hours ago`, `yesterday`.
    Ago,
    /// A player's clock: `0:00`, `1:02:03`.
    Clock,
    /// One or several people's names.
    Name,
    /// The title of a story: 1 to 200 characters.
    Title,
    /// The name of a site: 1 to 5 words, or a host name.
    Site,
    /// A web address.
    Url,
    /// Anything of 1 to 80 characters.
    Any,
}

impl Slot {
    /// Every slot with the name that rule files use between braces.
    pub const NAMES: &[(&str, Self)] = &[
        ("n", Self::Number),
        ("date", Self::Date),
        ("time", Self::Time),
        ("tz", Self::Zone),
        ("ago", Self::Ago),
        ("clock", Self::Clock),
        ("name", Self::Name),
        ("title", Self::Title),
        ("site", Self::Site),
        ("url", Self::Url),
        ("any", Self::Any),
    ];

    /// The slot of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(known, _)| *known == name).map(|&(_, slot)| slot)
    }
}

/// What is wrong with a template as written, and where, in bytes of its text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct TemplateFault {
    pub(super) range: Range<usize>,
    pub(super) message: String,
    pub(super) help: String,
}

impl Template {
    /// Parses the text of a rule file.
    pub(super) fn parse(source: &str) -> Result<Self, TemplateFault> {
        let mut parts = Vec::new();
        let mut literal = String::new();
        let mut rest = 0;
        while let Some(found) = source[rest..].find(['{', '}']) {
            let at = rest + found;
            literal.push_str(&source[rest..at]);
            if let brace @ ("{{" | "}}") = source.get(at..at + 2).unwrap_or_default() {
                literal.push_str(&brace[..1]);
                rest = at + 2;
                continue;
            }
            let (slot, end) = slot_at(source, at)?;
            if !literal.is_empty() {
                parts.push(Part::Literal(std::mem::take(&mut literal)));
            } else if let Some(Part::Slot(_)) = parts.last() {
                return Err(TemplateFault {
                    range: at..end,
                    message: format!("`{}` follows another slot with nothing between", &source[at..end]),
                    help: "put a word, a sign or a space between the two slots, or make them one `{any}`"
                        .to_owned(),
                });
            }
            parts.push(Part::Slot(slot));
            rest = end;
        }
        literal.push_str(&source[rest..]);
        if !literal.is_empty() {
            parts.push(Part::Literal(literal));
        }
        fold_literals(&mut parts);
        if parts.is_empty() {
            return Err(TemplateFault {
                range: 0..source.len(),
                message: "the template says nothing once it is folded".to_owned(),
                help: "write words or slots, such as `posted on {date} by {name}`".to_owned(),
            });
        }
        Ok(Self { source: source.to_owned(), parts })
    }
}

/// The slot whose opening brace stands at `at`, and where it ends.
fn slot_at(source: &str, at: usize) -> Result<(Slot, usize), TemplateFault> {
    let all = || Slot::NAMES.iter().map(|(name, _)| format!("{{{name}}}")).collect::<Vec<_>>().join(" ");
    let stray = |message: &str| TemplateFault {
        range: at..at + 1,
        message: message.to_owned(),
        help: format!("a slot is one of: {}; for a brace of the text write it twice", all()),
    };
    if source[at..].starts_with('}') {
        return Err(stray("`}` closes no slot"));
    }
    let inner = &source[at + 1..];
    let end = inner.find(['{', '}']).filter(|&end| inner[end..].starts_with('}'));
    let Some(end) = end else { return Err(stray("`{` is never closed")) };
    let name = &inner[..end];
    let range = at..at + end + 2;
    Slot::from_name(name).map(|slot| (slot, range.end)).ok_or_else(|| {
        let near = nearest(name, Slot::NAMES.iter().map(|&(name, _)| name));
        let near = near.map(|near| format!("did you mean `{{{near}}}`? ")).unwrap_or_default();
        TemplateFault {
            range,
            message: format!("unknown slot `{{{name}}}`"),
            help: format!("{near}the slots are: {}", all()),
        }
    })
}

/// Folds the literals. Only the template's own ends are trimmed: inside, spaces and colons part literals from slots.
fn fold_literals(parts: &mut Vec<Part>) {
    // Guard letters keep `fold` from trimming.
    const GUARD: &str = "x";
    let last = parts.len().saturating_sub(1);
    for (at, part) in parts.iter_mut().enumerate() {
        let Part::Literal(text) = part else { continue };
        // Between others nothing but the case of plain text changes.
        if at < last && is_plain(text) {
            text.make_ascii_lowercase();
            if at == 0 {
                text.drain(..text.len() - text.trim_start().len());
            }
            continue;
        }
        let end = if at == last { "" } else { GUARD };
        let folded = fold(&[GUARD, text.as_str(), end].concat());
        let inner = folded.strip_prefix(GUARD).unwrap_or(&folded);
        let inner = inner.strip_suffix(end).unwrap_or(inner);
        *text = if at == 0 { inner.trim_start() } else { inner }.to_owned();
    }
    parts.retain(|part| *part != Part::Literal(String::new()));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn literal(text: &str) -> Part {
        Part::Literal(text.to_owned())
    }

    #[test]
    fn parts_literals_from_slots_and_trims_only_the_ends() {
        let template = Template::parse("  Posted on: {date}  by\u{a0}{name} »").unwrap();
        let expected =
            [literal("posted on: "), Part::Slot(Slot::Date), literal(" by "), Part::Slot(Slot::Name)];
        assert_eq!(template.parts, expected);
        assert_eq!(
            Template::parse("{{{n}}}").unwrap().parts,
            [literal("{"), Part::Slot(Slot::Number), literal("}")]
        );
    }

    #[test]
    fn points_at_the_slot_that_is_wrong() {
        for (source, range, word) in [
            ("on {dat}", 3..8, "unknown slot `{dat}`"),
            ("on {date", 3..4, "never closed"),
            ("on date}", 7..8, "closes no slot"),
            ("{date}{time}", 6..12, "nothing between"),
            (" : ", 0..3, "says nothing"),
            ("by {na{me}", 3..4, "never closed"),
        ] {
            let fault = Template::parse(source).unwrap_err();
            assert_eq!(fault.range, range, "{source}");
            assert!(fault.message.contains(word), "{}", fault.message);
        }
    }
}
