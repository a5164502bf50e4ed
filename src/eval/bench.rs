//! `bench`: rule sets side by side on the same samples: how good the articles are, as a whole and by sort of page; what
//! every rule is good for; what it costs. Samples are worked on in parallel and added up in their order, so that the
//! figures are the same on any number of threads; only times differ.

use super::bootstrap::{Interval, interval};
use super::check::check;
use super::cost::{Cost, Timing};
use super::judge::{self, Judged};
use super::samples::{Sample, Samples};
use super::score::{Metric, PageScore};
use super::tally::{RuleFigures, tally};
use crate::clean::Cleaner;
use crate::model::RuleId;
use crate::rules::{RuleSet, Severity, Status};
use foldhash::{HashMap, HashSet};
use rayon::prelude::*;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// A rule set to be benched.
#[derive(Debug)]
pub struct Entrant {
    /// What to call it.
    pub name: String,
    /// Its rules.
    pub rules: Arc<RuleSet>,
    /// The set that its rules were taken from, or the same: examples are checked there, since rules look at each other's
    /// hits.
    pub whole: Arc<RuleSet>,
    /// Its cleaner.
    pub cleaner: Cleaner,
    /// Whether its preview rules run.
    pub preview: bool,
}

/// What is found out beside the scores.
#[derive(Clone, Copy, Debug)]
pub struct BenchOptions {
    /// Whether each page is cleaned again without each of its rules.
    ///
    /// By default it is.
    pub lift: bool,
    /// Whether costs are measured.
    ///
    /// By default they are.
    pub cost: bool,
}

impl Default for BenchOptions {
    fn default() -> Self {
        Self { lift: true, cost: true }
    }
}

/// What a bench found.
#[derive(Debug)]
pub struct BenchReport {
    /// The samples.
    pub samples: Samples,
    /// Words of all gold texts, each as often as it has samples.
    pub gold_words: u64,
    /// Each rule set.
    pub sets: Vec<SetReport>,
    /// All samples, then the sorts that they are of.
    pub groups: Vec<Group>,
}

/// One rule set.
#[derive(Debug)]
pub struct SetReport {
    /// What was benched.
    pub entrant: Entrant,
    /// The score of each sample.
    pub scores: Vec<PageScore>,
    /// Lines of all samples.
    pub lines: u64,
    /// Words that all rules together took.
    pub words: u64,
    /// Those of them that are gold.
    pub gold: u64,
    /// The rules that run, in their order.
    pub rules: Vec<RuleFigures>,
    /// What it costs, when that was measured.
    pub cost: Option<Cost>,
}

/// What samples are grouped by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GroupBy {
    /// Not at all.
    All,
    /// What rendered them.
    Renderer,
    /// What sort of page they are of.
    Type,
    /// Their language.
    Language,
}

impl GroupBy {
    /// The name that reports use.
    pub fn name(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Renderer => "renderer",
            Self::Type => "type",
            Self::Language => "language",
        }
    }

    fn of(self, sample: &Sample) -> &str {
        match self {
            Self::All => "all",
            Self::Renderer => &sample.renderer,
            Self::Type => &sample.gold.page_type,
            Self::Language if sample.gold.lang.is_empty() => &sample.page.lang,
            Self::Language => &sample.gold.lang,
        }
    }
}

/// The figures of samples that belong together.
#[derive(Clone, Debug)]
pub struct Group {
    /// What makes them belong together.
    pub by: GroupBy,
    /// What they are.
    pub name: String,
    /// How many they are.
    pub samples: usize,
    /// The means of each set.
    pub sets: Vec<Means>,
    /// Each further set less the first, sample by sample.
    pub differences: Vec<Means>,
}

/// A mean for each metric that any of the samples has.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Means([Option<Interval>; Metric::ALL.len()]);

impl Means {
    /// The mean of one metric.
    pub fn get(&self, metric: Metric) -> Option<Interval> {
        self.0[metric as usize]
    }

    /// The means of scores, each with the site that it belongs to.
    pub fn of<'a>(scores: &(impl Iterator<Item = (usize, &'a PageScore)> + Clone)) -> Self {
        Self(Metric::ALL.map(|metric| {
            interval(scores.clone().filter_map(|(site, score)| Some((site, score.get(metric)?))))
        }))
    }

    /// The means of differences, of samples that have the figure in both.
    pub fn of_differences<'a>(
        pairs: &(impl Iterator<Item = (usize, &'a PageScore, &'a PageScore)> + Clone),
    ) -> Self {
        Self(Metric::ALL.map(|metric| {
            interval(
                pairs
                    .clone()
                    .filter_map(|(site, from, to)| Some((site, to.get(metric)? - from.get(metric)?))),
            )
        }))
    }
}

/// Benches every rule set on the same samples.
///
/// `done` counts the samples that were judged, of each set, for whoever looks on from another thread.
pub fn bench(
    samples: Samples,
    entrants: Vec<Entrant>,
    options: BenchOptions,
    done: &AtomicU64,
) -> io::Result<BenchReport> {
    let timing = if options.cost { Some(Timing::new(&samples)?) } else { None };
    let mut gold_words = 0;
    let sets: Vec<SetReport> = entrants
        .into_iter()
        .map(|entrant| {
            let judged: Vec<Judged> = samples
                .list
                .par_iter()
                .map_init(judge::Bench::default, |bench, sample| {
                    let judged = judge::judge(&entrant.cleaner, sample, options.lift, bench);
                    done.fetch_add(1, Ordering::Relaxed);
                    judged
                })
                .collect();
            gold_words = judged.iter().map(|judged| judged.gold_words).sum();
            set_report(entrant, &samples, &judged, gold_words, options, timing.as_ref())
        })
        .collect();
    let groups = groups(&samples, &sets);
    Ok(BenchReport { samples, gold_words, sets, groups })
}

fn set_report(
    entrant: Entrant,
    samples: &Samples,
    judged: &[Judged],
    gold_words: u64,
    options: BenchOptions,
    timing: Option<&Timing>,
) -> SetReport {
    let failing: HashSet<RuleId> =
        check(&entrant.whole, |rule| entrant.rules.rule(rule).status() != Status::Off)
            .findings
            .iter()
            .filter(|finding| finding.fault.severity() == Severity::Error)
            .map(|finding| finding.rule)
            .collect();
    let mut rules =
        tally(&entrant.rules, entrant.preview, samples, judged, gold_words, options.lift, &failing);
    let hit: Vec<RuleId> =
        rules.iter().filter(|figures| figures.hits > 0).map(|figures| figures.rule).collect();
    let cost = timing.map(|timing| timing.time(&entrant.rules, &entrant.cleaner, &hit));
    if let Some(cost) = &cost {
        let times: HashMap<RuleId, f64> = cost.rules.iter().copied().collect();
        for figures in &mut rules {
            figures.time = times.get(&figures.rule).copied();
        }
    }
    let sum = |of: fn(&Judged) -> u32| judged.iter().map(|judged| u64::from(of(judged))).sum();
    SetReport {
        scores: judged.iter().map(|judged| judged.score).collect(),
        lines: sum(|judged| judged.lines),
        words: sum(|judged| judged.taken.words),
        gold: sum(|judged| judged.taken.gold),
        rules,
        cost,
        entrant,
    }
}

/// All samples, then every way of grouping them that tells at least two groups apart.
fn groups(samples: &Samples, sets: &[SetReport]) -> Vec<Group> {
    let mut members: Vec<(GroupBy, String, Vec<usize>)> = Vec::new();
    for by in [GroupBy::All, GroupBy::Renderer, GroupBy::Type, GroupBy::Language] {
        let first = members.len();
        let mut places: HashMap<&str, usize> = HashMap::default();
        for (at, sample) in samples.list.iter().enumerate() {
            let name = by.of(sample);
            let place = *places.entry(name).or_insert_with(|| {
                members.push((by, name.to_owned(), Vec::new()));
                members.len() - 1
            });
            members[place].2.push(at);
        }
        if by != GroupBy::All && members.len() - first < 2 {
            members.truncate(first);
        }
    }
    let figures = |(by, name, members): (GroupBy, String, Vec<usize>)| {
        let site = |at: &usize| samples.list[*at].site;
        let means = |set: &SetReport| Means::of(&members.iter().map(|at| (site(at), &set.scores[*at])));
        let differences = |set: &SetReport| {
            Means::of_differences(
                &members.iter().map(|at| (site(at), &sets[0].scores[*at], &set.scores[*at])),
            )
        };
        Group {
            by,
            samples: members.len(),
            sets: sets.iter().map(means).collect(),
            differences: sets.iter().skip(1).map(differences).collect(),
            name,
        }
    };
    members.into_par_iter().map(figures).collect()
}
