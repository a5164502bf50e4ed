//! Valid rules: what the schema became after every fault was ruled out. Nothing here can be wrong any more, so
//! the stages behind never report a rule's fault. Fields are private to `rules`; the one door is `validate`.

use super::excerpt::Shown;
use super::pattern::Program;
use super::template::Template;
use crate::model::{Action, CaptureField, Input, Kind, RuleId, Score, Shapes, Signs, Zone};
use std::sync::Arc;

/// How finished a rule is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// Never runs; its examples are not judged.
    Draft,
    /// Runs only when asked for.
    Preview,
    /// Runs.
    #[default]
    Stable,
    /// Was stable once; never runs, and its id is not given to another rule.
    Retired,
    /// Switched off by an override; never runs. It keeps its place, since other rules may name it.
    Off,
}

/// One rule.
#[derive(Clone, Debug)]
pub struct Rule {
    pub(super) name: String,
    pub(super) pack: usize,
    pub(super) kind: Kind,
    pub(super) about: String,
    pub(super) status: Status,
    pub(super) zone: Option<Zone>,
    pub(super) matcher: Match,
    pub(super) unless: Option<Match>,
    pub(super) action: Action,
    pub(super) score: Score,
    pub(super) scope: Scope,
    pub(super) examples: Examples,
    pub(super) since: String,
    pub(super) source: String,
    pub(super) origin: Origin,
}

/// Where a rule is written, for messages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// The file, as the user named it; `<built-in>/web.en.toml` for embedded packs.
    pub file: String,
    /// The line of its `[[rule]]`, from 1.
    pub line: usize,
    /// The rule's own text in the file, for `rules show`.
    pub toml: String,
    /// The files that override something of it, in their order.
    pub overridden_in: Vec<String>,
    /// The same as faults show it.
    pub(super) shown: Shown,
}

/// Lines that a rule must hit, must not hit, and ought to hit one day.
///
/// An example without a line break is judged as a line alone: zone and context are taken as given. One with line
/// breaks is a small page; the lines that begin with `>> ` are the ones in question (the mark is taken off first),
/// and without marks any line is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Examples {
    /// The rule must hit every one.
    pub drop: Vec<String>,
    /// The rule must hit none.
    pub keep: Vec<String>,
    /// Known misses: reported, no failure.
    pub todo: Vec<String>,
}

impl Rule {
    /// The full name: `web.en/share-prompt`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The index of its pack.
    pub fn pack(&self) -> usize {
        self.pack
    }

    /// What kind of noise it is about.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// One sentence on what it finds.
    pub fn about(&self) -> &str {
        &self.about
    }

    /// How finished it is.
    pub fn status(&self) -> Status {
        self.status
    }

    /// The zone it is bound to, or `None` for any.
    pub fn zone(&self) -> Option<Zone> {
        self.zone
    }

    /// What must hold.
    pub fn matcher(&self) -> &Match {
        &self.matcher
    }

    /// What must not hold.
    pub fn unless(&self) -> Option<&Match> {
        self.unless.as_ref()
    }

    /// What it does.
    pub fn action(&self) -> &Action {
        &self.action
    }

    /// Its weight in the sum of a line.
    pub fn score(&self) -> Score {
        self.score
    }

    /// The pages it runs on.
    pub fn scope(&self) -> &Scope {
        &self.scope
    }

    /// Its tests.
    pub fn examples(&self) -> &Examples {
        &self.examples
    }

    /// The version that brought it, or empty.
    pub fn since(&self) -> &str {
        &self.since
    }

    /// Where its facts come from, or empty.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Where it is written.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }
}

/// The tests of one matcher table: all of them must hold.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Match {
    /// The tests, in the order of the language's table.
    pub tests: Vec<Test>,
}

/// One test; a list inside means any of it. Phrases are folded.
#[derive(Clone, Debug, PartialEq)]
pub enum Test {
    /// The whole folded line is one of these.
    Line(Vec<String>),
    /// The folded line starts with one of these; no word need end there.
    Starts(Vec<String>),
    /// The folded line ends with one of these.
    Ends(Vec<String>),
    /// The folded line holds one of these.
    Has {
        /// The phrases.
        phrases: Vec<String>,
        /// Whether a phrase may begin and end inside words.
        glued: bool,
    },
    /// The whole folded line follows one of these.
    Template(Vec<Template>),
    /// The raw trimmed line matches one of these.
    Regex(Vec<Pattern>),
    /// Enough of the line's letters segment into words of a list.
    Words {
        /// Index of the list in [`RuleSet::lists`](super::RuleSet::lists).
        list: usize,
        /// The least share of the letters, in thousandths.
        cover: u32,
        /// The least number of words found.
        min: u32,
    },
    /// The line has one of these shapes.
    Shape(Shapes),
    /// The line's ending is closed (or open).
    Closed(bool),
    /// At least so many words.
    MinWords(u32),
    /// At most so many words.
    MaxWords(u32),
    /// At least so many characters.
    MinChars(u32),
    /// At most so many characters.
    MaxChars(u32),
    /// A hit of another rule or kind stands below this line.
    Before(Near),
    /// A hit of another rule or kind stands above this line.
    After(Near),
    /// The line is the first (or last) one still kept.
    Position(Position),
    /// Only the first so many hits of a page count.
    Take(u32),
    /// Only runs of so many neighbouring hits or more count.
    Run(u32),
    /// The line repeats a captured field.
    SameAs {
        /// The field.
        field: CaptureField,
        /// The least likeness, in thousandths.
        likeness: u32,
    },
    /// The line stands on that share of the site's pages; inert without learned counts.
    Seen {
        /// The least share, in thousandths.
        site_share: u32,
        /// The least number of pages.
        min_pages: u32,
    },
    /// The element is one of these; inert on text.
    Tag(Vec<String>),
    /// A class or id word is one of these; inert on text.
    Class(Vec<String>),
    /// The share of link text is at least so much, in thousandths; inert on text.
    Links(u32),
    /// One of these tables holds.
    Any(Vec<Match>),
}

/// A regular expression with what the matcher needs to know of it.
///
/// Triggers hold for text whose literals are not followed by combining marks of their own: `cafe` is not looked for
/// in a decomposed `café`, which folds to other letters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    /// The expression as written.
    pub source: String,
    /// Folded literals of which the folded line holds at least one whenever the expression matches; empty when
    /// there are none, which only a rule that says `slow = true` may have.
    pub triggers: Vec<Trigger>,
    /// Signs of which the raw line holds at least one whenever the expression matches; `None` when it can match
    /// without any.
    pub signs: Option<Signs>,
    /// What finds its matches, where that is worth having.
    pub(super) program: Option<Arc<Program>>,
}

/// A literal that a line must hold before a regular expression is tried on it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Trigger {
    /// The literal, folded.
    pub literal: String,
    /// Where it always stands: the less there is to choose from, the cheaper it is to look for.
    pub stand: Stand,
    /// Whether no word goes on behind it.
    pub closed: bool,
}

/// Where in a line a trigger stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stand {
    /// Anywhere, perhaps inside a word.
    Anywhere,
    /// Where a word begins.
    AtWord,
    /// Where the first word or number of the line begins, perhaps behind signs.
    First,
}

/// What a context test looks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Near {
    /// The rules whose hits count: the rule named, or all of the kind named, never the rule itself unless it is
    /// named.
    pub target: NearTarget,
    /// How many non-blank lines away at most.
    pub within: u32,
    /// Whether a blank line must stand right beside the line on that side (`true`), or must not (`false`).
    pub blank: Option<bool>,
}

/// The rules that a context test counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NearTarget {
    /// One rule.
    Rule(RuleId),
    /// Every rule of a kind.
    Kind(Kind),
}

/// A place among the kept lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Position {
    /// No kept line stands above.
    FirstKept,
    /// No kept line stands below.
    LastKept,
}

/// The pages that a rule or pack runs on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// Base language tags; empty for all. A page whose language is unknown is in every scope.
    pub languages: Vec<String>,
    /// Host patterns, `!` for exceptions; empty for all. A page without an address is in no site's scope.
    pub sites: Vec<String>,
    /// Kinds of input; empty for all.
    pub inputs: Vec<Input>,
}
