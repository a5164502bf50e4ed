//! Compiled tests, and the plain walk that evaluates them on one line.
//!
//! The walk alone is a correct matcher, if a slow one: the strategies only choose which rules are worth walking on
//! which lines. Tests hold the two together.

use super::anchors;
use super::compile::Interned;
use super::context::SightId;
use super::expression::Expression;
use super::found::{Found, Part, find_template};
use super::markup;
use super::template;
use super::view::{Context, LineView};
use super::wanted::{Phrases, Place};
use super::words::Vocabulary;
use crate::model::{CaptureField, Line, Shapes, Tags};
use crate::rules::{Match, Position, RuleSet, Test};
use std::ops::{ControlFlow, Range};
use std::sync::Arc;

/// A compiled matcher table: every check must hold.
#[derive(Debug, Default)]
pub(super) struct Checks {
    /// Cheap checks stand first.
    checks: Vec<Check>,
    /// How many of them, from the front, are bounds that a rule's gate asks for or ask what the line sees, and how many the
    /// line's figures and its context settle.
    pub(super) known: usize,
    pub(super) settled: usize,
    /// Whether those settle every check, at any depth.
    pub(super) plain: bool,
    /// The captured field that the line must repeat, and how alike it must be.
    pub(super) repeats: Option<(CaptureField, u32)>,
    /// The most context that a check, at any depth, needs.
    pub(super) needs: Needs,
}

/// What a rule must know beyond its line. Later needs are met later, when the earlier ones are settled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Needs {
    /// Nothing.
    #[default]
    Line,
    /// Hits on other lines, or its own hits over the page.
    Hits,
    /// Which lines are kept, and what was captured.
    Verdicts,
}

#[derive(Debug)]
enum Check {
    Shape(Shapes),
    Closed(bool),
    Words(std::ops::RangeInclusive<u32>),
    Chars(std::ops::RangeInclusive<u32>),
    Phrases(Place, Phrases),
    Templates(Vec<template::Compiled>),
    Regexes(Vec<Expression>),
    Vocabulary {
        list: Arc<Vocabulary>,
        cover: u32,
        min: u32,
    },
    Near(SightId),
    Position(Position),
    SameAs {
        field: CaptureField,
        likeness: u32,
    },
    Tags(Tags),
    Class(Vec<usize>),
    Links(u16),
    /// A test whose data no input has yet.
    Inert,
    Any(Vec<Checks>),
}

impl Checks {
    /// Compiles `matcher`; `lists` are the compiled word lists of its rule set, and `targets` gathers what its context
    /// tests look for.
    pub(super) fn compile(matcher: &Match, lists: &[Arc<Vocabulary>], interned: &mut Interned) -> Self {
        let mut checks: Vec<Check> =
            matcher.tests.iter().filter_map(|test| Check::compile(test, lists, interned)).collect();
        checks.sort_by_key(Check::cost);
        let needs = checks.iter().map(Check::needs).max().unwrap_or_default();
        let known = checks.iter().take_while(|check| check.is_bound() || check.sights().is_some()).count();
        let settled = checks.iter().take_while(|check| check.is_plain()).count();
        let plain = settled == checks.len();
        let repeats = checks.iter().find_map(|check| match check {
            Check::SameAs { field, likeness } => Some((*field, *likeness)),
            _ => None,
        });
        Self { checks, known, settled, plain, repeats, needs }
    }

    /// What a line must see for these checks to hold: of each group one.
    pub(super) fn sights(&self) -> impl Iterator<Item = Vec<SightId>> {
        self.checks.iter().filter_map(Check::sights)
    }

    /// Whether what a line sees settles every check.
    pub(super) fn are_sights(&self) -> bool {
        self.checks.iter().all(|check| check.sights().is_some())
    }

    /// The same where the line keeps the bounds.
    pub(super) fn are_sights_and_bounds(&self) -> bool {
        self.known == self.checks.len()
    }

    /// Calls `visit` with the sight of every context check, at any depth.
    pub(super) fn for_each_sight(&self, visit: &mut impl FnMut(SightId)) {
        for check in &self.checks {
            match check {
                Check::Near(sight) => visit(*sight),
                Check::Any(tables) => tables.iter().for_each(|table| table.for_each_sight(visit)),
                _ => {}
            }
        }
    }

    /// Whether the checks hold near hits only: alternatives do when each of them does.
    fn is_near_hits(&self) -> bool {
        self.checks.iter().any(|check| match check {
            Check::Near(_) => true,
            Check::Any(tables) => tables.iter().all(Self::is_near_hits),
            _ => false,
        })
    }

    /// The place among the kept lines that the checks ask for in any case.
    pub(super) fn position(&self) -> Option<Position> {
        self.checks.iter().find_map(|check| match check {
            Check::Position(position) => Some(*position),
            _ => None,
        })
    }

    /// Whether a check, at any depth, asks for a place among the kept lines.
    pub(super) fn asks_for_place(&self) -> bool {
        self.position().is_some() || self.alternatives().any(Self::asks_for_place)
    }

    /// Whether a check, at any depth, compares lines with `field`.
    pub(super) fn compares_with(&self, field: CaptureField) -> bool {
        let compares =
            |check: &Check| matches!(check, Check::SameAs { field: compared, .. } if *compared == field);
        self.checks.iter().any(compares) || self.alternatives().any(|table| table.compares_with(field))
    }

    /// Whether the checks hold on few lines only, told by other lines: those near hits, or one place of the page.
    pub(super) fn follows(&self) -> bool {
        self.is_near_hits() || self.position().is_some()
    }

    /// Whether a check, at any depth, looks beyond the line.
    pub(super) fn asks_context(&self) -> bool {
        self.needs != Needs::Line
    }

    fn alternatives(&self) -> impl Iterator<Item = &Self> {
        self.checks.iter().flat_map(|check| match check {
            Check::Any(tables) => tables.as_slice(),
            _ => &[],
        })
    }

    /// Whether every check of a plain table holds.
    pub(super) fn holds(&self, index: usize, line: &Line, context: &impl Context) -> bool {
        self.checks.iter().all(|check| check.holds(index, line, context))
    }

    /// Whether those checks hold that the line's figures and its context settle, on a line that is known to keep the bounds
    /// of the table itself and to see what it asks for.
    pub(super) fn may_hold(&self, index: usize, line: &Line, context: &impl Context) -> bool {
        self.checks[self.known..self.settled].iter().all(|check| check.holds(index, line, context))
    }

    /// What `line` shows if every check holds, with the part of the check that says most about the place.
    pub(super) fn find(
        &self,
        line: &LineView<'_>,
        context: &impl Context,
        field: Option<CaptureField>,
    ) -> Option<Found> {
        self.find_beyond(0, line, context, field)
    }

    /// The same where the first `sure` checks, which the line's figures and its context settle, are known to hold.
    pub(super) fn find_beyond(
        &self,
        sure: usize,
        line: &LineView<'_>,
        context: &impl Context,
        field: Option<CaptureField>,
    ) -> Option<Found> {
        let mut found = None;
        for check in &self.checks[sure..] {
            let part = check.find(line, context, field)?;
            if found.as_ref().is_none_or(|old: &Found| *old == Found::WHOLE) {
                found = Some(part);
            }
        }
        found.or(Some(Found::WHOLE))
    }

    /// Calls `found` with every part of `line` that a phrase or expression of these checks matches, if all hold; the
    /// first `sure` are known to.
    pub(super) fn find_all(
        &self,
        sure: usize,
        line: &LineView<'_>,
        context: &impl Context,
        found: &mut impl FnMut(Found),
    ) {
        let Some(first) = self.find_beyond(sure, line, context, None) else { return };
        let mut any = false;
        for check in &self.checks {
            any |= check.find_all(line, found);
        }
        if !any {
            found(first);
        }
    }
}

impl Check {
    fn compile(test: &Test, lists: &[Arc<Vocabulary>], interned: &mut Interned) -> Option<Self> {
        Some(match test {
            Test::Line(phrases) => Self::Phrases(Place::Line, Phrases::new(Place::Line, phrases)),
            Test::Starts(phrases) => Self::Phrases(Place::Start, Phrases::new(Place::Start, phrases)),
            Test::Ends(phrases) => Self::Phrases(Place::End, Phrases::new(Place::End, phrases)),
            Test::Has { phrases, glued } => {
                let place = if *glued { Place::Glued } else { Place::Part };
                Self::Phrases(place, Phrases::new(place, phrases))
            }
            Test::Template(templates) => {
                Self::Templates(templates.iter().map(template::Compiled::new).collect())
            }
            Test::Regex(patterns) => Self::Regexes(patterns.iter().map(Expression::new).collect()),
            Test::Words { list, cover, min } => {
                Self::Vocabulary { list: Arc::clone(lists.get(*list)?), cover: *cover, min: *min }
            }
            Test::Shape(shapes) => Self::Shape(*shapes),
            Test::Closed(closed) => Self::Closed(*closed),
            Test::MinWords(min) => Self::Words(*min..=u32::MAX),
            Test::MaxWords(max) => Self::Words(0..=*max),
            Test::MinChars(min) => Self::Chars(*min..=u32::MAX),
            Test::MaxChars(max) => Self::Chars(0..=*max),
            Test::Before(near) => Self::Near(interned.sought.sight(near, true)),
            Test::After(near) => Self::Near(interned.sought.sight(near, false)),
            Test::Position(position) => Self::Position(*position),
            Test::SameAs { field, likeness } => Self::SameAs { field: *field, likeness: *likeness },
            // `take` and `run` count hits over the page: deciding applies them to the rule as a whole.
            Test::Take(_) | Test::Run(_) => return None,
            Test::Tag(names) => Self::Tags(markup::tags(names)),
            Test::Class(words) => Self::Class(interned.classes.numbers(words)),
            Test::Links(least) => Self::Links(anchors::thousandths(*least)),
            Test::Seen { .. } => Self::Inert,
            Test::Any(tables) => {
                Self::Any(tables.iter().map(|table| Checks::compile(table, lists, interned)).collect())
            }
        })
    }

    fn cost(&self) -> u8 {
        match self {
            Self::Shape(_) | Self::Closed(_) | Self::Words(_) | Self::Chars(_) => 0,
            known if known.sights().is_some() => 1,
            plain if plain.is_plain() => 2,
            Self::Phrases(..) => 4,
            Self::Templates(_) | Self::Any(_) => 5,
            Self::Regexes(_) | Self::Vocabulary { .. } => 6,
            Self::SameAs { .. } => 7,
            _ => 3,
        }
    }

    fn needs(&self) -> Needs {
        match self {
            Self::Near(_) => Needs::Hits,
            Self::Position(_) | Self::SameAs { .. } => Needs::Verdicts,
            Self::Any(tables) => tables.iter().map(|table| table.needs).max().unwrap_or_default(),
            _ => Needs::Line,
        }
    }

    fn find(
        &self,
        line: &LineView<'_>,
        context: &impl Context,
        field: Option<CaptureField>,
    ) -> Option<Found> {
        let holds = match self {
            Self::Phrases(place, phrases) => return phrases.find(*place, line.folded),
            Self::Templates(templates) => return find_template(templates, line, field),
            Self::Regexes(regexes) => {
                return regexes.iter().find_map(|regex| regex.find(line.raw, field.is_some()));
            }
            Self::Any(tables) => return tables.iter().find_map(|table| table.find(line, context, field)),
            Self::Vocabulary { list, cover, min } => line.covered_by(list, *cover, *min),
            Self::SameAs { field, likeness } => context.same_as(line, *field, *likeness),
            Self::Tags(tags) => line.markup.is_some_and(|markup| markup.tags_of(line.index).meets(*tags)),
            Self::Class(words) => line.has_class(words),
            Self::Links(least) => line.block().is_some_and(|block| block.links >= *least),
            plain => plain.holds(line.index, line.facts, context),
        };
        holds.then_some(Found::WHOLE)
    }

    /// Whether the line's figures and its context settle the check, at any depth.
    fn is_plain(&self) -> bool {
        match self {
            Self::Any(tables) => tables.iter().all(|table| table.plain),
            Self::Near(_) | Self::Position(_) | Self::Inert => true,
            check => check.is_bound(),
        }
    }

    /// The sights that settle the check alone: one of them is enough.
    fn sights(&self) -> Option<Vec<SightId>> {
        match self {
            Self::Near(sight) => Some(vec![*sight]),
            Self::Any(tables) => tables
                .iter()
                .map(|table| match table.checks.as_slice() {
                    [Self::Near(sight)] => Some(*sight),
                    _ => None,
                })
                .collect(),
            _ => None,
        }
    }

    /// Whether the check is one of the bounds that a rule's gate asks for.
    fn is_bound(&self) -> bool {
        matches!(self, Self::Shape(_) | Self::Closed(_) | Self::Words(_) | Self::Chars(_))
    }

    /// Whether a plain check holds; others do not.
    fn holds(&self, index: usize, line: &Line, context: &impl Context) -> bool {
        match self {
            Self::Any(tables) => tables.iter().any(|table| table.holds(index, line, context)),
            Self::Shape(shapes) => line.shapes.meets(*shapes),
            Self::Closed(closed) => line.closed == *closed,
            Self::Words(range) => range.contains(&line.words),
            Self::Chars(range) => range.contains(&line.chars),
            Self::Near(sight) => context.sees(index, *sight),
            Self::Position(position) => context.position(index, *position),
            _ => false,
        }
    }

    /// Every part of the line that this check's phrases or expressions match; false for checks without parts.
    fn find_all(&self, line: &LineView<'_>, found: &mut impl FnMut(Found)) -> bool {
        match self {
            Self::Phrases(place @ (Place::Part | Place::Glued), phrases) => {
                let mut any = false;
                phrases.for_each_part(*place, line.folded, &mut |range| {
                    any = true;
                    found(Found { span: Part::Folded(range.clone()), value: Part::Folded(range) });
                    ControlFlow::Continue(())
                });
                any
            }
            Self::Regexes(regexes) => {
                let mut any = false;
                let mut take = |range: Range<usize>| {
                    any = true;
                    found(Found { span: Part::Raw(range.clone()), value: Part::Raw(range) });
                };
                regexes.iter().for_each(|regex| regex.for_each(line.raw, &mut take));
                any
            }
            _ => false,
        }
    }
}

/// The compiled word lists of a rule set, in its order.
pub(super) fn vocabularies(set: &RuleSet) -> Vec<Arc<Vocabulary>> {
    set.lists().iter().map(|list| Arc::new(Vocabulary::new(&list.words))).collect()
}
