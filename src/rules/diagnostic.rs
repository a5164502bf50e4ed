//! Faults of rule files: what is wrong, where, and the way out.
//!
//! One [`Diagnostics`] holds every fault of every file of a load, since an author who fixes ten things wants to see
//! ten, not one and then nine. Excerpts are cut out of the source here, by a table of line starts and at a bounded
//! width: a rule file may have fifty thousand faults, or one line of a megabyte.

use super::rule::Origin;
use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents, SourceCode,
    SourceSpan, SpanContents,
};
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// The bytes of a line that an excerpt shows at most, and as many before the fault when the line is longer.
const EXCERPT: usize = 200;
const LEAD: usize = 60;

/// How bad a fault is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The rules work, but not as their author may think.
    Warning,
    /// The rules cannot be used.
    Error,
}

/// Every fault that was found, in the order of the files and of the places in them.
#[derive(Clone, Debug, Default)]
pub struct Diagnostics {
    list: Vec<Diagnostic>,
}

/// One fault.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    pub(super) severity: Severity,
    pub(super) message: String,
    pub(super) help: Option<String>,
    pub(super) snippet: Option<Snippet>,
}

/// The place of a fault in a source.
#[derive(Clone, Debug)]
pub(super) struct Snippet {
    pub(super) source: Arc<Source>,
    pub(super) span: Range<usize>,
    pub(super) label: String,
}

/// A text that faults point into.
#[derive(Debug)]
pub(super) struct Source {
    name: String,
    text: String,
    lines: LineTable,
    /// The number, from 0, that the first line has in the file that the text was cut from.
    first_line: usize,
}

impl Diagnostics {
    /// No faults.
    pub fn new() -> Self {
        Self::default()
    }

    /// The faults.
    pub fn list(&self) -> &[Diagnostic] {
        &self.list
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// How many faults are errors.
    pub fn errors(&self) -> usize {
        self.list.iter().filter(|fault| fault.severity == Severity::Error).count()
    }

    /// How many faults are warnings.
    pub fn warnings(&self) -> usize {
        self.list.len() - self.errors()
    }

    /// Adds a fault.
    pub fn push(&mut self, fault: Diagnostic) {
        self.list.push(fault);
    }

    /// Adds another's faults behind these.
    pub fn append(&mut self, mut others: Self) {
        self.list.append(&mut others.list);
    }

    /// All faults as text for people, wrapped at `width` columns, each with an excerpt of its source.
    pub fn render(&self, color: bool, width: usize) -> String {
        let theme = if color { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
        let printer = GraphicalReportHandler::new_themed(theme)
            .with_width(width)
            .with_urls(false)
            .with_context_lines(1)
            .without_syntax_highlighting();
        let mut text = String::new();
        for fault in &self.list {
            if !text.is_empty() {
                text.push('\n');
            }
            // Excerpts never fail to be read, and a String never fails to be written to; if either did, the bare
            // message would still be there.
            if printer.render_report(&mut text, fault).is_err() {
                text.push_str(&fault.message);
            }
        }
        text
    }
}

impl Diagnostic {
    /// A fault with no place yet.
    pub fn new(severity: Severity, message: impl Into<String>) -> Self {
        Self { severity, message: message.into(), help: None, snippet: None }
    }

    /// The same fault with a way out.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The same fault at the first place of `part` in a valid rule's own text, or at its head when it is not there.
    #[must_use]
    pub fn at_rule(mut self, origin: &Origin, part: &str, label: impl Into<String>) -> Self {
        let head = origin.toml.find('\n').unwrap_or(origin.toml.len());
        let start = origin.toml.find(part).unwrap_or(0);
        let span = if origin.toml[start..].starts_with(part) { start..start + part.len() } else { 0..head };
        let source = Source::new(&origin.file, &origin.toml, origin.line.saturating_sub(1));
        self.snippet = Some(Snippet { source: Arc::new(source), span, label: label.into() });
        self
    }

    /// How bad it is.
    pub fn severity(&self) -> Severity {
        self.severity
    }

    /// What is wrong.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The way out, when there is one to name.
    pub fn help(&self) -> Option<&str> {
        self.help.as_deref()
    }

    /// The file and the line, from 1, that it points to.
    pub fn place(&self) -> Option<(&str, usize)> {
        let snippet = self.snippet.as_ref()?;
        let source = &snippet.source;
        Some((&source.name, source.lines.line(snippet.span.start) + source.first_line + 1))
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.list.as_slice() {
            [] => f.write_str("no faults in the rules"),
            [only] => only.fmt(f),
            [first, rest @ ..] => write!(f, "{first} (and {} more)", rest.len()),
        }
    }
}

impl std::error::Error for Diagnostics {}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Diagnostic {}

impl miette::Diagnostic for Diagnostic {
    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.severity {
            Severity::Warning => miette::Severity::Warning,
            Severity::Error => miette::Severity::Error,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.snippet.as_ref().map(|snippet| &*snippet.source as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let snippet = self.snippet.as_ref()?;
        let span = snippet.source.clip(snippet.span.clone());
        let label = LabeledSpan::new(Some(snippet.label.clone()), span.start, span.len());
        Some(Box::new(std::iter::once(label)))
    }
}

impl Source {
    pub(super) fn new(name: &str, text: &str, first_line: usize) -> Self {
        Self { name: name.to_owned(), text: text.to_owned(), lines: LineTable::new(text), first_line }
    }

    /// The first line of `span`, and no more of it than an excerpt shows.
    fn clip(&self, span: Range<usize>) -> Range<usize> {
        let start = floor(&self.text, span.start);
        let line_end = self.lines.end(self.lines.line(start), &self.text);
        let end = span.end.min(line_end).min(start + EXCERPT - LEAD).max(start);
        start..floor(&self.text, end).max(start)
    }
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
