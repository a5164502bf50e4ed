//! `fit`: weights of the line model from labelled pages, with figures from sites that the weights had not seen.

use super::args::{Global, whole, within};
use super::bench::labelled;
use super::console::DEFAULT_WIDTH;
use super::packs::PackArgs;
use super::written::Reads;
use super::{Console, Exit, Failure, written};
use anyhow::anyhow;
use clap::Args as ClapArgs;
use dehusk::learn::{FitOptions, fit};
use dehusk::report;
use dehusk::sink::Form;
use dehusk::weights::Card;
use std::path::PathBuf;

const AFTER_HELP: &str = "\
Examples:
  dehusk fit gold.jsonl --pages text-bs4.jsonl.gz -o mine.weights
  dehusk clean pages --weights mine.weights -o articles.jsonl

Gold is what `dehusk bench` reads. Pages of one site never stand on both sides of a fold; sites are told by `url`.
The same gold, rules and seed give the same file.

Exit codes:
  0 done · 2 wrong usage, faulty gold or rules, too few sites · 3 the run failed";

/// Fit the line model to labelled pages
///
/// Prints F1 by sort of page and by renderer, each page judged by weights that were fitted on other sites; the weights
/// that are written are fitted on all pages. With `page_type` in gold, articles get weights of their own.
#[derive(Debug, ClapArgs)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Args {
    /// Labelled pages: JSON lines, also .gz and .zst; `-` for stdin
    gold: PathBuf,
    /// The texts of the pages, joined on `id`: a file or folder as `clean` reads it; several are several renderers
    #[arg(long, value_name = "INPUT")]
    pages: Vec<PathBuf>,
    /// Write the weights to this file
    #[arg(short, long, value_name = "WEIGHTS")]
    output: PathBuf,

    /// Say in the weights what they were fitted on, and under which licence
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true, help_heading = "Card")]
    data: String,
    /// Say in the weights when they were fitted
    #[arg(long, value_name = "DAY", default_value = "", hide_default_value = true, help_heading = "Card")]
    date: String,

    /// Parts that sites are split into to judge each by the others
    #[arg(long, value_name = "N", default_value_t = 3, allow_negative_numbers = true, value_parser = within::<2, 20>, help_heading = "Learning")]
    folds: u8,
    /// What looks drawn is made from this number
    #[arg(long, value_name = "N", default_value_t = 1, allow_negative_numbers = true, value_parser = whole::<u64>, help_heading = "Learning")]
    seed: u64,
    #[command(flatten)]
    packs: PackArgs,
}

pub(super) fn run(args: &Args, global: &Global, console: &Console) -> Result<Exit, Failure> {
    let reads = Reads::default().files([&args.gold]).rules(&args.packs.rules).pages(&args.pages);
    reads.spare(&args.output)?;
    // What is written follows the name, and weights are read as they are.
    if matches!(Form::of_path(&args.output), Form::JsonlGz | Form::JsonlZst) {
        let output = args.output.display();
        let words = "compressed weights cannot be read; leave the last ending of the name out";
        return Err(Failure::Usage(anyhow!("cannot write weights to `{output}`: {words}")));
    }
    written::has_place(&args.output)?;
    let rules = args.packs.load(false, console)?;
    let samples = labelled(&args.gold, &args.pages)?;
    Reads::default().files(samples.files()).spare(&args.output)?;
    let options = FitOptions { seed: args.seed, folds: args.folds.into(), ..FitOptions::default() };
    let card = Card { data: args.data.clone(), date: args.date.clone(), ..Card::default() };
    let console = *console;
    let fitted = global
        .thread_pool()?
        .install(|| fit(&rules, &samples, options, card, &|stage: &str| console.detail(stage)))
        .map_err(|error| Failure::Usage(anyhow!("{error}")))?;
    let bytes = fitted.weights.to_bytes();
    written::write(&args.output, &bytes)?;
    let takes_stdout = written::is_stdout(&args.output);
    console.report(takes_stdout, |terminal| {
        let columns = terminal.unwrap_or(DEFAULT_WIDTH);
        report::fit_text(&fitted.figures, samples.pages, samples.sites, columns)
    })?;
    if !takes_stdout {
        console.say(&format!("wrote {}, {} bytes", args.output.display(), bytes.len()));
    }
    Ok(Exit::Done)
}
