//! Which words of one text are content: what the words that rules take are judged by.
//!
//! Labels of lines are taken as they are. Without them the words of the page are aligned with the gold text; lines that
//! stand several times on a page and once in gold are then interchangeable, so that a rule which takes the second
//! copy of a title has taken noise, whichever copy the alignment found.

use super::align::align;
use super::gold::Label;
use super::samples::Sample;
use super::score::counted_scores;
use super::words::{Token, Vocabulary, words};
use crate::clean::lines_of;
use crate::model::{Lines, Removal, Span};
use crate::segment::lines_as_they_stand;
use foldhash::HashMap;
use std::ops::Range;

/// What a word of the page is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Part of the gold text.
    Gold,
    /// Noise.
    Noise,
    /// Part of a line that may stay or go.
    Either,
}

/// The words of a sample, and which of them are gold.
#[derive(Debug)]
pub struct Truth {
    tokens: Vec<Token>,
    sides: Vec<Side>,
    /// The words of each non-blank line.
    lines: Vec<Range<usize>>,
    /// How often each word of the vocabulary stands in the gold text.
    gold: Vec<u32>,
    gold_words: usize,
    labelled: bool,
}

/// Words of a part of a page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// All of them, but for those of lines that may stay or go.
    pub words: u32,
    /// Those that are gold.
    pub gold: u32,
}

impl Truth {
    /// Finds out for one sample.
    pub fn of(sample: &Sample) -> Self {
        let target = &sample.gold.target;
        let mut vocabulary = Vocabulary::new();
        let tokens = vocabulary.tokens(&sample.page.text);
        let gold_tokens = vocabulary.tokens(&target.text);
        let mut lines = Lines::default();
        lines_of(&sample.page, &mut lines, None);
        let lines: Vec<Range<usize>> = lines.lines.iter().map(|line| range_of(&tokens, line.span)).collect();
        // People label lines as they stand, before any are joined.
        let standing = || lines_as_they_stand(&sample.page.text).map(|span| range_of(&tokens, span));
        let mut sides = vec![Side::Noise; tokens.len()];
        match &sample.gold.labels {
            Some(labels) => {
                for (line, label) in standing().zip(labels) {
                    sides[line].fill(match label {
                        Label::Keep => Side::Gold,
                        Label::Drop => Side::Noise,
                        Label::Either => Side::Either,
                    });
                }
            }
            None => {
                for (side, is_gold) in sides.iter_mut().zip(align(&tokens, &gold_tokens, &lines)) {
                    *side = if is_gold { Side::Gold } else { Side::Noise };
                }
                let either: Vec<Vec<String>> = target.either.iter().map(|line| words(line)).collect();
                if !either.is_empty() {
                    let spell = |line: &Range<usize>| spelled(&sample.page.text, &tokens, line);
                    for line in standing().filter(|line| either.contains(&spell(line))) {
                        sides[line].fill(Side::Either);
                    }
                }
            }
        }
        let mut gold = vec![0; vocabulary.len()];
        for token in &gold_tokens {
            gold[token.word as usize] += 1;
        }
        let labelled = sample.gold.labels.is_some();
        Self { tokens, sides, lines, gold, gold_words: gold_tokens.len(), labelled }
    }

    /// Words of the gold text.
    pub fn gold_words(&self) -> usize {
        self.gold_words
    }

    /// The share of each non-blank line's words that are gold; `None` for lines without words.
    pub fn line_shares(&self) -> impl Iterator<Item = Option<f64>> {
        self.lines.iter().map(|line| {
            let gold = self.sides[line.clone()].iter().filter(|side| **side == Side::Gold).count();
            (!line.is_empty()).then(|| gold as f64 / line.len() as f64)
        })
    }

    /// Gives the gold of lines that went to equal lines that stayed, where labels do not say which is meant.
    pub fn settle(&mut self, removals: &[Removal]) {
        if !self.labelled {
            self.settle_unlabelled(removals);
        }
    }

    /// Settles, and tells how many lines were spelled for it: each once at most, for pages repeat lines by the thousand.
    fn settle_unlabelled(&mut self, removals: &[Removal]) -> usize {
        let mut taken = vec![false; self.lines.len()];
        for removal in removals {
            taken[removal.line as usize] = true;
        }
        let is_gold = |sides: &[Side], line: &Range<usize>| {
            !line.is_empty() && sides[line.clone()].iter().all(|side| *side == Side::Gold)
        };
        let lost: Vec<usize> =
            (0..self.lines.len()).filter(|&at| taken[at] && is_gold(&self.sides, &self.lines[at])).collect();
        if lost.is_empty() {
            return 0;
        }
        let mut count = 0;
        let mut spelled = |line: &Range<usize>| -> Vec<u32> {
            count += 1;
            self.tokens[line.clone()].iter().map(|token| token.word).collect()
        };
        // Lines of noise that stayed, by their words, the first of each at the end.
        let mut stayed: HashMap<Vec<u32>, Vec<usize>> = HashMap::default();
        for (at, line) in self.lines.iter().enumerate().rev() {
            if !taken[at] && self.sides[line.clone()].iter().all(|side| *side == Side::Noise) {
                stayed.entry(spelled(line)).or_default().push(at);
            }
        }
        for at in lost {
            if let Some(stayed) = stayed.get_mut(&spelled(&self.lines[at])).and_then(Vec::pop) {
                self.sides[self.lines[stayed].clone()].fill(Side::Gold);
                self.sides[self.lines[at].clone()].fill(Side::Noise);
            }
        }
        count
    }

    /// The words of a part of the page.
    pub fn taken(&self, span: Span) -> Taken {
        self.count(range_of(&self.tokens, span))
    }

    /// The words of the whole page.
    pub fn whole(&self) -> Taken {
        self.count(0..self.tokens.len())
    }

    fn count(&self, range: Range<usize>) -> Taken {
        let sides = &self.sides[range];
        let of = |wanted: Side| sides.iter().filter(|side| **side == wanted).count() as u32;
        let gold = of(Side::Gold);
        Taken { words: gold + of(Side::Noise), gold }
    }

    /// F1 of what is left of the page, as a bag of words; `counts` is used again from call to call. Words of lines
    /// that may stay or go count neither way.
    pub fn f1(&self, removals: &[Removal], counts: &mut Vec<u32>) -> f64 {
        counts.clear();
        counts.resize(self.gold.len(), 0);
        let (mut shared, mut left) = (0, 0);
        let mut removals = removals.iter().map(|removal| removal.span).peekable();
        for (token, side) in self.tokens.iter().zip(&self.sides) {
            while removals.next_if(|span| span.end <= token.start).is_some() {}
            if *side == Side::Either || removals.peek().is_some_and(|span| span.start <= token.start) {
                continue;
            }
            left += 1;
            let count = &mut counts[token.word as usize];
            shared += usize::from(*count < self.gold[token.word as usize]);
            *count += 1;
        }
        counted_scores(shared, left, self.gold_words).2
    }
}

/// The words that begin in a span.
fn range_of(tokens: &[Token], span: Span) -> Range<usize> {
    let start = tokens.partition_point(|token| token.start < span.start);
    start..start + tokens[start..].partition_point(|token| token.start < span.end)
}

fn spelled(text: &str, tokens: &[Token], line: &Range<usize>) -> Vec<String> {
    let start = tokens[line.clone()].first().map_or(0, |token| token.start as usize);
    let end = tokens.get(line.end).map_or(text.len(), |token| token.start as usize);
    if line.is_empty() { Vec::new() } else { words(&text[start..end]) }
}

#[cfg(test)]
mod tests {
    use super::super::gold::{Gold, GoldText};
    use super::super::score::{Got, Metric, Target, score_page};
    use super::*;
    use crate::model::Page;
    use std::sync::Arc;

    fn sample(text: &str, gold: &str, either: &[&str], labels: Option<Vec<Label>>) -> Sample {
        let either = either.iter().map(|line| (*line).to_owned()).collect();
        let gold = Gold {
            id: "a".to_owned(),
            url: String::new(),
            lang: String::new(),
            page_type: String::new(),
            page: GoldText::Apart,
            target: Target { text: gold.to_owned(), either, ..Target::default() },
            has_text: true,
            labels,
        };
        let page = Page { text: text.to_owned(), ..Page::default() };
        Sample { page, renderer: Arc::from(""), gold: Arc::new(gold), site: 0 }
    }

    fn removal(text: &str, line: u32, part: &str, nth: usize) -> Removal {
        let (start, part) = text.match_indices(part).nth(nth).unwrap();
        removal_at(line as usize, Span::new(start, start + part.len()))
    }

    fn removal_at(line: usize, span: Span) -> Removal {
        Removal { line: line as u32, span, at: 0, action: "drop-line", rules: Vec::new() }
    }

    #[test]
    fn labels_say_which_words_are_noise() {
        let text = "Menu\nKept here\nA note";
        let sample = sample(text, "Kept here", &[], Some(vec![Label::Drop, Label::Keep, Label::Either]));
        let truth = Truth::of(&sample);
        assert_eq!(truth.whole(), Taken { words: 3, gold: 2 });
        assert_eq!(truth.taken(removal(text, 2, "A note", 0).span), Taken::default());
        assert_eq!(truth.f1(&[removal(text, 0, "Menu", 0)], &mut Vec::new()), 1.0);
    }

    #[test]
    fn a_second_copy_of_a_line_is_noise_while_one_stays() {
        let text = "The title\nmenu\nThe title\nThe text goes on for some words here.";
        let sample = sample(text, "The title\n\nThe text goes on for some words here.", &[], None);
        for copy in [0, 1] {
            let mut truth = Truth::of(&sample);
            let gone = [removal(text, copy * 2, "The title", copy as usize)];
            truth.settle(&gone);
            assert_eq!(truth.taken(gone[0].span), Taken { words: 2, gold: 0 }, "copy {copy}");
        }
        let mut truth = Truth::of(&sample);
        let gone = [removal(text, 0, "The title", 0), removal(text, 2, "The title", 1)];
        truth.settle(&gone);
        assert_eq!(gone.iter().map(|gone| truth.taken(gone.span).gold).sum::<u32>(), 2);
    }

    #[test]
    fn copies_of_lines_without_number_are_each_looked_at_once() {
        let text = "Share this\n".repeat(20_000);
        let of_half = "Share this\n".repeat(10_000);
        for gold in [&text, &of_half] {
            let mut truth = Truth::of(&sample(&text, gold, &[], None));
            let gone: Vec<Removal> =
                (0..10_000).map(|line| removal_at(line, Span::new(11 * line, 11 * line + 10))).collect();
            let spelled = truth.settle_unlabelled(&gone);
            assert!((10_000..=20_000).contains(&spelled), "{spelled}");
            let stay = Span::new(110_000, text.len());
            assert_eq!(truth.taken(stay), Taken { words: 20_000, gold: 20_000 });
        }
    }

    #[test]
    fn the_short_way_to_f1_is_that_of_the_score() {
        let text = "Menu home\nThe text goes on – for “some” words.\nA note\nShare the text";
        let sample = sample(text, "The text goes on for some words", &["A note"], None);
        let truth = Truth::of(&sample);
        let mut counts = vec![7; 3];
        for gone in [vec![], vec![removal(text, 0, "Menu home", 0), removal(text, 3, "Share ", 0)]] {
            let mut left = text.to_owned();
            gone.iter().rev().for_each(|gone| left.replace_range(gone.span.range(), ""));
            let score = score_page(&sample.gold.target, Got { text: &left, ..Got::default() });
            assert_eq!(Some(truth.f1(&gone, &mut counts)), score.get(Metric::F1));
        }
    }

    #[test]
    fn lines_have_their_share() {
        let truth = Truth::of(&sample("Menu\nThe text is here\n***", "The text is here", &[], None));
        assert_eq!(truth.line_shares().collect::<Vec<_>>(), [Some(0.0), Some(1.0), None]);
    }
}
