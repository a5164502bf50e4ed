//! Training rows: labelled pages measured once, and the matrices that forests are grown from.
//!
//! A line weighs as much as its words weigh in its page's figure, since the measure is the mean over pages: a footer of
//! a short article is worth more than one of a long one. Most lines weigh next to nothing; of those a sample stands for
//! all, drawn by number and not by chance, so that the same gold gives the same weights.

use super::scores::has_score;
use crate::clean::{Cleaner, Measured};
use crate::eval::samples::Sample;
use crate::eval::truth::Truth;
use crate::features::{Column, Features, Group};
use crate::model::{Input, Line, RuleId, VerdictKind};
use rayon::prelude::*;

/// Words of gold that a page is counted with at least: a label of two words must not outweigh a book.
const LEAST_GOLD: f64 = 30.0;
/// How much the words of the whole page count beside those of gold.
const WHOLE_SHARE: f64 = 0.3;

/// One labelled page, measured.
#[derive(Debug)]
pub(super) struct Labelled {
    /// Its place among the samples.
    pub(super) sample: usize,
    pub(super) site: usize,
    /// Whether gold calls it an article; pages whose sort nobody told count as both.
    pub(super) article: Option<bool>,
    pub(super) features: Features,
    /// The share of each line that is gold.
    pub(super) shares: Vec<f32>,
    pub(super) weights: Vec<f32>,
    pub(super) prose: Vec<bool>,
    /// Hits of rules that have a score to move, by rule and line, each once.
    pub(super) hits: Vec<(RuleId, u32)>,
    /// Lines that rules captured, which the model is never asked about.
    pub(super) settled: Vec<bool>,
}

pub(super) fn label(cleaner: &Cleaner, samples: &[Sample]) -> Vec<Labelled> {
    samples.par_iter().enumerate().map(|(place, sample)| label_one(cleaner, place, sample)).collect()
}

fn label_one(cleaner: &Cleaner, place: usize, sample: &Sample) -> Labelled {
    let Measured { lines, decision, features } = cleaner.measure(&sample.page);
    let scored = decision.hits.iter().filter(|hit| has_score(cleaner.rules().rule(hit.rule)));
    let mut hits: Vec<(RuleId, u32)> = scored.map(|hit| (hit.rule, hit.line)).collect();
    hits.dedup();
    let truth = Truth::of(sample);
    let words = |line: &Line| f64::from(line.words) + 0.3;
    let whole: f64 = lines.lines.iter().map(words).sum();
    let unit = 1.0 / ((truth.gold_words() as f64).max(LEAST_GOLD) + WHOLE_SHARE * whole);
    let article = match sample.gold.page_type.as_str() {
        "" => None,
        sort => Some(sort == "article"),
    };
    Labelled {
        sample: place,
        site: sample.site,
        article,
        features,
        shares: truth.line_shares().map(|share| share.unwrap_or(0.0) as f32).collect(),
        weights: lines.lines.iter().map(|line| (words(line) * unit) as f32).collect(),
        hits,
        prose: lines.lines.iter().map(|line| line.prose).collect(),
        settled: decision.verdicts.iter().map(|verdict| verdict.kind == VerdictKind::Capture).collect(),
    }
}

/// Rows in columns, with what each should become and what it weighs.
#[derive(Debug, Default)]
pub(super) struct Matrix {
    /// One vector of bytes a column; those that the forest may not ask are empty.
    pub(super) columns: Vec<Vec<u8>>,
    pub(super) targets: Vec<f32>,
    pub(super) weights: Vec<f32>,
}

impl Matrix {
    /// The lines of `pages` of `input`, at most about `most` of them; the weights are one in the mean, times what each
    /// page `counts`.
    pub(super) fn of_lines(
        input: Input,
        pages: &[&Labelled],
        most: usize,
        seed: u64,
        counts: impl Fn(&Labelled) -> f32,
    ) -> Self {
        let all: f64 = pages.iter().flat_map(|page| &page.weights).map(|&weight| f64::from(weight)).sum();
        let chosen: Vec<(usize, u32, f32)> = pages
            .par_iter()
            .enumerate()
            .flat_map_iter(|(at, page)| choose(at, page, most as f64 / all, seed))
            .collect();
        let mean =
            chosen.iter().map(|(_, _, weight)| f64::from(*weight)).sum::<f64>() / chosen.len().max(1) as f64;
        let columns = Column::of(input)
            .par_iter()
            .map(|&column| {
                let cell = |&(page, line, _): &(usize, u32, f32)| {
                    pages[page].features.table().column(column)[line as usize]
                };
                chosen.iter().map(cell).collect()
            })
            .collect();
        Self {
            columns,
            targets: chosen.iter().map(|&(page, line, _)| pages[page].shares[line as usize]).collect(),
            weights: chosen
                .iter()
                .map(|&(page, _, weight)| (f64::from(weight) / mean) as f32 * counts(pages[page]))
                .collect(),
        }
    }

    /// One row a page: is it an article?
    pub(super) fn of_pages(input: Input, pages: &[&Labelled]) -> Self {
        let told: Vec<&&Labelled> =
            pages.iter().filter(|page| page.article.is_some() && !page.shares.is_empty()).collect();
        let columns = Column::of(input)
            .iter()
            .map(|&column| match tells_of_pages(column) {
                true => told.iter().map(|page| page.features.table().column(column)[0]).collect(),
                false => Vec::new(),
            })
            .collect();
        Self {
            columns,
            targets: told.iter().map(|page| f32::from(u8::from(page.article == Some(true)))).collect(),
            weights: vec![1.0; told.len()],
        }
    }

    /// The middle byte of each column.
    pub(super) fn middles(&self) -> Vec<u8> {
        let middle = |column: &Vec<u8>| {
            let mut sorted = column.clone();
            sorted.sort_unstable();
            sorted.get(sorted.len() / 2).copied().unwrap_or(0)
        };
        self.columns.par_iter().map(middle).collect()
    }

    pub(super) fn rows(&self) -> usize {
        self.targets.len()
    }
}

/// Columns that hold the same byte on every line of a page.
fn tells_of_pages(column: Column) -> bool {
    column.group() == Group::Page
        || matches!(
            column,
            Column::NamesPage | Column::KindPage | Column::AnyPage | Column::ArticlePage | Column::WordsKnown
        )
}

/// The lines of a page that stand for all, each with its weight: heavy ones as they are, of light ones every so many-th.
fn choose(at: usize, page: &Labelled, per_weight: f64, seed: u64) -> Vec<(usize, u32, f32)> {
    let weigh = |line: usize| {
        let weight = page.weights[line];
        // Twice as many as fit if all weighed alike: heavy lines count once only.
        let likely = (2.0 * per_weight * f64::from(weight)).clamp(0.02, 1.0);
        let draw = (mix(seed, page.sample as u64, line as u64) >> 11) as f64 / (1u64 << 53) as f64;
        (draw < likely).then(|| (at, line as u32, (f64::from(weight) / likely) as f32))
    };
    (0..page.shares.len()).filter(|&line| !page.settled[line]).filter_map(weigh).collect()
}

/// A number that looks drawn, and is the same every time.
pub(super) fn mix(seed: u64, a: u64, b: u64) -> u64 {
    let mut state = seed ^ a.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ b.wrapping_mul(0xd1b5_4a32_d192_ed03);
    for _ in 0..2 {
        state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        state = (state ^ (state >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        state ^= state >> 31;
    }
    state
}
