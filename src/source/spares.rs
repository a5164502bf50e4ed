//! Memory of batches that are done with, for those that come after: memory that the system gives anew comes in small pieces, each
//! of which stops the thread that first writes on it.

use std::sync::{Arc, Mutex, PoisonError};

/// What one has read or written in, another may use: shared by all threads of a run. There are never more of them than were in
/// use at once.
#[derive(Clone, Debug, Default)]
pub struct Spares(Arc<Mutex<Vec<Vec<u8>>>>);

impl Spares {
    /// A buffer that grew larger for a long page is not kept: no run should hold what one page took.
    const LARGEST: usize = 4 << 20;

    /// An empty buffer, with room if one was given back.
    pub fn take(&self) -> Vec<u8> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default()
    }

    /// Gives back a buffer, whatever is in it.
    pub fn give(&self, mut buffer: Vec<u8>) {
        if (1..=Self::LARGEST).contains(&buffer.capacity()) {
            buffer.clear();
            self.0.lock().unwrap_or_else(PoisonError::into_inner).push(buffer);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_given_back_is_used_again() {
        let spares = Spares::default();
        let mut buffer = spares.take();
        buffer.extend_from_slice(b"page");
        let (place, room) = (buffer.as_ptr(), buffer.capacity());
        spares.give(buffer);
        let again = spares.take();
        assert!(again.is_empty() && again.as_ptr() == place && again.capacity() == room);
        spares.give(Vec::with_capacity(Spares::LARGEST + 1));
        spares.give(Vec::new());
        assert_eq!(spares.take().capacity(), 0);
    }
}
