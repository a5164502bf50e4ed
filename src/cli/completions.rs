//! `completions`: scripts that teach a shell the verbs and options.

use super::{Console, Exit, Failure};
use clap::{Args as ClapArgs, CommandFactory};
use clap_complete::Shell;

const AFTER_HELP: &str = "\
Examples:
  dehusk completions bash > ~/.local/share/bash-completion/completions/dehusk
  dehusk completions zsh > ~/.zfunc/_dehusk";

/// Print a script that completes dehusk's arguments in your shell
#[derive(Debug, ClapArgs)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Args {
    /// The shell to write for
    shell: Shell,
}

pub(super) fn run(args: &Args, console: &Console) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut super::Args::command(), "dehusk", &mut script);
    console.data(|out| out.write_all(&script))?;
    Ok(Exit::Done)
}
