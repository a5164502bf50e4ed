//! Bounds that a line must keep before a rule is walked on it: zone, counts, ending, shapes, what it begins with.
//!
//! Rules without literals are led to by their bounds alone. Asking each rule about each line would cost as much as
//! there are rules; so a [`GateSet`] holds, for every value that a line can have, the rules that it suits, as bits.
//! One conjunction a bound then answers for all rules at once.

use crate::bits;
use crate::dates::Opening;
use crate::model::{Line, Shapes, Signs, Zone};
use std::ops::RangeInclusive;

/// Word counts with a row of their own; longer lines share the last row, and their bounds are asked again.
const COUNTS: usize = 48;

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

    /// Whether a line passes every bound that its own figures settle; what it begins with is not asked.
    pub(super) fn admits(&self, line: &Line) -> bool {
        !self.inert
            && self.zone.is_none_or(|zone| zone == line.zone)
            && self.words.contains(&line.words)
            && self.chars.contains(&line.chars)
            && self.closed.is_none_or(|closed| closed == line.closed)
            && (!self.digits || line.digits)
            && (!self.capital || line.capital)
            && self.shapes.is_none_or(|shapes| shapes.meets(line.shapes))
            && self.signs.is_none_or(|signs| signs.meets(line.signs))
    }
}

/// Many gates, asked together.
#[derive(Debug, Default)]
pub(super) struct GateSet {
    gates: Vec<Gate>,
    /// Words of a row.
    width: usize,
    zones: [Vec<u64>; 3],
    counts: Vec<u64>,
    open: Vec<u64>,
    closed: Vec<u64>,
    no_digits: Vec<u64>,
    no_capital: Vec<u64>,
    /// Gates that ask for no shape, then those that each single shape satisfies.
    shapeless: Vec<u64>,
    shapes: Vec<(Shapes, Vec<u64>)>,
    openings: Vec<(Opening, Vec<u64>)>,
    /// Gates with bounds that no row answers.
    finer: Vec<u64>,
}

impl GateSet {
    pub(super) fn new(gates: Vec<Gate>) -> Self {
        let width = bits::words(gates.len());
        let row = |suits: &dyn Fn(&Gate) -> bool| {
            let mut row = vec![0; width];
            let suiting = gates.iter().enumerate().filter(|(_, gate)| !gate.inert && suits(gate));
            suiting.for_each(|(place, _)| bits::insert(&mut row, place));
            row
        };
        let last = COUNTS as u32;
        Self {
            width,
            zones: [Zone::Head, Zone::Body, Zone::Tail]
                .map(|zone| row(&|gate| gate.zone.is_none_or(|bound| bound == zone))),
            counts: (0..=last)
                .flat_map(|count| {
                    row(&|gate| {
                        gate.words.contains(&count) || (count == last && *gate.words.end() > last)
                    })
                })
                .collect(),
            open: row(&|gate| gate.closed != Some(true)),
            closed: row(&|gate| gate.closed != Some(false)),
            no_digits: row(&|gate| !gate.digits),
            no_capital: row(&|gate| !gate.capital),
            shapeless: row(&|gate| gate.shapes.is_none()),
            shapes: Shapes::NAMES
                .iter()
                .map(|&(_, shape)| {
                    (shape, row(&|gate| gate.shapes.is_some_and(|shapes| shapes.meets(shape))))
                })
                .filter(|(_, row)| row.iter().any(|&word| word != 0))
                .collect(),
            openings: Opening::ALL
                .iter()
                .map(|&opening| (opening, row(&|gate| gate.opening != Some(opening))))
                .collect(),
            finer: row(&|gate| {
                gate.chars != (0..=u32::MAX)
                    || *gate.words.start() >= last
                    || (last..u32::MAX).contains(gate.words.end())
                    || gate.signs.is_some()
            }),
            gates,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.gates.len()
    }

    /// How many gates admit some line.
    pub(super) fn active(&self) -> usize {
        self.gates.iter().filter(|gate| !gate.inert).count()
    }

    /// Fills `row` with the gates that admit `line`, whose folded form is `folded`.
    pub(super) fn admitting(&self, line: &Line, folded: &str, row: &mut [u64]) {
        let count = (line.words as usize).min(COUNTS) * self.width;
        let zone = &self.zones[line.zone as usize];
        let ending = if line.closed { &self.closed } else { &self.open };
        let mut any = 0;
        for (word, admitted) in row.iter_mut().enumerate() {
            let mut suits = zone[word] & self.counts[count + word] & ending[word];
            if !line.digits {
                suits &= self.no_digits[word];
            }
            if !line.capital {
                suits &= self.no_capital[word];
            }
            let mut shaped = self.shapeless[word];
            if !line.shapes.is_empty() {
                for (shape, row) in &self.shapes {
                    shaped |= if line.shapes.meets(*shape) { row[word] } else { 0 };
                }
            }
            *admitted = suits & shaped;
            any |= *admitted;
        }
        if any == 0 {
            return;
        }
        for (opening, others) in &self.openings {
            if row.iter().zip(others).any(|(admitted, others)| admitted & !others != 0)
                && !opening.may_begin(folded)
            {
                row.iter_mut().zip(others).for_each(|(admitted, others)| *admitted &= others);
            }
        }
        for (word, admitted) in row.iter_mut().enumerate() {
            let mut doubtful = *admitted & self.finer[word];
            while doubtful != 0 {
                let bit = doubtful.trailing_zeros() as usize;
                doubtful &= doubtful - 1;
                if !self.gates[word * 64 + bit].admits(line) {
                    *admitted &= !(1 << bit);
                }
            }
        }
    }
}
