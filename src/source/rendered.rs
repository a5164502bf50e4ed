//! HTML into the page that it is.

use super::decode::unmarked;
use crate::html;
use crate::metadata;
use crate::model::{Input, Page};

/// The page that `html` is, without an id: its lines, its markup, and what it says of itself.
pub fn html_page(html: &str) -> Page {
    let mut page = Page::default();
    html_page_into(html, &mut page);
    page
}

/// Makes `page` what [`html_page`] is, in the memory that it has.
pub fn html_page_into(html: &str, page: &mut Page) {
    let Page { text, markup, .. } = std::mem::take(page);
    *page = Page { text, markup, ..Page::default() };
    render_onto(page, unmarked(html));
}

/// Renders `html` into `page`, in the memory that it has.
pub(super) fn render_onto(page: &mut Page, html: &str) {
    let mut markup = page.markup.take().unwrap_or_default();
    html::render_into(html, &mut page.text, &mut markup);
    page.input = Input::Html;
    page.markup = Some(markup);
    metadata::fill(page);
}
