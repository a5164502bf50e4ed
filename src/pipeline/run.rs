//! The run itself. The calling thread reads, a pool of threads works, one thread writes; a batch passes from one to the
//! next under a permit, so what is in flight is bounded, and numbered, so what comes out is in order. Whatever fails,
//! permits come back, and every thread comes to its end.

use super::gate::Gate;
use super::options::{Options, Progress};
use super::work::Work;
use super::worker::{Wanted, Worker, panic_message};
use super::writer::{Done, Outputs, write_in_order};
use crate::model::Stats;
use crate::sink::{OutputError, Target};
use crate::source::Inputs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Instant;

/// Batches in flight for each thread: one that is worked on, one that waits for it, and one that waits to be written.
const BATCHES_PER_THREAD: usize = 3;

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
}

/// Why a run failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// An output could not be written.
    #[error(transparent)]
    Output(#[from] OutputError),
    /// An output is one of the files to read.
    #[error("`{path}` is both an input and an output; write it elsewhere, or leave it out with `--exclude`")]
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
    };
    let mut outputs = Outputs::open(sinks)?;
    let threads = options.threads.get();
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .thread_name(|nth| format!("clean-{nth}"))
        .build()
        .map_err(|error| RunError::Threads { threads, error })?;
    // Each slot is used by one thread of the pool alone; the locks are never waited for.
    let workers: Vec<_> = (0..threads)
        .map(|_| Mutex::new(Worker::new(work, inputs.pages(progress.meter.clone()), wanted)))
        .collect();
    let mut gate = Gate::new(threads * BATCHES_PER_THREAD);
    let mut feed = inputs.feed(options.batch_bytes, progress.meter.clone());
    let (to_writer, from_workers) = crossbeam_channel::unbounded();
    let failed = AtomicBool::new(false);

    let (stats, ended) = thread::scope(|threads| {
        let (outputs, failed) = (&mut outputs, &failed);
        let writer = threads.spawn(move || {
            let (stats, ended) = write_in_order(&from_workers, outputs, progress);
            failed.store(ended.is_err(), Ordering::Relaxed);
            (stats, ended)
        });
        pool.in_place_scope(|batches| {
            let workers = &workers;
            for number in 0.. {
                let permit = gate.enter();
                if failed.load(Ordering::Relaxed) || options.cancel.is_cancelled() {
                    break;
                }
                let Some(chunk) = feed.next() else { break };
                let to_writer = to_writer.clone();
                batches.spawn(move |_| {
                    let slot = rayon::current_thread_index().unwrap_or_default();
                    let mut worker = workers[slot].lock().unwrap_or_else(PoisonError::into_inner);
                    let written = catch_unwind(AssertUnwindSafe(|| worker.batch(chunk)))
                        .map_err(|panic| panic_message(panic.as_ref()));
                    // When the writer has stopped, the batch and its permit are dropped here.
                    to_writer.send(Done { number, written, permit }).unwrap_or_default();
                });
            }
        });
        drop(to_writer);
        writer.join().unwrap_or_else(|panic| {
            (Stats::default(), Err(RunError::Defect { message: panic_message(panic.as_ref()) }))
        })
    });

    let end = match ended {
        Err(RunError::Output(error)) if error.is_closed_pipe() => RunEnd::ClosedPipe,
        Err(error) => return Err(error),
        Ok(()) if options.cancel.is_cancelled() => RunEnd::Cancelled,
        Ok(()) => RunEnd::Complete,
    };
    if !stats.balances() {
        return Err(RunError::Unbalanced { stats: Box::new(stats) });
    }
    let end = match end {
        RunEnd::Complete => finish(outputs)?,
        stopped => stopped,
    };
    Ok(RunSummary {
        end,
        stats,
        seconds: started.elapsed().as_secs_f64(),
        bytes_read: progress.bytes(),
        passed_by: feed.passed_by(),
        most_in_flight: gate.most(),
    })
}

fn finish(outputs: Outputs) -> Result<RunEnd, OutputError> {
    match outputs.finish() {
        Ok(()) => Ok(RunEnd::Complete),
        Err(error) if error.is_closed_pipe() => Ok(RunEnd::ClosedPipe),
        Err(error) => Err(error),
    }
}

/// Refuses outputs that would eat an input or each other.
fn check(inputs: &Inputs, sinks: &Sinks) -> Result<(), RunError> {
    let targets: Vec<&Target> = [Some(&sinks.articles), sinks.removed.as_ref(), sinks.rejects.as_ref()]
        .into_iter()
        .flatten()
        .collect();
    for (nth, target) in targets.iter().enumerate() {
        if targets[..nth].iter().any(|earlier| earlier.is_same(target)) {
            return Err(RunError::SameOutput { name: target.name() });
        }
        if let Some(path) = target.files().into_iter().find(|path| inputs.would_read(path)) {
            return Err(RunError::OutputIsInput { path });
        }
    }
    Ok(())
}
