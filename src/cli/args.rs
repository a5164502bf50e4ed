//! The arguments as typed. Each verb's own arguments stand in the file of the verb.

use super::progress::ShowProgress;
use super::{bench, clean, completions, diff, explain, fit, man, rules, schema};
use anstream::ColorChoice;
use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use std::num::NonZeroUsize;
use std::str::FromStr;

const AFTER_HELP: &str = "\
Examples:
  dehusk clean pages -o articles.jsonl    clean a folder of scraped pages
  dehusk explain page.txt                 see line by line what goes, and why

Exit codes:
  0 done · 1 findings, failed gates, rejections under --strict
  2 wrong usage, no input, faulty rules · 3 the run failed · 130 interrupted";

/// Strips the noise from scraped pages and writes the clean articles as JSON lines.
///
/// Rule files say what is noise: icon lists, share buttons, comment forms, menus, cookie notices, promos. Every line
/// that goes has a rule and a reason. Good packs are built in; your own rules add to them.
#[derive(Debug, Parser)]
#[command(name = "dehusk", version, after_help = AFTER_HELP, max_term_width = 100)]
pub(crate) struct Args {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(super) verb: Verb,
}

/// What every verb understands.
#[derive(Clone, Debug, ClapArgs)]
#[command(next_help_heading = "Everywhere")]
pub(crate) struct Global {
    /// When to use colour; `auto` means in a terminal, unless NO_COLOR is set
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", hide_default_value = true)]
    pub(super) color: When,
    /// Say nothing on stderr but errors
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub(super) quiet: bool,
    /// Say more on stderr: the packs in use, how the rules were compiled
    #[arg(short, long, global = true)]
    pub(super) verbose: bool,
    /// Clean on so many threads, 1024 at most; by default on as many as the machine has. The output is the same on any number
    #[arg(long, global = true, value_name = "N", value_parser = threads)]
    pub(super) threads: Option<NonZeroUsize>,
    /// When to show progress on stderr; `auto` means in a terminal
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", hide_default_value = true)]
    pub(super) progress: ShowProgress,
}

/// A choice that the terminal decides unless the user does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum When {
    Auto,
    Always,
    Never,
}

impl From<When> for ColorChoice {
    fn from(when: When) -> Self {
        match when {
            When::Auto => Self::Auto,
            When::Always => Self::Always,
            When::Never => Self::Never,
        }
    }
}

#[derive(Debug, Subcommand)]
pub(super) enum Verb {
    Clean(Box<clean::Args>),
    Explain(explain::Args),
    Bench(bench::Args),
    Diff(diff::Args),
    Fit(fit::Args),
    Rules(rules::Args),
    Schema(schema::Args),
    Completions(completions::Args),
    Man(man::Args),
}

/// A whole number, in words that its writer knows.
pub(super) fn whole<N: FromStr>(written: &str) -> Result<N, String> {
    written.parse().map_err(|_| "write a whole number, such as `4`".to_owned())
}

/// The same of numbers that are not 0.
pub(super) fn some<N: FromStr>(written: &str) -> Result<N, String> {
    written.parse().map_err(|_| "write a whole number from 1 on, such as `4`".to_owned())
}

/// Each thread takes memory and time to start, and no machine that we know of has more cores than this.
const MOST_THREADS: usize = 1024;

fn threads(written: &str) -> Result<NonZeroUsize, String> {
    match some::<NonZeroUsize>(written)? {
        threads if threads.get() <= MOST_THREADS => Ok(threads),
        _ => Err(format!("{MOST_THREADS} are the most; more threads than the machine has gain nothing")),
    }
}
