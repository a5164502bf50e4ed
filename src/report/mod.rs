//! What people and programs are shown: pages explained line by line, rules in words, the summary of a run, rule sets held against
//! gold and against each other. Everything
//! here gives text with styles in it, which whoever prints takes off where they are not wanted; marks carry the
//! meaning, colours only repeat it. Nothing here prints.

mod bench;
mod bench_html;
mod bench_json;
mod diff;
mod explain;
mod explain_html;
mod explanation;
mod fit;
mod head;
mod html;
mod mark;
mod plot;
mod reason;
mod rules;
mod schema;
mod style;
mod summary;
mod text;
mod words;

pub use bench::{BenchTextOptions, RuleOrder, bench_text};
pub use bench_html::bench_html;
pub use bench_json::bench_json;
pub use diff::{diff_json, diff_text};
pub use explain::{ExplainOptions, Shown, explain_text};
pub use explain_html::explain_html;
pub use explanation::{Evidence, Explanation, FeatureReport, LineReport, RuleReport, explain};
pub use fit::fit_text;
pub use rules::{rule_json, rule_page, rule_table};
pub use schema::{Reader, schema_text};
pub use style::{error_head, failed_head};
pub use summary::{Ran, bytes, packs_at_work, summary_json, summary_text};
pub use text::{counted, escape, escape_json, thousands, width};
