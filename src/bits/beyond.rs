//! Where a text leaves ASCII.

use super::{BLOCK, Block};
use std::ops::Range;

/// Bytes up to the first that is not ASCII.
pub(crate) fn ascii_run(bytes: &[u8]) -> usize {
    Beyond::default().next(bytes, 0..bytes.len())
}

/// Where the bytes beyond ASCII of a text are, of the block that was looked at last.
#[derive(Default)]
pub(crate) struct Beyond {
    base: usize,
    bytes: u64,
    /// Where the block ends: at the base before any was looked at.
    end: usize,
}

impl Beyond {
    /// The first place of `range`, none of which lies before an earlier one, with such a byte, or its end.
    #[inline]
    pub(crate) fn next(&mut self, text: &[u8], range: Range<usize>) -> usize {
        let mut at = range.start;
        while at < range.end {
            if at >= self.end {
                let bytes = Block::within(text, at..range.end).beyond;
                *self = Self { base: at, bytes, end: at + BLOCK };
            }
            let left = self.bytes >> (at - self.base);
            if left != 0 {
                return at + left.trailing_zeros() as usize;
            }
            at = self.end;
        }
        range.end
    }
}
