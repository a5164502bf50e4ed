//! Where a line stands among the others: blocks, prose, the core of the page, repetitions, topics, sections.

use super::Table;
use super::columns::Column as C;
use super::marks::{self, Mark, SECTIONS};
use super::own::Own;
use super::scale::{distance, flag, log, share};
use super::words::{NUMBER, Words, class, tells};
use crate::fold::fold;
use crate::matcher::PageView;
use crate::model::Line;
use foldhash::fast::FixedState;
use std::collections::HashMap;
use std::hash::BuildHasher;

/// Bits of the sets of words: beyond so many words of one page, topics blur.
const WORD_BITS: usize = 1 << 15;
/// What an open line costs when the core of the page is sought: more makes the core narrower.
const NARROW: i32 = 14;
const WIDE: i32 = 4;
/// A line counts for the core as much as so many words, at most.
const CORE_WORDS: u32 = 60;
/// Lines on either side in which lines of the same rhythm are counted.
const RHYTHM_REACH: usize = 12;

/// Buffers, kept from page to page.
#[derive(Debug, Default)]
pub(super) struct Context {
    in_prose: WordSet,
    twice_in_prose: WordSet,
    seen: WordSet,
    seen_twice: WordSet,
    counts: HashMap<u64, (u32, u32), FixedState>,
    keys: Vec<u64>,
    rhythm: Vec<u8>,
    closed_words: Vec<u32>,
    title: Vec<u32>,
}

#[derive(Debug)]
struct WordSet(Box<[u64]>);

impl Default for WordSet {
    fn default() -> Self {
        Self(vec![0; WORD_BITS / 64].into_boxed_slice())
    }
}

impl WordSet {
    fn clear(&mut self) {
        self.0.fill(0);
    }

    fn place(word: u32) -> (usize, u64) {
        let bit = word as usize % WORD_BITS;
        (bit / 64, 1 << (bit % 64))
    }

    fn holds(&self, word: u32) -> bool {
        let (at, bit) = Self::place(word);
        self.0[at] & bit != 0
    }

    /// Whether the word was new.
    fn add(&mut self, word: u32) -> bool {
        let (at, bit) = Self::place(word);
        let new = self.0[at] & bit == 0;
        self.0[at] |= bit;
        new
    }
}

impl Context {
    pub(super) fn fill(
        &mut self,
        table: &mut Table,
        view: &PageView<'_>,
        own: &[Own],
        marks: &[Mark],
        words: &Words,
        title: &str,
    ) {
        let lines = &view.lines.lines;
        fill_place(table, lines);
        fill_blocks(table, lines);
        fill_prose(table, lines);
        self.fill_mass(table, lines);
        fill_core(table, lines);
        fill_sections(table, lines, marks);
        self.fill_repeats(table, view, own, words);
        self.fill_topics(table, lines, words, title);
    }

    /// Words of closed lines near each line, against the most that any line of the page has near it.
    fn fill_mass(&mut self, table: &mut Table, lines: &[Line]) {
        let sums = &mut self.closed_words;
        sums.clear();
        sums.push(0);
        let mut sum = 0;
        for line in lines {
            sum += if line.closed { line.words.min(250) } else { line.words.min(250) / 8 };
            sums.push(sum);
        }
        for (column, reach) in [(C::Mass5, 5), (C::Mass20, 20)] {
            let mass = |at: usize| sums[(at + reach + 1).min(lines.len())] - sums[at.saturating_sub(reach)];
            let most = (0..lines.len()).map(mass).max().unwrap_or(0);
            table.fill(column, (0..lines.len()).map(|at| share(mass(at), most)));
        }
    }

    fn fill_repeats(&mut self, table: &mut Table, view: &PageView<'_>, own: &[Own], words: &Words) {
        let lines = &view.lines.lines;
        let hash = FixedState::default();
        let numbers_alike = |words: &[u32]| hash.hash_one(words);
        self.keys.clear();
        self.keys.extend((0..lines.len()).map(|at| hash.hash_one(view.folded(at))));
        let firsts = self.count(table, C::SameLine, |times| log(times - 1));
        table.fill(C::FirstSeen, firsts.into_iter());
        self.keys.clear();
        self.keys.extend((0..lines.len()).map(|at| numbers_alike(words.of(at))));
        self.count(table, C::SamePattern, |times| log(times - 1));
        self.keys.clear();
        self.keys.extend((0..lines.len()).map(|at| {
            let words = words.of(at);
            numbers_alike(&words[..words.len().min(2)])
        }));
        self.count(table, C::SameStart, |times| log(times - 1));
        // How far above a line with the same beginning stands.
        self.counts.clear();
        let (counts, keys) = (&mut self.counts, &self.keys);
        table.fill(
            C::SamePatternNear,
            keys.iter().enumerate().map(|(at, key)| {
                let before = counts.insert(*key, (at as u32, 0));
                distance(before.map(|(before, _)| at as u32 - before))
            }),
        );
        self.rhythm.clear();
        self.rhythm.extend(own.iter().zip(lines).map(|(own, line)| {
            let length = line.words.min(255).checked_ilog2().map_or(0, |length| length as u8 + 1);
            length << 4 | flag(line.closed) << 3 | flag(own.digits > 0) << 2 | (own.start.min(3))
        }));
        let rhythm = &self.rhythm;
        table.fill(
            C::SameRhythm,
            (0..lines.len()).map(|at| {
                let near = &rhythm[at.saturating_sub(RHYTHM_REACH)..(at + RHYTHM_REACH + 1).min(lines.len())];
                near.iter().map(|other| u8::from(*other == rhythm[at])).sum()
            }),
        );
        table.fill(C::LikeA1, (0..lines.len()).map(|at| flag(at > 0 && rhythm[at - 1] == rhythm[at])));
        table.fill(C::LikeB1, (0..lines.len()).map(|at| flag(rhythm.get(at + 1) == Some(&rhythm[at]))));
    }

    /// How often each line's key occurs. Gives back for each line whether it is the first with its key.
    fn count(&mut self, table: &mut Table, column: C, byte: impl Fn(u32) -> u8) -> Vec<u8> {
        self.counts.clear();
        for (at, key) in self.keys.iter().enumerate() {
            self.counts.entry(*key).or_insert((at as u32, 0)).1 += 1;
        }
        table.fill(column, self.keys.iter().map(|key| byte(self.counts[key].1)));
        self.keys.iter().enumerate().map(|(at, key)| flag(self.counts[key].0 == at as u32)).collect()
    }

    fn fill_topics(&mut self, table: &mut Table, lines: &[Line], words: &Words, title: &str) {
        for set in [&mut self.in_prose, &mut self.twice_in_prose, &mut self.seen, &mut self.seen_twice] {
            set.clear();
        }
        for (at, line) in lines.iter().enumerate() {
            for &word in words.of(at).iter().filter(|&&word| class(word) != NUMBER) {
                if !self.seen.add(word) {
                    self.seen_twice.add(word);
                }
                if line.prose && !self.in_prose.add(word) {
                    self.twice_in_prose.add(word);
                }
            }
        }
        self.title.clear();
        match title {
            "" => self.title.extend(words.of(0).iter().filter(|&&word| tells(word)).take(24)),
            title => super::words::hash_words(fold(title).as_bytes(), &mut self.title),
        }
        for (at, line) in lines.iter().enumerate() {
            let of_line = words.of(at);
            let (mut telling, mut long) = (0, 0);
            let (mut prose, mut twice, mut long_in_prose, mut titled, mut once) = (0, 0, 0, 0, 0);
            for &word in of_line.iter().filter(|&&word| tells(word)) {
                let is_long = class(word) == super::words::LONG;
                let again = self.twice_in_prose.holds(word);
                // A paragraph's own words are in the prose anyway: for it only what other places repeat counts.
                let shared = if line.prose { again } else { self.in_prose.holds(word) };
                telling += 1;
                long += u32::from(is_long);
                prose += u32::from(shared);
                long_in_prose += u32::from(shared && is_long);
                twice += u32::from(again);
                titled += u32::from(self.title.contains(&word));
                once += u32::from(!self.seen_twice.holds(word));
            }
            table.set(C::InProse)[at] = share(prose, telling);
            table.set(C::ProseTwice)[at] = share(twice, telling);
            table.set(C::LongInProse)[at] = share(long_in_prose, long);
            table.set(C::InTitle)[at] = share(titled, telling);
            table.set(C::Rare)[at] = share(once, telling);
        }
    }
}

fn fill_place(table: &mut Table, lines: &[Line]) {
    let count = lines.len() as u32;
    let total: u32 = lines.iter().map(|line| line.words).sum();
    let mut above = 0;
    for (at, line) in lines.iter().enumerate() {
        let at_line = at as u32;
        table.set(C::PlaceShare)[at] = share(at_line, count);
        table.set(C::FromTop)[at] = log(at_line);
        table.set(C::FromEnd)[at] = log(count - 1 - at_line);
        table.set(C::WordsAboveShare)[at] = share(above, total);
        above += line.words;
    }
}

/// Blocks are lines without a blank one between them.
fn fill_blocks(table: &mut Table, lines: &[Line]) {
    let mut start = 0;
    for block in lines.chunk_by(|_, below| !below.after_blank) {
        let end = start + block.len();
        let words = block.iter().map(|line| line.words).sum();
        let closed = block.iter().map(|line| u32::from(line.closed)).sum();
        table.set(C::BlockLines)[start..end].fill(log(block.len() as u32));
        table.set(C::BlockWords)[start..end].fill(log(words));
        table.set(C::BlockClosed)[start..end].fill(share(closed, block.len() as u32));
        for (place, cell) in table.set(C::BlockPlace)[start..end].iter_mut().enumerate() {
            *cell = log(place as u32);
        }
        start = end;
    }
}

fn fill_prose(table: &mut Table, lines: &[Line]) {
    let total: u32 = lines.iter().filter(|line| line.prose).map(|line| line.words).sum();
    let most = lines.iter().filter(|line| line.prose).map(|line| line.words).max().unwrap_or(0);
    let (mut last, mut above, mut gap) = (None, 0, 0);
    for (at, line) in lines.iter().enumerate() {
        table.set(C::ProseAbove)[at] = distance(last.map(|last| at as u32 - last));
        table.set(C::ProseAboveShare)[at] = share(above, total);
        table.set(C::ProseMost)[at] = share(line.words, most);
        // Words since the last prose; the walk back adds those to the next.
        table.set(C::ProseGapWords)[at] = log(gap);
        if line.prose {
            (last, gap) = (Some(at as u32), 0);
            above += line.words;
        } else {
            gap += line.words;
        }
    }
    let mut next = None;
    for (at, line) in lines.iter().enumerate().rev() {
        table.set(C::ProseBelow)[at] = distance(next.map(|next: u32| next - at as u32));
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
    for at in 0..lines.len() {
        let (edge, depth) = if at < narrow.start {
            (128 - i32::from(log((narrow.start - at) as u32)) / 2, 0)
        } else if at >= narrow.end {
            (128 - i32::from(log((at + 1 - narrow.end) as u32)) / 2, 255)
        } else {
            let inside = (at - narrow.start).min(narrow.end - 1 - at);
            (128 + i32::from(log(inside as u32)) / 2, share((at - narrow.start) as u32, length))
        };
        table.set(C::CoreEdge)[at] = edge.clamp(0, 255) as u8;
        table.set(C::CoreDepth)[at] = depth;
    }
}

fn core(lines: &[Line], penalty: i32) -> std::ops::Range<usize> {
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

/// The columns since and until the marks of a section.
const SINCE_UNTIL: [(usize, C, C); 7] = [
    (marks::COMMENTS, C::SinceComments, C::UntilComments),
    (marks::FORUM, C::SinceForum, C::UntilForum),
    (marks::RELATED, C::SinceRelated, C::UntilRelated),
    (marks::SHARE, C::SinceShare, C::UntilShare),
    (marks::NAV, C::SinceNav, C::UntilNav),
    (marks::LEGAL, C::SinceLegal, C::UntilLegal),
    (marks::META, C::SinceMeta, C::UntilMeta),
];

fn fill_sections(table: &mut Table, lines: &[Line], marks: &[Mark]) {
    let mut last = [None; SECTIONS];
    let mut prose_at = [0; SECTIONS];
    let mut prose = 0;
    for (at, (line, mark)) in lines.iter().zip(marks).enumerate() {
        let at_line = at as u32;
        for section in bits(mark.sections) {
            last[section] = Some(at_line);
            prose_at[section] = prose;
        }
        for (section, since, _) in SINCE_UNTIL {
            table.set(since)[at] = distance(last[section].map(|last| at_line - last));
        }
        for (section, column) in [
            (marks::COMMENTS, C::ProseSinceComments),
            (marks::RELATED, C::ProseSinceRelated),
            (marks::META, C::ProseSinceMeta),
        ] {
            table.set(column)[at] = last[section].map_or(255, |_| log(prose - prose_at[section]).min(254));
        }
        prose += if line.prose { line.words } else { 0 };
    }
    let mut next = [None; SECTIONS];
    for (at, mark) in marks.iter().enumerate().rev() {
        for section in bits(mark.sections) {
            next[section] = Some(at as u32);
        }
        for (section, _, until) in SINCE_UNTIL {
            table.set(until)[at] = distance(next[section].map(|next: u32| next - at as u32));
        }
    }
    let marked = |mark: &Mark| u8::from(mark.sections != 0);
    for at in 0..marks.len() {
        table.set(C::MarksAbove)[at] = marks[at.saturating_sub(10)..at].iter().map(marked).sum();
        table.set(C::MarksBelow)[at] = marks[at + 1..(at + 11).min(marks.len())].iter().map(marked).sum();
    }
}

fn bits(set: u8) -> impl Iterator<Item = usize> {
    (0..SECTIONS).filter(move |section| set >> section & 1 != 0)
}
