//! `diff`: the lines that two rule sets judge otherwise, by the rule that makes the difference. Needs no gold: it shows
//! what a change of rules does to pages before anybody has labelled them.

use super::bench::Entrant;
use super::tally::clip;
use crate::clean::{Cleaner, Judged, LINE_MODEL};
use crate::decide::OVER_CUT;
use crate::model::{Page, Removal, Span, VerdictKind};
use crate::source::{Chunk, Inputs, Meter};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Bytes of input that a thread gets at a time.
const CHUNK: usize = 1 << 20;
/// Changes of each sort that are shown of a rule, each text once.
const SHOWN: usize = 10;
/// What is named where the guard spared a line.
const GUARD: &str = "over-cut guard";

/// A line that is judged otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Where the page came from.
    pub source: String,
    /// The line's number among the page's lines, blank ones counted, from 1.
    pub number: u64,
    /// The line.
    pub text: String,
    /// The line above it.
    pub before: String,
    /// The line below it.
    pub after: String,
    /// What the first set makes of it.
    pub from: Fate,
    /// What the second makes of it.
    pub to: Fate,
}

/// What becomes of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// That was the verdict on it.
    Judged(VerdictKind),
    /// The whole page is skipped, and the line goes with it, whatever was its verdict.
    Skipped,
}

impl Fate {
    /// Whether no part of the line is left in the text.
    pub fn takes_line(self) -> bool {
        match self {
            Self::Judged(kind) => kind.takes_line(),
            Self::Skipped => true,
        }
    }

    /// The word that reports print.
    pub fn name(self) -> &'static str {
        match self {
            Self::Judged(kind) => kind.name(),
            Self::Skipped => "skip",
        }
    }
}

/// The changes that one rule makes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChangeGroup {
    /// Its name; `line-model` or `over-cut guard` where no rule makes the difference.
    pub rule: String,
    /// Lines that only the second set takes.
    pub taken: u64,
    /// Lines that only the first set takes.
    pub spared: u64,
    /// Lines that both leave in part or put elsewhere, each in its own way.
    pub altered: u64,
    /// Pages that have such lines.
    pub pages: u64,
    /// Some of them.
    pub samples: Vec<Change>,
}

impl ChangeGroup {
    /// All its changes.
    pub fn changes(&self) -> u64 {
        self.taken + self.spared + self.altered
    }
}

/// What two rule sets make different of the same pages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diff {
    /// Pages read.
    pub pages: u64,
    /// Pages that could not be read.
    pub rejected: u64,
    /// Pages with a line that is judged otherwise.
    pub pages_changed: u64,
    /// Non-blank lines read.
    pub lines: u64,
    /// Lines judged otherwise, by rule, most changes first.
    pub groups: Vec<ChangeGroup>,
}

/// Why a comparison failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DiffError {
    /// There was nothing to compare on.
    #[error("no page could be read from the inputs ({rejected} failed)")]
    NoPages {
        /// Pages that failed.
        rejected: u64,
    },
}

/// Cleans every page with both sets and compares the verdicts. Bounded: only a few chunks are in memory at once.
pub fn diff(from: &Entrant, to: &Entrant, inputs: &Inputs) -> Result<Diff, DiffError> {
    let at_once = rayon::current_num_threads() * 2;
    let mut feed = inputs.feed(CHUNK, Meter::default());
    let (mut sum, mut groups) = (Diff::default(), BTreeMap::new());
    loop {
        let chunks: Vec<Chunk> = feed.by_ref().take(at_once).collect();
        if chunks.is_empty() {
            break;
        }
        let parts: Vec<(Diff, Groups)> = chunks
            .into_par_iter()
            .map(|chunk| compare_chunk(&from.cleaner, &to.cleaner, inputs, chunk))
            .collect();
        for (part, found) in parts {
            sum.pages += part.pages;
            sum.rejected += part.rejected;
            sum.pages_changed += part.pages_changed;
            sum.lines += part.lines;
            for (rule, group) in found {
                merge(groups.entry(rule).or_default(), group);
            }
        }
    }
    if sum.pages == 0 && sum.rejected > 0 {
        return Err(DiffError::NoPages { rejected: sum.rejected });
    }
    sum.groups = groups.into_iter().map(|(rule, group)| ChangeGroup { rule, ..group }).collect();
    sum.groups.sort_by(|a, b| b.changes().cmp(&a.changes()).then_with(|| a.rule.cmp(&b.rule)));
    Ok(sum)
}

type Groups = BTreeMap<String, ChangeGroup>;

fn compare_chunk(from: &Cleaner, to: &Cleaner, inputs: &Inputs, chunk: Chunk) -> (Diff, Groups) {
    let (mut sum, mut groups) = (Diff::default(), Groups::new());
    inputs.pages(Meter::default()).each(chunk, |page| match page {
        Ok(page) => {
            sum.pages += 1;
            let (before, after) = (from.judge(page), to.judge(page));
            sum.lines += before.lines.lines.len() as u64;
            let found = compare(page, (from, &before), (to, &after));
            sum.pages_changed += u64::from(!found.is_empty());
            for (rule, mut group) in found {
                group.pages = 1;
                merge(groups.entry(rule).or_default(), group);
            }
        }
        Err(_) => sum.rejected += 1,
    });
    (sum, groups)
}

fn merge(sum: &mut ChangeGroup, group: ChangeGroup) {
    sum.taken += group.taken;
    sum.spared += group.spared;
    sum.altered += group.altered;
    sum.pages += group.pages;
    for change in group.samples {
        if sum.samples.len() < SHOWN && sum.samples.iter().all(|known| known.text != change.text) {
            sum.samples.push(change);
        }
    }
}

/// A cleaner and what it made of the page.
type Side<'a> = (&'a Cleaner, &'a Judged);

fn compare(page: &Page, from: Side<'_>, to: Side<'_>) -> Groups {
    let mut groups = Groups::new();
    let (before, after) = (from.1, to.1);
    let lines = &before.lines.lines;
    let (cuts_before, cuts_after) = (cuts(&before.cleaned.removals), cuts(&after.cleaned.removals));
    let show = |at: usize| lines.get(at).map_or(String::new(), |line| clip(&page.text[line.span.range()]));
    // The rule with which one set alone skips the page. Where both do, neither gives an article, so nothing differs.
    let skip = match (before.decision.skip, after.decision.skip) {
        (Some(_), Some(_)) => return groups,
        (Some(rule), None) => Some((from, rule)),
        (None, Some(rule)) => Some((to, rule)),
        (None, None) => None,
    };
    let skip = skip.map(|(side, rule)| side.0.rules().rule(rule).name());
    for (at, line) in lines.iter().enumerate() {
        let (first, second) = (fate(before, at), fate(after, at));
        let alike = match skip {
            // What the other set takes is gone on both sides.
            Some(_) => first.takes_line() && second.takes_line(),
            None if first == Fate::Judged(VerdictKind::Cut) && first == second => {
                cuts_before.get(&(at as u32)) == cuts_after.get(&(at as u32))
            }
            None => first == second,
        };
        if alike {
            continue;
        }
        let rule = skip.map_or_else(|| maker(from, to, at), str::to_owned);
        let group = groups.entry(rule).or_default();
        match (first.takes_line(), second.takes_line()) {
            (false, true) => group.taken += 1,
            (true, false) => group.spared += 1,
            _ => group.altered += 1,
        }
        if group.samples.len() < SHOWN {
            group.samples.push(Change {
                source: page.source.clone(),
                number: 1 + page.text[..line.span.start as usize].matches('\n').count() as u64,
                text: show(at),
                before: at.checked_sub(1).map_or(String::new(), show),
                after: show(at + 1),
                from: first,
                to: second,
            });
        }
    }
    groups
}

fn fate(judged: &Judged, line: usize) -> Fate {
    match judged.decision.skip {
        Some(_) => Fate::Skipped,
        None => Fate::Judged(judged.decision.verdicts[line].kind),
    }
}

/// The parts that were cut out of each line.
fn cuts(removals: &[Removal]) -> BTreeMap<u32, Vec<Span>> {
    let mut cuts: BTreeMap<u32, Vec<Span>> = BTreeMap::new();
    for removal in removals {
        cuts.entry(removal.line).or_default().push(removal.span);
    }
    cuts
}

/// What makes the difference on a line: a rule that only the set which takes more has there, else one that only the
/// other has (it protects the line, or speaks for keeping it). Where the same rules hit it on both sides, it is what
/// judged by them: the line model, the over-cut guard, else the strongest rule.
fn maker(from: Side<'_>, to: Side<'_>, line: usize) -> String {
    let verdict = |side: Side<'_>| side.1.decision.verdicts[line];
    let (more, less) = if verdict(to).kind == VerdictKind::Keep { (from, to) } else { (to, from) };
    let (taking, sparing) = (names(more, line), names(less, line));
    let only = |mine: &[String], other: &[String]| mine.iter().find(|name| !other.contains(name)).cloned();
    let (took, spared) = (verdict(more), verdict(less));
    if took.is_of_model() && spared.chance.is_none() && !spared.kind.takes_line() {
        // Only one side asked a model: a rule that hit the line there and did not settle it is not to blame.
        let protects = spared.by.map(|by| less.0.rules().rule(by).name());
        return protects.unwrap_or(LINE_MODEL).to_owned();
    }
    if let Some(rule) = only(&taking, &sparing).or_else(|| only(&sparing, &taking)) {
        return rule;
    }
    let gave_back = spared.chance.is_some() && spared.score.decides() && !spared.given_back;
    if took.is_of_model() || gave_back {
        return LINE_MODEL.to_owned();
    }
    let guarded = |side: Side<'_>| side.1.decision.flags.iter().any(|flag| flag == OVER_CUT);
    match taking.into_iter().next() {
        _ if guarded(less) && !guarded(more) => GUARD.to_owned(),
        Some(strongest) => strongest,
        None => LINE_MODEL.to_owned(),
    }
}

/// The rules of a line, the one that settled it first, then by score.
fn names(side: Side<'_>, line: usize) -> Vec<String> {
    let (cleaner, judged) = side;
    let set = cleaner.rules();
    let mut rules: Vec<_> = judged.decision.hits_of(line).iter().map(|hit| hit.rule).collect();
    rules.sort_by_key(|&rule| (std::cmp::Reverse(set.rule(rule).score()), rule));
    rules.dedup();
    let by = judged.decision.verdicts[line].by;
    by.into_iter().chain(rules).map(|rule| set.rule(rule).name().to_owned()).collect()
}
