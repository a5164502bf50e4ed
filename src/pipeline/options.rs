//! How a run goes, and the two things that others may do to it while it goes: watch it, and stop it.

use crate::source::Meter;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;

/// How a run goes. None of this changes what comes out, but for [`Options::title_in_text`].
#[derive(Clone, Debug)]
pub struct Options {
    pub(super) threads: NonZeroUsize,
    pub(super) batch_bytes: usize,
    pub(super) title_in_text: bool,
    pub(super) cancel: Cancel,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            threads: thread::available_parallelism().unwrap_or(NonZeroUsize::MIN),
            batch_bytes: 1 << 20,
            title_in_text: false,
            cancel: Cancel::default(),
        }
    }
}

impl Options {
    /// Threads that clean pages; one more reads and one more writes.
    ///
    /// By default as many as the machine runs at once.
    pub fn threads(&mut self, threads: NonZeroUsize) -> &mut Self {
        self.threads = threads;
        self
    }

    /// How many threads clean pages.
    pub fn thread_count(&self) -> usize {
        self.threads.get()
    }

    /// About how many bytes of input go to a thread at a time.
    ///
    /// By default 1 MiB.
    pub fn batch_bytes(&mut self, bytes: usize) -> &mut Self {
        self.batch_bytes = bytes.max(1);
        self
    }

    /// Puts the title back before the text of the record.
    ///
    /// By default the title is not in the text.
    pub fn title_in_text(&mut self, yes: bool) -> &mut Self {
        self.title_in_text = yes;
        self
    }

    /// Stops the run when that token is cancelled.
    ///
    /// By default nothing stops it.
    pub fn cancel(&mut self, cancel: Cancel) -> &mut Self {
        self.cancel = cancel;
        self
    }
}

/// Asks a run to stop: it reads no further, finishes what it has in hand, and leaves no output file behind.
#[derive(Clone, Debug, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// Asks, for good.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether it was asked.
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// How far a run is, for whoever looks on from another thread.
#[derive(Clone, Debug, Default)]
pub struct Progress {
    pub(super) meter: Meter,
    pages: Arc<AtomicU64>,
}

impl Progress {
    /// Bytes read so far, as stored.
    pub fn bytes(&self) -> u64 {
        self.meter.bytes()
    }

    /// Pages done so far, whatever became of them.
    pub fn pages(&self) -> u64 {
        self.pages.load(Ordering::Relaxed)
    }

    pub(super) fn add_pages(&self, pages: u64) {
        self.pages.fetch_add(pages, Ordering::Relaxed);
    }
}
