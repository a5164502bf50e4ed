//! What repeats on a page: lines, patterns, beginnings, and the rhythm of lines near by.

use super::Table;
use super::columns::Column as C;
use super::own::Own;
use super::scale::{distance, flag, log};
use super::words::Words;
use crate::matcher::PageView;
use crate::model::Line;
use foldhash::fast::FixedState;
use std::hash::BuildHasher;

/// Lines on either side in which lines of the same rhythm are counted.
const RHYTHM_REACH: usize = 12;

/// Buffers, kept from page to page.
#[derive(Debug, Default)]
pub(super) struct Repeats {
    tally: Tally,
    rhythm: Vec<u8>,
}

impl Repeats {
    pub(super) fn fill(&mut self, table: &mut Table, view: &PageView<'_>, own: &[Own], words: &Words) {
        let lines = &view.lines.lines;
        let hash = FixedState::default();
        let tally = &mut self.tally;
        tally.count((0..lines.len()).map(|at| hash.hash_one(view.folded(at))));
        table.fill(C::SameLine, tally.times().map(|times| log(times - 1)));
        table.fill(C::FirstSeen, tally.before.iter().map(|before| flag(before.is_none())));
        tally.count(words.keys().iter().copied());
        table.fill(C::SamePattern, tally.times().map(|times| log(times - 1)));
        tally.count((0..lines.len()).map(|at| beginning(words.of(at))));
        table.fill(C::SameStart, tally.times().map(|times| log(times - 1)));
        // How far above a line with the same beginning stands.
        let gaps =
            tally.before.iter().enumerate().map(|(at, before)| before.map(|before| at as u32 - before));
        table.fill(C::SamePatternNear, gaps.map(distance));
        self.fill_rhythm(table, lines, own);
    }

    fn fill_rhythm(&mut self, table: &mut Table, lines: &[Line], own: &[Own]) {
        let rhythm = &mut self.rhythm;
        rhythm.clear();
        rhythm.extend(own.iter().zip(lines).map(|(own, line)| {
            let length = line.words.min(255).checked_ilog2().map_or(0, |length| length as u8 + 1);
            length << 4 | flag(line.closed) << 3 | flag(own.digits > 0) << 2 | (own.start.min(3))
        }));
        // How often each rhythm stands in the window that moves down the page.
        let mut near = [0u8; 256];
        for &entering in rhythm.iter().take(RHYTHM_REACH) {
            near[usize::from(entering)] += 1;
        }
        let same = rhythm.iter().enumerate().map(|(at, &own)| {
            if let Some(&entering) = rhythm.get(at + RHYTHM_REACH) {
                near[usize::from(entering)] += 1;
            }
            if let Some(leaving) = at.checked_sub(RHYTHM_REACH + 1) {
                near[usize::from(rhythm[leaving])] -= 1;
            }
            near[usize::from(own)]
        });
        table.fill(C::SameRhythm, same);
        let alike = || rhythm.windows(2).map(|pair| flag(pair[0] == pair[1]));
        table.fill(C::LikeA1, std::iter::once(0).chain(alike()));
        table.fill(C::LikeB1, alike());
    }
}

/// The first two words as one number; the words are told apart from none by what no word is.
fn beginning(words: &[u32]) -> u64 {
    match *words {
        [] => u64::MAX,
        [only] => u64::from(only) << 32 | u64::from(u32::MAX),
        [first, second, ..] => u64::from(first) << 32 | u64::from(second),
    }
}

/// Counts how often each key occurs, one key a line.
#[derive(Debug, Default)]
pub(super) struct Tally {
    /// For each place of the hash table the number of its entry, from one on; 0 where there is none.
    places: Vec<u32>,
    entries: Vec<Entry>,
    /// For each line its entry, and the last line before it with the same key.
    of_line: Vec<u32>,
    before: Vec<Option<u32>>,
}

#[derive(Debug)]
struct Entry {
    key: u64,
    times: u32,
    last: u32,
}

impl Tally {
    pub(super) fn count(&mut self, keys: impl ExactSizeIterator<Item = u64>) {
        let Self { places, entries, of_line, before } = self;
        // Never more than half full, so that every search ends.
        let size = (2 * keys.len() + 1).next_power_of_two();
        places.clear();
        places.resize(size, 0);
        entries.clear();
        of_line.clear();
        before.clear();
        for (at, key) in keys.enumerate() {
            let at = at as u32;
            let mut place = (key.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) as usize;
            let entry = loop {
                place &= size - 1;
                match places[place] {
                    0 => {
                        entries.push(Entry { key, times: 0, last: at });
                        places[place] = entries.len() as u32;
                        break entries.len() - 1;
                    }
                    number if entries[number as usize - 1].key == key => break number as usize - 1,
                    _ => place += 1,
                }
            };
            of_line.push(entry as u32);
            let entry = &mut entries[entry];
            before.push((entry.times > 0).then_some(entry.last));
            entry.times += 1;
            entry.last = at;
        }
    }

    /// How many different keys there are.
    pub(super) fn entries(&self) -> usize {
        self.entries.len()
    }

    /// For each line the number of its key.
    pub(super) fn entries_of_lines(&self) -> impl Iterator<Item = usize> {
        self.of_line.iter().map(|&entry| entry as usize)
    }

    /// For each line how often its key occurs.
    fn times(&self) -> impl Iterator<Item = u32> {
        self.of_line.iter().map(|&entry| self.entries[entry as usize].times)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Input;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_tally_counts_as_a_plain_loop_does(
            keys in prop::collection::vec(prop_oneof![0u64..40, any::<u64>()], 0..300),
        ) {
            let mut tally = Tally::default();
            // What an earlier page left behind must not count.
            tally.count([3u64, 3, 7].into_iter());
            tally.count(keys.iter().copied());
            let times: Vec<u32> = tally.times().collect();
            for (at, key) in keys.iter().enumerate() {
                prop_assert_eq!(times[at] as usize, keys.iter().filter(|other| *other == key).count());
                let before = keys[..at].iter().rposition(|other| other == key);
                prop_assert_eq!(tally.before[at].map(|line| line as usize), before);
            }
        }

        #[test]
        fn rhythms_are_counted_as_a_plain_loop_does(chars in prop::collection::vec(0u32..40, 1..80)) {
            let text: String = chars.iter().map(|&words| "word ".repeat(words as usize + 1) + "\n").collect();
            let lines = crate::segment::segment(&text).lines;
            let own = vec![Own::default(); lines.len()];
            let (mut table, mut repeats) = (Table::default(), Repeats::default());
            table.reset(lines.len(), Input::Text);
            repeats.fill_rhythm(&mut table, &lines, &own);
            let rhythm = &repeats.rhythm;
            for at in 0..lines.len() {
                let near = &rhythm[at.saturating_sub(RHYTHM_REACH)..(at + RHYTHM_REACH + 1).min(lines.len())];
                let same = near.iter().filter(|other| **other == rhythm[at]).count();
                prop_assert_eq!(usize::from(table.column(C::SameRhythm)[at]), same);
                prop_assert_eq!(table.column(C::LikeA1)[at], flag(at > 0 && rhythm[at - 1] == rhythm[at]));
                prop_assert_eq!(table.column(C::LikeB1)[at], flag(rhythm.get(at + 1) == Some(&rhythm[at])));
            }
        }
    }
}
