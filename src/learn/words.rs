//! Fitting words: a logistic model over hashed words and pairs, three answers at once, line after line.
//!
//! The forests see what words say as features. A word model that has seen a line's label says too much about it, so pages
//! are parted, and each part is scored by a model that was fitted on the others.

use super::rows::{Labelled, mix};
use crate::features::{COMMON, HEADS, Lexicon, PLACES, for_each_place, root_of};
use std::collections::BTreeMap;

/// Times that every line is seen.
const ROUNDS: u64 = 3;
/// The size of the first steps.
const RATE: f32 = 0.25;
/// How much of a weight each step takes back.
const DECAY: f32 = 2e-5;
/// A line counts as much as so many lines of mean weight, at most.
const HEAVIEST: f32 = 6.0;
/// What lines of other pages count for the answer about articles.
const OTHERS: f32 = 0.05;
/// Words a page must have to tell how common common words are.
const PAGE_WORDS: usize = 100;
/// Steps of a byte in one logit.
const LOGIT: f32 = 24.0;

struct Fit {
    weights: Vec<[f32; HEADS]>,
    /// Sums of squared steps: what was seen often moves little.
    squares: Vec<[f32; HEADS]>,
    biases: [f32; HEADS],
}

/// Which words are fitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WordSort {
    /// Those of the text, and their pairs.
    Text,
    /// The class and id words of markup.
    Names,
}

/// The words of `pages`, weighed.
pub(super) fn fit(pages: &[&Labelled], sort: WordSort, seed: u64) -> Lexicon {
    let mut order: Vec<usize> = (0..pages.len()).collect();
    let weights = pages.iter().flat_map(|page| &page.weights);
    let (sum, count) =
        weights.fold((0.0f64, 0usize), |(sum, count), &weight| (sum + f64::from(weight), count + 1));
    let mean = (sum / count.max(1) as f64).max(1e-12) as f32;
    let mut fit = Fit {
        weights: vec![[0.0; HEADS]; PLACES],
        squares: vec![[1e-2; HEADS]; PLACES],
        biases: [0.0; HEADS],
    };
    let mut places = Vec::new();
    for round in 0..ROUNDS {
        order.sort_by_key(|&at| mix(seed.wrapping_add(round), pages[at].sample as u64, 3));
        for &at in &order {
            fit.learn_page(pages[at], sort, mean, &mut places);
        }
    }
    let mut lexicon = fit.rounded();
    if sort == WordSort::Text {
        know_language(pages, &mut lexicon);
    }
    lexicon
}

impl Fit {
    fn learn_page(&mut self, page: &Labelled, sort: WordSort, mean: f32, places: &mut Vec<usize>) {
        let lines = page.shares.len();
        for line in 0..lines {
            places.clear();
            match sort {
                WordSort::Text => for_each_place(page.features.words_of(line), |place| places.push(place)),
                WordSort::Names => page.features.for_each_name(line, |place| places.push(place)),
            }
            let weight = (page.weights[line] / mean).min(HEAVIEST);
            let article = page.article.unwrap_or(true);
            let share = page.shares[line];
            let on_page = if page.article.is_some() { (200.0 / lines as f32).min(1.0) } else { 0.0 };
            let answers = [
                (share, weight),
                (share, if article { weight } else { OTHERS * weight }),
                (f32::from(u8::from(article)), on_page),
            ];
            self.learn(places, answers);
        }
    }

    fn learn(&mut self, places: &[usize], answers: [(f32, f32); HEADS]) {
        let value = root_of(places.len());
        let mut sums = self.biases;
        for &place in places {
            for (sum, weight) in sums.iter_mut().zip(self.weights[place]) {
                *sum += weight * value;
            }
        }
        let mut slopes = [0.0; HEADS];
        for head in 0..HEADS {
            let (target, weight) = answers[head];
            let chance = 1.0 / (1.0 + (-sums[head]).exp());
            slopes[head] = (chance - target) * weight;
            self.biases[head] -= 1e-3 * slopes[head];
            slopes[head] *= value;
        }
        for &place in places {
            let steps = self.weights[place].iter_mut().zip(&mut self.squares[place]).zip(slopes);
            for ((weight, square), slope) in steps {
                *square += slope * slope;
                *weight -= RATE * slope / square.sqrt() + DECAY * *weight;
            }
        }
    }

    /// Weights as the small whole numbers of the weights file.
    fn rounded(&self) -> Lexicon {
        let mut lexicon = Lexicon::default();
        for head in 0..HEADS {
            let mut sizes: Vec<f32> = self.weights.iter().map(|place| place[head].abs()).collect();
            sizes.sort_unstable_by(f32::total_cmp);
            // Few words stick out; cut off, they leave finer steps for all others.
            let most = sizes[sizes.len() - 1 - sizes.len() / 1000].max(1e-3);
            for (place, weights) in lexicon.weights.iter_mut().zip(&self.weights) {
                place[head] = (weights[head] / most * 127.0).round().clamp(-127.0, 127.0) as i8;
            }
            lexicon.steps[head] = (LOGIT * most / 127.0 * 4096.0) as i32;
            lexicon.biases[head] = (LOGIT * self.biases[head]).round() as i32;
        }
        lexicon
    }
}

/// Which words are the commonest, and how common they are on a page of the fitted languages.
fn know_language(pages: &[&Labelled], lexicon: &mut Lexicon) {
    let mut counts: BTreeMap<u32, u32> = BTreeMap::new();
    for page in pages {
        for line in (0..page.shares.len()).filter(|&line| page.prose[line]) {
            for &word in page.features.words_of(line).iter().filter(|&&word| Lexicon::is_word(word)) {
                *counts.entry(word).or_default() += 1;
            }
        }
    }
    let mut common: Vec<(u32, u32)> = counts.into_iter().collect();
    common.sort_by_key(|&(word, count)| (std::cmp::Reverse(count), word));
    lexicon.common = common.iter().take(COMMON).map(|&(word, _)| word).collect();
    lexicon.common.sort_unstable();
    let mut shares: Vec<u8> = pages
        .iter()
        .map(|page| page.features.words())
        .filter(|words| words.len() >= PAGE_WORDS)
        .map(|words| lexicon.common_share(words))
        .collect();
    shares.sort_unstable();
    // Half of what nearly all pages have: lists of names and goods are in the language too.
    lexicon.least_common = shares.get(shares.len() / 20).map_or(0, |share| share / 2);
}
