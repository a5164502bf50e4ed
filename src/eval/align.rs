//! Which words of a page belong to its gold text.
//!
//! Gold is a text and not a choice of lines, so the words of the page are aligned with it: as in `difflib`, the longest
//! run of words that both share is matched first, then what stands before it with what stands before it, and so on.
//! A page may hold a sentence of the gold several times (a teaser, a title); the run that is found is one of them.
//! To keep long pages cheap, runs that are unique on both sides are matched first (the idea of patience diffs), which
//! leaves only short gaps. What is left over is then looked for out of order, since scrapers move captions and tables.
//!
//! Words shared by chance are no content: a run counts when it is long, or most of its line.

use super::words::Token;
use foldhash::{HashMap, HashMapExt};
use std::ops::Range;

/// Words of the runs that are matched first, where they are unique on both sides.
const ANCHOR: usize = 5;
/// A run of so many words counts wherever it stands; a shorter one only when it is half of its line or more.
const LONG: usize = 5;
/// Words of a run that is matched out of order, at least.
const MOVED: usize = 6;
/// Pairs of equal words that one gap may cost to look at; beyond that it is left unmatched.
const MAX_PAIRS: usize = 2_000_000;
/// Steps that a whole page may cost; beyond that the rest is left unmatched. A page whose phrases repeat could take minutes; of
/// the 4,491 renderings of WCXB's development split the dearest takes 1.1 million.
const MAX_STEPS: usize = 100_000_000;
/// Steps of looking at a word of a gap, as against one of looking at a pair.
const WORD_STEPS: usize = 16;

/// Whether each word of a page belongs to the gold text. `lines` are the words of each of its lines, in order.
pub fn align(page: &[Token], gold: &[Token], lines: &[Range<usize>]) -> Vec<bool> {
    let words = |tokens: &[Token]| tokens.iter().map(|token| token.word).collect::<Vec<u32>>();
    let (page, gold) = (words(page), words(gold));
    let mut aligner = Aligner {
        page: &page,
        gold: &gold,
        mine: vec![false; page.len()],
        theirs: vec![false; gold.len()],
        whole_lines: lines.iter().map(|line| (line.start, line.end)).collect(),
        left: MAX_STEPS,
    };
    aligner.in_order();
    aligner.moved();
    let mut mine = aligner.mine;
    for line in lines {
        drop_chance(&mut mine[line.clone()]);
    }
    mine
}

/// Takes out runs of a line that are short and less than half of it.
fn drop_chance(line: &mut [bool]) {
    let matched = line.iter().filter(|matched| **matched).count();
    if matched * 2 >= line.len() {
        return;
    }
    for run in line.chunk_by_mut(|a, b| a == b) {
        if run.len() < LONG {
            run.fill(false);
        }
    }
}

struct Aligner<'a> {
    page: &'a [u32],
    gold: &'a [u32],
    mine: Vec<bool>,
    theirs: Vec<bool>,
    whole_lines: HashMap<usize, usize>,
    /// Steps that are left to be taken.
    left: usize,
}

/// A stretch of the page and the stretch of gold that it is matched with.
type Gap = (Range<usize>, Range<usize>);

impl Aligner<'_> {
    fn in_order(&mut self) {
        let mut gaps = vec![(0..self.page.len(), 0..self.gold.len())];
        while let Some(gap) = gaps.pop() {
            let (page, gold) = self.trim(gap);
            if page.is_empty() || gold.is_empty() {
                continue;
            }
            let anchors = self.anchors(&page, &gold);
            if anchors.is_empty() {
                if let Some((at, to, len)) = self.longest(&page, &gold) {
                    self.take(at, to, len);
                    gaps.push((page.start..at, gold.start..to));
                    gaps.push((at + len..page.end, to + len..gold.end));
                }
                continue;
            }
            let (mut at, mut to) = (page.start, gold.start);
            for (mine, theirs) in anchors {
                // An anchor may lie within the one before it.
                if mine < at || theirs < to {
                    continue;
                }
                let len = self.run(mine, theirs, &page, &gold);
                self.take(mine, theirs, len);
                gaps.push((at..mine, to..theirs));
                (at, to) = (mine + len, theirs + len);
            }
            gaps.push((at..page.end, to..gold.end));
        }
    }

    fn take(&mut self, at: usize, to: usize, len: usize) {
        self.mine[at..at + len].fill(true);
        self.theirs[to..to + len].fill(true);
    }

    /// How far both run alike from there.
    fn run(&self, at: usize, to: usize, page: &Range<usize>, gold: &Range<usize>) -> usize {
        let (mine, theirs) = (&self.page[at..page.end], &self.gold[to..gold.end]);
        mine.iter().zip(theirs).take_while(|(mine, theirs)| mine == theirs).count()
    }

    /// Matches what a gap begins and ends with on both sides.
    fn trim(&mut self, (page, gold): Gap) -> Gap {
        let head = self.run(page.start, gold.start, &page, &gold);
        self.take(page.start, gold.start, head);
        let (page, gold) = (page.start + head..page.end, gold.start + head..gold.end);
        let (mine, theirs) = (&self.page[page.clone()], &self.gold[gold.clone()]);
        let tail =
            mine.iter().rev().zip(theirs.iter().rev()).take_while(|(mine, theirs)| mine == theirs).count();
        self.take(page.end - tail, gold.end - tail, tail);
        (page.start..page.end - tail, gold.start..gold.end - tail)
    }

    /// Runs of [`ANCHOR`] words that are unique on both sides, as many as stand in the same order on both.
    fn anchors(&self, page: &Range<usize>, gold: &Range<usize>) -> Vec<(usize, usize)> {
        if page.len() < ANCHOR || gold.len() < ANCHOR {
            return Vec::new();
        }
        let unique = |words: &[u32], range: &Range<usize>| {
            let mut places: HashMap<[u32; ANCHOR], Option<usize>> = HashMap::with_capacity(range.len());
            for at in range.start..=range.end - ANCHOR {
                places.entry(key(&words[at..])).and_modify(|place| *place = None).or_insert(Some(at));
            }
            places
        };
        let (mine, theirs) = (unique(self.page, page), unique(self.gold, gold));
        let mut pairs: Vec<(usize, usize)> = theirs
            .into_iter()
            .filter_map(|(key, to)| Some((mine.get(&key).copied().flatten()?, to?)))
            .collect();
        pairs.sort_unstable();
        longest_rise(&pairs)
    }

    /// The longest run that both sides share: of equal ones the last, since what repeats the article stands before it
    /// more often than behind it. Runs of one word count only where they are a line of their own.
    fn longest(&mut self, page: &Range<usize>, gold: &Range<usize>) -> Option<(usize, usize, usize)> {
        let mut places: HashMap<u32, Vec<usize>> = HashMap::new();
        for to in gold.clone() {
            places.entry(self.gold[to]).or_default().push(to);
        }
        self.left = self.left.saturating_sub((page.len() + gold.len()) * WORD_STEPS);
        let none = Vec::new();
        let (mut best, mut pairs) = (None, 0);
        // For each place of gold the length of the run that ends there, with the word of the page at which it was found: for
        // the word before, and for this one.
        let (mut before, mut now) = (vec![(usize::MAX, 0); gold.len()], vec![(usize::MAX, 0); gold.len()]);
        for at in page.clone() {
            let here = places.get(&self.page[at]).unwrap_or(&none);
            for &to in here {
                let place = to - gold.start;
                let (last, run) = place.checked_sub(1).map_or((usize::MAX, 0), |place| before[place]);
                let len = if last.checked_add(1) == Some(at) { run + 1 } else { 1 };
                now[place] = (at, len);
                let (start, counts) = (at + 1 - len, len > 1 || self.whole_lines.get(&at) == Some(&(at + 1)));
                if counts && best.is_none_or(|(_, _, longest)| len >= longest) {
                    best = Some((start, to + 1 - len, len));
                }
            }
            pairs += here.len();
            if pairs > MAX_PAIRS.min(self.left) {
                self.left = self.left.saturating_sub(pairs);
                return None;
            }
            std::mem::swap(&mut before, &mut now);
        }
        self.left -= pairs;
        best
    }

    /// Looks for what is left of gold in what is left of the page, wherever it stands.
    fn moved(&mut self) {
        let mut places: HashMap<[u32; MOVED], Vec<usize>> = HashMap::new();
        for to in 0..(self.gold.len() + 1).saturating_sub(MOVED) {
            if self.theirs[to..to + MOVED].iter().all(|matched| !matched) {
                places.entry(key(&self.gold[to..])).or_default().push(to);
            }
        }
        let (mut at, mut end) = (0, 0);
        while !places.is_empty() && at + MOVED <= self.page.len() {
            if end <= at {
                let free = self.mine[at..].iter().take_while(|matched| !**matched).count();
                // What is matched here reaches no further than the free stretch, so its end stays where it is.
                end = at + free;
                if free < MOVED {
                    at = end + 1;
                    continue;
                }
            }
            let candidates = if end - at < MOVED { None } else { places.get_mut(&key(&self.page[at..])) };
            let Some(candidates) = candidates else {
                at += 1;
                continue;
            };
            // What was matched meanwhile stays so.
            candidates.retain(|&to| self.theirs[to..to + MOVED].iter().all(|matched| !matched));
            self.left = self.left.saturating_sub(candidates.len() + 1);
            let mut longest = None;
            for &to in &*candidates {
                let theirs = self.gold[to..].iter().zip(&self.theirs[to..]);
                let alike = self.page[at..end].iter().zip(theirs);
                let len = alike.take_while(|(mine, (word, matched))| !**matched && mine == word).count();
                self.left = self.left.saturating_sub(len);
                if longest.is_none_or(|(most, _)| len > most) {
                    longest = Some((len, to));
                }
                if len == end - at || self.left == 0 {
                    break;
                }
            }
            if self.left == 0 {
                return;
            }
            match longest {
                Some((len, to)) => {
                    self.take(at, to, len);
                    at += len;
                }
                None => at += 1,
            }
        }
    }
}

fn key<const N: usize>(words: &[u32]) -> [u32; N] {
    std::array::from_fn(|at| words[at])
}

/// The longest subsequence of pairs, sorted by their first, whose second rises too.
fn longest_rise(pairs: &[(usize, usize)]) -> Vec<(usize, usize)> {
    let mut tops: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = vec![None; pairs.len()];
    for (index, &(_, to)) in pairs.iter().enumerate() {
        let pile = tops.partition_point(|&top| pairs[top].1 < to);
        before[index] = pile.checked_sub(1).map(|under| tops[under]);
        if pile == tops.len() { tops.push(index) } else { tops[pile] = index }
    }
    let mut rise = Vec::with_capacity(tops.len());
    let mut next = tops.last().copied();
    while let Some(index) = next {
        rise.push(pairs[index]);
        next = before[index];
    }
    rise.reverse();
    rise
}

#[cfg(test)]
mod tests;
