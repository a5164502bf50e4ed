//! Sixty-four bytes of a line at once: which of them are letters, digits, spaces, as bits.
//!
//! Plain integer arithmetic on eight bytes at a time, without branches: it runs on any machine, needs no unsafe code,
//! and costs about five instructions a byte where a walk over the characters costs thirty.

/// Bytes of a block.
pub(super) const BLOCK: usize = 64;

/// The lowest bit of every byte, and the highest.
const LOW: u64 = u64::MAX / 255;
const HIGH: u64 = LOW << 7;

/// What the bytes of a block are; bit by bit in their order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Block {
    /// ASCII letters.
    pub(super) letters: u64,
    /// ASCII letters in upper case.
    pub(super) upper: u64,
    /// ASCII digits.
    pub(super) digits: u64,
    /// Spaces; no other white space.
    pub(super) spaces: u64,
    /// ASCII control characters.
    pub(super) controls: u64,
    /// Bytes of characters beyond ASCII.
    pub(super) beyond: u64,
}

impl Block {
    /// Looks at the first bytes of `rest`, up to a whole block; missing ones count as spaces.
    pub(super) fn of(rest: &[u8]) -> Self {
        let (whole, part) = rest[..rest.len().min(BLOCK)].as_chunks::<8>();
        let mut block = Self::default();
        for (index, chunk) in whole.iter().enumerate() {
            block.add(u64::from_le_bytes(*chunk), 8 * index);
        }
        let mut end = 8 * whole.len();
        if !part.is_empty() {
            let mut chunk = [b' '; 8];
            chunk[..part.len()].copy_from_slice(part);
            block.add(u64::from_le_bytes(chunk), end);
            end += 8;
        }
        if end < BLOCK {
            block.spaces |= u64::MAX << end;
        }
        block
    }

    /// Takes eight bytes in whose first is the block's byte at `at`.
    #[inline]
    fn add(&mut self, bytes: u64, at: usize) {
        let beyond = bytes & HIGH;
        // Without their highest bits, sums stay within their bytes; `from` has the highest bit where a byte is `first`
        // or more.
        let plain = bytes & !HIGH;
        let from = |bytes: u64, first: u8| bytes + LOW * u64::from(0x80 - first);
        let small = plain | LOW << 5;
        let letters = from(small, b'a') & !from(small, b'z' + 1) & !beyond;
        let digits = from(plain, b'0') & !from(plain, b'9' + 1) & !beyond;
        let spaces = !from(plain ^ LOW << 5, 1) & !beyond;
        let controls = !from(plain, b' ') & !beyond & HIGH;
        let upper = letters & !(bytes << 2) & HIGH;
        self.letters |= gather(letters) << at;
        self.spaces |= gather(spaces) << at;
        // Most of eight bytes of text are small letters.
        if (upper | digits & HIGH | controls | beyond) != 0 {
            self.upper |= gather(upper) << at;
            self.digits |= gather(digits) << at;
            self.controls |= gather(controls) << at;
            self.beyond |= gather(beyond) << at;
        }
    }
}

/// The highest bits of eight bytes as the lowest eight bits.
fn gather(bytes: u64) -> u64 {
    ((bytes & HIGH) >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_bit_says_what_its_byte_is(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
            let block = Block::of(&bytes);
            for at in 0..BLOCK {
                let byte = bytes.get(at).copied().unwrap_or(b' ');
                let bit = |row: u64| row >> at & 1 != 0;
                prop_assert_eq!(bit(block.letters), byte.is_ascii_alphabetic(), "{}", byte);
                prop_assert_eq!(bit(block.upper), byte.is_ascii_uppercase(), "{}", byte);
                prop_assert_eq!(bit(block.digits), byte.is_ascii_digit(), "{}", byte);
                prop_assert_eq!(bit(block.spaces), byte == b' ', "{}", byte);
                prop_assert_eq!(bit(block.controls), byte < b' ', "{}", byte);
                prop_assert_eq!(bit(block.beyond), !byte.is_ascii(), "{}", byte);
            }
        }
    }
}
