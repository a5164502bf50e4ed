//! What tests look at: one line with its folded form, and the context that only later stages know.

use super::asked::Asked;
use super::context::SightId;
use super::markup::Classes;
use super::words::Vocabulary;
use crate::bits;
use crate::fold::raw_span;
use crate::model::{Block, CaptureField, Line, Lines, Markup, RuleId, Span};
use crate::rules::Position;
use std::ops::Range;

/// A page with its lines, and the folded form of each.
#[derive(Clone, Copy, Debug)]
pub struct PageView<'a> {
    /// The page's text.
    pub text: &'a str,
    /// Its lines.
    pub lines: &'a Lines,
    /// What its markup says of each line, when it was HTML.
    pub markup: Option<&'a Markup>,
    /// The folded lines, and where each of them stands.
    pub(super) folded: &'a str,
    pub(super) forms: &'a [Form],
    /// What was asked last.
    pub(super) asked: &'a Asked,
    pub(super) classes: &'a Classes,
}

impl<'a> PageView<'a> {
    /// The line at `index`, ready to be tested.
    pub(crate) fn line(&self, index: usize) -> LineView<'a> {
        let facts = &self.lines.lines[index];
        LineView {
            index,
            facts,
            raw: &self.text[facts.span.range()],
            folded: self.folded(index),
            markup: self.markup,
            asked: self.asked,
            classes: self.classes,
        }
    }

    /// Notes that a rule was tried on a line, where that is counted.
    #[inline]
    pub(crate) fn tried(&self, rule: RuleId, hit: bool) {
        self.asked.tries.count(rule, hit);
    }

    /// The folded form of the line at `index`.
    pub(crate) fn folded(&self, index: usize) -> &'a str {
        &self.folded[self.forms[index].range()]
    }

    /// Bytes of the folded form of the line at `index`.
    #[inline]
    pub(super) fn folded_length(&self, index: usize) -> usize {
        self.forms[index].range().len()
    }

    /// Whether the folded form of the line at `index` is `text`, which most are not by their lengths.
    pub(crate) fn folds_to(&self, index: usize, text: &str) -> bool {
        self.folded_length(index) == text.len() && self.folded(index) == text
    }
}

/// Where the folded form of a line stands.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Form {
    pub(super) start: u32,
    pub(super) end: u32,
}

impl Form {
    pub(super) fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// One line under test.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LineView<'a> {
    pub(crate) index: usize,
    pub(crate) facts: &'a Line,
    pub(crate) raw: &'a str,
    pub(crate) folded: &'a str,
    pub(super) markup: Option<&'a Markup>,
    pub(super) asked: &'a Asked,
    classes: &'a Classes,
}

impl LineView<'_> {
    /// What the line's markup says.
    pub(super) fn block(&self) -> Option<&Block> {
        self.markup?.blocks.get(self.index)
    }

    /// Whether an element around the line has one of the class or id `words`.
    pub(super) fn has_class(&self, words: &[usize]) -> bool {
        let around = self.classes.around(self.index);
        !around.is_empty() && words.iter().any(|&word| bits::contains(around, word))
    }

    /// Whether enough of the line's letters are words of `list`.
    pub(super) fn covered_by(&self, list: &Vocabulary, cover: u32, min: u32) -> bool {
        self.asked.covered(self.index, self.folded, list, cover).is_some_and(|found| found >= min)
    }

    /// What a range of the folded line is in the trimmed raw one.
    pub(super) fn raw_range(&self, folded: Range<usize>) -> Range<usize> {
        // What begins and ends with a plain sign that no label trails is all of it.
        let is_plain =
            |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_graphic() && !b":.".contains(byte));
        let is_whole = || {
            folded == (0..self.folded.len())
                && is_plain(self.raw.as_bytes().first())
                && is_plain(self.raw.as_bytes().last())
        };
        if self.facts.keeps_places() {
            folded
        } else if is_whole() {
            0..self.raw.len()
        } else {
            raw_span(self.raw, folded)
        }
    }

    /// A range of the trimmed raw line as a span of the page.
    pub(super) fn span(&self, raw: Range<usize>) -> Span {
        let start = self.facts.span.start as usize;
        Span::new(start + raw.start, start + raw.end)
    }
}

/// What a test may ask beyond its line. The matcher itself only assumes; deciding knows.
pub(crate) trait Context {
    /// Whether the line sees a hit in that way.
    fn sees(&self, line: usize, sight: SightId) -> bool;
    /// Whether the line holds that place among the kept lines.
    fn position(&self, line: usize, position: Position) -> bool;
    /// Whether a folded line of so many bytes may repeat the captured field; a no is certain.
    fn may_be_same(&self, bytes: usize, field: CaptureField, likeness: u32) -> bool;
    /// Whether the line repeats it.
    fn same_as(&self, line: &LineView<'_>, field: CaptureField, likeness: u32) -> bool;
}

/// Answers every context test alike, where the context is not known yet: a rule's own are taken as given, its guard's
/// are not, since what is unknown must not speak against a rule.
pub(crate) struct Assume(pub(crate) bool);

impl Context for Assume {
    fn sees(&self, _: usize, _: SightId) -> bool {
        self.0
    }

    fn position(&self, _: usize, _: Position) -> bool {
        self.0
    }

    fn may_be_same(&self, _: usize, _: CaptureField, _: u32) -> bool {
        self.0
    }

    fn same_as(&self, _: &LineView<'_>, _: CaptureField, _: u32) -> bool {
        self.0
    }
}
