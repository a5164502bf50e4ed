//! Bounds that a line must keep before a rule is walked on it: zone, counts, ending, shapes, what it begins with.
//!
//! Rules without literals are led to by their bounds alone. Asking each rule about each line would cost as much as
//! there are rules; so a [`GateSet`] asks each different bound once about all lines of a page, which gives a row of
//! bits by line, and what a rule admits is the conjunction of a few rows.

use super::asked::Asked;
use super::bounds::{Bound, BoundSet, Traits};
use super::{anchors, template};
use crate::bits::{self, spread};
use crate::dates::Opening;
use crate::model::{Line, Shapes, Signs, Zone};
use std::ops::RangeInclusive;

/// Bounds that a line must keep to be hit; most lines do not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Gate {
    pub(super) zone: Option<Zone>,
    pub(super) words: RangeInclusive<u32>,
    pub(super) chars: RangeInclusive<u32>,
    pub(super) closed: Option<bool>,
    /// Whether the line must hold a digit.
    pub(super) digits: bool,
    /// Whether the line must begin as a name does.
    pub(super) capital: bool,
    pub(super) shapes: Option<Shapes>,
    /// What the folded line must begin with.
    pub(super) opening: Option<Opening>,
    /// Signs of which the line must hold one.
    pub(super) signs: Option<Signs>,
    /// Whether a test asks for data that no line has: the rule hits nothing.
    pub(super) inert: bool,
}

impl Gate {
    /// A gate that only the zone narrows.
    pub(super) fn open(zone: Option<Zone>) -> Self {
        Self {
            zone,
            words: 0..=u32::MAX,
            chars: 0..=u32::MAX,
            closed: None,
            digits: false,
            capital: false,
            shapes: None,
            opening: None,
            signs: None,
            inert: false,
        }
    }

    /// The bounds that narrow anything, the narrowest first.
    fn bounds(&self) -> impl Iterator<Item = Bound> {
        let least = |&least: &u32| least > 0;
        let most = |&most: &u32| most < u32::MAX;
        [
            self.shapes.map(Bound::Shapes),
            self.signs.map(Bound::Signs),
            self.digits.then_some(Bound::Digits),
            Some(*self.words.end()).filter(most).map(Bound::MostWords),
            Some(*self.words.start()).filter(least).map(Bound::LeastWords),
            Some(*self.chars.end()).filter(most).map(Bound::MostChars),
            Some(*self.chars.start()).filter(least).map(Bound::LeastChars),
            self.zone.map(Bound::Zone),
            self.closed.map(Bound::Closed),
            self.capital.then_some(Bound::Capital),
        ]
        .into_iter()
        .flatten()
    }
}

/// A gate as it is asked about single lines: all of it in half a cache line, for what leads to rules asks it before it
/// leads there.
#[derive(Debug)]
pub(super) struct Door {
    /// Signs of which the line must hold one, if any is set.
    signs: Signs,
    words: [u32; 2],
    chars: [u32; 2],
    /// The lines that pass by what they are of two or three, as bits.
    traits: u32,
    shapes: Shapes,
}

impl Door {
    pub(super) fn new(gate: &Gate) -> Self {
        let passes = |traits: Traits| {
            !gate.inert
                && gate.zone.is_none_or(|zone| zone == traits.zone)
                && gate.closed.is_none_or(|closed| closed == traits.closed)
                && (!gate.digits || traits.digits)
                && (!gate.capital || traits.capital)
        };
        Self {
            signs: gate.signs.unwrap_or_default(),
            words: [*gate.words.start(), *gate.words.end()],
            chars: [*gate.chars.start(), *gate.chars.end()],
            traits: (0..Traits::ALL)
                .filter(|&index| passes(Traits::from_index(index)))
                .fold(0, |all, bit| all | 1 << bit),
            shapes: gate.shapes.unwrap_or_default(),
        }
    }

    /// Whether a line passes every bound that its own figures settle; what it begins with is not asked.
    #[inline]
    pub(super) fn admits(&self, line: &Line) -> bool {
        let within = |[least, most]: [u32; 2], number: u32| least <= number && number <= most;
        self.traits >> Traits::index(line) & 1 != 0
            && within(self.words, line.words)
            && within(self.chars, line.chars)
            && (self.shapes.is_empty() || self.shapes.meets(line.shapes))
            && (self.signs == Signs::default() || self.signs.meets(line.signs))
    }
}

/// What a text may begin with.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Openings(u8);

impl Openings {
    /// Whether the text may begin so; a no is certain.
    #[inline]
    pub(super) fn may_be(self, opening: Opening) -> bool {
        self.0 >> opening as u8 & 1 != 0
    }

    /// Whether it begins with nothing of the kind.
    #[inline]
    pub(super) fn are_none(self) -> bool {
        self.0 == 0
    }
}

/// Bits of the hash of two bytes.
const FRONT_BITS: u32 = 12;

fn front_place(front: [u8; 2]) -> usize {
    (spread(u64::from(u16::from_le_bytes(front))) >> (64 - FRONT_BITS)) as usize
}

/// Many gates, asked together.
#[derive(Debug)]
pub(super) struct GateSet {
    bounds: BoundSet,
    /// For each gate its bounds, by their places; `None` when it admits no line.
    gates: Vec<Option<Vec<usize>>>,
    openings: Vec<Option<Opening>>,
    /// The openings that may begin with a byte whatever follows it, as bits.
    firsts: Box<[u8; 256]>,
    /// For a hash of two bytes the other openings that they may be the first of.
    fronts: Box<[u8; 1 << FRONT_BITS]>,
}

/// The rows of a page, kept from page to page.
#[derive(Clone, Debug, Default)]
pub(super) struct Rows {
    bounds: Vec<u64>,
    gates: Vec<u64>,
    begun: Vec<u64>,
    stride: usize,
}

impl Rows {
    /// The lines that the gate at `place` admits.
    pub(super) fn of(&self, place: usize) -> &[u64] {
        &self.gates[place * self.stride..(place + 1) * self.stride]
    }

    /// The rows of all gates from the one at `place` on, one after the other.
    pub(super) fn from(&self, place: usize) -> &[u64] {
        &self.gates[place * self.stride..]
    }
}

impl GateSet {
    pub(super) fn new(gates: &[Gate]) -> Self {
        let mut bounds = Vec::new();
        let mut place = |bound: Bound| {
            bounds.iter().position(|known| *known == bound).unwrap_or_else(|| {
                bounds.push(bound);
                bounds.len() - 1
            })
        };
        let places = |gate: &Gate| (!gate.inert).then(|| gate.bounds().map(&mut place).collect());
        let gates_by_place = gates.iter().map(places).collect();
        let (mut firsts, mut fronts) = (Box::new([0; 256]), Box::new([0; 1 << FRONT_BITS]));
        for opening in Opening::ALL {
            opening.for_each_front(|first, second| match second {
                Some(second) => fronts[front_place([first, second])] |= 1 << opening as u8,
                None => firsts[usize::from(first)] |= 1 << opening as u8,
            });
        }
        let openings = gates.iter().map(|gate| gate.opening).collect();
        Self { gates: gates_by_place, bounds: BoundSet::new(&bounds), openings, firsts, fronts }
    }

    /// How many gates admit some line.
    pub(super) fn active(&self) -> usize {
        self.gates.iter().flatten().count()
    }

    /// What a folded text may begin with, told by its first bytes and whether it has `digits`.
    #[inline]
    pub(super) fn openings(&self, text: &[u8], digits: bool) -> Openings {
        let front = match text {
            [first, second, ..] => [*first, *second],
            [first] => [*first, b'\n'],
            [] => return Openings(0),
        };
        // Relative times may do without a digit.
        let possible = if digits { u8::MAX } else { 1 << Opening::Ago as u8 };
        Openings((self.firsts[usize::from(front[0])] | self.fronts[front_place(front)]) & possible)
    }

    /// Fills `rows` with the lines that each gate admits, of gates that ask what a line begins with those among `fresh`;
    /// `folded` gives the folded form of a line, and `asked` knows what stands at its front.
    pub(super) fn admit<'t>(
        &self,
        lines: &[Line],
        fresh: &[u64],
        folded: impl Fn(usize) -> &'t str,
        asked: &Asked,
        rows: &mut Rows,
    ) {
        let stride = bits::words(lines.len());
        rows.stride = stride;
        rows.gates.clear();
        rows.gates.resize(self.gates.len() * stride, 0);
        if stride == 0 {
            return;
        }
        self.bounds.fill(lines, &mut rows.bounds);
        // Rows are whole words: beyond the last line no gate admits anything.
        let last = u64::MAX >> ((64 - lines.len() % 64) % 64);
        for (gate, row) in self.gates.iter().zip(rows.gates.chunks_mut(stride)) {
            let Some(bounds) = gate else { continue };
            row.fill(u64::MAX);
            row[stride - 1] = last;
            for &bound in bounds {
                let kept = &rows.bounds[bound * stride..(bound + 1) * stride];
                row.iter_mut().zip(kept).for_each(|(word, kept)| *word &= kept);
            }
        }
        for opening in Opening::ALL {
            let begins = |line: usize| {
                let (form, slot) = (folded(line), anchors::slot_of(opening));
                self.openings(form.as_bytes(), true).may_be(opening)
                    && asked.front(line, slot, || template::recognise(slot, form))[0] > 0
            };
            self.narrow(opening, fresh, begins, rows);
        }
    }

    /// Takes out of the gates that ask for `opening` the lines that are not `fresh` or do not begin so: each is asked once.
    fn narrow(&self, opening: Opening, fresh: &[u64], begins: impl Fn(usize) -> bool, rows: &mut Rows) {
        let asking = || self.openings.iter().enumerate().filter(|(_, asked)| **asked == Some(opening));
        let Rows { gates, begun, stride, .. } = rows;
        let stride = *stride;
        begun.clear();
        begun.resize(stride, 0);
        for (place, _) in asking() {
            let row = &gates[place * stride..(place + 1) * stride];
            begun.iter_mut().zip(row).for_each(|(word, row)| *word |= row);
        }
        for (place, (word, fresh)) in begun.iter_mut().zip(fresh).enumerate() {
            *word &= fresh;
            for bit in bits::members(&[*word]) {
                if !begins(place * 64 + bit) {
                    *word &= !(1 << bit);
                }
            }
        }
        for (place, _) in asking() {
            let row = &mut gates[place * stride..(place + 1) * stride];
            row.iter_mut().zip(begun.iter()).for_each(|(word, begun)| *word &= begun);
        }
    }
}
