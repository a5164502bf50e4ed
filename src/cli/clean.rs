//! `clean`: scraped pages in, clean articles out. The arguments as typed become a [`Plan`], everything that can be
//! wrong with them is told, and only then is anything read.

use super::args::{Global, parse_size, whole};
use super::articles::{Asked, ShardForm};
use super::inputs::{FieldArgs, nothing_to_read, read_next, read_twice};
use super::limits::LimitArgs;
use super::model::ModelArgs;
use super::packs::PackArgs;
use super::progress::Watcher;
use super::written::Reads;
use super::{Console, Exit, Failure, written};
use anyhow::Context;
use clap::Args as ClapArgs;
use dehusk::clean::Cleaner;
use dehusk::model::RejectReason;
use dehusk::pipeline::{self, Cancel, Conditions, Options, PassThrough, Progress, RunEnd, RunError, Sinks};
use dehusk::report::{self, Ran};
use dehusk::rules::RuleSet;
use dehusk::sink::{Form, Target};
use dehusk::source::{Inputs, Shard};
use std::path::PathBuf;

const AFTER_HELP: &str = "\
Examples:
  dehusk clean pages -o articles.jsonl              a folder in, one file out
  zcat crawl.jsonl.gz | dehusk clean - | head       in the middle of a pipe

Exit codes:
  0 done · 1 pages were rejected under --strict
  2 wrong usage, no input, faulty rules · 3 the run failed · 130 interrupted";

/// Clean scraped pages: articles out, noise gone
///
/// Reads text and HTML files (a page each), JSON lines (a page a line), other JSON (a page an object, in an array or not),
/// WARC and WET archives (a page a record), plain, gzipped or zstandard, and Parquet (a page a row), from files, folders,
/// globs and stdin. Writes one record for each article, in the order of the input. A page that fails is counted and told, and stops nothing.
#[derive(Debug, ClapArgs)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Args {
    /// Files, folders, quoted globs, or `-` for stdin
    #[arg(required = true, value_name = "INPUT")]
    inputs: Vec<PathBuf>,

    /// Take only files of a folder that fit this glob; may be given several times [default: *.txt, *.html, *.jsonl, *.json,
    /// *.warc, *.wet, *.parquet and the like, also .gz and .zst]
    #[arg(long, value_name = "GLOB", help_heading = "Input")]
    include: Vec<String>,
    /// Leave out files of a folder that fit this glob, and folders that do with all they hold; may be given several times
    ///
    /// Paths begin in the folder that INPUT names; a glob without `/` fits names at any depth, and one that ends in `/` fits
    /// folders alone.
    #[arg(long, value_name = "GLOB", help_heading = "Input")]
    exclude: Vec<String>,
    #[command(flatten)]
    fields: FieldArgs,

    /// Read only the I-th of N equal parts of the inputs; N runs, on one machine or many, read everything once
    ///
    /// The inputs, in their order and end to end, are cut by bytes as they are stored, and a page is in the part that it begins
    /// in. Plain JSON and Parquet are cut at pages, so that one large file is shared out too; compressed files, archives,
    /// pages that are files, and files of up to 64 KiB, are in one part whole. The outputs of 1/N to N/N one after the other
    /// are the output of a run without this. The inputs must be files, and the same for all N runs.
    #[arg(long, value_name = "I/N", help_heading = "Input")]
    shard: Option<Shard>,

    /// Write the articles to this file or folder, `-` for stdout; .gz and .zst are compressed, .parquet is a table
    ///
    /// A file appears under its name only when it is complete. Names without these endings are plain JSON lines; those of forms
    /// that are not written, such as .csv, .xz or .parquet.gz, are refused.
    #[arg(short, long, value_name = "OUT", default_value = "-", help_heading = "Output")]
    output: PathBuf,
    /// Cut the output into files of this size, in the folder OUT
    ///
    /// Counted before compression. A folder, or a name that ends in `/`, gets files of 256M without this. `_SUCCESS` stands
    /// beside them when all are there.
    #[arg(long, value_name = "SIZE", allow_negative_numbers = true, value_parser = parse_size, help_heading = "Output")]
    shard_size: Option<usize>,
    /// The form of the files in the folder OUT [default: jsonl.zst]
    #[arg(long, value_name = "FORM", help_heading = "Output")]
    format: Option<ShardForm>,
    /// Replace the files that another run left in the folder OUT
    #[arg(long, help_heading = "Output")]
    overwrite: bool,
    /// Write what was removed from each article, line by line with the output
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    removed: Option<PathBuf>,
    /// Write the pages that gave no article, each with the reason
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    rejects: Option<PathBuf>,
    /// Write the summary as JSON, with every kind and every rule
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    summary: Option<PathBuf>,
    /// Put the title back before the text
    #[arg(long, help_heading = "Output")]
    title_in_text: bool,
    /// Skip articles of fewer words
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true, allow_negative_numbers = true, value_parser = whole::<u32>, help_heading = "Output")]
    min_words: u32,
    /// Leave with code 1 when a page was rejected
    #[arg(long, help_heading = "Output")]
    strict: bool,

    #[command(flatten)]
    limits: LimitArgs,

    #[command(flatten)]
    packs: PackArgs,
    /// Let rules of status `preview` run too
    #[arg(long, help_heading = "Rules")]
    preview: bool,
    #[command(flatten)]
    model: ModelArgs,

    /// Go on where a run to OUT was stopped, and keep a journal so that the next one can
    ///
    /// To be given from the first run on: without a journal beside OUT it begins at the beginning. The output is the same as
    /// that of a run which was never stopped. Rules, settings and inputs must be the same too, or it says what differs. An
    /// output that is complete already is left as it is.
    #[arg(long, help_heading = "Run")]
    resume: bool,
    /// End a section after about this much input: there a run can be taken up again, and compressed outputs begin a new
    /// frame
    #[arg(long, value_name = "SIZE", default_value = "32M", allow_negative_numbers = true, value_parser = parse_size, help_heading = "Run")]
    checkpoint: usize,
    /// Hand about this much input to a thread at a time; changes nothing but speed and memory
    #[arg(long, value_name = "SIZE", default_value = "1M", allow_negative_numbers = true, value_parser = parse_size, help_heading = "Run")]
    batch_size: usize,
    /// Read and write without cleaning: what a run costs at least, to measure cleaning against
    #[arg(long, help_heading = "Run", conflicts_with_all = ["rules", "no_default_rules", "preview", "min_words"])]
    pass_through: bool,
}

/// The arguments, resolved: a run that can begin.
struct Plan {
    job: Job,
    inputs: Inputs,
    sinks: Sinks,
    options: Options,
}

/// What is done with the pages.
enum Job {
    Clean(Box<Cleaner>),
    PassThrough(PassThrough),
}

impl Job {
    fn rules(&self) -> &RuleSet {
        match self {
            Self::Clean(cleaner) => cleaner.rules(),
            Self::PassThrough(work) => pipeline::Work::rules(work),
        }
    }
}

pub(super) fn run(args: &Args, global: &Global, console: &Console) -> Result<Exit, Failure> {
    let cancel = Cancel::default();
    let Plan { job, inputs, sinks, options } = args.resolve(global, &cancel, console)?;
    stop_on_signals(cancel, *console)?;
    let progress = Progress::default();
    let shows_data = matches!(sinks.articles, Target::Stdout) && console.terminal_width().is_some();
    let show = global.progress.unless(global.quiet).beside(shows_data);
    let watcher = Watcher::start(show, &inputs, &progress);
    let ran = match &job {
        Job::Clean(cleaner) => pipeline::run(&inputs, cleaner.as_ref(), sinks, &options, &progress),
        Job::PassThrough(work) => pipeline::run(&inputs, work, sinks, &options, &progress),
    };
    drop(watcher);
    let summary = ran.map_err(failure)?;
    let threads = options.thread_count();
    let ran = Ran { summary: &summary, rules: job.rules(), preview: args.preview, threads };
    if let Some(path) = &args.summary {
        let json = format!("{:#}\n", report::summary_json(ran));
        written::write(path, json.as_bytes()).with_context(|| "the run itself is done".to_owned())?;
    }
    args.tell(ran, console);
    // The process ends, and with it its memory: to take the rules apart piece by piece would only make that wait.
    std::mem::forget(job);
    Ok(match summary.end {
        RunEnd::Cancelled => Exit::Interrupted,
        _ if args.strict && summary.stats.rejected_total() > 0 => Exit::Findings,
        _ => Exit::Done,
    })
}

impl Args {
    /// Rules first: a run with a broken rule stops before it looks at any input.
    fn resolve(&self, global: &Global, cancel: &Cancel, console: &Console) -> Result<Plan, Failure> {
        let mut conditions = Conditions::default();
        let job = if self.pass_through {
            Job::PassThrough(PassThrough::default())
        } else {
            let rules =
                self.packs.load_noting(self.preview, console, self.resume.then_some(&mut conditions))?;
            let mut builder = Cleaner::builder(rules);
            builder.preview(self.preview).min_words(self.min_words);
            self.model.apply(&mut builder, &mut conditions)?;
            let cleaner = builder.build();
            console.detail(&cleaner.engine().strategies());
            Job::Clean(Box::new(cleaner))
        };
        let mut options = Options::default();
        options.batch_bytes(self.batch_size).section_bytes(self.checkpoint);
        options.title_in_text(self.title_in_text).cancel(cancel.clone());
        if let Some(threads) = global.threads {
            options.threads(threads);
        }
        let sinks = Sinks {
            articles: self.articles()?,
            removed: self.removed.as_ref().map(Target::from_path),
            rejects: self.rejects.as_ref().map(Target::from_path),
        };
        let inputs = self.inputs(&mut options, &mut conditions)?;
        self.spare_what_is_read(&sinks, &inputs)?;
        let summary = self.summary.as_ref().map(Target::from_path);
        let outputs =
            [&sinks.articles].into_iter().chain(&sinks.removed).chain(&sinks.rejects).chain(&summary);
        let told = [read_twice(&inputs), read_next(&inputs, outputs)];
        told.into_iter().flatten().for_each(|told| console.say(&told));
        self.add_conditions(&mut conditions);
        if self.resume {
            options.resume(conditions);
        }
        Ok(Plan { job, inputs, sinks, options })
    }

    /// Refuses a summary that would replace an input or another output, and outputs that would replace rules or weights of the
    /// run; that the others replace no input is for the run to see.
    fn spare_what_is_read(&self, sinks: &Sinks, inputs: &Inputs) -> Result<(), Failure> {
        let outputs = [Some(&sinks.articles), sinks.removed.as_ref(), sinks.rejects.as_ref()];
        let summary = self.summary.as_ref().map(Target::from_path);
        if let (Some(path), Some(summary)) = (&self.summary, &summary) {
            if outputs.iter().flatten().any(|output| output.is_same(summary)) {
                return Err(failure(RunError::SameOutput { name: summary.name() }));
            }
            if inputs.would_read(path) {
                return Err(failure(RunError::OutputIsInput { path: path.clone() }));
            }
            Form::check_path(path).map_err(|error| failure(error.into()))?;
            written::has_place(path)?;
        }
        let reads = Reads::default().files(self.model.weights()).rules(&self.packs.rules);
        let written = outputs.into_iter().flatten().chain(&summary).flat_map(Target::files);
        written.into_iter().try_for_each(|path| reads.spare(&path))
    }

    /// What else the output hangs on, as far as it is said here.
    fn add_conditions(&self, conditions: &mut Conditions) {
        let list = |paths: &[PathBuf]| {
            paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(" ")
        };
        conditions
            .add("the inputs", list(&self.inputs))
            .add("`--include`", self.include.join(" "))
            .add("`--exclude`", self.exclude.join(" "))
            .add("`--text-field`", &self.fields.text_field)
            .add("`--html-field`", self.fields.html_field.as_deref().unwrap_or_default())
            .add("`--id-field`", &self.fields.id_field)
            .add("`--preview`", self.preview)
            .add("`--min-words`", self.min_words)
            .add("`--pass-through`", self.pass_through)
            .add("`--shard-size`", self.shard_size.unwrap_or_default())
            .add("`--format`", self.format.map_or("", |form| Form::from(form).ending()))
            .add("`--overwrite`", self.overwrite);
    }

    fn articles(&self) -> Result<Target, Failure> {
        let (output, format) = (self.output.as_path(), self.format);
        Asked { output, shard_size: self.shard_size, format, overwrite: self.overwrite }.target()
    }

    fn inputs(&self, options: &mut Options, conditions: &mut Conditions) -> Result<Inputs, Failure> {
        let mut builder = Inputs::builder(&self.inputs);
        builder.include(&self.include).exclude(&self.exclude).shard(self.shard);
        self.limits.apply(&mut builder, options, conditions);
        if let Some(shard) = self.shard {
            conditions.add("`--shard`", shard);
        }
        self.fields.apply(&mut builder);
        let inputs = builder.build().map_err(|error| Failure::Usage(error.into()))?;
        match inputs.nothing_to_read() {
            Some(passed_by) => Err(nothing_to_read(&self.inputs, &self.include, &self.exclude, passed_by)),
            None => Ok(inputs),
        }
    }

    fn tell(&self, ran: Ran<'_>, console: &Console) {
        if let Some(resumed) = ran.summary.resumed {
            let pages = report::counted(resumed.pages, "page");
            console.say(&format!("{pages} were done by an earlier run and count here too"));
        }
        match ran.summary.end {
            RunEnd::Complete => {}
            RunEnd::Cancelled if self.resume => {
                console.say("interrupted; the same command goes on from here; until then:");
            }
            RunEnd::Cancelled => console.say("interrupted; no output file has its name; until then:"),
            RunEnd::ClosedPipe => console.say("the reader of the output had enough; until then, by batches:"),
        }
        console.say(&report::summary_text(ran, Console::error_width()));
        let stats = &ran.summary.stats;
        if stats.articles == 0 && stats.rejected.contains_key(RejectReason::NoTextField.name()) {
            let named = &self.fields.text_field;
            console.say(&format!(
                "`--text-field NAME` names the field that holds the text, if it is not `{named}`"
            ));
        }
        if stats.rejected_total() > 0 && self.rejects.is_none() {
            console.say("`--rejects FILE` tells which pages were rejected, and why");
        }
    }
}

/// What the arguments are to blame for is wrong usage; the rest is a run that failed.
fn failure(error: RunError) -> Failure {
    match error {
        RunError::OtherForm(_)
        | RunError::OutputIsInput { .. }
        | RunError::SameOutput { .. }
        | RunError::Unfinished { .. }
        | RunError::OtherConditions { .. }
        | RunError::OtherInputs { .. }
        | RunError::NoWayBack { .. }
        | RunError::ReadOnce(_) => Failure::Usage(error.into()),
        RunError::Output(error) => written::failure(error),
        error => Failure::Run(error.into()),
    }
}

/// The first signal asks the run to stop; a second ends the program where it stands, since a read from a pipe or a
/// dead network drive may wait for ever.
fn stop_on_signals(cancel: Cancel, console: Console) -> anyhow::Result<()> {
    let handler = move || {
        if cancel.is_cancelled() {
            std::process::exit(130);
        }
        cancel.cancel();
        console.say("stopping; once more to stop at once");
    };
    ctrlc::set_handler(handler).context("cannot listen for Ctrl-C")
}
