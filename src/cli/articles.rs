//! Where the articles go: one file, or a folder of them. A folder's name and what is in it say the same, and what cannot be is
//! told before anything is read.

use super::{Failure, written};
use anyhow::anyhow;
use clap::ValueEnum;
use dehusk::sink::{Form, Shards, Target};
use std::path::{MAIN_SEPARATOR, Path, PathBuf};

/// The forms of shards.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum ShardForm {
    Jsonl,
    #[value(name = "jsonl.gz")]
    JsonlGz,
    #[value(name = "jsonl.zst")]
    JsonlZst,
    Parquet,
}

impl From<ShardForm> for Form {
    fn from(form: ShardForm) -> Self {
        match form {
            ShardForm::Jsonl => Self::Jsonl,
            ShardForm::JsonlGz => Self::JsonlGz,
            ShardForm::JsonlZst => Self::JsonlZst,
            ShardForm::Parquet => Self::Parquet,
        }
    }
}

/// What was asked for, as typed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked<'a> {
    pub(super) output: &'a Path,
    pub(super) shard_size: Option<usize>,
    pub(super) format: Option<ShardForm>,
    pub(super) overwrite: bool,
}

impl Asked<'_> {
    /// A folder gets shards, anything else is one file.
    pub(super) fn target(self) -> Result<Target, Failure> {
        let output = self.output;
        let ends_so = output.to_string_lossy().ends_with(['/', MAIN_SEPARATOR]);
        let is_folder = self.shard_size.is_some() || ends_so || output.is_dir();
        if !is_folder {
            self.is_for_a_file()?;
            return Ok(Target::from_path(output));
        }
        if written::is_stdout(output) {
            return Err(wrong("`--shard-size` needs a folder; name one with `-o DIR/`"));
        }
        let form = self.format.map_or(Form::JsonlZst, Form::from);
        has_room(output)?;
        fits(output, form)?;
        let mut shards = Shards::new(output, form);
        shards.overwrite(self.overwrite);
        if let Some(size) = self.shard_size {
            shards.size(size as u64);
        }
        Ok(Target::Shards(shards))
    }

    /// Refuses what only a folder can be asked for.
    fn is_for_a_file(self) -> Result<(), Failure> {
        let option = match self {
            Self { overwrite: true, .. } => "--overwrite",
            Self { format: Some(_), .. } => "--format",
            _ => return Ok(()),
        };
        let output = self.output.display();
        Err(wrong(if written::is_stdout(self.output) {
            format!(
                "`{option}` is for folders, but the articles go to stdout; name a folder with `-o DIR/`, or leave `{option}` out"
            )
        } else {
            format!(
                "`{option}` is for folders, but `{output}` is a file; write `{output}/` for a folder, or leave `{option}` out"
            )
        }))
    }
}

/// Refuses a folder where a file stands.
fn has_room(folder: &Path) -> Result<(), Failure> {
    // A file's name with a separator behind it names nothing, as far as the system is concerned.
    let plain: PathBuf = folder.components().collect();
    if plain.exists() && !plain.is_dir() {
        let plain = plain.display();
        return Err(wrong(format!("`{plain}` is a file, where a folder is to be filled; name a folder")));
    }
    Ok(())
}

/// Refuses a folder whose name promises another form than its files have: readers go by the name.
fn fits(folder: &Path, form: Form) -> Result<(), Failure> {
    let name = folder.file_name().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    let promised = match Form::of_path(folder) {
        Form::Jsonl if !name.ends_with(".jsonl") => return Ok(()),
        promised => promised,
    };
    if promised == form {
        return Ok(());
    }
    let (folder, form, promised) = (folder.display(), form.ending(), promised.ending());
    Err(wrong(format!(
        "`{folder}` would be a folder of `.{form}` files, which its name does not say; add `--format {promised}`, or name it otherwise"
    )))
}

fn wrong(words: impl Into<String>) -> Failure {
    Failure::Usage(anyhow!(words.into()))
}
