//! The program: read the arguments, run the verb, and leave with a code that scripts can rely on. Everything it can do is a
//! verb of `cli`; everything it knows is in the library.

mod cli;

use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    // Wrong usage ends here, with code 2 and a message of clap's.
    ExitCode::from(cli::main(&cli::Args::parse()))
}
