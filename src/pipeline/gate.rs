//! The bound on what is in flight: a batch is read only when there is a permit for it, and the permit comes back when
//! the batch is written. Read, worked on, or waiting for its turn: together never more than the permits. Permits
//! return when they are dropped, so that no failure can keep one.

use crossbeam_channel::{Receiver, Sender, bounded};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Hands out permits.
pub(super) struct Gate {
    free: Receiver<()>,
    back: Sender<()>,
    live: Arc<AtomicUsize>,
    most: usize,
}

/// Leave to have one batch in flight.
pub(super) struct Permit {
    back: Sender<()>,
    live: Arc<AtomicUsize>,
}

impl Gate {
    pub(super) fn new(permits: usize) -> Self {
        let (back, free) = bounded(permits);
        for _ in 0..permits {
            // The channel has room for every permit, and its other end is held here.
            back.send(()).unwrap_or_default();
        }
        Self { free, back, live: Arc::default(), most: 0 }
    }

    /// Waits for a permit.
    pub(super) fn enter(&mut self) -> Permit {
        // A sender lives in `self`, so the channel cannot be closed.
        self.free.recv().unwrap_or_default();
        let live = 1 + self.live.fetch_add(1, Ordering::AcqRel);
        self.most = self.most.max(live);
        Permit { back: self.back.clone(), live: Arc::clone(&self.live) }
    }

    /// The most batches that were in flight at once.
    pub(super) fn most(&self) -> usize {
        self.most
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.live.fetch_sub(1, Ordering::AcqRel);
        self.back.send(()).unwrap_or_default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::thread;
    use std::time::{Duration, Instant};

    #[test]
    fn never_lets_more_through_than_it_has_permits() {
        let mut gate = Gate::new(2);
        let (first, second) = (gate.enter(), gate.enter());
        let late = thread::spawn(move || {
            thread::sleep(Duration::from_millis(20));
            let left = Instant::now();
            drop(first);
            left
        });
        let third = gate.enter();
        let entered = Instant::now();
        assert!(late.join().unwrap() <= entered, "the third waited for the first");
        assert_eq!(gate.most(), 2);
        drop((second, third));
    }
}
