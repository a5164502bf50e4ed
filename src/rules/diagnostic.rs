//! Faults of rule files: what is wrong, where, and the way out.
//!
//! One [`Diagnostics`] holds every fault of every file of a load, since an author who fixes ten things wants to see
//! ten, not one and then nine. Texts are wrapped here and not by the printer, which parts words at hyphens: names
//! between backticks are there to be copied.

use super::excerpt::{Source, shown};
use super::rule::Origin;
use memchr::memmem;
use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, SourceCode};
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

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
            .with_wrap_lines(false)
            .without_syntax_highlighting();
        let mut text = String::new();
        for fault in &self.list {
            if !text.is_empty() {
                text.push('\n');
            }
            // Excerpts never fail to be read, and a String never fails to be written to; if either did, the bare
            // message would still be there.
            if printer.render_report(&mut text, &Printed::new(fault, width)).is_err() {
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

    /// The same fault at `part` of a valid rule's own text: a key, a value, or a folded phrase of it; at the rule's
    /// head when it is not there.
    #[must_use]
    pub fn at_rule(mut self, origin: &Origin, part: &str, label: impl Into<String>) -> Self {
        let source = || Source::new(&origin.file, &origin.toml, origin.line.saturating_sub(1));
        let (source, span) = (origin.shown.source(source), find_part(&origin.toml, part));
        self.snippet = Some(Snippet { source, span, label: label.into() });
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
        Some(snippet.source.place(snippet.span.start))
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

/// Where `part` stands in a rule's text: as a key before anything else, since `match` and `drop` are words too; then
/// as written, with the escapes of a TOML string, and in any case.
fn find_part(toml: &str, part: &str) -> Range<usize> {
    let head = 0..toml.find('\n').unwrap_or(toml.len());
    if part.is_empty() {
        return head;
    }
    let is_key = |&at: &usize| {
        let line_start = toml[..at].rfind('\n').map_or(0, |end| end + 1);
        toml[line_start..at].trim().is_empty() && toml[at + part.len()..].trim_start().starts_with('=')
    };
    let escaped = part.replace('\\', "\\\\").replace('"', "\\\"");
    let lower = || toml.to_ascii_lowercase().find(&part.to_ascii_lowercase()).map(|at| at..at + part.len());
    // A rule may be long, and faulty in many places.
    let find = |text: &str| memmem::find(toml.as_bytes(), text.as_bytes()).map(|at| at..at + text.len());
    let key = memmem::find_iter(toml.as_bytes(), part).find(is_key).map(|at| at..at + part.len());
    let written = || find(part).or_else(|| find(&escaped));
    key.or_else(written).or_else(lower).unwrap_or(head)
}

/// A fault with its texts wrapped for the printer.
#[derive(Debug)]
struct Printed<'a> {
    fault: &'a Diagnostic,
    message: String,
    help: Option<String>,
}

impl<'a> Printed<'a> {
    fn new(fault: &'a Diagnostic, width: usize) -> Self {
        // The printer indents messages by 4 columns and helps by 8.
        let help = fault.help.as_ref().map(|help| wrap(&shown(help), width.saturating_sub(8)));
        Self { fault, message: wrap(&shown(&fault.message), width.saturating_sub(4)), help }
    }
}

impl fmt::Display for Printed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Printed<'_> {}

impl miette::Diagnostic for Printed<'_> {
    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.fault.severity {
            Severity::Warning => miette::Severity::Warning,
            Severity::Error => miette::Severity::Error,
        })
    }

    fn help<'b>(&'b self) -> Option<Box<dyn fmt::Display + 'b>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.fault.snippet.as_ref().map(|snippet| &*snippet.source as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let snippet = self.fault.snippet.as_ref()?;
        let span = snippet.source.clip(snippet.span.clone());
        let label = LabeledSpan::new(Some(shown(&snippet.label)), span.start, span.len());
        Some(Box::new(std::iter::once(label)))
    }
}

/// Breaks `text` at spaces into lines of `width` characters; what stands between backticks stays whole.
fn wrap(text: &str, width: usize) -> String {
    let mut wrapped = String::with_capacity(text.len() + 8);
    let mut column = 0;
    let mut in_ticks = false;
    let words = text.split(|c: char| {
        in_ticks ^= c == '`';
        c == ' ' && !in_ticks
    });
    for word in words {
        let long = word.chars().count();
        if column > 0 {
            let breaks = column + 1 + long > width;
            wrapped.push(if breaks { '\n' } else { ' ' });
            column = if breaks { 0 } else { column + 1 };
        }
        wrapped.push_str(word);
        column += long;
    }
    wrapped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wraps_at_spaces_but_not_inside_backticks() {
        assert_eq!(wrap("write `a = { b }` or comment-form", 12), "write\n`a = { b }`\nor\ncomment-form");
        assert_eq!(wrap("", 12), "");
    }

    #[test]
    fn points_into_the_own_text_of_a_valid_rule() {
        let toml =
            "[[rule]]\nabout = \"no keep\"\nkeep = [\"say \\\"x\\\"\"]\nmatch = { line = \"Share This\" }";
        let origin =
            Origin { file: "my.toml".to_owned(), line: 40, toml: toml.to_owned(), ..Origin::default() };
        let part = |part| &toml[find_part(toml, part)];
        assert_eq!(part("say \"x\""), "say \\\"x\\\"");
        assert_eq!(part("share this"), "Share This");
        assert_eq!((part("not there"), part("")), ("[[rule]]", "[[rule]]"));
        let fault = Diagnostic::new(Severity::Warning, "odd").at_rule(&origin, "keep", "this");
        assert_eq!(fault.place(), Some(("my.toml", 42)), "the key, not the word above it");
        let source = |fault: &Diagnostic| fault.snippet.as_ref().map(|snippet| Arc::as_ptr(&snippet.source));
        let other = Diagnostic::new(Severity::Warning, "odd too").at_rule(&origin, "about", "this");
        assert_eq!(source(&fault), source(&other), "all faults of a rule share its text");
        let mut faults = Diagnostics::new();
        faults.push(fault);
        assert!(faults.render(false, 80).contains("my.toml:42:1"), "{}", faults.render(false, 80));
        assert_eq!((faults.errors(), faults.warnings()), (0, 1));
    }
}
