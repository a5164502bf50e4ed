//! What a run counted. Workers count on their own; their counts are added up once.

use super::{Kind, RuleId};
use std::collections::BTreeMap;

/// What one rule did over a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(from = "(u64, u64)", into = "(u64, u64)")]
pub struct RuleCount {
    /// Removals that the rule had a part in.
    pub removals: u64,
    /// Bytes of those removals.
    pub bytes: u64,
}

impl From<(u64, u64)> for RuleCount {
    fn from((removals, bytes): (u64, u64)) -> Self {
        Self { removals, bytes }
    }
}

impl From<RuleCount> for (u64, u64) {
    fn from(RuleCount { removals, bytes }: RuleCount) -> Self {
        (removals, bytes)
    }
}

/// Counts by rule, of those that have any: by the rules' numbers, since large rule sets are counted batch by batch.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(from = "BTreeMap<RuleId, RuleCount>", into = "BTreeMap<RuleId, RuleCount>")]
pub struct RuleCounts(Vec<RuleCount>);

impl RuleCounts {
    /// Adds what a rule did.
    pub fn add(&mut self, rule: RuleId, count: RuleCount) {
        if self.0.len() <= rule.index() {
            self.0.resize_with(rule.index() + 1, Default::default);
        }
        let sum = &mut self.0[rule.index()];
        sum.removals += count.removals;
        sum.bytes += count.bytes;
    }

    /// The rules that did anything, in their order.
    pub fn iter(&self) -> impl Iterator<Item = (RuleId, RuleCount)> + '_ {
        let counts = self.0.iter().enumerate().filter(|(_, count)| count.removals > 0);
        counts.map(|(index, count)| (RuleId::new(index), *count))
    }
}

impl Extend<(RuleId, RuleCount)> for RuleCounts {
    fn extend<I: IntoIterator<Item = (RuleId, RuleCount)>>(&mut self, counts: I) {
        counts.into_iter().for_each(|(rule, count)| self.add(rule, count));
    }
}

impl From<BTreeMap<RuleId, RuleCount>> for RuleCounts {
    fn from(counts: BTreeMap<RuleId, RuleCount>) -> Self {
        let mut all = Self::default();
        all.extend(counts);
        all
    }
}

impl From<RuleCounts> for BTreeMap<RuleId, RuleCount> {
    fn from(counts: RuleCounts) -> Self {
        counts.iter().collect()
    }
}

/// Counts over pages: `pages` is always the sum of `articles`, `empty`, `skipped` and `rejected`, and of `formats`.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Stats {
    /// Pages read.
    pub pages: u64,
    /// Pages that gave an article.
    pub articles: u64,
    /// Pages with nothing in them, or nothing left of them.
    pub empty: u64,
    /// Pages left out on purpose, by reason.
    pub skipped: BTreeMap<String, u64>,
    /// Pages that failed, by reason.
    pub rejected: BTreeMap<String, u64>,
    /// Pages by the form that they came in.
    pub formats: BTreeMap<String, u64>,
    /// Records of archives that are no pages, by why.
    pub no_pages: BTreeMap<String, u64>,
    /// Bytes of page text read, after decompression and decoding.
    pub bytes_in: u64,
    /// Bytes of article text written.
    pub bytes_out: u64,
    /// Non-blank lines read.
    pub lines_in: u64,
    /// Lines of article text written.
    pub lines_out: u64,
    /// Pages by flag.
    pub flags: BTreeMap<String, u64>,
    /// Removals by the kind of their strongest rule, but for those of the line model.
    pub kinds: BTreeMap<Kind, u64>,
    /// Lines that the line model took: no rules were enough.
    #[serde(default)]
    pub line_model: u64,
    /// Removals by rule.
    pub rules: RuleCounts,
}

impl Stats {
    /// Pages left out on purpose, for whatever reason.
    pub fn skipped_total(&self) -> u64 {
        self.skipped.values().sum()
    }

    /// Pages that failed, for whatever reason.
    pub fn rejected_total(&self) -> u64 {
        self.rejected.values().sum()
    }

    /// Whether every page read is accounted for.
    pub fn balances(&self) -> bool {
        self.pages == self.articles + self.empty + self.skipped_total() + self.rejected_total()
            && self.pages == self.formats.values().sum::<u64>()
    }

    /// Adds another worker's counts.
    pub fn merge(&mut self, other: Self) {
        self.pages += other.pages;
        self.articles += other.articles;
        self.empty += other.empty;
        self.bytes_in += other.bytes_in;
        self.bytes_out += other.bytes_out;
        self.lines_in += other.lines_in;
        self.lines_out += other.lines_out;
        self.line_model += other.line_model;
        add_all(&mut self.skipped, other.skipped);
        add_all(&mut self.rejected, other.rejected);
        add_all(&mut self.formats, other.formats);
        add_all(&mut self.no_pages, other.no_pages);
        add_all(&mut self.flags, other.flags);
        add_all(&mut self.kinds, other.kinds);
        self.rules.extend(other.rules.iter());
    }
}

fn add_all<K: Ord>(sums: &mut BTreeMap<K, u64>, counts: BTreeMap<K, u64>) {
    for (key, count) in counts {
        *sums.entry(key).or_default() += count;
    }
}
