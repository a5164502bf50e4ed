//! The arguments as typed. Each verb's own arguments stand in the file of the verb.

use super::progress::ShowProgress;
use super::{bench, clean, completions, diff, explain, fit, man, rules, schema};
use anstream::ColorChoice;
use anyhow::Context;
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
    #[arg(long, global = true, value_name = "N", allow_negative_numbers = true, value_parser = threads)]
    pub(super) threads: Option<NonZeroUsize>,
    /// When to show progress on stderr; `auto` means in a terminal
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", hide_default_value = true)]
    pub(super) progress: ShowProgress,
}

impl Global {
    /// Threads for work that is no pipeline.
    pub(super) fn thread_pool(&self) -> anyhow::Result<rayon::ThreadPool> {
        let mut builder = rayon::ThreadPoolBuilder::new();
        if let Some(threads) = self.threads {
            builder = builder.num_threads(threads.get());
        }
        builder.build().context("cannot start threads; ask for fewer with `--threads`")
    }
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

/// The same of numbers from `LEAST` to `MOST`.
pub(super) fn within<const LEAST: u8, const MOST: u8>(written: &str) -> Result<u8, String> {
    let number = written.parse().ok().filter(|number| (LEAST..=MOST).contains(number));
    number.ok_or_else(|| format!("write a whole number from {LEAST} to {MOST}"))
}

/// Each thread takes memory and time to start, and no machine that we know of has more cores than this.
const MOST_THREADS: usize = 1024;

fn threads(written: &str) -> Result<NonZeroUsize, String> {
    match some::<NonZeroUsize>(written)? {
        threads if threads.get() <= MOST_THREADS => Ok(threads),
        _ => Err(format!("{MOST_THREADS} are the most; more threads than the machine has gain nothing")),
    }
}

/// A number of bytes: `65536`, `512k`, `16M`, `1G`, `2T`; units are powers of 1024.
pub(super) fn parse_size(written: &str) -> Result<usize, String> {
    let lower = written.trim().to_ascii_lowercase();
    let plain = lower.trim_end_matches("ib").trim_end_matches('b');
    let (digits, shift) = match plain.char_indices().next_back() {
        Some((at, 'k')) => (&plain[..at], 10),
        Some((at, 'm')) => (&plain[..at], 20),
        Some((at, 'g')) => (&plain[..at], 30),
        Some((at, 't')) => (&plain[..at], 40),
        _ => (plain, 0),
    };
    let number: usize =
        digits.trim().parse().map_err(|_| "write a size as `65536`, `512k` or `16M`".to_owned())?;
    let size = number.checked_mul(1 << shift).ok_or("that is more than this machine can address")?;
    if size == 0 { Err("a size of 0 holds nothing".to_owned()) } else { Ok(size) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_with_their_units() {
        for (written, size) in
            [("65536", 65_536), ("512k", 512 << 10), ("16M", 16 << 20), ("1 GiB", 1 << 30), ("2T", 2 << 40)]
        {
            assert_eq!(parse_size(written), Ok(size), "{written}");
        }
        for wrong in ["", "k", "-1", "1.5M", "0", "99999999999999999999G", "16X"] {
            assert!(parse_size(wrong).is_err(), "{wrong}");
        }
    }
}
