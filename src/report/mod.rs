//! What people and programs are shown: pages explained line by line, rules in words, the summary of a run. Everything
//! here gives text with styles in it, which whoever prints takes off where they are not wanted; marks carry the
//! meaning, colours only repeat it. Nothing here prints.

mod explain;
mod explanation;
mod reason;
mod rules;
mod style;
mod summary;
mod text;
mod words;

pub use explain::{ExplainOptions, Shown, explain_text};
pub use explanation::{Evidence, Explanation, LineReport, RuleReport, explain};
pub use rules::{rule_json, rule_page, rule_table};
pub use style::error_head;
pub use summary::{Ran, packs_at_work, summary_json, summary_text};
pub use text::{counted, thousands};
