//! The one writer: takes batches as they come and writes them in the order of the input. How many it may have to hold
//! back is bounded by the permits they carry. The first output that fails ends the writing, and with it the run. Where a
//! section ends, outputs end a frame, and the journal is told how far all is.

use super::Progress;
use super::checkpoint::Checkpoint;
use super::gate::Permit;
use super::journal::Reached;
use super::run::RunError;
use super::work::Work;
use super::worker::{Worker, Written};
use crate::model::panic_message;
use crate::sink::{Mark, Output, OutputError};
use crate::source::{Chunk, Position, Spares};
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;

/// A batch that was worked on, or the message of the panic that it met.
pub(super) struct Done {
    pub(super) number: u64,
    pub(super) written: Result<Written, String>,
    /// Where reading goes on behind it, if a section ends with it.
    pub(super) section: Option<Position>,
    pub(super) permit: Permit,
}

/// The open outputs of a run.
pub(super) struct Outputs {
    /// Always there.
    pub(super) articles: Option<Output>,
    pub(super) removed: Option<Output>,
    pub(super) rejects: Option<Output>,
}

impl Outputs {
    fn write(&mut self, written: &Written) -> Result<(), OutputError> {
        let Self { articles, removed, rejects } = self;
        let parts = [(articles, &written.articles), (removed, &written.removed), (rejects, &written.rejects)];
        for (output, bytes) in parts {
            if let Some(output) = output {
                output.write(bytes)?;
            }
        }
        Ok(())
    }

    fn end_section(&mut self) -> Result<(), OutputError> {
        for output in [&mut self.articles, &mut self.removed, &mut self.rejects].into_iter().flatten() {
            output.end_section()?;
        }
        Ok(())
    }

    /// All that was written is on disk; tells how far each is.
    fn sync(&mut self) -> Result<[Option<Mark>; 3], OutputError> {
        let Self { articles, removed, rejects } = self;
        let sync = |output: &mut Option<Output>| output.as_mut().map(Output::sync).transpose();
        Ok([sync(articles)?, sync(removed)?, sync(rejects)?])
    }
}

impl Done {
    /// What comes of a batch, the next one by its number.
    pub(super) fn of<W: Work>(number: u64, chunk: Chunk, worker: &mut Worker<'_, W>, permit: Permit) -> Self {
        let section = chunk.ends_section().then(|| chunk.end());
        let written = catch_unwind(AssertUnwindSafe(|| worker.batch(chunk)))
            .map_err(|panic| panic_message(panic.as_ref()));
        Self { number, written, section, permit }
    }
}

/// Writes all batches, on top of what was `reached`; hands that back with what was written, all in order, and how it ended.
pub(super) fn write_in_order(
    done: impl Iterator<Item = Done>,
    outputs: &mut Outputs,
    mut checkpoint: Option<&mut Checkpoint>,
    mut reached: Reached,
    progress: &Progress,
    spares: &Spares,
) -> (Reached, Result<(), RunError>) {
    let mut early: BTreeMap<u64, Done> = BTreeMap::new();
    let mut next = 0;
    for batch in done {
        early.insert(batch.number, batch);
        while let Some(Done { written, section, permit, .. }) = early.remove(&next) {
            let written = match written {
                Ok(written) => written,
                Err(message) => return (reached, Err(RunError::Defect { message })),
            };
            if let Err(error) = outputs.write(&written) {
                return (reached, Err(RunError::Output(error)));
            }
            progress.add(written.stats.pages, written.opened);
            reached.opened += written.opened;
            reached.stats.merge(written.stats);
            reached.stats.rules.extend(written.rules);
            spares.give(written.articles);
            if let Some(position) = section {
                reached.position = position;
                if let Err(error) = end_section(outputs, checkpoint.as_deref_mut(), &mut reached) {
                    return (reached, Err(error));
                }
            }
            drop(permit);
            next += 1;
        }
    }
    (reached, Ok(()))
}

fn end_section(
    outputs: &mut Outputs,
    checkpoint: Option<&mut Checkpoint>,
    reached: &mut Reached,
) -> Result<(), RunError> {
    outputs.end_section()?;
    if let Some(checkpoint) = checkpoint.filter(|checkpoint| checkpoint.is_due()) {
        let began = Instant::now();
        reached.marks = outputs.sync()?;
        checkpoint.record(reached, began)?;
    }
    Ok(())
}
