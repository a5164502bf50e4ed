//! What became of a line of an explained page: its mark, and the parts that were cut out of it.

use super::explanation::LineReport;
use super::reason::speaks;
use super::style::{CAPTURED, DOUBTED, GONE, PLAIN, PROTECTED};
use anstyle::Style;

/// What became of a line, as its mark says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    Kept,
    Gone,
    Cut,
    Captured,
    Doubted,
    Protected,
}

impl Mark {
    pub(super) const ALL: [Self; 6] =
        [Self::Kept, Self::Gone, Self::Cut, Self::Captured, Self::Doubted, Self::Protected];

    pub(super) fn of(line: &LineReport) -> Self {
        let has = |action: &str| line.evidence.iter().any(|piece| piece.action == action);
        match line.verdict {
            "drop" if !has("capture") => Self::Gone,
            "drop" | "capture" => Self::Captured,
            "cut" => Self::Cut,
            _ if has("protect") => Self::Protected,
            _ if line.evidence.iter().any(speaks) => Self::Doubted,
            _ => Self::Kept,
        }
    }

    /// One word for it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Kept => "kept",
            Self::Gone => "gone",
            Self::Cut => "cut",
            Self::Captured => "captured",
            Self::Doubted => "doubted",
            Self::Protected => "protected",
        }
    }

    pub(super) fn sign(self) -> &'static str {
        match self {
            Self::Kept => " ",
            Self::Gone => "-",
            Self::Cut => "~",
            Self::Captured => ">",
            Self::Doubted => "?",
            Self::Protected => "=",
        }
    }

    pub(super) fn style(self) -> Style {
        match self {
            Self::Kept | Self::Cut => PLAIN,
            Self::Gone => GONE,
            Self::Captured => CAPTURED,
            Self::Doubted => DOUBTED,
            Self::Protected => PROTECTED,
        }
    }

    pub(super) fn meaning(self) -> &'static str {
        match self {
            Self::Kept => "kept",
            Self::Gone => "gone",
            Self::Cut => "kept, but for what stands in [- -]",
            Self::Captured => "taken out of the text into a field",
            Self::Doubted => "kept, and a rule has something to say",
            Self::Protected => "kept because a rule protects it",
        }
    }
}

/// The line in pieces, each with whether it was cut out.
pub(super) fn pieces(line: &LineReport) -> Vec<(bool, &str)> {
    let mut cuts: Vec<_> = line
        .evidence
        .iter()
        .filter(|piece| line.verdict == "cut" && piece.action == "cut-span")
        .map(|piece| (piece.start - line.start) as usize..(piece.end - line.start) as usize)
        .collect();
    cuts.sort_by_key(|cut| (cut.start, cut.end));
    let (mut pieces, mut at) = (Vec::new(), 0);
    for cut in cuts {
        // Cuts may overlap: the first takes its part, the next what is left.
        let start = cut.start.max(at);
        if start < cut.end {
            pieces.push((false, &line.text[at..start]));
            pieces.push((true, &line.text[start..cut.end]));
            at = cut.end;
        }
    }
    pieces.push((false, &line.text[at..]));
    pieces.retain(|(_, text)| !text.is_empty());
    pieces
}
