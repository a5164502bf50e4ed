//! What a check found on a line: the part that it covers, and the value that a capture would take.

use super::template;
use super::view::LineView;
use crate::model::CaptureField;
use crate::rules::Slot;
use std::ops::Range;

/// What a match covers: a range of the folded or of the raw line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Whole,
    Folded(Range<usize>),
    Raw(Range<usize>),
}

impl Part {
    /// The part as a range of the trimmed raw line.
    pub(super) fn raw(&self, line: &LineView<'_>) -> Range<usize> {
        match self {
            Self::Whole => 0..line.raw.len(),
            Self::Folded(range) if range.is_empty() => {
                let at = line.raw_range(0..range.start).end;
                at..at
            }
            Self::Folded(range) => line.raw_range(range.clone()),
            Self::Raw(range) => range.clone(),
        }
    }
}

/// What was matched, and what a capture would take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) span: Part,
    pub(super) value: Part,
}

impl Found {
    pub(super) const WHOLE: Self = Self { span: Part::Whole, value: Part::Whole };
}

/// What a line shows that follows one of `templates`, with the value that belongs to `field`.
pub(super) fn find_template(
    templates: &[template::Compiled],
    line: &LineView<'_>,
    field: Option<CaptureField>,
) -> Option<Found> {
    let slots = template::find(templates, line)?;
    let wanted: &[Slot] = match field {
        Some(CaptureField::Authors) => &[Slot::Name],
        Some(CaptureField::Published | CaptureField::Updated) => &[Slot::Date, Slot::Time, Slot::Zone],
        Some(CaptureField::Title | CaptureField::Related | CaptureField::Standfirst) => &[Slot::Title],
        Some(CaptureField::Site) => &[Slot::Site],
        _ => &[],
    };
    // A date, its time and its zone are one value, whichever comes first; for other fields the first slot of the kind is.
    let mut range: Option<Range<usize>> = None;
    let mut dated = false;
    for (slot, part) in slots.iter().filter(|(slot, _)| wanted.contains(slot)) {
        let is_date = *slot == Slot::Date;
        match &mut range {
            None => range = Some(part.clone()),
            Some(range) if wanted.len() > 1 && !(is_date && dated) => range.end = part.end,
            Some(_) => break,
        }
        dated |= is_date;
    }
    let range =
        range.or_else(|| slots.iter().find(|(slot, _)| *slot == Slot::Any).map(|(_, part)| part.clone()));
    let value = range.map_or(Part::Whole, Part::Folded);
    Some(Found { span: Part::Whole, value })
}
