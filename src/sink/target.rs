//! Where an output goes, what shows of that before anything is written, and why it could not be written.

use super::encoder::Form;
use super::place::{Spot, beside, descriptor, real};
use super::shards::Shards;
use super::spool::written_aside;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Where an output goes.
pub enum Target {
    /// Standard output, uncompressed.
    Stdout,
    /// A file, compressed when its name ends in `.gz` or `.zst`, a table when it ends in `.parquet`.
    File(PathBuf),
    /// A folder of files.
    Shards(Shards),
    /// Any writer, uncompressed; the name stands in errors.
    Writer {
        /// What to call it.
        name: String,
        /// The writer.
        writer: Box<dyn Write + Send>,
    },
}

impl Target {
    /// `-` is standard output, and so is a path that leads to it, as `/dev/stdout` does; anything else is a file.
    pub fn from_path(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        if path.as_os_str() == "-" || descriptor(&path) == Some(1) { Self::Stdout } else { Self::File(path) }
    }

    /// What errors call it.
    pub fn name(&self) -> String {
        match self {
            Self::Stdout => "-".to_owned(),
            Self::File(path) => path.display().to_string(),
            Self::Shards(shards) => shards.folder().display().to_string(),
            Self::Writer { name, .. } => name.clone(),
        }
    }

    /// Whether both write to the same place, as far as that can be told: to one file, to one of the other's shards, or to a
    /// file that the other works with; writers never do.
    pub fn is_same(&self, target: &Self) -> bool {
        match (self, target) {
            (Self::Stdout, Self::Stdout) => true,
            (Self::File(one), Self::File(other)) => {
                let (one, other) = (real(one), real(other));
                // A device takes what any number of outputs give it.
                one == other && (one.is_file() || !one.exists())
                    || self.works_with(&other)
                    || target.works_with(&one)
            }
            (Self::Stdout, Self::File(path)) => self.files().contains(&real(path)),
            (Self::File(path), Self::Stdout) => target.files().contains(&real(path)),
            (Self::Shards(_), Self::File(path)) => self.works_with(&real(path)),
            (Self::File(path), Self::Shards(_)) => target.works_with(&real(path)),
            _ => false,
        }
    }

    /// Whether that file, by its path without links, is one that a run writes on the way to this output.
    fn works_with(&self, file: &Path) -> bool {
        let is_shard = matches!(self, Self::Shards(shards) if shards.would_hold(file));
        is_shard || self.working_files().iter().any(|own| real(own) == file)
    }

    /// Refuses what [`Output::open`](super::Output::open) would refuse, as far as that shows before anything is written.
    pub fn check(&self) -> Result<(), OutputError> {
        lines_only(self)?;
        match self {
            Self::File(path) => Spot::of(path).and_then(|spot| spot.check()).map_err(|error| OutputError {
                doing: "create",
                name: self.name(),
                error,
            }),
            _ => Ok(()),
        }
    }

    /// The files that would be replaced, or would be if they were there; of standard output the one that it is led into.
    pub fn files(&self) -> Vec<PathBuf> {
        match self {
            Self::File(path) => vec![path.clone()],
            Self::Shards(shards) => shards.present().unwrap_or_default(),
            Self::Stdout => {
                let file = fs::canonicalize("/dev/stdout").ok().filter(|path| path.is_file());
                file.into_iter().collect()
            }
            Self::Writer { .. } => Vec::new(),
        }
    }

    /// The file that it begins with, wherever its name can be told.
    pub fn first_file(&self) -> Option<PathBuf> {
        match self {
            Self::File(path) => Some(path.clone()),
            Self::Shards(shards) => Some(shards.path(0)),
            Self::Stdout | Self::Writer { .. } => None,
        }
    }

    /// The files that a run works with while the output is not complete, wherever their names can be told.
    pub fn working_files(&self) -> Vec<PathBuf> {
        match self {
            Self::File(path) => {
                let path = real(path);
                let own = [".lock", ".journal"].map(|ending| beside(&path, ending));
                own.into_iter().chain(written_aside(&path)).collect()
            }
            Self::Shards(shards) => shards.working_files(),
            Self::Stdout | Self::Writer { .. } => Vec::new(),
        }
    }
}

/// Refuses targets that only records of articles go to.
pub fn lines_only(target: &Target) -> Result<(), OutputError> {
    let is_table = matches!(target, Target::File(path) if Form::of_path(path) == Form::Parquet);
    if is_table || matches!(target, Target::Shards(_)) {
        let words = "only articles are written as Parquet or in shards; name a file with another ending, such as `.jsonl`";
        let error = io::Error::new(io::ErrorKind::InvalidInput, words);
        return Err(OutputError { doing: "create", name: target.name(), error });
    }
    Ok(())
}

/// Why an output could not be written.
#[derive(Debug, thiserror::Error)]
#[error("cannot {doing} {}: {error}{}", self.shown(), self.aftermath())]
pub struct OutputError {
    /// What was tried: `create`, `write`, `go on with` or `complete`.
    pub(super) doing: &'static str,
    pub(super) name: String,
    #[source]
    pub(super) error: io::Error,
}

impl OutputError {
    fn shown(&self) -> String {
        if self.name == "-" { "stdout".to_owned() } else { format!("`{}`", self.name) }
    }

    /// What has become of the file: only one that was begun leaves that open.
    fn aftermath(&self) -> &'static str {
        let is_begun = self.doing != "create" && self.name != "-";
        if is_begun { "; nothing stands under that name unless it did before" } else { "" }
    }

    /// Whether the output as it was asked for cannot be, wherever it would stand and however the machine is.
    pub fn is_wrong_usage(&self) -> bool {
        self.doing == "create" && self.error.kind() == io::ErrorKind::InvalidInput
    }

    /// Whether the reader of a pipe went away: an end, not a fault.
    pub fn is_closed_pipe(&self) -> bool {
        self.error.kind() == io::ErrorKind::BrokenPipe
    }
}
