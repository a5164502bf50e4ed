//! Answers that rules share: many ask whether a line is of the words of one list, or what stands at its front. Who asked how
//! often is noted here too, for whoever wants to know.

use super::tries::Tries;
use super::words::Vocabulary;
use crate::rules::Slot;
use std::cell::Cell;

/// The byte lengths that a slot may have at a place, the likeliest first; 0 is none.
pub(super) type Lengths = [u16; 2];

/// A question put to a word list (which list, how much of the line), with the words found if there are enough.
type Covered = (usize, u32, Option<u32>);

/// What was asked about the lines of a page, with the answers.
#[derive(Debug, Default)]
pub(crate) struct Asked {
    /// For each line the last question put to a word list.
    covered: Vec<Cell<Option<Covered>>>,
    fronts: Vec<Front>,
    pub(super) tries: Tries,
}

/// What was asked about the front of a line.
#[derive(Clone, Debug, Default)]
struct Front {
    /// The slots that were asked for, as bits.
    slots: Cell<u16>,
    /// Their lengths.
    lengths: [Cell<Lengths>; Slot::NAMES.len()],
}

impl Asked {
    /// Makes ready for a page of `lines` lines.
    pub(super) fn begin(&mut self, lines: usize) {
        self.covered.clear();
        self.covered.resize_with(lines, Cell::default);
        // What is not marked as asked for is overwritten.
        self.fronts.iter().take(lines).for_each(|front| front.slots.set(0));
        self.fronts.resize_with(lines.max(self.fronts.len()), Front::default);
    }

    /// How many words of `list` cover so many thousandths of a line, whose folded form is given, if they do.
    pub(super) fn covered(&self, line: usize, folded: &str, list: &Vocabulary, cover: u32) -> Option<u32> {
        let (list_at, known) = (std::ptr::from_ref(list).addr(), &self.covered[line]);
        if let Some((asked, least, found)) = known.get()
            && (asked, least) == (list_at, cover)
        {
            return found;
        }
        let found = list.words_covering(folded, cover);
        known.set(Some((list_at, cover, found)));
        found
    }

    /// The lengths of `slot` at the front of a line.
    #[inline]
    pub(super) fn front(&self, line: usize, slot: Slot, ask: impl Fn() -> Lengths) -> Lengths {
        let Front { slots, lengths } = &self.fronts[line];
        let (bit, lengths) = (1 << slot as u16, &lengths[slot as usize]);
        if slots.get() & bit == 0 {
            lengths.set(ask());
            slots.set(slots.get() | bit);
        }
        lengths.get()
    }
}
