//! What each rule of a set did over all samples: the figures that SpamAssassin's `hit-frequencies` gives for rules and
//! mails, for rules and words.

use super::bootstrap::{Interval, interval};
use super::judge::Judged;
use super::samples::{Sample, Samples};
use super::truth::Taken;
use crate::clean::lines_of;
use crate::model::{Lines, RuleId, Score};
use crate::rules::{RuleSet, Status};
use foldhash::{HashMap, HashSet};
use rayon::prelude::*;

/// Sample lines of each sort that are shown of a rule.
const SHOWN: usize = 10;
/// Lines above and below a sample line.
const AROUND: usize = 2;
/// Characters of a line that are shown.
const CLIP: usize = 240;
/// Other rules that are named beside a rule.
const OVERLAPS: usize = 3;
/// What a finished rule's purity is at least.
pub const PURE: f64 = 0.98;

/// One rule's figures.
#[derive(Clone, Debug)]
pub struct RuleFigures {
    /// The rule.
    pub rule: RuleId,
    /// Hits, whatever came of them.
    pub hits: u64,
    /// Samples with a hit.
    pub pages: u64,
    /// Parts of pages that it had a hand in taking.
    pub removals: u64,
    /// Their words.
    pub words: u64,
    /// Those of them that are gold.
    pub gold: u64,
    /// Words that no other rule took with it.
    pub alone: u64,
    /// Gold words taken per million gold words.
    pub harm: f64,
    /// F1 over all samples, less F1 without the rule; `None` when it was not asked for.
    pub lift: Option<Interval>,
    /// From 0 (worst) to 1 (best): the mean of its places by noise taken and by harm among the rules that hit.
    pub rank: f64,
    /// Rules that took the same parts, with the share of this rule's removals.
    pub overlaps: Vec<(RuleId, f64)>,
    /// How often it was tried on a line.
    pub tries: u64,
    /// Tries that hit. Lines that stood on their page before are hit without a try.
    pub tries_hit: u64,
    /// Its share of the time that all rules take one by one; `None` when it was not measured.
    pub time: Option<f64>,
    /// Lines that it took rightly.
    pub right: Vec<LineSample>,
    /// Lines of content that it took, the worst first.
    pub wrong: Vec<LineSample>,
    /// What is to be mended.
    pub concerns: Vec<Concern>,
}

impl RuleFigures {
    /// The share of the words taken that were noise; `None` when it took none.
    pub fn purity(&self) -> Option<f64> {
        (self.words > 0).then(|| (self.words - self.gold) as f64 / self.words as f64)
    }

    /// The share of the tries that hit; `None` when it was never tried.
    pub fn hit_share(&self) -> Option<f64> {
        (self.tries > 0).then(|| self.tries_hit as f64 / self.tries as f64)
    }
}

/// What is wrong with a rule, as far as labelled pages show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Concern {
    /// Its own examples fail.
    Examples,
    /// Its examples pass, but of what it takes too little is noise.
    Impure,
    /// It takes content, and nothing is lost without it.
    Useless,
    /// It hits nothing.
    Dead,
}

impl Concern {
    /// The name that reports use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Examples => "examples-fail",
            Self::Impure => "impure",
            Self::Useless => "harm-without-lift",
            Self::Dead => "dead",
        }
    }
}

/// A line that a rule took, where it stood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineSample {
    /// Id of the page.
    pub page: String,
    /// What rendered it.
    pub renderer: String,
    /// The line's number in the page, blank lines counted, from 1.
    pub number: u64,
    /// The line.
    pub text: String,
    /// Lines above it.
    pub before: Vec<String>,
    /// Lines below it.
    pub after: Vec<String>,
    /// Words taken.
    pub words: u32,
    /// Gold words taken.
    pub gold: u32,
}

/// Adds up what every rule of the set did. `failing` are rules whose examples fail.
pub(super) fn tally(
    set: &RuleSet,
    preview: bool,
    samples: &Samples,
    judged: &[Judged],
    gold_words: u64,
    with_lift: bool,
    failing: &HashSet<RuleId>,
) -> Vec<RuleFigures> {
    let mut pages: Vec<Vec<(usize, usize)>> = vec![Vec::new(); set.rules().len()];
    let mut tries = vec![(0, 0); set.rules().len()];
    let mut pairs: HashMap<RuleId, HashMap<RuleId, u64>> = HashMap::default();
    for (sample, judged) in judged.iter().enumerate() {
        for (at, on) in judged.rules.iter().enumerate() {
            pages[on.rule.index()].push((sample, at));
        }
        for (rule, tried) in &judged.tries {
            let (times, hits) = &mut tries[rule.index()];
            *times += u64::from(tried.times);
            *hits += u64::from(tried.hits);
        }
        for &(one, other, count) in &judged.pairs {
            *pairs.entry(one).or_default().entry(other).or_default() += u64::from(count);
            *pairs.entry(other).or_default().entry(one).or_default() += u64::from(count);
        }
    }
    let runs = |rule: &RuleId| match set.rule(*rule).status() {
        Status::Stable => true,
        Status::Preview => preview,
        Status::Draft | Status::Retired | Status::Off => false,
    };
    let ids: Vec<RuleId> = (0..set.rules().len()).map(RuleId::new).filter(runs).collect();
    let mut figures: Vec<RuleFigures> = ids
        .into_par_iter()
        .map(|rule| {
            let pages = &pages[rule.index()];
            let mut figures = sums(rule, pages, judged, gold_words);
            (figures.tries, figures.tries_hit) = tries[rule.index()];
            figures.overlaps = overlaps(pairs.get(&rule), figures.removals);
            figures.lift = with_lift.then(|| lift(pages, samples, judged)).flatten();
            (figures.right, figures.wrong) = lines(rule, pages, samples, judged);
            figures
        })
        .collect();
    rank(&mut figures);
    for figures in &mut figures {
        figures.concerns = concerns(set, figures, failing.contains(&figures.rule));
    }
    figures
}

fn sums(rule: RuleId, pages: &[(usize, usize)], judged: &[Judged], gold_words: u64) -> RuleFigures {
    let mut figures = RuleFigures {
        rule,
        hits: 0,
        pages: pages.len() as u64,
        removals: 0,
        words: 0,
        gold: 0,
        alone: 0,
        harm: 0.0,
        lift: None,
        rank: 0.0,
        overlaps: Vec::new(),
        tries: 0,
        tries_hit: 0,
        time: None,
        right: Vec::new(),
        wrong: Vec::new(),
        concerns: Vec::new(),
    };
    for &(sample, at) in pages {
        let on = &judged[sample].rules[at];
        figures.hits += u64::from(on.hits);
        figures.removals += u64::from(on.removals);
        figures.words += u64::from(on.taken.words);
        figures.gold += u64::from(on.taken.gold);
        figures.alone += u64::from(on.alone);
    }
    figures.harm = figures.gold as f64 * 1e6 / gold_words.max(1) as f64;
    figures
}

/// The rules that took most of the same parts.
fn overlaps(with: Option<&HashMap<RuleId, u64>>, removals: u64) -> Vec<(RuleId, f64)> {
    let mut with: Vec<(RuleId, u64)> =
        with.into_iter().flatten().map(|(rule, count)| (*rule, *count)).collect();
    with.sort_unstable_by_key(|&(rule, count)| (std::cmp::Reverse(count), rule));
    with.truncate(OVERLAPS);
    with.into_iter().map(|(rule, count)| (rule, count as f64 / removals.max(1) as f64)).collect()
}

/// The mean over all samples: those without a hit of the rule are what they are without it.
fn lift(pages: &[(usize, usize)], samples: &Samples, judged: &[Judged]) -> Option<Interval> {
    let mut lifts = vec![0.0; judged.len()];
    for &(sample, at) in pages {
        lifts[sample] = judged[sample].rules[at].lift;
    }
    interval(samples.list.iter().map(|sample| sample.site).zip(lifts))
}

/// Lines to show, each text once: of those taken rightly some from all over the samples, of the others the worst.
fn lines(
    rule: RuleId,
    pages: &[(usize, usize)],
    samples: &Samples,
    judged: &[Judged],
) -> (Vec<LineSample>, Vec<LineSample>) {
    let mut right: Vec<(u64, usize, u32, Taken)> = Vec::new();
    let mut wrong: Vec<(u64, usize, u32, Taken)> = Vec::new();
    for &(sample, at) in pages {
        let on = &judged[sample].rules[at];
        if let Some(line) = on.right {
            // A number that depends on the sample alone, and on nothing that the sample shows.
            let place = (sample as u64 ^ (rule.index() as u64) << 32).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            right.push((place, sample, line, Taken::default()));
        }
        if let Some((line, taken)) = on.wrong {
            wrong.push((u64::from(u32::MAX - taken.gold), sample, line, taken));
        }
    }
    let shown = |mut places: Vec<(u64, usize, u32, Taken)>| {
        places.sort_unstable_by_key(|&(place, sample, ..)| (place, sample));
        let mut told = HashSet::default();
        places
            .into_iter()
            .filter_map(|(_, sample, line, taken)| {
                let shown = line_sample(&samples.list[sample], line as usize, taken)?;
                told.insert(shown.text.clone()).then_some(shown)
            })
            .take(SHOWN)
            .collect()
    };
    (shown(right), shown(wrong))
}

fn line_sample(sample: &Sample, line: usize, taken: Taken) -> Option<LineSample> {
    let text = &sample.page.text;
    // Removals are numbered as cleaning numbers lines, and that is otherwise for markup than for text.
    let mut lines = Lines::default();
    lines_of(&sample.page, &mut lines, None);
    let lines = lines.lines;
    let show = |at: usize| clip(&text[lines[at].span.range()]);
    let span = lines.get(line)?.span;
    Some(LineSample {
        page: sample.page.id.clone(),
        renderer: sample.renderer.to_string(),
        number: 1 + text[..span.start as usize].matches('\n').count() as u64,
        text: show(line),
        before: (line.saturating_sub(AROUND)..line).map(show).collect(),
        after: (line + 1..lines.len().min(line + 1 + AROUND)).map(show).collect(),
        words: taken.words,
        gold: taken.gold,
    })
}

/// The beginning of a line, as much as is shown.
pub(super) fn clip(line: &str) -> String {
    match line.char_indices().nth(CLIP) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.to_owned(),
    }
}

/// SpamAssassin's RANK: how many rules take no more noise, and how many do no less harm.
fn rank(figures: &mut [RuleFigures]) {
    let noise = |figures: &RuleFigures| figures.words - figures.gold;
    let active: Vec<(u64, u64)> = figures
        .iter()
        .filter(|figures| figures.removals > 0)
        .map(|figures| (noise(figures), figures.gold))
        .collect();
    let sorted = |mut values: Vec<u64>| {
        values.sort_unstable();
        values
    };
    let wanted = sorted(active.iter().map(|(noise, _)| *noise).collect());
    let unwanted = sorted(active.iter().map(|(_, gold)| *gold).collect());
    for figures in figures.iter_mut().filter(|figures| figures.removals > 0) {
        let all = active.len() as f64;
        let above = wanted.partition_point(|&other| other <= noise(figures)) as f64 / all;
        let below = (active.len() - unwanted.partition_point(|&other| other < figures.gold)) as f64 / all;
        figures.rank = f64::midpoint(above, below);
    }
}

fn concerns(set: &RuleSet, figures: &RuleFigures, examples_fail: bool) -> Vec<Concern> {
    let mut concerns = Vec::new();
    if examples_fail {
        concerns.push(Concern::Examples);
    }
    if figures.hits == 0 {
        concerns.push(Concern::Dead);
    }
    if figures.purity().is_some_and(|purity| purity < PURE) && !examples_fail {
        concerns.push(Concern::Impure);
    }
    // Rules that speak for keeping take nothing themselves.
    let takes = set.rule(figures.rule).score() > Score::ZERO;
    if takes && figures.gold > 0 && figures.lift.is_some_and(|lift| lift.mean <= 0.0) {
        concerns.push(Concern::Useless);
    }
    concerns
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{RuleFile, load};

    fn figures(noise: u64, gold: u64) -> RuleFigures {
        let mut figures = sums(RuleId::new(0), &[], &[], 1_000_000);
        figures.removals = 1;
        figures.hits = 1;
        figures.words = noise + gold;
        figures.gold = gold;
        figures
    }

    #[test]
    fn the_rank_is_high_for_much_noise_and_little_harm() {
        let mut all = [figures(100, 0), figures(100, 50), figures(1, 0), figures(1, 50)];
        rank(&mut all);
        assert_eq!(all.map(|figures| figures.rank), [1.0, 0.75, 0.75, 0.5]);
        let mut silent = [RuleFigures { removals: 0, ..figures(0, 0) }];
        rank(&mut silent);
        assert_eq!(silent[0].rank, 0.0);
    }

    #[test]
    fn what_is_to_be_mended_is_told() {
        let file = "schema = 1\n[pack]\nid = \"t\"\nversion = \"1.0.0\"\n[[rule]]\nid = \"a\"\nkind = \"menu\"\nabout = \
                    \"A\"\nmatch = { line = [\"a\"] }\ndrop = [\"a\"]\nkeep = [\"b\"]\n";
        let set = load(&[RuleFile::new("t.toml", file)])
            .unwrap_or_else(|faults| panic!("{}", faults.render(false, 99)));
        let lift = |mean| Some(Interval { mean, ..Interval::default() });
        let told = |figures: RuleFigures, examples_fail| concerns(&set, &figures, examples_fail);
        assert_eq!(told(RuleFigures { hits: 0, ..figures(0, 0) }, false), [Concern::Dead]);
        assert_eq!(told(RuleFigures { lift: lift(0.1), ..figures(98, 2) }, false), []);
        assert_eq!(told(RuleFigures { lift: lift(0.1), ..figures(97, 3) }, false), [Concern::Impure]);
        assert_eq!(told(RuleFigures { lift: lift(0.1), ..figures(97, 3) }, true), [Concern::Examples]);
        assert_eq!(told(RuleFigures { lift: lift(0.0), ..figures(99, 1) }, false), [Concern::Useless]);
        assert_eq!(told(figures(99, 1), false), [], "nothing is known of its lift");
        assert_eq!(told(RuleFigures { lift: lift(0.0), ..figures(99, 0) }, false), [], "it does no harm");
    }

    #[test]
    fn overlaps_name_the_rules_that_took_most_of_the_same() {
        let with: HashMap<RuleId, u64> =
            [(4, 1), (2, 8), (3, 4), (1, 8)].map(|(rule, n)| (RuleId::new(rule), n)).into_iter().collect();
        let named: Vec<(usize, f64)> =
            overlaps(Some(&with), 8).iter().map(|(rule, share)| (rule.index(), *share)).collect();
        assert_eq!(named, [(1, 1.0), (2, 1.0), (3, 0.5)]);
        assert_eq!(overlaps(None, 0), []);
    }
}
