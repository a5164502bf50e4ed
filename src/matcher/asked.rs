//! Answers that rules share: many ask whether a line is of the words of one list, or what stands at its front.

use super::words::Vocabulary;
use crate::rules::Slot;
use std::cell::Cell;

/// The byte lengths that a slot may have at a place, the likeliest first; 0 is none.
pub(super) type Lengths = [u16; 2];

/// A question put to a word list (which line, which list, how much of it), with the answer.
type Covered = (usize, usize, u32, u32, bool);

/// What was asked about the lines of a page, with the answers.
#[derive(Debug, Default)]
pub(crate) struct Asked {
    /// The last question put to a word list.
    covered: Cell<Option<Covered>>,
    fronts: Vec<Front>,
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
        self.covered.set(None);
        self.fronts.clear();
        self.fronts.resize_with(lines, Front::default);
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
        let Front { slots, lengths } = &self.fronts[line];
        let (bit, lengths) = (1 << slot as u16, &lengths[slot as usize]);
        if slots.get() & bit == 0 {
            lengths.set(ask());
            slots.set(slots.get() | bit);
        }
        lengths.get()
    }
}
