//! The lines around a fault, cut out of its source.
//!
//! Lines are found by a table of their starts, and an excerpt has a bounded width: a rule file may have fifty thousand
//! faults, or one line of a megabyte.

use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};
use std::ops::Range;
use std::sync::{Arc, OnceLock};

/// The bytes of a line that an excerpt shows at most, and how many of them stand before the fault.
const EXCERPT: usize = 200;
const LEAD: usize = 60;

/// A text that faults point into.
#[derive(Debug)]
pub(super) struct Source {
    name: String,
    text: String,
    lines: LineTable,
    /// The number, from 0, that the first line has in the file that the text was cut from.
    first_line: usize,
}

impl Source {
    pub(super) fn new(name: &str, text: &str, first_line: usize) -> Self {
        let text = shown(text);
        Self { name: shown(name), lines: LineTable::new(&text), text, first_line }
    }

    /// The name of the file, and the line, from 1, that holds the byte at `offset`.
    pub(super) fn place(&self, offset: usize) -> (&str, usize) {
        (&self.name, self.lines.line(offset) + self.first_line + 1)
    }

    /// The first line of `span`, and no more of it than an excerpt shows.
    pub(super) fn clip(&self, span: Range<usize>) -> Range<usize> {
        let start = floor(&self.text, span.start);
        let line_end = self.lines.end(self.lines.line(start), &self.text);
        let end = span.end.min(line_end).min(start + EXCERPT - LEAD).max(start);
        start..floor(&self.text, end).max(start)
    }
}

/// A source that is made when the first fault points into it, and shared by all: a rule may have as many faults as phrases.
#[derive(Clone, Debug, Default)]
pub(super) struct Shown(OnceLock<Arc<Source>>);

impl Shown {
    pub(super) fn source(&self, make: impl FnOnce() -> Source) -> Arc<Source> {
        Arc::clone(self.0.get_or_init(|| Arc::new(make())))
    }
}

/// It says nothing that the text does not.
impl PartialEq for Shown {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Shown {}

/// `text` with nothing in it that a terminal would obey: signs of as many bytes stand in place of controls and of marks that
/// turn the direction of writing, so that spans still point to what they did.
pub(super) fn shown(text: &str) -> String {
    let mut rest = text.chars().peekable();
    let mut shown = String::with_capacity(text.len());
    while let Some(c) = rest.next() {
        let obeyed = match c {
            '\n' | '\t' => false,
            '\r' => rest.peek() != Some(&'\n'),
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}' => true,
            c => c.is_control(),
        };
        match (obeyed, c.len_utf8()) {
            (false, _) => shown.push(c),
            (true, 3) => shown.push(char::REPLACEMENT_CHARACTER),
            (true, bytes) => shown.extend(std::iter::repeat_n('?', bytes)),
        }
    }
    shown
}

impl SourceCode for Source {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let at = floor(&self.text, span.offset());
        let line = self.lines.line(at);
        let (mut start, mut end) = (self.lines.start(line), self.lines.end(line, &self.text));
        let mut first = line;
        if end - start > EXCERPT {
            start = floor(&self.text, at.saturating_sub(LEAD).max(start));
            end = floor(&self.text, (start + EXCERPT).min(end));
        } else {
            for _ in 0..before.min(line) {
                let above = self.lines.start(first - 1);
                if start - above > EXCERPT {
                    break;
                }
                (start, first) = (above, first - 1);
            }
            for below in (line + 1)..=(line + after).min(self.lines.last()) {
                let below_end = self.lines.end(below, &self.text);
                if below_end - end > EXCERPT {
                    break;
                }
                end = below_end;
            }
        }
        // The line and column are those of the excerpt's start; without context, of the span's: miette heads the
        // excerpt with them.
        let column = if before == 0 { at } else { start } - self.lines.start(first);
        let (start, first) = if before == 0 { (at, line) } else { (start, first) };
        Ok(Box::new(MietteSpanContents::new_named(
            self.name.clone(),
            self.text.get(start..end).unwrap_or_default().as_bytes(),
            SourceSpan::from(start..end),
            first + self.first_line,
            column,
            self.lines.line(end) - first + 1,
        )))
    }
}

/// Where the lines of a text start: line numbers by binary search.
#[derive(Clone, Debug)]
pub(super) struct LineTable {
    starts: Vec<usize>,
}

impl LineTable {
    pub(super) fn new(text: &str) -> Self {
        let mut starts = vec![0];
        starts.extend(memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1));
        Self { starts }
    }

    /// The line, from 0, that holds the byte at `offset`.
    pub(super) fn line(&self, offset: usize) -> usize {
        self.starts.partition_point(|&start| start <= offset).saturating_sub(1)
    }

    fn last(&self) -> usize {
        self.starts.len() - 1
    }

    fn start(&self, line: usize) -> usize {
        self.starts.get(line).copied().unwrap_or(0)
    }

    /// Where the line ends, its line break left out.
    fn end(&self, line: usize, text: &str) -> usize {
        match self.starts.get(line + 1) {
            None => text.len(),
            Some(&next) => next - if text[..next].ends_with("\r\n") { 2 } else { 1 },
        }
    }
}

/// The start of the character that holds byte `at`, or the end of the text.
fn floor(text: &str, at: usize) -> usize {
    text.floor_char_boundary(at)
}
