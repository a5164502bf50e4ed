//! The bound on what is in flight: a batch is read only when there is a permit for it, and the permit comes back when
//! the batch is written. Read, worked on, or waiting for its turn: together never more than the permits. Permits
//! return when they are dropped, so that no failure can keep one.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// Hands out permits.
pub(super) struct Gate {
    yard: Arc<Yard>,
    permits: usize,
    most: usize,
}

/// What lies behind the gate. A lock and a wait, and no channel: those turn round for a while before they wait, for every batch.
#[derive(Default)]
struct Yard {
    live: Mutex<usize>,
    left: Condvar,
}

/// Leave to have one batch in flight.
pub(super) struct Permit(Arc<Yard>);

impl Gate {
    pub(super) fn new(permits: usize) -> Self {
        Self { yard: Arc::default(), permits, most: 0 }
    }

    /// Waits for a permit.
    pub(super) fn enter(&mut self) -> Permit {
        let is_full = |live: &mut usize| *live >= self.permits;
        let waited = self.yard.left.wait_while(self.yard.live(), is_full);
        let mut live = waited.unwrap_or_else(PoisonError::into_inner);
        *live += 1;
        self.most = self.most.max(*live);
        Permit(Arc::clone(&self.yard))
    }

    /// The most batches that were in flight at once.
    pub(super) fn most(&self) -> usize {
        self.most
    }
}

impl Yard {
    /// A number is whole whatever became of the thread that last changed it.
    fn live(&self) -> MutexGuard<'_, usize> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        *self.0.live() -= 1;
        self.0.left.notify_one();
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
