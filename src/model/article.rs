//! What comes out of a page: the clean article, and what was removed to get it.

use super::{Outcome, RuleId, Score, Span};

/// The clean record of one page. Unknown strings are empty, never absent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Article {
    /// The text: paragraphs parted by one blank line.
    pub text: String,
    /// The title.
    pub title: String,
    /// Names of the authors, in the page's order.
    pub authors: Vec<String>,
    /// When it was published: ISO 8601 with just the precision that the page gave.
    pub published: String,
    /// When it was last changed, likewise.
    pub updated: String,
    /// The place of the dateline.
    pub location: String,
    /// The site's name.
    pub site: String,
    /// The language: the tag that the input told, else the base tag that was detected.
    pub lang: String,
    /// Words about the page: `over-cut`, `paywall`, …; sorted, each once.
    pub flags: Vec<String>,
    /// Legal and source notes, titles of other stories, standfirsts, as their rules captured them.
    pub captured: Vec<Field>,
    /// Non-blank lines of the page.
    pub lines_in: u32,
    /// Lines of the text.
    pub lines_out: u32,
    /// Characters of the page.
    pub chars_in: u32,
    /// Characters of the text.
    pub chars_out: u32,
}

/// A captured value that has no place of its own in the record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// The field's name.
    pub name: &'static str,
    /// What was captured, white space squeezed.
    pub value: String,
}

/// What one rule added to a removal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RuleShare {
    /// The rule.
    pub rule: RuleId,
    /// Its score.
    pub score: Score,
}

/// A part of the page that is not in the article's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Removal {
    /// The line, counted over the page's non-blank lines from 0.
    pub line: u32,
    /// Where it stood, in bytes of the page's text.
    pub span: Span,
    /// The byte of the article's text where it would go back in.
    pub at: u32,
    /// What took it: an action's name.
    pub action: &'static str,
    /// The rules behind it, strongest first.
    pub rules: Vec<RuleShare>,
}

/// All that cleaning one page gave.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cleaned {
    /// What became of the page.
    pub outcome: Outcome,
    /// The article; of no meaning unless the outcome is [`Outcome::Article`].
    pub article: Article,
    /// What went, in the order of the page.
    pub removals: Vec<Removal>,
}
