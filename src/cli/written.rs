//! Files that commands write beside what they print: a summary, a report, weights. None replaces what the command reads.

use super::Failure;
use anyhow::anyhow;
use dehusk::sink::{Output, Target};
use std::path::Path;

/// Refuses to write `output` over one of the files that are `read`, or over a rule file in one of these folders.
pub(super) fn spare<'a>(output: &Path, read: impl IntoIterator<Item = &'a Path>) -> Result<(), Failure> {
    // What is not there yet replaces nothing.
    let Ok(file) = output.canonicalize() else { return Ok(()) };
    let is_replaced = |path: &Path| match path.canonicalize() {
        Ok(folder) if folder.is_dir() => {
            file.starts_with(folder) && file.extension().is_some_and(|ending| ending == "toml")
        }
        Ok(path) => path == file && file.is_file(),
        Err(_) => false,
    };
    match read.into_iter().any(is_replaced) {
        true => Err(Failure::Usage(anyhow!(
            "`{}` is read by this command and would be replaced; write elsewhere",
            output.display()
        ))),
        false => Ok(()),
    }
}

/// Whether a path means standard output.
pub(super) fn is_stdout(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// Refuses a place where no file can be: what is written when the work is done is better told of before.
pub(super) fn has_place(output: &Path) -> Result<(), Failure> {
    Target::from_path(output).check().map_err(|error| Failure::Run(error.into()))
}

/// Writes a file whole, and gives it its name in the end.
pub(super) fn write(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let mut output = Output::open(Target::from_path(path))?;
    output.write(bytes)?;
    Ok(output.finish()?)
}
