//! Whole lines, each with what it leads to. Rules name thousands, so their bytes stand one after the other, and a line costs no
//! piece of memory of its own.

use foldhash::fast::RandomState;
use std::hash::BuildHasher;

/// A slot that holds no line.
const NONE: u32 = u32::MAX;

/// Lines with their payloads, found by a hash of the whole line.
#[derive(Debug)]
pub(super) struct WholeLines<T> {
    text: String,
    /// Where each line ends, which is where the next one begins, and its payload.
    lines: Vec<(u32, T)>,
    /// Half of a hash and the place of the line that has it, where the other half says or at the next free slot; at least half
    /// of the slots are free.
    slots: Box<[(u32, u32)]>,
    hasher: RandomState,
}

impl<T> WholeLines<T> {
    /// A table of `lines`; the payload of a line is made by `one`, and `more` adds to it what comes with the same line again.
    pub(super) fn new<'l, P>(
        lines: impl ExactSizeIterator<Item = (&'l str, P)> + Clone,
        one: impl Fn(P) -> T,
        more: impl Fn(&mut T, P),
    ) -> Self {
        let slots = vec![(0, NONE); (lines.len() * 2).next_power_of_two().max(2)];
        let mut table = Self {
            text: String::with_capacity(lines.clone().map(|(line, _)| line.len()).sum()),
            lines: Vec::with_capacity(lines.len()),
            slots: slots.into_boxed_slice(),
            hasher: RandomState::default(),
        };
        for (line, payload) in lines {
            let (slot, tag) = table.find(line);
            match table.slots[slot].1 {
                NONE => {
                    table.slots[slot] = (tag, table.lines.len() as u32);
                    table.text.push_str(line);
                    table.lines.push((table.text.len() as u32, one(payload)));
                }
                place => more(&mut table.lines[place as usize].1, payload),
            }
        }
        table
    }

    /// How many different lines there are.
    pub(super) fn len(&self) -> usize {
        self.lines.len()
    }

    /// Every line.
    pub(super) fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.lines.len()).map(|place| self.line(place))
    }

    /// The payload of `line`.
    pub(super) fn get(&self, line: &str) -> Option<&T> {
        let (slot, _) = self.find(line);
        // A free slot names no place.
        self.lines.get(self.slots[slot].1 as usize).map(|(_, payload)| payload)
    }

    /// The slot of `line`, or the free one that it would go to, and the half of its hash that stands there.
    fn find(&self, line: &str) -> (usize, u32) {
        let hash = self.hasher.hash_one(line);
        let tag = (hash >> 32) as u32;
        let last = self.slots.len() - 1;
        let mut slot = hash as usize & last;
        loop {
            let (own, place) = self.slots[slot];
            if place == NONE || own == tag && self.line(place as usize) == line {
                return (slot, tag);
            }
            slot = (slot + 1) & last;
        }
    }

    fn line(&self, place: usize) -> &str {
        let start = if place == 0 { 0 } else { self.lines[place - 1].0 };
        &self.text[start as usize..self.lines[place].0 as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_empty_table_holds_no_line() {
        let table = WholeLines::new(std::iter::empty::<(&str, ())>(), |()| (), |_, ()| {});
        assert_eq!((table.len(), table.get(""), table.get("share")), (0, None, None));
    }

    proptest! {
        #[test]
        fn a_table_holds_the_lines_that_were_put_in_with_all_that_came_with_them(
            lines in prop::collection::vec(("[a-cé]{0,2}", any::<u8>()), 0..40),
            asked in "[a-cé]{0,2}",
        ) {
            let entries = lines.iter().map(|(line, payload)| (line.as_str(), *payload));
            let table = WholeLines::new(entries, |first| vec![first], Vec::push);
            for line in lines.iter().map(|(line, _)| line).chain([&asked]) {
                let payloads: Vec<u8> =
                    lines.iter().filter(|(own, _)| own == line).map(|(_, payload)| *payload).collect();
                let found = table.get(line).cloned().unwrap_or_default();
                prop_assert_eq!(payloads, found);
            }
            prop_assert!(table.iter().all(|line| table.get(line).is_some()));
            prop_assert_eq!(table.iter().count(), table.len());
        }
    }
}
