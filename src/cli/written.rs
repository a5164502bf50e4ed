//! Files that commands write beside what they print: a summary, a report, weights. None replaces what the command reads.

use super::Failure;
use anyhow::anyhow;
use dehusk::rules;
use dehusk::sink::{Output, OutputError, Target};
use dehusk::source::Inputs;
use std::path::{Path, PathBuf};

/// What a command reads, and so writes nothing over.
#[derive(Debug, Default)]
pub(super) struct Reads {
    files: Vec<PathBuf>,
    rules: Vec<PathBuf>,
    pages: Vec<PathBuf>,
}

impl Reads {
    /// Files by themselves.
    pub(super) fn files<'a>(mut self, paths: impl IntoIterator<Item = &'a PathBuf>) -> Self {
        self.files.extend(paths.into_iter().cloned());
        self
    }

    /// Rule files and folders of them, with the word lists that they name.
    pub(super) fn rules<P: Into<PathBuf>>(mut self, paths: impl IntoIterator<Item = P>) -> Self {
        self.rules.extend(paths.into_iter().map(Into::into));
        self
    }

    /// Pages: files, folders and globs.
    pub(super) fn pages<'a>(mut self, paths: impl IntoIterator<Item = &'a PathBuf>) -> Self {
        self.pages.extend(paths.into_iter().cloned());
        self
    }

    /// Refuses to write `output` over any of it.
    pub(super) fn spare(&self, output: &Path) -> Result<(), Failure> {
        // What is not there yet replaces nothing.
        let Ok(file) = output.canonicalize() else { return Ok(()) };
        if is_stdout(output) || !file.is_file() {
            return Ok(());
        }
        let is_file = |path: &Path| path.canonicalize().is_ok_and(|path| path == file);
        let is_rule = |path: &PathBuf| rules::would_read(path, &file);
        // Pages that are not there are told of when they are read.
        let is_page = |path| Inputs::builder([path]).build().is_ok_and(|pages| pages.would_read(&file));
        let is_read = self.files.iter().any(|path| is_file(path))
            || self.rules.iter().any(is_rule)
            || self.pages.iter().any(is_page);
        match is_read {
            true => Err(Failure::Usage(anyhow!(
                "`{}` is read by this command and would be replaced; write elsewhere",
                output.display()
            ))),
            false => Ok(()),
        }
    }
}

/// Whether a path means standard output.
pub(super) fn is_stdout(path: &Path) -> bool {
    matches!(Target::from_path(path), Target::Stdout)
}

/// Refuses a place where no file can be: what is written when the work is done is better told of before.
pub(super) fn has_place(output: &Path) -> Result<(), Failure> {
    Target::from_path(output).check().map_err(failure)
}

/// An output that nobody could write is wrong usage; the rest hangs on the machine.
pub(super) fn failure(error: OutputError) -> Failure {
    if error.is_wrong_usage() { Failure::Usage(error.into()) } else { Failure::Run(error.into()) }
}

/// Writes a file whole, and gives it its name in the end. A closed pipe is no fault: its reader had enough.
pub(super) fn write(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    match write_whole(path, bytes) {
        Err(error) if error.is_closed_pipe() => Ok(()),
        written => Ok(written?),
    }
}

fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), OutputError> {
    let mut output = Output::open(Target::from_path(path))?;
    output.write(bytes)?;
    output.finish()
}
