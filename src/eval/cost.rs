//! What cleaning costs: some of the samples are decoded, cleaned and written in memory, and the same pages only decoded
//! and written. What single rules and packs cost is told by letting them run alone: that the others share an automaton
//! with them, and that some only look at lines that others have hit, shows in no such figure: these are shares to find
//! the dear ones by, and no seconds. How often each was tried, with all of them running, is counted where samples are judged.
//!
//! One thread, ways in turn, the best of several rounds: what else the machine does makes runs longer, never shorter.

use super::samples::Samples;
use crate::clean::{Cleaner, Workspace};
use crate::model::{Article, Cleaned, Page, Profile, RuleId};
use crate::rules::RuleSet;
use crate::sink::write_record;
use crate::source::{Inputs, Meter};
use std::io::{self, Write};
use std::sync::Arc;
use std::time::Instant;

/// Bytes of text that whole rule sets are timed on.
const WHOLE: usize = 4 << 20;
/// Bytes of text that rules are timed on, one by one.
const PART: usize = 384 << 10;
/// Pages timed at a time: few enough to be done before another program gets its turn.
const PAGES: usize = 4;
/// Rounds of each timing.
const ROUNDS: usize = 5;
/// The share of the time without rules below which a rule's own is lost in the clock's noise.
const VISIBLE: f64 = 0.01;
/// Beyond so many rules they are not timed one by one.
const MOST_RULES: usize = 1000;

/// What a rule set costs.
#[derive(Clone, Debug, Default)]
pub struct Cost {
    /// Bytes of text that were cleaned.
    pub bytes: usize,
    /// Seconds to decode and write them.
    pub pass_through: f64,
    /// Seconds to decode, clean and write them.
    pub clean: f64,
    /// Packs with their shares of the time that packs take one by one, in their order.
    pub packs: Vec<(String, f64)>,
    /// Rules with their shares of the time that rules take one by one.
    pub rules: Vec<(RuleId, f64)>,
}

impl Cost {
    /// Megabytes of text a second.
    pub fn rate(&self) -> f64 {
        self.bytes as f64 / 1e6 / self.clean.max(1e-9)
    }

    /// How many times the time of pass-through cleaning takes.
    pub fn ratio(&self) -> f64 {
        self.clean / self.pass_through.max(1e-9)
    }
}

/// The pages that costs are measured on.
pub(super) struct Timing {
    /// JSON lines in a file, since decoding begins with reading.
    file: tempfile::NamedTempFile,
    bytes: usize,
    /// Some of the pages, decoded.
    part: Vec<Page>,
}

impl Timing {
    /// Takes samples from all over the list.
    pub(super) fn new(samples: &Samples) -> io::Result<Self> {
        let (whole, part) = (spread(samples, WHOLE), spread(samples, PART));
        let mut lines = Vec::new();
        for page in &whole {
            write_record(&mut lines, page, &untouched(page), false);
        }
        let mut file = tempfile::NamedTempFile::new()?;
        file.write_all(&lines)?;
        file.flush()?;
        let bytes = whole.iter().map(|page| page.text.len()).sum();
        Ok(Self { file, bytes, part: part.into_iter().cloned().collect() })
    }

    /// Times one rule set.
    pub(super) fn time(&self, set: &RuleSet, cleaner: &Cleaner, by_rule: &[RuleId]) -> Cost {
        let mut out = Vec::with_capacity(1 << 20);
        let (mut pass_through, mut clean) = (f64::MAX, f64::MAX);
        for _ in 0..ROUNDS {
            pass_through = pass_through.min(self.each(|page| {
                out.clear();
                write_record(&mut out, page, &untouched(page), false);
            }));
            let (mut workspace, mut cleaned) = (Workspace::default(), Cleaned::default());
            clean = clean.min(self.each(|page| {
                out.clear();
                cleaner.clean_with(&mut workspace, page, &mut cleaned);
                write_record(&mut out, page, &cleaned.article, false);
            }));
        }
        let mut cost = Cost { bytes: self.bytes, pass_through, clean, ..Cost::default() };
        if by_rule.is_empty() || by_rule.len() > MOST_RULES {
            return cost;
        }
        let none = cleaner_of(set, |_| false);
        let of_pack = |pack| self.alone(&none, &cleaner_of(set, |rule| set.rule(rule).pack() == pack));
        let names = set.packs().iter().map(|pack| pack.id.clone());
        cost.packs = shares(names.zip((0..set.packs().len()).map(of_pack)));
        let of_rule = |&rule| (rule, self.alone(&none, &cleaner_of(set, |other| other == rule)));
        cost.rules = shares(by_rule.iter().map(of_rule));
        cost
    }

    /// Seconds to decode every page and do something with it.
    fn each(&self, mut work: impl FnMut(&Page)) -> f64 {
        let Ok(inputs) = Inputs::builder([self.file.path()]).build() else { return f64::MAX };
        let started = Instant::now();
        let mut pages = inputs.pages(Meter::default());
        for chunk in inputs.feed(1 << 20, Meter::default()) {
            pages.each(chunk, |page| {
                if let Ok(page) = page {
                    work(page);
                }
            });
        }
        started.elapsed().as_secs_f64()
    }

    /// Seconds that cleaning with some rules takes longer than with none. Both are timed in turn, a few pages at a time
    /// and the best of each counts, so that neither a machine that changes its pace nor one that is shared passes for a
    /// slow rule; what is hardly more than nothing is nothing.
    fn alone(&self, none: &Cleaner, some: &Cleaner) -> f64 {
        let (mut workspace, mut cleaned) = (Workspace::default(), Cleaned::default());
        let mut round = |cleaner: &Cleaner, pages: &[Page]| {
            let started = Instant::now();
            for page in pages {
                cleaner.clean_with(&mut workspace, page, &mut cleaned);
            }
            started.elapsed().as_secs_f64()
        };
        let (mut floor, mut time) = (0.0, 0.0);
        for pages in self.part.chunks(PAGES) {
            let (mut least, mut some_least) = (f64::MAX, f64::MAX);
            for _ in 0..ROUNDS {
                least = least.min(round(none, pages));
                some_least = some_least.min(round(some, pages));
            }
            floor += least;
            time += some_least;
        }
        if time - floor < floor * VISIBLE { 0.0 } else { time - floor }
    }
}

fn cleaner_of(set: &RuleSet, runs: impl Fn(RuleId) -> bool) -> Cleaner {
    Cleaner::builder(Arc::new(set.only(runs))).profile(Profile::Careful).preview(true).build()
}

/// About so many bytes of samples, evenly from the whole list.
fn spread(samples: &Samples, bytes: usize) -> Vec<&Page> {
    let all: usize = samples.list.iter().map(|sample| sample.page.text.len()).sum();
    let step = (all / bytes.max(1)).max(1);
    samples.list.iter().step_by(step).map(|sample| &sample.page).collect()
}

fn untouched(page: &Page) -> Article {
    Article { text: page.text.clone(), ..Article::default() }
}

/// Times as shares of their sum; what the clock could not see is none.
fn shares<K>(times: impl Iterator<Item = (K, f64)>) -> Vec<(K, f64)> {
    let times: Vec<(K, f64)> = times.map(|(key, time)| (key, time.max(0.0))).collect();
    let sum: f64 = times.iter().map(|(_, time)| time).sum();
    times.into_iter().map(|(key, time)| (key, if sum > 0.0 { time / sum } else { 0.0 })).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_add_up_and_are_never_below_nothing() {
        assert_eq!(
            shares([("a", 3.0), ("b", -0.5), ("c", 1.0)].into_iter()),
            [("a", 0.75), ("b", 0.0), ("c", 0.25)]
        );
        assert_eq!(shares([("a", -1.0)].into_iter()), [("a", 0.0)]);
    }
}
