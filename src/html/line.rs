//! One line as it is put together: text with its white space squeezed, cells parted by tabs, and the innermost element
//! that holds all of it.

use super::stack::Stack;
use crate::model::{Block, Form, Markup, NO_ELEMENT};
use std::iter::repeat_n;

/// Cells that a row may leave empty in a row; tables of layout leave hundreds.
const MOST_EMPTY_CELLS: usize = 16;

/// What parts a line from the one above.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Gap {
    /// A line break.
    #[default]
    Line,
    /// A blank line.
    Blank,
}

/// The line that is being put together.
#[derive(Debug, Default)]
pub(super) struct Line {
    text: String,
    /// Whether anything in it will be seen.
    is_seen: bool,
    /// Whether white space was met since the last word.
    space: bool,
    /// Cells that ended since the last word.
    cells: usize,
    is_row: bool,
    verbatim: bool,
    /// Bytes of words, and of those in links.
    words: u32,
    links: u32,
    heading: u8,
    lists: u8,
    /// The element that holds what was written, and how deep it stands.
    element: u32,
    depth: usize,
    /// The shallowest that the stack has been since.
    low: usize,
}

impl Line {
    pub(super) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Whether nothing in it will be seen.
    pub(super) fn is_blank(&self) -> bool {
        !self.is_seen
    }

    /// The stack is no deeper than `depth` now.
    #[inline]
    pub(super) fn sink(&mut self, depth: usize) {
        self.low = self.low.min(depth);
    }

    /// The element at `left_out` is no longer in the stack: what stood in it is less deep by one.
    pub(super) fn rise(&mut self, left_out: usize) {
        let has_sunk = self.low < self.depth;
        self.depth -= usize::from(self.depth > left_out);
        self.low -= usize::from(self.low > left_out);
        if has_sunk {
            self.depth = self.depth.max(self.low + 1);
        }
    }

    /// The next text stands in the next cell of the row.
    pub(super) fn next_cell(&mut self) {
        if !self.is_empty() {
            self.cells += 1;
        }
    }

    /// Appends text, every run of its white space one space.
    pub(super) fn push(&mut self, text: &str, stack: &mut Stack, markup: &mut Markup) {
        let mut rest = text;
        loop {
            let start = rest.bytes().position(|byte| !byte.is_ascii_whitespace());
            let Some(start) = start else {
                self.space |= !rest.is_empty();
                return;
            };
            self.space |= start > 0;
            rest = &rest[start..];
            let len = run_of_words(rest.as_bytes());
            let (run, after) = rest.split_at(len);
            self.write(run, stack, markup);
            rest = after;
        }
    }

    /// Appends text as it stands; it holds no line break.
    pub(super) fn push_verbatim(&mut self, text: &str, stack: &mut Stack, markup: &mut Markup) {
        if text.is_empty() {
            return;
        }
        // White space that the line begins with is the page's own.
        self.space = false;
        self.write(text, stack, markup);
        self.verbatim = true;
    }

    fn write(&mut self, words: &str, stack: &mut Stack, markup: &mut Markup) {
        let top = stack.top();
        if self.is_empty() {
            self.depth = stack.depth();
            self.element = stack.node(self.depth, markup);
            (self.heading, self.lists) = (top.heading, top.lists);
            self.low = self.depth;
        } else if self.low < self.depth {
            self.depth = self.low;
            self.element = stack.node(self.depth, markup);
        }
        if self.cells > 0 && !self.is_empty() {
            self.is_row = true;
            self.text.extend(repeat_n('\t', self.cells.min(MOST_EMPTY_CELLS)));
        } else if self.space && !self.is_empty() {
            self.text.push(' ');
        }
        (self.space, self.cells) = (false, 0);
        self.text.push_str(words);
        self.is_seen = self.is_seen || !words.trim_start().is_empty();
        let len = u32::try_from(words.len()).unwrap_or(u32::MAX);
        self.words = self.words.saturating_add(len);
        if top.link {
            self.links = self.links.saturating_add(len);
        }
    }

    /// Moves the line to the end of `page`; `None` when there is nothing in it. The bytes that are in no link are told.
    pub(super) fn finish(&mut self, gap: Gap, page: &mut String, markup: &mut Markup) -> Option<u32> {
        if self.is_empty() {
            self.space = false;
            self.cells = 0;
            return None;
        }
        let line = std::mem::take(self);
        let shown = line.text.trim_end();
        if line.is_seen {
            if !page.is_empty() {
                page.push_str(if gap == Gap::Blank { "\n\n" } else { "\n" });
            }
            page.push_str(if line.verbatim { shown } else { shown.trim_start() });
            let links = u64::from(line.links) * 1000 / u64::from(line.words.max(1));
            markup.blocks.push(Block {
                element: line.element,
                links: u16::try_from(links).unwrap_or(1000),
                heading: line.heading,
                lists: line.lists,
                form: match (line.verbatim, line.is_row) {
                    (true, _) => Form::Verbatim,
                    (_, true) => Form::Row,
                    _ => Form::Text,
                },
            });
            if let Some(element) = markup.elements.get_mut(line.element as usize) {
                element.bytes = element.bytes.saturating_add(u32::try_from(shown.len()).unwrap_or(u32::MAX));
            }
        }
        // The memory serves for the next line.
        let plain = line.words - line.links;
        self.text = line.text;
        self.text.clear();
        self.element = NO_ELEMENT;
        line.is_seen.then_some(plain)
    }
}

/// The bytes of `text`, which begins with a word, up to white space that is more than a single space between words.
fn run_of_words(text: &[u8]) -> usize {
    let mut at = 0;
    loop {
        let rest = &text[at..];
        let end = rest.iter().position(u8::is_ascii_whitespace).map_or(text.len(), |end| at + end);
        match text.get(end..end + 2) {
            Some([b' ', next]) if !next.is_ascii_whitespace() => at = end + 1,
            _ => return end,
        }
    }
}
