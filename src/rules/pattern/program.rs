//! Expressions as short programs.
//!
//! The states of an expression are many: each letter that ignores case is a class, a class beyond ASCII is an automaton over bytes,
//! and what repeats two hundred times stands there two hundred times. They take a third of a millisecond to build, and tens of
//! kilobytes that every line finds cold. What people write is literals with a few choices between them, and as that it is a
//! dozen steps: text is compared as text, and a class that repeats is walked over in one step.
//!
//! A program says what the expression says (the tests hold it against the crate `regex`) or gives up, and the states are built.

use super::known::few_chars;
use regex_automata::util::look::Look;
use regex_syntax::hir::{self, Class, Hir, HirKind, Repetition};
use std::fmt;

/// Steps of a program: more are given up, for what repeats groups so often is better off as states.
const STEPS: usize = 1000;

/// An expression as steps, of which the last tells of the match.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Program {
    pub(super) steps: Vec<Step>,
    /// The texts of all steps, one after the other; those that ignore case in lower case.
    pub(super) texts: String,
    sets: Vec<Set>,
    /// Where matches may begin.
    pub(super) begins: Begins,
}

/// Where matches may begin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Begins {
    /// With the line only.
    Line,
    Anywhere,
    /// With a text.
    Text(Opening),
    /// With one of these bytes, which may be the same.
    Few([u8; 3]),
    /// With one of these.
    Bytes(Bytes),
}

/// The text of a step that all matches begin with, and what is looked for to find it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Opening {
    pub(super) step: u32,
    /// The byte of the text that is looked for, and what stands there in any case.
    pub(super) told: u32,
    pub(super) bytes: [u8; 3],
}

/// What is done at a place of the line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// That part of the texts stands here, in this case.
    Text(u32, u32),
    /// The same in any case. It is ASCII, but `ſ` is taken for `s` and the sign of the Kelvin for `k`.
    AnyCase(u32, u32),
    /// A character of that set stands here.
    One(u16),
    /// Characters of that set, at least and at most so many: as many as there are, or as few as will do.
    Run {
        set: u16,
        lazy: bool,
        min: u32,
        max: u32,
    },
    /// Goes on at the first place and, when that leads to no match, at the second.
    Either(u32, u32),
    Goto(u32),
    Look(Look),
    Match,
}

/// Characters, those beyond ASCII as ranges in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Set {
    pub(super) ascii: u128,
    pub(super) beyond: Box<[(char, char)]>,
}

/// A set of bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Bytes([u64; 4]);

impl Bytes {
    pub(super) fn contains(&self, byte: u8) -> bool {
        self.0[usize::from(byte / 64)] >> (byte % 64) & 1 != 0
    }

    fn insert(&mut self, byte: u8) {
        self.0[usize::from(byte / 64)] |= 1 << (byte % 64);
    }
}

/// Rules are shown by their expressions, not by what these became.
impl fmt::Debug for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Program").finish_non_exhaustive()
    }
}

impl Program {
    /// The expression as a program, if it is one that programs are good for.
    pub(super) fn of(hir: &Hir) -> Option<Self> {
        let mut builder = Builder::default();
        builder.add(hir)?;
        builder.push(Step::Match)?;
        let begins = if hir.properties().look_set_prefix().contains(hir::Look::Start) {
            Begins::Line
        } else {
            builder.begins()
        };
        let Builder { steps, texts, sets, .. } = builder;
        Some(Self { steps, texts, sets, begins })
    }

    pub(super) fn set(&self, place: u16) -> &Set {
        &self.sets[usize::from(place)]
    }
}

#[derive(Default)]
struct Builder {
    steps: Vec<Step>,
    texts: String,
    sets: Vec<Set>,
    /// The last place that steps go on at from elsewhere: text there belongs to no text before.
    reached: usize,
}

impl Builder {
    fn push(&mut self, step: Step) -> Option<()> {
        self.steps.push(step);
        (self.steps.len() <= STEPS).then_some(())
    }

    /// The place of the next step, for others to go on at.
    fn here(&mut self) -> u32 {
        self.reached = self.steps.len();
        self.steps.len() as u32
    }

    fn add(&mut self, hir: &Hir) -> Option<()> {
        match hir.kind() {
            HirKind::Empty => Some(()),
            HirKind::Literal(literal) => self.add_text(std::str::from_utf8(&literal.0).ok()?, false),
            HirKind::Class(class) => match any_case(class) {
                Some(letter) => self.add_text(char::from(letter).encode_utf8(&mut [0; 4]), true),
                None => {
                    let set = self.set(class)?;
                    self.push(Step::One(set))
                }
            },
            HirKind::Look(look) => self.push(Step::Look(Look::from_repr(look.as_repr())?)),
            HirKind::Repetition(repetition) => self.add_repetition(repetition),
            HirKind::Capture(capture) => self.add(&capture.sub),
            HirKind::Concat(parts) => parts.iter().try_for_each(|part| self.add(part)),
            HirKind::Alternation(branches) => {
                let (last, others) = branches.split_last()?;
                let mut ends = Vec::with_capacity(others.len());
                for branch in others {
                    let either = self.either()?;
                    self.add(branch)?;
                    ends.push(self.steps.len());
                    self.push(Step::Goto(0))?;
                    self.settle(either, true);
                }
                self.add(last)?;
                let here = self.here();
                ends.into_iter().for_each(|end| self.steps[end] = Step::Goto(here));
                Some(())
            }
        }
    }

    /// Adds a choice between what follows and what is not there yet, and tells where.
    fn either(&mut self) -> Option<usize> {
        let either = self.steps.len();
        self.push(Step::Either(0, 0))?;
        Some(either)
    }

    /// Has the choice `either` lead to the step behind it and to the next one: to that behind it first, or not.
    fn settle(&mut self, either: usize, first: bool) {
        let (behind, here) = (either as u32 + 1, self.here());
        self.steps[either] = if first { Step::Either(behind, here) } else { Step::Either(here, behind) };
    }

    /// Adds `text`, to that of the last step where it goes on. What is no letter goes with text in any case too.
    fn add_text(&mut self, text: &str, any_case: bool) -> Option<()> {
        let caseless = |text: &str| text.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_alphabetic());
        let start = self.texts.len() as u32;
        self.texts.push_str(text);
        let end = self.texts.len() as u32;
        let reached = self.steps.len() == self.reached;
        let step = match self.steps.last().filter(|_| !reached) {
            Some(&Step::AnyCase(from, _)) if any_case || caseless(text) => Step::AnyCase(from, end),
            Some(&Step::Text(from, _))
                if any_case && caseless(&self.texts[from as usize..start as usize]) =>
            {
                Step::AnyCase(from, end)
            }
            Some(&Step::Text(from, _)) if !any_case => Step::Text(from, end),
            _ => return self.push(if any_case { Step::AnyCase(start, end) } else { Step::Text(start, end) }),
        };
        self.steps.pop();
        self.push(step)
    }

    fn add_repetition(&mut self, repetition: &Repetition) -> Option<()> {
        let Repetition { min, max, greedy, sub } = repetition;
        if let HirKind::Class(class) = sub.kind() {
            let (set, lazy, max) = (self.set(class)?, !greedy, max.unwrap_or(u32::MAX));
            return self.push(Step::Run { set, lazy, min: *min, max });
        }
        // Of what may be empty it is the states that know how often it was there.
        if max.is_none_or(|max| max > 1) && sub.properties().minimum_len() == Some(0) {
            return None;
        }
        (0..*min).try_for_each(|_| self.add(sub))?;
        let Some(max) = max else {
            let again = self.either()?;
            self.add(sub)?;
            self.push(Step::Goto(again as u32))?;
            self.settle(again, *greedy);
            return Some(());
        };
        let mut choices = Vec::new();
        for _ in *min..*max {
            choices.push(self.either()?);
            self.add(sub)?;
        }
        choices.into_iter().for_each(|choice| self.settle(choice, *greedy));
        Some(())
    }

    /// The place of the characters of `class` among the sets.
    fn set(&mut self, class: &Class) -> Option<u16> {
        let mut set = Set { ascii: 0, beyond: Box::default() };
        let mut add_ascii = |start: u8, end: u8| (start..=end).for_each(|byte| set.ascii |= 1 << byte);
        match class {
            Class::Unicode(class) => {
                for range in class.ranges().iter().filter(|range| range.start().is_ascii()) {
                    add_ascii(range.start() as u8, u8::try_from(range.end()).unwrap_or(0x7f).min(0x7f));
                }
                let beyond = class.ranges().iter().filter(|range| !range.end().is_ascii());
                set.beyond = beyond.map(|range| (range.start().max('\u{80}'), range.end())).collect();
            }
            Class::Bytes(class) => {
                if !class.is_ascii() {
                    return None;
                }
                class.ranges().iter().for_each(|range| add_ascii(range.start(), range.end()));
            }
        }
        let place = self.sets.iter().position(|known| *known == set).unwrap_or_else(|| {
            self.sets.push(set);
            self.sets.len() - 1
        });
        u16::try_from(place).ok()
    }

    fn begins(&self) -> Begins {
        if let Some(opening) = self.opening() {
            return Begins::Text(opening);
        }
        let mut firsts = Bytes::default();
        if !self.gather_firsts(0, &mut vec![false; self.steps.len()], &mut firsts) {
            return Begins::Anywhere;
        }
        let bytes: Vec<u8> = (0..=u8::MAX).filter(|&byte| firsts.contains(byte)).collect();
        match *bytes.as_slice() {
            [one] => Begins::Few([one; 3]),
            [one, other] => Begins::Few([one, other, other]),
            [one, other, third] => Begins::Few([one, other, third]),
            _ => Begins::Bytes(firsts),
        }
    }

    fn opening(&self) -> Option<Opening> {
        let step = self.steps.iter().position(|step| !matches!(step, Step::Look(_)))?;
        let (range, any_case) = match self.steps[step] {
            Step::Text(from, to) => (from as usize..to as usize, false),
            Step::AnyCase(from, to) => (from as usize..to as usize, true),
            _ => return None,
        };
        let text = &self.texts.as_bytes()[range];
        // Behind a letter that has other cases with more bytes nobody knows where the next one stands.
        let known = text.iter().position(|&byte| any_case && other_case(byte).is_some());
        let known = &text[..known.map_or(text.len(), |last| last + 1)];
        let (told, &byte) =
            known.iter().enumerate().max_by_key(|(_, byte)| rarity(byte.to_ascii_lowercase()))?;
        let upper = if any_case { byte.to_ascii_uppercase() } else { byte };
        let other = if any_case { other_case(byte).map(lead) } else { None };
        Some(Opening { step: step as u32, told: told as u32, bytes: [byte, upper, other.unwrap_or(byte)] })
    }

    /// Adds the bytes that a match may begin with from the step `at` on; false where it may be empty.
    fn gather_firsts(&self, at: usize, seen: &mut [bool], firsts: &mut Bytes) -> bool {
        if std::mem::replace(&mut seen[at], true) {
            return true;
        }
        let text = |start: u32| self.texts.as_bytes()[start as usize];
        match self.steps[at] {
            Step::Text(start, _) => firsts.insert(text(start)),
            Step::AnyCase(start, _) => {
                let letter = text(start);
                firsts.insert(letter);
                firsts.insert(letter.to_ascii_uppercase());
                if let Some(other) = other_case(letter) {
                    firsts.insert(lead(other));
                }
            }
            Step::One(set) => self.insert_set(set, firsts),
            Step::Run { set, min, .. } => {
                self.insert_set(set, firsts);
                return min > 0 || self.gather_firsts(at + 1, seen, firsts);
            }
            Step::Either(one, other) => {
                return self.gather_firsts(one as usize, seen, firsts)
                    && self.gather_firsts(other as usize, seen, firsts);
            }
            Step::Goto(next) => return self.gather_firsts(next as usize, seen, firsts),
            Step::Look(_) => return self.gather_firsts(at + 1, seen, firsts),
            Step::Match => return false,
        }
        true
    }

    fn insert_set(&self, set: u16, firsts: &mut Bytes) {
        let Set { ascii, beyond } = &self.sets[usize::from(set)];
        (0..0x80).filter(|byte| ascii >> byte & 1 != 0).for_each(|byte| firsts.insert(byte));
        let leads = beyond.iter().flat_map(|&(start, end)| lead(start)..=lead(end));
        leads.for_each(|byte| firsts.insert(byte));
    }
}

/// How seldom a byte stands in texts, as a rank.
fn rarity(byte: u8) -> usize {
    // By how often they stand in the text of web pages.
    const COMMON: &[u8] = b" etaoisnrlcdhupmgfybwv.,k0-21x:5j43";
    COMMON.iter().position(|&common| common == byte).unwrap_or(COMMON.len())
}

/// The first byte of a character.
fn lead(c: char) -> u8 {
    c.encode_utf8(&mut [0; 4]).as_bytes()[0]
}

/// The letter beyond ASCII that is the same as `letter` but for its case.
pub(super) fn other_case(letter: u8) -> Option<char> {
    match letter {
        b's' => Some('ſ'),
        b'k' => Some('\u{212a}'),
        _ => None,
    }
}

/// The small letter of which `class` holds all cases and nothing else, if it is ASCII.
fn any_case(class: &Class) -> Option<u8> {
    let Class::Unicode(class) = class else { return None };
    let small = u8::try_from(class.ranges().first()?.start()).ok()?.to_ascii_lowercase();
    let cases = [char::from(small.to_ascii_uppercase()), char::from(small)];
    let all = cases.into_iter().chain(other_case(small));
    (small.is_ascii_lowercase() && few_chars(class)?.eq(all)).then_some(small)
}
