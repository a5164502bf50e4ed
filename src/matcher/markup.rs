//! What a line's markup must show: elements, class and id words, links. Only pages of HTML have it, so rules that ask for
//! it cost text nothing: what leads to them are the words and elements that a page has, each looked up once a page.

use super::Candidate;
use crate::bits;
use crate::html::normal_form;
use crate::model::{Markup, RuleId, Tag, Tags};
use aho_corasick::{AhoCorasick, AhoCorasickKind};
use std::collections::HashMap;
use std::sync::OnceLock;

/// How many elements with class or id words, the innermost first, a line's words are those of.
const REACH: usize = 6;

/// The elements that a rule names, as a set.
pub(super) fn tags(names: &[String]) -> Tags {
    names.iter().fold(Tags::default(), |tags, name| tags.with(Tag::from_name(name.as_bytes())))
}

/// A class or id word of a rule in the form that pages' words have; empty for one without a letter.
pub(super) fn class(word: &str) -> String {
    normal_form(&word.replace(' ', "-"))
}

/// The class and id words that rules ask for, each with a number.
#[derive(Debug, Default)]
pub(super) struct ClassWords {
    numbers: HashMap<String, usize>,
}

impl ClassWords {
    /// The numbers of `words`, of those that have a letter.
    pub(super) fn numbers(&mut self, words: &[String]) -> Vec<usize> {
        let forms = words.iter().map(|word| class(word)).filter(|form| !form.is_empty());
        let mut number = |form| {
            let next = self.numbers.len();
            *self.numbers.entry(form).or_insert(next)
        };
        forms.map(&mut number).collect()
    }
}

/// Which of the words that rules ask for stand around each line of a page: rows of bits by the words' numbers.
#[derive(Debug, Default)]
pub(super) struct Classes {
    width: usize,
    lines: Vec<u64>,
    /// The words of one list of names.
    names: Vec<u64>,
}

impl Classes {
    /// The words around a line, none without markup.
    pub(super) fn around(&self, line: usize) -> &[u64] {
        self.lines.get(line * self.width..(line + 1) * self.width).unwrap_or_default()
    }
}

/// Rules by what of the markup leads to them.
#[derive(Debug)]
pub(super) struct MarkupRules {
    words: Vec<String>,
    /// Finds the words; made for the first page that has markup, since text asks for none.
    searcher: OnceLock<Option<AhoCorasick>>,
    /// The numbers of `words`, and for each number the rules that it leads to.
    numbers: Vec<usize>,
    rules: Vec<Vec<RuleId>>,
    tags: Vec<(Tags, RuleId)>,
    links: Vec<(u16, RuleId)>,
}

impl MarkupRules {
    /// Rules with the class words, the elements and the shares of links that lead to them; `words` are all that rules ask
    /// for.
    pub(super) fn new(
        words: ClassWords,
        classes: Vec<(String, RuleId)>,
        tags: Vec<(Tags, RuleId)>,
        links: Vec<(u16, RuleId)>,
    ) -> Self {
        let mut rules = vec![Vec::new(); words.numbers.len()];
        for (word, rule) in classes {
            if let Some(&number) = words.numbers.get(&word) {
                rules[number].push(rule);
            }
        }
        let (words, numbers): (Vec<String>, Vec<usize>) = words.numbers.into_iter().unzip();
        Self { words, searcher: OnceLock::new(), numbers, rules, tags, links }
    }

    fn searcher(&self) -> Option<&AhoCorasick> {
        let make = || {
            // Words are short and few beside phrases, so that the fastest automaton is a small one.
            let searcher = AhoCorasick::builder().kind(Some(AhoCorasickKind::DFA)).build(&self.words).ok();
            searcher.filter(|_| !self.words.is_empty())
        };
        self.searcher.get_or_init(make).as_ref()
    }

    /// Reads the class and id words around each line of a page.
    ///
    /// An element that holds more than half of the page's text is the page, or its article: its words say nothing of a
    /// line.
    pub(super) fn read(&self, markup: Option<&Markup>, page_bytes: usize, classes: &mut Classes) {
        let Classes { width, lines, names } = classes;
        lines.clear();
        let Some(markup) = markup else { return };
        let Some(words) = self.searcher() else { return };
        *width = bits::words(self.rules.len());
        names.clear();
        names.resize(markup.names.len() * *width, 0);
        for (row, name) in names.chunks_exact_mut(*width).zip(markup.names.iter()) {
            for found in words.find_overlapping_iter(name) {
                bits::insert(row, self.numbers[found.pattern().as_usize()]);
            }
        }
        lines.resize(markup.blocks.len() * *width, 0);
        for (line, row) in lines.chunks_exact_mut(*width).enumerate() {
            let around = markup
                .elements_of(line)
                .filter(|element| element.names > 0)
                .take_while(|element| element.bytes as usize * 2 <= page_bytes)
                .take(REACH);
            for element in around {
                let start = element.names as usize * *width;
                row.iter_mut().zip(&names[start..]).for_each(|(row, names)| *row |= names);
            }
        }
    }

    /// Adds the rules that the markup of a page leads to, by line; a rule may be added to a line more than once.
    pub(super) fn nominate(&self, markup: &Markup, classes: &Classes, candidates: &mut Vec<Candidate>) {
        for (index, block) in markup.blocks.iter().enumerate() {
            let line = index as u32;
            let mut add = |rule| candidates.push(Candidate { line, rule });
            for word in bits::members(classes.around(index)) {
                self.rules[word].iter().copied().for_each(&mut add);
            }
            let around = markup.tags_of(index);
            self.tags.iter().filter(|(tags, _)| tags.meets(around)).for_each(|&(_, rule)| add(rule));
            self.links.iter().filter(|(least, _)| block.links >= *least).for_each(|&(_, rule)| add(rule));
        }
    }
}
