//! Sets of small numbers as rows of bits: lines of a page, rules of an engine. One word answers for 64 of them, which
//! is what makes asking about every line of a page cheap. And the bytes of a text as one number.

mod beyond;
mod block;
mod marks;

pub(crate) use beyond::{Beyond, ascii_run};
pub(crate) use block::{
    AHEAD, BLOCK, Block, ESCAPES, ahead_in, equal_to, escaped_in_json, first_bits, graphic_in_block,
    hash_within, places_of,
};
pub(crate) use marks::{Bitmap, mark, spread};

use std::ops::Range;

/// Words that a row of `numbers` bits takes.
pub(crate) fn words(numbers: usize) -> usize {
    numbers.div_ceil(64)
}

pub(crate) fn insert(row: &mut [u64], number: usize) {
    row[number / 64] |= 1 << (number % 64);
}

pub(crate) fn remove(row: &mut [u64], number: usize) {
    row[number / 64] &= !(1 << (number % 64));
}

/// Calls `take` with each word that holds numbers of `range`, and a mask of those numbers.
#[inline]
pub(crate) fn for_each_mask(range: Range<usize>, mut take: impl FnMut(usize, u64)) {
    if range.is_empty() {
        return;
    }
    let (first, last) = (range.start / 64, (range.end - 1) / 64);
    let (from, to) = (u64::MAX << (range.start % 64), u64::MAX >> (63 - (range.end - 1) % 64));
    for word in first..=last {
        let begins = if word == first { from } else { u64::MAX };
        let ends = if word == last { to } else { u64::MAX };
        take(word, begins & ends);
    }
}

pub(crate) fn contains(row: &[u64], number: usize) -> bool {
    row[number / 64] >> (number % 64) & 1 != 0
}

/// The least member that is `from` or more.
pub(crate) fn next(row: &[u64], from: usize) -> Option<usize> {
    let mut word = from / 64;
    let mut bits = row.get(word)? & (u64::MAX << (from % 64));
    while bits == 0 {
        word += 1;
        bits = *row.get(word)?;
    }
    Some(word * 64 + bits.trailing_zeros() as usize)
}

/// The greatest member that is `from` or less; `from` lies within the row.
pub(crate) fn previous(row: &[u64], from: usize) -> Option<usize> {
    let mut word = from / 64;
    let mut bits = row[word] & (u64::MAX >> (63 - from % 64));
    while bits == 0 {
        word = word.checked_sub(1)?;
        bits = row[word];
    }
    Some(word * 64 + 63 - bits.leading_zeros() as usize)
}

/// The members, least first.
pub(crate) fn members(row: &[u64]) -> impl Iterator<Item = usize> + '_ {
    members_of_words(row.iter().copied())
}

/// The members of both rows, least first.
pub(crate) fn members_of_both<'r>(row: &'r [u64], other: &'r [u64]) -> impl Iterator<Item = usize> + 'r {
    members_of_words(row.iter().zip(other).map(|(row, other)| row & other))
}

fn members_of_words(words: impl Iterator<Item = u64>) -> impl Iterator<Item = usize> {
    words.enumerate().flat_map(|(word, bits)| members_of_word(word, bits))
}

/// The members that the word at place `word` of a row holds, least first.
pub(crate) fn members_of_word(word: usize, bits: u64) -> impl Iterator<Item = usize> {
    let mut left = bits;
    std::iter::from_fn(move || {
        let bit = (left != 0).then(|| left.trailing_zeros() as usize)?;
        left &= left - 1;
        Some(word * 64 + bit)
    })
}

/// Turns 64 rows of 64 numbers on their side: bit `b` of row `a` becomes bit `a` of row `b`.
pub(crate) fn transpose(rows: &mut [u64; 64]) {
    // Ever smaller squares off the diagonal change places.
    let (mut side, mut low) = (32, u64::MAX >> 32);
    while side > 0 {
        for pair in rows.chunks_exact_mut(2 * side) {
            let (above, below) = pair.split_at_mut(side);
            for (above, below) in above.iter_mut().zip(below) {
                let moved = (*above >> side ^ *below) & low;
                *below ^= moved;
                *above ^= moved << side;
            }
        }
        side /= 2;
        low ^= low << side;
    }
}

/// The first eight bytes of a text; missing ones are 0.
#[inline]
pub(crate) fn first_eight(text: &[u8]) -> u64 {
    // Two reads that overlap give the bytes of a short text: where they do, they say the same.
    let length = text.len();
    if let Some(eight) = text.first_chunk() {
        u64::from_le_bytes(*eight)
    } else if let (Some(front), Some(back)) = (text.first_chunk(), text.last_chunk()) {
        u64::from(u32::from_le_bytes(*front)) | u64::from(u32::from_le_bytes(*back)) << (8 * (length - 4))
    } else if let (Some(front), Some(back)) = (text.first_chunk(), text.last_chunk()) {
        u64::from(u16::from_le_bytes(*front)) | u64::from(u16::from_le_bytes(*back)) << (8 * (length - 2))
    } else {
        text.first().map_or(0, |&byte| u64::from(byte))
    }
}

/// The first eight of the bytes `range` of `text`; missing ones are 0. Where eight bytes are left at their start, as nearly
/// always, it takes no look at how many there are.
#[inline]
pub(crate) fn first_eight_within(text: &[u8], range: Range<usize>) -> u64 {
    match text[range.start..].first_chunk() {
        Some(eight) => u64::from_le_bytes(*eight) & first_bits(8 * range.len()),
        None => first_eight(&text[range]),
    }
}

/// The last sixteen of the bytes `range` of `text` as a number, the last one lowest; missing ones are 0.
#[inline]
pub(crate) fn last_sixteen_within(text: &[u8], range: Range<usize>) -> u128 {
    let bits = (128 - 8 * range.len().min(16)) as u32;
    match text[..range.end].last_chunk() {
        Some(sixteen) => u128::from_be_bytes(*sixteen) & u128::MAX.checked_shr(bits).unwrap_or(0),
        None => text[range].iter().fold(0, |number, &byte| number << 8 | u128::from(byte)),
    }
}

/// The last eight of them.
#[inline]
pub(crate) fn last_eight_within(text: &[u8], range: Range<usize>) -> u64 {
    match text[..range.end].last_chunk() {
        Some(eight) => u64::from_be_bytes(*eight) & first_bits(8 * range.len()),
        None => last_sixteen_within(text, range) as u64,
    }
}

/// Appends the bytes `range` of `text` to `out`. Short ones are copied with what comes next, as much as makes a block, and that is
/// taken off again: this costs no call, and no look at how many there are.
#[inline]
pub(crate) fn push_within(out: &mut String, text: &str, range: Range<usize>) {
    let whole = text.get(range.start..range.start + BLOCK).filter(|_| range.len() <= BLOCK);
    match whole {
        Some(whole) => {
            let end = out.len() + range.len();
            out.push_str(whole);
            out.truncate(end);
        }
        None => out.push_str(&text[range]),
    }
}

/// The first `length` of eight bytes, one to eight; the others become 0.
#[inline]
pub(crate) fn first_of(eight: u64, length: usize) -> u64 {
    eight & (u64::MAX >> (64 - 8 * length))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn rows_become_columns(rows in prop::array::uniform32(any::<u64>())) {
            let square: [u64; 64] = std::array::from_fn(|row| rows[row / 2].rotate_left(row as u32));
            let mut turned = square;
            transpose(&mut turned);
            for (row, column) in (0..64).flat_map(|row| (0..64).map(move |column| (row, column))) {
                prop_assert_eq!(square[row] >> column & 1, turned[column] >> row & 1);
            }
        }

        #[test]
        fn a_row_answers_as_a_set_does(numbers in prop::collection::btree_set(0usize..200, 0..20), gone in 0usize..200, more in (0usize..200, 0usize..200), from in 0usize..200) {
            let mut row = vec![0; words(200)];
            numbers.iter().for_each(|&number| insert(&mut row, number));
            remove(&mut row, gone);
            for_each_mask(more.0..more.1, |word, mask| row[word] |= mask);
            let kept = numbers.into_iter().filter(|&number| number != gone);
            let set: BTreeSet<usize> = kept.chain(more.0..more.1).collect();
            prop_assert!(members(&row).eq(set.iter().copied()));
            prop_assert_eq!(next(&row, from), set.range(from..).next().copied());
            prop_assert_eq!(previous(&row, from), set.range(..=from).next_back().copied());
            prop_assert_eq!(contains(&row, from), set.contains(&from));
        }
    }

    proptest! {
        #[test]
        fn what_stands_around_a_range_is_not_taken(before in "\\PC{0,30}", line in "\\PC{0,80}", after in "\\PC{0,80}") {
            let text = format!("{before}{line}{after}");
            let range = before.len()..before.len() + line.len();
            let bytes = text.as_bytes();
            prop_assert_eq!(first_eight_within(bytes, range.clone()), first_eight(line.as_bytes()));
            let last = line.bytes().rev().take(16).enumerate().map(|(place, byte)| u128::from(byte) << (8 * place)).sum::<u128>();
            prop_assert_eq!(last_sixteen_within(bytes, range.clone()), last);
            prop_assert_eq!(last_eight_within(bytes, range.clone()), last as u64);
            let mut out = "out ".to_owned();
            push_within(&mut out, &text, range);
            prop_assert_eq!(&out, &format!("out {line}"));
        }
    }

    #[test]
    fn the_first_eight_bytes_of_short_texts_are_followed_by_nothing() {
        for length in 0..=10 {
            let text = &b"abcdefghij"[..length];
            let mut bytes = [0; 8];
            bytes[..length.min(8)].copy_from_slice(&text[..length.min(8)]);
            assert_eq!(first_eight(text), u64::from_le_bytes(bytes), "{length}");
            if (1..=8).contains(&length) {
                assert_eq!(first_of(first_eight(b"abcdefghij"), length), first_eight(text), "{length}");
            }
        }
    }
}
