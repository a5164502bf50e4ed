//! Short lines that a thread has met before, with their figures.
//!
//! Pages are full of `Home`, `Share` and `Reply`: a third of all lines or more, on one page and from page to page. What
//! such a line shows depends on the line alone, so it is measured once and then looked up, and whoever else knows
//! something that hangs on a line alone may keep it by the line's place here. Most other lines never come back, and are
//! not kept: of a line's first meeting only its hash remains. The table has a bound: what is forgotten is measured again.

use super::measure;
use crate::model::{Line, Span};
use foldhash::fast::FixedState;
use std::hash::BuildHasher;

/// Bytes of a line that is kept, at most: longer ones hardly come back.
const LONGEST: usize = 64;
/// Sets of two places each: a new line takes the place of the one that was not met again.
const SETS: usize = 1 << 13;
const EMPTY: u32 = u32::MAX;

/// Hashes of lines that were met once.
const ONCE: usize = 1 << 14;

/// The lines that one thread has met.
#[derive(Debug, Default)]
pub struct Seen {
    /// For each hash what tells it from the others of its place.
    once: Vec<u32>,
    /// For each hash two places; of those the first was met last.
    sets: Vec<[u32; 2]>,
    kept: Vec<Kept>,
    hasher: FixedState,
    /// How many lines came in.
    born: u64,
}

#[derive(Debug)]
struct Kept {
    /// The number that the line has among all that came in.
    number: u64,
    length: usize,
    bytes: [u8; LONGEST],
    /// Its figures, as if it were a page's first line.
    figures: Line,
}

impl Kept {
    fn is(&self, line: &str) -> bool {
        self.length == line.len() && self.bytes[..self.length] == *line.as_bytes()
    }
}

impl Seen {
    /// The figures of one trimmed line that begins at byte `start` of its page.
    pub(super) fn measure(&mut self, line: &str, start: usize, after_blank: bool) -> Line {
        let place = if line.len() <= LONGEST { self.place(line) } else { None };
        let Some(place) = place else { return measure(line, start, after_blank) };
        let span = Span::new(start, start + line.len());
        Line { span, after_blank, ..self.kept[place as usize].figures }
    }

    /// The place of a line, which is put in when it is met again.
    fn place(&mut self, line: &str) -> Option<u32> {
        if self.sets.is_empty() {
            self.sets.resize(SETS, [EMPTY; 2]);
            self.once.resize(ONCE, 0);
        }
        let hash = self.hasher.hash_one(line.as_bytes());
        let set = hash as usize % SETS;
        let [first, second] = self.sets[set];
        for place in [first, second] {
            if self.kept.get(place as usize).is_some_and(|kept| kept.is(line)) {
                self.sets[set] = [place, if place == first { second } else { first }];
                return Some(place);
            }
        }
        let once = &mut self.once[hash as usize % ONCE];
        let mark = (hash >> 32) as u32;
        if *once != mark {
            *once = mark;
            return None;
        }
        let place = if second == EMPTY { self.kept.len() as u32 } else { second };
        self.sets[set] = if first == EMPTY { [place, EMPTY] } else { [first, place] };
        self.put(line, place);
        Some(place)
    }

    fn put(&mut self, line: &str, place: u32) {
        let mut bytes = [0; LONGEST];
        bytes[..line.len()].copy_from_slice(line.as_bytes());
        let figures = Line { seen: Some(place), ..measure(line, 0, false) };
        let kept = Kept { number: self.born, length: line.len(), bytes, figures };
        self.born += 1;
        match self.kept.get_mut(place as usize) {
            Some(old) => *old = kept,
            None => self.kept.push(kept),
        }
    }

    /// The number of the line at a place, if it is `line`: of all lines that ever came in no two have the same.
    pub fn number(&self, place: u32, line: &str) -> Option<u64> {
        self.kept.get(place as usize).filter(|kept| kept.is(line)).map(|kept| kept.number)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{segment, segment_seen_into};
    use super::*;
    use crate::model::Lines;
    use proptest::prelude::*;

    #[test]
    fn a_line_keeps_its_number_until_another_takes_its_place() {
        let mut seen = Seen::default();
        assert_eq!(seen.measure("Home", 0, false).seen, None, "a line may never come back");
        let home = seen.measure("Home", 7, true);
        let place = home.seen.unwrap();
        assert_eq!((home.span, home.after_blank), (Span::new(7, 11), true));
        assert_eq!(seen.number(place, "Home"), Some(0));
        assert_eq!(seen.number(place, "News"), None);
        // Many more lines than there are places, each met three times; one is met in between.
        for number in 0..8 * SETS {
            let line = format!("line {number}");
            seen.measure(&line, 0, false);
            seen.measure("Share", 0, false);
            seen.measure(&line, 0, false);
            seen.measure(&line, 0, false);
        }
        assert_eq!(seen.number(place, "Home"), None);
        assert!(seen.kept.len() <= 2 * SETS);
        let share = seen.measure("Share", 0, false).seen.unwrap();
        assert!(seen.number(share, "Share") < Some(100), "what is met again stays");
    }

    proptest! {
        #[test]
        fn lines_that_were_seen_are_measured_as_new_ones(
            pages in prop::collection::vec("(([A-C]|[a-c] |0:00|1, ?|é|“b”|\\|){0,5}\n){0,12}", 1..6),
        ) {
            let (mut seen, mut lines) = (Seen::default(), Lines::default());
            for page in pages {
                segment_seen_into(&page, &mut lines, &mut seen);
                lines.lines.iter_mut().for_each(|line| line.seen = None);
                prop_assert_eq!(&lines, &segment(&page));
            }
        }
    }
}
