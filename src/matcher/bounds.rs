//! Single bounds of lines, asked about all lines of a page together.
//!
//! What a line's figures say of all bounds is one word of bits, put together from a few look-ups: by its words, its
//! characters, its shapes. Turned on their side, the words of 64 lines are one word of lines for each bound.

use crate::bits;
use crate::model::{Line, Shapes, Signs, Zone};

/// One bound of a gate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bound {
    Zone(Zone),
    LeastWords(u32),
    MostWords(u32),
    LeastChars(u32),
    MostChars(u32),
    Closed(bool),
    Digits,
    Capital,
    Shapes(Shapes),
    Signs(Signs),
}

impl Bound {
    /// Whether a line of so many words keeps the bound; `None` for a bound of something else.
    fn of_words(self, words: u32) -> Option<bool> {
        match self {
            Self::LeastWords(least) => Some(words >= least),
            Self::MostWords(most) => Some(words <= most),
            _ => None,
        }
    }

    /// Likewise by its characters.
    fn of_chars(self, chars: u32) -> Option<bool> {
        match self {
            Self::LeastChars(least) => Some(chars >= least),
            Self::MostChars(most) => Some(chars <= most),
            _ => None,
        }
    }

    /// Likewise by its shapes.
    fn of_shapes(self, line: Shapes) -> Option<bool> {
        if let Self::Shapes(shapes) = self { Some(shapes.meets(line)) } else { None }
    }

    /// Likewise by what is one of two or three.
    fn of_traits(self, line: Traits) -> Option<bool> {
        match self {
            Self::Zone(zone) => Some(line.zone == zone),
            Self::Closed(closed) => Some(line.closed == closed),
            Self::Digits => Some(line.digits),
            Self::Capital => Some(line.capital),
            _ => None,
        }
    }

    /// Where the answers by words or characters change.
    fn step(self) -> u32 {
        match self {
            Self::LeastWords(least) | Self::LeastChars(least) => least,
            Self::MostWords(most) | Self::MostChars(most) => most.saturating_add(1),
            _ => 0,
        }
    }
}

/// What a line is of two or three.
#[derive(Clone, Copy)]
pub(super) struct Traits {
    pub(super) zone: Zone,
    pub(super) closed: bool,
    pub(super) digits: bool,
    pub(super) capital: bool,
}

impl Traits {
    const ZONES: [Zone; 3] = [Zone::Head, Zone::Body, Zone::Tail];
    /// How many different ones there are.
    pub(super) const ALL: usize = Self::ZONES.len() << 3;

    pub(super) fn from_index(index: usize) -> Self {
        let bit = |place: usize| index >> place & 1 != 0;
        Self { zone: Self::ZONES[index >> 3], closed: bit(0), digits: bit(1), capital: bit(2) }
    }

    #[inline]
    pub(super) fn index(line: &Line) -> usize {
        usize::from(line.closed)
            | usize::from(line.digits) << 1
            | usize::from(line.capital) << 2
            | (line.zone as usize) << 3
    }
}

/// Up to 64 bounds, with the answers by each figure.
#[derive(Debug)]
struct Group {
    bounds: usize,
    words: Steps,
    chars: Steps,
    shapes: Box<[u64]>,
    traits: [u64; Traits::ALL],
    /// Bounds of signs, and all signs that any of them asks for.
    signs: Vec<(Signs, u64)>,
    all_signs: Signs,
}

/// Answers by a number.
#[derive(Debug)]
struct Steps {
    /// For small numbers.
    small: Box<[u64]>,
    /// For all numbers, from the least for which they hold.
    steps: Vec<(u32, u64)>,
}

impl Steps {
    /// Numbers below this have their answers in a table.
    const SMALL: u32 = 256;

    fn new(bounds: &[Bound], holds: impl Fn(Bound, u32) -> Option<bool>) -> Self {
        let answers = |number: u32| row(bounds, |bound| holds(bound, number));
        let mut starts: Vec<u32> = bounds.iter().map(|bound| bound.step()).chain([0]).collect();
        starts.sort_unstable();
        starts.dedup();
        Self {
            small: (0..Self::SMALL).map(answers).collect(),
            steps: starts.into_iter().map(|start| (start, answers(start))).collect(),
        }
    }

    #[inline]
    fn of(&self, number: u32) -> u64 {
        match self.small.get(number as usize) {
            Some(&answers) => answers,
            None => self.steps[self.steps.partition_point(|&(start, _)| start <= number) - 1].1,
        }
    }
}

/// The bounds that hold, as bits.
fn row(bounds: &[Bound], holds: impl Fn(Bound) -> Option<bool>) -> u64 {
    bounds.iter().rev().fold(0, |row, &bound| row << 1 | u64::from(holds(bound) == Some(true)))
}

impl Group {
    fn new(bounds: &[Bound]) -> Self {
        let signs: Vec<(Signs, u64)> = bounds
            .iter()
            .enumerate()
            .filter_map(|(place, bound)| match bound {
                Bound::Signs(signs) => Some((*signs, 1 << place)),
                _ => None,
            })
            .collect();
        Self {
            bounds: bounds.len(),
            words: Steps::new(bounds, Bound::of_words),
            chars: Steps::new(bounds, Bound::of_chars),
            shapes: Shapes::all_sets().map(|shapes| row(bounds, |bound| bound.of_shapes(shapes))).collect(),
            traits: std::array::from_fn(|index| {
                row(bounds, |bound| bound.of_traits(Traits::from_index(index)))
            }),
            all_signs: signs.iter().fold(Signs::default(), |all, (signs, _)| all.with(*signs)),
            signs,
        }
    }

    /// The bounds that a line keeps, as bits.
    #[inline]
    fn of(&self, line: &Line) -> u64 {
        let mut kept = self.words.of(line.words)
            | self.chars.of(line.chars)
            | self.shapes[line.shapes.index()]
            | self.traits[Traits::index(line)];
        if self.all_signs.meets(line.signs) {
            for (signs, bit) in &self.signs {
                kept |= if signs.meets(line.signs) { *bit } else { 0 };
            }
        }
        kept
    }
}

/// Bounds, each once.
#[derive(Debug, Default)]
pub(super) struct BoundSet {
    groups: Vec<Group>,
}

impl BoundSet {
    pub(super) fn new(bounds: &[Bound]) -> Self {
        Self { groups: bounds.chunks(64).map(Group::new).collect() }
    }

    /// Fills `rows` with a row of lines for each bound; rows are whole words, and beyond the last line they say nothing.
    pub(super) fn fill(&self, lines: &[Line], rows: &mut Vec<u64>) {
        let stride = bits::words(lines.len());
        rows.clear();
        rows.resize(self.groups.iter().map(|group| group.bounds).sum::<usize>() * stride, 0);
        for (nth, group) in self.groups.iter().enumerate() {
            for (word, lines) in lines.chunks(64).enumerate() {
                let mut square = [0; 64];
                square.iter_mut().zip(lines).for_each(|(kept, line)| *kept = group.of(line));
                bits::transpose(&mut square);
                for (bound, lines) in square[..group.bounds].iter().enumerate() {
                    rows[(nth * 64 + bound) * stride + word] = *lines;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::segment::segment;
    use proptest::prelude::*;

    fn holds(bound: Bound, line: &Line) -> bool {
        match bound {
            Bound::Zone(zone) => line.zone == zone,
            Bound::LeastWords(least) => line.words >= least,
            Bound::MostWords(most) => line.words <= most,
            Bound::LeastChars(least) => line.chars >= least,
            Bound::MostChars(most) => line.chars <= most,
            Bound::Closed(closed) => line.closed == closed,
            Bound::Digits => line.digits,
            Bound::Capital => line.capital,
            Bound::Shapes(shapes) => line.shapes.meets(shapes),
            Bound::Signs(signs) => line.signs.meets(signs),
        }
    }

    fn bound() -> impl Strategy<Value = Bound> {
        let number = || prop_oneof![0u32..6, 250u32..400, Just(u32::MAX)];
        prop_oneof![
            prop::sample::select(Traits::ZONES.to_vec()).prop_map(Bound::Zone),
            number().prop_map(Bound::LeastWords),
            number().prop_map(Bound::MostWords),
            number().prop_map(Bound::LeastChars),
            number().prop_map(Bound::MostChars),
            any::<bool>().prop_map(Bound::Closed),
            Just(Bound::Digits),
            Just(Bound::Capital),
            prop::sample::select(Shapes::NAMES.to_vec()).prop_map(|(_, shape)| Bound::Shapes(shape)),
            Just(Bound::Shapes(Shapes::MENU.with(Shapes::URL))),
            Just(Bound::Signs(Signs::of_all(b"|:"))),
        ]
    }

    proptest! {
        #[test]
        fn every_bit_says_whether_a_line_keeps_a_bound(
            bounds in prop::collection::vec(bound(), 0..80),
            lines in prop::collection::vec("[A-C]?[a-c]{0,3}( [a-c]{1,2}){0,3}[.:|1]?|a{240,410}|(a ){250,255}\\\\.", 0..150),
        ) {
            let lines = segment(&lines.join("\n")).lines;
            let mut rows = Vec::new();
            BoundSet::new(&bounds).fill(&lines, &mut rows);
            let stride = bits::words(lines.len());
            for (place, &bound) in bounds.iter().enumerate() {
                for (index, line) in lines.iter().enumerate() {
                    let kept = bits::contains(&rows[place * stride..(place + 1) * stride], index);
                    prop_assert_eq!(kept, holds(bound, line), "{:?} {:?}", bound, line);
                }
            }
        }
    }
}
