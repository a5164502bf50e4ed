//! How many lines a text has, for who wants to know no more of them: asked of sixty-four bytes at once.

use super::lines_as_they_stand;
use crate::bits::{BLOCK, white_in_block};

/// As many as [`lines_as_they_stand`] gives.
pub fn count_lines(text: &str) -> usize {
    let (mut least, mut most) = (Count::default(), Count::default());
    for block in text.as_bytes().chunks(BLOCK) {
        let white = white_in_block(block);
        least.add(!(white.surely | white.perhaps), white.line_ends);
        most.add(!white.surely, white.line_ends);
    }
    let [least, most] = [least, most].map(Count::lines);
    if least == most { least } else { lines_as_they_stand(text).count() }
}

/// Lines with something to see on them.
#[derive(Default)]
struct Count {
    ended: usize,
    /// Whether there is something to see on the line that has not ended yet.
    seen: bool,
}

impl Count {
    /// Adds a block: which bytes of it can be seen, and which end a line.
    fn add(&mut self, seen: u64, ends: u64) {
        // A line is a run of ones, behind it the zero of its end: whatever is added to ones carries into that zero.
        let (sum, over) = (seen & !ends).overflowing_add(!ends);
        let (sum, over_by_one) = sum.overflowing_add(self.seen.into());
        self.ended += (sum & ends).count_ones() as usize;
        self.seen = over | over_by_one;
    }

    fn lines(self) -> usize {
        self.ended + usize::from(self.seen)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn lines_are_as_many_as_there_stand(
            text in "([ a-c\t\r\n\u{b}\u{1c}\u{85}\u{a0}\u{1680}\u{2003}\u{202f}\u{3000}éあ中😀]|\n|a{60,70}| {60,130}){0,40}"
        ) {
            prop_assert_eq!(count_lines(&text), lines_as_they_stand(&text).count());
        }
    }
}
