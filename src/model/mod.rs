//! The plain data that every stage speaks: pages and lines go in, hits and verdicts stand between, articles and
//! removals come out. Nothing here reads a file, matches a rule or takes a decision.

mod article;
mod ids;
mod kind;
mod line;
mod markup;
mod page;
mod reject;
mod stats;
mod tag;
mod verdict;

pub use article::{Article, Cleaned, Field, Removal, RuleShare};
pub use ids::{Chance, RuleId, Score, Span};
pub use kind::Kind;
pub use line::{Line, Lines, Shapes, Signs, Zone};
pub use markup::{Block, Clue, ClueKind, Element, Form, Markup, NO_ELEMENT, NameLists};
pub use page::{ExtraField, Input, Page, Told};
pub(crate) use reject::panic_message;
pub use reject::{Reject, RejectReason};
pub use stats::{RuleCount, RuleCounts, Stats};
pub use tag::{Flow, Tag, Tags};
pub use verdict::{
    Action, CaptureField, Decision, Hit, Outcome, PageSort, Profile, SkipReason, Verdict, VerdictKind,
};
