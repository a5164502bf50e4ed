//! `rules`: the rule author's tools.

mod check;
mod list;
mod new;
mod show;

use super::{Console, Exit, Failure};
use clap::{Args as ClapArgs, Subcommand};

const AFTER_HELP: &str = "\
Examples:
  dehusk rules show web.any/player-clock            what a rule does, in words
  dehusk rules check my-rules.toml                  is my rule file sound?";

/// Write, check and read rules
#[derive(Debug, ClapArgs)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    Check(check::Args),
    List(list::Args),
    Show(show::Args),
    New(new::Args),
}

pub(super) fn run(args: &Args, console: &Console) -> Result<Exit, Failure> {
    match &args.verb {
        Verb::Check(args) => check::run(args, console),
        Verb::List(args) => list::run(args, console),
        Verb::Show(args) => show::run(args, console),
        Verb::New(args) => new::run(args, console),
    }
}
