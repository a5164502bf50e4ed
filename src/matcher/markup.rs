//! What a line's markup must show: elements, class and id words, links. Only pages of HTML have it, so rules that ask for
//! it cost text nothing: what leads to them are the words and elements that a page has, each looked up once a page.

use super::Candidate;
use crate::html::normal_form;
use crate::model::{Markup, RuleId, Tag, Tags};
use aho_corasick::{AhoCorasick, MatchKind};
use memchr::memmem;

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

/// The class and id words around a line, each element's apart.
///
/// An element that holds more than half of the page's text is the page, or its article: its words say nothing of a line.
fn names(markup: &Markup, line: usize, page_bytes: usize) -> impl Iterator<Item = (u32, &str)> {
    markup
        .elements_of(line)
        .filter(|element| element.names > 0)
        .take_while(move |element| element.bytes as usize * 2 <= page_bytes)
        .take(REACH)
        .map(|element| (element.names, &*markup.names[element.names as usize]))
}

/// Whether an element around the line has one of `words`.
pub(super) fn has_class(
    markup: &Markup,
    line: usize,
    page_bytes: usize,
    words: &[memmem::Finder<'_>],
) -> bool {
    names(markup, line, page_bytes)
        .any(|(_, name)| words.iter().any(|word| word.find(name.as_bytes()).is_some()))
}

/// Rules by what of the markup leads to them.
#[derive(Debug)]
pub(super) struct MarkupRules {
    words: Option<AhoCorasick>,
    rules: Vec<RuleId>,
    tags: Vec<(Tags, RuleId)>,
    links: Vec<(u16, RuleId)>,
}

impl MarkupRules {
    /// Rules with the class words, the elements and the shares of links that lead to them.
    pub(super) fn new(
        classes: Vec<(String, RuleId)>,
        tags: Vec<(Tags, RuleId)>,
        links: Vec<(u16, RuleId)>,
    ) -> Self {
        let (words, rules): (Vec<String>, Vec<RuleId>) = classes.into_iter().unzip();
        // Words are short and few beside phrases: the limit of states is far away.
        let words = AhoCorasick::builder().match_kind(MatchKind::Standard).build(words).ok();
        Self { words: words.filter(|_| !rules.is_empty()), rules, tags, links }
    }

    /// Adds the rules that the markup of a page leads to, by line; a rule may be added to a line more than once.
    pub(super) fn nominate(&self, markup: &Markup, page_bytes: usize, candidates: &mut Vec<Candidate>) {
        let known: Vec<Vec<RuleId>> = markup.names.iter().map(|name| self.rules_of(name)).collect();
        for (index, block) in markup.blocks.iter().enumerate() {
            let line = index as u32;
            for (name, _) in names(markup, index, page_bytes) {
                candidates.extend(known[name as usize].iter().map(|&rule| Candidate { line, rule }));
            }
            let around = markup.tags_of(index);
            let tagged = self.tags.iter().filter(|(tags, _)| tags.meets(around));
            candidates.extend(tagged.map(|&(_, rule)| Candidate { line, rule }));
            let linked = self.links.iter().filter(|(least, _)| block.links >= *least);
            candidates.extend(linked.map(|&(_, rule)| Candidate { line, rule }));
        }
    }

    fn rules_of(&self, name: &str) -> Vec<RuleId> {
        let Some(words) = &self.words else { return Vec::new() };
        let mut rules: Vec<RuleId> =
            words.find_overlapping_iter(name).map(|found| self.rules[found.pattern().as_usize()]).collect();
        rules.sort_unstable();
        rules.dedup();
        rules
    }
}
