//! How a run goes, and the two things that others may do to it while it goes: watch it, and stop it.

use super::conditions::Conditions;
use crate::source::Meter;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

/// How a run goes. None of this changes what comes out, but for [`Options::title_in_text`] and [`Options::page_time`]; and where compressed outputs
/// begin a new frame, [`Options::section_bytes`].
#[derive(Clone, Debug)]
pub struct Options {
    pub(super) threads: NonZeroUsize,
    pub(super) batch_bytes: usize,
    pub(super) section_bytes: usize,
    pub(super) title_in_text: bool,
    pub(super) page_time: Option<Duration>,
    pub(super) resume: Option<Conditions>,
    pub(super) cancel: Cancel,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            threads: thread::available_parallelism().unwrap_or(NonZeroUsize::MIN),
            batch_bytes: 1 << 20,
            section_bytes: 32 << 20,
            page_time: None,
            resume: None,
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

    /// About how many bytes of input make a section, at whose end a run can be taken up again, and compressed outputs begin
    /// a new frame.
    ///
    /// By default 32 MiB.
    pub fn section_bytes(&mut self, bytes: usize) -> &mut Self {
        self.section_bytes = bytes.max(1);
        self
    }

    /// A page that takes longer is rejected. What comes out then hangs on how fast the machine is.
    ///
    /// By default pages take as long as they take; that is bounded by their size.
    pub fn page_time(&mut self, time: Duration) -> &mut Self {
        self.page_time = Some(time);
        self
    }

    /// Goes on where an earlier run to the same outputs was stopped, if there was one, and keeps a journal so that the next
    /// one can. The conditions are what the output hangs on; the inputs, the outputs and these options are added to them.
    ///
    /// By default a run begins at the beginning and keeps nothing when it is stopped.
    pub fn resume(&mut self, conditions: Conditions) -> &mut Self {
        self.resume = Some(conditions);
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
    /// What is read in order.
    pub(super) meter: Meter,
    /// What was read beside that, of all that is written.
    opened: Arc<AtomicU64>,
    pages: Arc<AtomicU64>,
    resumed: Arc<AtomicU64>,
}

impl Progress {
    /// Bytes read so far, as stored.
    pub fn bytes(&self) -> u64 {
        self.meter.bytes() + self.opened.load(Ordering::Relaxed)
    }

    /// Pages done so far, whatever became of them.
    pub fn pages(&self) -> u64 {
        self.pages.load(Ordering::Relaxed)
    }

    /// Those of the pages that an earlier run did.
    pub fn resumed(&self) -> u64 {
        self.resumed.load(Ordering::Relaxed)
    }

    /// Begins where an earlier run was.
    pub(super) fn resume(&self, pages: u64, opened: u64) {
        self.resumed.store(pages, Ordering::Relaxed);
        self.add(pages, opened);
    }

    pub(super) fn add(&self, pages: u64, opened: u64) {
        self.pages.fetch_add(pages, Ordering::Relaxed);
        self.opened.fetch_add(opened, Ordering::Relaxed);
    }
}
