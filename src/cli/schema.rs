//! `schema`: how to load the output with its types, in the words of the reader.

use super::{Console, Exit, Failure};
use clap::{Args as ClapArgs, ValueEnum};
use dehusk::report::{self, Reader};

const AFTER_HELP: &str = "\
Examples:
  dehusk schema duckdb | duckdb articles.db     articles.jsonl becomes a table of a database
  dehusk schema polars > load.py                a script to go on with";

/// Print the record's schema, and how to read the output with it
///
/// The file that is read is called `articles.jsonl`; of a folder, write `articles/*.jsonl.zst`.
#[derive(Debug, ClapArgs)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Args {
    /// What will read the output
    reader: ReaderName,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum ReaderName {
    Duckdb,
    Polars,
    Hf,
    Spark,
}

impl From<ReaderName> for Reader {
    fn from(name: ReaderName) -> Self {
        match name {
            ReaderName::Duckdb => Self::Duckdb,
            ReaderName::Polars => Self::Polars,
            ReaderName::Hf => Self::Hf,
            ReaderName::Spark => Self::Spark,
        }
    }
}

pub(super) fn run(args: &Args, console: &Console) -> Result<Exit, Failure> {
    let text = report::schema_text(args.reader.into());
    console.data(|out| out.write_all(text.as_bytes()))?;
    Ok(Exit::Done)
}
