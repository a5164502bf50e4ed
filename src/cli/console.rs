//! Where words and data go. Data is written to stdout in one piece of buffering, styled text always; the stream takes
//! the styles off when they are not wanted. A reader that closes the pipe ends the output, not the program.

use super::Failure;
use super::args::Global;
use anstream::{AutoStream, ColorChoice};
use dehusk::report;
use dehusk::rules::Diagnostics;
use std::fmt::Display;
use std::io::{self, BufWriter, Write};
use terminal_size::{Height, Width};

/// Columns to fill where there is no terminal to ask.
pub(super) const DEFAULT_WIDTH: usize = 100;
/// Columns that are used at most and at least, whatever the terminal says.
const WIDTHS: std::ops::RangeInclusive<usize> = 40..=160;

/// The two streams, and how much is to be said on them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Console {
    quiet: bool,
    verbose: bool,
}

impl Console {
    /// A console as the global options ask for it. Sets the colour of both streams.
    pub(crate) fn new(global: &Global) -> Self {
        ColorChoice::from(global.color).write_global();
        Self { quiet: global.quiet, verbose: global.verbose }
    }

    /// Writes data to stdout. A closed pipe is no fault: its reader had enough.
    pub(crate) fn data(self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> anyhow::Result<()> {
        let mut out = BufWriter::new(AutoStream::auto(io::stdout().lock()));
        match write(&mut out).and_then(|()| out.flush()) {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                // What is still buffered must not be tried again when the writer is dropped.
                drop(out.into_parts());
                Err(anyhow::Error::new(error).context("cannot write to stdout"))
            }
            Ok(()) => Ok(()),
            Err(_) => {
                drop(out.into_parts());
                Ok(())
            }
        }
    }

    /// Writes JSON to stdout: what pages and files say stands in it, and a terminal would obey what stands raw.
    pub(crate) fn json(self, json: impl Display) -> anyhow::Result<()> {
        self.data(|out| writeln!(out, "{}", report::escape_json(&json.to_string())))
    }

    /// Writes a report to stdout, or says it on stderr where stdout `is_taken` by something else: two outputs in one stream
    /// are none. `text` gets the columns of the terminal, if it is one.
    pub(crate) fn report(
        self,
        is_taken: bool,
        text: impl FnOnce(Option<usize>) -> String,
    ) -> anyhow::Result<()> {
        if is_taken {
            self.say(&text(Self::error_width()));
            return Ok(());
        }
        self.data(|out| out.write_all(text(self.terminal_width()).as_bytes()))
    }

    /// Says something on stderr, unless `-q`.
    pub(crate) fn say(self, text: &str) {
        if !self.quiet {
            write_stderr(text);
        }
    }

    /// Says on stderr what stands behind an exit code that is no fault of the program; `-q` does not hush it.
    pub(crate) fn fail(self, what: &str) {
        write_stderr(&format!("{} {what}", report::failed_head()));
    }

    /// Says something on stderr that only `-v` wants to know.
    pub(crate) fn detail(self, text: &str) {
        if self.verbose {
            write_stderr(text);
        }
    }

    /// Shows faults of rule files that do not stop the run, unless `-q`.
    pub(crate) fn warnings(self, faults: &Diagnostics) {
        if !self.quiet && !faults.is_empty() {
            write_stderr(&faults.render(true, Self::error_width().unwrap_or(DEFAULT_WIDTH)));
        }
    }

    /// Says why the program stops.
    pub(crate) fn fault(self, failure: &Failure) {
        let head = report::error_head();
        match failure {
            Failure::Usage(error) | Failure::Run(error) => {
                // Names of files stand in errors, and whoever names a file may mean harm. Many faults are many lines.
                let told: Vec<String> = chain(error).lines().map(report::escape).collect();
                write_stderr(&format!("{head} {}", told.join("\n")));
            }
            Failure::Rules(faults) => {
                write_stderr(&faults.render(true, Self::error_width().unwrap_or(DEFAULT_WIDTH)));
                let count = report::counted(faults.errors() as u64, "fault");
                write_stderr(&format!("{head} the rule files have {count}; nothing was read"));
            }
        }
    }

    /// The columns of the terminal that stdout is, or as many as text is wrapped at without one.
    pub(crate) fn width(self) -> usize {
        self.terminal_width().unwrap_or(DEFAULT_WIDTH)
    }

    /// The columns of the terminal that stdout is, if it is one.
    pub(crate) fn terminal_width(self) -> Option<usize> {
        columns(terminal_size::terminal_size_of(io::stdout()))
    }

    /// The columns of the terminal that stderr is, if it is one: what is said there often stands beside a file or a pipe.
    pub(crate) fn error_width() -> Option<usize> {
        columns(terminal_size::terminal_size_of(io::stderr()))
    }
}

fn columns(size: Option<(Width, Height)>) -> Option<usize> {
    let (width, _) = size?;
    Some(usize::from(width.0).clamp(*WIDTHS.start(), *WIDTHS.end()))
}

/// An error and its causes, but for causes that the error has told itself.
fn chain(error: &anyhow::Error) -> String {
    let mut told = String::new();
    for cause in error.chain().map(ToString::to_string) {
        if !told.contains(&cause) {
            told.push_str(if told.is_empty() { "" } else { ": " });
            told.push_str(&cause);
        }
    }
    told
}

/// Whoever closed stderr does not want to know.
fn write_stderr(text: &str) {
    let mut err = AutoStream::auto(io::stderr().lock());
    let end = if text.ends_with('\n') { "" } else { "\n" };
    write!(err, "{text}{end}").unwrap_or_default();
}
