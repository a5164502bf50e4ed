//! The run itself. The calling thread reads, a pool of threads works, one thread writes; a batch passes from one to the
//! next under a permit, so what is in flight is bounded, and numbered, so what comes out is in order. Whatever fails,
//! permits come back, and every thread comes to its end.

use super::checkpoint::{Claims, Ending, Start};
use super::flow::{Flow, Gone};
use super::journal::Reached;
use super::options::{Options, Progress};
use super::work::Work;
use super::worker::Wanted;
use crate::model::Stats;
use crate::sink::{Form, OtherForm, OutputError, Target};
use crate::source::{Inputs, Once, Position};
use std::io;
use std::path::PathBuf;
use std::time::Instant;

/// Where a run's output goes.
pub struct Sinks {
    /// The records of the articles.
    pub articles: Target,
    /// What was removed from each, line by line with the articles.
    pub removed: Option<Target>,
    /// Pages that gave no article.
    pub rejects: Option<Target>,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunEnd {
    /// All was read and all was written.
    Complete,
    /// It was stopped: no output file has its name.
    Cancelled,
    /// The reader of a pipe had enough.
    ClosedPipe,
}

/// What a run did.
#[derive(Clone, Debug)]
pub struct RunSummary {
    /// How it ended.
    pub end: RunEnd,
    /// Counts over all pages that were written or told.
    pub stats: Stats,
    /// Seconds by the clock.
    pub seconds: f64,
    /// Bytes read, as stored.
    pub bytes_read: u64,
    /// Files met in folders and not read, being of another kind.
    pub passed_by: u64,
    /// The most batches that were in flight at once.
    pub most_in_flight: usize,
    /// What of this was done by earlier runs.
    pub resumed: Option<Resumed>,
}

/// What earlier runs had done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Resumed {
    /// Pages.
    pub pages: u64,
    /// Bytes of their text.
    pub bytes_in: u64,
}

/// Why a run failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// An output could not be written.
    #[error(transparent)]
    Output(#[from] OutputError),
    /// An output's name promises a form that is not written.
    #[error(transparent)]
    OtherForm(#[from] OtherForm),
    /// An output is one of the files to read.
    #[error(
        "`{path}` is both an input and an output; write it elsewhere, or leave it out of a folder with `--exclude {}`",
        path.file_name().unwrap_or(path.as_os_str()).display()
    )]
    OutputIsInput {
        /// The file.
        path: PathBuf,
    },
    /// Two outputs go to one place.
    #[error("two outputs go to `{name}`; give each its own file")]
    SameOutput {
        /// The place.
        name: String,
    },
    /// A run would destroy what another can go on with.
    #[error(
        "an unfinished run stands beside `{name}`; go on with it with `--resume`, or remove `{journal}` to begin anew"
    )]
    Unfinished {
        /// The output.
        name: String,
        /// Its journal.
        journal: PathBuf,
    },
    /// The journal was begun under other conditions.
    #[error(
        "cannot go on with `{name}`, which was begun otherwise: {what}; run it as it was begun, or remove `{journal}` to \
         begin anew"
    )]
    OtherConditions {
        /// The output.
        name: String,
        /// What differs.
        what: String,
        /// Its journal.
        journal: PathBuf,
    },
    /// The inputs are no longer what they were.
    #[error(
        "cannot go on with `{name}`, since its inputs have changed: {what}; put them back, or remove `{journal}` to begin \
         anew"
    )]
    OtherInputs {
        /// The output.
        name: String,
        /// What differs.
        what: String,
        /// Its journal.
        journal: PathBuf,
    },
    /// An output that a run cannot come back to.
    #[error("`--resume` cannot come back to `{name}`; give every output a file or a folder")]
    NoWayBack {
        /// The output.
        name: String,
    },
    /// An input that a run cannot come back to.
    #[error("`--resume` needs inputs that stay: {0}")]
    ReadOnce(Once),
    /// The journal cannot be used.
    #[error("cannot {doing} the journal `{path}`: {error}; what it tells of stays as it is")]
    Journal {
        /// What was tried.
        doing: &'static str,
        /// The journal.
        path: PathBuf,
        /// What the system said.
        #[source]
        error: io::Error,
    },
    /// The inputs cannot be read up to where the journal was.
    #[error("cannot find the place where the earlier run was: {error}; remove the journal to begin anew")]
    LostPlace {
        /// What is wrong.
        #[source]
        error: io::Error,
    },
    /// The system gave no threads.
    #[error("cannot start `{threads}` threads: {error}; ask for fewer with `--threads`")]
    Threads {
        /// How many were asked for.
        threads: usize,
        /// What the system said.
        #[source]
        error: rayon::ThreadPoolBuildError,
    },
    /// A panic outside of any one page's work.
    #[error("a defect in dehusk stopped the run: {message}; please report it with the input that it met")]
    Defect {
        /// The panic's message.
        message: String,
    },
    /// Pages read and pages told do not add up.
    #[error("{} pages were read, but their outcomes do not add up to that; please report this", .stats.pages)]
    Unbalanced {
        /// The counts.
        stats: Box<Stats>,
    },
}

/// Reads all inputs, does the work on every page, and writes what comes of it in the order of the inputs.
///
/// The output depends on the inputs, the work and `title_in_text` alone, never on threads or batch size. Output files
/// get their names only when all is done.
pub fn run<W: Work>(
    inputs: &Inputs,
    work: &W,
    sinks: Sinks,
    options: &Options,
    progress: &Progress,
) -> Result<RunSummary, RunError> {
    let started = Instant::now();
    check(inputs, &sinks)?;
    let wanted = Wanted {
        removed: sinks.removed.is_some(),
        rejects: sinks.rejects.is_some(),
        title_in_text: options.title_in_text,
        page_time: options.page_time,
    };
    let summary = |end, reached: Reached, resumed, most_in_flight| RunSummary {
        end,
        bytes_read: reached.position.read + reached.opened,
        stats: reached.stats,
        seconds: started.elapsed().as_secs_f64(),
        passed_by: reached.passed_by,
        most_in_flight,
        resumed,
    };
    let (mut outputs, mut checkpoint, before) = match Claims::new(sinks)?.begin(inputs, options)? {
        Start::Write(outputs, checkpoint, reached) => (*outputs, checkpoint, reached),
        Start::Name(ending) => {
            let resumed = Some(Resumed::of(&ending.reached));
            return Ok(summary(RunEnd::Complete, ending.finish()?, resumed, 0));
        }
        Start::Done(reached) => {
            let resumed = Some(Resumed::of(&reached));
            return Ok(summary(RunEnd::Complete, *reached, resumed, 0));
        }
    };
    let resumed = before.as_deref().map(Resumed::of);
    let before = before.map_or_else(Reached::default, |reached| *reached);
    progress.resume(before.stats.pages, before.opened);
    let flow = Flow { inputs, work, wanted, options, progress };
    let Gone { reached, ended, most_in_flight, passed_by } =
        flow.go(&mut outputs, checkpoint.as_mut(), before)?;

    let end = match ended {
        Err(RunError::Output(error)) if error.is_closed_pipe() => RunEnd::ClosedPipe,
        Err(error) => return Err(error),
        Ok(()) if options.cancel.is_cancelled() => RunEnd::Cancelled,
        Ok(()) => RunEnd::Complete,
    };
    if !reached.stats.balances() {
        return Err(RunError::Unbalanced { stats: Box::new(reached.stats) });
    }
    let position = Position { read: progress.meter.bytes(), ..reached.position };
    let reached = Reached { position, passed_by, ..reached };
    if end != RunEnd::Complete {
        return Ok(summary(end, reached, resumed, most_in_flight));
    }
    let told = reached.clone();
    match Ending::of(outputs, checkpoint, reached).and_then(Ending::finish) {
        Ok(reached) => Ok(summary(RunEnd::Complete, reached, resumed, most_in_flight)),
        Err(RunError::Output(error)) if error.is_closed_pipe() => {
            Ok(summary(RunEnd::ClosedPipe, told, resumed, most_in_flight))
        }
        Err(error) => Err(error),
    }
}

impl Resumed {
    fn of(reached: &Reached) -> Self {
        Self { pages: reached.stats.pages, bytes_in: reached.stats.bytes_in }
    }
}

/// Refuses outputs that would not be what they are called, and those that would eat an input or each other.
fn check(inputs: &Inputs, sinks: &Sinks) -> Result<(), RunError> {
    let targets: Vec<&Target> = [Some(&sinks.articles), sinks.removed.as_ref(), sinks.rejects.as_ref()]
        .into_iter()
        .flatten()
        .collect();
    for (nth, target) in targets.iter().enumerate() {
        if let Target::File(path) = target {
            Form::check_path(path)?;
        }
        if targets[..nth].iter().any(|earlier| earlier.is_same(target)) {
            return Err(RunError::SameOutput { name: target.name() });
        }
        // What is written aside is there while files are still being looked for.
        let would_read = target.files().into_iter().find(|path| inputs.would_read(path));
        let would_find = || target.working_files().into_iter().find(|path| inputs.would_find(path));
        if let Some(path) = would_read.or_else(would_find) {
            return Err(RunError::OutputIsInput { path });
        }
    }
    Ok(())
}
