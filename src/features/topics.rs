//! Topics: which of a line's words the page's prose uses, its title, other lines, or nothing else.
//!
//! One cell of bits a word says where the page has it, so that one look answers everything; what the words of a line add
//! up to are fields of one number, added at once.

use super::Table;
use super::columns::Column as C;
use super::scale::share;
use super::words::{LONG, MIDDLE, MOST, NUMBER, Words, class, hash_words, tells};
use crate::fold::fold;
use crate::model::Line;

/// Cells, a power of two: beyond so many words of one page, topics blur.
const CELLS: usize = 1 << 15;
/// Words of a title that are looked for, where the page's first line has to serve.
const TITLE_WORDS: usize = 24;

/// The word stands on the page.
const SEEN: u8 = 1;
/// It stands there again.
const SEEN_TWICE: u8 = SEEN << 1;
/// It stands in the prose.
const IN_PROSE: u8 = 4;
/// It stands there again.
const TWICE_IN_PROSE: u8 = IN_PROSE << 1;
/// A telling word of the title may have this cell.
const IN_TITLE: u8 = 16;

/// Counts over the words of a line, each in bits of its own.
type Counts = u64;

// A field holds all words of a line.
const _: () = assert!(MOST < 256);

/// What a word adds, by whether its line is prose, its class and the four lowest bits of its cell.
static ADDED: [[Counts; 64]; 2] = {
    let mut added = [[0; 64]; 2];
    let (mut prose, mut place) = (0, 0);
    while prose < 2 {
        while place < 64 {
            let (cell, class) = (place as u8 & 15, place as u32 >> 4);
            if class == MIDDLE || class == LONG {
                let is_long = (class == LONG) as u64;
                let again = (cell & TWICE_IN_PROSE != 0) as u64;
                // A paragraph's own words are in the prose anyway: for it only what other places repeat counts.
                let shared = if prose == 1 { again } else { (cell & IN_PROSE != 0) as u64 };
                let once = (cell & SEEN_TWICE == 0) as u64;
                added[prose][place] =
                    1 | is_long << 8 | shared << 16 | (shared & is_long) << 24 | again << 32 | once << 40;
            }
            place += 1;
        }
        (prose, place) = (prose + 1, 0);
    }
    added
};

/// Buffers, kept from page to page.
#[derive(Debug)]
pub(super) struct Topics {
    cells: Box<[u8]>,
    title: Vec<u32>,
}

impl Default for Topics {
    fn default() -> Self {
        Self { cells: vec![0; CELLS].into_boxed_slice(), title: Vec::new() }
    }
}

impl Topics {
    pub(super) fn fill(&mut self, table: &mut Table, lines: &[Line], words: &Words, title: &str) {
        let Ok(cells) = <&mut [u8; CELLS]>::try_from(&mut *self.cells) else { return };
        cells.fill(0);
        for (at, line) in lines.iter().enumerate() {
            let place = SEEN | if line.prose { IN_PROSE } else { 0 };
            for &word in words.of(at).iter().filter(|&&word| class(word) != NUMBER) {
                let cell = &mut cells[word as usize % CELLS];
                *cell |= place | (*cell & place) << 1;
            }
        }
        self.title.clear();
        match title {
            "" => self.title.extend(words.of(0).iter().filter(|&&word| tells(word)).take(TITLE_WORDS)),
            title => hash_words(fold(title).as_bytes(), &mut self.title),
        }
        self.title.retain(|&word| tells(word));
        for &word in &self.title {
            cells[word as usize % CELLS] |= IN_TITLE;
        }
        for (at, line) in lines.iter().enumerate() {
            let added = &ADDED[usize::from(line.prose)];
            let (mut counts, mut titled) = (0, 0);
            for &word in words.of(at) {
                let cell = cells[word as usize % CELLS];
                counts += added[(class(word) << 4) as usize | usize::from(cell & 15)];
                if cell & IN_TITLE != 0 {
                    titled += u32::from(self.title.contains(&word));
                }
            }
            let [telling, long, shared, long_shared, again, once, ..] = counts.to_le_bytes().map(u32::from);
            for (column, byte) in [
                (C::InProse, share(shared, telling)),
                (C::ProseTwice, share(again, telling)),
                (C::LongInProse, share(long_shared, long)),
                (C::InTitle, share(titled, telling)),
                (C::Rare, share(once, telling)),
            ] {
                table.set(column)[at] = byte;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Input;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        #[test]
        fn topics_are_those_of_plain_sets(
            lines in prop::collection::vec((prop::collection::vec(0usize..12, 0..9), any::<bool>()), 1..12),
            title in prop::sample::select(vec!["", "Bridges of Monday", "a b 12"]),
        ) {
            const WORDS: [&str; 12] =
                ["a", "of", "day", "river", "monday", "bridges", "engineers", "committee", "12", "7", "worth", "stay"];
            let text: Vec<String> =
                lines.iter().map(|(words, _)| words.iter().map(|&word| WORDS[word]).collect::<Vec<_>>().join(" ")).collect();
            let mut words = Words::default();
            words.read_lines(text.iter().map(|line| (line.as_str(), None)));
            let mut segmented = crate::segment::segment(&"line\n".repeat(lines.len())).lines;
            for (line, (_, prose)) in segmented.iter_mut().zip(&lines) {
                line.prose = *prose;
            }
            let mut table = Table::default();
            table.reset(lines.len(), Input::Text);
            Topics::default().fill(&mut table, &segmented, &words, title);

            let mut title_words = Vec::new();
            hash_words(fold(title).as_bytes(), &mut title_words);
            if title.is_empty() {
                title_words.extend(words.of(0).iter().filter(|&&word| tells(word)));
            }
            let mut seen: BTreeMap<u32, (u32, u32)> = BTreeMap::new();
            for (at, (_, prose)) in lines.iter().enumerate() {
                for &word in words.of(at) {
                    let counts = seen.entry(word).or_default();
                    *counts = (counts.0 + 1, counts.1 + u32::from(*prose));
                }
            }
            for (at, (_, prose)) in lines.iter().enumerate() {
                let telling: Vec<u32> = words.of(at).iter().copied().filter(|&word| tells(word)).collect();
                let long: Vec<u32> = telling.iter().copied().filter(|&word| class(word) == LONG).collect();
                let is_shared = |word: &u32| seen[word].1 > u32::from(*prose);
                let share_of = |of: &[u32], holds: &dyn Fn(&u32) -> bool| {
                    share(of.iter().filter(|word| holds(word)).count() as u32, of.len() as u32)
                };
                prop_assert_eq!(table.column(C::InProse)[at], share_of(&telling, &is_shared));
                prop_assert_eq!(table.column(C::LongInProse)[at], share_of(&long, &is_shared));
                prop_assert_eq!(table.column(C::ProseTwice)[at], share_of(&telling, &|word| seen[word].1 > 1));
                prop_assert_eq!(table.column(C::Rare)[at], share_of(&telling, &|word| seen[word].0 == 1));
                prop_assert_eq!(table.column(C::InTitle)[at], share_of(&telling, &|word| title_words.contains(word)));
            }
        }
    }
}
