//! What two rule sets judge otherwise: by rule, with lines and what stands around them.

use super::style::{ASIDE, GONE, PROTECTED, STRONG, paint};
use super::text::{counted, escape, shorten, thousands};
use crate::eval::{Change, ChangeGroup, Diff};
use serde_json::{Value, json};

/// The differences as text with styles; `samples` lines are shown of each rule.
pub fn diff_text(diff: &Diff, names: [&str; 2], samples: usize, columns: usize) -> String {
    let changes: u64 = diff.groups.iter().map(ChangeGroup::changes).sum();
    let [from, to] = names.map(escape);
    let mut rows = vec![format!(
        "{} and {}: {} of {} differ, on {} of {}",
        paint(STRONG, &from),
        paint(STRONG, &to),
        thousands(changes),
        counted(diff.lines, "line"),
        thousands(diff.pages_changed),
        counted(diff.pages, "page"),
    )];
    if diff.rejected > 0 {
        rows.push(format!("{} could not be read", counted(diff.rejected, "page")));
    }
    if changes > 0 {
        rows.push(paint(
            ASIDE,
            format!("- only {to} takes the line · + only {from} takes it · ~ taken otherwise"),
        ));
    }
    for group in &diff.groups {
        rows.push(String::new());
        let counts: Vec<String> = [("-", group.taken), ("+", group.spared), ("~", group.altered)]
            .iter()
            .filter(|(_, count)| *count > 0)
            .map(|(mark, count)| format!("{mark}{}", thousands(*count)))
            .collect();
        let on = counted(group.pages, "page");
        rows.push(format!("{}  {} on {on}", paint(STRONG, escape(&group.rule)), counts.join(" ")));
        for change in group.samples.iter().take(samples) {
            rows.extend(sample(change, columns));
        }
    }
    rows.iter().map(|row| format!("{}\n", row.trim_end())).collect()
}

fn sample(change: &Change, columns: usize) -> Vec<String> {
    let room = columns.saturating_sub(4);
    let show = |line: &str| shorten(&escape(line), room);
    let (mark, style) = match (change.from.takes_line(), change.to.takes_line()) {
        (false, true) => ("-", GONE),
        (true, false) => ("+", PROTECTED),
        _ => ("~", STRONG),
    };
    let place =
        format!("{}, line {}: {} → {}", change.source, change.number, change.from.name(), change.to.name());
    let around = |line: &String| (!line.is_empty()).then(|| paint(ASIDE, format!("    {}", show(line))));
    let mut rows = vec![paint(ASIDE, format!("  {}", shorten(&escape(&place), columns.saturating_sub(2))))];
    rows.extend(around(&change.before));
    rows.push(format!("  {mark} {}", paint(style, show(&change.text))));
    rows.extend(around(&change.after));
    rows
}

/// The differences for programs. Keys never change or go.
pub fn diff_json(diff: &Diff, names: [&str; 2]) -> Value {
    let change = |change: &Change| {
        json!({
            "source": change.source,
            "line": change.number,
            "text": change.text,
            "before": change.before,
            "after": change.after,
            "from": change.from.name(),
            "to": change.to.name(),
        })
    };
    let group = |group: &ChangeGroup| {
        json!({
            "rule": group.rule,
            "taken": group.taken,
            "spared": group.spared,
            "altered": group.altered,
            "pages": group.pages,
            "samples": group.samples.iter().map(change).collect::<Vec<_>>(),
        })
    };
    json!({
        "from": names[0],
        "to": names[1],
        "pages": diff.pages,
        "pages_changed": diff.pages_changed,
        "rejected": diff.rejected,
        "lines": diff.lines,
        "lines_changed": diff.groups.iter().map(ChangeGroup::changes).sum::<u64>(),
        "rules": diff.groups.iter().map(group).collect::<Vec<_>>(),
    })
}
