//! Rule files: the schema as written, its diagnostics, valid rules, and the packs that hold them, built in or on
//! disk. What a rule matches is not decided here.

mod rule;
mod set;
mod template;

pub use rule::{Examples, Match, Near, NearTarget, Origin, Pattern, Position, Rule, Scope, Status, Test};
pub use set::{Pack, PackSource, RuleSet, WordList};
pub use template::{Part, Slot, Template};
