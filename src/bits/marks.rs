//! Marks of texts, made of their first bytes, and sets of marks: what turns nearly everything away before it is looked for.

use super::first_of;

/// Bytes as a hash: Fibonacci hashing spreads text well enough.
pub(crate) fn spread(bytes: u64) -> u64 {
    bytes.wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// A hash of a text's length and first eight bytes, of which `eight` may hold more than the text has.
pub(crate) fn mark(eight: u64, length: usize) -> u64 {
    spread(first_of(eight, length.clamp(1, 8)) ^ (length as u64) << 56)
}

/// A set of hashes that may hold a few more than were put in.
#[derive(Debug)]
pub(crate) struct Bitmap {
    words: Box<[u64]>,
    shift: u32,
}

impl Default for Bitmap {
    fn default() -> Self {
        Self { words: Box::new([]), shift: 63 }
    }
}

impl Bitmap {
    /// An empty set for `count` hashes: `bits_each` for each, in all 256 to `most`, which is a power of two.
    pub(crate) fn new(count: usize, bits_each: usize, most: usize) -> Self {
        let bits = (count * bits_each).next_power_of_two().clamp(1 << 8, most);
        Self { words: vec![0; bits / 64].into_boxed_slice(), shift: 64 - bits.trailing_zeros() }
    }

    pub(crate) fn insert(&mut self, hash: u64) {
        let bit = (hash >> self.shift) as usize;
        self.words[bit / 64] |= 1 << (bit % 64);
    }

    /// Whether the hash may be in the set; never for an empty set.
    #[inline]
    pub(crate) fn contains(&self, hash: u64) -> bool {
        let bit = (hash >> self.shift) as usize;
        self.words.get(bit / 64).map_or(0, |word| word >> (bit % 64)) & 1 != 0
    }
}
