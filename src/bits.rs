//! Sets of small numbers as rows of bits: lines of a page, rules of an engine. One word answers for 64 of them, which
//! is what makes asking about every line of a page cheap.

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

/// Takes out the numbers from `from` up to and without `end`.
pub(crate) fn clear(row: &mut [u64], from: usize, end: usize) {
    if from >= end {
        return;
    }
    let (first, last) = (from / 64, (end - 1) / 64);
    let (keep_below, keep_above) = (!(u64::MAX << (from % 64)), !(u64::MAX >> (63 - (end - 1) % 64)));
    if first == last {
        row[first] &= keep_below | keep_above;
    } else {
        row[first] &= keep_below;
        row[first + 1..last].fill(0);
        row[last] &= keep_above;
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

/// The members from the start of `range` up to its end, least first.
pub(crate) fn members_within(row: &[u64], range: Range<usize>) -> impl Iterator<Item = usize> + '_ {
    let mut from = range.start;
    std::iter::from_fn(move || {
        let member =
            (from < range.end).then(|| next(row, from)).flatten().filter(|&member| member < range.end)?;
        from = member + 1;
        Some(member)
    })
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
    words.enumerate().flat_map(|(word, bits)| {
        let mut left = bits;
        std::iter::from_fn(move || {
            let bit = (left != 0).then(|| left.trailing_zeros() as usize)?;
            left &= left - 1;
            Some(word * 64 + bit)
        })
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

/// Turns `height` rows of `width` words each on their side: fills `turned` with a row of `height` bits for each number.
pub(crate) fn transpose_rows(rows: &[u64], height: usize, width: usize, turned: &mut Vec<u64>) {
    let stride = words(height);
    turned.clear();
    turned.resize(64 * width * stride, 0);
    let mut square = [0; 64];
    for (above, rows) in rows.chunks(64 * width.max(1)).enumerate() {
        for word in 0..width {
            square.fill(0);
            square.iter_mut().zip(rows.chunks(width)).for_each(|(bits, row)| *bits = row[word]);
            if square.iter().all(|&bits| bits == 0) {
                continue;
            }
            transpose(&mut square);
            for (number, bits) in square.iter().enumerate() {
                turned[(64 * word + number) * stride + above] = *bits;
            }
        }
    }
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
        fn rows_of_several_words_become_columns(
            (width, rows) in (1usize..4).prop_flat_map(|width| {
                let row = prop::collection::vec(any::<u64>(), width);
                (Just(width), prop::collection::vec(row, 0..150))
            })
        ) {
            let mut turned = Vec::new();
            transpose_rows(&rows.concat(), rows.len(), width, &mut turned);
            let stride = words(rows.len());
            for (line, row) in rows.iter().enumerate() {
                for number in 0..64 * width {
                    prop_assert_eq!(contains(row, number), contains(&turned[number * stride..], line));
                }
            }
        }

        #[test]
        fn a_row_answers_as_a_set_does(numbers in prop::collection::btree_set(0usize..200, 0..20), gone in 0usize..200, cut in (0usize..200, 0usize..200), from in 0usize..200) {
            let mut row = vec![0; words(200)];
            numbers.iter().for_each(|&number| insert(&mut row, number));
            remove(&mut row, gone);
            clear(&mut row, cut.0, cut.1);
            let kept = |&number: &usize| number != gone && !(cut.0..cut.1).contains(&number);
            let set: BTreeSet<usize> = numbers.into_iter().filter(kept).collect();
            prop_assert!(members(&row).eq(set.iter().copied()));
            let within = members_within(&row, cut.0..cut.1);
            prop_assert!(within.eq(set.iter().copied().filter(|number| (cut.0..cut.1).contains(number))));
            prop_assert_eq!(next(&row, from), set.range(from..).next().copied());
            prop_assert_eq!(previous(&row, from), set.range(..=from).next_back().copied());
            prop_assert_eq!(contains(&row, from), set.contains(&from));
        }
    }
}
