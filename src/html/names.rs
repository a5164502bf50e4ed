//! Class and id words in one form: lower case, their parts set apart by hyphens, with a hyphen at both ends, so that
//! `-share-` is found in `postShareBar` and in `share_bar` and not in `shareholder`. Pages give the same words to
//! hundreds of elements, so each different list of them is formed once.

use crate::model::{Markup, NameLists};
use foldhash::fast::FixedState;
use std::collections::HashMap;
use std::hash::BuildHasher;

/// The lists of words that a page's elements carry, numbered.
#[derive(Debug)]
pub(super) struct Names {
    /// The lists as they are written.
    raw: NameLists,
    /// Their numbers by hash.
    numbers: HashMap<u64, u32, FixedState>,
}

impl Names {
    /// Begins with the empty list as number 0.
    pub(super) fn new(markup: &mut Markup) -> Self {
        markup.names.clear();
        markup.names.push(|_| {});
        let mut raw = NameLists::default();
        raw.push(|_| {});
        Self { raw, numbers: HashMap::default() }
    }

    /// The number of `raw`, the words as they are written.
    pub(super) fn number(&mut self, raw: &str, markup: &mut Markup) -> u32 {
        if raw.is_empty() {
            return 0;
        }
        let hash = self.numbers.hasher().hash_one(raw);
        if let Some(&number) = self.numbers.get(&hash)
            && self.raw.get(number) == raw
        {
            return number;
        }
        let number = self.raw.push(|text| text.push_str(raw));
        markup.names.push(|text| normal_form_onto(raw, text));
        self.numbers.insert(hash, number);
        number
    }
}

/// The words of `raw`, each between hyphens, parted by spaces.
pub(crate) fn normal_form(raw: &str) -> String {
    let mut form = String::with_capacity(raw.len() + 2);
    normal_form_onto(raw, &mut form);
    form
}

/// Appends the [`normal_form`] of `raw`.
fn normal_form_onto(raw: &str, form: &mut String) {
    let first = form.len();
    for word in raw.split_ascii_whitespace() {
        let start = form.len();
        for_each_part(word, |part| {
            form.push_str(if form.len() == start && start > first { " -" } else { "-" });
            let begin = form.len();
            if part.is_ascii() {
                form.push_str(part);
                form[begin..].make_ascii_lowercase();
            } else {
                form.extend(part.chars().flat_map(char::to_lowercase));
            }
        });
        if form.len() > start {
            form.push('-');
        }
    }
}

/// Calls `visit` with the parts that the writing of `word` sets apart: runs of letters, and within one each capital that
/// follows a small letter begins another.
fn for_each_part(word: &str, mut visit: impl FnMut(&str)) {
    let mut start = None;
    let mut after_small = false;
    for (at, c) in word.char_indices() {
        if !c.is_alphabetic() {
            start.take().map(|start| &word[start..at]).into_iter().for_each(&mut visit);
            after_small = false;
            continue;
        }
        let begun = *start.get_or_insert(at);
        if after_small && c.is_uppercase() {
            visit(&word[begun..at]);
            start = Some(at);
        }
        after_small = c.is_lowercase();
    }
    start.map(|start| &word[start..]).into_iter().for_each(visit);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_set_apart_however_they_are_written() {
        let cases = [
            ("postShareBar", "-post-share-bar-"),
            ("share_bar  wide", "-share-bar- -wide-"),
            ("comment-998 ID", "-comment- -id-"),
            ("Article__body--v2", "-article-body-v-"),
            ("shareholder", "-shareholder-"),
            ("12 -- größe", "-größe-"),
            ("", ""),
        ];
        for (raw, form) in cases {
            assert_eq!(normal_form(raw), form, "{raw}");
        }
    }

    #[test]
    fn equal_lists_have_one_number() {
        let mut markup = Markup::default();
        let mut names = Names::new(&mut markup);
        let first = names.number("share bar", &mut markup);
        assert_eq!((first, names.number("", &mut markup)), (1, 0));
        assert_eq!(names.number("share bar", &mut markup), first);
        assert_eq!(names.number("other", &mut markup), 2);
        assert_eq!(markup.names.len(), 3);
    }
}
