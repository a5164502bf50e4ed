//! `diff`: what changes between two rule sets, on any pages.

use super::args::{Global, within};
use super::inputs::{FieldArgs, nothing_to_read};
use super::sets::{self, NAMING};
use super::{Console, Exit, Failure};
use clap::Args as ClapArgs;
use dehusk::eval;
use dehusk::report;
use dehusk::source::Inputs;
use std::path::PathBuf;

const AFTER_HELP: &str = "\
Examples:
  dehusk diff builtin mine.toml pages               what my rules add to the built-in ones
  dehusk diff builtin rules/web/en.toml crawl.jsonl.gz --samples 3
                                                    what an edit of a built-in pack changes

";

fn after_help() -> String {
    format!(
        "{AFTER_HELP}{NAMING}\n\nExit codes:\n  0 done, whatever was found · 2 wrong usage, faulty rules · 3 the run failed"
    )
}

/// Show the lines that two rule sets judge otherwise, by the rule that makes the difference
#[derive(Debug, ClapArgs)]
#[command(after_help = after_help())]
pub(super) struct Args {
    /// The rule set to begin with
    #[arg(value_name = "A")]
    from: String,
    /// The rule set to compare it with
    #[arg(value_name = "B")]
    to: String,
    /// Files, folders, quoted globs, or `-` for stdin
    #[arg(required = true, value_name = "INPUT")]
    inputs: Vec<PathBuf>,
    /// Show so many lines for each rule, 10 at most
    #[arg(long, value_name = "N", default_value_t = 5, allow_negative_numbers = true, value_parser = within::<0, 10>)]
    samples: u8,
    /// Print everything as one JSON object
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    fields: FieldArgs,
    /// Let rules of status `preview` run too
    #[arg(long, help_heading = "Rules")]
    preview: bool,
}

pub(super) fn run(args: &Args, global: &Global, console: &Console) -> Result<Exit, Failure> {
    let from = sets::load(&args.from, args.preview, console)?;
    let to = sets::load(&args.to, args.preview, console)?;
    let mut builder = Inputs::builder(&args.inputs);
    args.fields.apply(&mut builder);
    let inputs = builder.build().map_err(|error| Failure::Usage(error.into()))?;
    if let Some(passed_by) = inputs.nothing_to_read() {
        return Err(nothing_to_read(&args.inputs, &[], &[], passed_by));
    }
    let found = global
        .thread_pool()?
        .install(|| eval::diff(&from, &to, &inputs))
        .map_err(|error| Failure::Run(error.into()))?;
    let names = [from.name.as_str(), to.name.as_str()];
    if args.json {
        console.json(format_args!("{:#}", report::diff_json(&found, names)))?;
    } else {
        let text = report::diff_text(&found, names, args.samples.into(), console.width());
        console.data(|out| out.write_all(text.as_bytes()))?;
    }
    Ok(Exit::Done)
}
