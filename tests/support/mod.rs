//! What several tests ask of an article.

use dehusk::model::{Cleaned, Page};

/// The page as the article and its removals give it back, without white space.
pub(crate) fn put_back(page: &Page, cleaned: &Cleaned) -> String {
    let text = &cleaned.article.text;
    let (mut whole, mut at) = (String::new(), 0);
    for removal in &cleaned.removals {
        whole.push_str(&text[at..removal.at as usize]);
        whole.push_str(&page.text[removal.span.range()]);
        at = removal.at as usize;
    }
    whole.push_str(&text[at..]);
    without_space(&whole)
}

/// A text without its white space.
pub(crate) fn without_space(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}
