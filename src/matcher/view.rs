//! What tests look at: one line with its folded form, and the context that only later stages know.

use crate::model::{CaptureField, Line, Lines, Span};
use crate::rules::{Near, Position};
use std::ops::Range;

/// A page with its lines, and the folded form of each.
#[derive(Clone, Copy, Debug)]
pub struct PageView<'a> {
    /// The page's text.
    pub text: &'a str,
    /// Its lines.
    pub lines: &'a Lines,
    /// The folded lines, one after the other, each followed by a line break.
    pub(super) folded: &'a str,
    /// Where each folded line begins in `folded`, and past the last one its end.
    pub(super) starts: &'a [u32],
}

impl<'a> PageView<'a> {
    /// The line at `index`, ready to be tested.
    pub(crate) fn line(&self, index: usize) -> LineView<'a> {
        let facts = &self.lines.lines[index];
        LineView { index, facts, raw: &self.text[facts.span.range()], folded: self.folded(index) }
    }

    /// The folded form of the line at `index`.
    pub(crate) fn folded(&self, index: usize) -> &'a str {
        &self.folded[self.starts[index] as usize..self.starts[index + 1] as usize - 1]
    }
}

/// One line under test.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LineView<'a> {
    pub(crate) index: usize,
    pub(crate) facts: &'a Line,
    pub(crate) raw: &'a str,
    pub(crate) folded: &'a str,
}

impl LineView<'_> {
    /// A range of the trimmed raw line as a span of the page.
    pub(super) fn span(&self, raw: Range<usize>) -> Span {
        let start = self.facts.span.start as usize;
        Span::new(start + raw.start, start + raw.end)
    }
}

/// What a test may ask beyond its line. The matcher itself only assumes; deciding knows.
pub(crate) trait Context {
    /// Whether a hit of `near`'s target stands within reach, below the line or above it.
    fn near(&self, line: usize, near: &Near, below: bool) -> bool;
    /// Whether the line holds that place among the kept lines.
    fn position(&self, line: usize, position: Position) -> bool;
    /// Whether the line repeats the captured field.
    fn same_as(&self, line: &LineView<'_>, field: CaptureField, likeness: u32) -> bool;
}

/// Takes every context test as given: for rules whose context is not known yet, and for examples of one line.
pub(crate) struct Given;

impl Context for Given {
    fn near(&self, _: usize, _: &Near, _: bool) -> bool {
        true
    }

    fn position(&self, _: usize, _: Position) -> bool {
        true
    }

    fn same_as(&self, _: &LineView<'_>, _: CaptureField, _: u32) -> bool {
        true
    }
}

/// Takes no context test as given: for guards, while the context is not known.
pub(crate) struct Absent;

impl Context for Absent {
    fn near(&self, _: usize, _: &Near, _: bool) -> bool {
        false
    }

    fn position(&self, _: usize, _: Position) -> bool {
        false
    }

    fn same_as(&self, _: &LineView<'_>, _: CaptureField, _: u32) -> bool {
        false
    }
}
