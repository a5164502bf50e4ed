//! Rule files: the schema as written, its diagnostics, valid rules, and the packs that hold them, built in or on
//! disk. What a rule matches is not decided here.

mod builtin;
mod diagnostic;
mod excerpt;
mod files;
mod pattern;
mod rarity;
mod rule;
mod schema;
mod set;
mod skeleton;
mod suggest;
mod template;
mod validate;

pub use builtin::{builtin, builtin_beside};
pub use diagnostic::{Diagnostic, Diagnostics, Severity};
pub use files::{ListFile, MAX_FILE, RuleFile, read, would_read};
pub use rule::{
    Examples, Match, Near, NearTarget, Origin, Pattern, Position, Rule, Scope, Stand, Status, Test, Trigger,
};
pub use set::{Pack, PackSource, RuleSet, WordList};
pub use skeleton::skeleton;
pub use template::{Part, Slot, Template};
pub use validate::load;
