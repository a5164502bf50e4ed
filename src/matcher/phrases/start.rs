//! What a text begins with, as the keys that phrases are found by: its first bytes, as many as a key has.

use crate::bits::{first_eight, first_of};

/// Bytes of the keys that phrases are found by. Each has the longest that it fills.
pub(super) const KEYS: [usize; 6] = [1, 2, 3, 4, 8, 16];
/// The keys of four and of eight bytes.
pub(super) const FOUR: usize = 3;
pub(super) const EIGHT: usize = 4;
/// Whether `text` begins with a phrase that has that key.
#[inline]
pub(super) fn begins(text: &[u8], phrase: &[u8], key: usize) -> bool {
    let Some(front) = text.get(..phrase.len()) else { return false };
    match key {
        // The first bytes and the last are all there are: no call for so few.
        FOUR => {
            front.first_chunk::<4>() == phrase.first_chunk() && front.last_chunk::<4>() == phrase.last_chunk()
        }
        EIGHT => {
            front.first_chunk::<8>() == phrase.first_chunk() && front.last_chunk::<8>() == phrase.last_chunk()
        }
        // Nor for one to three.
        ..FOUR => front.iter().eq(phrase),
        _ => front == phrase,
    }
}

/// What a bucket keeps of a hash: all of the key's bytes go into the front of it.
#[inline]
pub(super) fn front_of(hash: u64) -> u32 {
    (hash >> 32) as u32
}

/// The key of phrases of `length` bytes.
pub(super) fn key_of(length: usize) -> usize {
    match length {
        0..=4 => length.saturating_sub(1),
        5..=7 => FOUR,
        8..=15 => EIGHT,
        _ => 5,
    }
}

/// The first sixteen bytes of a text, and which keys it fills.
pub(super) struct Start {
    pub(super) first: u64,
    second: u64,
    pub(super) keys: u8,
}

impl Start {
    pub(super) fn of(text: &[u8]) -> Self {
        // Only the key of sixteen bytes asks for the second half.
        let second = text.first_chunk::<16>().and_then(|start| start.last_chunk());
        Self {
            first: first_eight(text),
            second: second.map_or(0, |second| u64::from_le_bytes(*second)),
            keys: Self::keys(text.len()),
        }
    }

    /// The start of a text of so many bytes, of which `word` are the first, the first one lowest.
    pub(super) fn of_word(word: u128, length: usize) -> Self {
        Self { first: word as u64, second: (word >> 64) as u64, keys: Self::keys(length) }
    }

    fn keys(length: usize) -> u8 {
        if length == 0 { 0 } else { (2 << key_of(length)) - 1 }
    }

    pub(super) fn hash(&self, key: usize) -> u64 {
        let (first, second) = self.masked(key);
        // As above; the key's number is mixed in so that `a` and `a\0` differ.
        let mixed = (first ^ (key as u64) << 59).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        if key < 5 { mixed } else { (mixed.rotate_left(29) ^ second).wrapping_mul(0xd6e8_feb8_6659_fd93) }
    }

    pub(super) fn masked(&self, key: usize) -> (u64, u64) {
        match KEYS[key] {
            16 => (self.first, self.second),
            length => (first_of(self.first, length), 0),
        }
    }
}
