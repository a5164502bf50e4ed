//! Lines that stand in the same sort of place: elements of one name and class in elements of one name and class. Templates
//! put prose in few such places, and menus in others.

use super::super::Table;
use super::super::columns::Column as C;
use super::super::repeats::Tally;
use super::super::scale::{log, share};
use super::{element_of, parent_of};
use crate::model::{Line, Markup};

/// Elements of a path, from the line outwards.
const LENGTH: usize = 3;

/// Buffers, kept from page to page.
#[derive(Debug, Default)]
pub(super) struct Paths {
    tally: Tally,
    keys: Vec<u64>,
    sums: Vec<Sum>,
}

/// What the lines of one path come to.
#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    lines: u32,
    words: u32,
    prose: u32,
}

impl Paths {
    pub(super) fn fill(&mut self, table: &mut Table, markup: &Markup, lines: &[Line]) {
        self.sum(markup, lines, 0);
        let of = || self.tally.entries_of_lines().map(|entry| self.sums[entry]);
        table.fill(C::PathLines, of().map(|sum| log(sum.lines)));
        table.fill(C::PathProse, of().map(|sum| share(sum.prose, sum.words)));
        table.fill(C::PathWords, of().map(|sum| log(sum.words / sum.lines.max(1))));
        self.sum(markup, lines, 1);
        let of = || self.tally.entries_of_lines().map(|entry| self.sums[entry]);
        table.fill(C::OuterPathLines, of().map(|sum| log(sum.lines)));
        table.fill(C::OuterPathProse, of().map(|sum| share(sum.prose, sum.words)));
    }

    /// Sums up lines by their path, which begins so many elements outside of the line's own.
    fn sum(&mut self, markup: &Markup, lines: &[Line], outside: usize) {
        let Self { tally, keys, sums } = self;
        keys.clear();
        keys.extend((0..lines.len()).map(|line| key(markup, element_of(markup, line), outside)));
        tally.count(keys.iter().copied());
        sums.clear();
        sums.resize(tally.entries(), Sum::default());
        for (line, entry) in lines.iter().zip(tally.entries_of_lines()) {
            let sum = &mut sums[entry];
            sum.lines += 1;
            sum.words += line.words;
            sum.prose += if line.prose { line.words } else { 0 };
        }
    }
}

/// A number for a path.
fn key(markup: &Markup, element: usize, outside: usize) -> u64 {
    let mut at = element;
    let mut key = 0u64;
    for step in 0..outside + LENGTH {
        if step >= outside {
            let own = markup
                .elements
                .get(at)
                .map_or(0, |found| (u64::from(found.names) << 8) | (found.tag as u64 + 1));
            key = (key ^ own).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(23);
        }
        at = parent_of(markup, at);
    }
    key
}
