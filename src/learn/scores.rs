//! Fitting the scores of rules: how far each may be believed, from what its hits took on labelled articles.
//!
//! A score moves only as far as the rule's hits justify. The share of noise among them has an interval that is wide when
//! few sites show the rule, since pages of one site are alike; each end of it stands for a score, and a written score
//! that lies between them stays as it is. One that lies outside moves to the nearer end and no further.

use super::rows::Labelled;
use crate::model::{Action, Score};
use crate::rules::{Rule, RuleSet};
use crate::weights::RuleScore;
use std::collections::BTreeMap;

/// The share of noise that makes a rule decide alone.
const DECIDING: f64 = 0.95;
/// The most that a fitted score may be.
const MOST: f64 = 2.0;
/// Normal deviations of the interval: 95 %.
const DEVIATIONS: f64 = 1.96;

/// The scores that articles among `pages` contradict.
pub(super) fn fit(set: &RuleSet, pages: &[&Labelled]) -> Vec<RuleScore> {
    // By rule and site: hits, and the noise among them.
    let mut found: BTreeMap<usize, BTreeMap<usize, (f64, f64)>> = BTreeMap::new();
    for page in pages {
        for &(rule, line) in &page.hits {
            let (hits, noise) = found.entry(rule.index()).or_default().entry(page.site).or_default();
            *hits += 1.0;
            *noise += 1.0 - f64::from(page.shares[line as usize]);
        }
    }
    found
        .iter()
        .filter_map(|(&at, sites)| {
            let rule = &set.rules()[at];
            let purity = sites.values().map(|(hits, noise)| noise / hits).sum::<f64>() / sites.len() as f64;
            let score = moved(rule.score(), purity, sites.len())?.as_f64();
            Some(RuleScore {
                rule: rule.name().to_owned(),
                written: rule.score().as_f64(),
                score,
                purity: round(purity),
                sites: sites.len(),
            })
        })
        .collect()
}

/// Whether a rule has a score to move.
pub(super) fn has_score(rule: &Rule) -> bool {
    *rule.action() == Action::DropLine && rule.score() > Score::ZERO
}

/// Where a score moves to, unless it stays.
fn moved(written: Score, purity: f64, sites: usize) -> Option<Score> {
    let (least, most) = interval(purity, sites as f64);
    let fitted = written.as_f64().clamp(justified(least), justified(most));
    let fitted = Score::try_from_f64(round(fitted))?;
    (fitted != written).then_some(fitted)
}

/// Wilson's interval of a share among so many.
fn interval(share: f64, count: f64) -> (f64, f64) {
    let square = DEVIATIONS * DEVIATIONS;
    let middle = share + square / (2.0 * count);
    let half = DEVIATIONS * (share * (1.0 - share) / count + square / (4.0 * count * count)).sqrt();
    let whole = 1.0 + square / count;
    ((middle - half) / whole, (middle + half) / whole)
}

/// The score that a share of noise stands for: 0.0 for one half, 1.0 where a rule decides alone.
fn justified(share: f64) -> f64 {
    let odds = |share: f64| (share / (1.0 - share)).ln();
    (odds(share.clamp(0.001, 0.999)) / odds(DECIDING)).clamp(0.0, MOST)
}

/// Thousandths, since no more is stored.
fn round(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn score(value: f64) -> Score {
        Score::try_from_f64(value).unwrap()
    }

    #[test]
    fn few_sites_move_nothing_that_they_do_not_contradict() {
        assert_eq!(moved(Score::ONE, 1.0, 4), None, "all noise, and hardly seen");
        assert_eq!(moved(Score::ONE, 0.8, 4), None, "four sites are too few to doubt it");
        assert_eq!(moved(score(0.5), 0.8, 10), None);
    }

    #[test]
    fn a_score_moves_to_the_nearer_end_of_what_is_justified() {
        let doubted = moved(Score::ONE, 0.5, 100).unwrap();
        let (_, most) = interval(0.5, 100.0);
        assert_eq!(doubted, score(round(justified(most))));
        assert!(doubted > Score::ZERO && doubted < score(0.3));
        assert!(moved(Score::ONE, 0.5, 1000).unwrap() < doubted, "more sites, less doubt");
        assert!(moved(score(0.3), 0.99, 1000).unwrap() > Score::ONE, "what is pure may decide");
        assert_eq!(moved(Score::ONE, 0.0, 1000), Some(Score::ZERO), "and never speaks for keeping");
    }

    #[test]
    fn intervals_hold_the_share_and_stay_within_one() {
        for (share, count) in [(0.0, 1.0), (1.0, 1.0), (0.3, 7.0), (0.99, 4000.0)] {
            let (least, most) = interval(share, count);
            assert!(
                (0.0..=share + 1e-9).contains(&least) && (share - 1e-9..=1.0).contains(&most),
                "{share} {count}"
            );
        }
    }
}
