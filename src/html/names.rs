//! Class and id words in one form: lower case, their parts set apart by hyphens, with a hyphen at both ends, so that
//! `-share-` is found in `postShareBar` and in `share_bar` and not in `shareholder`. Pages give the same words to
//! hundreds of elements, so each different list of them is formed once.

use crate::model::Markup;
use foldhash::fast::FixedState;
use std::collections::HashMap;

/// The lists of words that a page's elements carry, numbered.
#[derive(Debug)]
pub(super) struct Names {
    numbers: HashMap<Box<str>, u32, FixedState>,
}

impl Names {
    /// Begins with the empty list as number 0.
    pub(super) fn new(markup: &mut Markup) -> Self {
        markup.names.clear();
        markup.names.push("".into());
        Self { numbers: HashMap::default() }
    }

    /// The number of `raw`, the words as they are written.
    pub(super) fn number(&mut self, raw: &str, markup: &mut Markup) -> u32 {
        if raw.is_empty() {
            return 0;
        }
        if let Some(&number) = self.numbers.get(raw) {
            return number;
        }
        let number = u32::try_from(markup.names.len()).unwrap_or(0);
        markup.names.push(normal_form(raw).into());
        self.numbers.insert(raw.into(), number);
        number
    }
}

/// The words of `raw`, each between hyphens, parted by spaces; parts are set apart where the writing does: at signs and
/// digits, and where a capital follows a small letter.
pub(crate) fn normal_form(raw: &str) -> String {
    let mut form = String::with_capacity(raw.len() + 8);
    for word in raw.split_ascii_whitespace() {
        let start = form.len();
        let mut after_small = false;
        let mut begun = false;
        for c in word.chars() {
            if !c.is_alphabetic() {
                after_small = false;
                begun = false;
                continue;
            }
            if !begun || (after_small && c.is_uppercase()) {
                if form.len() == start {
                    form.push_str(if start > 0 { " -" } else { "-" });
                } else {
                    form.push('-');
                }
            }
            begun = true;
            after_small = c.is_lowercase();
            if c.is_ascii() {
                form.push(c.to_ascii_lowercase());
            } else {
                form.extend(c.to_lowercase());
            }
        }
        if form.len() > start {
            form.push('-');
        }
    }
    form
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
