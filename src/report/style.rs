//! The few styles that all reports share.

use anstyle::{AnsiColor, Style};

/// What goes.
pub(super) const GONE: Style = AnsiColor::Red.on_default();
/// What went into a field.
pub(super) const CAPTURED: Style = AnsiColor::Cyan.on_default();
/// What was nearly gone, and warnings.
pub(super) const DOUBTED: Style = AnsiColor::Yellow.on_default();
/// What was kept by a rule.
pub(super) const PROTECTED: Style = AnsiColor::Green.on_default();
/// What is only said by the way: numbers, reasons, rules across the page.
pub(super) const ASIDE: Style = Style::new().dimmed();
/// Headings.
pub(super) const STRONG: Style = Style::new().bold();
/// What stays as it is.
pub(super) const PLAIN: Style = Style::new();

/// `text` in a style; of a plain style or of no text nothing is left to see.
pub(super) fn paint(style: Style, text: impl AsRef<str>) -> String {
    match text.as_ref() {
        "" => String::new(),
        text => format!("{style}{text}{style:#}"),
    }
}

/// How a gate says that it failed: `failed:`.
pub fn failed_head() -> String {
    paint(GONE.bold(), "failed:")
}

/// How messages about what went wrong begin: `error:`.
pub fn error_head() -> String {
    paint(GONE.bold(), "error:")
}
