//! Sixty-four bytes of a line at once: which of them are letters, digits, spaces, as bits.
//!
//! Sixteen bytes are compared in one instruction, which costs a byte and a half where a walk over the characters costs
//! thirty instructions a byte.

use super::first_eight;
use std::ops::Range;
use wide::u8x16;

/// Bytes of a block.
pub(crate) const BLOCK: usize = 64;
/// Bytes that are looked at together.
const LANES: usize = 16;

/// What the bytes of a block are; bit by bit in their order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Block {
    /// ASCII letters.
    pub(crate) letters: u64,
    /// ASCII letters in upper case.
    pub(crate) upper: u64,
    /// ASCII digits.
    pub(crate) digits: u64,
    /// Spaces; no other white space.
    pub(crate) spaces: u64,
    /// ASCII control characters.
    pub(crate) controls: u64,
    /// Bytes of characters beyond ASCII.
    pub(crate) beyond: u64,
}

impl Block {
    /// Looks at the first bytes of `rest`, up to a whole block; missing ones count as spaces. Who asks seldom wants all rows,
    /// and what is inlined fills only those that are asked for.
    #[inline(always)]
    pub(crate) fn of(rest: &[u8]) -> Self {
        let rest = &rest[..rest.len().min(BLOCK)];
        let (whole, part) = rest.as_chunks::<LANES>();
        let mut block = Self::default();
        for (index, lanes) in whole.iter().enumerate() {
            block.add(u8x16::new(*lanes), LANES * index);
        }
        if !part.is_empty() {
            // What a last look sees for the second time says the same again.
            match rest.last_chunk() {
                Some(last) => block.add(u8x16::new(*last), rest.len() - LANES),
                None => block.add(u8x16::new(first_sixteen(part)), 0),
            }
        }
        if rest.len() < BLOCK {
            block.spaces |= u64::MAX << rest.len();
        }
        block
    }

    /// Looks at the first bytes, up to a whole block, of the bytes `range` of `text`; missing ones count as spaces. Where a
    /// block of text is left at its start, as nearly always, it is looked at whole, whatever the length: how long lines are
    /// nobody can guess.
    #[inline(always)]
    pub(crate) fn within(text: &[u8], range: Range<usize>) -> Self {
        let Some(whole) = text[range.start..].first_chunk::<BLOCK>() else { return Self::of(&text[range]) };
        let block = Self::of(whole);
        let kept = first_bits(range.len());
        Self {
            letters: block.letters & kept,
            upper: block.upper & kept,
            digits: block.digits & kept,
            spaces: block.spaces | !kept,
            controls: block.controls & kept,
            beyond: block.beyond & kept,
        }
    }

    /// What either block has.
    #[inline]
    pub(crate) fn with(&self, other: &Self) -> Self {
        Self {
            letters: self.letters | other.letters,
            upper: self.upper | other.upper,
            digits: self.digits | other.digits,
            spaces: self.spaces | other.spaces,
            controls: self.controls | other.controls,
            beyond: self.beyond | other.beyond,
        }
    }

    /// Takes the bytes in whose first is the block's byte at `at`.
    #[inline]
    fn add(&mut self, bytes: u8x16, at: usize) {
        let row = |lanes: u8x16| u64::from(lanes.to_bitmask()) << at;
        let among = |bytes: u8x16, first: u8, count: u8| row(lanes_among(bytes, first, count));
        let letters = among(bytes | u8x16::splat(0x20), b'a', 26);
        // Four times a byte moves the bit that small letters have to where the row is read.
        let twice = bytes + bytes;
        self.letters |= letters;
        self.upper |= letters & !row(twice + twice);
        self.digits |= among(bytes, b'0', 10);
        self.spaces |= row(bytes.simd_eq(u8x16::splat(b' ')));
        self.controls |= among(bytes, 0, b' ');
        self.beyond |= row(bytes);
    }
}

/// Which lanes are one of `count` bytes from `first` on.
#[inline(always)]
fn lanes_among(bytes: u8x16, first: u8, count: u8) -> u8x16 {
    let from_first = bytes - u8x16::splat(first);
    from_first.min(u8x16::splat(count - 1)).simd_eq(from_first)
}

/// For each byte of a block, how many there are up to it.
const ENDS: [[u8; LANES]; BLOCK / LANES] = {
    let (mut ends, mut at) = ([[0; LANES]; BLOCK / LANES], 0);
    while at < BLOCK {
        ends[at / LANES][at % LANES] = at as u8 + 1;
        at += 1;
    }
    ends
};

/// The first `length` bits, or all.
#[inline]
pub(crate) fn first_bits(length: usize) -> u64 {
    1u64.checked_shl(length.min(BLOCK) as u32).unwrap_or(0).wrapping_sub(1)
}

/// A hash of the bytes `range` of `text`, for tables that forget soon: nothing that is written hangs on it. Read by whole blocks,
/// as [`Block::within`] does.
pub(crate) fn hash_within(text: &[u8], range: Range<usize>) -> u64 {
    let mut hash = range.len() as u64;
    let mut at = range.start;
    while at < range.end {
        // Blocks that are alike must not make up for each other.
        hash = hash.rotate_left(32);
        let left = range.end - at;
        let whole = text[at..].first_chunk::<BLOCK>().copied().unwrap_or_else(|| {
            let mut whole = [0; BLOCK];
            whole[..left.min(BLOCK)].copy_from_slice(&text[at..range.end.min(at + BLOCK)]);
            whole
        });
        let end = u8x16::splat(left.min(BLOCK) as u8);
        for (index, lanes) in whole.as_chunks::<LANES>().0.iter().enumerate() {
            let place = u8x16::new(ENDS[index]);
            let kept = u8x16::new(*lanes) & place.max(end).simd_eq(end);
            hash ^= folded_product(u128::from_le_bytes(kept.to_array())).rotate_left(index as u32);
        }
        at += BLOCK;
    }
    hash
}

/// The product of both halves of a number, its own halves put together.
#[inline]
fn folded_product(number: u128) -> u64 {
    let (low, high) = (number as u64 ^ 0x9e37_79b9_7f4a_7c15, (number >> 64) as u64 ^ 0xd1b5_4a32_d192_ed03);
    let product = u128::from(low) * u128::from(high);
    product as u64 ^ (product >> 64) as u64
}

/// The bytes of a text of one to fifteen; missing ones are spaces. They are not copied, which would cost a call, and a wait
/// for what was just written.
#[inline]
fn first_sixteen(text: &[u8]) -> [u8; LANES] {
    const SPACES: u64 = u64::from_le_bytes([b' '; 8]);
    let length = text.len();
    let (low, high) = match text.last_chunk() {
        // What the first eight have too falls out.
        Some(last) => {
            let missing = 8 * (LANES - length);
            let last = u64::from_le_bytes(*last).checked_shr(missing as u32).unwrap_or(0);
            (first_eight(text), last | SPACES << (64 - missing))
        }
        None => (first_eight(text) | SPACES << (8 * length), SPACES),
    };
    (u128::from(high) << 64 | u128::from(low)).to_le_bytes()
}

/// The places of `byte` in `text`, in order. Where many lie close together this costs a fraction of looking for each anew.
pub(crate) fn places_of(byte: u8, text: &[u8]) -> impl Iterator<Item = usize> + '_ {
    text.chunks(BLOCK).enumerate().flat_map(move |(index, rest)| {
        let mut found = equal_to(byte, rest);
        std::iter::from_fn(move || {
            let place = (found != 0).then(|| index * BLOCK + found.trailing_zeros() as usize)?;
            found &= found - 1;
            Some(place)
        })
    })
}

/// Which bytes of a block are `byte`.
#[inline]
pub(crate) fn equal_to(byte: u8, block: &[u8]) -> u64 {
    among_block(block, |lanes| lanes.simd_eq(u8x16::splat(byte)))
}

/// Which bytes of a block cannot stand in a JSON string as they are: quotes, backslashes and control characters.
#[inline]
pub(crate) fn escaped_in_json(block: &[u8]) -> u64 {
    among_block(block, |lanes| {
        // With one bit turned the quote comes next to the control characters, in place of the space.
        let turned = lanes ^ u8x16::splat(b'"' ^ b' ');
        turned.min(u8x16::splat(b' ')).simd_eq(turned) | lanes.simd_eq(u8x16::splat(b'\\'))
    })
}

/// Which bytes of a block are signs, digits and letters of ASCII.
#[inline]
pub(crate) fn graphic_in_block(block: &[u8]) -> u64 {
    among_block(block, |lanes| lanes_among(lanes, b'!', b'~' - b'!' + 1))
}

/// Bytes of a block, and of as many behind it.
pub(crate) const AHEAD: usize = 2 * BLOCK;

/// The first bytes of `left`, of which whole blocks can be taken wherever in the first block they begin. Missing ones are
/// spaces; with those they stand in `padded`.
#[inline]
pub(crate) fn ahead_in<'a>(left: &'a [u8], padded: &'a mut [u8; AHEAD]) -> &'a [u8; AHEAD] {
    left.first_chunk().unwrap_or_else(|| {
        padded.fill(b' ');
        padded[..left.len()].copy_from_slice(left);
        padded
    })
}

/// Bytes that JSON escapes by a letter or sign behind the backslash, each with that; other control characters by their number.
pub(crate) const ESCAPES: [(u8, u8); 7] =
    [(b'"', b'"'), (b'\\', b'\\'), (8, b'b'), (b'\t', b't'), (b'\n', b'n'), (12, b'f'), (b'\r', b'r')];

/// Which bytes of a block `is_one` finds among sixteen of them. Missing ones count as spaces, up to the next sixteen.
#[inline]
fn among_block(block: &[u8], is_one: impl Fn(u8x16) -> u8x16) -> u64 {
    let found = |lanes| u64::from(is_one(u8x16::new(lanes)).to_bitmask());
    let all = |whole: &[[u8; LANES]]| {
        whole.iter().enumerate().fold(0, |all, (index, lanes)| all | found(*lanes) << (LANES * index))
    };
    // Told how many there are, the compiler makes no loop of them.
    if let Some(whole) = block.first_chunk::<BLOCK>() {
        return all(whole.as_chunks().0);
    }
    let (whole, part) = block.as_chunks();
    let all = all(whole);
    if part.is_empty() { all } else { all | found(first_sixteen(part)) << (LANES * whole.len()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_place_of_a_byte_is_found(text in "[ab]{0,200}") {
            let found: Vec<usize> = places_of(b'a', text.as_bytes()).collect();
            prop_assert_eq!(found, text.match_indices('a').map(|(at, _)| at).collect::<Vec<_>>());
        }

        #[test]
        fn what_json_escapes_is_found(bytes in prop::collection::vec(any::<u8>(), 0..BLOCK)) {
            let escaped = |byte: u8| byte < b' ' || byte == b'"' || byte == b'\\';
            let expected = bytes.iter().rev().fold(0, |row, &byte| row << 1 | u64::from(escaped(byte)));
            prop_assert_eq!(escaped_in_json(&bytes), expected);
        }

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

        #[test]
        fn what_stands_around_a_range_is_not_seen(
            bytes in prop::collection::vec(any::<u8>(), 0..80), before in 0usize..70, after in prop::collection::vec(any::<u8>(), 0..140),
        ) {
            let text = [vec![b'a'; before], bytes.clone(), after].concat();
            let range = before..before + bytes.len();
            prop_assert_eq!(Block::within(&text, range.clone()), Block::of(&bytes));
            prop_assert_eq!(hash_within(&text, range), hash_within(&bytes, 0..bytes.len()));
        }

        #[test]
        fn other_bytes_have_other_hashes(bytes in prop::collection::vec(any::<u8>(), 1..140), at: prop::sample::Index, flip in 1u8..) {
            let mut other = bytes.clone();
            other[at.index(bytes.len())] ^= flip;
            let hash = |bytes: &[u8]| hash_within(bytes, 0..bytes.len());
            prop_assert_ne!(hash(&bytes), hash(&other));
            prop_assert_ne!(hash(&bytes), hash(&bytes[..bytes.len() - 1]));
        }
    }
}
