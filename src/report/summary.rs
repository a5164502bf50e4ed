//! What a run did: a summary for people, short and aligned, and one for programs with everything in it.

use super::style::{ASIDE, STRONG, paint};
use super::text::{clip, counted, escape, thousands, wrap};
use crate::model::{RuleCount, RuleId, Stats};
use crate::pipeline::{RunEnd, RunSummary};
use crate::rules::{RuleSet, Status};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Kinds and rules that the summary for people shows, at most.
const TOP: usize = 10;
/// Columns of the names of the summary's lines.
const NAME: usize = 10;
/// Columns before what stands behind the figures: a name, a figure, and what parts them.
const LEAD: usize = NAME + 12;
/// Columns of the packs where there is no terminal.
const ASIDES: usize = 76;
/// Columns before the names of rules.
const RULES: usize = 42;
/// Columns of a rule's name, at least; less would tell nothing.
const LEAST: usize = 12;

/// A run and how it was set up.
#[derive(Clone, Copy, Debug)]
pub struct Ran<'a> {
    /// What it did.
    pub summary: &'a RunSummary,
    /// The rules, none of them in a run without cleaning.
    pub rules: &'a RuleSet,
    /// Whether preview rules ran.
    pub preview: bool,
    /// Threads that cleaned pages.
    pub threads: usize,
}

/// The packs with their versions and how many of their rules run.
pub fn packs_at_work(set: &RuleSet, preview: bool) -> Vec<(&str, &str, usize)> {
    let runs = |status| status == Status::Stable || (preview && status == Status::Preview);
    let rules_of =
        |pack| set.rules().iter().filter(|rule| rule.pack() == pack && runs(rule.status())).count();
    let packs = set.packs().iter().enumerate();
    packs.map(|(index, pack)| (pack.id.as_str(), pack.version.as_str(), rules_of(index))).collect()
}

/// The summary for people, every line ended by a newline; in a terminal no line is wider than its `columns`.
pub fn summary_text(ran: Ran<'_>, columns: Option<usize>) -> String {
    let RunSummary { stats, seconds, bytes_read, passed_by, resumed, .. } = ran.summary;
    let before = resumed.map_or(0, |resumed| resumed.bytes_in);
    let mut text = String::new();
    let room = columns.map(|columns| columns.saturating_sub(LEAD));
    let mut line = |mut name: &str, mut figure: &str, aside: &str| {
        // A name stays on one line with its number: the space between them does not break.
        for part in wrap(aside, room.unwrap_or(usize::MAX)) {
            let (name, figure) = (std::mem::take(&mut name), std::mem::take(&mut figure));
            let part = paint(ASIDE, part.replace('\u{a0}', " "));
            let row = format!("{} {figure:>9}  {part}", paint(ASIDE, format!("{name:NAME$}")));
            text.push_str(row.trim_end());
            text.push('\n');
        }
    };
    let passed = match passed_by {
        0 => String::new(),
        files => format!("; passed by {}", counted(*files, "file")),
    };
    line("pages", &thousands(stats.pages), &format!("{} read{passed}", bytes(*bytes_read)));
    if stats.formats.len() > 1 || !stats.no_pages.is_empty() {
        line("formats", &thousands(stats.formats.len() as u64), &by_reason(&stats.formats));
    }
    if !stats.no_pages.is_empty() {
        line("no pages", &thousands(stats.no_pages.values().sum()), &by_reason(&stats.no_pages));
    }
    let text_out =
        format!("{} of text out of {}{}", bytes(stats.bytes_out), bytes(stats.bytes_in), share(stats));
    line("articles", &thousands(stats.articles), &text_out);
    line("empty", &thousands(stats.empty), "");
    line("skipped", &thousands(stats.skipped_total()), &by_reason(&stats.skipped));
    line("rejected", &thousands(stats.rejected_total()), &by_reason(&stats.rejected));
    if !stats.flags.is_empty() {
        line("flagged", &thousands(stats.flags.values().sum()), &by_reason(&stats.flags));
    }
    let rate = format!(
        "{:.1} MB/s on {}",
        rate(stats.bytes_in - before, *seconds),
        counted(ran.threads as u64, "thread")
    );
    line("seconds", &format!("{seconds:.2}"), &rate);
    let packs = packs_at_work(ran.rules, ran.preview);
    if !packs.is_empty() {
        let all: usize = packs.iter().map(|(_, _, rules)| rules).sum();
        let each: Vec<String> = packs.iter().map(|(id, _, rules)| format!("{id}\u{a0}{rules}")).collect();
        let (mut name, mut figure) = ("rules", thousands(all as u64));
        for part in wrap(&each.join(", "), room.unwrap_or(ASIDES)) {
            line(std::mem::take(&mut name), &std::mem::take(&mut figure), &part);
        }
    }
    text.push_str(&removals(ran.rules, stats, columns.unwrap_or(usize::MAX)));
    text
}

/// The kinds and the rules that took most, side by side.
fn removals(set: &RuleSet, stats: &Stats, columns: usize) -> String {
    let kinds = stats.kinds.iter().map(|(kind, count)| (kind.name(), *count));
    let by_model = Some(("(line model)", stats.line_model)).filter(|(_, count)| *count > 0);
    let mut kinds: Vec<(&str, u64)> = kinds.chain(by_model).collect();
    kinds.sort_by_key(|&(_, count)| std::cmp::Reverse(count));
    let mut rules: Vec<(RuleId, RuleCount)> = stats.rules.iter().collect();
    rules.sort_by_key(|(rule, count)| (std::cmp::Reverse(count.removals), *rule));
    if kinds.is_empty() {
        return String::new();
    }
    let kinds: Vec<String> = kinds
        .into_iter()
        .take(TOP)
        .map(|(kind, count)| format!("{:>9}  {kind:<20}", thousands(count)))
        .collect();
    let rules: Vec<String> = rules
        .into_iter()
        .take(TOP)
        .map(|(rule, count)| {
            let name = clip(&escape(set.rule(rule).name()), columns.saturating_sub(RULES).max(LEAST));
            format!("{:>9}  {name}", thousands(count.removals))
        })
        .collect();
    let head = format!("{:>9}  {:<20}{:>9}  {}", "removed", "by kind", "removed", "by rule");
    let mut text = format!("{}\n", paint(STRONG, head));
    for row in 0..kinds.len().max(rules.len()) {
        let cell = |cells: &[String]| cells.get(row).cloned().unwrap_or_default();
        text.push_str(format!("{:<31}{}", cell(&kinds), cell(&rules)).trim_end());
        text.push('\n');
    }
    text
}

/// The summary for programs. Keys never change or go; counts are of pages unless they say otherwise, `bytes_read` is
/// of the input as stored, `bytes_in` and `bytes_out` of text; `no_pages` counts records of archives that hold none.
pub fn summary_json(ran: Ran<'_>) -> Value {
    let RunSummary { end, stats, seconds, bytes_read, passed_by, .. } = ran.summary;
    let kinds: Map<String, Value> =
        stats.kinds.iter().map(|(kind, count)| (kind.name().to_owned(), json!(count))).collect();
    let rule = |(id, count): (RuleId, RuleCount)| {
        let rule = ran.rules.rule(id);
        json!({
            "id": rule.name(),
            "kind": rule.kind().name(),
            "removals": count.removals,
            "bytes": count.bytes,
        })
    };
    let pack = |(id, version, rules)| json!({ "id": id, "version": version, "rules": rules });
    json!({
        "version": env!("CARGO_PKG_VERSION"),
        "end": end_name(*end),
        "threads": ran.threads,
        "seconds": seconds,
        "pages": stats.pages,
        "articles": stats.articles,
        "empty": stats.empty,
        "skipped": stats.skipped,
        "rejected": stats.rejected,
        "flags": stats.flags,
        "formats": stats.formats,
        "no_pages": stats.no_pages,
        "files_passed_by": passed_by,
        "bytes_read": bytes_read,
        "bytes_in": stats.bytes_in,
        "bytes_out": stats.bytes_out,
        "lines_in": stats.lines_in,
        "lines_out": stats.lines_out,
        "packs": packs_at_work(ran.rules, ran.preview).into_iter().map(pack).collect::<Vec<_>>(),
        "kinds": kinds,
        "line_model": stats.line_model,
        "rules": stats.rules.iter().map(rule).collect::<Vec<_>>(),
    })
}

fn end_name(end: RunEnd) -> &'static str {
    match end {
        RunEnd::Complete => "complete",
        RunEnd::Cancelled => "cancelled",
        RunEnd::ClosedPipe => "closed-pipe",
    }
}

/// `too-short 12, web.en/consent 3`.
fn by_reason(reasons: &BTreeMap<String, u64>) -> String {
    let each = reasons.iter().map(|(reason, count)| format!("{}\u{a0}{}", escape(reason), thousands(*count)));
    each.collect::<Vec<_>>().join(", ")
}

fn share(stats: &Stats) -> String {
    let percent = (stats.bytes_out as f64 * 100.0 / stats.bytes_in.max(1) as f64).round();
    if stats.bytes_in == 0 { String::new() } else { format!(" ({percent} %)") }
}

/// Megabytes of text a second.
fn rate(bytes_in: u64, seconds: f64) -> f64 {
    bytes_in as f64 / 1e6 / seconds.max(1e-6)
}

/// Bytes in units of thousands, with three digits: `12.3 MB`.
pub fn bytes(bytes: u64) -> String {
    let mut size = bytes as f64;
    for unit in ["B", "kB", "MB", "GB"] {
        if size < 999.5 {
            let digits = if unit == "B" || size >= 99.95 { 0 } else { 1 };
            return format!("{size:.digits$} {unit}");
        }
        size /= 1000.0;
    }
    format!("{size:.1} TB")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_told_in_the_unit_that_fits() {
        let told = [0, 999, 1000, 12_345, 999_499, 999_500, 5_000_000_000, 2_500_000_000_000].map(bytes);
        assert_eq!(told, ["0 B", "999 B", "1.0 kB", "12.3 kB", "999 kB", "1.0 MB", "5.0 GB", "2.5 TB"]);
    }
}
