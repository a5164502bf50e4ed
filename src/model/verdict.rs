//! What is found on a page and what follows from it: hits, verdicts, outcomes.

use super::{Chance, Line, RuleId, Score, Span};
use std::fmt;

/// The article fields that a rule may capture into.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CaptureField {
    /// The title.
    Title,
    /// Names of the people who wrote it.
    Authors,
    /// When it was published.
    Published,
    /// When it was last changed.
    Updated,
    /// The place of a dateline.
    Location,
    /// The line under the title.
    Standfirst,
    /// The name of the site.
    Site,
    /// Legal and source notes.
    Notes,
    /// Titles of other stories.
    Related,
}

impl CaptureField {
    /// Every field with the name that rule files use.
    pub const NAMES: &[(&str, Self)] = &[
        ("title", Self::Title),
        ("authors", Self::Authors),
        ("published", Self::Published),
        ("updated", Self::Updated),
        ("location", Self::Location),
        ("standfirst", Self::Standfirst),
        ("site", Self::Site),
        ("notes", Self::Notes),
        ("related", Self::Related),
    ];

    /// The name that rule files use.
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, field)| *field == self).map_or("", |(name, _)| name)
    }

    /// The field of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(known, _)| *known == name).map(|&(_, field)| field)
    }
}

/// What a rule does with what it hits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Its score counts towards dropping the line.
    DropLine,
    /// The matched part goes, the rest of the line stays.
    CutSpan,
    /// The line and all that follows go.
    CutToEnd,
    /// The line and all that stands before it go.
    CutToStart,
    /// The value goes into a field of the article.
    Capture {
        /// The field.
        field: CaptureField,
        /// Whether the line stays in the text too.
        leave: bool,
    },
    /// The line stays, whatever other rules say.
    Protect,
    /// The page gets a flag; the line itself is judged by its score as by [`Action::DropLine`].
    Flag(String),
    /// The page is skipped.
    SkipPage,
}

impl Action {
    /// The name that rule files and the removed sidecar use.
    pub fn name(&self) -> &'static str {
        match self {
            Self::DropLine => "drop-line",
            Self::CutSpan => "cut-span",
            Self::CutToEnd => "cut-to-end",
            Self::CutToStart => "cut-to-start",
            Self::Capture { .. } => "capture",
            Self::Protect => "protect",
            Self::Flag(_) => "flag",
            Self::SkipPage => "skip-page",
        }
    }
}

/// A rule matched a line or a part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hit {
    /// The line, as an index into the page's lines.
    pub line: u32,
    /// The rule.
    pub rule: RuleId,
    /// What was matched, in bytes of the page's text: a phrase, or the whole line.
    pub span: Span,
    /// What the rule would capture: the slot, the group, or the rest of the line beside the phrase.
    pub value: Span,
}

impl Hit {
    /// A hit on a whole line, at place `index` of its page.
    pub(crate) fn of_line(index: usize, line: &Line, rule: RuleId) -> Self {
        Self { line: index as u32, rule, span: line.span, value: line.span }
    }
}

/// How eagerly lines are dropped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Profile {
    /// A line goes only because a rule named it.
    Careful,
    /// The line model keeps the lines with the greatest expected F1.
    #[default]
    Normal,
    /// The same with precision before recall: the greatest expected F0.5.
    Eager,
}

/// What sort of pages is cleaned: comments and cards are content on a forum or a listing, and noise on an article.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum PageSort {
    /// Articles.
    Article,
    /// Pages of any kind.
    Any,
    /// Each page is what it looks like.
    #[default]
    Auto,
}

impl fmt::Display for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Careful => f.write_str("careful"),
            Self::Normal => f.write_str("normal"),
            Self::Eager => f.write_str("eager"),
        }
    }
}

/// What was decided about one line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VerdictKind {
    /// The line is part of the article.
    Keep,
    /// The line goes.
    Drop,
    /// Parts of the line go.
    Cut,
    /// The line went into a field of the article.
    Capture,
}

impl VerdictKind {
    /// Whether no part of the line is left in the text.
    pub fn takes_line(self) -> bool {
        matches!(self, Self::Drop | Self::Capture)
    }

    /// The word that `explain` prints.
    pub fn name(self) -> &'static str {
        match self {
            Self::Keep => "keep",
            Self::Drop => "drop",
            Self::Cut => "cut",
            Self::Capture => "capture",
        }
    }
}

/// The verdict on one line; its evidence are the hits with the line's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// What happens to the line.
    pub kind: VerdictKind,
    /// The sum of the scores of the line's hits.
    pub score: Score,
    /// The rule whose protection or range settled the verdict, when no sum of scores did: a `protect` rule that
    /// kept the line, or the `cut-to-…` rule of another line that took it.
    pub by: Option<RuleId>,
    /// Whether parts of the line go should it stay.
    pub cut: bool,
    /// Whether the over-cut guard gave the line back: then its scores take it no longer.
    pub given_back: bool,
    /// How likely the line is content, when the line model was asked.
    pub chance: Option<Chance>,
}

impl Verdict {
    /// Whether the line model took the line. Of a line that rules alone would have taken the model may say that it stays, and
    /// where it does not, they are what took it.
    pub fn is_of_model(&self) -> bool {
        let of_rules = self.by.is_some() || self.score.decides() && !self.given_back;
        self.kind == VerdictKind::Drop && self.chance.is_some() && !of_rules
    }

    /// What happens to the line if it stays.
    pub(crate) fn kept(&self) -> VerdictKind {
        if self.cut { VerdictKind::Cut } else { VerdictKind::Keep }
    }
}

/// Everything that was decided about a page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decision {
    /// One verdict a line.
    pub verdicts: Vec<Verdict>,
    /// Every hit, by line and rule: the evidence.
    pub hits: Vec<Hit>,
    /// Flags that rules or the guard set; a flag may stand here more than once.
    pub flags: Vec<String>,
    /// The rule that skips the page.
    pub skip: Option<RuleId>,
    /// How likely the page is an article, when the line model was asked.
    pub article_chance: Option<Chance>,
}

impl Decision {
    /// Takes everything out, and keeps the memory.
    pub fn clear(&mut self) {
        self.verdicts.clear();
        self.hits.clear();
        self.flags.clear();
        self.skip = None;
        self.article_chance = None;
    }

    /// The hits of one line.
    pub fn hits_of(&self, line: usize) -> &[Hit] {
        let start = self.hits.partition_point(|hit| (hit.line as usize) < line);
        let end = self.hits.partition_point(|hit| hit.line as usize <= line);
        &self.hits[start..end]
    }
}

/// Why a page was left out on purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SkipReason {
    /// Fewer words than `--min-words`.
    TooShort,
    /// A `skip-page` rule hit it.
    ByRule(RuleId),
}

/// What became of one page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Outcome {
    /// It gave an article.
    Article,
    /// Nothing was left of it, or nothing was in it.
    #[default]
    Empty,
    /// It was left out on purpose.
    Skipped(SkipReason),
}
