//! Where a line stands among the others: blocks, prose, the core of the page.

use super::Table;
use super::columns::Column as C;
use super::scale::{distance, log, share};
use crate::model::Line;
use std::ops::Range;

/// What an open line costs when the core of the page is sought: more makes the core narrower.
const NARROW: i32 = 14;
const WIDE: i32 = 4;
/// A line counts for the core as much as so many words, at most.
const CORE_WORDS: u32 = 60;
/// A line counts for the mass near it as much as so many words, at most.
const MASS_WORDS: u32 = 250;

/// Buffers, kept from page to page.
#[derive(Debug, Default)]
pub(super) struct Context {
    closed_words: Vec<u32>,
    mass: Vec<u32>,
}

impl Context {
    pub(super) fn fill(&mut self, table: &mut Table, lines: &[Line]) {
        fill_place(table, lines);
        fill_blocks(table, lines);
        fill_prose(table, lines);
        self.fill_mass(table, lines);
        fill_core(table, lines);
    }

    /// Words of closed lines near each line, against the most that any line of the page has near it.
    fn fill_mass(&mut self, table: &mut Table, lines: &[Line]) {
        let Self { closed_words: sums, mass } = self;
        sums.clear();
        sums.push(0);
        let mut sum = 0;
        sums.extend(lines.iter().map(|line| {
            let words = line.words.min(MASS_WORDS);
            sum += if line.closed { words } else { words / 8 };
            sum
        }));
        for (column, reach) in [(C::Mass5, 5), (C::Mass20, 20)] {
            mass.clear();
            mass.extend(
                (0..lines.len())
                    .map(|at| sums[(at + reach + 1).min(lines.len())] - sums[at.saturating_sub(reach)]),
            );
            let most = mass.iter().copied().max().unwrap_or(0);
            table.fill(column, mass.iter().map(|&mass| share(mass, most)));
        }
    }
}

fn fill_place(table: &mut Table, lines: &[Line]) {
    let count = lines.len() as u32;
    let total: u32 = lines.iter().map(|line| line.words).sum();
    table.fill(C::PlaceShare, (0..count).map(|at| share(at, count)));
    table.fill(C::FromTop, (0..count).map(log));
    table.fill(C::FromEnd, (0..count).rev().map(log));
    let mut above = 0;
    table.fill(
        C::WordsAboveShare,
        lines.iter().map(|line| {
            let above_line = above;
            above += line.words;
            share(above_line, total)
        }),
    );
}

/// Blocks are lines without a blank one between them.
fn fill_blocks(table: &mut Table, lines: &[Line]) {
    let [all_lines, all_words, all_closed, places] =
        table.set_all([C::BlockLines, C::BlockWords, C::BlockClosed, C::BlockPlace]);
    let mut start = 0;
    while start < lines.len() {
        let (mut end, mut words, mut closed) = (start, 0, 0);
        while end < lines.len() && (end == start || !lines[end].after_blank) {
            words += lines[end].words;
            closed += u32::from(lines[end].closed);
            places[end] = log((end - start) as u32);
            end += 1;
        }
        let count = (end - start) as u32;
        let (lines_byte, words_byte, closed_byte) = (log(count), log(words), share(closed, count));
        // Most blocks are one line: a call that fills a row would cost more.
        for at in start..end {
            (all_lines[at], all_words[at], all_closed[at]) = (lines_byte, words_byte, closed_byte);
        }
        start = end;
    }
}

fn fill_prose(table: &mut Table, lines: &[Line]) {
    let prose = || lines.iter().filter(|line| line.prose).map(|line| line.words);
    let (total, most) = (prose().sum(), prose().max().unwrap_or(0));
    let [prose_above, above_share, shares, gaps, prose_below] =
        table.set_all([C::ProseAbove, C::ProseAboveShare, C::ProseMost, C::ProseGapWords, C::ProseBelow]);
    let (mut last, mut above, mut gap) = (None, 0, 0);
    for (at, line) in lines.iter().enumerate() {
        prose_above[at] = distance(last.map(|last| at as u32 - last));
        above_share[at] = share(above, total);
        shares[at] = share(line.words, most);
        // Words since the last prose.
        gaps[at] = log(gap);
        if line.prose {
            (last, gap) = (Some(at as u32), 0);
            above += line.words;
        } else {
            gap += line.words;
        }
    }
    let mut next = None;
    for (at, line) in lines.iter().enumerate().rev() {
        prose_below[at] = distance(next.map(|next: u32| next - at as u32));
        if line.prose {
            next = Some(at as u32);
        }
    }
}

/// The core of a page: the stretch of lines where closed lines outweigh open ones the most.
fn fill_core(table: &mut Table, lines: &[Line]) {
    let wide = core(lines, WIDE);
    let narrow = core(lines, NARROW);
    table.set(C::CoreWide)[wide].fill(1);
    table.set(C::CoreNarrow)[narrow.clone()].fill(1);
    let length = narrow.len() as u32;
    let [edges, depths] = table.set_all([C::CoreEdge, C::CoreDepth]);
    for at in 0..lines.len() {
        let (edge, depth) = if at < narrow.start {
            (128 - i32::from(log((narrow.start - at) as u32)) / 2, 0)
        } else if at >= narrow.end {
            (128 - i32::from(log((at + 1 - narrow.end) as u32)) / 2, 255)
        } else {
            let inside = (at - narrow.start).min(narrow.end - 1 - at);
            (128 + i32::from(log(inside as u32)) / 2, share((at - narrow.start) as u32, length))
        };
        edges[at] = edge.clamp(0, 255) as u8;
        depths[at] = depth;
    }
}

fn core(lines: &[Line], penalty: i32) -> Range<usize> {
    let (mut best, mut best_sum) = (0..0, 0);
    let (mut start, mut sum) = (0, 0);
    for (at, line) in lines.iter().enumerate() {
        let words = line.words.min(CORE_WORDS) as i32;
        sum += match (line.closed, line.words) {
            (true, 6..) => words,
            (false, 20..) => words / 3,
            _ => -penalty,
        };
        if sum <= 0 {
            (start, sum) = (at + 1, 0);
        } else if sum > best_sum {
            (best, best_sum) = (start..at + 1, sum);
        }
    }
    best
}
