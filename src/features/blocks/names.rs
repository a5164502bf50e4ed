//! Class and id words, hashed for fitted weights: those of the line's own element, of the elements around it, and of
//! those that hold most of the page, which say what sort of page it is.

use super::super::lexicon::place;
use super::super::words::{self, HASH_OF_NOTHING, hash_on};
use crate::model::{Line, Markup};

/// Elements with class or id words that are looked at, from the line outwards.
const REACH: usize = 5;
/// Words of one element that are looked at, compounds included.
const MOST: usize = 24;
// A line's words, and once more those of its nearest element, must not overflow the sums of fitted words.
const _: () = assert!((REACH + 1) * MOST <= 2 * words::MOST);

/// What sets the words of the nearest element apart, and those of elements that hold most of the page.
const NEAREST: u32 = 0x5bd1_e995;
const WIDE: u32 = 0x1b87_3593;

/// The words of one page's elements.
#[derive(Debug, Default)]
pub(super) struct Names {
    words: Vec<u32>,
    /// Where the words of each list of names begin, and past the last one their end.
    starts: Vec<u32>,
    /// For each line the lists of names around it, nearest first; those of elements that hold most of the page have
    /// their highest bit.
    lists: Vec<[u32; REACH]>,
    /// The words of one list.
    own: Vec<u32>,
}

const IS_WIDE: u32 = 1 << 31;

impl Names {
    pub(super) fn read(&mut self, markup: &Markup, lines: &[Line]) {
        let Self { words, starts, lists, own } = self;
        words.clear();
        starts.clear();
        for names in markup.names.iter() {
            starts.push(words.len() as u32);
            hash_names(names, own);
            words.extend(own.iter().take(MOST));
        }
        starts.push(words.len() as u32);
        let page: u32 = markup
            .elements
            .iter()
            .filter(|element| element.parent as usize >= markup.elements.len())
            .map(|element| element.bytes)
            .sum();
        lists.clear();
        lists.extend((0..lines.len()).map(|line| {
            let mut list = [0; REACH];
            let named = markup.elements_of(line).filter(|element| element.names > 0);
            for (slot, element) in list.iter_mut().zip(named) {
                let wide = element.bytes > page / 2;
                *slot = element.names | if wide { IS_WIDE } else { 0 };
            }
            list
        }));
    }

    /// Calls `visit` with the places of a line's words.
    pub(super) fn for_each_place(&self, line: usize, mut visit: impl FnMut(usize)) {
        let mut is_nearest = true;
        for &list in self.lists.get(line).into_iter().flatten().take_while(|&&list| list != 0) {
            let salt = if list & IS_WIDE == 0 { 0 } else { WIDE };
            let at = (list & !IS_WIDE) as usize;
            let words = &self.words[self.starts[at] as usize..self.starts[at + 1] as usize];
            for &word in words {
                visit(place(word ^ salt));
                if is_nearest && salt == 0 {
                    visit(place(word ^ NEAREST));
                }
            }
            is_nearest = false;
        }
    }
}

/// The parts of each name and, of those that have several, the name as a whole; each once.
fn hash_names(names: &str, words: &mut Vec<u32>) {
    words.clear();
    for name in names.split(' ') {
        let name = name.trim_matches('-').as_bytes();
        let (mut whole, mut part, mut parts) = (HASH_OF_NOTHING, HASH_OF_NOTHING, 0);
        for &byte in name {
            if byte == b'-' {
                words.push(part);
                (part, parts) = (HASH_OF_NOTHING, parts + 1);
            } else {
                part = hash_on(part, byte);
            }
            whole = hash_on(whole, byte);
        }
        if !name.is_empty() {
            words.push(part);
        }
        if parts > 0 {
            words.push(whole);
        }
    }
    words.sort_unstable();
    words.dedup();
}
