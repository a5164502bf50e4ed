//! Learning from gold: labelled pages in, weights out, with figures that were won on sites the weights had not seen.
//!
//! Pages are parted by site into folds. For each fold weights are fitted on the others, and the fold's pages are cleaned
//! with them by the same [`Cleaner`] that everybody uses; the mean of those scores is the figure. Then the weights that
//! are given back are fitted on everything. Everything that looks drawn is a number made from a seed, so the same gold
//! gives the same bytes, on any number of threads.

mod rows;
mod scores;
mod trees;
mod words;

use crate::clean::{Cleaner, Workspace};
use crate::eval::samples::{Sample, Samples};
use crate::eval::score;
use crate::eval::score::Metric;
use crate::features::{Lexicon, Scorer};
use crate::model::{Cleaned, Input, PageSort, Profile};
use crate::rules::RuleSet;
use crate::weights::{Card, Weights};
use rayon::prelude::*;
use rows::{Labelled, Matrix, label, mix};
use std::sync::Arc;
use trees::{Growth, grow};
use words::WordSort;

/// Parts that words are fitted without, in turn, so that their scores are honest on the pages they score.
const WORD_PARTS: u64 = 4;
/// Of so many pages one is learned from without its words: the forests must know what to do in other languages.
const WORDLESS: u64 = 4;
/// What lines of articles count where pages of any kind are learned from: articles have a forest of their own.
const ARTICLES: f32 = 0.3;
/// Sites that gold needs at least, for each fold.
const LEAST_SITES: usize = 2;

/// How weights are fitted.
#[derive(Clone, Copy, Debug)]
pub struct FitOptions {
    /// What looks drawn is made from this.
    pub seed: u64,
    /// Parts that sites are split into; every part is judged by weights that were fitted on the others.
    pub folds: usize,
    /// Trees of a forest.
    pub trees: usize,
    /// Leaves of a tree, 32 at most.
    pub leaves: usize,
    /// Lines that a forest is grown from, at most about.
    pub lines: usize,
}

impl Default for FitOptions {
    fn default() -> Self {
        Self { seed: 1, folds: 3, trees: 120, leaves: 20, lines: 300_000 }
    }
}

/// Why nothing could be learned.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FitError {
    /// Too few sites to hold any back.
    #[error(
        "gold has {sites} sites, and {folds} folds need {needed}; label pages of more sites, or take fewer folds"
    )]
    FewSites {
        /// Sites of the gold.
        sites: usize,
        /// Folds asked for.
        folds: usize,
        /// Sites that they need.
        needed: usize,
    },
    /// Pages of text and of HTML have weights of their own.
    #[error(
        "gold has {html} pages of HTML and {text} of text; each has weights of its own, so fit them apart"
    )]
    Mixed {
        /// Pages of HTML.
        html: usize,
        /// Pages of text.
        text: usize,
    },
    /// There is nothing to tell apart.
    #[error("all lines are {0}; gold must hold some of both content and noise")]
    OneSided(&'static str),
}

/// Cross-validated figures of one group of samples.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// The group: `all`, a sort of page, a renderer, or both.
    pub group: String,
    /// Samples in it.
    pub samples: usize,
    /// The mean F1 with the fitted weights, each sample judged by weights that never saw its site.
    pub f1: f64,
    /// The mean F1 by rules alone.
    pub careful: f64,
    /// The share of them that are exactly right, judged like `f1`.
    pub exact: f64,
}

/// Weights with what they are worth.
#[derive(Clone, Debug)]
pub struct Fitted {
    /// The weights, fitted on everything.
    pub weights: Weights,
    /// Cross-validated figures, `all` first.
    pub figures: Vec<Figure>,
}

/// Fits weights to labelled pages. `card` says what the data are; samples, sites and figures are filled in. `stage` is told
/// what is being done.
pub fn fit(
    rules: &Arc<RuleSet>,
    samples: &Samples,
    options: FitOptions,
    card: Card,
    stage: &dyn Fn(&str),
) -> Result<Fitted, FitError> {
    let needed = LEAST_SITES * options.folds;
    if samples.sites < needed {
        return Err(FitError::FewSites { sites: samples.sites, folds: options.folds, needed });
    }
    let input = input_of(&samples.list)?;
    stage("measuring lines");
    let cleaner = Cleaner::builder(Arc::clone(rules)).profile(Profile::Careful).build();
    let mut pages = label(&cleaner, &samples.list);
    check_sides(&pages)?;
    let careful = score_all(&cleaner, &samples.list, &|_| true);
    let mut judged = vec![None; samples.list.len()];
    let fold_of = folds_of(samples.sites, options);
    for fold in 0..options.folds {
        stage(&format!("fold {} of {}", fold + 1, options.folds));
        let held = |site: usize| fold_of[site] == fold;
        let weights = fit_on(rules, input, &mut pages, &|page| !held(page.site), options);
        let cleaner = Cleaner::builder(Arc::clone(rules))
            .profile(Profile::Normal)
            .page_sort(PageSort::Auto)
            .weights(Arc::new(weights))
            .build();
        let scores = score_all(&cleaner, &samples.list, &|sample| held(sample.site));
        for (judged, score) in judged.iter_mut().zip(scores) {
            *judged = judged.or(score);
        }
    }
    stage("all pages");
    let mut weights = fit_on(rules, input, &mut pages, &|_| true, options);
    let figures = figures(&samples.list, &judged, &careful);
    weights.card = Card {
        samples: samples.list.len(),
        sites: samples.sites,
        figures: figures
            .iter()
            .map(|figure| (figure.group.clone(), (figure.f1 * 10_000.0).round() / 10_000.0))
            .collect(),
        ..card
    };
    Ok(Fitted { weights, figures })
}

/// The fold of each site: drawn, or dealt out in the order of the draw where that leaves a fold without any. Of few sites all may
/// be drawn into one, and then nothing is left to fit on.
fn folds_of(sites: usize, options: FitOptions) -> Vec<usize> {
    let draw = |site: usize| mix(options.seed, site as u64, 1);
    let mut folds: Vec<usize> = (0..sites).map(|site| (draw(site) % options.folds as u64) as usize).collect();
    if (0..options.folds).any(|fold| !folds.contains(&fold)) {
        let mut order: Vec<usize> = (0..sites).collect();
        order.sort_by_key(|&site| draw(site));
        order.into_iter().zip((0..options.folds).cycle()).for_each(|(site, fold)| folds[site] = fold);
    }
    folds
}

/// What all pages are.
fn input_of(samples: &[Sample]) -> Result<Input, FitError> {
    let html = samples.iter().filter(|sample| sample.page.markup.is_some()).count();
    // Pages without a text have no markup either.
    let text = samples.iter().filter(|sample| sample.page.markup.is_none() && !sample.page.text.is_empty());
    match (html, text.count()) {
        (0, _) => Ok(Input::Text),
        (_, 0) => Ok(Input::Html),
        (html, text) => Err(FitError::Mixed { html, text }),
    }
}

fn check_sides(pages: &[Labelled]) -> Result<(), FitError> {
    let shares = || pages.iter().flat_map(|page| &page.shares);
    match (shares().any(|&share| share >= 0.5), shares().any(|&share| share < 0.5)) {
        (true, true) => Ok(()),
        (true, false) => Err(FitError::OneSided("content")),
        (false, _) => Err(FitError::OneSided("noise")),
    }
}

/// Weights from the pages that `taken` names. The features of their words are overwritten.
fn fit_on(
    rules: &RuleSet,
    input: Input,
    pages: &mut [Labelled],
    taken: &(dyn Fn(&Labelled) -> bool + Sync),
    options: FitOptions,
) -> Weights {
    let seed = options.seed;
    let part = |page: &Labelled| mix(seed, page.site as u64, 2) % WORD_PARTS;
    let fit_words = |sort: WordSort| -> Vec<Lexicon> {
        let fit_without = |without| {
            let seen: Vec<&Labelled> =
                pages.iter().filter(|page| taken(page) && part(page) != without).collect();
            words::fit(&seen, sort, seed)
        };
        (0..=WORD_PARTS).into_par_iter().map(fit_without).collect()
    };
    let mut lexicons = fit_words(WordSort::Text);
    let mut names = if input == Input::Html { fit_words(WordSort::Names) } else { Vec::new() };
    let scorers: Vec<Scorer> = lexicons.iter().map(Scorer::of).collect();
    let name_scorers: Vec<Scorer> = names.iter().map(Scorer::of).collect();
    pages.par_iter_mut().filter(|page| taken(page)).for_each(|page| {
        let wordless = mix(seed, page.sample as u64, 4).is_multiple_of(WORDLESS);
        let scorer = &scorers[part(page) as usize];
        page.features.add_words((!wordless).then_some(scorer), name_scorers.get(part(page) as usize));
    });
    let seen: Vec<&Labelled> = pages.iter().filter(|page| taken(page)).collect();
    let articles: Vec<&Labelled> = seen.iter().copied().filter(|page| page.article.unwrap_or(true)).collect();
    let growth =
        Growth { trees: options.trees, leaves: options.leaves, rate: 0.1, least: 4.0, columns_in_8: 4, seed };
    let gate = Growth { trees: 40, leaves: 6, least: 8.0, ..growth };
    let of_articles = |page: &Labelled| if page.article == Some(true) { ARTICLES } else { 1.0 };
    let lines = Matrix::of_lines(input, &seen, options.lines, seed, of_articles);
    Weights {
        scores: scores::fit(rules, &articles),
        input,
        lexicon: lexicons.pop().unwrap_or_default(),
        names: names.pop().unwrap_or_default(),
        typical: lines.middles(),
        gate: grow(&Matrix::of_pages(input, &seen), gate),
        article: grow(&Matrix::of_lines(input, &articles, options.lines, seed, |_| 1.0), growth),
        any: grow(&lines, growth),
        ..Weights::default()
    }
}

/// F1 of the samples that are `asked`, and whether each is exactly right.
fn score_all(
    cleaner: &Cleaner,
    samples: &[Sample],
    asked: &(dyn Fn(&Sample) -> bool + Sync),
) -> Vec<Option<Scored>> {
    let one = |(workspace, cleaned): &mut (Workspace, Cleaned), sample: &Sample| {
        if !asked(sample) {
            return None;
        }
        cleaner.clean_with(workspace, &sample.page, cleaned);
        let score = score(sample, cleaned);
        Some(Scored { f1: score.get(Metric::F1)?, exact: score.get(Metric::Exact)? })
    };
    samples.par_iter().map_init(Default::default, one).collect()
}

/// How right one sample came out.
#[derive(Clone, Copy, Debug)]
struct Scored {
    f1: f64,
    exact: f64,
}

fn figures(samples: &[Sample], judged: &[Option<Scored>], careful: &[Option<Scored>]) -> Vec<Figure> {
    let mut groups: Vec<(String, Vec<[f64; 3]>)> = Vec::new();
    for ((sample, judged), careful) in samples.iter().zip(judged).zip(careful) {
        let (Some(judged), Some(careful)) = (judged, careful) else { continue };
        let scores = [judged.f1, careful.f1, judged.exact];
        let sort = &sample.gold.page_type;
        let renderer = &sample.renderer;
        let mut names = vec!["all".to_owned(), sort.clone(), renderer.to_string()];
        if !renderer.is_empty() && sort == "article" {
            names.push(format!("{sort} {renderer}"));
        }
        for name in names.into_iter().filter(|name| !name.is_empty()) {
            match groups.iter_mut().find(|(known, _)| *known == name) {
                Some((_, known)) => known.push(scores),
                None => groups.push((name, vec![scores])),
            }
        }
    }
    groups.sort_by(|(a, _), (b, _)| (a != "all", a).cmp(&(b != "all", b)));
    let mean = |scores: &[[f64; 3]], at: usize| {
        scores.iter().map(|score| score[at]).sum::<f64>() / scores.len().max(1) as f64
    };
    groups
        .into_iter()
        .map(|(group, scores)| Figure {
            group,
            samples: scores.len(),
            f1: mean(&scores, 0),
            careful: mean(&scores, 1),
            exact: mean(&scores, 2),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fold_has_sites_whatever_is_drawn() {
        for seed in 0..60 {
            for folds in 2..=20 {
                let options = FitOptions { seed, folds, ..FitOptions::default() };
                let of = folds_of(LEAST_SITES * folds, options);
                assert!((0..folds).all(|fold| of.contains(&fold)), "{seed} {folds} {of:?}");
            }
        }
    }
}
