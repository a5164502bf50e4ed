//! How many lines a text has, for who wants to know no more of them: asked of sixty-four bytes at once.

use crate::bits::{BLOCK, equal_to, graphic_in_block, members_of_word};

/// As many as [`lines_as_they_stand`](super::lines_as_they_stand) gives.
pub fn count_lines(text: &str) -> usize {
    let (mut lines, mut begins) = (0, true);
    for (index, block) in text.as_bytes().chunks(BLOCK).enumerate() {
        let [ends, spaces, graphic] =
            [equal_to(b'\n', block), equal_to(b' ', block), graphic_in_block(block)];
        let starts = ends << 1 | u64::from(begins);
        // Where a line begins with spaces, one more carries through them to what comes first behind.
        let (behind, over) = spaces.overflowing_add(starts & spaces);
        let first = (starts | behind) & !spaces;
        begins = over || ends >> (BLOCK - 1) != 0;
        lines += (first & graphic).count_ones() as usize;
        // What begins with anything else may be blank.
        lines += members_of_word(index, first & !graphic & !ends).filter(|&at| !is_blank(text, at)).count();
    }
    lines
}

/// Whether there is nothing on the line from `start` on.
fn is_blank(text: &str, start: usize) -> bool {
    let rest = text.get(start..).unwrap_or_default();
    rest.chars().find(|&c| c == '\n' || !c.is_whitespace()).is_none_or(|c| c == '\n')
}

#[cfg(test)]
mod tests {
    use super::super::lines_as_they_stand;
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn lines_are_as_many_as_there_stand(
            text in "([ a-c\t\r\n\u{b}\u{1c}\u{7f}\u{85}\u{a0}\u{1680}\u{2003}\u{202f}\u{3000}éあ中😀]|\n|a{60,70}| {60,130}){0,40}"
        ) {
            prop_assert_eq!(count_lines(&text), lines_as_they_stand(&text).count());
        }
    }
}
