//! Answers that rules share while one line is tried: rules with the same list or the same slot in front ask the same thing,
//! one after the other.

use super::words::Vocabulary;
use crate::rules::Slot;
use std::cell::Cell;

/// The byte lengths that a slot may have at a place, the likeliest first; 0 is none.
pub(super) type Lengths = [u16; 2];

/// The last answers, with what was asked.
#[derive(Debug, Default)]
pub(crate) struct Asked {
    /// A word list: which line, which list, how much of it.
    covered: Cell<Option<(usize, usize, u32, u32, bool)>>,
    /// The line whose front was looked at, for which slots as bits, and their lengths there.
    line: Cell<Option<usize>>,
    slots: Cell<u16>,
    lengths: [Cell<Lengths>; Slot::NAMES.len()],
}

impl Asked {
    /// Forgets everything: lines are no longer the same.
    pub(super) fn forget(&self) {
        self.covered.set(None);
        self.line.set(None);
    }

    /// Whether a line is covered by `list`.
    pub(super) fn covered(
        &self,
        line: usize,
        list: &Vocabulary,
        cover: u32,
        min: u32,
        ask: impl Fn() -> bool,
    ) -> bool {
        let asked = (line, std::ptr::from_ref(list).addr(), cover, min);
        if let Some((line, list, cover, min, holds)) = self.covered.get()
            && (line, list, cover, min) == asked
        {
            return holds;
        }
        let holds = ask();
        self.covered.set(Some((asked.0, asked.1, cover, min, holds)));
        holds
    }

    /// The lengths of `slot` at the front of a line.
    #[inline]
    pub(super) fn front(&self, line: usize, slot: Slot, ask: impl Fn() -> Lengths) -> Lengths {
        if self.line.get() != Some(line) {
            self.line.set(Some(line));
            self.slots.set(0);
        }
        let lengths = &self.lengths[slot as usize];
        let bit = 1 << slot as u16;
        if self.slots.get() & bit == 0 {
            lengths.set(ask());
            self.slots.set(self.slots.get() | bit);
        }
        lengths.get()
    }
}
