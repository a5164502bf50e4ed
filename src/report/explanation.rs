//! A page with every verdict and its evidence, as plain data with names in place of ids: what `explain` shows and what
//! its `--json` is.

use crate::clean::Judged;
use crate::model::{
    Action, Chance, Hit, Line, Outcome, Page, RuleId, SkipReason, Span, Verdict, VerdictKind,
};
use crate::rules::{Rule, RuleSet};
use crate::sink::wins;
use serde::Serialize;
use std::collections::BTreeMap;

/// Groups of features that move a line by less, in logits, are not told.
const LEAST_TOLD: f64 = 0.1;

/// A page explained.
#[derive(Clone, Debug, Serialize)]
pub struct Explanation {
    /// The page's id.
    pub id: String,
    /// Where it came from.
    pub source: String,
    /// `article`, `empty` or `skipped`.
    pub outcome: &'static str,
    /// Why it was skipped: `too-short`, or the rule's name; else empty.
    pub reason: String,
    /// The article's title, or empty.
    pub title: String,
    /// Its authors.
    pub authors: Vec<String>,
    /// When it was published, or empty.
    pub published: String,
    /// When it was last changed, or empty.
    pub updated: String,
    /// The place of its dateline, or empty.
    pub location: String,
    /// The site's name, or empty.
    pub site: String,
    /// The page's flags.
    pub flags: Vec<String>,
    /// Non-blank lines of the page.
    pub lines_in: u32,
    /// Lines of the article.
    pub lines_out: u32,
    /// Characters of the page.
    pub chars_in: u32,
    /// Characters of the article.
    pub chars_out: u32,
    /// Every non-blank line.
    pub lines: Vec<LineReport>,
    /// The rules that took something, those that took most first.
    pub rules: Vec<RuleReport>,
}

/// One line explained.
#[derive(Clone, Debug, Serialize)]
pub struct LineReport {
    /// Its place among the non-blank lines, from 0: as in the sidecar of removals.
    pub line: usize,
    /// Its number in the page's text, from 1, blank lines counted: as in an editor.
    pub number: usize,
    /// `head`, `body` or `tail`.
    pub zone: &'static str,
    /// `keep`, `drop`, `cut` or `capture`.
    pub verdict: &'static str,
    /// The sum of its scores.
    pub score: f64,
    /// The first byte in the page's text.
    pub start: u32,
    /// The byte after the last.
    pub end: u32,
    /// The line.
    pub text: String,
    /// Every rule that has to do with the verdict, strongest first.
    pub evidence: Vec<Evidence>,
    /// How likely the line is content, when the line model judged it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chance: Option<f64>,
    /// What the line model judged by, strongest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub features: Vec<FeatureReport>,
}

/// What one group of features says of a line.
#[derive(Clone, Debug, Serialize)]
pub struct FeatureReport {
    /// The group.
    pub feature: &'static str,
    /// How much it says, in logits: above 0 for content.
    pub weight: f64,
}

/// What one rule has to do with a line.
#[derive(Clone, Debug, Serialize)]
pub struct Evidence {
    /// The rule's full name.
    pub rule: String,
    /// Its kind.
    pub kind: &'static str,
    /// Its action.
    pub action: &'static str,
    /// The field that it captures, or the flag that it sets; else empty.
    pub field: String,
    /// Its score.
    pub score: f64,
    /// The first byte of what it matched, in the page's text.
    pub start: u32,
    /// The byte after the last.
    pub end: u32,
    /// What it matched.
    pub matched: String,
    /// The line, from 0, that the rule hit when it was another one: a cut reaches to the end or the start of the page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<usize>,
}

/// What one rule took from the page.
#[derive(Clone, Debug, Serialize)]
pub struct RuleReport {
    /// The rule's full name.
    pub rule: String,
    /// Its kind.
    pub kind: &'static str,
    /// What it is about.
    pub about: String,
    /// Lines and parts of lines that it had a part in taking.
    pub removals: u64,
    /// Their characters.
    pub chars: u64,
}

/// Explains what `judged` says of `page`; `rules` are those it was judged by.
pub fn explain(page: &Page, judged: &Judged, rules: &RuleSet) -> Explanation {
    let article = &judged.cleaned.article;
    // What the record will say: what the input tells goes before what was found.
    let told = |key, found: &str| wins(page, key, found).into_owned();
    let (outcome, reason) = match judged.cleaned.outcome {
        Outcome::Article => ("article", String::new()),
        Outcome::Empty => ("empty", String::new()),
        Outcome::Skipped(SkipReason::TooShort) => ("skipped", "too-short".to_owned()),
        Outcome::Skipped(SkipReason::ByRule(rule)) => ("skipped", rules.rule(rule).name().to_owned()),
    };
    Explanation {
        id: page.id.clone(),
        source: page.source.clone(),
        outcome,
        reason,
        title: told("title", &article.title),
        authors: match told("authors", "") {
            authors if authors.is_empty() => article.authors.clone(),
            authors => vec![authors],
        },
        published: told("published", &article.published),
        updated: article.updated.clone(),
        location: article.location.clone(),
        site: told("site", &article.site),
        flags: article.flags.clone(),
        lines_in: article.lines_in,
        lines_out: article.lines_out,
        chars_in: article.chars_in,
        chars_out: article.chars_out,
        lines: lines(page, judged, rules),
        rules: rules_at_work(page, judged, rules),
    }
}

/// The field that the rule captures, or the flag that it sets, or nothing.
pub(super) fn field_of(rule: &Rule) -> &str {
    match rule.action() {
        Action::Capture { field, .. } => field.name(),
        Action::Flag(flag) => flag,
        _ => "",
    }
}

fn lines(page: &Page, judged: &Judged, rules: &RuleSet) -> Vec<LineReport> {
    let (mut number, mut at) = (1, 0);
    let numbered = judged.lines.lines.iter().zip(&judged.decision.verdicts).enumerate();
    let report = |(index, (line, verdict)): (usize, (&Line, &Verdict))| {
        let start = line.span.range().start;
        number += memchr::memchr_iter(b'\n', &page.text.as_bytes()[at..start]).count();
        at = start;
        LineReport {
            line: index,
            number,
            zone: line.zone.name(),
            verdict: verdict.kind.name(),
            score: verdict.score.as_f64(),
            start: line.span.start,
            end: line.span.end,
            text: page.text[line.span.range()].to_owned(),
            evidence: evidence(page, judged, rules, index, *verdict),
            chance: verdict.chance.map(Chance::as_f64),
            features: features(judged, index),
        }
    };
    numbered.map(report).collect()
}

fn evidence(page: &Page, judged: &Judged, rules: &RuleSet, line: usize, verdict: Verdict) -> Vec<Evidence> {
    let mut hits: Vec<&Hit> = judged.decision.hits_of(line).iter().collect();
    hits.sort_by_key(|hit| (std::cmp::Reverse(rules.rule(hit.rule).score()), hit.rule, hit.span));
    // A rule counts once a line, however often it hits; only cuts and captures take each hit.
    hits.dedup_by_key(|hit| {
        let each = matches!(rules.rule(hit.rule).action(), Action::CutSpan | Action::Capture { .. });
        (hit.rule, each.then_some(hit.span))
    });
    let mut evidence: Vec<Evidence> =
        hits.into_iter().map(|hit| piece(page, rules.rule(hit.rule), hit.span, None)).collect();
    // The rule that settled the verdict comes first; the one of another line's range has no hit here.
    if let Some(by) = verdict.by {
        let name = rules.rule(by).name();
        match evidence.iter().position(|piece| piece.rule == name) {
            Some(at) => evidence[..=at].rotate_right(1),
            None => evidence.splice(0..0, ranging(page, judged, rules, line, by)).for_each(drop),
        }
    }
    evidence
}

/// What the line model judged a line by; what hardly moved it is left out.
fn features(judged: &Judged, line: usize) -> Vec<FeatureReport> {
    let reasons = judged.reasons.get(line).into_iter().flatten();
    let told = reasons.filter(|(_, weight)| weight.abs() >= LEAST_TOLD);
    told.map(|(group, weight)| FeatureReport {
        feature: group.name(),
        weight: (weight * 100.0).round() / 100.0,
    })
    .collect()
}

/// The hit on another line from which a `cut-to-…` rule reached this one.
fn ranging(page: &Page, judged: &Judged, rules: &RuleSet, line: usize, by: RuleId) -> Option<Evidence> {
    let rule = rules.rule(by);
    let of_rule = || judged.decision.hits.iter().filter(|hit| hit.rule == by);
    let (above, below) = (
        || of_rule().filter(|hit| (hit.line as usize) < line),
        || of_rule().filter(|hit| hit.line as usize > line),
    );
    // A line that stays takes nothing with it, unless it was the line model that kept it.
    let goes = |hit: &&Hit| judged.decision.verdicts[hit.line as usize].kind.takes_line();
    let hit = match rule.action() {
        Action::CutToStart => below().rfind(goes).or_else(|| below().next_back()),
        _ => above().find(goes).or_else(|| above().next()),
    }?;
    Some(piece(page, rule, hit.span, Some(hit.line as usize)))
}

fn piece(page: &Page, rule: &Rule, span: Span, from: Option<usize>) -> Evidence {
    Evidence {
        rule: rule.name().to_owned(),
        kind: rule.kind().name(),
        action: rule.action().name(),
        field: field_of(rule).to_owned(),
        score: rule.score().as_f64(),
        start: span.start,
        end: span.end,
        matched: page.text[span.range()].to_owned(),
        from,
    }
}

fn rules_at_work(page: &Page, judged: &Judged, rules: &RuleSet) -> Vec<RuleReport> {
    let mut sums: BTreeMap<RuleId, (u64, u64)> = BTreeMap::new();
    for removal in &judged.cleaned.removals {
        let chars = page.text[removal.span.range()].chars().count() as u64;
        for share in &removal.rules {
            let (removals, sum) = sums.entry(share.rule).or_default();
            *removals += 1;
            *sum += chars;
        }
    }
    let report = |(id, (removals, chars))| {
        let rule = rules.rule(id);
        RuleReport {
            rule: rule.name().to_owned(),
            kind: rule.kind().name(),
            about: rule.about().to_owned(),
            removals,
            chars,
        }
    };
    let mut reports: Vec<RuleReport> = sums.into_iter().map(report).collect();
    reports.sort_by(|a, b| (b.removals, b.chars, &a.rule).cmp(&(a.removals, a.chars, &b.rule)));
    reports
}

impl LineReport {
    /// Whether none of the line is left in the text.
    pub fn is_gone(&self) -> bool {
        [VerdictKind::Drop, VerdictKind::Capture].iter().any(|kind| kind.name() == self.verdict)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::clean::Cleaner;
    use crate::model::Profile;
    use crate::rules::{RuleFile, load};
    use std::sync::Arc;

    /// A text of that source, explained with these rules alone.
    pub(in crate::report) fn explained(rules: &str, source: &str, text: &str) -> Explanation {
        let rules = load(&[RuleFile::new("t.toml", rules)]).unwrap();
        let page = Page { source: source.to_owned(), text: text.to_owned(), ..Page::default() };
        let cleaner = Cleaner::builder(Arc::new(rules)).profile(Profile::Careful).build();
        explain(&page, &cleaner.judge(&page), cleaner.rules())
    }

    const RULES: &str = r#"
schema = 1
[pack]
id = "t"
[[rule]]
id = "end"
kind = "related"
about = "a"
match = { starts = ["the end"] }
zone = "head"
do = "cut-to-end"
drop = ["the end", "The end."]
keep = ["a", "b"]
[[rule]]
id = "own"
kind = "content"
about = "a"
match = { ends = ["of it"] }
do = "protect"
drop = ["a of it", "b of it"]
keep = ["a", "b"]
"#;

    #[test]
    fn a_range_begins_at_the_line_that_goes() {
        let page = explained(RULES, "p", "The end of it\nOne\nThe end\nTwo");
        let from = |line: usize| page.lines[line].evidence.first().map(|piece| piece.from);
        assert_eq!((from(1), from(2), from(3)), (None, Some(None), Some(Some(2))));
    }
}
