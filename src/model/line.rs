//! Lines of a page: where they stand, what they look like, and which zone of the page holds them.

use super::Span;

/// The part of a page that a line stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Zone {
    /// Before the first prose paragraph; a page without prose is all head.
    Head,
    /// From the first prose paragraph to the last.
    Body,
    /// After the last prose paragraph.
    Tail,
}

impl Zone {
    /// The name that rule files and reports use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Head => "head",
            Self::Body => "body",
            Self::Tail => "tail",
        }
    }
}

/// The shapes that one line has, as a set of bits; [`Shapes::MENU`] depends on the neighbours too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Shapes(u16);

impl Shapes {
    /// Clock times of players: `0:00`, `1:02:03 / 2:00:00`.
    pub const CLOCK: Self = Self(1);
    /// Only a number, with its signs and units of thousands: `1,204`, `12 %`, `#3`.
    pub const NUMBER: Self = Self(1 << 1);
    /// Only web addresses.
    pub const URL: Self = Self(1 << 2);
    /// Only e-mail addresses.
    pub const EMAIL: Self = Self(1 << 3);
    /// Two letters or more, none of them lower case, at least one upper case.
    pub const ALL_CAPS: Self = Self(1 << 4);
    /// Two words or more, nearly all of them capitalised.
    pub const TITLE_CASE: Self = Self(1 << 5);
    /// One of a run of four or more short lines with open endings.
    pub const MENU: Self = Self(1 << 6);
    /// Begins with a bullet or an item number.
    pub const LIST_ITEM: Self = Self(1 << 7);
    /// Begins with a quotation mark or `>`.
    pub const QUOTE: Self = Self(1 << 8);
    /// Looks like source code.
    pub const CODE: Self = Self(1 << 9);
    /// Cells parted by `|` or tabs.
    pub const TABLE_ROW: Self = Self(1 << 10);

    /// Every shape with the name that rule files use.
    pub const NAMES: &[(&str, Self)] = &[
        ("clock", Self::CLOCK),
        ("number", Self::NUMBER),
        ("url", Self::URL),
        ("email", Self::EMAIL),
        ("all-caps", Self::ALL_CAPS),
        ("title-case", Self::TITLE_CASE),
        ("menu", Self::MENU),
        ("list-item", Self::LIST_ITEM),
        ("quote", Self::QUOTE),
        ("code", Self::CODE),
        ("table-row", Self::TABLE_ROW),
    ];

    /// These shapes but for `others`.
    #[must_use]
    pub(crate) fn without(self, others: Self) -> Self {
        Self(self.0 & !others.0)
    }

    /// The shape of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(known, _)| *known == name).map(|&(_, shape)| shape)
    }

    /// Every set of shapes, by its index.
    pub(crate) fn all_sets() -> impl Iterator<Item = Self> {
        (0..1 << Self::NAMES.len()).map(Self)
    }

    /// The place of the set among all.
    pub(crate) fn index(self) -> usize {
        usize::from(self.0)
    }

    /// Both sets together.
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether the sets share a shape.
    pub fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether no shape is set.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }
}

/// The signs that a line holds, as a set of bits: every ASCII sign has its own, all else beyond ASCII shares one.
///
/// What cannot match without one of some rare signs need not be tried on lines that hold none of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Signs(u64);

impl Signs {
    /// Whatever is not ASCII.
    pub const BEYOND_ASCII: Self = Self(1 << 32);

    /// The bits of every byte; letters, digits and white space have none, nor have bytes beyond ASCII.
    const BYTES: [u64; 256] = {
        let (mut bits, mut byte, mut next) = ([0; 256], 0, 0);
        while byte < 256 {
            if (byte as u8).is_ascii_punctuation() {
                bits[byte] = 1 << next;
                next += 1;
            }
            byte += 1;
        }
        bits
    };

    /// The sign that an ASCII byte is, if it is one; of other bytes nothing is known.
    #[inline]
    pub fn of_ascii(byte: u8) -> Self {
        Self(Self::BYTES[usize::from(byte)])
    }

    /// The signs among some ASCII bytes.
    pub const fn of_all(bytes: &[u8]) -> Self {
        let (mut bits, mut at) = (0, 0);
        while at < bytes.len() {
            bits |= Self::BYTES[bytes[at] as usize];
            at += 1;
        }
        Self(bits)
    }

    /// The sign that `c` is, unless it is an ASCII letter, digit or space.
    pub fn of(c: char) -> Option<Self> {
        let signs = u8::try_from(c).ok().filter(u8::is_ascii).map_or(Self::BEYOND_ASCII, Self::of_ascii);
        (signs != Self::default()).then_some(signs)
    }

    /// The signs of which a line that shows `c` once folded must hold one.
    pub fn of_folded(c: char) -> Option<Self> {
        // Folding makes ASCII signs of many others.
        Self::of(c).map(|signs| signs.with(Self::BEYOND_ASCII))
    }

    /// Both sets together.
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether all of `other` are among these.
    pub fn covers(self, other: Self) -> bool {
        other.0 & !self.0 == 0
    }

    /// Whether the sets share a sign.
    pub fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

/// One non-blank line: its place and the figures that matchers ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// The line without the white space around it, in bytes of the page's text.
    pub span: Span,
    /// Whether a blank line (or the start of the page) stands before it.
    pub after_blank: bool,
    /// Whether it ends in terminal punctuation of any script, closing quotes and brackets aside.
    pub closed: bool,
    /// Whether it is a prose paragraph: closed, and of 18 words or more (36 characters in scripts without spaces).
    pub prose: bool,
    /// Whether all white space within is single spaces.
    pub single_spaced: bool,
    /// Whether it begins with a letter that is not lower case.
    pub capital: bool,
    /// Whether it holds a digit.
    pub digits: bool,
    /// The signs that it holds.
    pub signs: Signs,
    /// The part of the page it stands in.
    pub zone: Zone,
    /// The shapes it has.
    pub shapes: Shapes,
    /// Words; in scripts without spaces every character counts as one.
    pub words: u32,
    /// Characters.
    pub chars: u32,
    /// The last line above that is the same, byte for byte, if one is known.
    pub twin: Option<u32>,
}

impl Line {
    /// Whether folding leaves every byte where it stands, the case of letters and what the end trails aside: ASCII without a run
    /// of white space.
    pub(crate) fn keeps_places(&self) -> bool {
        self.single_spaced && !self.signs.meets(Signs::BEYOND_ASCII)
    }
}

/// The lines of one page, and how the page parts its paragraphs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lines {
    /// Every non-blank line, in order.
    pub lines: Vec<Line>,
    /// Whether blank lines part the paragraphs; otherwise every line is one.
    pub blank_parted: bool,
}
