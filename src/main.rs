//! The program: read the arguments, run the verb, say what went wrong, and leave with a code that scripts can rely
//! on. Everything it can do is a verb of `cli`; everything it knows is in the library.

mod cli;

use clap::Parser;
use cli::{Args, Console};
use std::process::ExitCode;

fn main() -> ExitCode {
    // Wrong usage ends here, with code 2 and a message of clap's.
    let args = Args::parse();
    let console = Console::new(&args.global);
    match cli::run(&args, &console) {
        Ok(exit) => exit.into(),
        Err(failure) => {
            console.fault(&failure);
            failure.exit()
        }
    }
}
