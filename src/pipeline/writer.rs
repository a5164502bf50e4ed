//! The one writer: takes batches as they come and writes them in the order of the input. How many it may have to hold
//! back is bounded by the permits they carry. The first output that fails ends the writing, and with it the run.

use super::gate::Permit;
use super::run::RunError;
use super::worker::Written;
use super::{Progress, Sinks};
use crate::model::Stats;
use crate::sink::{Output, OutputError};
use crossbeam_channel::Receiver;
use std::collections::BTreeMap;

/// A batch that was worked on, or the message of the panic that it met.
pub(super) struct Done {
    pub(super) number: u64,
    pub(super) written: Result<Written, String>,
    pub(super) permit: Permit,
}

/// The open outputs of a run.
pub(super) struct Outputs {
    articles: Output,
    removed: Option<Output>,
    rejects: Option<Output>,
}

impl Outputs {
    pub(super) fn open(sinks: Sinks) -> Result<Self, OutputError> {
        Ok(Self {
            articles: Output::open_records(sinks.articles)?,
            removed: sinks.removed.map(Output::open).transpose()?,
            rejects: sinks.rejects.map(Output::open).transpose()?,
        })
    }

    fn write(&mut self, written: &Written) -> Result<(), OutputError> {
        self.articles.write(&written.articles)?;
        if let Some(removed) = &mut self.removed {
            removed.write(&written.removed)?;
        }
        if let Some(rejects) = &mut self.rejects {
            rejects.write(&written.rejects)?;
        }
        Ok(())
    }

    /// The articles appear last: whoever waits for them finds the files beside them too.
    pub(super) fn finish(self) -> Result<(), OutputError> {
        if let Some(rejects) = self.rejects {
            rejects.finish()?;
        }
        if let Some(removed) = self.removed {
            removed.finish()?;
        }
        self.articles.finish()
    }
}

/// Writes until the last sender is gone; hands back what was written, all in order, and how it ended.
pub(super) fn write_in_order(
    done: &Receiver<Done>,
    outputs: &mut Outputs,
    progress: &Progress,
) -> (Stats, Result<(), RunError>) {
    let mut stats = Stats::default();
    let mut early: BTreeMap<u64, Done> = BTreeMap::new();
    let mut next = 0;
    for batch in done {
        early.insert(batch.number, batch);
        while let Some(Done { written, permit, .. }) = early.remove(&next) {
            let written = match written {
                Ok(written) => written,
                Err(message) => return (stats, Err(RunError::Defect { message })),
            };
            if let Err(error) = outputs.write(&written) {
                return (stats, Err(RunError::Output(error)));
            }
            progress.add_pages(written.stats.pages);
            stats.merge(written.stats);
            drop(permit);
            next += 1;
        }
    }
    (stats, Ok(()))
}
