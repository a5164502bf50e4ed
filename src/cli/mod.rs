//! The command line: one file a verb, with its arguments and what it prints. Only here and in `main` is anything
//! printed: data to stdout, words to stderr.
//!
//! Exit codes: 0 done · 1 findings, a failed gate, or rejections under `--strict` · 2 wrong usage, no input, or rule files with
//! faults · 3 the run failed · 130 interrupted.

mod args;
mod articles;
mod bench;
mod clean;
mod completions;
mod console;
mod diff;
mod explain;
mod fit;
mod inputs;
mod limits;
mod man;
mod model;
mod packs;
mod progress;
mod rules;
mod schema;
mod sets;
mod written;

pub(crate) use args::Args;
use console::Console;

use args::Verb;
use dehusk::rules::Diagnostics;

/// How a verb ended that ran.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// All is well.
    Done,
    /// A check found something, or a strict run rejected pages.
    Findings,
    /// Ctrl-C or a signal to end stopped it.
    Interrupted,
}

impl Exit {
    /// The code to leave with.
    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Findings => 1,
            Self::Interrupted => 130,
        }
    }
}

/// Why a verb did not run to its end.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The arguments make no sense together, or name nothing.
    Usage(anyhow::Error),
    /// Rule files have faults.
    Rules(Diagnostics),
    /// The run failed.
    Run(anyhow::Error),
}

impl Failure {
    /// The code to leave with.
    pub(crate) fn code(&self) -> u8 {
        match self {
            Self::Usage(_) | Self::Rules(_) => 2,
            Self::Run(_) => 3,
        }
    }
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self::Run(error)
    }
}

impl From<Diagnostics> for Failure {
    fn from(faults: Diagnostics) -> Self {
        Self::Rules(faults)
    }
}

/// Does what was asked for, says what went wrong, and tells the code to leave with.
pub(crate) fn main(args: &Args) -> u8 {
    let console = Console::new(&args.global);
    run(args, &console).map_or_else(
        |failure| {
            console.fault(&failure);
            failure.code()
        },
        Exit::code,
    )
}

/// Runs the verb that was asked for.
fn run(args: &Args, console: &Console) -> Result<Exit, Failure> {
    match &args.verb {
        Verb::Clean(verb) => clean::run(verb, &args.global, console),
        Verb::Explain(args) => explain::run(args, console),
        Verb::Bench(verb) => bench::run(verb, &args.global, console),
        Verb::Fit(verb) => fit::run(verb, &args.global, console),
        Verb::Diff(verb) => diff::run(verb, &args.global, console),
        Verb::Rules(args) => rules::run(args, console),
        Verb::Schema(args) => schema::run(args, console),
        Verb::Completions(args) => completions::run(args, console),
        Verb::Man(args) => man::run(args, console),
    }
}
