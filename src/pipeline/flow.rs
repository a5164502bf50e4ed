//! How batches go from the reader through the workers to the writer. One thread does all three in turn: a batch is worked on while
//! it is near, and nobody waits for anybody. Of several each works, and two more read ahead and write in order, which
//! seldom have much to do.

use super::checkpoint::Checkpoint;
use super::gate::Gate;
use super::journal::Reached;
use super::options::{Options, Progress};
use super::run::RunError;
use super::work::Work;
use super::worker::{Wanted, Worker};
use super::writer::{Done, Outputs, write_in_order};
use crate::model::panic_message;
use crate::source::{Feed, Inputs};
use std::iter;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

/// Batches in flight for each thread: one that is worked on, one that waits for it, and one that waits to be written.
const BATCHES_PER_THREAD: usize = 3;

/// A batch and what comes of it stay in a core's second cache.
const NEAR: usize = 256 << 10;

/// What a run is made of.
pub(super) struct Flow<'r, W> {
    pub(super) inputs: &'r Inputs,
    pub(super) work: &'r W,
    pub(super) wanted: Wanted,
    pub(super) options: &'r Options,
    pub(super) progress: &'r Progress,
}

/// How it went.
pub(super) struct Gone {
    /// What was written, in order.
    pub(super) reached: Reached,
    pub(super) ended: Result<(), RunError>,
    pub(super) most_in_flight: usize,
    pub(super) passed_by: u64,
}

type Ended = (Reached, Result<(), RunError>);

impl<W: Work> Flow<'_, W> {
    /// Goes on from `before` until the inputs end, or something ends the run.
    pub(super) fn go(
        &self,
        outputs: &mut Outputs,
        checkpoint: Option<&mut Checkpoint>,
        before: Reached,
    ) -> Result<Gone, RunError> {
        let threads = self.options.threads.get();
        let mut gate = Gate::new(threads * BATCHES_PER_THREAD);
        // Where nothing is handed over, a batch need be no larger than what stays near.
        let most = if threads == 1 { NEAR } else { usize::MAX };
        let mut feed = self.inputs.feed(self.options.batch_bytes.min(most), self.progress.meter.clone());
        feed.section(self.options.section_bytes);
        feed.skip_to(before.position).map_err(|error| RunError::LostPlace { error })?;
        let spares = feed.spares().clone();
        let write = |batches: &mut dyn Iterator<Item = Done>| {
            let written = || write_in_order(batches, outputs, checkpoint, before, self.progress, &spares);
            catch_unwind(AssertUnwindSafe(written)).unwrap_or_else(|panic| {
                (Reached::default(), Err(RunError::Defect { message: panic_message(panic.as_ref()) }))
            })
        };
        let (reached, ended) = if threads == 1 {
            self.alone(&mut feed, &mut gate, write)
        } else {
            self.together(&mut feed, &mut gate, write)?
        };
        Ok(Gone { reached, ended, most_in_flight: gate.most(), passed_by: feed.passed_by() })
    }

    fn alone(
        &self,
        feed: &mut Feed<'_>,
        gate: &mut Gate,
        write: impl FnOnce(&mut dyn Iterator<Item = Done>) -> Ended,
    ) -> Ended {
        let mut worker = Worker::new(self.work, self.inputs, self.wanted);
        let mut numbers = 0..;
        write(&mut iter::from_fn(|| {
            let permit = gate.enter();
            let chunk = if self.options.cancel.is_cancelled() { None } else { feed.next() }?;
            Some(Done::of(numbers.next()?, chunk, &mut worker, permit))
        }))
    }

    fn together(
        &self,
        feed: &mut Feed<'_>,
        gate: &mut Gate,
        write: impl FnOnce(&mut dyn Iterator<Item = Done>) -> Ended + Send,
    ) -> Result<Ended, RunError> {
        let threads = self.options.threads.get();
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .thread_name(|nth| format!("clean-{nth}"))
            .build()
            .map_err(|error| RunError::Threads { threads, error })?;
        // Each slot is used by one thread of the pool alone; the locks are never waited for.
        let worker = || Mutex::new(Worker::new(self.work, self.inputs, self.wanted));
        let workers: Vec<_> = iter::repeat_with(worker).take(threads).collect();
        let (to_writer, from_workers) = crossbeam_channel::unbounded();
        let written_out = AtomicBool::new(false);
        let ended = thread::scope(|threads| {
            let writer = threads.spawn(|| {
                let ended = write(&mut from_workers.into_iter());
                // Whoever writes has come to an end: nothing more need be read.
                written_out.store(true, Ordering::Relaxed);
                ended
            });
            pool.in_place_scope(|batches| {
                let workers = &workers;
                for number in 0.. {
                    let permit = gate.enter();
                    if written_out.load(Ordering::Relaxed) || self.options.cancel.is_cancelled() {
                        break;
                    }
                    let Some(chunk) = feed.next() else { break };
                    let to_writer = to_writer.clone();
                    batches.spawn(move |_| {
                        let slot = rayon::current_thread_index().unwrap_or_default();
                        let mut worker = workers[slot].lock().unwrap_or_else(PoisonError::into_inner);
                        let done = Done::of(number, chunk, &mut worker, permit);
                        // When the writer has stopped, the batch and its permit are dropped here.
                        to_writer.send(done).unwrap_or_default();
                    });
                }
            });
            drop(to_writer);
            writer.join()
        });
        Ok(ended.unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    }
}
