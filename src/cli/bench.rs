//! `bench`: how good rule sets are on labelled pages, whole and rule by rule, and what they cost. Gates turn figures
//! into an exit code.

use super::args::{Global, whole};
use super::console::DEFAULT_WIDTH;
use super::progress::Watcher;
use super::sets::{self, NAMING};
use super::written::Reads;
use super::{Console, Exit, Failure, written};
use anyhow::{Context, anyhow};
use clap::{Args as ClapArgs, ValueEnum};
use dehusk::eval::gold::GoldError;
use dehusk::eval::samples::{SampleError, SampleFiles, Samples, read_samples};
use dehusk::eval::{self, Baseline, BenchOptions, BenchReport, Entrant, Floor, Gates};
use dehusk::report::{self, BenchTextOptions, RuleOrder};
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

const AFTER_HELP: &str = "\
Examples:
  dehusk bench gold.jsonl --pages text-bs4.jsonl.gz --html bench.html
  dehusk bench gold.jsonl --rules builtin --rules mine.toml --baseline last.json --fail-under F1=0.9

Gold is one JSON object a line: `id`, the page's `text` or `path`, and what it must become,
either `main_content` (or `paragraphs`, with `either`) or `lines`: a list of `keep`, `drop` and
`either`, one for each line that is not blank. It may tell `with` and `without` (snippets),
`title`, `author`, `published`, `page_type`, `lang` and `url`.

";

/// The parts of the help that stand below the options.
fn after_help() -> String {
    format!(
        "{AFTER_HELP}{NAMING}\n\nExit codes:\n  0 done · 1 a gate failed · 2 wrong usage, faulty gold or rules\n  3 the run failed"
    )
}

/// Measure rule sets on labelled pages: quality and cost, whole and rule by rule
///
/// Precision, recall and F1 are of bags of words, page by page, with 95 % intervals over sites; of two sets the difference
/// is told, and whether it may be chance. Each rule has its purity (how much of what it took was noise), its harm (gold
/// words taken of a million), its lift (F1 that is lost without it) and its cost: how often it was tried on a line, how many tries
/// hit, and its share of the time.
#[derive(Debug, ClapArgs)]
#[command(after_help = after_help())]
pub(super) struct Args {
    /// Labelled pages: JSON lines, also .gz and .zst; `-` for stdin
    gold: PathBuf,
    /// The texts of the pages, joined on `id`: a file or folder as `clean` reads it; several are several renderers
    #[arg(long, value_name = "INPUT")]
    pages: Vec<PathBuf>,
    /// A rule set to measure; several stand side by side [default: builtin]
    #[arg(long, value_name = "SET", help_heading = "Rules")]
    rules: Vec<String>,
    /// Let rules of status `preview` run too
    #[arg(long, help_heading = "Rules")]
    preview: bool,

    /// Print everything as one JSON object, with the scores of every page
    #[arg(long, help_heading = "Output")]
    json: bool,
    /// Write a page for the browser that holds everything, with lines that each rule took
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    html: Option<PathBuf>,
    /// Show so many rules of each set
    #[arg(long, value_name = "N", default_value_t = 25, allow_negative_numbers = true, value_parser = whole::<usize>, help_heading = "Output")]
    top: usize,
    /// Sort rules by this; the worst or the most comes first
    #[arg(long, value_name = "FIGURE", default_value = "words", help_heading = "Output")]
    sort: SortArg,
    /// Leave out what takes long: `lift` cleans pages again without each rule, `cost` measures times
    #[arg(long, value_name = "PART", help_heading = "Output")]
    skip: Vec<SkipArg>,

    /// Fail when a figure over all samples is below this; `without` fails above
    #[arg(long, value_name = "METRIC=FIGURE", help_heading = "Gates")]
    fail_under: Vec<Floor>,
    /// Fail when a single rule takes more gold words than this, of a million
    #[arg(long, value_name = "WORDS", allow_negative_numbers = true, value_parser = parse_harm, help_heading = "Gates")]
    max_harm: Option<f64>,
    /// Fail when F1, exact, title, authors or published are significantly below those of a former --json
    #[arg(long, value_name = "FILE", help_heading = "Gates")]
    baseline: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, ValueEnum)]
enum SkipArg {
    Lift,
    Cost,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum SortArg {
    Words,
    Hits,
    Purity,
    Harm,
    Lift,
    Rank,
    Time,
    Name,
}

impl From<SortArg> for RuleOrder {
    fn from(sort: SortArg) -> Self {
        match sort {
            SortArg::Words => Self::Words,
            SortArg::Hits => Self::Hits,
            SortArg::Purity => Self::Purity,
            SortArg::Harm => Self::Harm,
            SortArg::Lift => Self::Lift,
            SortArg::Rank => Self::Rank,
            SortArg::Time => Self::Time,
            SortArg::Name => Self::Name,
        }
    }
}

fn parse_harm(written: &str) -> Result<f64, String> {
    match written.parse::<f64>() {
        Ok(words) if words >= 0.0 && words.is_finite() => Ok(words),
        _ => Err("write a number of words, such as `50`".to_owned()),
    }
}

pub(super) fn run(args: &Args, global: &Global, console: &Console) -> Result<Exit, Failure> {
    // Everything that the arguments can be to blame for comes before the work.
    let gates = args.gates()?;
    if let Some(path) = &args.html {
        if args.json && written::is_stdout(path) {
            return Err(Failure::Usage(anyhow!(
                "two outputs go to `-`, the page of `--html` and the object of `--json`; name a file for the page"
            )));
        }
        let sets = args.rules.iter().flat_map(|name| sets::files_of(name));
        let reads = Reads::default().files([&args.gold]).files(&args.baseline).rules(sets).pages(&args.pages);
        reads.spare(path)?;
        written::has_place(path)?;
    }
    let entrants = args.entrants(console)?;
    let samples = labelled(&args.gold, &args.pages)?;
    if let Some(path) = &args.html {
        Reads::default().files(samples.files()).spare(path)?;
    }
    let skips = |part| args.skip.contains(&part);
    let options = BenchOptions { lift: !skips(SkipArg::Lift), cost: !skips(SkipArg::Cost) };
    if samples.unlabelled > 0 {
        console.detail(&format!(
            "passed by {}",
            report::counted(samples.unlabelled as u64, "page without labels")
        ));
    }
    let done = Arc::new(AtomicU64::new(0));
    let all = (samples.list.len() * entrants.len()) as u64;
    let pool = global.thread_pool()?;
    let watcher = Watcher::count(global.progress.unless(global.quiet), &done, all, "samples");
    let found = pool
        .install(|| eval::bench(samples, entrants, options, &done))
        .context("cannot measure costs: no temporary file; `--skip cost` needs none")?;
    drop(watcher);
    args.write(&found, console)?;
    let failed = gates.failed(&found);
    for what in &failed {
        console.fail(what);
    }
    Ok(if failed.is_empty() { Exit::Done } else { Exit::Findings })
}

/// Labelled pages with their texts.
pub(super) fn labelled(gold: &Path, pages: &[PathBuf]) -> Result<Samples, Failure> {
    let is_stdin = |path: &Path| path.as_os_str() == "-";
    if is_stdin(gold) && pages.iter().any(|pages| is_stdin(pages)) {
        return Err(Failure::Usage(anyhow!(
            "gold and pages cannot both be stdin; write one of them to a file"
        )));
    }
    let files = SampleFiles { gold: gold.to_owned(), pages: pages.to_vec() };
    read_samples(&files).map_err(failure)
}

/// What the files say wrongly is the user's to mend, what cannot be read is not.
fn failure(error: SampleError) -> Failure {
    use std::io::ErrorKind::{IsADirectory, NotFound};
    match &error {
        SampleError::Gold(GoldError::Unreadable { error: why, .. })
            if !matches!(why.kind(), NotFound | IsADirectory) =>
        {
            Failure::Run(error.into())
        }
        _ => Failure::Usage(error.into()),
    }
}

impl Args {
    fn gates(&self) -> Result<Gates, Failure> {
        let read = |path: &PathBuf| {
            let shown = path.display();
            let text = std::fs::read_to_string(path)
                .map_err(|error| Failure::Usage(anyhow!("cannot read the baseline `{shown}`: {error}")))?;
            text.parse::<Baseline>()
                .map_err(|error| Failure::Usage(anyhow!("`{shown}` is no baseline: {error}")))
        };
        let baseline = self.baseline.as_ref().map(read).transpose()?;
        Ok(Gates { floors: self.fail_under.clone(), max_harm: self.max_harm, baseline })
    }

    fn entrants(&self, console: &Console) -> Result<Vec<Entrant>, Failure> {
        let names = if self.rules.is_empty() { vec!["builtin".to_owned()] } else { self.rules.clone() };
        let mut told = HashSet::new();
        if let Some(twice) = names.iter().find(|name| !told.insert(name.as_str())) {
            return Err(Failure::Usage(anyhow!("the set `{twice}` is named twice")));
        }
        names.iter().map(|name| sets::load(name, self.preview, console)).collect()
    }

    fn write(&self, found: &BenchReport, console: &Console) -> Result<(), Failure> {
        if let Some(path) = &self.html {
            written::write(path, report::bench_html(found).as_bytes())?;
        }
        if self.json {
            return Ok(console.json(report::bench_json(found))?);
        }
        let page = self.html.as_deref();
        console.report(page.is_some_and(written::is_stdout), |terminal| {
            let options = BenchTextOptions {
                columns: terminal.unwrap_or(DEFAULT_WIDTH),
                table_columns: terminal.unwrap_or(usize::MAX),
                top: self.top,
                order: self.sort.into(),
            };
            report::bench_text(found, options)
        })?;
        if let Some(path) = page.filter(|path| !written::is_stdout(path)) {
            console.say(&format!("wrote {}", path.display()));
        }
        Ok(())
    }
}
