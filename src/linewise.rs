//! Sorting what belongs to the lines of a page: many lines with few things each.
//!
//! Things are counted into their lines, and each line's few are sorted among themselves, which costs a fraction of sorting
//! all of them together.

/// Sorts things by line, and each line's by their own order; buffers are kept from page to page.
#[derive(Debug)]
pub(crate) struct LineSorter<T> {
    sorted: Vec<T>,
    /// For each line where its next thing goes.
    places: Vec<u32>,
}

impl<T> Default for LineSorter<T> {
    fn default() -> Self {
        Self { sorted: Vec::new(), places: Vec::new() }
    }
}

impl<T: Copy + Ord> LineSorter<T> {
    /// Sorts `things`, of which `line` tells the line, below `lines`; their own order begins with the line.
    pub(crate) fn sort(&mut self, things: &mut Vec<T>, lines: usize, line: impl Fn(&T) -> u32) {
        let Self { sorted, places } = self;
        places.clear();
        places.resize(lines + 1, 0);
        for thing in &*things {
            places[line(thing) as usize + 1] += 1;
        }
        for line in 0..lines {
            places[line + 1] += places[line];
        }
        // Every place is written to: what stands there from the page before goes.
        if let Some(&any) = things.first() {
            sorted.resize(things.len(), any);
        } else {
            sorted.clear();
        }
        for thing in &*things {
            let place = &mut places[line(thing) as usize];
            sorted[*place as usize] = *thing;
            *place += 1;
        }
        // Each place is now where its line ends.
        let mut start = 0;
        for &end in &places[..lines] {
            if end > start + 1 {
                let own = &mut sorted[start as usize..end as usize];
                if !own.is_sorted() {
                    own.sort_unstable();
                }
            }
            start = end;
        }
        std::mem::swap(things, sorted);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn things_come_out_in_their_order(mut things in prop::collection::vec((0u32..9, 0u8..4), 0..40), lines in 9usize..12) {
            let mut expected = things.clone();
            expected.sort_unstable();
            LineSorter::default().sort(&mut things, lines, |&(line, _)| line);
            prop_assert_eq!(things, expected);
        }
    }
}
